"""Results of the embedded packs, for a user's own night to build on: earlier elections that nobody need look for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from seeds.councils import council_at
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
