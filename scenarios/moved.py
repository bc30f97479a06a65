"""A posterior with changes that need no new fit: what is changed of it (:mod:`scenarios.moves` finds by how much)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.posterior import Posterior
from projection.session import Session

Array = NDArray[np.float64]
Float = NDArray[np.float32]
Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Moves:
    """What is changed of a posterior before it is counted.

    Attributes
    ----------
    shift, totals
        Added to utilities of contests, shape ``(n, s)``, and of councils known by totals, ``(q, s)``.
    covariates
        In place of the kernel's; None to keep them.
    slot, gap
        Candidates, where some do not stand; None to keep them.
    votes
        Factor on the votes that a contest casts; shape ``(n,)``.
    """

    shift: Array
    totals: Array
    votes: Array
    covariates: Float | None = None
    slot: Index | None = None
    gap: Float | None = None


def no_moves(session: Session) -> Moves:
    """Nothing changed."""
    design = session.design
    return Moves(
        np.zeros(design.contests.column.shape), np.zeros(design.totals.column.shape), np.ones(len(design.slots.ballots))
    )


def moved(posterior: Posterior, moves: Moves) -> Posterior:
    """The posterior with its changes, draw for draw."""
    kernel, design = posterior.kernel, posterior.design
    return dataclasses.replace(
        posterior,
        kernel=dataclasses.replace(
            kernel,
            base=(kernel.base + moves.shift).astype(np.float32),
            covariates=kernel.covariates if moves.covariates is None else moves.covariates,
            slot=kernel.slot if moves.slot is None else moves.slot,
            gap=kernel.gap if moves.gap is None else moves.gap,
        ),
        design=dataclasses.replace(
            design, totals=dataclasses.replace(design.totals, mean=design.totals.mean + moves.totals)
        ),
    )


def recount(session: Session, moves: Moves) -> Session:
    """The session with the votes that each contest is then expected to cast."""
    return dataclasses.replace(session, weight=session.weight * moves.votes)
