"""What a desk editor would stop at in a council's totals, by arithmetic alone.

Seats won, seats afterwards and shares are held against the pack's candidates, the seats that were not up, the wards
declared beside them, and one another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import combinations

from projection.facts import Doubt, Facts
from projection.items import Content
from projection.lumps import LUMP, TOLD_APART
from seeds.types import Contest, Council, Election
from seeds.winners import count_contest

#: Of a council that elects by thirds or halves no more than this part of the seats is up, by-elections included.
PART_UP = {"thirds": 0.5, "halves": 0.75}
#: A local party that nobody knows there is thought to be another one if it wins more than this part of the seats.
STRANGE = 0.25
#: So many times the votes of a party that won more seats are too many: of 900 councils with shares three had them.
LEAD = 1.7
#: Whom compositions call so may have stood under a name of their own.
INDEPENDENT = "Ind"


def against_totals(election: Election, council: str, standing: Callable[[tuple[str, str]], Content]) -> list[Doubt]:
    """Where a council's declared wards and its declared totals cannot both be right.

    ``standing`` gives what is declared of ``(kind, key)``, the new result among it; nothing where nothing is.
    """
    totals = standing(("council", council))
    if "won" not in totals and "after" not in totals:
        return []
    sure: Counter[str] = Counter()
    walked: Counter[str] = Counter()
    seats = 0
    for contest in election.contests_of(council):
        content = standing(("contest", contest.ballot_id))
        if "votes" in content:
            count = count_contest(content["votes"], contest.seats, content.get("lot"))
            sure.update(count.seats)
            seats += contest.seats
        elif contest.status == "uncontested":
            walked.update(contest.standing)
    won, told = totals.get("won", {}), election.councils[council]
    over = [
        f"{p} {n} in wards, {won.get(p, 0)} in all" for p, n in sure.items() if "won" in totals and n > won.get(p, 0)
    ]
    if over:
        return [("complete", f"{council} is more than complete: {'; '.join(over)}")]
    everyone = sure + walked
    if "after" not in totals or "won" in totals:
        return []
    if everyone.total() == told.seats_up == seats + walked.total():
        return _moved(told, everyone, totals["after"])
    return _fewer(everyone, totals["after"]) if _not_up(told) is None else []


def council_doubts(election: Election, slug: str, content: Content, facts: Facts) -> list[Doubt]:
    """What is doubtful in a council's totals taken by themselves."""
    council = election.councils[slug]
    out: list[Doubt] = []
    won, after = content.get("won"), content.get("after")
    up, most = sum((won or {}).values()), most_up(council)
    if most is not None and up > most:
        words = f"{up} seats won of {council.seats_total} where {council.cycle} are up: are they those afterwards?"
        out.append(("whole", words))
    # Of a council elected whole the seats afterwards are those won.
    out += _more_than_stood(election, council, won or (after if _not_up(council) == {} else None) or {})
    if facts.unnamed:
        out.append(("unnamed", f"{facts.unnamed} of {council.seats_total} seats are not named; they count as Oth"))
    if after:
        out += _moved(council, won, after) + _swapped(council.seats_before or {}, after)
    return out + _leads_without_seats(won or {}, content.get("shares", {}))


def most_up(council: Council) -> int | None:
    """The most seats that can well have been up: those known to be, else by the council's cycle; None if unknown."""
    if council.seats_up is not None or council.seats_total is None:
        return council.seats_up
    return round(council.seats_total * PART_UP.get(council.cycle or "", 1.0))


def _more_than_stood(election: Election, council: Council, won: Mapping[str, int]) -> list[Doubt]:
    """Seats of parties that have too few candidates, or where those are not all known, that nobody knows there."""
    contests = election.contests_of(council.council)
    named = {p: n for p, n in won.items() if n and p != LUMP}
    # The pack may know a ward and not who stands in it.
    known = all(c.standing for c in contests) and sum(c.seats for c in contests) == council.seats_up
    if known:
        could: Counter[str] = Counter()
        for contest in contests:
            for party, candidates in contest.standing.items():
                could[party] += min(candidates, contest.seats)
                if party != INDEPENDENT and _family(election, party) in ("local", "other"):
                    # Who counts in lumps calls them so.
                    could[INDEPENDENT] += min(candidates, contest.seats)
        over = [f"{p} {n} where it can win {could[p]} at most" for p, n in named.items() if n > could[p]]
        words = "more seats than candidates in the pack's wards: " + ", ".join(over)
        return [("candidates", f"{words}; is the party, the figure or the pack wrong?")] if over else []
    strange = []
    for party, n in named.items():
        local = _family(election, party) not in ("national", "nationalist")
        if (not local or n > STRANGE * sum(won.values())) and not _at_home(election, council, party, contests):
            strange.append(f"{party} {n}")
    words = f"{', '.join(strange)}: no such candidate and no seat there before is known to the pack; is it the party?"
    return [("candidates", words)] if strange else []


