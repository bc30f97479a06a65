"""Who sat for each ward when the polls opened, from Open Council Data's list of the year before.

It is worth having where a ward has no earlier result in the files: 2015 is missing, so two wards in three of 2019
are bare without it. A list of other boundaries is worse than none: a council is taken only if nine in ten of tonight's
wards are on its list with a number of councillors that tonight's seats fit.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from seeds.build.composition import councillors, listed_ward
from seeds.councils import CouncilEntry
from seeds.types import Contest, EarlierResult

#: Share of a council's wards that must be found on the list.
FOUND = 0.9


def sitting_councillors(
    contests: Mapping[str, Contest], entries: Mapping[str, CouncilEntry], folder: Path, date: dt.date
) -> dict[str, Contest]:
    """Contests with a row of their sitting councillors added (``unit == "seats"``), where it can be trusted.

    Parameters
    ----------
    contests
        Tonight's, by ballot id.
    entries
        Councils by slug.
    folder
        Of the lists of councillors.
    date
        Polling day; the list of the year before is used, dated the first of June of that year.
    """
    year = date.year - 1
    listed = councillors(folder, year)
    out = dict(contests)
    by_council: dict[str, list[Contest]] = defaultdict(list)
    for contest in contests.values():
        by_council[contest.council].append(contest)
    for slug, own in by_council.items():
        seats: dict[str, Counter[str]] = defaultdict(Counter)
        for c in listed.get(entries[slug].key, []):
            seats[c.ward][c.party or "vacant"] += 1
        whole = sum(c.seats for c in own) == sum(sum(s.values()) for s in seats.values())
        fits = [c for c in own if _fits(c, seats.get(listed_ward(c.ward)), whole)]
        if len(fits) < FOUND * len(own):
            continue
        for contest in fits:
            if contest.earlier:
                continue  # its votes say more than who won them
            held = {p: (float(n),) for p, n in sorted(seats[listed_ward(contest.ward)].items()) if p != "vacant"}
            row = EarlierResult(dt.date(year, 6, 1), held, sum(int(v[0]) for v in held.values()), "seats")
            if held:
                earlier = tuple(sorted((*contest.earlier, row), key=lambda e: (e.date, e.unit)))
                out[contest.ballot_id] = replace(contest, earlier=earlier)
    return out


def _fits(contest: Contest, seats: Counter[str] | None, whole: bool) -> bool:
    """Whether a ward's listed councillors fit its seats tonight: as many where all are up, else no fewer."""
    if not seats:
        return False
    listed = sum(seats.values())
    return listed == contest.seats if whole and not contest.by_election else listed >= contest.seats
