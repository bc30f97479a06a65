"""Draws of a night's effects: from their posterior given its factors, and over what is not known of these.

The factors are integrated by a spherical cubature rule of six nodes around their mode, at each of which every effect
is drawn from its exact posterior (the integrated nested Laplace approximation of Rue, Martino and Chopin 2009, JRSS B
71).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from models.design import Design
from models.factors import FactorFit, Observed, factor_slopes, log_prior, posterior_at, thinner
from models.gaussian import EffectPosterior
from models.scales import effect_prior
from models.threads import each

Array = NDArray[np.float64]
Float = NDArray[np.float32]
Index = NDArray[np.int64]


#: Draws of each node of which levels are kept as if the councils had not declared.
ANEW = 32


@dataclass(frozen=True, slots=True)
class Node:
    """A point of the cubature: log factors, the effects' posterior there, its number of draws,
    and its likelihood beside a Gaussian's."""

    theta: Array
    post: EffectPosterior
    draws: int
    weight: float


def _levels(design: Design, post: EffectPosterior, beta: NDArray[Any], own: NDArray[Any]) -> NDArray[Any]:
    """Sum of each council's region, type and own effect, the last given what beta says of it; ``(c, P, draws)``.

    ``own``, shape ``(c, P, draws)``, is what a council adds of its own; it is written over.
    """
    p, (d, draws) = len(design.columns), beta.shape
    places = beta[d - (len(design.regions) + len(design.kinds)) * p :].reshape(-1, p, draws)
    own += places[design.region]
    own += places[len(design.regions) + design.kind]
    pull = post.council_gain.reshape(-1, d).astype(beta.dtype, copy=False) @ beta
    own[post.told] -= pull.reshape(len(post.told), p, draws)
    return own


def draw_effects(
    design: Design, post: EffectPosterior, draws: int, rng: np.random.Generator
) -> tuple[Float, Float, Float]:
    """Draw covariate effects ``(draws, K, P)``, councils' whole levels and what of them is region and type, float32.

    A council's level is the sum of its region's, its type's and its own effect, shape ``(draws, c, P)``; of region and
    type the first :data:`ANEW` draws alone are kept. Means are double, and so is the solve that spreads beta; what
    draws differ from their mean by is single. In memory the draws of an effect lie together.
    """
    p, d, c = len(design.columns), len(post.mean), len(design.councils)
    kp = d - (len(design.regions) + len(design.kinds)) * p
    z = rng.standard_normal((d, draws))
    spread = solve_triangular(post.chol, z, lower=True, trans="T", check_finite=False).astype(np.float32)
    mean = np.zeros((c, p, 1))
    mean[post.told] = post.council_mean[:, :, None]
    mean = _levels(design, post, post.mean[:, None], mean)
    own = rng.standard_normal((c, p, draws), dtype=np.float32)
    level = _levels(design, post, spread, np.matmul(post.council_root.astype(np.float32), own))
    level += mean.astype(np.float32)
    beta = spread[:kp] + post.mean[:kp, None].astype(np.float32)
    few = (spread[kp:, :ANEW] + post.mean[kp:, None].astype(np.float32)).reshape(-1, p, min(ANEW, draws))
    place = few[design.region] + few[len(design.regions) + design.kind]
    return beta.reshape(kp // p, p, draws).transpose(2, 0, 1), level.transpose(2, 0, 1), place.transpose(2, 0, 1)


def _honest(design: Design, observed: Observed, fit: FactorFit, theta: Array) -> EffectPosterior:
    """Posterior of the effects at log factors, with the spread that t noise leaves.

    The weights are expectations; taken as known they would make the posterior too narrow. Means stay, spreads are those
    of the thinner information that a t has (:func:`models.factors.thinner`).
    """
    post = posterior_at(design, fit.system, theta)
    thin = thinner(design, observed)
    if not thin:
        return post
    wide = posterior_at(design, fit.system, theta + np.array([thin, 0.0, 0.0]))
    return replace(post, chol=wide.chol, council_root=wide.council_root)


def nodes(design: Design, observed: Observed, fit: FactorFit, draws: int) -> list[Node]:
    """Six nodes of a spherical cubature around the mode, with as many draws each.

    The exact marginal likelihood at fixed weights would share the draws out otherwise, and take back what the mode was
    moved by for the spread of a t; it serves to tell how far from Gaussian the factors are (``Node.weight``).
    """
    points = [fit.theta + sign * np.sqrt(3.0) * fit.sd[k] * np.eye(3)[k] for k in range(3) for sign in (-1.0, 1.0)]
    posts = each(lambda theta: _honest(design, observed, fit, theta), points)
    score = np.array([p.log_evidence + log_prior(design, t) for t, p in zip(points, posts, strict=True)])
    # Of a Gaussian all six lie 3/2 below the mode, but for the tilt that the mode's move leaves, which is no fault.
    middle = posterior_at(design, fit.system, fit.theta)
    mode = middle.log_evidence + log_prior(design, fit.theta)
    tilt = (np.array(points) - fit.theta) @ factor_slopes(design, fit.system, fit.theta, middle)[0]
    weight = np.exp(np.clip(score - tilt - mode + 1.5, -3.0, 3.0))
    weight[:2] = 1.0  # the likelihood at fixed weights is not the t's there, whose width is in fit.sd
    edges = np.round(np.cumsum(np.full(len(points), 1 / len(points))) * draws).astype(np.int64)
    counts = np.diff(edges, prepend=0)
    return [Node(t, p, int(n), float(w)) for t, p, n, w in zip(points, posts, counts, weight, strict=True)]


def draw_over_nodes(design: Design, at: list[Node], seed: int) -> tuple[Float, Float, Float, Float]:
    """Draws of effects ``(draws, K, P)``, levels ``(draws, c, P)`` and the noise's factor on the sd ``(draws,)``; and
    of levels as if nothing of the council were known, ``(m, c, P)``, which go with the first m of those.

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
    anew = np.empty((len(at) * ANEW, len(design.councils), p), dtype=np.float32)

    def fill(k: int) -> None:
        node, mine = at[k], places[k]
        if not node.draws:
            return
        rng = np.random.default_rng([seed, 1, k])
        effects, levels, place = draw_effects(design, node.post, node.draws, rng)
        own = np.sqrt(effect_prior(design, council=float(np.exp(node.theta[1]))).council).astype(np.float32)
        anew[mine[: len(place)]] = place + own * rng.standard_normal(place.shape, dtype=np.float32)
        beta[:, :, mine] = effects.transpose(1, 2, 0)
        level[:, :, mine] = levels.transpose(1, 2, 0)
        scale[mine] = np.exp(node.theta[0] / 2)

    each(fill, range(len(at)))
    return beta.transpose(2, 0, 1), level.transpose(2, 0, 1), scale, anew[:draws]
