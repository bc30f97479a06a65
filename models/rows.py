"""Rows of the swing model: what can be observed of a night."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Things that can be observed: contests, or councils known by totals.

    Attributes
    ----------
    council
        Council of each row, as an index into ``Design.councils``; shape ``(n,)``.
    column
        Column of each slate, -1 where there is none; shape ``(n, s)``.
    covariates
        What swing depends on, shape ``(n, s, K)``, in the order of :data:`COVARIATES`.
    mean, cov
        Expected utility of each slate before swing, and what the baseline does not know of it; shapes ``(n, s)``,
        ``(n, s, s)``, the identity where there is no slate.
    drift
        What covariates did on earlier nights on average, by which tonight's effects are expected to move it too; shape
        ``(n, s)``.
    """

    council: Index
    column: Index
    covariates: Array
    mean: Array
    cov: Array
    drift: Array

    @property
    def expected(self) -> Array:
        """Expected utility of each slate at tonight's national level; shape ``(n, s)``."""
        return self.mean + self.drift


def take_rows(rows: Rows, which: Index) -> Rows:
    """Some of the rows."""
    return Rows(**{f.name: getattr(rows, f.name)[which] for f in fields(Rows)})


def stack_rows(above: Rows, below: Rows) -> Rows:
    """Rows of two kinds, one after the other; the narrower ones get slates in which nobody stands."""
    width = max(above.column.shape[1], below.column.shape[1])
    wide = _widened(above, width), _widened(below, width)
    return Rows(**{f.name: np.concatenate([getattr(rows, f.name) for rows in wide]) for f in fields(Rows)})


def _widened(rows: Rows, width: int) -> Rows:
    n, s = rows.column.shape
    more = width - s
    cov = np.broadcast_to(np.eye(width), (n, width, width)).copy()
    cov[:, :s, :s] = rows.cov
    return Rows(
        council=rows.council,
        column=np.pad(rows.column, ((0, 0), (0, more)), constant_values=-1),
        covariates=np.pad(rows.covariates, ((0, 0), (0, more), (0, 0))),
        mean=np.pad(rows.mean, ((0, 0), (0, more))),
        cov=cov,
        drift=np.pad(rows.drift, ((0, 0), (0, more))),
    )
