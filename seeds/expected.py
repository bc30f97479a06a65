"""When councils were expected to declare, as far as that was printed before the polls closed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from seeds.pack import find
from seeds.rows import rows

EXPECTED = "expected.csv"
EXPECTED_COLUMNS = "council,at,count,year,source"
#: Counts through the night, or from the next morning.
CountTime = Literal["night", "day"]


@dataclass(frozen=True, slots=True)
class Expected:
    """What was expected of a council's count.

    ``at`` is the time of declaration on the clock of this night, None where only ``count`` was told. ``year`` is that
    of the election for which it was printed: in another year than the pack's it is a habit and no timetable.
    """

    council: str
    at: dt.datetime | None
    count: CountTime | None
    year: int
    source: str


def load_expected(pack: str | Path) -> dict[str, Expected]:
    """Expectations of a pack by council; empty if the pack has none.

    Parameters
    ----------
    pack
        Key of an embedded pack or path of a pack's folder.

    Raises
    ------
    PackError
        Naming file, row and column of what is missing or wrong.
    """
    folder = find(pack)
    if not (folder / EXPECTED).is_file():
        return {}
    known = {r.text("council") for r in rows(folder / "councils.csv", "council")}
    out: dict[str, Expected] = {}
    for r in rows(folder / EXPECTED, EXPECTED_COLUMNS):
        council = r.key("council", known)
        if council in out:
            raise r.fail("council", f"'{council}' stands twice")
        at = r.read_opt("at", dt.datetime.fromisoformat)
        count = r.choice("count", CountTime) if r.cells["count"] else None
        if at is None and count is None:
            raise r.fail("at", "is blank, and so is count: the row says nothing")
        out[council] = Expected(council, at, count, r.read("year", int), r.cells["source"])
    return out
