"""Who sat for each ward when the polls opened, from Open Council Data's list of the year before.

It is worth having where a ward has no earlier result in the files: 2015 is missing, so two wards in three of 2019
are bare without it. A list of other boundaries is worse than none: a council is taken only if nine in ten of tonight's
wards are on its list with a number of councillors that tonight's seats fit. And a list may have the right wards beside
the wrong names: that of 2016 has, in most councils (a councillor of Amble stands under Ponteland there). Who stands
again tells: councillors mostly do so in their own ward (seven in ten at the least, in councils whose wards fit, by the
lists of 2017, 2018, 2020 and 2024), by that list of 2016 hardly ever.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from seeds.build.composition import Councillor, councillors, listed_ward
from seeds.build.incumbents import person
from seeds.councils import CouncilEntry
from seeds.readers.contest import SourceContest
from seeds.types import Contest, EarlierResult

#: Share of a council's wards that must be found on the list.
FOUND = 0.9
#: Share of the councillors who stand again that must do so in the ward that the list has them for; and the fewest of a
#: council by whom that can be told: with fewer, by those of all councils.
AGAIN, FEWEST = 0.5, 5


def sitting_councillors(
    contests: Mapping[str, Contest],
    tonight: Sequence[SourceContest],
    entries: Mapping[str, CouncilEntry],
    folder: Path,
    date: dt.date,
) -> dict[str, Contest]:
    """Contests with a row of their sitting councillors added (``unit == "seats"``), where it can be trusted.

    Parameters
    ----------
    contests
        Tonight's, by ballot id.
    tonight
        The same as they were read, with their candidates' names.
    entries
        Councils by slug.
    folder
        Of the lists of councillors.
    date
        Polling day; the list of the year before is used, dated the first of June of that year.
    """
    year = date.year - 1
    listed = councillors(folder, year)
    again = standing_again(tonight, listed)
    overall = _share(Counter(own for each in again.values() for own in each))
    out = dict(contests)
    by_council: dict[str, list[Contest]] = defaultdict(list)
    for contest in contests.values():
        by_council[contest.council].append(contest)
    for slug, own in by_council.items():
        seats: dict[str, Counter[str]] = defaultdict(Counter)
        for c in listed.get(entries[slug].key, []):
            seats[c.ward][c.party or "vacant"] += 1
        here = again.get(entries[slug].key, [])
        if (_share(Counter(here)) if len(here) >= FEWEST else overall) < AGAIN:
            continue
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


def standing_again(
    tonight: Sequence[SourceContest], listed: Mapping[str, Sequence[Councillor]]
) -> dict[str, list[bool]]:
    """Of each council's candidates who are on its list, by name and party: whether in the ward where they stand."""
    known: dict[tuple[str, str | None, str, str], list[str]] = defaultdict(list)
    for key, members in listed.items():
        for c in members:
            who = person(c.name, c.party, c.ward)
            known[key, who.party, who.surname, who.initial].append(who.ward)
    out: dict[str, list[bool]] = defaultdict(list)
    for contest in tonight:
        for x in contest.candidates:
            who = person(x.name, x.party, listed_ward(contest.ward))
            wards = known.get((contest.key, who.party, who.surname, who.initial), [])
            if x.name and len(wards) == 1:  # of two with one name it is not known who stands
                out[contest.key].append(wards[0] == who.ward)
    return dict(out)


def _share(counts: Counter[bool]) -> float:
    return counts[True] / max(counts.total(), 1) if counts else 1.0


def _fits(contest: Contest, seats: Counter[str] | None, whole: bool) -> bool:
    """Whether a ward's listed councillors fit its seats tonight: as many where all are up, else no fewer."""
    if not seats:
        return False
    listed = sum(seats.values())
    return listed == contest.seats if whole and not contest.by_election else listed >= contest.seats
