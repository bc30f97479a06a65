"""Draws of every contest's shares, streamed in blocks.

Each draw of a contest takes its normals from a counter: a hash of (seed, ballot, draw, slot). So a draw of one
ward does not depend on which other wards have declared, on the number of threads, or on the size of a block, and two
projections of one night differ by what was learned and not by the luck of new draws (common random numbers).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray
from scipy import stats

Float = NDArray[np.float32]
Index = NDArray[np.int64]

_CELLS = 1 << 16


@lru_cache(maxsize=8)
def _normal_table() -> Float:
    """Quantiles of the normal at the middles of 65,536 equal cells; variance 0.9999, largest value 4.3."""
    return stats.norm.ppf((np.arange(_CELLS) + 0.5) / _CELLS).astype(np.float32)


@lru_cache(maxsize=8)
def _tail_table(df: float) -> Float:
    """Quantiles of the factor that turns a normal into a t of unit variance."""
    chi2 = stats.chi2.ppf((np.arange(_CELLS) + 0.5) / _CELLS, df)
    return np.sqrt((df - 2) / chi2).astype(np.float32)


def ballot_keys(ballots: tuple[str, ...], seed: int) -> NDArray[np.uint64]:
    """One 64-bit key per ballot and seed; shape ``(n,)``."""
    return np.array(
        [int.from_bytes(hashlib.blake2b(f"{seed}/{b}".encode(), digest_size=8).digest()) for b in ballots],
        dtype=np.uint64,
    )


@njit(inline="always")
def _mix(x: np.uint64) -> np.uint64:
    """splitmix64's finaliser (Steele, Lea and Flood 2014)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@njit(parallel=True, cache=True, fastmath=True)
def _shares(
    contests: Index,
    council: Index,
    column: Index,
    base: Float,
    x: Float,
    root: Float,
    scale: Float,
    beta: Float,
    level: Float,
    keys: NDArray[np.uint64],
    first: int,
    normal: Float,
    tail: Float,
    out: Float,
) -> None:
    draws, k = beta.shape[0], beta.shape[1]
    s = column.shape[1]
    golden = np.uint64(0x9E3779B97F4A7C15)
    mask = np.uint64(0xFFFF)
    for a in prange(len(contests)):
        i = contests[a]
        m = 0
        while m < s and column[i, m] >= 0:
            m += 1
        z = np.empty(s, dtype=np.float32)
        u = np.empty(s, dtype=np.float32)
        for d in range(draws):
            state = keys[i] + np.uint64(first + d) * np.uint64(16) * golden
            bits = _mix(state)
            factor = scale[d] * tail[bits & mask]
            left = 3
            bits = bits >> np.uint64(16)
            for j in range(m):
                if left == 0:
                    state = state + golden
                    bits = _mix(state)
                    left = 4
                z[j] = normal[bits & mask]
                bits = bits >> np.uint64(16)
                left -= 1
            top = np.float32(-1e30)
            for j in range(m):
                c = column[i, j]
                value = base[i, j] + level[d, council[i], c]
                for v in range(k):
                    value += x[i, j, v] * beta[d, v, c]
                e = np.float32(0.0)
                for h in range(j + 1):
                    e += root[i, j, h] * z[h]
                value += factor * e
                u[j] = value
                if value > top:
                    top = value
            total = np.float32(0.0)
            for j in range(m):
                u[j] = np.exp(u[j] - top)
                total += u[j]
            for j in range(m):
                out[d, i, j] = u[j] / total


def share_block(
    contests: Index,
    council: Index,
    column: Index,
    base: Float,
    covariates: Float,
    root: Float,
    scale: Float,
    beta: Float,
    level: Float,
    keys: NDArray[np.uint64],
    first: int,
    df: float,
    out: Float,
) -> None:
    """Fill ``out[:, contests]`` with shares of the best candidates.

    Parameters
    ----------
    contests
        Contests to draw; the others' entries of ``out`` are left alone.
    base, covariates, root
        Utility before swing ``(n, s)``, what swing depends on ``(n, s, K)``, Cholesky factor of each contest's
        covariance ``(n, s, s)``.
    scale, beta, level
        Per draw: factor on the noise's sd ``(b,)``, effects ``(b, K, P)``, councils' levels ``(b, c, P)``.
    keys, first
        Keys of the ballots, and the number of this block's first draw.
    df
        Degrees of freedom of the noise.
    out
        Shape ``(b, n, s)``, float32.
    """
    _shares(
        contests, council, column, base, covariates, root, scale, beta, level, keys, first,
        _normal_table(), _tail_table(df), out,
    )  # fmt: skip
