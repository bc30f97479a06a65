"""A night given what a council did: draws in which it holds, and more of them until there are enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from models.posterior import Posterior
from models.types import Declared
from projection.assemble import Tally
from projection.engine import fit, reduce
from projection.session import Session
from scenarios.changes import Condition
from scenarios.moved import Moves, moved, recount
from scenarios.sampled import Sampled, meets, pooled, sampled
from seeds import ModelError

#: Draws that meet a condition: with fewer than LEAST nothing is said, with fewer than ENOUGH it is said with a warning.
LEAST, ENOUGH = 50, 400
#: Most draws in search of them, and most at a time.
LIMIT, BATCH = 40_000, 4000
#: After this part of the limit it is given up if less than half of LEAST is in sight.
GIVE_UP = 0.25


@threadpool_limits.wrap(limits=1, user_api="blas")
def count(session: Session, declared: Declared, posterior: Posterior) -> Tally:
    """Count every draw of a posterior."""
    return reduce(session, declared, posterior, seed=posterior.seed, draws=posterior.draws)


def draw_until(
    session: Session,
    declared: Declared,
    first: Posterior,
    moves: Moves,
    conditions: Sequence[Condition],
    *,
    seed: int,
    within: int,
    limit: int,
    say: Callable[[str], None],
) -> tuple[Sampled, int]:
    """Draws of a changed night that meet its conditions, and how many were drawn for them; without any, the first.

    Parameters
    ----------
    first
        The first batch of draws; further ones have seeds of their own.
    within
        Seats by which a draw may miss.
    limit
        Most draws in all.

    Raises
    ------
    ModelError
        If too few draws meet the conditions to say anything.
    """
    changed = recount(session, moves)
    tally = count(changed, declared, moved(first, moves))
    if not conditions:
        return sampled(tally), first.draws
    wanted, drawn, found, batch = min(ENOUGH, first.draws), first.draws, 0, 0
    parts = []
    while True:
        keep = meets(tally, conditions, within)
        found += int(keep.sum())
        if keep.any():
            parts.append(sampled(tally, keep))
        hopeless = drawn >= GIVE_UP * limit and found * limit < LEAST / 2 * drawn
        if found >= wanted or drawn >= limit or hopeless:
            break
        # As many more as the share so far asks for, and a tenth on top.
        ask = 1.1 * (wanted - found) * drawn / max(found, 1)
        more = int(min(max(ask, first.draws), BATCH, limit - drawn))
        say(f"{found} of {drawn:,} draws meet the condition; drawing {more:,} more ...")
        batch += 1
        drawn += more
        tally = count(changed, declared, moved(fit(session, declared, seed=_seed(seed, batch), draws=more), moves))
    if found < min(LEAST, first.draws):
        raise ModelError(
            f"only {found} of {drawn:,} draws meet the condition, too few to say anything (at least {LEAST}); ask "
            "for less: fewer parties, --within a few seats, control alone, or suppose ward results"
        )
    return pooled(parts), drawn


def _seed(seed: int, batch: int) -> int:
    """A seed of a further batch of draws."""
    return int(np.random.SeedSequence([seed, 9, batch]).generate_state(1)[0])
