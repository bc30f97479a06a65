r"""What a whole country would do, from the places that voted: best linear prediction over a frame of councils.

The change of a party's share since a baseline year, in percentage points, is a smooth function of a council's character
plus effects of region and council, each a random walk in time, plus ward noise:

.. math:: \Delta_i = h_i \mu + x_i'\beta + (s_i - s) \gamma + r_{R(i)} + c_i + \epsilon_i

where :math:`s_i` is the party's own share at the baseline and s the published one of the country: a party that loses
has more to lose where it is strong, and wards that vote are not the country. The country's change is the mean over the
frame. Its best linear unbiased prediction (universal kriging; Goldberger 1962, JASA 57) has weights that depend on who
is observed and on variances, not on what is observed: they are fixed before the night, so a posterior draw of all
contests gives a draw of the country's change by one inner product.

What is used is the mean of that prediction and of the plain mean of the key wards. On the nights that the choices were
made on the two did equally well, and their errors were not the same: the one trusts lines drawn out to places unlike
those that voted, the other ignores that they are unlike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.int64]

#: Standard deviation of the slope on a party's own share at the baseline, per square root of a year.
OWN = 0.08
#: Part that the plain mean of the key wards has in the country's change.
PLAIN = 0.5


@dataclass(frozen=True, slots=True)
class Scales:
    """Standard deviations in percentage points.

    ``slope``, ``region`` and ``council`` are those of one year's change (they grow with the square root of the years);
    ``ward`` is the part of a ward's noise that does not grow, ``drift`` the part per square root of a year.
    """

    slope: float
    region: float
    council: float
    ward: float
    drift: float

    def noise(self, years: float) -> float:
        """Variance of a ward's noise."""
        return self.ward**2 + self.drift**2 * years


@dataclass(frozen=True, slots=True)
class Frame:
    """The places of a country.

    Attributes
    ----------
    weight
        Part of the electorate in each place, adding to one; shape ``(f,)``.
    region
        Index of each place's region; shape ``(f,)``.
    character
        What change may depend on, standardised over the country; shape ``(f, q)``.
    loose
        By what factor the region's effect is wider there (a country with parties of its own); shape ``(f,)``.
    """

    weight: Array
    region: Index
    character: Array
    loose: Array

    def covariance(self, scales: Scales, other: Frame | None = None) -> Array:
        """Prior covariance of the places' effects for one year; shape ``(f, f)``.

        With ``other``, the same places in other characters, the covariance between the two.
        """
        same = self.region[:, None] == self.region[None]
        out: Array = scales.slope**2 * self.character @ (self if other is None else other).character.T
        out += scales.region**2 * np.where(same, self.loose[:, None] * self.loose[None], 0.0)
        out[np.diag_indices_from(out)] += scales.council**2
        return out


def within(character: Array, place: Array, tail: float) -> Array:
    """Character cut to the range of the observed places, without the outermost ``tail`` at either end.

    A place beyond everything that voted is taken to move like the outermost that did, not along a line drawn out.
    """
    seen = place @ character
    return np.clip(character, np.quantile(seen, tail, axis=0), np.quantile(seen, 1 - tail, axis=0))


@dataclass(frozen=True, slots=True)
class Prediction:
    """A best linear prediction.

    Attributes
    ----------
    weights
        On the observations, shape ``(m,)``.
    variance
        Of the prediction's error, given every observation.
    error
        The error as a combination of the places' effects (and, of a change, the slope on the party's own share);
        shape ``(f,)`` or ``(f + 1,)``.
    """

    weights: Array
    variance: float
    error: Array


def predict(covariance: Array, place: Array, noise: Array, target: Array, fixed: Array | None = None) -> Prediction:
    """Predict ``target`` over the frame from observed places.

    Parameters
    ----------
    covariance
        Of the places' effects; shape ``(f, f)``.
    place
        Which places each observation speaks of, rows adding to one; shape ``(m, f)``.
    noise
        Variance of each observation; shape ``(m,)``.
    target
        Weights of the places in what is predicted; shape ``(f,)``.
    fixed
        The one covariate with a free coefficient, by place; ones if None; shape ``(f,)``.
    """
    fixed = np.ones(len(target)) if fixed is None else fixed
    h, aim = place @ fixed, float(target @ fixed)
    v = place @ covariance @ place.T
    v[np.diag_indices_from(v)] += noise
    k = place @ (covariance @ target)
    solved = np.linalg.solve(v, np.stack([k, h], axis=1))
    missing = aim - float(h @ solved[:, 0])
    weights = solved[:, 0] + solved[:, 1] * missing / float(h @ solved[:, 1])
    return judge(covariance, place, noise, target, weights)


