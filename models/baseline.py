"""What a ward's earlier results say of its parties before any swing: a best linear unbiased prediction.

In utilities (log shares up to a constant of the contest), an earlier result of ward i in year t is

    y[i,t,j] = kappa[i,t] + N[t,c(j)] + U[k(i),c(j)] + W[i,j] + e[i,t,j]

with N the level of the year, U the council's character, W the ward's own, and e a noise that grows with the
age of the result. kappa is free: it takes up who else stood. The prediction of U + W shrinks a single very
good result, weighs several by age, and falls back on the council, then on the region and type of council, where
there is less. Its covariance goes with it: a ward without a result of its own is less sure.

Robinson (1991), "That BLUP is a good thing", Statistical Science 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.history import Past

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BaselineScales:
    """Variances behind the baselines, per column of the model; shapes ``(P,)``.

    ``place`` is the variance of councils within their region and type, ``ward`` of wards within a council, ``noise``
    of one result around its ward's character, ``ageing`` what each year of age adds to the noise. ``signal`` holds the
    strength and the variance (as a multiple of ``ward`` and ``place``) of what is known of seats: of the ward's sitting
    councillors, and of the council's composition; and by how much, as a multiple of ``ward``, results of a redrawn
    ward and of one that is only alike vary more than the ward's own.
    """

    place: Array
    ward: Array
    noise: Array
    ageing: Array
    signal: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Baseline:
    """Prediction of each extended slot's utility, on the scale of the latest year's level.

    Attributes
    ----------
    mean
        Shape ``(n, e)``; 0 where there is no slot.
    cov
        Shape ``(n, e, e)``; the identity where there is no slot.
    council
        Utility of each council and column, shape ``(c, P)``, and its variance ``council_var``.
    level
        Level of each year relative to the latest with data, shape ``(T, P)``.
    unknown
        Part of a ward's own variance, around its mean over parties, that no earlier result has taken away: 1 where
        there is none; shape ``(n, e)``.
    """

    mean: Array
    cov: Array
    council: Array
    council_var: Array
    level: Array
    unknown: Array


def _weighted_residual_mean(value: Array, weight: Array, groups: NDArray[np.int64], count: int, prior: float) -> Array:
    """Shrunk mean of each column of ``value`` (NaN where unknown) within groups; shape ``(count, P)``."""
    known = np.isfinite(value)
    w = np.where(known, weight, 0.0)
    total = np.zeros((count, value.shape[1]))
    mass = np.zeros_like(total)
    np.add.at(total, groups, np.where(known, value, 0.0) * w)
    np.add.at(mass, groups, w)
    return total / (mass + prior)


def councils_and_levels(
    past: Past, groups: NDArray[np.int64], years: Array, scales: BaselineScales, sweeps: int = 60
) -> tuple[Array, Array, Array]:
    """Councils' characters and years' levels from councils' earlier elections, by alternating least squares.

    Parameters
    ----------
    groups
        Region-and-type of each council; shape ``(c,)``.
    years
        Age of each earlier date in years; shape ``(T,)``.

    Returns
    -------
    council, council_var, level
        Shapes ``(c, P)``, ``(c, P)``, ``(T, P)``.

    The composition of a council counts as one more year: seats exaggerate votes, so its log shares are scaled down,
    and it has a level of its own that is thrown away.
    """
    seats = scales.signal["composition"] * past.composition
    y = np.concatenate([past.council_log_share, seats[:, None]], axis=1)
    n = past.council_wards
    c, t, p = y.shape
    level, place = np.zeros((t, p)), np.zeros((c, p))
    known = np.isfinite(y)
    # Variance of one council-year around N + U: the wards' mean noise, and what a council does of its own that year.
    own = 0.02 + (scales.ward + scales.noise + scales.ageing * years[:, None])[None] / np.maximum(n, 1)[:, :, None]
    held = np.broadcast_to(scales.signal["composition variance"] * scales.place, (c, 1, p))
    own = np.concatenate([own, held], axis=1)
    weight = np.where(known, 1.0 / own, 0.0)
    count = int(groups.max()) + 1 if len(groups) else 0
    base = np.zeros((count, p))
    for _ in range(sweeps):
        rest = np.where(known, y - level[None] - place[:, None], 0.0)
        mass = weight.sum(axis=2, keepdims=True)
        kappa = (weight * rest).sum(axis=2, keepdims=True) / np.maximum(mass, 1e-9)
        free = np.where(known, y - kappa, 0.0)
        level = (weight * (free - place[:, None])).sum(axis=0) / (weight.sum(axis=0) + 2.0)
        mean = (weight * (free - level[None])).sum(axis=1)
        precision = weight.sum(axis=1)
        base = _weighted_residual_mean(
            np.where(precision > 0, mean / np.maximum(precision, 1e-9), np.nan), precision, groups, count, 1.0
        )
        place = (mean + base[groups] / scales.place) / (precision + 1 / scales.place)
    return place, 1.0 / (weight.sum(axis=1) + 1 / scales.place), level[:-1]


def _normal_equations(value: Array, weight: Array) -> tuple[Array, Array]:
    """Precision ``(n, e, e)`` and score ``(n, e)`` of values known up to a constant of the ward.

    Parameters
    ----------
    value, weight
        Shape ``(n, e)``; weight 0 where nothing is known.
    """
    total = weight.sum(axis=1)
    share = weight / np.where(total > 0, total, 1.0)[:, None]
    precision = -weight[:, :, None] * share[:, None, :]
    diagonal = np.arange(weight.shape[1])
    precision[:, diagonal, diagonal] += weight
    return precision, np.einsum("neh,nh->ne", precision, value)


def _beyond_council(past: Past, councils: NDArray[np.int64]) -> Array:
    """Share of a ward's sitting councillors beyond the mean of its council's wards, by extended slot; ``(n, e)``."""
    known = np.isfinite(past.sitting)
    shape = past.composition.shape
    total, count = np.zeros(shape), np.zeros(shape)
    rows, cols = np.nonzero(known)
    np.add.at(total, (councils[rows], past.column[rows, cols]), past.sitting[rows, cols])
    np.add.at(count, (councils[rows], past.column[rows, cols]), 1.0)
    mean = total / np.maximum(count, 1)
    return np.where(known, past.sitting - mean[councils[:, None], np.maximum(past.column, 0)], np.nan)


def predict(
    past: Past,
    councils: NDArray[np.int64],
    groups: NDArray[np.int64],
    years: Array,
    scales: BaselineScales,
) -> Baseline:
    """Predict the utility of every extended slot from all earlier results.

    Parameters
    ----------
    councils
        Council of each contest; shape ``(n,)``.
    groups
        Region-and-type of each council; shape ``(c,)``.
    years
        Age in years of each earlier date; shape ``(T,)``.
    """
    place, place_var, level = councils_and_levels(past, groups, years, scales)
    stands, safe = past.column >= 0, np.maximum(past.column, 0)
    prior = np.where(stands, place[councils[:, None], safe], 0.0)
    precision = np.where(stands, 1.0 / scales.ward[safe], 1.0)[:, :, None] * np.eye(stands.shape[1])
    score = np.zeros(stands.shape)
    unlike = np.array([0.0, scales.signal["redrawn variance"], scales.signal["alike variance"]])
    for t, age in enumerate(years):
        y = past.log_share[:, t]
        known = np.isfinite(y)
        value = np.where(known, y - level[t][safe] - prior, 0.0)
        noise = (scales.noise + scales.ageing * age)[safe] + unlike[past.likeness[:, t], None] * scales.ward[safe]
        p, s = _normal_equations(value, np.where(known, 1.0 / noise, 0.0))
        precision, score = precision + p, score + s
    # The sitting councillors: a seat held says that the party stood strong there once.
    beyond = _beyond_council(past, councils)
    known = np.isfinite(beyond)
    doubt = scales.signal["sitting variance"] * scales.ward
    value = np.where(known, scales.signal["sitting"] * beyond, 0.0)
    p, s = _normal_equations(value, np.where(known, 1.0 / doubt[safe], 0.0))
    cov = np.linalg.inv(precision + p)
    mean = np.where(stands, prior + np.einsum("neh,nh->ne", cov, score + s), 0.0)
    unknown = _unknown(cov, np.where(stands, scales.ward[safe], 1.0), stands)
    return Baseline(mean=mean, cov=cov, council=place, council_var=place_var, level=level, unknown=unknown)


def _unknown(cov: Array, ward: Array, stands: NDArray[np.bool_]) -> Array:
    """Variance left of a ward's own, over the prior's ``ward``, both around the mean over the ward's parties.

    That mean is the ward's constant: no result tells it, and no share depends on it.
    """
    part = stands / np.maximum(stands.sum(axis=1), 1)[:, None]
    diagonal = np.arange(stands.shape[1])
    both = (cov @ part[:, :, None])[:, :, 0]
    left = cov[:, diagonal, diagonal] - 2 * both + (part * both).sum(axis=1)[:, None]
    prior = ward * (1 - 2 * part) + (part**2 * ward).sum(axis=1)[:, None]
    return np.where(stands & (prior > 0), left / np.where(prior > 0, prior, 1.0), 1.0)
