"""Scores of a forecast that is given as draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from projection.summary import LEVELS

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scores:
    """One entry per row: quantiles at :data:`projection.summary.LEVELS`, shape ``(row, level)``, and the scores."""

    quantiles: Array
    sd: Array
    crps: Array
    pit: Array


def crps(draws: Array, truth: Array) -> Array:
    """Continuous ranked probability score of the draws' empirical distribution; lower is better.

    .. math:: \\frac1m \\sum_i |x_i - y| - \\frac1{2 m^2} \\sum_{ij} |x_i - x_j|

    This is the score of what is reported, not the "fair" estimate for more draws than there are, which is lower by a
    factor of about ``1/m`` of the spread. Of a single draw it is the absolute error.

    Parameters
    ----------
    draws
        Shape ``(draw, row)``.
    truth
        Shape ``(row,)``.

    References
    ----------
    Gneiting and Raftery (2007), "Strictly proper scoring rules, prediction, and estimation", JASA 102.
    """
    m = len(draws)
    ranked = np.sort(draws, axis=0)
    # sum over pairs of |x_i - x_j| is twice the sum of (2i - m - 1) x_(i)
    pairs = (2.0 * np.arange(1, m + 1) - m - 1) @ ranked
    return np.abs(draws - truth).mean(axis=0) - pairs / m**2


def pit(draws: Array, truth: Array, rng: np.random.Generator) -> Array:
    """Probability integral transform, randomised where draws tie with the truth; uniform if the forecast is right.

    Counts tie often. A closed interval from the 5% to the 95% quantile of counts then covers more than 90% however
    right the forecast is; the transform does not (Czado, Gneiting and Held 2009, Biometrics 65). It is kept inside
    the range that ``m`` draws can tell: a truth beyond all of them is at ``1/(m + 1)`` from the end at most.

    Parameters
    ----------
    draws
        Shape ``(draw, row)``.
    truth
        Shape ``(row,)``.
    """
    below = (draws < truth).sum(axis=0)
    ties = (draws == truth).sum(axis=0)
    return (below + rng.random(len(truth)) * (ties + 1)) / (len(draws) + 1)


def score(draws: Array, truth: Array, rng: np.random.Generator) -> Scores:
    """All scores of forecasts given as draws; shape ``(draw, row)`` against ``(row,)``."""
    return Scores(
        quantiles=np.quantile(draws, LEVELS, axis=0).T.reshape(len(truth), len(LEVELS)),
        sd=draws.std(axis=0),
        crps=crps(draws, truth),
        pit=pit(draws, truth, rng),
    )
