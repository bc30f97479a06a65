"""Reductions of draws: moments and quantiles of totals, and streaming histograms of ward shares."""

from __future__ import annotations

from dataclasses import dataclass

import numba as nb
import numpy as np
from numpy.typing import NDArray

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
    means = draws.mean(axis=0, dtype=np.float64)
    quantiles = np.quantile(draws, LEVELS, axis=0)
    return [Summary(float(m), *map(float, q)) for m, q in zip(means, quantiles.T, strict=True)]


@nb.njit(parallel=True, cache=True, nogil=True)
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
        Share of each slate's best candidate; shape ``(draw, contest, slot)``.
    contests, starts, line
        As in :func:`projection.counting.elect`.
    weight
        Votes that the contest is expected to cast; shape ``(contest,)``.
    votes_by_line
        Shape ``(draw, line)``.
    total, histogram
        Sum of shares, shape ``(contest, slot)``, and their counts in equal bins, ``(contest, slot, bin)``.
    """
    draws = shares.shape[0]
    bins = histogram.shape[2]
    for g in nb.prange(len(starts) - 1):
        for i in range(starts[g], starts[g + 1]):
            n = contests[i]
            for d in range(draws):
                for s in range(line.shape[1]):
                    if line[n, s] < 0:
                        continue
                    share = shares[d, n, s]
                    votes_by_line[d, line[n, s]] += weight[n] * share
                    total[n, s] += share
                    histogram[n, s, min(max(int(share * bins), 0), bins - 1)] += 1


def histogram_quantiles(histogram: NDArray[np.uint16]) -> NDArray[np.float64]:
    """Quantiles at :data:`LEVELS` from counts in equal bins over 0 to 1, linear within a bin.

    Shape ``(..., bin)`` gives ``(..., level)``; NaN where nothing was counted.
    """
    bins = histogram.shape[-1]
    flat = histogram.reshape(-1, bins)
    below = np.cumsum(flat, axis=1, dtype=np.int64)
    out = np.full((len(flat), len(LEVELS)), np.nan)
    count = below[:, -1]
    rows = np.flatnonzero(count)
    for k, level in enumerate(LEVELS):
        target = level * count[rows]
        # The first bin that reaches the target.
        b = (below[rows] < target[:, None]).sum(axis=1)
        inside = flat[rows, b]
        before = below[rows, b] - inside
        out[rows, k] = (b + (target - before) / np.maximum(inside, 1)) / bins
    return out.reshape(*histogram.shape[:-1], len(LEVELS))
