"""A projection: what is declared, and what the rest of the night looks like from there. Frozen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from projection.arguments import one_of
from projection.bases import Basis, NetChange
from projection.lumps import LUMP as LUMP
from projection.lumps import NOC as NOC
from projection.pns_result import National
from projection.summary import LEVELS, Summary
from projection.turnout import Turnout
from projection.values import plain
from projection.words import change, interval

if TYPE_CHECKING:
    import pandas as pd

#: What a frame of councils tells of the seats afterwards.
AFTER = frozenset({"mean", "p05", "p50", "p95"})
#: Parties that a notebook shows of a projection.
ROWS = 12
State = Literal["declared", "partly", "to come"]
Table = Literal["seats", "net", "shares", "pns", "control", "councils", "wards"]


@dataclass(frozen=True, slots=True)
class DeclaredCount:
    """How much has declared: councils in full, and contests, of how many in scope."""

    councils: int
    councils_of: int
    contests: int
    contests_of: int


@dataclass(frozen=True, slots=True)
class Scope:
    """What the totals cover, in words and numbers.

    ``net_councils`` and ``control_councils`` count the councils in which net change and control can be said; in
    ``held_drawn`` of them the seats held over are unknown and drawn (:mod:`projection.holdover`); ``before_drawn`` are
    parties of whose seats that were up this leaves an average, which moves as councils declare. ``net_lumped`` are
    parties whose change is counted with "Oth", since compositions do not tell them apart; ``net_label`` and
    ``net_words`` say what it is measured against, in the head of a column and in a sentence, ``net_sizes`` why the
    seats that were up do not add to those that are (empty where they do). ``share_contests`` counts the contests
    behind ``shares``. ``missing`` names councils of the pack that the totals leave out.
    """

    words: str
    councils: int
    councils_of: int
    seats: int
    share_contests: int
    net_councils: int
    net_lumped: tuple[str, ...]
    net_label: str
    net_words: str
    net_sizes: str
    control_councils: int
    held_drawn: int
    before_drawn: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CouncilProjection:
    """One council: seats won tonight by party, and control afterwards.

    ``won`` and ``after`` summarise the draws; ``after`` and ``control`` are empty where the seats held over are
    unknown, ``before`` where the seats before are.
    """

    council: str
    name: str
    region: str
    type: str
    state: State
    contests: int
    contests_of: int
    seats_up: int | None
    seats_total: int | None
    won: Mapping[str, Summary]
    after: Mapping[str, Summary]
    before: Mapping[str, int]
    control: Mapping[str, float]
    control_before: str | None


@dataclass(frozen=True, slots=True)
class WardTable:
    """Every slate of every polled contest, as parallel columns.

    ``share`` is that of the slate's best candidate (mean), ``quantiles`` at :data:`projection.summary.LEVELS` have
    shape ``(row, level)``, ``win`` is the probability that the slate wins a seat, ``seats`` the seats to be filled.
    ``incumbents`` counts the slate's candidates who sit on the council already; 0 too where nobody knows who sits.
    """

    ballot: tuple[str, ...]
    council: tuple[str, ...]
    ward: tuple[str, ...]
    party: tuple[str, ...]
    declared: NDArray[np.bool_]
    seats: NDArray[np.int64]
    incumbents: NDArray[np.int64]
    share: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    win: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Projection:
    """The night as it stands.

    Attributes
    ----------
    seats, net
        Seats won tonight, and the change in all seats of the councils, by party; over ``scope``.
    others
        Seats of "Oth" and of all the parties that change is not told apart for (``scope.net_lumped``); None if none.
    before
        Seats by party that were up (on average, where seats held over are drawn): what ``net`` compares with.
    nets
        Net change on other bases, where the pack has them: "may", "last" (:mod:`projection.bases`).
    national
        The projected national share and what goes with it; its lines are also ``pns``.
    turnout
        Projected turnout, or why there is none.
    shares
        Percent of the votes of the best candidates over the contests in scope, declared or not.
    control
        Per council, probability of overall control by party, or "NOC".
    controlled
        Number of councils under the control of each party, and of none ("NOC").
    as_of
        When the last of the declarations was made, or None.
    time_note
        Says so where that time or the order of declarations was imputed; empty otherwise.
    """

    election: str
    name: str
    as_of: dt.datetime | None
    time_note: str
    declared: DeclaredCount
    seats: Mapping[str, Summary]
    others: Summary | None
    net: Mapping[str, Summary]
    before: Mapping[str, int]
    nets: Mapping[Basis, NetChange]
    shares: Mapping[str, Summary]
    control: Mapping[str, Mapping[str, float]]
    controlled: Mapping[str, Summary]
    councils: Mapping[str, CouncilProjection]
    wards: WardTable
    scope: Scope
    national: National
    turnout: Turnout
    seed: int
    draws: int
    diagnostics: Mapping[str, Any]

    @property
    def pns(self) -> Mapping[str, Summary]:
        """The projected national share in percent, by party; empty where there is none (``national.reason``)."""
        return self.national.lines

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON: the schema documented in ``docs/projection.md``."""
        return {
            "as_of": self.as_of.isoformat(timespec="minutes") if self.as_of else None,
            "declared": {
                "councils": self.declared.councils,
                "councils_of": self.declared.councils_of,
                "contests": self.declared.contests,
                "contests_of": self.declared.contests_of,
            },
            "seats": {p: s.as_dict() for p, s in self.seats.items()},
            "net": {p: s.as_dict() for p, s in self.net.items()},
            "net_by": {basis: n.as_dict() for basis, n in self.nets.items()},
            "pns": {p: s.as_dict() for p, s in self.pns.items()},
            "turnout": self.turnout.projected.as_dict() if self.turnout.projected else None,
            "turnout_note": self.turnout.note,
            "national": self.national.detail(),
            "parliament": self.national.parliament_dict(),
            "control": {c: {p: round(v, 4) for p, v in ps.items()} for c, ps in self.control.items()},
            "scope": {name: plain(getattr(self.scope, name)) for name in self.scope.__slots__},
            "seed": self.seed,
            "draws": self.draws,
            "diagnostics": {k: plain(v) for k, v in self.diagnostics.items()}
            | ({"time_note": self.time_note} if self.time_note else {}),
        }

    def to_frame(self, table: Table = "seats") -> pd.DataFrame:
        """One of the tables as a DataFrame.

        Parameters
        ----------
        table
            "seats", "net", "shares", "pns": one row per party. "control": council by party, probabilities.
            "councils": one row per council and party: all its seats ``before``, seats won tonight (``mean``, ``p05``
            to ``p95``), all seats afterwards (``after_mean``, ``after_p05``, ``after_p50``, ``after_p95``; NaN where
            unknown), the probability of ``control``. "wards": one row per slate of each contest, with how many of
            its candidates sit already (``incumbents``; 0 too where nobody knows).

        Raises
        ------
        ArgumentError
            If there is no such table.
        """
        import pandas as pd

        if table in ("seats", "net", "shares", "pns"):
            rows = {p: s.as_dict(6) for p, s in getattr(self, table).items()}
            return pd.DataFrame.from_dict(rows, orient="index").rename_axis(index="party")
        if table == "control":
            frame = pd.DataFrame.from_dict({c: dict(ps) for c, ps in self.control.items()}, orient="index")
            return frame.fillna(0.0).rename_axis(index="council")
        if table == "councils":
            return self._councils_frame()
        if table == "wards":
            return self._wards_frame()
        one_of("table", table, get_args(Table))
        raise AssertionError(table)  # every name of a table is dealt with above

    def _councils_frame(self) -> pd.DataFrame:
        import pandas as pd

        rows = [
            {"council": c.council, "name": c.name, "region": c.region, "state": c.state, "party": p}
            | {"before": c.before.get(p), **s.as_dict(6)}
            | {f"after_{k}": v for k, v in (c.after[p].as_dict(6) if p in c.after else {}).items() if k in AFTER}
            | {"control": c.control.get(p)}
            for c in self.councils.values()
            for p, s in c.won.items()
        ]
        return pd.DataFrame(rows)

    def _wards_frame(self) -> pd.DataFrame:
        import pandas as pd

        w = self.wards
        frame = pd.DataFrame(
            {"ballot_id": w.ballot, "council": w.council, "ward": w.ward, "party": w.party, "declared": w.declared}
            | {"seats": w.seats, "incumbents": w.incumbents, "share": w.share}
        )
        for k, level in enumerate(LEVELS):
            frame[f"p{round(level * 100):02d}"] = w.quantiles[:, k]
        return frame.assign(win=w.win)

    def __repr__(self) -> str:
        d = self.declared
        leading = ", ".join(f"{p} {s.p50:,.0f}" for p, s in list(self.seats.items())[:4])
        return (
            f"<Projection of {self.election}: {d.councils} of {d.councils_of} councils, {d.contests:,} of "
            f"{d.contests_of:,} contests declared; seats {leading}; {self.draws:,} draws, seed {self.seed}>"
        )

    def _repr_html_(self) -> str:
        import pandas as pd

        d = self.declared
        head = (
            f"<p><b>{self.name}</b>: {d.councils} of {d.councils_of} councils and {d.contests} of {d.contests_of} "
            f"contests declared. {self.scope.words} {self.time_note}</p>"
        )
        lumped = {*self.scope.net_lumped, LUMP} if self.others else set()
        rows: dict[str, tuple[str, str, str]] = {}
        for p, s in self.seats.items():
            # Change that is told of several parties together stands beside the seats of all of them, in a row apart.
            net, share = None if p in lumped else self.net.get(p), self.shares.get(p)
            rows[p] = (interval(s), change(net, s, self.before.get(p, 0)), interval(share, 1) if share else "")
        rest = f"<p>and {len(rows) - ROWS} more parties</p>" if len(rows) > ROWS else ""
        rows = dict(list(rows.items())[:ROWS])
        if self.others:
            net = self.net.get(LUMP)
            names = "All others (the parties without a change of their own)"
            rows[names] = (interval(self.others), change(net, self.others, self.before.get(LUMP, 0)), "")
        columns = ["seats", f"change {self.scope.net_label}", "ward votes %"]
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis(index="party")
        return f"{head}{frame.to_html()}{rest}<p>Medians with 90% intervals, from {self.draws:,} draws.</p>"
