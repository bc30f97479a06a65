"""Changes to a posterior that need no new fit: swings on top, a party that does not stand, wards where fewer vote.

All act on contests and councils still to come: what has declared is a fact. A swing is a constant added to a party's
utility (its log share up to a constant of the contest), so everyone else gives way in proportion.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from models.coarse import draw_votes
from models.columns import column_of
from models.design import build_design
from models.posterior import Posterior, make_kernel
from models.types import Declared
from projection.known import contest_weights
from projection.session import Session
from scenarios.moved import Moves, moved, recount
from seeds import DeclarationError

Array = NDArray[np.float64]
Float = NDArray[np.float32]
Index = NDArray[np.int64]

#: Draws from which it is found how far a swing of so many points moves utilities.
MEASURE = 200
#: Added to the utility of whoever does not stand: a share of 1e-26.
GONE = -60.0
#: A swing in points is met to this part of a point.
NEAR, MOST_STEPS = 1e-4, 200


def drop(session: Session, declared: Declared, moves: Moves, parties: Collection[str]) -> Moves:
    """Some parties do not stand where nothing has declared.

    What the model has learned of who comes and goes ("UKIP leaves", "UKIP enters") decides who takes their vote: the
    covariates are those of an election without them.

    Raises
    ------
    DeclarationError
        If a party stands nowhere to come, or leaves a contest without anyone.
    """
    election, slots = session.election, session.design.slots
    contests = dict(election.contests)
    for party in parties:
        open_to = [b for b in slots.ballots if b not in declared.contests and party in election.contests[b].standing]
        if not open_to and column_of(party) not in _totals_columns(session, declared):
            raise DeclarationError(f"drop: {party} stands in no contest that is still to declare")
        for ballot in open_to:
            standing = {p: n for p, n in contests[ballot].standing.items() if p != party}
            if not standing:
                raise DeclarationError(f"drop: without {party} nobody stands in {ballot}; keep one of those dropped")
            contests[ballot] = dataclasses.replace(contests[ballot], standing=standing)
    other = build_design(dataclasses.replace(election, contests=contests), session.design.hyper)
    kernel = make_kernel(other)
    shift, covariates = moves.shift.copy(), session.kernel.covariates.copy()
    slot, gap = session.kernel.slot.copy(), session.kernel.gap.copy()
    names = np.array([*slots.parties, ""])
    for i, ballot in enumerate(slots.ballots):
        kept = list(contests[ballot].standing)
        if len(kept) == len(election.contests[ballot].standing):
            continue
        for j, p in enumerate(slots.party[i]):
            if p < 0:
                break
            if names[p] not in kept:
                shift[i, j] += GONE
                covariates[i, j] = 0.0
                continue
            k = kept.index(str(names[p]))
            # What is expected of the others without swing may change with who stands: covariates do, baselines do not.
            covariates[i, j] = kernel.covariates[i, k]
        if sum(contests[ballot].standing.values()) < slots.seats[i]:
            _empty(slot[i], gap[i], [j for j, p in enumerate(slots.party[i]) if p >= 0 and names[p] in kept])
    totals = moves.totals.copy()
    open_rows = _open_totals(session, declared)
    columns = [session.design.columns.index(c) for c in map(column_of, parties) if c in session.design.columns]
    gone = np.isin(session.design.totals.column, columns) & open_rows[:, None]
    totals[gone] += GONE
    return dataclasses.replace(moves, shift=shift, totals=totals, covariates=covariates, slot=slot, gap=gap)


def _empty(slot: Index, gap: Float, kept: list[int]) -> None:
    """Leave only the candidates of slates that stand, so that seats nobody stands for stay empty; in place."""
    rest = [(s, g) for s, g in zip(slot, gap, strict=True) if s in kept]
    slot[:], gap[:] = -1, 0.0
    for q, (s, g) in enumerate(rest):
        slot[q], gap[q] = s, g


def swing(
    session: Session,
    posterior: Posterior,
    declared: Declared,
    moves: Moves,
    points: Mapping[str, float],
    council: NDArray[np.bool_] | None = None,
) -> Moves:
    """Parties gain so many points of the vote that is still to be declared; all others give way in proportion.

    Parameters
    ----------
    points
        Party -> points of the votes of best candidates, on average over draws and over the wards to come.
    council
        Councils that move, shape ``(c,)`` as in ``design.councils``; all if None.

    Raises
    ------
    DeclarationError
        If a party does not stand there, or would have less than nothing or more than everything.
    """
    where, rows = _open(session, posterior, declared, council)
    few = _few(moved(posterior, moves))
    slots, design = session.design.slots, session.design
    if len(where):
        share = few.shares_of(where).astype(np.float64)
        weight = contest_weights(recount(session, moves), declared)[where]
        who = np.array([*slots.parties, ""])[slots.party[where]]
    elif rows.any():
        rng = np.random.default_rng([posterior.seed, 6])
        share = draw_votes(few.design, few.beta, few.level, few.late_totals, rng)[:, rows]
        weight = design.totals_seats[rows].astype(float)
        who = np.array([*design.columns, ""])[design.totals.column[rows]]
    else:
        raise DeclarationError("swing: nothing is left to declare there")
    named = list(points)
    mask = np.array([who == p for p in named])
    for p, there in zip(named, mask, strict=True):
        if not there.any():
            raise DeclarationError(f"swing: {p} does not stand where nothing has declared yet")
    weight /= weight.sum()

    def level(delta: Array) -> Array:
        raised = share * np.exp(np.einsum("p,pns->ns", delta, mask))
        raised /= np.maximum(raised.sum(axis=2, keepdims=True), 1e-300)
        return np.einsum("dns,pns,n->p", raised, mask, weight, optimize=True) / len(share)

    now = level(np.zeros(len(named)))
    goal = now + np.array(list(points.values())) / 100
    if (goal <= 0).any() or goal.sum() >= 1:
        at = ", ".join(f"{p} {100 * x:.1f}%" for p, x in zip(named, now, strict=True))
        raise DeclarationError(f"swing: leaves a party without votes or all others; as it is: {at} of the vote to come")
    delta = np.zeros(len(named))
    for _ in range(MOST_STEPS):
        got = level(delta)
        if np.abs(got - goal).max() < NEAR / 100:
            break
        delta += np.log(goal / (1 - goal)) - np.log(got / (1 - got))
    else:
        raise DeclarationError("swing: no move of these parties gives so many points; a party stands in too few wards")
    return _shifted(session, moves, dict(zip(named, delta, strict=True)), where, rows)


def factor(
    session: Session, posterior: Posterior, declared: Declared, moves: Moves, factors: Mapping[str, float]
) -> Moves:
    """Parties' votes are multiplied in every ward to come, before shares are made a whole again.

    Raises
    ------
    DeclarationError
        If a factor is not above zero, or a party stands nowhere to come.
    """
    where, rows = _open(session, posterior, declared, None)
    here = set(np.array([*session.design.slots.parties, ""])[session.design.slots.party[where]].ravel())
    here |= _totals_columns(session, declared)
    for party, times in factors.items():
        if times <= 0:
            raise DeclarationError(f"factor: {party} {times:g} is not above zero; use drop for an absent party")
        if party not in here:
            raise DeclarationError(f"factor: {party} does not stand where nothing has declared yet")
    return _shifted(session, moves, {p: float(np.log(x)) for p, x in factors.items()}, where, rows)


def turnout(
    session: Session, posterior: Posterior, declared: Declared, moves: Moves, percent: Mapping[str, float]
) -> Moves:
    """Wards that a party is expected to lead cast so many percent more or fewer votes; shares within a ward stay.

    Raises
    ------
    DeclarationError
        If a change is less than minus a hundred percent, or a party leads nowhere.
    """
    where, _ = _open(session, posterior, declared, None)
    few = _few(moved(posterior, moves))
    slots = session.design.slots
    leads = few.shares_of(where).mean(axis=0).argmax(axis=1) if len(where) else np.zeros(0, dtype=np.int64)
    leader = np.array([*slots.parties, ""])[slots.party[where, leads]]
    votes = moves.votes.copy()
    for party, change in percent.items():
        if change <= -100:
            raise DeclarationError(f"turnout: {party} {change:g}% leaves no votes; give a change above -100%")
        mine = where[leader == party]
        if not len(mine):
            raise DeclarationError(f"turnout: {party} is expected to lead in no ward that is still to declare")
        votes[mine] *= 1 + change / 100
    return dataclasses.replace(moves, votes=votes)


def _few(posterior: Posterior) -> Posterior:
    """The first draws of a posterior, enough to measure a move by."""
    first = {name: getattr(posterior, name)[:MEASURE] for name in ("beta", "level", "scale", "late", "late_seats")}
    return dataclasses.replace(posterior, **first)


def _shifted(
    session: Session, moves: Moves, delta: Mapping[str, float], where: Index, rows: NDArray[np.bool_]
) -> Moves:
    slots, design = session.design.slots, session.design
    shift, totals = moves.shift.copy(), moves.totals.copy()
    for party, move in delta.items():
        if party in slots.parties:
            shift[where] += move * (slots.party[where] == slots.parties.index(party))
        # A local party is one of many in its column: there only the column moves, for parties that have one.
        if party in design.columns:
            totals[rows] += move * (design.totals.column[rows] == design.columns.index(party))
    return dataclasses.replace(moves, shift=shift, totals=totals)


def _open(
    session: Session, posterior: Posterior, declared: Declared, council: NDArray[np.bool_] | None
) -> tuple[Index, NDArray[np.bool_]]:
    """Contests to come, and rows of councils known by totals to come, of the councils wanted."""
    design = session.design
    wanted = np.ones(len(design.councils), dtype=bool) if council is None else council
    where = posterior.undeclared
    return where[wanted[design.contests.council[where]]], (
        _open_totals(session, declared) & wanted[design.totals.council]
    )


def _open_totals(session: Session, declared: Declared) -> NDArray[np.bool_]:
    return np.array([name not in declared.councils for name in session.design.totals_names], dtype=bool)


def _totals_columns(session: Session, declared: Declared) -> set[str]:
    design = session.design
    held = design.totals.column[_open_totals(session, declared)]
    return {design.columns[c] for c in np.unique(held[held >= 0])}
