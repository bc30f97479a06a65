"""One declared contest: do its candidates, votes and winners belong together?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from projection.reading import Reading, ballots_near
from projection.tables import Problems, Row
from seeds.types import Contest, Votes
from seeds.winners import count_contest

_ELECTED = dict.fromkeys(("true", "t", "yes", "y", "1", "elected"), True) | dict.fromkeys(
    ("false", "f", "no", "n", "0", "not elected"), False
)


@dataclass(frozen=True, slots=True)
class ContestRow:
    """One candidate as declared; ``elected`` is None where the file does not say."""

    row: Row
    party: str
    votes: int
    elected: bool | None
    candidate: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A contest that holds together: votes by party, best first; ``lot`` the winners where votes tied."""

    votes: Votes
    lot: Mapping[str, int]


def read_contest_row(reading: Reading, column: str, row: Row) -> tuple[str, ContestRow] | None:
    """The ballot and content of one candidate's row; None, with a complaint, if it cannot be taken."""
    ballot = row.cells[column]
    contest = reading.election.contests.get(ballot)
    if contest is None:
        reading.unknown_name(row, column, "ballot", ballots_near(reading.election, ballot))
        return None
    if contest.rule != "plurality" or contest.status != "poll":
        if ballot not in reading.spoilt:
            polled = contest.status == "poll"
            why = f"is counted by {contest.rule}, which is not built" if polled else f"is {contest.status}"
            reading.problems.add(row, column, f"'{ballot}' {why}; leave it out")
        reading.spoilt.add(ballot)
        return None
    if not contest.standing:
        if ballot not in reading.spoilt:
            reading.problems.add(row, column, f"the pack does not know who stood in '{ballot}'; leave it out")
        reading.spoilt.add(ballot)
        return None
    party = reading.party(row, contest.standing)
    stands = party in contest.standing
    if party is not None and not stands:
        stood = ", ".join(contest.standing)
        reading.problems.add(row, "party", f"{party} did not stand in {ballot} (standing: {stood})")
    votes = reading.whole(row, "votes")
    word = row.cells.get("elected", "").casefold()
    elected = _ELECTED.get(word)
    if word and elected is None:
        reading.problems.add(row, "elected", f"'{row.cells['elected']}' is neither true nor false")
    if party is None or not stands or votes is None or (word and elected is None):
        reading.spoilt.add(ballot)
        return None
    return ballot, ContestRow(row, party, votes, elected, row.cells.get("candidate", ""))


def check_contest(reading: Reading, contest: Contest, lines: list[ContestRow]) -> Taken | None:
    """Check the rows of one contest; note what is wrong and return None if anything is.

    A contest repeated with the same votes is taken once; with different votes it is an error, since
    nobody but the person who wrote the file knows which is right.
    """
    problems = reading.problems
    before = len(problems.lines)
    lines = _once(contest, lines, problems)
    if len(problems.lines) == before:
        _all_there(contest, lines, reading)
    if len(problems.lines) == before:
        _winners(contest, lines, problems)
    if len(problems.lines) > before:
        return None
    votes = {p: tuple(sorted((float(x.votes) for x in lines if x.party == p), reverse=True)) for p in contest.standing}
    elected = Counter(x.party for x in lines if x.elected)
    lot = dict(elected) if elected and count_contest(votes, contest.seats).lot else {}
    return Taken(votes, lot)


def _once(contest: Contest, lines: list[ContestRow], problems: Problems) -> list[ContestRow]:
    """Drop rows that say the same thing twice; note those that contradict."""
    if all(x.candidate for x in lines):
        seen: dict[tuple[str, str], ContestRow] = {}
        for x in lines:
            first = seen.setdefault((x.party, x.candidate.casefold()), x)
            if (first.votes, first.elected) != (x.votes, x.elected):
                _contradicts(contest, first, x, problems)
        return list(seen.values())
    given = Counter(x.party for x in lines)
    times, rest = divmod(len(lines), sum(contest.standing.values()))
    if rest or times < 2 or any(given[p] != times * n for p, n in contest.standing.items()):
        return lines
    # Without names: the whole contest stands there several times, so compare its copies party by party.
    for party, n in contest.standing.items():
        own = [x for x in lines if x.party == party]
        for k in range(1, times):
            again = own[k * n : (k + 1) * n]
            for a, b in zip(_ranked(own[:n]), _ranked(again), strict=True):
                if (a.votes, a.elected) != (b.votes, b.elected):
                    _contradicts(contest, a, b, problems)
                    return lines
    kept: list[ContestRow] = []
    for x in lines:
        if sum(y.party == x.party for y in kept) < contest.standing[x.party]:
            kept.append(x)
    return kept


def _ranked(lines: list[ContestRow]) -> list[ContestRow]:
    return sorted(lines, key=lambda x: (-x.votes, not x.elected))


def _contradicts(contest: Contest, a: ContestRow, b: ContestRow, problems: Problems) -> None:
    where = f"row {a.row.number}" if a.row.file == b.row.file else f"{a.row.file}, row {a.row.number}"
    column = "votes" if a.votes != b.votes else "elected"
    problems.add(
        b.row,
        column,
        f"{contest.ballot_id} stands twice: {b.party} {b.candidate or 'candidate'} has {b.votes} votes here and "
        f"{a.votes} in {where}; keep the right one"
        if column == "votes"
        else f"{contest.ballot_id} stands twice: elected differs from {where}; keep the right one",
    )


def _all_there(contest: Contest, lines: list[ContestRow], reading: Reading) -> None:
    """Every candidate who stood, and no other."""
    problems = reading.problems
    given: Counter[str] = Counter()
    for x in lines:
        given[x.party] += 1
        if given[x.party] > contest.standing[x.party]:
            stood = contest.standing[x.party]
            problems.add(
                x.row,
                "party",
                f"one more {x.party} candidate in {contest.ballot_id} than the {stood} who stood"
                + ("" if x.candidate else " (or the contest stands twice)"),
            )
            return
    missing = [f"{n - given[p]} {p}" for p, n in contest.standing.items() if given[p] < n]
    if missing and reading.unknown:
        return  # the missing may be among the rows with an unknown name
    if missing:
        problems.add(
            lines[-1].row,
            "party",
            f"{contest.ballot_id} lacks the votes of {', '.join(missing)} candidate(s) who stood; "
            "leave the contest out until it has declared in full",
        )
    elif not any(x.votes for x in lines):
        problems.add(
            lines[-1].row, "votes", f"nobody has a vote in {contest.ballot_id}; leave it out until it declares"
        )


def _winners(contest: Contest, lines: list[ContestRow], problems: Problems) -> None:
    """The elected, where the file names any, are those with the most votes."""
    winners = [x for x in lines if x.elected]
    if not winners and any(x.elected is None for x in lines):
        return  # the file does not say
    filled = min(contest.seats, len(lines))
    if len(winners) != filled:
        more = "more than" if len(winners) > filled else "fewer than"
        problems.add(
            (winners or lines)[-1].row,
            "elected",
            f"{len(winners)} are elected in {contest.ballot_id}, {more} the {filled} seat{'s' * (filled != 1)}",
        )
        return
    least = min(winners, key=lambda x: x.votes)
    losers = [x for x in lines if not x.elected]
    best = max(losers, key=lambda x: x.votes, default=None)
    if best is not None and best.votes > least.votes:
        problems.add(
            least.row,
            "elected",
            f"{least.party} is elected in {contest.ballot_id} with {least.votes} votes, but {best.party} "
            f"(row {best.row.number}) is not with {best.votes}",
        )
