"""What the embedded packs know, for a user's own night to build on: earlier elections that nobody need look for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import replace

from seeds.build.times import ODD
from seeds.councils import CouncilEntry, council_at
from seeds.expected import Expected, load_expected
from seeds.outcome import ContestResult
from seeds.pack import embedded, load_election, load_outcome
from seeds.readers.contest import Candidate, Reading, SourceContest
from seeds.types import Contest


def embedded_readings(before: dt.date, known: Collection[dt.date]) -> list[Reading]:
    """Contests with votes of the embedded packs of days before ``before``, a reading a pack.

    Packs whose councils do not all declare by wards (2012) are left out, and days that are ``known`` from a user's own
    files, which name the candidates. Here none has a name, so nobody can be told to sit already.
    """
    out = []
    for key in embedded():
        if int(key) > before.year:
            continue
        election = load_election(key)
        day = election.date
        if day >= before or day in known or any(c.detail != "wards" for c in election.councils.values()):
            continue
        outcome = load_outcome(key)
        contests = tuple(
            _contest(election.contests[ballot], result, day, key, number)
            for number, (ballot, result) in enumerate(outcome.contests.items(), start=2)
            if result.unit == "votes" and ballot in election.contests
        )
        out.append(Reading(_file(key), contests, publisher="pack"))
    return out


def embedded_ids(date: dt.date) -> dict[tuple[str, str], str]:
    """Ballot ids of the embedded pack of a day, if there is one, by council (its key) and ward's code or name.

    A feed that was made for that pack is one for the user's own then. Wards of two contests are left to the rule.
    """
    out: dict[tuple[str, str], str] = {}
    twice: set[tuple[str, str]] = set()
    for key in embedded():
        if int(key) != date.year or (election := load_election(key, desk=True)).date != date:
            continue
        for c in election.contests.values():
            council = council_at(c.council, date).key
            for place in {(council, c.ward), (council, c.ward_gss or c.ward)}:
                twice |= {place} & out.keys()
                out[place] = c.ballot_id
    return {place: ballot for place, ballot in out.items() if place not in twice}


def embedded_expected(date: dt.date, councils: Mapping[str, CouncilEntry]) -> list[Expected]:
    """When councils of a night declared by habit: the latest times printed for an earlier night, on tonight's clock.

    Parameters
    ----------
    date
        Polling day.
    councils
        Councils that vote, by slug.
    """
    latest: dict[str, Expected] = {}
    for key in embedded():
        times = load_expected(key) if int(key) <= date.year else {}
        if not times or (day := load_election(key, desk=True).date) >= date:
            continue
        for e in times.values():
            entry = council_at(e.council, day).key
            if e.at is not None and e.year != ODD and e.year >= latest.get(entry, e).year:
                latest[entry] = replace(e, at=e.at + (date - day))
    return [replace(latest[e.key], council=slug) for slug, e in sorted(councils.items()) if e.key in latest]


def _file(key: str) -> str:
    return f"the embedded pack of {key}"


def _contest(contest: Contest, result: ContestResult, day: dt.date, key: str, row: int) -> SourceContest:
    entry = council_at(contest.council, day)
    candidates = []
    for party, standing in contest.standing.items():
        # An uncontested ward has candidates and no votes.
        votes = sorted(result.votes.get(party, (0.0,) * standing), reverse=True)
        won = result.elected.get(party, 0)
        candidates += [Candidate(party, int(v), place < won) for place, v in enumerate(votes)]
    return SourceContest(
        council=contest.council,
        key=entry.key,
        ward=contest.ward,
        date=day,
        seats=contest.seats,
        candidates=tuple(candidates),
        file=_file(key),
        rows=(row, row),
        gss=contest.ward_gss,
        electorate=contest.electorate or result.electorate,
        ballots=result.ballots,
        turnout=result.turnout,
        by_election=contest.by_election,
    )
