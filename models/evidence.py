"""How the log marginal likelihood of a night moves with the scales of its effects' prior: exact derivatives.

For a Gaussian effect of prior variance v, posterior mean m and posterior variance s, the derivative of the log evidence
by log v is ``((m**2 + s) / v - 1) / 2`` (Fisher's identity).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from models.covariates import COVARIATES
from models.design import Design
from models.gaussian import EffectPosterior, EffectPrior
from models.hyper import Hyper

Array = NDArray[np.float64]


def _by_log_variance(mean: Array, variance: Array, prior: Array) -> Array:
    return 0.5 * ((mean**2 + variance) / prior - 1.0)


def prior_slopes(design: Design, prior: EffectPrior, post: EffectPosterior) -> dict[str, Array]:
    """Derivatives of the log evidence by the log prior variances.

    Returns
    -------
    dict
        ``"slopes"`` by covariate and column, ``(K, P)``; ``"region"``, ``"kind"`` and ``"council"`` (of councils'
        variance the learned part alone) by column, ``(P,)``.
    """
    p, k = len(design.columns), len(COVARIATES)
    nr = len(design.regions)
    root = solve_triangular(post.chol, np.eye(len(post.mean)), lower=True)
    mean, variance = post.mean.reshape(-1, p), (root**2).sum(axis=0).reshape(-1, p)
    told = post.told
    # A council's effect given beta, and what beta itself leaves open.
    own = post.council_mean - post.council_gain @ post.mean
    through = post.council_gain @ root.T
    spread = (post.council_root[told] ** 2).sum(axis=2) + (through**2).sum(axis=2)
    total = prior.council[told]
    learned = total - design.council_extra[told]
    return {
        "slopes": _by_log_variance(mean[:k], variance[:k], prior.slopes),
        "region": _by_log_variance(mean[k : k + nr], variance[k : k + nr], prior.region).sum(axis=0),
        "kind": _by_log_variance(mean[k + nr :], variance[k + nr :], prior.kind).sum(axis=0),
        "council": (_by_log_variance(own, spread, total) * learned / total).sum(axis=0),
    }


def by_scale(design: Design, hyper: Hyper, found: dict[str, Array]) -> dict[tuple[str, str], float]:
    """The same by the logs of the scales themselves: (name, column) of a column's scale, ("covariate", its name).

    A column that takes another's scale (:data:`models.hyper.KIN`) moves that one.
    """
    out: dict[tuple[str, str], float] = {}
    owner = [hyper.owner("slope", c) for c in design.columns]

    def add(key: tuple[str, str], value: float) -> None:
        out[key] = out.get(key, 0.0) + float(value)

    for k, covariate in enumerate(COVARIATES[1:], start=1):
        add(("covariate", covariate), 2 * found["slopes"][k].sum())
    for c, name in enumerate(owner):
        add(("slope", name), 2 * found["slopes"][1:, c].sum())
        for scale in ("council", "region", "kind"):
            add((scale, name), found[scale][c])
    return out
