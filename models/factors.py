"""How far tonight's variances differ from earlier nights': mode, curvature, and the weights of heavy tails.

Three factors multiply the learned variances of ward noise, of councils, and of regions, types and slopes together.
Given them and a weight for each contest the marginal likelihood is exact; its mode is climbed by Newton steps along the
three axes. A contest's weight is the expectation of its precision under the t noise (Lange, Little and Taylor 1989,
JASA 84), iterated with the climb.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.covariates import COVARIATES
from models.curvature import slope_and_curvature, traces
from models.design import Design
from models.gaussian import (
    EffectPosterior,
    EffectPrior,
    Evidence,
    System,
    combine,
    gather,
    lay_system,
    prior_variance,
    solve,
)
from models.scales import effect_prior

Array = NDArray[np.float64]
Index = NDArray[np.int64]

#: The night's own factors, in the order of the arrays below.
FACTORS = ("ward", "council", "between")
#: The climb ends when a step is this small against the factors' standard deviations.
CLOSE = 0.1
#: So many steps are taken whole; later ones by half, up to the most.
WHOLE_STEPS = 4
MOST_STEPS = 20
#: Turns of the weights' own sum, at most.
MOST_TURNS = 50


@dataclass(frozen=True, slots=True)
class Observed:
    """Declared contests, lined up with the design, and what councils known by totals say.

    ``which`` are the contests' indices, shape ``(d,)``; ``log_share`` their log shares, ``(n, s)``; ``precision``
    what :func:`models.scales.contrast_precision` says of them.
    """

    which: Index
    log_share: Array
    precision: tuple[Array, Array]
    totals: Evidence


@dataclass(frozen=True, slots=True)
class FactorFit:
    """Mode and standard deviations of the log factors, the weights there, and the size of the last step in sd."""

    theta: Array
    sd: Array
    weight: Array
    system: System
    last_step: float


def posterior_at(design: Design, system: System, theta: Array) -> EffectPosterior:
    """Exact posterior of the effects at given log factors."""
    return solve(design, system, _prior(design, theta), noise=float(np.exp(theta[0])))


def _prior(design: Design, theta: Array) -> EffectPrior:
    return effect_prior(design, council=float(np.exp(theta[1])), between=float(np.exp(theta[2])))


def _spread(design: Design) -> Array:
    return np.array([design.hyper.spread[f] for f in FACTORS])


def log_prior(design: Design, theta: Array) -> float:
    """Log prior density of the log factors, less that at zero: normal with the learned ``spread``."""
    return -0.5 * float(((theta / _spread(design)) ** 2).sum())


def distances(design: Design, observed: Observed, post: EffectPosterior) -> Array:
    """Squared whitened residuals of declared contests at the posterior mean, and their dimensions; ``(d, 2)``."""
    rows, which = design.contests, observed.which
    p = len(design.columns)
    kp, nr = len(COVARIATES) * p, len(design.regions)
    beta, place = post.mean[:kp].reshape(-1, p), post.mean[kp:].reshape(-1, p)
    level = place[design.region] + place[nr + design.kind]
    level[post.told] += post.council_mean - post.council_gain @ post.mean
    column = np.maximum(rows.column[which], 0)
    swing = np.take_along_axis(rows.covariates[which] @ beta, column[:, :, None], axis=2)[:, :, 0]
    swing += level[rows.council[which][:, None], column] + design.level_mean[column]
    stands = rows.column[which] >= 0
    resid = np.where(stands, observed.log_share[which] - rows.expected[which] - swing, 0.0)
    square = np.einsum("ni,nij,nj->n", resid, observed.precision[0][which], resid, optimize=True)
    return np.stack([square, stands.sum(axis=1) - 1.0], axis=1)


def _system(design: Design, observed: Observed, weight: Array) -> System:
    own = gather(design, design.contests, observed.which, observed.log_share, observed.precision, weight)
    return lay_system(design, combine(own, observed.totals))


def _weights(design: Design, observed: Observed, post: EffectPosterior, noise: float) -> Array:
    """Expected precision of each contest under t noise of unit variance, as a multiple of the Gaussian's.

    Residuals at the posterior mean are too small by what the effects were fitted to them; all are stretched by one
    factor, so that their mean square, weighted by these very weights, is the noise's.
    """
    df = design.hyper.tail
    square, m = distances(design, observed, post).T
    to_t = df / (df - 2)
    total = float(m.sum())

    def at(weighted: float) -> Array:
        stretched = square * max(1.0 / noise, total / weighted)
        return (df + m) / (df + stretched * to_t) * to_t

    # The weights depend on their own weighted sum of squares; the right side grows slower than the left, so that
    # turns lead to the one sum that agrees.
    weighted = float(square.sum())
    for _ in range(MOST_TURNS):
        before, weighted = weighted, float(at(weighted) @ square)
        if abs(weighted - before) < 1e-9 * weighted:
            break
    return at(weighted)


def factor_slopes(design: Design, system: System, theta: Array, post: EffectPosterior) -> tuple[Array, Array]:
    """Of the log posterior density of the log factors at fixed weights; shapes ``(3,)`` and ``(3, 3)``."""
    slope, curvature = slope_and_curvature(post, system.evidence.count, *_variances(design, system, theta))
    spread = _spread(design)
    return slope - theta / spread**2, curvature - np.diag(1.0 / spread**2)


def _variances(design: Design, system: System, theta: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Prior variances of beta and of the told councils' effects, and the part of each that its factor multiplies."""
    prior, told = _prior(design, theta), system.told
    variance = prior_variance(design, prior)
    between = variance.copy()
    between[: len(design.columns)] = 0.0  # the level's prior comes from the polls
    own = prior.council[told]
    return (variance, own), (between, own - design.council_extra[told])


