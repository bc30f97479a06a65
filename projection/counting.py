"""Seats from votes, by plurality in single-member and multi-member contests.

One contest at a time and exactly for what has been declared (:func:`count_contest`, in :mod:`seeds.winners`); all
contests and draws at once for what has not (:func:`elect`).
"""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

from models.threads import add_by_council
from seeds.winners import Count, count_contest

__all__ = ["Count", "control", "count_contest", "draw_lots", "elect"]


def draw_lots(count: Count, draws: int, rng: np.random.Generator) -> dict[str, NDArray[np.int64]]:
    """Seats by party of an open lot, drawn afresh in each draw; shape ``(draws,)`` each."""
    tied = np.array([i for i, n in enumerate(count.lot.values()) for _ in range(n)])
    drawn = rng.permuted(np.tile(tied, (draws, 1)), axis=1)[:, : count.lot_seats]
    return {p: (drawn == i).sum(axis=1) for i, p in enumerate(count.lot)}


@nb.njit(cache=True, nogil=True)
def _elect(
    low: int,
    high: int,
    candidates: NDArray[np.float32],
    contests: NDArray[np.int64],
    starts: NDArray[np.int64],
    line: NDArray[np.int64],
    won_by_line: NDArray[np.int16],
    seats: NDArray[np.int64],
    slot: NDArray[np.int64],
    wins: NDArray[np.int64],
) -> None:
    # One candidate after the other for all draws: they lie together in memory.
    _, width, draws = candidates.shape
    best = np.empty(draws, dtype=np.int64)
    most = np.empty(draws, dtype=np.float32)
    taken = np.empty((width, draws), dtype=np.bool_)
    won = np.empty((line.shape[1], draws), dtype=np.bool_)
    for i in range(starts[low], starts[high]):
        n = contests[i]
        stood = 0
        while stood < width and slot[n, stood] >= 0:
            stood += 1
        for c in range(stood):
            for d in range(draws):
                taken[c, d] = False
        for s in range(line.shape[1]):
            for d in range(draws):
                won[s, d] = False
        for _ in range(min(seats[n], stood)):
            for d in range(draws):
                best[d], most[d] = -1, np.float32(-1.0)
            for c in range(stood):
                for d in range(draws):
                    if candidates[n, c, d] > most[d] and not taken[c, d]:
                        best[d], most[d] = c, candidates[n, c, d]
            for d in range(draws):
                if best[d] < 0:
                    continue
                taken[best[d], d] = True
                s = slot[n, best[d]]
                if line[n, s] >= 0:
                    won_by_line[line[n, s], d] += 1
                if not won[s, d]:
                    won[s, d] = True
                    wins[n, s] += 1


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
        Votes of each candidate on any scale; shape ``(draw, contest, candidate)``; quickest where the draws of a
        candidate lie together in memory.
    contests, starts
        The contests to count, grouped by council as in :func:`models.threads.add_by_council`.
    seats
        Seats to be filled; shape ``(contest,)``.
    slot
        Slot of each candidate, -1 where there is none, those last; shape ``(contest, candidate)``.
    line
        Column of ``seats_by_line`` of each slot, or -1 to count wins only; shape ``(contest, slot)``.
    seats_by_line
        Seats won so far; shape ``(draw, line)``.
    wins
        Draws in which a slate won a seat at all; shape ``(contest, slot)``.
    """
    add_by_council(_elect, candidates, contests, starts, line, seats_by_line, seats, slot, wins)


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
