"""What has declared, as arrays beside the night's contests: shares as counted, and how much each contest weighs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.types import Declared
from projection.session import Session
from projection.votes import best, learn
from seeds.types import Votes


def counted_shares(votes: Votes) -> dict[str, float]:
    """Share of each party's best candidate among the best candidates; 0 for all where no one has a vote."""
    best = {p: max(v, default=0.0) for p, v in votes.items()}
    total = sum(best.values())
    return {p: v / total if total else 0.0 for p, v in best.items()}


def declared_share_table(session: Session, declared: Declared) -> NDArray[np.float64]:
    """Declared shares of each slot, NaN where there is no slot or nothing declared; shape ``(n, s)``."""
    slots = session.design.slots
    out = np.full(slots.party.shape, np.nan)
    for n, ballot in enumerate(slots.ballots):
        if ballot in declared.contests:
            shares = counted_shares(declared.contests[ballot])
            for s, p in enumerate(slots.party[n]):
                if p >= 0:
                    out[n, s] = shares.get(slots.parties[p], 0.0)
    return out


def contest_weights(session: Session, declared: Declared) -> NDArray[np.float64]:
    """Votes of the best candidates of each contest: as declared, else as expected from what has declared so far."""
    slots = session.design.slots
    cast = np.full(len(session.weight), np.nan)
    for n, ballot in enumerate(slots.ballots):
        votes = declared.contests.get(ballot)
        if votes and not _percentages(votes):
            cast[n] = best(votes)
    origin = np.zeros(len(cast), dtype=np.int64) if session.origin is None else session.origin
    return learn(session.election, slots, origin, session.weight, cast)


def _percentages(votes: Votes) -> bool:
    """Whether a result is told in percent: fractions of a vote, or votes that add to a hundred."""
    numbers = [v for vs in votes.values() for v in vs]
    return any(not float(v).is_integer() for v in numbers) or 99 <= sum(numbers) <= 101
