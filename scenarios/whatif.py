"""What if: a night with changes, beside the night as it is.

    what_if(election, declared, [("swing", {"Lab": 3, "Con": -3}), ("drop", "UKIP")])

Changes (:mod:`scenarios.changes`) are taken in this order, whatever the order of the list: other polls and supposed
results, which need a new fit; parties that do not stand; swings, factors and turnout, in the order of the list; last,
conditions on councils. The first leave all else to the model; those in the middle reuse its posterior, draw for draw; a
condition picks the draws in which it holds, and more are drawn until there are enough.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from models.polls import WINDOW
from models.posterior import Posterior
from models.types import CouncilTotals, Declared
from projection.arguments import an_election, declarations, whole
from projection.assemble import Tally, assemble
from projection.engine import belongs, fit
from projection.items import in_order
from projection.limits import MOST_DRAWS
from projection.pns_frame import MAIN
from projection.session import Session, make_session
from scenarios import moves as move
from scenarios.changes import Change, Condition, checked, in_words
from scenarios.conditioned import ENOUGH, LIMIT, count, draw_until
from scenarios.moved import Moves, no_moves
from scenarios.sampled import compare, control_chances, sampled
from scenarios.whatif_result import WhatIf
from seeds import DeclarationError, Election
from seeds.types import Poll


def what_if(
    night: Election | Session,
    declared: Declared | pd.DataFrame,
    changes: Sequence[Change],
    *,
    seed: int = 0,
    draws: int = 2000,
    within: int = 0,
    limit: int = LIMIT,
    say: Callable[[str], None] = lambda _: None,
) -> WhatIf:
    """Project a night with changes, and set it beside the night as it is.

    Parameters
    ----------
    night
        An election, or a session of it that is open already.
    declared
        What has declared, as :func:`projection.project` takes it.
    changes
        Pairs of kind and value: see :mod:`scenarios.changes`.
    seed, draws
        Of the night as it is; the changed one shares them, so that differences are not of luck.
    within
        Seats by which a draw may miss each condition on a council's seats.
    limit
        Most draws in search of those that meet the conditions.
    say
        Told what is being done.

    Raises
    ------
    ArgumentError
        If an argument is not what it has to be.
    DeclarationError
        If a change makes no sense on this night.
    ModelError
        If too few draws meet the conditions to say anything (see :mod:`scenarios.conditioned`).
    """
    seed, draws = whole("seed", seed, 0), whole("draws", draws, 1, MOST_DRAWS)
    within, limit = whole("within", within, 0), whole("limit", limit, 1)
    session = night if isinstance(night, Session) else make_session(an_election(night))
    declared = in_order(declarations(session.election, declared))
    belongs(session, declared)
    plan = checked(session.election, _read(session.election, changes))
    if not plan:
        raise DeclarationError("nothing is changed; name at least one change")
    say("Fitting the night as it is ...")
    posterior = fit(session, declared, seed=seed, draws=draws)
    tally = count(session, declared, posterior)
    before = sampled(tally)

    other, supposed, conditions = _inputs(session, declared, plan)
    fresh = other is not session or supposed is not declared
    if fresh:
        say("Fitting the changed night ...")
    after_posterior = fit(other, supposed, seed=seed, draws=draws) if fresh else posterior
    changed = _moves(other, after_posterior, supposed, plan)
    after, drawn = draw_until(
        other, supposed, after_posterior, changed, conditions, seed=seed, within=within, limit=limit, say=say
    )
    notes, quiet = _notes(plan, bool(conditions), tally)
    tables = compare(before, after, paired=not conditions)
    chances = control_chances(before), control_chances(after)
    return WhatIf(
        as_it_is=assemble(tally, as_of=None, time_note=""),
        changes=tuple(in_words(session.election, c) for c in _in_turn(plan)),
        tables={q: {} if q in quiet else rows for q, rows in tables.items()},
        control={c: (chances[0][c], chances[1][c]) for c in chances[0] if c in chances[1]},
        paired=not conditions,
        effective=after.draws,
        drawn=drawn,
        enough=not conditions or after.draws >= min(ENOUGH, draws),
        notes=notes,
        seed=seed,
        given=frozenset(c.council for c in conditions if c.control) | _seats_told(supposed),
    )


def _read(election: Election, changes: Sequence[Change]) -> Sequence[Change]:
    """The changes with tables of supposed results read; whatever else is wrong is told by whoever checks them."""
    if not isinstance(changes, Sequence):
        return changes

    def is_table(change: object) -> bool:
        pair = isinstance(change, Sequence) and len(change) == 2 and change[0] == "declare"
        return pair and isinstance(change[1], pd.DataFrame)  # type: ignore[index]

    return [("declare", declarations(election, c[1])) if is_table(c) else c for c in changes]


def _in_turn(plan: Sequence[Change]) -> list[Change]:
    """Changes in the order in which they are taken."""
    turn = {"polls": 0, "declare": 1, "drop": 2, "set": 4}
    return sorted(plan, key=lambda c: turn.get(c[0], 3))


def _inputs(session: Session, declared: Declared, plan: Sequence[Change]) -> tuple[Session, Declared, list[Condition]]:
    """The session and declarations that a new fit starts from; the same objects where none is needed."""
    election, other = session.election, session
    supposed = declared
    conditions = []
    for kind, value in plan:
        if kind == "polls":
            election = with_polls(election, value)
        elif kind == "declare":
            supposed = _together(supposed, value)
        elif kind == "set" and (totals := _told_by_totals(session, value)):
            supposed = _together(supposed, totals)
        elif kind == "set":
            conditions.append(value)
    if election is not session.election:
        standing = session.pns.standing if not isinstance(session.pns, str) else "as it stands"
        other = make_session(election, session.design.hyper, standing)
    if supposed is not declared:
        supposed = in_order(supposed)
        belongs(other, supposed)
    return other, supposed, conditions


def _together(declared: Declared, more: Declared) -> Declared:
    """What has declared, and what is supposed to; supposing against what has declared is refused."""
    twice = [k for k in more.contests if k in declared.contests] + [k for k in more.councils if k in declared.councils]
    if twice:
        raise DeclarationError(f"{twice[0]} has declared already; leave it out of what is supposed")
    return Declared(
        {**declared.contests, **more.contests},
        {**declared.councils, **more.councils},
        {**declared.lots, **more.lots},
        {**declared.turnout, **more.turnout},
    )


def _seats_told(declared: Declared) -> set[str]:
    return {c for c, t in declared.councils.items() if t.seats_won or t.seats_after}


def _told_by_totals(session: Session, condition: Condition) -> Declared | None:
    """A whole result of a council known only by totals: that is a declaration, from which the model learns."""
    if condition.control or condition.after or session.election.councils[condition.council].detail != "totals":
        return None
    if sum(condition.seats.values()) != session.election.councils[condition.council].seats_up:
        return None
    return Declared({}, {condition.council: CouncilTotals(dict(condition.seats))})


def with_polls(election: Election, shares: dict[str, float]) -> Election:
    """The election with other polls in its last four weeks; parties that are not named keep what their polls said."""
    start = election.date - WINDOW
    recent = [p for p in election.polls if start <= p.end < election.date]
    older = tuple(p for p in election.polls if not start <= p.end < election.date)
    said = {p: [poll.shares[p] for poll in recent if p in poll.shares] for poll in recent for p in poll.shares}
    told = {p: float(np.mean(v)) for p, v in said.items()} | shares
    last = election.date - dt.timedelta(days=1)
    return dataclasses.replace(election, polls=(*older, Poll(last, last, "supposed", None, told)))


def _moves(session: Session, posterior: Posterior, declared: Declared, plan: Sequence[Change]) -> Moves:
    moves = no_moves(session)
    gone = [p for kind, value in plan if kind == "drop" for p in value]
    if gone:
        moves = move.drop(session, declared, moves, dict.fromkeys(gone))
    for kind, value in plan:
        if kind in ("swing", "region", "factor", "turnout") and (again := set(gone) & set(_parties(kind, value))):
            raise DeclarationError(f"{kind}: {again.pop()} is dropped; it cannot move")
        if kind == "swing":
            moves = move.swing(session, posterior, declared, moves, value)
        elif kind == "factor":
            moves = move.factor(session, posterior, declared, moves, value)
        elif kind == "turnout":
            moves = move.turnout(session, posterior, declared, moves, value)
        elif kind == "region":
            for region, points in value.items():
                councils = [session.election.councils[c].region == region for c in session.design.councils]
                moves = move.swing(session, posterior, declared, moves, points, np.array(councils, dtype=bool))
    return moves


def _parties(kind: str, value: Any) -> list[str]:
    return [p for points in value.values() for p in points] if kind == "region" else list(value)


def _notes(plan: Sequence[Change], conditioned: bool, tally: Tally) -> tuple[tuple[str, ...], set[str]]:
    """What the figures do not say, and quantities that are not told."""
    kinds = {kind for kind, _ in plan}
    notes, quiet = [], set()
    if "turnout" in kinds:
        notes.append("All parties of a ward lose alike by its turnout: seats stay, national votes move.")
    if tally.national.reason:
        quiet.add("pns")
        notes.append(f"No projected national share: {tally.national.reason}.")
    elif {p for kind, value in plan if kind == "drop" for p in value} & set(MAIN):
        quiet.add("pns")
        notes.append("No projected national share: it takes the three main parties to stand everywhere.")
    if conditioned:
        notes.append(
            "Differences are of means, with 90% of their Monte Carlo error: a condition picks among the draws."
        )
    else:
        notes.append("Differences are draw for draw: the same draws with and without the changes.")
    return tuple(notes), quiet
