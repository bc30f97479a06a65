"""Councils whose wards the pack knows and that tell their totals before, or without, them: a row for each.

Seats won by party often come hours before the votes of the wards. Such a council counts as one known only by totals
does, as one row of the same swing: its shares are the means, where a party stands, of what its wards are expected to
be, and its covariates those of its wards.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.rows import Rows
from models.shares import softmax
from models.types import Slots

Array = NDArray[np.float64]


def whole_rows(slots: Slots, contests: Rows, level_mean: Array) -> Rows:
    """A row for each council with contests, in the order of ``slots.council_names``.

    Parameters
    ----------
    contests
        The night's contests.
    level_mean
        Prior mean of tonight's level by column; shape ``(P,)``.
    """
    stands = contests.column >= 0
    safe = np.maximum(contests.column, 0)
    share = softmax(contests.expected + level_mean[safe], stands)
    shape = len(slots.council_names), len(level_mean)
    cell = (slots.councils[:, None] * shape[1] + safe)[stands]

    def add(value: Array) -> Array:
        return np.bincount(cell, value[stands], minlength=shape[0] * shape[1]).reshape(shape)

    total, slates = add(share), add(np.ones(share.shape))
    there = slates > 0
    part = np.where(there, total, 1.0)
    covariates = np.stack([add(share * x) for x in contests.covariates.transpose(2, 0, 1)], axis=2) / part[..., None]
    drift = add(share * contests.drift) / part
    diagonal = contests.cov[:, np.arange(stands.shape[1]), np.arange(stands.shape[1])]
    variance = np.where(there, add(share**2 * diagonal) / part**2, 1.0)
    mean = np.log(np.where(there, total / np.maximum(slates, 1), 1.0)) - drift - level_mean
    # Slates stand at the front of a row.
    front = np.argsort(~there, axis=1, kind="stable")[:, : int(there.sum(axis=1).max())]
    here = np.take_along_axis(there, front, axis=1)
    width = front.shape[1]
    return Rows(
        council=np.arange(shape[0]),
        column=np.where(here, front, -1),
        covariates=np.take_along_axis(covariates, front[..., None], axis=1) * here[..., None],
        mean=np.where(here, np.take_along_axis(mean, front, axis=1), 0.0),
        cov=np.where(here, np.take_along_axis(variance, front, axis=1), 1.0)[:, :, None] * np.eye(width),
        drift=np.where(here, np.take_along_axis(drift, front, axis=1), 0.0),
    )