def judge(covariance: Array, place: Array, noise: Array, target: Array, weights: Array) -> Prediction:
    """What a prediction with any weights is worth; the arguments are those of :func:`predict`."""
    error = place.T @ weights - target
    variance = float(error @ covariance @ error + (weights**2 * noise).sum())
    return Prediction(weights, variance, error)


@dataclass(frozen=True, slots=True)
class Change:
    """A prediction of the country's change since one baseline, as it bears on the wards.

    ``frame`` in the character that the change was taken to depend on; ``years`` since the baseline; ``ward_weights`` on
    the change of every contest tonight, zero where it is no key ward; shape ``(n,)``.
    """

    frame: Frame
    years: float
    prediction: Prediction
    ward_weights: Array


def change_covariance(frame: Frame, scales: Scales, other: Frame | None = None) -> Array:
    """Prior covariance of one year's effects of places, and last of the slope on the own share; ``(f + 1, f + 1)``."""
    f = len(frame.weight)
    out = np.zeros((f + 1, f + 1))
    out[:f, :f] = frame.covariance(scales, other)
    out[f, f] = OWN**2
    return out


def predict_change(
    frame: Frame,
    scales: Scales,
    place: Array,
    council: Index,
    key: NDArray[np.bool_],
    own: Array,
    years: float,
    target: Array,
    plain: float = 0.0,
) -> Change:
    """Predict the change since one baseline from the key wards of a night.

    Wards of one council weigh alike: nothing about them is known that the frame knows everywhere.

    Parameters
    ----------
    place
        Places of the frame that each council speaks of; shape ``(c, f)``.
    council, key
        Council of each contest, and whether it is a key ward; shape ``(n,)``.
    own
        The party's share at the baseline in each key ward less the country's, in points; shape ``(n,)``.
    plain
        Part of the weight that is spread evenly over the key wards.
    """
    count = np.bincount(council[key], minlength=len(place)).astype(float)
    seen = np.flatnonzero(count)
    level = np.bincount(council[key], weights=own[key], minlength=len(place))[seen] / count[seen]
    covariance = change_covariance(frame, scales) * years
    rows, noise = np.concatenate([place[seen], level[:, None]], axis=1), scales.noise(years) / count[seen]
    aim = np.append(target, 0.0)
    p = predict(covariance, rows, noise, aim, np.append(np.ones(len(target)), 0.0))
    if plain:
        p = judge(covariance, rows, noise, aim, (1 - plain) * p.weights + plain * count[seen] / count.sum())
    by_council = np.zeros(len(place))
    by_council[seen] = p.weights / count[seen]
    return Change(frame, years, p, np.where(key, by_council[council], 0.0))


def error_covariance(scales: Scales, changes: Sequence[Change]) -> Array:
    """Covariance of the prediction errors of one party's changes since several baselines.

    Effects are random walks, so the changes since two baselines have the later one's years in common, and tonight's
    noise of wards that serve both.
    """
    out = np.zeros((len(changes), len(changes)))
    for i, a in enumerate(changes):
        for j, b in enumerate(changes):
            years = min(a.years, b.years)
            # Half of the noise that does not grow is tonight's, the other half the baseline's own.
            ward = scales.noise(years) if i == j else scales.ward**2 / 2 + scales.drift**2 * years
            shared = change_covariance(a.frame, scales, b.frame)
            out[i, j] = years * (a.prediction.error @ shared @ b.prediction.error)
            out[i, j] += ward * (a.ward_weights @ b.ward_weights)
    return out


def combine(covariance: Array) -> tuple[Array, float]:
    """Weights (adding to one, none below zero) that combine estimates of one thing, and the variance they leave."""
    use = np.arange(len(covariance))
    while True:
        sub = covariance[np.ix_(use, use)]
        w = np.linalg.solve(sub, np.ones(len(use)))
        w /= w.sum()
        if (w >= 0).all():
            break
        # A negative weight would bet on how two baselines differ: leave the worst of them out.
        use = np.delete(use, int(w.argmin()))
    weights = np.zeros(len(covariance))
    weights[use] = w
    return weights, float(weights @ covariance @ weights)
