"""Seats from votes, by plurality in single-member and multi-member contests.

One contest at a time and exactly for what has been declared (:func:`count_contest`, in :mod:`projection.winners`); all
contests and draws at once for what has not (:func:`elect`).
"""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

from projection.winners import Count, count_contest

__all__ = ["Count", "control", "count_contest", "draw_lots", "elect"]


def draw_lots(count: Count, draws: int, rng: np.random.Generator) -> dict[str, NDArray[np.int64]]:
    """Seats by party of an open lot, drawn afresh in each draw; shape ``(draws,)`` each."""
    tied = np.array([i for i, n in enumerate(count.lot.values()) for _ in range(n)])
    drawn = rng.permuted(np.tile(tied, (draws, 1)), axis=1)[:, : count.lot_seats]
    return {p: (drawn == i).sum(axis=1) for i, p in enumerate(count.lot)}


@nb.njit(parallel=True, cache=True, nogil=True)
def elect(
    candidates: NDArray[np.float32],
    contests: NDArray[np.int64],
    starts: NDArray[np.int64],
    seats: NDArray[np.int64],
    slot: NDArray[np.int64],
    line: NDArray[np.int64],
    seats_by_line: NDArray[np.int16],
    wins: NDArray[np.int64],
) -> None:
    """Count contests in a block of draws, adding to ``seats_by_line`` and ``wins`` in place.

    Parameters
    ----------
    candidates
        Votes of each candidate on any scale; shape ``(draw, contest, candidate)``.
    contests, starts
        The contests to count, grouped by council: group g is ``contests[starts[g]:starts[g + 1]]``. A council's
        lines are written by one thread only.
    seats
        Seats to be filled; shape ``(contest,)``.
    slot
        Slot of each candidate, -1 where there is none; shape ``(contest, candidate)``.
    line
        Column of ``seats_by_line`` of each slot, or -1 to count wins only; shape ``(contest, slot)``.
    seats_by_line
        Seats won so far; shape ``(draw, line)``.
    wins
        Draws in which a slate won a seat at all; shape ``(contest, slot)``.
    """
    draws, _, width = candidates.shape
    for g in nb.prange(len(starts) - 1):
        taken = np.empty(width, dtype=np.bool_)
        won = np.empty(line.shape[1], dtype=np.bool_)
        for i in range(starts[g], starts[g + 1]):
            n = contests[i]
            stood = 0
            for c in range(width):
                if slot[n, c] >= 0:
                    stood += 1
            filled = min(seats[n], stood)
            for d in range(draws):
                taken[:] = False
                won[:] = False
                for _ in range(filled):
                    best, most = -1, np.float32(-1.0)
                    for c in range(width):
                        if slot[n, c] >= 0 and not taken[c] and candidates[d, n, c] > most:
                            best, most = c, candidates[d, n, c]
                    if best < 0:
                        break
                    taken[best] = True
                    s = slot[n, best]
                    if line[n, s] >= 0:
                        seats_by_line[d, line[n, s]] += 1
                    if not won[s]:
                        won[s] = True
                        wins[n, s] += 1


def control(after: NDArray[np.int64], council: NDArray[np.int64], total: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which lines hold more than half of all seats of their council, in each draw.

    Parameters
    ----------
    after
        Seats after the election; shape ``(draw, line)``.
    council
        Council of each line; shape ``(line,)``.
    total
        All seats of each council, vacant ones too; shape ``(council,)``; 0 where unknown, and then no one has
        control.

    Returns
    -------
    array
        Shape ``(draw, line)``; at most one line of a council is true. None is where no party has control.
    """
    of = total[council]
    return (of > 0) & (2 * after > of)
