"""The linear Gaussian heart: given the scales, every effect's posterior is exact.

A declared contest observes the utilities of its slates up to a constant. With W the inverse of their covariance,
the constant integrated over a flat prior leaves the precision ``G = W - W 1 1' W / 1'W1`` of rank (slates - 1).
Effects are ``beta`` (covariates by column, regions, types of council) and one vector of P per council, which
depends on the rest only through its own contests: councils are eliminated one by one (Schur complement), and what
is left is a system of a few hundred unknowns.

Lindley and Smith (1972), "Bayes estimates for the linear model", JRSS B 34.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.linalg import cho_solve, cholesky
from scipy.linalg.blas import dsyrk

from models.covariates import COVARIATES
from models.design import Design
from models.rows import Rows

Array = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the declared rows say, summed by council; scale-free (ward noise at its learned size).

    Attributes
    ----------
    total
        Information on covariate effects, shape ``(KP, KP)``; score ``total_score``, shape ``(KP,)``.
    rows
        Information between a council's levels and the covariate effects, ``(c, P, KP)``; ``row_score`` ``(c, P)``.
    square, logdet, count
        Sum of squared whitened residuals, log determinants, and number of observed contrasts.
    """

    total: Array
    total_score: Array
    rows: Array
    row_score: Array
    square: float
    logdet: float
    count: int


@njit(cache=True)
def _assemble(
    contests: Index,
    council: Index,
    column: Index,
    x: Array,
    precision: Array,
    resid: Array,
    weight: Array,
    total: Array,
    total_score: Array,
    rows: Array,
    row_score: Array,
) -> tuple[float, int]:
    # The covariates of a pair of columns lie together in memory, so that the innermost loops run along neighbours.
    k = x.shape[2]
    square, count = 0.0, 0
    for a in range(len(contests)):
        i = contests[a]
        m = 0
        while m < column.shape[1] and column[i, m] >= 0:
            m += 1
        if m < 2:
            continue
        count += m - 1
        for j in range(m):
            cj = column[i, j]
            pull = 0.0
            for h in range(m):
                pull += weight[a] * precision[i, j, h] * resid[i, h]
            square += pull * resid[i, j]
            row_score[council[i], cj] += pull
            for u in range(k):
                total_score[u, cj] += x[i, j, u] * pull
            for h in range(m):
                ch = column[i, h]
                g = weight[a] * precision[i, j, h]
                for v in range(k):
                    rows[council[i], cj, ch, v] += g * x[i, h, v]
                # Of a symmetric matrix one half is enough.
                if ch > cj:
                    continue
                for u in range(k):
                    if x[i, j, u] != 0.0:
                        gu = g * x[i, j, u]
                        for v in range(k):
                            total[cj, ch, u, v] += gu * x[i, h, v]
    return square, count


def gather(
    design: Design,
    rows: Rows,
    which: Index,
    log_share: Array,
    precision: tuple[Array, Array],
    weight: Array | None = None,
) -> Evidence:
    """Sum up what declared rows say.

    Parameters
    ----------
    rows
        The design's contests or its totals.
    which
        Indices of the declared rows; shape ``(d,)``.
    log_share
        Log shares of all slates, NaN-free in the declared rows; shape ``(n, s)``.
    precision
        Of each row's utilities given all effects, with the log determinants, from
        :func:`models.scales.contrast_precision`.
    weight
        Multiplies a row's precision (heavy tails); shape ``(d,)``; ones if None.
    """
    p, k = len(design.columns), len(COVARIATES)
    c = len(design.councils)
    total, total_score = np.zeros((p, p, k, k)), np.zeros((k, p))
    by_council, score_by_council = np.zeros((c, p, p, k)), np.zeros((c, p))
    level = np.where(rows.column >= 0, design.level_mean[np.maximum(rows.column, 0)], 0.0)
    resid = np.where(rows.column >= 0, log_share - rows.expected - level, 0.0)
    w = np.ones(len(which)) if weight is None else weight
    square, count = _assemble(
        which, rows.council, rows.column, rows.covariates, precision[0], resid, w,
        total, total_score, by_council, score_by_council,
    )  # fmt: skip
    stands = (rows.column[which] >= 0).sum(axis=1)
    logdet = float((precision[1][which] - (stands - 1) * np.log(w))[stands > 1].sum())
    upper = np.triu_indices(p, 1)
    total[upper] = total.transpose(1, 0, 3, 2)[upper]
    return Evidence(
        total=total.transpose(2, 0, 3, 1).reshape(k * p, k * p),
        total_score=total_score.ravel(),
        rows=by_council.transpose(0, 1, 3, 2).reshape(c, p, k * p),
        row_score=score_by_council,
        square=square,
        logdet=logdet,
        count=count,
    )


def combine(a: Evidence, b: Evidence) -> Evidence:
    """What two disjoint sets of rows say together."""
    return Evidence(
        a.total + b.total,
        a.total_score + b.total_score,
        a.rows + b.rows,
        a.row_score + b.row_score,
        a.square + b.square,
        a.logdet + b.logdet,
        a.count + b.count,
    )


