"""What a desk editor would stop at, by arithmetic alone: quick enough for the moment of typing.

*Impossible* is refused; *doubtful* is taken, flagged and listed until it is confirmed or corrected. Here are wards; of
councils by their totals see :mod:`projection.council_guards`. The guard that asks the model, which needs a posterior,
is in :mod:`projection.surprise`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import combinations

from projection.council_guards import council_doubts
from projection.facts import Doubt, Facts
from projection.items import Content, Item
from seeds.errors import DeclarationError
from seeds.types import Contest, Election

#: Turnout of a council's ward in percent above which somebody should look again.
HIGH_TURNOUT = 75.0
#: A turnout told is so many times that of votes and electorate, or such a part of it, before one of them is doubted: 5
#: of 5,600 known to be right are.
OTHER = 1.25
#: Votes are this many times the ward's last ones before a digit is thought to be one too many.
DIGIT = 2.0
#: A ward's votes in all are this many times, or this part of, its last ones before every figure is doubted.
WHOLE = 5.0
#: A party's share is off by this factor before two parties' votes are thought to be swapped, ...
SWAP = 1.8
#: ... and this close to the other's after swapping them back.
BACK = 1.3
#: Shares below this are too small to tell a swap.
SMALL = 0.03


def impossible(election: Election, item: Item, facts: Facts) -> list[str]:
    """Why this cannot be true, or nothing."""
    votes = item.content.get("votes")
    if item.kind != "contest":
        return []
    contest = election.contests[item.key]
    if "status" in item.content and contest.status == "uncontested":
        taken = "its seat is" if contest.seats == 1 else "its seats are"
        return [
            f"{item.key}: is uncontested: no poll is held there that could be countermanded, and {taken} filled by who "
            "stands; leave it out"
        ]
    if not votes:
        return []
    out = []
    fewest = _fewest_ballots(votes, contest.seats)
    electorate = facts.electorate if facts.electorate is not None else contest.electorate
    if facts.turnout is not None and facts.turnout > 100:
        out.append(f"{item.key}: a turnout of {facts.turnout:g}% is over 100%")
    if facts.ballots is not None and fewest > facts.ballots:
        out.append(
            f"{item.key}: the votes need at least {fewest:,} ballot papers, but only {facts.ballots:,} were counted"
        )
    if electorate is not None and max(fewest, facts.ballots or 0) > electorate:
        hint = "" if facts.electorate else "; if the pack's electorate is wrong, give it in a column electorate"
        out.append(
            f"{item.key}: {max(fewest, facts.ballots or 0):,} ballot papers at least from an electorate of "
            f"{electorate:,} is a turnout over 100%{hint}"
        )
    return out


def refuse_impossible(election: Election, items: Iterable[Item], facts: Mapping[str, Facts]) -> None:
    """Refuse declarations of which any is impossible; ``facts`` is what was told of a ballot beside its votes.

    Raises
    ------
    DeclarationError
        Naming the first ten.
    """
    refused = [line for i in items for line in impossible(election, i, facts.get(i.key, Facts()))]
    if refused:
        raise DeclarationError("\n".join(refused[:10]))


def doubts(election: Election, item: Item, facts: Facts, old: Content | None) -> list[Doubt]:
    """What is doubtful in a declaration taken by itself; ``old`` is the result that it replaces, if any."""
    if item.kind == "council":
        return council_doubts(election, item.key, item.content, facts)
    votes = item.content.get("votes")
    if not votes:
        return []
    contest = election.contests[item.key]
    out = _turnout(contest, votes, facts) + _digits(contest, votes) + _swapped(contest, votes)
    if old is not None and "votes" in old and _total(votes) < _total(old["votes"]):
        out.append(("falls", f"all votes fall from {_total(old['votes']):,} to {_total(votes):,}"))
    return out


def _fewest_ballots(votes: Mapping[str, list[float]], seats: int) -> int:
    """A ballot paper holds one vote a candidate and as many as there are seats."""
    return max(math.ceil(max(max(v, default=0) for v in votes.values())), math.ceil(_total(votes) / max(seats, 1)))


def _total(votes: Mapping[str, list[float]]) -> int:
    return round(sum(sum(v) for v in votes.values()))


def _turnout(contest: Contest, votes: Mapping[str, list[float]], facts: Facts) -> list[Doubt]:
    electorate = facts.electorate or contest.electorate
    fewest = facts.ballots or _fewest_ballots(votes, contest.seats)
    # Hardly anyone comes to the poll and votes for nobody.
    most = facts.ballots or _total(votes)
    out: list[Doubt] = []
    if facts.turnout is not None and electorate:
        ballots = facts.turnout * electorate / 100
        if not fewest / OTHER < ballots < most * OTHER:
            low, high = (f"{100 * n / electorate:.1f}" for n in (fewest, most))
            words = f"{low}%" if low == high else f"{low} to {high}%"
            what = f"a turnout of {facts.turnout:g}% where votes and an electorate of {electorate:,} make it {words}"
            out.append(("turnout", f"{what}: which of them is wrong?"))
    turnout = facts.turnout if facts.turnout is not None else (100 * fewest / electorate if electorate else None)
    if turnout is not None and turnout > HIGH_TURNOUT:
        out.append(("turnout", f"a turnout of {turnout:.0f}% at least is rare in a council's election"))
    return out


def _earlier_tops(contest: Contest) -> dict[str, float]:
    """Best candidates' votes at the ward's latest earlier contest, in tonight's electorate where both are known."""
    for earlier in reversed(contest.earlier):
        if earlier.unit == "votes":
            grown = contest.electorate / earlier.electorate if contest.electorate and earlier.electorate else 1.0
            return {p: max(v) * grown for p, v in earlier.votes.items() if v and max(v) > 0}
    return {}


