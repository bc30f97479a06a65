"""What a change in seats is measured against, beside the seats before: May of the year before, and the last contest."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from typing import Literal

from seeds.cells import parse_counts
from seeds.pack import find
from seeds.rows import rows
from seeds.types import Defended

DEFENDED = "defended.csv"
DEFENDED_COLUMNS = "council,basis,year,seats,how"


def load_defended(pack: str | Path, councils: Container[str]) -> tuple[Defended, ...]:
    """Load a pack's table of seats defended; empty if the pack has none.

    Parameters
    ----------
    pack
        Key of an embedded pack or path of a pack's folder.
    councils
        Councils of the pack.

    Raises
    ------
    PackError
        Naming file, row and column of what is missing or wrong.
    """
    file = find(pack) / DEFENDED
    if not file.is_file():
        return ()
    out: dict[tuple[str, str], Defended] = {}
    for r in rows(file, DEFENDED_COLUMNS):
        council, basis = r.text("council"), r.choice("basis", Literal["may", "last"])
        if council not in councils:
            raise r.fail("council", f"'{council}' is not in councils.csv")
        if (council, basis) in out:
            raise r.fail("council", f"'{council}' stands twice with the basis '{basis}'")
        out[council, basis] = Defended(
            council=council,
            basis=basis,
            year=r.read("year", int),
            seats=r.read("seats", parse_counts),
            how=r.cells["how"],
        )
    return tuple(out.values())