@dataclass(frozen=True, slots=True)
class EffectPrior:
    """Prior variances of the effects given the scales: covariates by column ``(K, P)``, region and type ``(P,)``,
    and each council's ``(c, P)``. All are independent with mean zero."""

    slopes: Array
    region: Array
    kind: Array
    council: Array


@dataclass(frozen=True, slots=True)
class EffectPosterior:
    """Exact posterior of the effects.

    ``mean`` and the Cholesky factor ``chol`` of the *precision* are of ``beta`` = covariates by column (KP), regions
    (RP), types (TP). Of the councils ``told``, of which something is declared, given beta: mean ``council_mean[k] -
    council_gain[k] @ beta``; of the others, zero. Covariance of every council given beta: ``council_root[k] @
    council_root[k].T``. ``misfit`` is the sum of squared whitened residuals at the mean, plus that of the effects
    whitened by their prior.
    """

    mean: Array
    chol: Array
    told: Index
    council_mean: Array
    council_gain: Array
    council_root: Array
    misfit: float
    log_evidence: float


@dataclass(frozen=True, slots=True)
class System:
    """Evidence laid out over all of beta, before any prior: the part that no scale changes.

    ``full`` are the rows of the councils ``told``, shape ``(t, P, d)``; ``info`` and ``score`` the normal equations of
    beta.
    """

    evidence: Evidence
    told: Index
    full: Array
    info: Array
    score: Array


def lay_system(design: Design, evidence: Evidence) -> System:
    """Lay evidence out over covariates, regions and types; done once for many :func:`solve`."""
    p, kp = len(design.columns), len(evidence.total_score)
    told = np.flatnonzero(evidence.rows[:, :, :p].any(axis=(1, 2)))
    rows, score = evidence.rows[told], evidence.row_score[told]
    # A council's region and type act where its own level does, which is the first covariate.
    places = len(design.regions) + len(design.kinds)
    at = np.zeros((len(told), places))
    at[np.arange(len(told)), design.region[told]] = 1.0
    at[np.arange(len(told)), len(design.regions) + design.kind[told]] = 1.0
    local = (rows[:, :, None, :p] * at[:, None, :, None]).reshape(len(told), p, places * p)
    full = np.concatenate([rows, local], axis=2)
    info = np.zeros((full.shape[2], full.shape[2]))
    info[:kp, :kp] = evidence.total
    info[kp:] = np.tensordot(at, full, axes=(0, 0)).reshape(places * p, -1)
    info[:kp, kp:] = info[kp:, :kp].T
    return System(evidence, told, full, info, np.concatenate([evidence.total_score, (at.T @ score).ravel()]))


def prior_variance(design: Design, prior: EffectPrior) -> Array:
    """Prior variances of beta, shape ``(d,)``."""
    regions, kinds = len(design.regions), len(design.kinds)
    return np.concatenate([prior.slopes.ravel(), np.tile(prior.region, regions), np.tile(prior.kind, kinds)])


def solve(design: Design, system: System, prior: EffectPrior, noise: float = 1.0) -> EffectPosterior:
    """Posterior of all effects and the log marginal likelihood.

    Parameters
    ----------
    system
        From :func:`lay_system`.
    noise
        Factor on the variance of every contest's utilities.
    """
    p, told, evidence = len(design.columns), system.told, system.evidence
    d = len(system.score)
    # Level is the first covariate: a council's, region's and type's effects act where it does.
    h, row_score = system.full[:, :, :p] / noise, evidence.row_score[told] / noise
    variance, own = prior_variance(design, prior), prior.council[told]
    h[:, np.arange(p), np.arange(p)] += 1.0 / own
    root = np.linalg.cholesky(np.linalg.inv(h))
    # root' @ x is a whitening of x by h, as root root' is its inverse.
    turned = root.transpose(0, 2, 1)
    white = np.matmul(turned / noise, system.full)
    gain = np.matmul(root, white)
    white_score = np.matmul(turned, row_score[:, :, None])
    council_mean = np.matmul(root, white_score)[:, :, 0]
    flat = white.reshape(len(told) * p, d)
    info = system.info / noise
    score = system.score / noise
    if len(told):
        # The lower triangle alone: the rest of the solve reads no more.
        info -= dsyrk(1.0, flat.T, lower=1)
        score = score - flat.T @ white_score.reshape(-1)
    info[np.diag_indices(d)] += 1.0 / variance
    chol = cholesky(info, lower=True)
    mean = cho_solve((chol, True), score)

    misfit = evidence.square / noise - float(score @ mean + np.einsum("kp,kp->", row_score, council_mean))
    log_evidence = -0.5 * (
        evidence.count * np.log(2 * np.pi * noise)
        + evidence.logdet
        + misfit
        + np.log(variance).sum()
        + 2 * np.log(np.diag(chol)).sum()
        + np.log(own).sum()
        - 2 * np.log(root.diagonal(axis1=1, axis2=2)).sum()
    )
    everyone = np.sqrt(prior.council)[:, :, None] * np.eye(p)
    everyone[told] = root
    return EffectPosterior(mean, chol, told, council_mean, gain, everyone, misfit, float(log_evidence))
