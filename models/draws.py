"""Draws of every contest's shares, streamed in blocks.

Each draw of a contest takes its normals from a counter: a hash of (seed, ballot, draw, slot). So a draw of one
ward does not depend on which other wards have declared, on the number of threads, or on the size of a block, and two
projections of one night differ by what was learned and not by the luck of new draws (common random numbers).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import special

from models.threads import in_parts

Float = NDArray[np.float32]
Index = NDArray[np.int64]

_CELLS = 1 << 16


@lru_cache(maxsize=8)
def _normal_table() -> Float:
    """Quantiles of the normal at the middles of 65,536 equal cells; variance 0.9999, largest value 4.3."""
    return special.ndtri((np.arange(_CELLS) + 0.5) / _CELLS).astype(np.float32)


@lru_cache(maxsize=8)
def _tail_table(df: float) -> Float:
    """Quantiles of the factor that turns a normal into a t of unit variance."""
    chi2 = special.chdtri(df, 1 - (np.arange(_CELLS) + 0.5) / _CELLS)
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


@njit(inline="always")
def exp32(x: np.float32) -> np.float32:
    """The exponential of a float32 of at most 0, in operations that a compiler can do eight at a time.

    Two to a whole power times a polynomial; relative error 1e-7 (Moshier 1989, Cephes).
    """
    x = max(x, np.float32(-87.0))
    k = np.floor(x * np.float32(1.4426950408889634) + np.float32(0.5))
    r = x - k * np.float32(0.693359375) - k * np.float32(-2.12194440e-4)
    y = np.float32(1.9875691500e-4)
    y = y * r + np.float32(1.3981999507e-3)
    y = y * r + np.float32(8.3334519073e-3)
    y = y * r + np.float32(4.1665795894e-2)
    y = y * r + np.float32(1.6666665459e-1)
    y = y * r + np.float32(5.0000001201e-1)
    y = y * r * r + r + np.float32(1.0)
    return y * np.int32((np.int32(k) + np.int32(127)) << np.int32(23)).view(np.float32)


# Neither reassociated nor contracted: else a draw's last digit would depend on whether it falls into the wide part of a
# loop or its remainder, and so on the size of the block and on the processor.
@njit(nogil=True, cache=True, fastmath={"nnan", "ninf", "nsz"}, error_model="numpy")
def _shares(
    low: int,
    high: int,
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
    # Draws are the innermost axis everywhere: every loop over them is one over neighbours in memory.
    k, draws = beta.shape[0], beta.shape[2]
    s = column.shape[1]
    golden = np.uint64(0x9E3779B97F4A7C15)
    mask = np.uint64(0xFFFF)
    z = np.empty((s, draws), dtype=np.float32)
    top = np.empty(draws, dtype=np.float32)
    total = np.empty(draws, dtype=np.float32)
    for a in range(low, high):
        i = contests[a]
        m = 0
        while m < s and column[i, m] >= 0:
            m += 1
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
                z[j, d] = factor * normal[bits & mask]
                bits = bits >> np.uint64(16)
                left -= 1
            top[d] = np.float32(-1e30)
            total[d] = np.float32(0.0)
        for j in range(m):
            c = column[i, j]
            for d in range(draws):
                out[i, j, d] = base[i, j] + level[council[i], c, d]
            for v in range(k):
                xv = x[i, j, v]
                if xv != 0.0:
                    for d in range(draws):
                        out[i, j, d] += xv * beta[v, c, d]
            for h in range(j + 1):
                r = root[i, j, h]
                for d in range(draws):
                    out[i, j, d] += r * z[h, d]
            for d in range(draws):
                top[d] = max(top[d], out[i, j, d])
        for j in range(m):
            for d in range(draws):
                e = exp32(out[i, j, d] - top[d])
                out[i, j, d] = e
                total[d] += e
        for d in range(draws):
            total[d] = np.float32(1.0) / total[d]
        for j in range(m):
            for d in range(draws):
                out[i, j, d] *= total[d]


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
    """Fill ``out[contests]`` with shares of the best candidates.

    Parameters
    ----------
    contests
        Contests to draw; the others' entries of ``out`` are left alone.
    base, covariates, root
        Utility before swing ``(n, s)``, what swing depends on ``(n, s, K)``, Cholesky factor of each contest's
        covariance ``(n, s, s)``.
    scale, beta, level
        Per draw: factor on the noise's sd ``(b,)``, effects ``(K, P, b)``, councils' levels ``(c, P, b)``.
    keys, first
        Keys of the ballots, and the number of this block's first draw.
    df
        Degrees of freedom of the noise.
    out
        Shape ``(n, s, b)``, float32.
    """
    in_parts(
        _shares, len(contests), contests, council, column, base, covariates, root, scale, beta, level, keys, first,
        _normal_table(), _tail_table(df), out,
    )  # fmt: skip
