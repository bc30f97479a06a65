"""The model run forwards: effects of a night from their prior, every ward's shares from them, votes from shares.

Plain numpy, written from the model's description and not from its compiled draws, so that it can tell a mistake in
them. The late effect (:mod:`models.late`) is no part of it: that is a layer of prediction over councils still to come,
and which these are depends on where a night is stopped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.covariates import COVARIATES
from models.design import Design
from models.factors import FACTORS
from models.scales import effect_prior, ward_cov
from models.shares import softmax
from models.slates import LEAST, USUAL_SHARE, candidate_slots, gap_means
from projection.votes import expected_votes
from seeds import Election
from seeds.types import Votes

Array = NDArray[np.float64]

#: Votes of the best candidates of a ward together, where the pack knows of none.
USUAL_VOTES = 1500.0


@dataclass(frozen=True, slots=True)
class Effects:
    """What one night did.

    Attributes
    ----------
    factors
        Logs of the night's factors on the variances of wards, councils, and regions and slopes; shape ``(3,)``.
    beta
        Effects of the covariates by column, shape ``(K, P)``.
    level
        Council's level (region, type and its own), shape ``(c, P)``.
    """

    factors: Array
    beta: Array
    level: Array

    @property
    def scale(self) -> float:
        """Factor on the ward noise's standard deviation."""
        return float(np.exp(self.factors[0] / 2))


def draw_effects(design: Design, rng: np.random.Generator) -> Effects:
    """Effects of a night from the model's prior."""
    factors = np.array([design.hyper.spread[f] for f in FACTORS]) * rng.standard_normal(len(FACTORS))
    prior = effect_prior(design, council=float(np.exp(factors[1])), between=float(np.exp(factors[2])))
    p = len(design.columns)
    beta = np.sqrt(prior.slopes) * rng.standard_normal((len(COVARIATES), p))
    region = np.sqrt(prior.region) * rng.standard_normal((len(design.regions), p))
    kind = np.sqrt(prior.kind) * rng.standard_normal((len(design.kinds), p))
    own = np.sqrt(prior.council) * rng.standard_normal((len(design.councils), p))
    return Effects(factors, beta, region[design.region] + kind[design.kind] + own)


def draw_shares(design: Design, effects: Effects, rng: np.random.Generator, shift: Array | None = None) -> Array:
    """Shares of every contest's best candidates given the effects; shape ``(n, s)``, 0 where there is no slate.

    Parameters
    ----------
    shift
        Added to the utilities, shape ``(n, s)``.
    """
    rows = design.contests
    stands, safe = rows.column >= 0, np.maximum(rows.column, 0)
    utility = rows.expected + design.level_mean[safe] + effects.level[rows.council[:, None], safe]
    utility += np.einsum("nsk,nsk->ns", rows.covariates, effects.beta.T[safe])
    z = np.einsum("nsh,nh->ns", np.linalg.cholesky(ward_cov(design)), rng.standard_normal(utility.shape))
    # A t of unit variance: one draw of its spread for all slates of a ward.
    df = design.hyper.tail
    heavy = np.sqrt((df - 2) / rng.chisquare(df, len(utility)))
    utility += effects.scale * heavy[:, None] * z + (0.0 if shift is None else shift)
    return softmax(utility, stands)


def draw_votes(election: Election, design: Design, shares: Array, rng: np.random.Generator) -> dict[str, Votes]:
    """Whole votes of every candidate, those of a slate behind its best one by random gaps; by ballot.

    Parameters
    ----------
    shares
        Shape ``(n, s)``, from :func:`draw_shares`.
    """
    slots = design.slots
    size = expected_votes(election, slots)
    if np.median(size) < 100:
        size *= USUAL_VOTES / np.median(size)
    slot = candidate_slots(design)
    gap = gap_means(design, slot).astype(np.float64)
    steadier = design.hyper.slate["steadier"]
    rows = np.arange(len(slot))
    lag = np.zeros(len(slot))
    votes = np.zeros(slot.shape)
    for q in range(slot.shape[1]):
        share = shares[rows, np.maximum(slot[:, q], 0)]
        part = np.maximum(1 - steadier * (share - USUAL_SHARE), LEAST)
        lag = np.where(gap[:, q] == 0, 0.0, lag + gap[:, q] * part * rng.exponential(size=len(slot)))
        votes[:, q] = np.rint(size * share * np.exp(-lag))
    out: dict[str, Votes] = {}
    for ballot, party, slots_here, cast in zip(slots.ballots, slots.party, slot, votes, strict=True):
        by_party: dict[str, list[float]] = {}
        for j, v in zip(slots_here, cast, strict=True):
            if j >= 0:
                by_party.setdefault(slots.parties[party[j]], []).append(float(v))
        out[ballot] = {p: tuple(sorted(v, reverse=True)) for p, v in by_party.items()}
    return out
