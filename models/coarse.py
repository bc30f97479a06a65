"""Seats of councils known only by totals: a coarser, wider layer over the same swing.

A council's votes are drawn from the swing model with the council as one row; seats follow votes with exaggeration,

    won ~ DirichletMultinomial(seats, phi * w / sum(w)),    w = efficiency * v**rho,

learned by adding up the wards of nights that have them (:mod:`models.moments`). rho near two to three is the cube law's
kin (Kendall and Stuart 1950, British Journal of Sociology 1); a party whose votes are spread evenly has the less
efficiency.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.design import Design
from models.scales import totals_cov

Float = NDArray[np.float32]


def seats_beyond(design: Design) -> NDArray[np.int64]:
    """Seats up in each council known by totals beyond those of the pack's contests; shape ``(q,)``.

    Where the pack does not know how many are up, a third or half of the council by its cycle is taken.
    """
    in_contests = np.bincount(design.contests.council, weights=design.slots.seats, minlength=len(design.councils))
    return np.maximum(design.totals_seats - in_contests[design.totals.council], 0).astype(np.int64)


def draw_votes(design: Design, beta: Float, level: Float, late: Float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Vote shares of each council known by totals; shape ``(draws, q, s)``."""
    rows = design.totals
    safe = np.maximum(rows.column, 0)
    root = np.linalg.cholesky(totals_cov(design, rows, np.zeros(len(rows.column), dtype=bool)))
    utility = np.einsum("qsk,dkqs->dqs", rows.covariates, beta[:, :, safe], optimize=True)
    utility += np.take_along_axis(late, np.broadcast_to(safe, (len(late), *safe.shape)), axis=2)
    utility += level[:, rows.council[:, None], safe] + rows.expected + design.level_mean[safe]
    utility += np.einsum("qst,dqt->dqs", root, rng.standard_normal(utility.shape))
    utility = np.where(rows.column >= 0, utility, -np.inf)
    utility -= utility.max(axis=2, keepdims=True)
    votes = np.exp(utility)
    return np.asarray(votes / votes.sum(axis=2, keepdims=True))


def draw_seats(design: Design, beta: Float, level: Float, late: Float, rng: np.random.Generator) -> NDArray[np.int16]:
    """Seats won beyond the pack's contests, by column of the model; shape ``(draws, q, P)``.

    Parameters
    ----------
    beta, level
        Draws of the effects ``(draws, K, P)`` and of councils' levels ``(draws, c, P)``.
    late
        What councils still to come share, ``(draws, q, P)``.
    """
    signal = design.hyper.signal
    rows = design.totals
    out = np.zeros((len(beta), len(rows.column), len(design.columns)), dtype=np.int16)
    if not len(rows.column):
        return out
    weight = draw_votes(design, beta, level, late, rng) ** signal["seats exaggeration"]
    weight *= design.hyper.of("efficiency", design.columns)[np.maximum(rows.column, 0)]
    weight /= weight.sum(axis=2, keepdims=True)
    chance = rng.standard_gamma(np.maximum(signal["seats concentration"] * weight, 1e-6))
    chance /= np.maximum(chance.sum(axis=2, keepdims=True), 1e-300)
    won = rng.multinomial(np.broadcast_to(seats_beyond(design), chance.shape[:2]), chance)
    for q, columns in enumerate(rows.column):
        held = columns >= 0
        out[:, q, columns[held]] = won[:, q, held]
    return out
