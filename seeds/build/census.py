"""What the census of 2011 says of the wards of a night: our own table, by name and by the ground of each council."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from seeds.councils import CouncilEntry, councils, replaced
from seeds.labels import read_table
from seeds.likeness import similar
from seeds.readers.contest import fold_ward
from seeds.types import Census, CensusMatch, Election
from seeds.write import Source

#: When its figures of qualifications were published; no earlier night may know them.
PUBLISHED = dt.date(2013, 1, 30)

#: Residents of 16 and over, and those of each kind among them.
Counts = tuple[int, ...]


@cache
def _table() -> dict[str, dict[str, Counts]]:
    """Counts by a council's key and its ward's folded name."""
    out: dict[str, dict[str, Counts]] = {}
    for r in read_table("census_2011.csv"):
        counts = tuple(int(r[c]) for c in ("residents", "degree", "apprentice", "other"))
        out.setdefault(r["council"], {})[fold_ward(r["ward"])] = counts
    return out


def ground(key: str) -> tuple[str, ...]:
    """Keys of the councils of 2011 on whose ground a council stands: itself, those that it replaced, or a county's
    districts. Empty where the census's table has none (Scotland)."""
    if key in _table():
        return (key,)
    below = replaced(key) or [c.key for c in councils().values() if c.county == key]
    return tuple(dict.fromkeys(k for part in below for k in ground(part)))


def census_of(counts: list[Counts], matched_by: CensusMatch) -> Census:
    """Percentages of the sum of some wards."""
    residents, *kinds = (sum(column) for column in zip(*counts, strict=True))
    degree, apprentice, other = (round(100 * n / residents, 2) for n in kinds)
    return Census(degree, apprentice, other, matched_by)


def council_census(key: str) -> Census | None:
    """Of a whole council; None where the table has none of its ground."""
    counts = [c for k in ground(key) for c in _table()[k].values()]
    return census_of(counts, "council") if counts else None


def ward_census(key: str, ward: str) -> Census | None:
    """Of a ward, by the ward or wards of its name in 2011, or by those whose names are most alike.

    None where no name is: its council's figures are the best that is known then.
    """
    found = {(k, name): counts for k in ground(key) for name, counts in _table()[k].items()}
    same = [counts for (_, name), counts in found.items() if name == fold_ward(ward)]
    if same:
        return census_of(same, "ward")
    likeness = {place: similar(ward, place[1]) for place in found}
    best = max(likeness.values(), default=0.0)
    if best == 0.0:
        return None
    return census_of([found[place] for place, value in likeness.items() if value == best], "alike")


def add_census(election: Election, entries: Mapping[str, CouncilEntry]) -> Election:
    """The election with what the census says of its wards and councils; as it is on a night that could not know.

    Parameters
    ----------
    entries
        Entries of the election's councils, by slug.
    """
    if election.date < PUBLISHED:
        return election
    return replace(
        election,
        councils={
            slug: replace(c, census=council_census(entries[slug].key)) if slug in entries else c
            for slug, c in election.councils.items()
        },
        contests={
            ballot: replace(c, census=ward_census(entries[c.council].key, c.ward)) if c.council in entries else c
            for ballot, c in election.contests.items()
        },
    )


def census_source(sha256: str) -> Source:
    """Where the table comes from."""
    return Source(
        "census",
        "Census of 2011: highest level of qualification, by ward (England and Wales)",
        "OGL v3.0",
        "Office for National Statistics, Crown copyright",
        sha256,
    )