def _tops(votes: Mapping[str, list[float]]) -> dict[str, float]:
    return {p: max(v, default=0) for p, v in votes.items()}


def _digits(contest: Contest, votes: Mapping[str, list[float]]) -> list[Doubt]:
    """A candidate with about ten times the votes that the ward, or the rest of the slate, would lead one to expect."""
    out = []
    before, tops = _earlier_tops(contest), _tops(votes)
    usual, total = sum(before.values()), sum(tops.values())
    if usual and (total > WHOLE * usual or total < usual / WHOLE):
        word = "many" if total > usual else "few"
        return [("digit", f"{total:,} votes in a ward that cast {usual:,.0f} before: a digit too {word} throughout?")]
    for party, own in votes.items():
        best, rest = own[0], own[1:]
        tenth = best / 10
        if rest and best > 5 * rest[0] and tenth < 2.5 * rest[0] and best >= 200:
            out.append(("digit", f"{party} {best:,} beside {rest[0]:,} of the same slate: a digit too many?"))
        elif len(own) == 1 and usual and total > DIGIT * usual and 0.5 < (total - best + tenth) / usual < 1.7:
            if best > 3 * before.get(party, 0):
                out.append(
                    ("digit", f"{party} {best:,} in a ward that cast {usual:,.0f} votes before: a digit too many?")
                )
        elif usual and _digit_too_few(best, before.get(party, 0), total, usual):
            out.append(("digit", f"{party} {best:,} after {before[party]:,.0f} before: a digit too few?"))
    return out


def _digit_too_few(best: float, before: float, total: float, usual: float) -> bool:
    """Far from the party's votes before, but near with a digit more, and so is the ward."""
    far = before > 0.15 * usual and best < before / 4 and total < 0.75 * usual
    return far and 0.5 < 10 * best / before < 2 and total + 9 * best < 1.4 * usual


def _swapped(contest: Contest, votes: Mapping[str, list[float]]) -> list[Doubt]:
    before, tops = _earlier_tops(contest), _tops(votes)
    usual, total = sum(before.values()), sum(tops.values())
    if not usual or not total:
        return []
    both = [p for p in tops if p in before and tops[p] > SMALL * total and before[p] > SMALL * usual]
    for p, q in combinations(both, 2):
        now = {x: tops[x] / total for x in (p, q)}
        then = {x: before[x] / usual for x in (p, q)}
        up, down = (p, q) if now[p] / then[p] > now[q] / then[q] else (q, p)
        far = now[up] / then[up] > SWAP and then[down] / now[down] > SWAP
        if far and 1 / BACK < now[up] / then[down] < BACK and 1 / BACK < now[down] / then[up] < BACK:
            return [
                (
                    "swapped",
                    f"{up} {100 * now[up]:.0f}% after {100 * then[up]:.0f}%, {down} {100 * now[down]:.0f}% after "
                    f"{100 * then[down]:.0f}%: are the two swapped?",
                )
            ]
    return []
