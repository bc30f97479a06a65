"""The answer to a what if: a night with changes, beside the night as it is. Frozen."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from projection.arguments import one_of
from projection.result import Projection
from scenarios.sampled import Compared

Table = Literal["seats", "others", "net", "shares", "pns", "councils"]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A night with changes, beside the night as it is.

    Attributes
    ----------
    as_it_is
        The projection without the changes.
    changes
        In words, in the order in which they were taken.
    tables
        Quantity ("seats", "net", "shares", "pns", "councils" under a party's control) -> party -> the two, compared.
        "Oth" in "net" stands for all the parties that the seats before do not tell apart
        (``as_it_is.scope.net_lumped``); the seats of all of them are in "others".
    control
        Council -> chances of control as it is, and as it would be.
    paired
        Whether the draws go in pairs (see :func:`scenarios.sampled.compare`).
    effective, drawn
        Draws that the changed night stands on, and how many were drawn to find them.
    enough
        Whether these are enough to be trusted.
    notes
        What the figures do not say.
    given
        Councils whose control the changes say.
    """

    as_it_is: Projection
    changes: tuple[str, ...]
    tables: dict[str, dict[str, Compared]]
    control: dict[str, tuple[dict[str, float], dict[str, float]]]
    paired: bool
    effective: int
    drawn: int
    enough: bool
    notes: tuple[str, ...]
    seed: int
    given: frozenset[str] = frozenset()

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        d = self.as_it_is.declared
        return {
            "election": self.as_it_is.election,
            "changes": list(self.changes),
            "declared": {f.name: getattr(d, f.name) for f in dataclasses.fields(d)},
            "tables": {
                q: {
                    p: {"before": c.before.as_dict(), "after": c.after.as_dict(), "difference": c.difference.as_dict()}
                    for p, c in rows.items()
                }
                for q, rows in self.tables.items()
            },
            "control": {
                council: {"before": _rounded(a), "after": _rounded(b)} for council, (a, b) in self.control.items()
            },
            "paired": self.paired,
            "effective_draws": self.effective,
            "drawn": self.drawn,
            "enough": self.enough,
            "notes": list(self.notes),
            "seed": self.seed,
        }

    def to_frame(self, table: Table = "seats") -> pd.DataFrame:
        """One row a party: means and 90% intervals as it is, as it would be, and of the difference.

        Raises
        ------
        ArgumentError
            If there is no such table.
        """
        one_of("table", table, self.tables)
        rows = {
            p: {
                f"{name}{suffix}": getattr(summary, level)
                for name, summary in (("before", c.before), ("after", c.after), ("difference", c.difference))
                for suffix, level in (("", "mean"), ("_p05", "p05"), ("_p95", "p95"))
            }
            for p, c in self.tables[table].items()
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis(index="party")


def _rounded(chances: dict[str, float]) -> dict[str, float]:
    return {p: round(v, 4) for p, v in chances.items()}