def _at_home(election: Election, council: Council, party: str, contests: list[Contest]) -> bool:
    """Whether a party may well win seats there; where a council's candidates are unknown, others' say who stands."""
    if party in (council.seats_before or {}) or any(party in {*h.shares, *h.won, *h.stood} for h in council.history):
        return True
    family = _family(election, party)
    if family == "local":
        return any(party in c.standing for c in contests)
    return any(
        party in c.standing and (family != "nationalist" or election.councils[c.council].nation == council.nation)
        for c in election.contests.values()
    )


def _family(election: Election, party: str) -> str:
    return election.parties[party].family if party in election.parties else "other"


def _not_up(council: Council) -> Mapping[str, int] | None:
    """Seats not up tonight by party: none where the whole council is; None where unknown."""
    return council.held_over or ({} if council.whole else None)


def _moved(council: Council, won: Mapping[str, int] | None, after: Mapping[str, int]) -> list[Doubt]:
    """Where seats won, if told, and those not up cannot make the seats afterwards.

    Small parties are taken together: compositions call them now by name and now "Oth".
    """
    not_up = _not_up(council)
    if not_up is None:
        return _fewer(won or {}, after)
    held, then = _together(not_up), _together(after)
    if won is None:
        short = [f"{p} {then[p]} of {n}" for p, n in held.items() if then[p] < n]
        words = f"fewer afterwards than were not up at all: {', '.join(short)}: have members changed sides?"
        return [("held", words)] if short else []
    sum_ = _together(won) + held
    off = [f"{p} {then[p]} where {n} would be" for p in sum_ | then if (n := sum_[p]) != then[p]]
    if not off:
        return []
    if not held:
        return [("held", f"not the seats won, though all were up: {', '.join(off)}: is one of them wrong?")]
    return [("held", f"not the seats won and those that were not up: {', '.join(off)}: have members changed sides?")]


def _fewer(won: Mapping[str, int], after: Mapping[str, int]) -> list[Doubt]:
    """Where a party has fewer seats afterwards than it won tonight: who else sits there need not be known."""
    got, then = _together(won), _together(after)
    short = [f"{p} {then[p]} of {n}" for p, n in got.items() if then[p] < n]
    return [("held", f"fewer afterwards than won tonight: {', '.join(short)}: is one of them wrong?")] if short else []


def _together(seats: Mapping[str, int]) -> Counter[str]:
    """Seats of the parties that every list tells apart, and of all others as "others"."""
    out: Counter[str] = Counter()
    for party, n in seats.items():
        out[party if party in TOLD_APART else "others"] += n
    return out


def _swapped(before: Mapping[str, int], after: Mapping[str, int]) -> list[Doubt]:
    out: list[Doubt] = []
    size = sum(before.values())
    if not size:
        return out
    moved = sum(abs(after.get(p, 0) - before.get(p, 0)) for p in {*after, *before})
    for p, q in combinations([x for x in after if x in before], 2):
        back = {**after, p: after[q], q: after[p]}
        left = sum(abs(back.get(x, 0) - before.get(x, 0)) for x in {*back, *before})
        if moved > 0.4 * size and left < 0.15 * size:
            out.append(("swapped", f"{p} {before[p]} to {after[p]}, {q} {before[q]} to {after[q]}: are they swapped?"))
    return out


def _leads_without_seats(won: Mapping[str, int], shares: Mapping[str, float]) -> list[Doubt]:
    """A party far ahead in votes of one that won more seats."""
    if not won or not shares:
        return []
    first = max(shares, key=lambda p: shares[p])
    for party in sorted((p for p in shares if won.get(p, 0) > won.get(first, 0)), key=lambda p: shares[p]):
        if shares[first] > LEAD * shares[party]:
            words = (
                f"{first} {shares[first]:g}% of the vote and {won.get(first, 0)} seats, {party} {shares[party]:g}% "
                f"and {won[party]}: are shares or seats swapped?"
            )
            return [("shares", words)]
    return []
