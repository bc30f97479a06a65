"""Scales of the national model from earlier elections: residual maximum likelihood with weak priors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from models.national import OWN, Frame, Scales

Array = NDArray[np.float64]

#: Where the scales are expected to lie, and how firmly (standard deviation of the logarithm).
PRIOR = Scales(slope=0.8, region=0.8, council=1.8, ward=5.0, drift=3.5)
LEVEL_PRIOR = Scales(slope=3.0, region=2.0, council=3.5, ward=5.0, drift=4.0)
FIRMNESS = 0.6
#: Nothing is looked for farther from there than so many times that, and what a point beyond costs.
FARTHEST, ASTRAY = 6.0, 1e6


@dataclass(frozen=True, slots=True)
class Sample:
    """Changes (or levels) of one party by council: mean, number of wards, spread within councils.

    Attributes
    ----------
    frame
        Of the night; ``place`` as in :func:`models.national.predict`, shape ``(m, f)``.
    mean, wards
        Shape ``(m,)``.
    within, freedom
        Sum of squares around the councils' means, and its degrees of freedom.
    years
        Between the two elections; 1 for a level.
    fixed
        The covariate with a free coefficient, by place; shape ``(f,)``.
    own
        The party's own share at the baseline, centred; zeros for a level; shape ``(m,)``.
    """

    frame: Frame
    place: Array
    mean: Array
    wards: Array
    within: float
    freedom: float
    years: float
    fixed: Array
    own: Array


def log_likelihood(sample: Sample, scales: Scales) -> float:
    """Residual log likelihood of one sample."""
    noise = scales.noise(sample.years)
    v = sample.years * sample.place @ sample.frame.covariance(scales) @ sample.place.T
    v += sample.years * OWN**2 * np.outer(sample.own, sample.own)
    v[np.diag_indices_from(v)] += noise / sample.wards
    root = np.linalg.cholesky(v)
    both = np.linalg.solve(root, np.stack([sample.place @ sample.fixed, sample.mean], axis=1))
    h, y = both.T
    square = h @ h
    rest = y - h * (h @ y) / square
    between = -np.log(np.diag(root)).sum() - 0.5 * np.log(square) - 0.5 * rest @ rest
    return float(between - 0.5 * sample.freedom * np.log(noise) - 0.5 * sample.within / noise)


def fit_scales(samples: Sequence[Sample], prior: Scales = PRIOR) -> Scales:
    """Scales with the highest posterior density; the prior's with no samples."""
    centre = np.log(astuple(prior))

    def cost(t: Array) -> float:
        far = float(np.abs(t - centre).max()) / FIRMNESS
        if far > FARTHEST:
            return ASTRAY * far  # a line search that went astray, where covariances have no inverse
        scales = Scales(*np.exp(t))
        return 0.5 * float((((t - centre) / FIRMNESS) ** 2).sum()) - sum(log_likelihood(s, scales) for s in samples)

    if not samples:
        return prior
    best = optimize.minimize(cost, centre, method="BFGS", options={"gtol": 1e-2, "maxiter": 60}).x
    return Scales(*(round(float(v), 3) for v in np.exp(best)))
