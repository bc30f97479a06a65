"""What was said during a past night and when (``outcome/clock.csv``). Only replays and reports call this."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from seeds.pack import find
from seeds.rows import rows

COLUMNS = "time,by,fact,scope,party,value,words,source"


@dataclass(frozen=True, slots=True)
class Statement:
    """One figure that a source gave during or after the night.

    ``time`` is local; None where the source gives none or the day only. ``by`` says that it is an upper bound.
    ``scope`` is GB, England, Wales, Scotland, London or a council's key.
    """

    time: dt.datetime | None
    by: bool
    fact: str
    scope: str
    party: str
    value: float | None
    words: str
    source: str

    @property
    def final(self) -> bool:
        """Whether it was said when all was in."""
        return self.time is None and self.words.split("; ")[-1] == "final"


def load_statements(pack: str | Path) -> tuple[Statement, ...]:
    """Load the statements of a past night, in order of time; empty if the pack has none.

    Raises
    ------
    PackError
        Naming file, row and column of what is missing or wrong.
    """
    file = find(pack) / "outcome" / "clock.csv"
    if not file.is_file():
        return ()
    out = []
    for r in rows(file, COLUMNS):
        day_only = len(r.cells["time"]) == len("2012-05-04")
        time = r.read_opt("time", dt.datetime.fromisoformat)
        out.append(
            Statement(
                time=None if day_only else time,
                by=r.cells["by"] == "1",
                fact=r.text("fact"),
                scope=r.cells["scope"],
                party=r.cells["party"],
                value=r.read_opt("value", float),
                words=r.cells["words"],
                source=r.cells["source"],
            )
        )
    return tuple(out)
