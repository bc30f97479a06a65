"""From learned scales to the covariances, precisions and priors of one night."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.covariates import COVARIATES
from models.design import Design
from models.gaussian import EffectPrior
from models.rows import Rows

Array = NDArray[np.float64]


#: Expected shares at which noise is learned: a party that is weak, one that may win or lose, and one that is strong.
STRENGTHS = (0.08, 0.25, 0.5)
AT_STRENGTHS = ("middle", "strong")


def ward_cov(design: Design) -> Array:
    """Covariance of each contest's utilities given all effects; shape ``(n, s, s)``.

    What the baseline does not know, plus what one election does to a ward, wider for a party that was not there.
    """
    rows = design.contests
    tonight = design.hyper.of("tonight", design.columns)
    new = design.hyper.of("new", design.columns)
    safe = np.maximum(rows.column, 0)
    enters = rows.covariates[:, :, COVARIATES.index("enters")]
    size = np.where(rows.column >= 0, tonight[safe] * _by_strength(design) + enters * new[safe], 0.0)
    return _add_diagonal(rows.cov, size)


def contrast_precision(cov: Array, stands: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Precision of utilities known up to a constant, and the log determinant of the contrasts' covariance.

    Parameters
    ----------
    cov
        Shape ``(n, s, s)``, the identity where no slate stands.
    stands
        Shape ``(n, s)``.

    Returns
    -------
    precision, logdet
        Shapes ``(n, s, s)``, 0 where no slate stands, and ``(n,)``.
    """
    w = np.linalg.inv(cov) * (stands[:, :, None] & stands[:, None, :])
    one = w.sum(axis=2)
    total = one.sum(axis=1)
    precision = w - one[:, :, None] * one[:, None, :] / total[:, None, None]
    return precision, np.linalg.slogdet(cov)[1] + np.log(total)


def _by_strength(design: Design) -> Array:
    """What tonight's noise of a slate is multiplied by for the share that is expected of it; shape ``(n, s)``.

    Shares of a party that is safe somewhere move less there than where it may win or lose (Liberal Democrats most of
    all); logs of the factor run straight between the strengths of :data:`STRENGTHS`.
    """
    rows = design.contests
    share = rows.covariates[:, :, COVARIATES.index("own share")] + 1 / 3
    out = np.ones(share.shape)
    logs = np.log(np.stack([np.ones(len(design.columns)), *(design.hyper.of(n, design.columns) for n in AT_STRENGTHS)]))
    for p in range(len(design.columns)):
        here = rows.column == p
        out[here] = np.exp(np.interp(share[here], STRENGTHS, logs[:, p]))
    return out


def totals_cov(design: Design, rows: Rows, seats_only: NDArray[np.bool_]) -> Array:
    """The same for councils known by totals; a council that declared no votes but only seats is read less surely.

    Parameters
    ----------
    rows
        Of those councils.
    seats_only
        Shape ``(q,)``.
    """
    # About twenty wards average out; what a council does of its own is in its effect.
    variance = design.hyper.of("tonight", design.columns) / 20.0
    reading = design.hyper.of("reading", design.columns)
    extra = (variance + reading * seats_only[:, None])[np.arange(len(seats_only))[:, None], np.maximum(rows.column, 0)]
    return _add_diagonal(rows.cov, np.where(rows.column >= 0, extra, 0.0))


def _add_diagonal(cov: Array, extra: Array) -> Array:
    out = cov.copy()
    diagonal = np.arange(cov.shape[1])
    out[:, diagonal, diagonal] += extra
    return out


def effect_prior(design: Design, council: float = 1.0, between: float = 1.0) -> EffectPrior:
    """Prior of the effects.

    Parameters
    ----------
    council, between
        Factors on the learned variances of councils, and of regions, types and slopes.
    """
    h, columns = design.hyper, design.columns
    sd = np.array([h.covariate[name] for name in COVARIATES])
    slopes = (sd[:, None] * h.of("slope", columns)[None]) ** 2 * between
    slopes[0] = design.level_sd**2
    own = h.of("council", columns) * council + design.council_extra
    return EffectPrior(
        slopes=slopes,
        region=h.of("region", columns) * between,
        kind=h.of("kind", columns) * between,
        council=own,
    )
