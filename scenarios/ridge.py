"""The third rival: a ridge regression of log shares on the covariates that the model has.

Log shares of each ward, less their mean over its slates, on the same of: the baseline (as an offset, with the level
that the polls give each party), every covariate by column, and dummies of regions and of types of council by column.
A column's own level is shrunk by one penalty and everything else by another, chosen on 2016 and 2019. Wards without a
result of their own have their seats given in parts, as in :mod:`scenarios.swings`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.coarse import seats_beyond
from models.covariates import COVARIATES
from models.design import Design
from models.rows import Rows, take_rows
from models.shares import softmax
from models.swing import observe, observe_totals
from models.types import Declared
from scenarios.scene import Point, Scene, count_point
from scenarios.starts import utility_before

Array = NDArray[np.float64]


def _features(design: Design, rows: Rows, scale: Array) -> Array:
    """One row per slate, shape ``(n * s, D)``; zero where there is none."""
    n, s = rows.column.shape
    k, p = len(COVARIATES), len(design.columns)
    nr, nt = len(design.regions), len(design.kinds)
    out = np.zeros((n, s, (k + nr + nt) * p))
    at, slot = np.nonzero(rows.column >= 0)
    column = rows.column[at, slot]
    for j in range(k):
        out[at, slot, j * p + column] = rows.covariates[at, slot, j] / scale[j]
    out[at, slot, (k + design.region[rows.council[at]]) * p + column] = 1.0
    out[at, slot, (k + nr + design.kind[rows.council[at]]) * p + column] = 1.0
    return out


def _centred(value: Array, stands: NDArray[np.bool_]) -> Array:
    """Less the mean over each row's slates; 0 where there is none. ``value`` has shape ``(n, s, ...)``."""
    mask = stands.reshape(*stands.shape, *(1,) * (value.ndim - 2))
    count = np.maximum(mask.sum(axis=1, keepdims=True), 1)
    return np.where(mask, value - np.where(mask, value, 0.0).sum(axis=1, keepdims=True) / count, 0.0)


def ridge_forecast(scene: Scene, *, penalty: float, level: float) -> Point:
    """Forecast of the night by ridge regression.

    Parameters
    ----------
    penalty
        On coefficients of covariates scaled to a mean square of one over the night's slates.
    level
        On each column's own level, which is its swing beyond what the polls say.
    """
    design = scene.session.design
    stands = design.contests.column >= 0
    size = np.sqrt((design.contests.covariates[stands] ** 2).mean(axis=0))
    scale = np.where(size > 0, size, 1.0)
    declared = scene.declared
    told = replace(declared, councils={c: t for c, t in declared.councils.items() if t.seats_won or t.shares})
    square, score = _evidence(design, told, scale)
    p = len(design.columns)
    shrink = np.full(len(score), penalty)
    shrink[:p] = level
    effects = np.linalg.solve(square + np.diag(shrink), score)
    shares = softmax(
        utility_before(design, design.contests) + _features(design, design.contests, scale) @ effects, stands
    )
    return count_point(scene, shares, _beyond(design, effects, scale), in_parts=~design.has_baseline)


def _evidence(design: Design, declared: Declared, scale: Array) -> tuple[Array, Array]:
    contests, log_share = observe(design, declared)
    totals = observe_totals(design, declared)
    square, score = None, None
    for rows, which, y in ((design.contests, contests, log_share), (totals.rows, totals.which, totals.log_share)):
        part = take_rows(rows, which)
        stands = part.column >= 0
        x = _centred(_features(design, part, scale), stands)
        x = x.reshape(-1, x.shape[-1])
        r = _centred(y[which] - utility_before(design, part), stands).ravel()
        square = x.T @ x if square is None else square + x.T @ x
        score = x.T @ r if score is None else score + x.T @ r
    assert square is not None
    assert score is not None
    return square, score


def _beyond(design: Design, effects: Array, scale: Array) -> dict[tuple[str, str], float]:
    """Seats of councils known by totals: their forecast votes, exaggerated as seats exaggerate votes."""
    rows = design.totals
    if not len(rows.column):
        return {}
    stands = rows.column >= 0
    votes = softmax(utility_before(design, rows) + _features(design, rows, scale) @ effects, stands)
    seats = votes ** design.hyper.signal["seats exaggeration"]
    seats *= design.hyper.of("efficiency", design.columns)[np.maximum(rows.column, 0)]
    seats *= (seats_beyond(design) / seats.sum(axis=1))[:, None]
    return {
        (design.totals_names[q], design.columns[rows.column[q, s]]): float(seats[q, s])
        for q, s in zip(*np.nonzero(stands), strict=True)
    }
