"""Draws of a night's effects: from their posterior given its factors, and over what is not known of these.

The factors are integrated by a spherical cubature rule of six nodes around their mode, at each of which every effect
is drawn from its exact posterior (the integrated nested Laplace approximation of Rue, Martino and Chopin 2009, JRSS B
71).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from models.design import Design
from models.factors import FactorFit, Observed, log_prior, mean_contrasts, posterior_at
from models.gaussian import EffectPosterior
from models.threads import each

Array = NDArray[np.float64]
Float = NDArray[np.float32]
Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Node:
    """A point of the cubature: log factors, the effects' posterior there, and its number of draws."""

    theta: Array
    post: EffectPosterior
    draws: int


def council_levels(design: Design, post: EffectPosterior, beta: Array) -> Array:
    """Mean of each council's level (its region's, its type's, its own) given beta.

    Parameters
    ----------
    beta
        Shape ``(d, draws)``.

    Returns
    -------
    ndarray
        Shape ``(c, P, draws)``.
    """
    p, d = len(design.columns), len(beta)
    nr, nt = len(design.regions), len(design.kinds)
    kp = d - (nr + nt) * p
    region = beta[kp : kp + nr * p].reshape(nr, p, -1)
    kind = beta[kp + nr * p :].reshape(nt, p, -1)
    level = region[design.region] + kind[design.kind]
    pull = post.council_gain.reshape(-1, d) @ beta
    level[post.told] += post.council_mean[:, :, None] - pull.reshape(len(post.told), p, beta.shape[1])
    return level


def draw_effects(design: Design, post: EffectPosterior, draws: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw covariate effects ``(draws, K, P)`` and councils' whole levels ``(draws, c, P)``.

    A council's level is the sum of its region's, its type's and its own effect. In memory the draws of an effect lie
    together.
    """
    p = len(design.columns)
    d = len(post.mean)
    kp = d - (len(design.regions) + len(design.kinds)) * p
    z = rng.standard_normal((d, draws))
    beta = post.mean[:, None] + solve_triangular(post.chol, z, lower=True, trans="T")
    own = rng.standard_normal((len(design.councils), p, draws))
    level = council_levels(design, post, beta) + post.council_root @ own
    return beta[:kp].reshape(kp // p, p, draws).transpose(2, 0, 1), level.transpose(2, 0, 1)


def _honest(design: Design, observed: Observed, fit: FactorFit, theta: Array) -> EffectPosterior:
    """Posterior of the effects at log factors, with the spread that t noise leaves.

    The weights are expectations; taken as known they would make the posterior too narrow. The information of a t in m
    dimensions is (df + m) / (df + m + 2) of theirs. Means stay, spreads are those of the thinner information.
    """
    post = posterior_at(design, fit.system, theta)
    m = mean_contrasts(design, observed)
    if not m:
        return post
    df = design.hyper.tail
    thin = theta + np.array([np.log((df + m + 2) / (df + m)), 0.0, 0.0])
    wide = posterior_at(design, fit.system, thin)
    return replace(post, chol=wide.chol, council_root=wide.council_root)


def nodes(design: Design, observed: Observed, fit: FactorFit, draws: int) -> list[Node]:
    """Six nodes of a spherical cubature around the mode.

    A Gaussian gives the six equal weight; the exact marginal likelihood at them says how far from Gaussian it is, and
    the draws are shared out accordingly.
    """
    points = [fit.theta + sign * np.sqrt(3.0) * fit.sd[k] * np.eye(3)[k] for k in range(3) for sign in (-1.0, 1.0)]
    posts = each(lambda theta: _honest(design, observed, fit, theta), points)
    score = np.array([p.log_evidence + log_prior(design, t) for t, p in zip(points, posts, strict=True)])
    # Of a Gaussian all six lie 3/2 below the mode. On the ward noise's axis the likelihood at fixed weights is not the
    # t's, whose width is in fit.sd already: those two keep equal weight.
    mode = posterior_at(design, fit.system, fit.theta).log_evidence + log_prior(design, fit.theta)
    weight = np.exp(np.clip(score - mode + 1.5, -3.0, 3.0))
    weight[:2] = 1.0
    edges = np.round(np.cumsum(weight / weight.sum()) * draws).astype(np.int64)
    counts = np.diff(edges, prepend=0)
    return [Node(t, p, int(n)) for t, p, n in zip(points, posts, counts, strict=True)]


def draw_over_nodes(design: Design, at: list[Node], seed: int) -> tuple[Float, Float, Float]:
    """Draws of effects ``(draws, K, P)``, levels ``(draws, c, P)`` and the noise's factor on the sd ``(draws,)``.

    Every node has random numbers of its own, so that they may be drawn side by side.
    """
    # Neighbouring draws come from different nodes, so that any run of draws is a fair sample.
    order = np.argsort(np.concatenate([(np.arange(n.draws) + 0.5) / n.draws for n in at if n.draws]), kind="stable")
    draws = len(order)
    place = np.empty(draws, dtype=np.int64)
    place[order] = np.arange(draws)
    places = np.split(place, np.cumsum([n.draws for n in at])[:-1])
    p = len(design.columns)
    beta = np.empty((len(at[0].post.mean) // p - len(design.regions) - len(design.kinds), p, draws), dtype=np.float32)
    level = np.empty((len(design.councils), p, draws), dtype=np.float32)
    scale = np.empty(draws, dtype=np.float32)

    def fill(k: int) -> None:
        node, mine = at[k], places[k]
        effects, levels = draw_effects(design, node.post, node.draws, np.random.default_rng([seed, 1, k]))
        beta[:, :, mine] = effects.transpose(1, 2, 0)
        level[:, :, mine] = levels.transpose(1, 2, 0)
        scale[mine] = np.exp(node.theta[0] / 2)

    each(fill, range(len(at)))
    return beta.transpose(2, 0, 1), level.transpose(2, 0, 1), scale
