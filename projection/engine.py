"""From declarations and a posterior to one frozen :class:`~projection.result.Projection`."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from threadpoolctl import threadpool_limits

from models import Posterior, update
from models.parties import noise_by_party
from models.types import Declared
from projection.arguments import whole
from projection.assemble import Tally, assemble
from projection.counting import Count, count_contest, elect
from projection.items import in_order
from projection.known import contest_weights, declared_share_table
from projection.layout import Index, lay_out, slot_lines
from projection.limits import MOST_DRAWS
from projection.pns import finish
from projection.pns_result import National
from projection.pns_sums import add_block, start_sums
from projection.result import Projection
from projection.seating import Beyond, extra_pairs, seat
from projection.session import Session, make_session
from projection.summary import BINS, tally
from projection.tonight import learn_tonight
from projection.turnout import project_turnout
from seeds.errors import DeclarationError
from seeds.types import Election

#: Draws reduced at a time: a block of 2,400 wards stays under 100 MB.
BLOCK = 250


def project_declared(
    election: Election,
    declared: Declared,
    *,
    seed: int = 0,
    draws: int = 2000,
    session: Session | None = None,
    as_of: dt.datetime | None = None,
    time_note: str = "",
) -> Projection:
    """Project the night: what :func:`projection.project` does once its arguments are checked.

    A pure function of the pack, the net set of declarations, the seed and the number of draws: the order of arrival
    and earlier projections leave no trace.

    Raises
    ------
    ArgumentError
        If there are too many draws to count, or none.
    DeclarationError
        If something declared does not belong to the election.
    ModelError
        If the model cannot be fitted.
    """
    draws = whole("draws", draws, 1, MOST_DRAWS)
    session = session or make_session(election)
    belongs(session, declared)
    return assemble(count_draws(session, declared, seed=seed, draws=draws), as_of=as_of, time_note=time_note)


def count_draws(session: Session, declared: Declared, *, seed: int, draws: int) -> Tally:
    """A fresh posterior, counted: every draw of seats and votes, before it is summarised.

    Raises
    ------
    ModelError
        If the model cannot be fitted.
    """
    declared = in_order(declared)
    counts = counted(session, declared)
    posterior = fit(session, declared, seed=seed, draws=draws, counts=counts)
    return reduce(session, declared, posterior, seed=seed, draws=draws, counts=counts)


# The model's matrices are small: a second BLAS thread gains nothing, costs minutes on a busy machine, and makes the
# last digits depend on the number of cores.
@threadpool_limits.wrap(limits=1, user_api="blas")
def fit(
    session: Session,
    declared: Declared,
    *,
    seed: int,
    draws: int,
    tonight: bool = True,
    counts: Mapping[str, Count] | None = None,
) -> Posterior:
    """A fresh posterior of the night.

    Parameters
    ----------
    counts
        From :func:`counted`, if at hand.
    tonight
        Whether tonight's seats teach what seats do beyond votes (:mod:`projection.tonight`).

    Raises
    ------
    ModelError
        If the model cannot be fitted.
    """
    posterior = noise_by_party(
        update(session.design, _for_model(session.election, declared), seed=seed, draws=draws, kernel=session.kernel)
    )
    if not tonight:
        return posterior
    return learn_tonight(posterior, counted(session, declared) if counts is None else counts)


def counted(session: Session, declared: Declared) -> dict[str, Count]:
    """Declared contests, counted."""
    seats = {b: session.election.contests[b].seats for b in declared.contests if b in session.election.contests}
    return {b: count_contest(declared.contests[b], n, declared.lots.get(b)) for b, n in seats.items()}


def belongs(session: Session, declared: Declared) -> None:
    """See that everything declared belongs to the election.

    Raises
    ------
    DeclarationError
        If something does not.
    """
    polled = set(session.design.slots.ballots)
    for ballot, votes in declared.contests.items():
        if ballot not in polled:
            raise DeclarationError(f"'{ballot}' is no contest of {session.election.key} that is counted by plurality")
        stood = session.election.contests[ballot].standing
        if unknown := [p for p in votes if p not in stood]:
            raise DeclarationError(f"{unknown[0]} did not stand in {ballot}")
    for council in declared.councils:
        if council not in session.election.councils:
            raise DeclarationError(f"'{council}' is no council of {session.election.key}")


@threadpool_limits.wrap(limits=1, user_api="blas")
def reduce(
    session: Session,
    declared: Declared,
    posterior: Posterior,
    *,
    seed: int,
    draws: int,
    counts: Mapping[str, Count] | None = None,
) -> Tally:
    """Count all draws, block by block, together with what is already known; ``counts`` as in :func:`fit`."""
    election, slots = session.election, session.design.slots
    counts = counted(session, declared) if counts is None else counts
    beyond = Beyond(posterior.totals_councils, posterior.totals_parties, posterior.totals())
    layout = lay_out(election, extra_pairs(declared, beyond))
    line = slot_lines(layout, slots)
    seating = seat(layout, declared, counts, beyond, slots, seed=seed, draws=draws)

    shares = declared_share_table(session, declared)
    weight = contest_weights(session, declared)
    national = None if isinstance(session.pns, str) else start_sums(session.pns, shares, draws)
    known = np.isfinite(shares).any(axis=1)
    # Wards of a council that has declared by totals still have shares to draw, but no more seats to give.
    settled = np.array([c in seating.settled for c in slots.council_names], dtype=bool)[slots.councils]
    seat_line = np.where(settled[:, None], -1, line)
    contests = np.flatnonzero(~known)
    contests = contests[np.argsort(slots.councils[contests], kind="stable")]
    starts = _group_starts(slots.councils[contests])
    votes = np.zeros((draws, len(layout.council)))
    base = weight[known, None] * np.nan_to_num(shares[known])
    votes += np.bincount(line[known][line[known] >= 0], base[line[known] >= 0], minlength=votes.shape[1])
    wins = np.zeros(line.shape, dtype=np.int64)
    total = np.zeros(line.shape)
    histogram = np.zeros((*line.shape, BINS), dtype=np.uint16)
    first = 0
    if len(contests):
        for block in posterior.blocks(BLOCK):
            here = slice(first, first + len(block))
            tally(block, contests, starts, weight, line, votes[here], total, histogram)
            if national is not None:
                add_block(national, block, first)
            elect(
                posterior.candidates(block, first),
                contests,
                starts,
                slots.seats,
                posterior.candidate_slot,
                seat_line,
                seating.seats[here],
                wins,
            )
            first += len(block)
    return Tally(
        layout=layout,
        slots=slots,
        declared=declared,
        counts=counts,
        seating=seating,
        votes=votes,
        declared_shares=shares,
        share_sum=total,
        histogram=histogram,
        wins=wins,
        national=National(reason=str(session.pns)) if national is None else finish(national, election, seed),
        turnout=project_turnout(election, declared, seed=seed, draws=draws),
        seed=seed,
        diagnostics=dict(posterior.diagnostics),
    )


def _for_model(election: Election, declared: Declared) -> Declared:
    """Without councils of which only the composition afterwards is known, and without seats that nobody polled for."""
    told = {
        c: dataclasses.replace(t, seats_won=_polled(election, c, t.seats_won))
        for c, t in declared.councils.items()
        if t.seats_won or t.shares
    }
    return Declared(declared.contests, told, declared.lots)


def _polled(election: Election, council: str, won: Mapping[str, int]) -> Mapping[str, int]:
    """Seats won in wards with a poll, of a council whose wards the pack knows."""
    if election.councils[council].detail != "wards":
        return won
    walked: Counter[str] = Counter()
    for contest in election.contests_of(council):
        if contest.status == "uncontested":
            walked.update(contest.standing)
    return {p: n - walked[p] for p, n in won.items() if n > walked[p]}


def _group_starts(councils: Index) -> Index:
    """Where each run of equal councils begins, and the end; ``[0]`` for nothing."""
    if not len(councils):
        return np.zeros(1, dtype=np.int64)
    cuts = [i for i, (a, b) in enumerate(pairwise(councils), start=1) if a != b]
    return np.array([0, *cuts, len(councils)], dtype=np.int64)
