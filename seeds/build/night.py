"""Put one night together from contests that were read: the contests of a pack and their results."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from seeds.build.councils import cycle_of
from seeds.councils import CouncilEntry, councils
from seeds.labels import in_order, parties
from seeds.matching import Matches
from seeds.outcome import ContestResult, Outcome
from seeds.readers.contest import SourceContest
from seeds.types import Contest, EarlierResult, Election, Party


def slug(name: str) -> str:
    """A ward's name as Democracy Club writes it in a ballot id: "Leigh & St Mary's" is ``leigh-st-marys``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


def ballot_ids(contests: Sequence[SourceContest], published: Mapping[tuple[str, str], str]) -> list[str]:
    """Ballot id of each contest: the published one where known (by council and ward, or its own), else by the rule.

    A second contest in a ward of the same council gets ``.by``, a third ``.by2``.
    """
    out: dict[str, None] = {}
    for c in contests:
        known = c.ballot_id or published.get((c.key, c.gss or "")) or published.get((c.key, c.ward))
        mark = ".by" if c.by_election else ""
        made = known or f"local.{c.council}.{slug(c.ward)}{mark}.{c.date}"
        head, _, date = made.rpartition(".")
        n = 1
        while made in out:
            made = f"{head.removesuffix('.by')}.by{n if n > 1 else ''}.{date}"
            n += 1
        out[made] = None
    return list(out)


def by_elections(
    contests: Sequence[SourceContest], totals: Mapping[str, int], published: Mapping[tuple[str, str], str]
) -> list[SourceContest]:
    """Contests with by-elections marked: as a published id says, else where the council holds no ordinary election.

    Parameters
    ----------
    contests
        All of the night.
    totals
        Seats of each council (by key) as far as they are known; of others no contest is marked.
    published
        As for :func:`ballot_ids`.
    """
    up: Counter[str] = Counter()
    for c in contests:
        up[c.key] += c.seats
    out = []
    for c in contests:
        own = c.ballot_id or published.get((c.key, c.gss or "")) or published.get((c.key, c.ward))
        only = c.key in totals and cycle_of(up[c.key], totals[c.key]) is None
        out.append(replace(c, by_election=c.by_election or ".by." in own if own else only))
    return out


def result_check(c: SourceContest) -> str:
    """What is odd about the source's ``elected``, in words; empty where a count of the votes names the same winners."""
    if c.uncontested or c.countermanded or any(x.elected is None for x in c.candidates):
        return ""
    marked = sum(bool(x.elected) for x in c.candidates)
    if marked != c.seats:
        return f"the source marks {marked} as elected to {c.seats} seats"
    ranked = sorted(c.candidates, key=lambda x: (-x.votes, not x.elected))
    if not all(x.elected for x in ranked[: c.seats]):
        return "the source marks a candidate as elected who has fewer votes than another who is not"
    last, next_ = ranked[c.seats - 1], ranked[c.seats] if len(ranked) > c.seats else None
    if next_ and last.votes == next_.votes and last.party != next_.party:
        return f"tie of {last.party} and {next_.party} at {last.votes} votes: the source gives the seat to {last.party}"
    return ""


def past(e: SourceContest, matched_by: str) -> EarlierResult:
    """An earlier contest, as a pack holds it."""
    return EarlierResult(
        date=e.date,
        votes=e.votes(),
        seats=e.seats,
        electorate=e.electorate,
        turnout=e.turnout,
        matched_by=matched_by,
    )


def contests_of(
    tonight: Sequence[SourceContest], matches: Matches, ids: Sequence[str], notes: Mapping[str, str]
) -> tuple[dict[str, Contest], dict[str, ContestResult]]:
    """Contests without tonight's votes, and apart from them their results.

    Parameters
    ----------
    tonight, matches, ids
        Contests, their earlier results and their ballot ids, in one order.
    notes
        Remarks on contests, by ballot id.
    """
    contests: dict[str, Contest] = {}
    results: dict[str, ContestResult] = {}
    for place, (c, found, ballot) in enumerate(zip(tonight, matches.found, ids, strict=True)):
        standing = c.standing()
        contests[ballot] = Contest(
            ballot_id=ballot,
            council=c.council,
            ward=c.ward,
            seats=c.seats,
            standing={p: standing[p] for p in in_order(frozenset(standing))},
            rule="stv" if councils()[c.key].type == "SC" else "plurality",
            ward_gss=c.gss,
            electorate=c.electorate,
            by_election=c.by_election,
            status="countermanded" if c.countermanded else "uncontested" if c.uncontested else "poll",
            earlier=tuple(past(e, how) for e, how in found),
            alike=tuple(past(e, how) for e, how in matches.alike.get(place, ())),
            note=notes.get(ballot, ""),
        )
        won = c.won()
        results[ballot] = ContestResult(
            ballot_id=ballot,
            votes={} if c.uncontested or c.countermanded else c.votes(),
            elected={p: won[p] for p in in_order(frozenset(won))},
            electorate=c.electorate,
            ballots=c.ballots,
            turnout=c.turnout,
            note=result_check(c),
        )
    return contests, results


def sort_key(c: SourceContest) -> tuple[str, str, int, str]:
    """Order of a pack's contests: by council, then ward; a by-election after the ordinary contest of its ward."""
    return c.council, slug(c.ward), int(c.by_election), c.gss or ""


def parties_of(election: Election, outcome: Outcome | None, extra: Mapping[str, Party]) -> dict[str, Party]:
    """Every party that stands anywhere in a pack, in the order of the table of parties.

    ``extra`` are a user's own parties, which the table lacks.
    """
    used: set[str] = set()
    for c in election.contests.values():
        used.update(c.standing)
        for e in (*c.earlier, *c.alike):
            used.update(e.votes)
    for council in election.councils.values():
        used.update(council.seats_before or {}, council.held_over or {})
        used.update(p for p in [council.control_before] if p and p != "NOC")
        for h in council.history:
            used.update(h.shares, h.stood, h.won)
    for shares in [*(p.shares for p in election.polls), *(n.shares for n in election.national)]:
        used.update(shares)
    if outcome:
        for r in outcome.contests.values():
            used.update(r.votes, r.elected)
        for o in outcome.councils.values():
            used.update(o.seats_won or {}, o.seats_after or {}, o.shares)
            used.update(p for p in [o.control_after] if p and p != "NOC")
        for shares in outcome.national.values():
            used.update(shares)
    table = {**parties(), **extra}
    return {p: table[p] for p in [*in_order(frozenset(used & set(parties()))), *sorted(used - set(parties()))]}


def entry_of(contests: Sequence[SourceContest]) -> dict[str, CouncilEntry]:
    """Entry of every council that has a contest, by slug, in order of the slug."""
    return {c.council: councils()[c.key] for c in sorted(contests, key=lambda c: c.council)}
