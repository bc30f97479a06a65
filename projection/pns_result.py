"""The national figures of a projection. Frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from projection.summary import Summary

if TYPE_CHECKING:
    import pandas as pd

#: What the projected share takes of parties beyond Con, Lab and LD: their level as they stand tonight (as the BBC
#: does), as if they stood everywhere, or all of them together as others.
Standing = Literal["as it stands", "everywhere", "others"]
#: The last line of a national share: all parties without a line of their own. Which those are differs from year to
#: year and from publisher to publisher; it is not what compositions of councils put together (:mod:`projection.lumps`).
OTHERS_LINE = "Oth"


@dataclass(frozen=True, slots=True)
class Alone:
    """What one baseline year gives by itself.

    ``share_of`` is the part it has in each party's line; ``lines`` its own projection; ``mean_change`` the plain mean
    change in its key wards; ``nev`` the national equivalent vote in the manner of Rallings and Thrasher (mean change
    by council, weighed by population, on the year's published one), None where none was published.
    """

    year: int
    wards: int
    councils: int
    published: Mapping[str, float]
    share_of: Mapping[str, float]
    lines: Mapping[str, Summary]
    mean_change: Mapping[str, Summary]
    nev: Mapping[str, Summary] | None


@dataclass(frozen=True, slots=True)
class Parliament:
    """Seats in the House of Commons (Great Britain) that the national share implies, on a general election's map.

    ``majority`` is each party's probability of a majority of the whole House, ``hung`` that of none.
    """

    general_election: int
    seats: Mapping[str, Summary]
    majority: Mapping[str, float]
    hung: float
    note: str


@dataclass(frozen=True, slots=True)
class National:
    """The projected national share in percent, and what goes with it.

    Attributes
    ----------
    parties, draws
        Lines ("Oth" last) and their draws, shape ``(draw, line)``, float32: the same draws as the seats'.
    lines
        Summary of each.
    alone
        By baseline year.
    nev
        National equivalent vote, mean over the baselines, with what such figures are off by.
    where_it_stood
        Mean share of each party over the contests where it stood.
    stood
        Number of contests in which a party stands.
    reason
        Why there is no projected share; empty where there is one.
    """

    parties: tuple[str, ...] = ()
    draws: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))
    lines: Mapping[str, Summary] = field(default_factory=dict)
    alone: Mapping[str, Alone] = field(default_factory=dict)
    nev: Mapping[str, Summary] = field(default_factory=dict)
    where_it_stood: Mapping[str, Summary] = field(default_factory=dict)
    stood: Mapping[str, int] = field(default_factory=dict)
    parliament: Parliament | None = None
    standing: str = ""
    scope: str = ""
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row per line: mean and quantiles in percent."""
        import pandas as pd

        rows = {p: s.as_dict(6) for p, s in self.lines.items()}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis(index="party")

    def draws_frame(self) -> pd.DataFrame:
        """Draws by line, in percent."""
        import pandas as pd

        return pd.DataFrame(self.draws, columns=list(self.parties)).rename_axis(index="draw")

    def detail(self) -> dict[str, Any]:
        """All but the lines themselves, as plain values for JSON."""
        return {
            "alone": {
                y: {
                    "key_wards": a.wards,
                    "councils": a.councils,
                    "published": dict(a.published),
                    "part": {p: round(v, 3) for p, v in a.share_of.items()},
                    "pns": {p: s.as_dict() for p, s in a.lines.items()},
                    "mean_change": {p: s.as_dict() for p, s in a.mean_change.items()},
                    "nev": {p: s.as_dict() for p, s in a.nev.items()} if a.nev is not None else None,
                }
                for y, a in self.alone.items()
            },
            "nev": {p: s.as_dict() for p, s in self.nev.items()},
            "where_it_stood": {
                p: {"contests": self.stood.get(p, 0), **s.as_dict()} for p, s in self.where_it_stood.items()
            },
            "standing": self.standing,
            "scope": self.scope,
            "reason": self.reason,
        }

    def parliament_dict(self) -> dict[str, Any] | None:
        """The House of Commons as plain values for JSON."""
        c = self.parliament
        if c is None:
            return None
        return {
            "general_election": c.general_election,
            "seats": {p: s.as_dict() for p, s in c.seats.items()},
            "majority": {p: round(v, 4) for p, v in c.majority.items()},
            "hung": round(c.hung, 4),
            "note": c.note,
        }