def thinner(design: Design, observed: Observed) -> float:
    """Log of the factor on the noise at which fixed weights say as much of the effects as the t itself does.

    The weights are expectations; the information of a t in m dimensions is (df + m) / (df + m + 2) of theirs.
    """
    m, df = mean_contrasts(design, observed), design.hyper.tail
    return float(np.log((df + m + 2) / (df + m))) if m else 0.0


def _unbiased(design: Design, observed: Observed, system: System, theta: Array) -> Array:
    """Councils' and the between factor where the effects are as unsure as the t leaves them.

    At fixed weights the effects pass for surer than they are, and a scale is found from an effect's squared mean and
    its variance: the factors would come out a quarter of their standard deviation too small (``docs/calibration.md``).
    """
    thin = np.array([thinner(design, observed), 0.0, 0.0])
    spread = _spread(design)
    for _ in range(2):
        post = posterior_at(design, system, theta)
        slope, curvature = factor_slopes(design, system, theta, post)
        parts = _variances(design, system, theta)
        wide = traces(posterior_at(design, system, theta + thin), *parts)
        more = 0.5 * (wide - traces(post, *parts))
        steep = np.maximum(-np.diag(curvature)[1:], 0.5 / spread[1:] ** 2)
        theta = theta + np.array([0.0, *np.clip((slope[1:] + more) / steep, -1.0, 1.0)])
    return theta


def fit_factors(design: Design, observed: Observed) -> FactorFit:
    """Climb to the mode of the three log factors.

    With nothing declared the prior's mode and standard deviations are returned.
    """
    spread = _spread(design)
    theta, sd, step = np.zeros(3), spread.copy(), 0.0
    weight = np.ones(len(observed.which))
    system = _system(design, observed, weight)
    if not system.evidence.count:
        return FactorFit(theta, sd, weight, system, step)

    for turn in range(MOST_STEPS):
        post = posterior_at(design, system, theta)
        if turn or not len(observed.which):
            slope, curvature = factor_slopes(design, system, theta, post)
            # In units of the prior's spread; nowhere flatter than half of it, or uphill.
            size, axes = np.linalg.eigh(-curvature * spread[:, None] * spread)
            move = spread * (axes @ (axes.T @ (spread * slope) / np.maximum(size, 0.5)))
            sd = 1.0 / np.sqrt(np.maximum(-np.diag(curvature), 0.5 / spread**2))
            # Weights and factors climb by turns; half steps end a swing between two points.
            move = np.clip(move, -1.0, 1.0) * (1.0 if turn <= WHOLE_STEPS else 0.5)
            theta = theta + move
            step = float(np.abs(move / sd).max())
            if step < CLOSE:
                break
        if len(observed.which):
            weight = _weights(design, observed, post, float(np.exp(theta[0])))
            system = _system(design, observed, weight)
    if len(observed.which):
        theta = _unbiased(design, observed, system, theta)
    # Under the t, a contest of m contrasts says less of the noise's size than under the Gaussian at the same weights.
    m = mean_contrasts(design, observed)
    if m:
        df = design.hyper.tail
        data = max(1.0 / sd[0] ** 2 - 1.0 / spread[0] ** 2, 0.0) * df / (df + m + 2)
        sd[0] = 1.0 / np.sqrt(data + 1.0 / spread[0] ** 2)
    return FactorFit(theta, sd, weight, system, step)


def mean_contrasts(design: Design, observed: Observed) -> float:
    """Mean number of contrasts (slates less one) of the declared contests."""
    stands = design.contests.column[observed.which] >= 0
    return float(stands.sum(axis=1).mean() - 1.0) if len(stands) else 0.0
