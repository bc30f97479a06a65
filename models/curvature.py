"""Slope and curvature of the log marginal likelihood in the night's log factors, exactly.

Both come from the posterior at the same factors: the slope is the posterior mean of the joint density's (Fisher's
identity), the curvature its mean curvature plus the covariance of its slope (Louis 1982, JRSS B 44). The joint density
is quadratic in the effects, so both need no more than their means and covariance: some three times the work of one
:func:`models.gaussian.solve`, where differences would take seven of them for less.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotri

from models.gaussian import EffectPosterior

Array = NDArray[np.float64]


def slope_and_curvature(
    post: EffectPosterior, count: int, variance: tuple[Array, Array], moved: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Gradient ``(3,)`` and Hessian ``(3, 3)`` of ``post.log_evidence`` in the logs of ward, council and between.

    Parameters
    ----------
    post
        Posterior at the factors.
    count
        Number of observed contrasts.
    variance
        Prior variances of beta, shape ``(d,)``, and of the told councils' effects, ``(t, P)``.
    moved
        The part of each that its factor multiplies: the third of beta's, the second of the councils'.
    """
    d, told = len(post.mean), post.told
    p = variance[1].shape[1]
    gain = post.council_gain.reshape(-1, d)
    cov = _inverse(post.chol)
    # Covariance of all effects: of beta ``cov``, between councils and beta ``-cross``, of councils ``local`` within a
    # council given beta, plus ``cross @ gain.T``.
    cross = gain @ cov
    root = post.council_root[told]
    local = root @ root.transpose(0, 2, 1)
    shared = cross.reshape(-1, p, d) @ post.council_gain.transpose(0, 2, 1)
    mean = (post.mean, (post.council_mean - post.council_gain @ post.mean).ravel())
    after = (cov.diagonal(), (local + shared).diagonal(axis1=1, axis2=2).ravel())

    # The quadratic forms of the effects, all diagonal: every prior precision, and the parts that two factors divide.
    full = (1.0 / variance[0], 1.0 / variance[1].ravel())
    between, ratio = moved[0] * full[0], moved[1].ravel() * full[1]
    forms = (full, (np.zeros(d), ratio * full[1]), (between * full[0], np.zeros(len(gain))))

    def expected(form: tuple[Array, Array]) -> tuple[float, float]:
        """``tr(A cov)`` and ``mean' A mean``."""
        return (
            float(form[0] @ after[0] + form[1] @ after[1]),
            float(form[0] @ mean[0] ** 2 + form[1] @ mean[1] ** 2),
        )

    within = (local * (local + 2 * shared)).reshape(-1, p, p)
    cov_square, cross_square = cov * cov, cross * cross
    through = [gain.T @ (form[1][:, None] * cross) if form[1].any() else None for form in forms]

    def spread(form: tuple[Array, Array]) -> tuple[Array, Array]:
        """The joint covariance times ``A mean``."""
        beta, council = form[0] * mean[0], form[1] * mean[1]
        onto = local @ council.reshape(-1, p, 1)
        return cov @ beta - cross.T @ council, onto.ravel() + cross @ (gain.T @ council - beta)

    pushed = [spread(form) for form in forms]

    def covariance(i: int, j: int) -> float:
        """Of two quadratic forms of the effects: ``2 tr(A cov B cov) + 4 mean' A cov B mean``."""
        a, b = forms[i], forms[j]
        trace = a[0] @ cov_square @ b[0] + b[1] @ cross_square @ a[0] + a[1] @ cross_square @ b[0]
        trace += np.einsum("ki,kij,kj->", a[1].reshape(-1, p), within, b[1].reshape(-1, p))
        left, right = through[i], through[j]
        if left is not None and right is not None:
            trace += np.vdot(left, right.T)
        line = (a[0] * mean[0]) @ pushed[j][0] + (a[1] * mean[1]) @ pushed[j][1]
        return float(2 * trace + 4 * line)

    traces, squares = zip(*(expected(f) for f in forms), strict=True)
    unknowns = d + len(gain)
    # Squared whitened residuals: at the mean, and what they are expected to be.
    misfit = post.misfit - squares[0] + unknowns - traces[0]
    slope = 0.5 * np.array(
        [
            misfit - count,
            traces[1] + squares[1] - ratio.sum(),
            traces[2] + squares[2] - between.sum(),
        ]
    )
    curvature = np.empty((3, 3))
    curvature[0, 0] = covariance(0, 0) + 2 * unknowns - 4 * traces[0]
    for k in (1, 2):
        curvature[0, k] = curvature[k, 0] = 2 * traces[k] - covariance(0, k)
        curvature[k, k] = covariance(k, k)
    curvature[1, 2] = curvature[2, 1] = covariance(1, 2)
    curvature /= 4.0
    bent = (np.zeros(d), ratio * (1 - 2 * ratio) * full[1])
    curvature[0, 0] -= 0.5 * misfit
    curvature[1, 1] += 0.5 * (sum(expected(bent)) - float((ratio * (1 - ratio)).sum()))
    curvature[2, 2] -= 0.5 * (traces[2] + squares[2])
    return slope, curvature


def traces(post: EffectPosterior, variance: tuple[Array, Array], moved: tuple[Array, Array]) -> Array:
    """What the posterior variances of the effects add to twice the slope in the logs of council and between; ``(2,)``.

    Parameters
    ----------
    post, variance, moved
        As in :func:`slope_and_curvature`.
    """
    cov = _inverse(post.chol)
    root = post.council_root[post.told]
    through = np.einsum("kpd,de,kpe->kp", post.council_gain, cov, post.council_gain, optimize=True)
    own = (root**2).sum(axis=2) + through
    return np.array(
        [float((own * moved[1] / variance[1] ** 2).sum()), float((cov.diagonal() * moved[0] / variance[0] ** 2).sum())]
    )


def _inverse(chol: Array) -> Array:
    """Inverse of a matrix from its lower Cholesky factor."""
    lower, _ = dpotri(chol, lower=1)
    lower = np.tril(lower)
    return np.asarray(lower + np.tril(lower, -1).T)
