"""Feed the declarations of a past night, in order, to the engine in :mod:`projection`."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.types import CouncilTotals, Declared
from projection.counting import count_contest
from projection.engine import project_declared
from projection.result import Projection
from projection.session import Session
from scenarios.schedule import Schedule
from seeds import Election, Outcome
from seeds.types import Votes


@dataclass(frozen=True, slots=True)
class Step:
    """One projection of a replay: after ``councils`` declared, the last of them at ``at`` (None: no clock)."""

    councils: tuple[str, ...]
    so_far: int
    of: int
    at: dt.datetime | None
    time_known: bool
    projection: Projection


def declared_by(election: Election, outcome: Outcome, councils: Sequence[str]) -> Declared:
    """All that these councils declared: votes of their wards, and totals where the pack knows them by totals.

    Where only the composition afterwards is known of a council, that is what it declares.
    """
    wanted = set(councils)
    contests: dict[str, Votes] = {}
    lots: dict[str, Mapping[str, int]] = {}
    turnout: dict[str, float] = {}
    for ballot, result in outcome.contests.items():
        contest = election.contests.get(ballot)
        if contest is None or contest.council not in wanted or not result.votes:
            continue
        if contest.rule != "plurality" or contest.status != "poll" or not contest.standing:
            continue
        contests[ballot] = result.votes
        if result.turnout is not None:
            turnout[ballot] = result.turnout
        if result.elected and count_contest(result.votes, contest.seats).lot:
            lots[ballot] = result.elected
    totals = {}
    for council in councils:
        told = outcome.councils.get(council)
        if told is None or election.councils[council].detail == "wards":
            continue
        if told.seats_won is not None or told.seats_after is not None:
            totals[council] = CouncilTotals(told.seats_won or {}, told.shares, told.seats_after)
    return Declared(contests, totals, lots, turnout)


def by_seats(election: Election, declared: Declared) -> Declared:
    """The same night where councils whose wards the pack knows have told the seats won by party and no votes yet.

    A council of which a ward waits for a lot is left as it declared.
    """
    won: dict[str, Counter[str]] = {}
    waiting = set()
    for ballot, contest in election.contests.items():
        if election.councils[contest.council].detail != "wards":
            continue
        if ballot in declared.contests:
            count = count_contest(declared.contests[ballot], contest.seats, declared.lots.get(ballot))
            won.setdefault(contest.council, Counter()).update(count.seats)
            if count.lot:
                waiting.add(contest.council)
    for contest in election.contests.values():
        if contest.status == "uncontested" and contest.council in won:
            won[contest.council].update(contest.standing)
    told = {c: CouncilTotals(dict(seats)) for c, seats in won.items() if c not in waiting}
    left = {b: v for b, v in declared.contests.items() if election.contests[b].council not in told}
    return dataclasses.replace(declared, contests=left, councils={**declared.councils, **told})


def replay(
    election: Election,
    outcome: Outcome,
    order: Schedule,
    *,
    session: Session,
    every: int = 1,
    first: int | None = None,
    seed: int = 0,
    draws: int = 2000,
    end: Projection | None = None,
) -> Iterator[Step]:
    """Project after each declaration.

    Parameters
    ----------
    order
        Councils in the order in which they declare, and their times.
    every
        Councils per projection; they are then taken in batches.
    first
        Councils taken together at the start; 0 projects before any has declared. None starts with a batch.
    end
        The projection once all of the order have declared, of the same seed and draws, where it is made already.

    Yields
    ------
    Step
        In order; the last has everything declared.
    """
    councils = order.councils
    starts = [every if first is None else first]
    while starts[-1] < len(councils):
        starts.append(starts[-1] + every)
    done = 0
    for count in starts:
        count = min(count, len(councils))
        so_far = councils[:count]
        at, note = order.at(so_far), order.note(so_far)
        if end is not None and count == len(councils):
            projection = dataclasses.replace(end, as_of=at, time_note=note)
        else:
            projection = project_declared(
                election,
                declared_by(election, outcome, so_far),
                seed=seed,
                draws=draws,
                session=session,
                as_of=at,
                time_note=note,
            )
        yield Step(
            councils=councils[done:count],
            so_far=count,
            of=len(councils),
            at=at,
            time_known=any(c in order.known for c in so_far if order.times.get(c) == at),
            projection=projection,
        )
        done = count


def differences(election: Election, outcome: Outcome, projection: Projection) -> list[str]:
    """Where our count differs from the source's seats or control: a line each, for councils that have declared."""
    out = []
    for slug, council in projection.councils.items():
        told = outcome.councils.get(slug)
        if council.state != "declared" or told is None:
            continue
        ours_in_control = next(iter(council.control), None)
        if ours_in_control and told.control_after and ours_in_control != told.control_after:
            out.append(f"{council.name}: control {ours_in_control} counted, {told.control_after} in the source")
        if told.seats_won is None:
            continue
        ours = {p: round(s.p50) for p, s in council.won.items() if round(s.p50)}
        theirs = {p: n for p, n in told.seats_won.items() if n}
        if ours != theirs:
            apart = [p for p in ours | theirs if ours.get(p, 0) != theirs.get(p, 0)]
            words = ", ".join(f"{p} {ours.get(p, 0)} counted, {theirs.get(p, 0)} in the source" for p in apart)
            out.append(f"{council.name}: {words}")
    return out
