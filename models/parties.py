"""By what factor the ward noise of each party differs tonight from earlier nights, learned from the declared wards.

The posterior has one factor for the noise of all parties together. Party by party nights differ: beside the others,
Liberal Democrats of 2017 had two thirds of the variance that nights before had taught, UKIP of 2014 two fifths, Labour
of 2019 a third more. It hardly moves what a swing is, but it does the wards that a party may win: those to come are
drawn with noise of tonight's size. The factors are the mode of their posterior given the effects, which are drawn
(Dempster, Laird and Rubin 1977, JRSS B 39), under a normal prior on their logs. Only what parties differ by is told
here, since the posterior's own factor says how noisy all are.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from models.posterior import Posterior
from models.threads import in_parts

Array = NDArray[np.float64]
Float = NDArray[np.float32]
Index = NDArray[np.int64]

#: Standard deviation of the log factors (of variances) from night to night: what the results of 2014, 2016, 2017 and
#: 2019 ask for, each with the scales learned before it, differs between parties by 0.5, without UKIP of 2014 by 0.4.
SPREAD = 0.4
#: Draws of the effects that residuals are taken at, and steps to the mode.
DRAWS, STEPS = 32, 3


def noise_by_party(posterior: Posterior) -> Posterior:
    """The posterior, with contests to come drawn with noise of tonight's size party by party.

    Its ``diagnostics`` have the factors on the noise's variance, ``party_noise``. A pure function of the posterior's
    draws and of what has declared.
    """
    design, kernel = posterior.design, posterior.kernel
    told = np.flatnonzero(posterior.declared)
    log_factor = np.zeros(len(design.columns))
    if len(told):
        resid, precision = _residuals(posterior, told), _precision(posterior, told)
        for _ in range(STEPS):
            log_factor = _step(posterior, told, resid, precision, log_factor)
    found = {c: round(float(np.exp(g)), 3) for c, g in zip(design.columns, log_factor, strict=True)}
    root = kernel.root * _by_slate(design.contests.column, log_factor)[:, :, None].astype(np.float32)
    return replace(
        posterior,
        kernel=replace(kernel, root=root),
        diagnostics={**posterior.diagnostics, "party_noise": found},
    )


def _by_slate(column: Index, log_factor: Array) -> Array:
    """What each slate's standard deviation is multiplied by; shape ``(n, s)``."""
    return np.where(column >= 0, np.exp(log_factor[np.maximum(column, 0)] / 2), 1.0)


def _residuals(posterior: Posterior, told: Index) -> Float:
    """Residuals of the declared contests in the first draws, over the noise's factor; shape ``(d, s, draws)``."""
    rows, few = posterior.design.contests, slice(0, DRAWS)
    y = np.log(np.maximum(posterior.declared_shares[told], np.float32(1e-12)))
    level = np.ascontiguousarray(posterior.level[few].transpose(1, 2, 0))
    beta = np.ascontiguousarray(posterior.beta[few].transpose(1, 2, 0))
    out = np.zeros((*y.shape, beta.shape[2]), dtype=np.float32)
    in_parts(
        _fill, len(told), rows.council[told], rows.column[told], (y - posterior.kernel.base[told]).astype(np.float32),
        posterior.kernel.covariates[told], beta, level, posterior.scale[few], out,
    )  # fmt: skip
    return out


@njit(nogil=True, cache=True)
def _fill(
    low: int, high: int, council: Index, column: Index, y: Float, x: Float, beta: Float, level: Float, scale: Float,
    out: Float,
) -> None:  # fmt: skip
    for a in range(low, high):
        for j in range(column.shape[1]):
            c = column[a, j]
            if c < 0:
                break
            out[a, j] = y[a, j] - level[council[a], c]
            for u in range(x.shape[2]):
                if x[a, j, u] != 0.0:
                    out[a, j] -= x[a, j, u] * beta[u, c]
            out[a, j] /= scale


def _precision(posterior: Posterior, told: Index) -> Array:
    """Inverse covariances of the declared contests' noise before any factor, 0 without a slate; shape ``(d, s, s)``."""
    root = posterior.kernel.root[told].astype(np.float64)
    stands = posterior.design.contests.column[told] >= 0
    return np.linalg.inv(root @ root.transpose(0, 2, 1)) * (stands[:, :, None] & stands[:, None, :])


def _step(posterior: Posterior, told: Index, resid: Float, precision: Array, log_factor: Array) -> Array:
    """One step towards the mode of the log factors; shape ``(P,)``."""
    design = posterior.design
    column = design.contests.column[told]
    stands = column >= 0
    # Inverted once: factors scale rows and columns of a covariance, and so rows and columns of its inverse.
    steady = 1 / _by_slate(column, log_factor)
    weigh = precision * steady[:, :, None] * steady[:, None, :]
    found, foreseen = np.zeros(column.shape), np.zeros(column.shape)
    in_parts(_moments, len(told), column, weigh, resid, design.hyper.tail, found, foreseen)
    seen, usual = (
        np.bincount(column[stands], x[stands], minlength=len(design.columns)) for x in (found, foreseen)
    )  # fmt: skip
    if not seen.sum():
        return log_factor
    # How noisy all parties are together is the posterior's own factor.
    seen *= usual.sum() / seen.sum()
    slope = 0.5 * (seen - usual) - log_factor / SPREAD**2
    return np.asarray(log_factor + slope / (0.5 * np.maximum(seen, usual) + 1 / SPREAD**2))


@njit(nogil=True, cache=True)
def _moments(
    low: int, high: int, column: Index, weigh: Array, resid: Float, df: float, found: Array, foreseen: Array
) -> None:
    # The log density of a contest's contrasts by the log of a slate's variance: half of what is found less foreseen.
    draws = resid.shape[2]
    s = column.shape[1]
    u, v = np.empty(s), np.empty(s)
    for a in range(low, high):
        m = 0
        while m < s and column[a, m] >= 0:
            m += 1
        if m < 2:
            continue
        one = np.zeros(s)
        total = 0.0
        for j in range(m):
            for h in range(m):
                one[j] += weigh[a, j, h]
            total += one[j]
        for j in range(m):
            foreseen[a, j] = 1.0 - one[j] / total
        for d in range(draws):
            mean = 0.0
            for j in range(m):
                mean += one[j] * resid[a, j, d]
            mean /= total
            square = 0.0
            for j in range(m):
                v[j] = resid[a, j, d] - mean
            for j in range(m):
                u[j] = 0.0
                for h in range(m):
                    u[j] += weigh[a, j, h] * v[h]
                square += u[j] * v[j]
            # A t of unit variance is as if each contest had a precision of its own, of this mean.
            w = (df + m - 1) / (df - 2 + square) / draws
            for j in range(m):
                found[a, j] += w * u[j] * v[j]
