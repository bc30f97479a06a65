"""Reductions of draws: moments and quantiles of totals, and streaming histograms of ward shares."""

from __future__ import annotations

from dataclasses import dataclass

import numba as nb
import numpy as np
from numpy.typing import NDArray

from models.threads import add_by_council

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
#: Bins of a ward's share: quantiles are exact to a quarter of a point.
BINS = 400


@dataclass(frozen=True, slots=True)
class Summary:
    """Mean and quantiles over the draws; p05 to p95 is the 90% interval."""

    mean: float
    p05: float
    p25: float
    p50: float
    p75: float
    p95: float

    def as_dict(self, digits: int = 2) -> dict[str, float]:
        """Plain numbers for JSON."""
        return {name: round(getattr(self, name), digits) for name in self.__slots__}


def summarise(draws: NDArray[np.floating] | NDArray[np.integer]) -> list[Summary]:
    """One summary per column of ``draws``, shape ``(draw, column)``."""
    if draws.shape[1] == 0:
        return []
    # Sorted along neighbours in memory: several times quicker than a partition for each level, on whole numbers most.
    ordered = np.sort(np.ascontiguousarray(draws.T), axis=1)
    means = ordered.mean(axis=1, dtype=np.float64)
    at = np.array(LEVELS) * (ordered.shape[1] - 1)
    below = at.astype(np.int64)
    low, high = ordered[:, below].astype(np.float64), ordered[:, np.minimum(below + 1, ordered.shape[1] - 1)]
    quantiles = low + (high - low) * (at - below)
    return [Summary(m, *q) for m, q in zip(means.tolist(), quantiles.tolist(), strict=True)]


@nb.njit(cache=True, nogil=True, fastmath=True)
def _tally(
    low: int,
    high: int,
    shares: NDArray[np.float32],
    contests: NDArray[np.int64],
    starts: NDArray[np.int64],
    line: NDArray[np.int64],
    cast: NDArray[np.float64],
    weight: NDArray[np.float64],
    total: NDArray[np.float64],
    histogram: NDArray[np.uint16],
) -> None:
    draws, bins = shares.shape[2], histogram.shape[2]
    for i in range(starts[low], starts[high]):
        n = contests[i]
        for s in range(line.shape[1]):
            if line[n, s] < 0:
                continue
            there = 0.0
            for d in range(draws):
                cast[line[n, s], d] += weight[n] * shares[n, s, d]
                there += shares[n, s, d]
            total[n, s] += there
            for d in range(draws):
                histogram[n, s, min(max(int(shares[n, s, d] * bins), 0), bins - 1)] += 1


def tally(
    shares: NDArray[np.float32],
    contests: NDArray[np.int64],
    starts: NDArray[np.int64],
    weight: NDArray[np.float64],
    line: NDArray[np.int64],
    votes_by_line: NDArray[np.float64],
    total: NDArray[np.float64],
    histogram: NDArray[np.uint16],
) -> None:
    """Add a block of ward shares to votes by line, and to each slot's sum and histogram, in place.

    Parameters
    ----------
    shares
        Share of each slate's best candidate; shape ``(draw, contest, slot)``; quickest where the draws of a slate lie
        together in memory.
    contests, starts, line
        As in :func:`projection.counting.elect`.
    weight
        Votes that the contest is expected to cast; shape ``(contest,)``.
    votes_by_line
        Shape ``(draw, line)``.
    total, histogram
        Sum of shares, shape ``(contest, slot)``, and their counts in equal bins, ``(contest, slot, bin)``.
    """
    add_by_council(_tally, shares, contests, starts, line, votes_by_line, weight, total, histogram)


def histogram_quantiles(histogram: NDArray[np.uint16]) -> NDArray[np.float64]:
    """Quantiles at :data:`LEVELS` from counts in equal bins over 0 to 1, linear within a bin.

    Shape ``(..., bin)`` gives ``(..., level)``; NaN where nothing was counted.
    """
    bins = histogram.shape[-1]
    flat = histogram.reshape(-1, bins)
    below = np.cumsum(flat, axis=1, dtype=flat.dtype if np.issubdtype(flat.dtype, np.unsignedinteger) else np.int64)
    out = np.full((len(flat), len(LEVELS)), np.nan)
    rows = np.flatnonzero(below[:, -1])
    below = below[rows]
    count = below[:, -1].astype(np.float64)
    at = np.arange(len(rows))
    for k, level in enumerate(LEVELS):
        target = level * count
        # The first bin that reaches the target; counts are whole, so it may be rounded up.
        b = np.count_nonzero(below < np.ceil(target).astype(below.dtype)[:, None], axis=1)
        inside = flat[rows, b].astype(np.float64)
        before = below[at, b] - inside
        out[rows, k] = (b + (target - before) / np.maximum(inside, 1)) / bins
    return out.reshape(*histogram.shape[:-1], len(LEVELS))
