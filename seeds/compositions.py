"""Seats by party on every council of Great Britain after May of each year: ``seeds/tables/compositions.csv``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from seeds.cells import parse_counts
from seeds.labels import TABLES
from seeds.rows import rows

COMPOSITIONS = "compositions.csv"
COMPOSITIONS_COLUMNS = "council,year,seats"


@dataclass(frozen=True, slots=True)
class Composition:
    """All seats of one council after May of one year. ``Oth`` holds whatever the table does not tell apart."""

    total: int
    seats: Mapping[str, int]

    @property
    def control(self) -> str:
        """The party with more than half of all seats, or NOC; "Oth" where they are not one party's for certain."""
        party, seats = max(self.seats.items(), key=lambda item: item[1], default=("", 0))
        return party if 2 * seats > self.total else "NOC"


@cache
def load_compositions() -> dict[tuple[str, int], Composition]:
    """Composition of each council, by its key in ``seeds/tables/councils.csv`` and the year.

    Raises
    ------
    PackError
        Naming row and column of what is missing or wrong.
    """
    out: dict[tuple[str, int], Composition] = {}
    for r in rows(TABLES / COMPOSITIONS, COMPOSITIONS_COLUMNS):
        key = r.text("council"), r.read("year", int)
        if key in out:
            raise r.fail("council", f"'{key[0]}' stands twice in {key[1]}")
        seats = r.read("seats", parse_counts)
        out[key] = Composition(sum(seats.values()), seats)
    return out
