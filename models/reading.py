"""What the seats of a council say of its votes, where its wards and who stands in them are known.

The council's wards are drawn at tonight's expected swing with the noise of wards, and their candidates counted; the
log factors on its parties' votes are sought at which the seats come out as told (Newton's steps on common random
numbers). How surely seats tell them is the variance of seats at those factors over the square of their slope: seats of
a party that wins nothing either way say next to nothing of its votes.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.design import Design
from models.scales import ward_cov
from models.slates import candidate_slots, gap_means

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Float = NDArray[np.float32]

#: Draws of the wards and Newton's steps.
DRAWS, STEPS = 200, 8
#: The longest step, the farthest a factor goes, and the shift at which slopes are seen; in logs.
STEP, FAR, SHIFT = 0.3, 1.2, 0.15
#: Seats that a party which won none may have been expected to win at the votes that are read.
ONE_SIDED = 0.3
#: Variance of a reading that says nothing.
NOTHING = 4.0

#: What votes read from seats have in common that is not so, as a part of what seats do beyond votes: a party with many
#: votes and hardly a seat (UKIP of 2016 and 2017) is not seen at all, and what it has too much others have too little.
BEHIND = 2.0
#: Councils that what was known before counts for, beside those that have declared.
BEFORE = 4.0


def votes_behind(level: Float, late_seats: Float, read: int, told: int) -> tuple[Float, Float]:
    """Levels of councils, and the effect of seats, where some councils have told no more than their seats.

    What seats do beyond votes (:mod:`models.late`) is in the votes that are read from them, in all such councils alike.
    Each draw takes its own out of the votes and leaves it in the seats to come. Its mean is left where it is: with it
    taken out votes of 2016 and 2019 came no nearer, and seats are the same either way.

    Parameters
    ----------
    level, late_seats
        Shapes ``(draws, c, P)`` and ``(draws, P)``.
    read, told
        Councils whose votes were read from seats, and all of which something has declared.
    """
    if not read:
        return level, late_seats
    beyond = (BEHIND * read / (told + BEFORE) * late_seats).astype(np.float32)
    return level - beyond[:, None], late_seats + beyond


class _Same:
    """A design that equals itself alone, so that what was read on it is kept for it."""

    __slots__ = ("design",)

    def __init__(self, design: Design) -> None:
        self.design = design

    def __hash__(self) -> int:
        return id(self.design)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.design is self.design


def read_seats(design: Design, council: int, won: Array) -> tuple[Array, Array]:
    """Log factors on the votes that the council's parties are expected to have, and their variances; shapes ``(P,)``.

    Parameters
    ----------
    council
        Its number in ``design.councils``.
    won
        Seats won by column; shape ``(P,)``.
    """
    shift, variance = _read(_Same(design), council, tuple(won.tolist()))
    return shift.copy(), variance.copy()


@lru_cache(maxsize=4)
def _wards(same: _Same) -> tuple[Index, Array, Array]:
    """Of all contests: slot of each candidate, mean gap behind the one before, covariance of the slates' noise."""
    slot = candidate_slots(same.design)
    return slot, gap_means(same.design, slot).astype(np.float64), ward_cov(same.design)


@lru_cache(maxsize=1024)
def _read(same: _Same, council: int, told: tuple[float, ...]) -> tuple[Array, Array]:
    design, won = same.design, np.array(told)
    who, votes, seats = _draw(same, council)
    there, columns = who >= 0, len(won)

    def count(shift: Array) -> Array:
        """Seats by draw and column where the columns' votes are multiplied by so much."""
        moved = votes + shift[np.maximum(who, 0)]
        rank = np.argsort(np.argsort(-moved, axis=2), axis=2)
        elected = (rank < seats[:, None]) & there
        return np.stack([(elected & (who == p)).sum(axis=(1, 2)) for p in range(columns)], axis=1).astype(float)

    stands = np.isin(np.arange(columns), who)
    shift = np.zeros(columns)
    now = count(shift).mean(axis=0)
    # No seat of a party that was hardly to win one tells nothing; of another, that it had too few votes to.
    # Nor do more seats than it has candidates: that is somebody's mistake.
    most = np.array([np.minimum((who == p).sum(axis=1), seats).sum() for p in range(columns)])
    tells = stands & ((won > 0) | (now > ONE_SIDED)) & (won <= most)
    aim = np.maximum(won, ONE_SIDED)
    for _ in range(STEPS):
        step = np.log((aim + 0.1) / (now + 0.1)) / design.hyper.signal["seats exaggeration"]
        shift = np.clip(shift + np.clip(step, -STEP, STEP) * tells, -FAR, FAR)
        now = count(shift).mean(axis=0)
    spread = count(shift).var(axis=0)
    variance = np.full(columns, NOTHING)
    for p in np.flatnonzero(tells):
        one = SHIFT * (np.arange(columns) == p)
        slope = (count(shift + one) - count(shift - one))[:, p].mean() / (2 * SHIFT)
        # The seats told are one draw; a quarter, as half a seat is the least that they are off by.
        variance[p] = min((spread[p] + 0.25) / max(slope, 1e-6) ** 2, NOTHING)
    return shift, variance


def _draw(same: _Same, council: int) -> tuple[Index, Array, Index]:
    """Column of each candidate ``(m, q)``, logs of votes in draws ``(d, m, q)``, and seats ``(m,)``."""
    design = same.design
    mine = np.flatnonzero(design.contests.council == council)
    slot, gap, cov = (x[mine] for x in _wards(same))
    column = design.contests.column[mine]
    rng = np.random.default_rng([7, council])
    noise = np.einsum("ist,dit->dis", np.linalg.cholesky(cov), rng.standard_normal((DRAWS, *column.shape)))
    utility = design.contests.expected[mine] + design.level_mean[np.maximum(column, 0)] + noise
    steps = rng.exponential(size=(DRAWS, *slot.shape)) * gap
    behind = np.zeros_like(steps)
    for q in range(1, slot.shape[1]):
        behind[:, :, q] = np.where(slot[:, q] == slot[:, q - 1], behind[:, :, q - 1] + steps[:, :, q], 0.0)
    safe = np.maximum(slot, 0)
    # What seats do beyond votes is left in the reading (:func:`votes_behind` takes it out of the votes afterwards).
    votes = np.take_along_axis(utility, np.broadcast_to(safe, steps.shape), axis=2) - behind
    who = np.where(slot >= 0, np.take_along_axis(column, safe, axis=1), -1)
    return who, np.where(slot >= 0, votes, -np.inf), design.slots.seats[mine]
