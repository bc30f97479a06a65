"""How far tonight's variances differ from earlier nights': mode, curvature, and the weights of heavy tails.

Three factors multiply the learned variances of ward noise, of councils, and of regions, types and slopes together.
Given them and a weight for each contest the marginal likelihood is exact; its mode is climbed by Newton steps along the
three axes. A contest's weight is the expectation of its precision under the t noise (Lange, Little and Taylor 1989,
JASA 84), iterated with the climb.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.design import COVARIATES, Design
from models.gaussian import EffectPosterior, Evidence, System, combine, council_levels, gather, lay_system, solve
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
#: Half-width of the differences that give slope and curvature, in logs.
WIDTH = 0.25


@dataclass(frozen=True, slots=True)
class Observed:
    """Declared contests, lined up with the design, and what councils known by totals say.

    ``which`` are the contests' indices, shape ``(d,)``; ``log_share`` their log shares, ``(n, s)``; ``precision``
    what :func:`models.gaussian.contrast_precision` says of them.
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
    prior = effect_prior(design, council=float(np.exp(theta[1])), between=float(np.exp(theta[2])))
    return solve(design, system, prior, noise=float(np.exp(theta[0])))


def distances(design: Design, observed: Observed, post: EffectPosterior) -> Array:
    """Squared whitened residuals of declared contests at the posterior mean, and their dimensions; ``(d, 2)``."""
    rows, which = design.contests, observed.which
    p = len(design.columns)
    beta = post.mean[: len(COVARIATES) * p].reshape(-1, p)
    level = council_levels(design, post, post.mean[:, None])[:, :, 0]
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


def _weights(design: Design, observed: Observed, post: EffectPosterior, weight: Array, noise: float) -> Array:
    """Expected precision of each contest under t noise of unit variance, as a multiple of the Gaussian's.

    Residuals at the posterior mean are too small by what the effects were fitted to them; all are stretched by one
    factor, so that their weighted mean square is the noise's.
    """
    df = design.hyper.tail
    square, m = distances(design, observed, post).T
    stretch = max(1.0, noise * m.sum() / float(weight @ square)) if len(m) else 1.0
    to_t = df / (df - 2)
    return (df + m) / (df + stretch * square / noise * to_t) * to_t


def fit_factors(design: Design, observed: Observed) -> FactorFit:
    """Climb to the mode of the three log factors.

    The factors' prior is normal around zero with the learned ``spread``; with nothing declared it is returned.
    """
    spread = np.array([design.hyper.spread[f] for f in FACTORS])
    theta, sd, step = np.zeros(3), spread.copy(), 0.0
    weight = np.ones(len(observed.which))
    system = _system(design, observed, weight)
    if not system.evidence.count:
        return FactorFit(theta, sd, weight, system, step)

    def score(at: Array) -> float:
        return posterior_at(design, system, at).log_evidence - 0.5 * float(((at / spread) ** 2).sum())

    for turn in range(MOST_STEPS):
        if len(observed.which):
            post = posterior_at(design, system, theta)
            weight = _weights(design, observed, post, weight, float(np.exp(theta[0])))
            system = _system(design, observed, weight)
        centre, move = score(theta), np.zeros(3)
        for k, axis in enumerate(np.eye(3) * WIDTH):
            up, down = score(theta + axis), score(theta - axis)
            curve = min((up - 2 * centre + down) / WIDTH**2, -0.5 / spread[k] ** 2)
            sd[k] = np.sqrt(-1.0 / curve)
            move[k] = np.clip((up - down) / (2 * WIDTH) / -curve, -1.0, 1.0)
        # Weights and factors climb by turns; half steps end a swing between two points.
        theta = theta + move * (1.0 if turn < WHOLE_STEPS else 0.5)
        step = float(np.abs(move / sd).max())
        if step < CLOSE:
            break
    # Under the t, a contest of m contrasts says less of the noise's size than under the Gaussian at the same weights.
    m = _mean_contrasts(design, observed)
    if m:
        df = design.hyper.tail
        data = max(1.0 / sd[0] ** 2 - 1.0 / spread[0] ** 2, 0.0) * df / (df + m + 2)
        sd[0] = 1.0 / np.sqrt(data + 1.0 / spread[0] ** 2)
    return FactorFit(theta, sd, weight, system, step)


def _mean_contrasts(design: Design, observed: Observed) -> float:
    stands = design.contests.column[observed.which] >= 0
    return float(stands.sum(axis=1).mean() - 1.0) if len(stands) else 0.0


def honest(design: Design, observed: Observed, fit: FactorFit, theta: Array) -> EffectPosterior:
    """Posterior of the effects at log factors, with the spread that t noise leaves.

    The weights are expectations; taken as known they would make the posterior too narrow. The information of a t in m
    dimensions is (df + m) / (df + m + 2) of theirs. Means stay, spreads are those of the thinner information.
    """
    post = posterior_at(design, fit.system, theta)
    m = _mean_contrasts(design, observed)
    if not m:
        return post
    df = design.hyper.tail
    thin = theta + np.array([np.log((df + m + 2) / (df + m)), 0.0, 0.0])
    wide = posterior_at(design, fit.system, thin)
    return replace(post, chol=wide.chol, council_root=wide.council_root)
