"""Who lives in a ward, by the census of 2011: a side table of a pack, by council and ballot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from seeds.cells import parse_percent
from seeds.rows import rows
from seeds.types import Census, CensusMatch, Contest, Council

CENSUS = "census.csv"
CENSUS_COLUMNS = "council,ballot_id,degree,apprentice,other,matched_by"


def with_census(
    folder: Path, councils: Mapping[str, Council], contests: Mapping[str, Contest]
) -> tuple[dict[str, Council], dict[str, Contest]]:
    """Councils and contests with what a pack's table tells of them; as they are without it.

    Raises
    ------
    PackError
        Naming file, row and column of what is missing or wrong.
    """
    file = folder / CENSUS
    of_council, of_contest = dict(councils), dict(contests)
    if not file.is_file():
        return of_council, of_contest
    seen: set[tuple[str, str]] = set()
    for r in rows(file, CENSUS_COLUMNS):
        council = r.key("council", councils)
        ballot = r.key("ballot_id", contests) if r.cells["ballot_id"] else ""
        if (council, ballot) in seen:
            raise r.fail("ballot_id", f"'{ballot or council}' stands twice; leave one of the rows")
        seen.add((council, ballot))
        if ballot and contests[ballot].council != council:
            raise r.fail("council", f"'{ballot}' is of '{contests[ballot].council}' in contests.csv")
        degree, apprentice, other = (r.read(column, parse_percent) for column in ("degree", "apprentice", "other"))
        census = Census(degree, apprentice, other, r.choice("matched_by", CensusMatch))
        if ballot:
            of_contest[ballot] = replace(contests[ballot], census=census)
        else:
            of_council[council] = replace(councils[council], census=census)
    return of_council, of_contest
