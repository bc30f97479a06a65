"""Scales of the swing model, learned from elections earlier than the one that they are used on.

They are stored per pack in ``models/hyper/<pack>.json`` by ``pns fit``; :mod:`models.fit` says how. A night
that is not stored takes the latest set learned from elections before its own date.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from models.baseline import BaselineScales
from models.covariates import COVARIATES
from seeds.errors import ModelError
from seeds.types import Election

STORE = Path(__file__).parent / "hyper"

#: Nights that the model is scored on, by the name that they have as teachers: none of them teaches another.
SCORED = {
    "2012": dt.date(2012, 5, 3),
    "2018": dt.date(2018, 5, 3),
    "2021": dt.date(2021, 5, 6),
    "2025": dt.date(2025, 5, 1),
}

#: A column that no training election had takes the scales of the one that it most resembles in kind (a party of
#: the same breadth and age), never its baseline or swing.
KIN = {"Ref": "UKIP", "Brexit": "UKIP", "SNP": "LD", "PC": "LD", "UKIP": "Grn", "Grn": "LD", "Oth": "Ind"}


@dataclass(frozen=True, slots=True)
class Hyper:
    """Scales of the model.

    Attributes
    ----------
    column
        Name of a scale -> column -> value. Variances: ``place``, ``ward``, ``noise``, ``ageing``, ``tonight``, ``new``,
        ``council``, ``region``, ``kind``, ``slope`` and ``reading``; a standard deviation: ``level_sd``; factors:
        ``middle``, ``strong``, ``efficiency`` and ``poll_slope``.
    covariate
        Covariate -> standard deviation of its effect on a column whose ``slope`` is one.
    mean
        Covariate -> column -> mean of its effect; 0 where there is none: a party that no earlier night had takes
        nothing from another's (:mod:`models.lessons`).
    tail
        Degrees of freedom of the ward noise.
    spread
        Standard deviations of the log factors by which tonight's ward noise, council, and region variances may
        differ from the learned ones; and ``late``, ``late, no baseline`` and ``late, seats``, the size of what councils
        still to come share (:mod:`models.late`).
    signal
        Strength and variance of what seats held say of votes (see :mod:`models.baseline`).
    slate
        Scales of the spread of candidates within a slate, by kind of column (see :mod:`models.slates`).
    trained_on
        The elections that this was learned from, as words for the reader.
    until
        Date of the latest of them; a night on or before it may not use this set.
    """

    column: Mapping[str, Mapping[str, float]]
    covariate: Mapping[str, float]
    mean: Mapping[str, Mapping[str, float]]
    tail: float
    spread: Mapping[str, float]
    signal: Mapping[str, float]
    slate: Mapping[str, float]
    trained_on: tuple[str, ...]
    until: dt.date

    def of(self, name: str, columns: Sequence[str]) -> NDArray[np.float64]:
        """Values of one scale for each column; shape ``(P,)``."""
        return np.array([self.column[name][self.owner(name, c)] for c in columns])

    def owner(self, name: str, column: str) -> str:
        """The column whose value of a scale another takes: itself, or its next of kin that has one.

        Raises
        ------
        ModelError
            If there is none.
        """
        while column not in self.column[name]:
            if column not in KIN:
                raise ModelError(f"hyperparameter '{name}' has no value for column '{column}'; run pns fit again")
            column = KIN[column]
        return column

    def baseline(self, columns: Sequence[str]) -> BaselineScales:
        """The variances that :mod:`models.baseline` needs."""
        place, ward, noise, ageing = (self.of(name, columns) for name in ("place", "ward", "noise", "ageing"))
        return BaselineScales(place, ward, noise, ageing, self.signal)


def to_dict(hyper: Hyper) -> dict[str, Any]:
    """Plain values, as stored."""
    return {
        "trained_on": list(hyper.trained_on),
        "until": hyper.until.isoformat(),
        "tail": hyper.tail,
        "spread": dict(hyper.spread),
        "signal": dict(hyper.signal),
        "slate": dict(hyper.slate),
        "covariate": dict(hyper.covariate),
        "mean": {k: dict(v) for k, v in hyper.mean.items()},
        "column": {k: dict(v) for k, v in hyper.column.items()},
    }


def from_dict(data: Mapping[str, Any]) -> Hyper:
    """Inverse of :func:`to_dict`."""
    return Hyper(
        column=data["column"],
        covariate=data["covariate"],
        mean=data.get("mean", {}),
        tail=float(data["tail"]),
        spread=data["spread"],
        signal=data["signal"],
        slate=data["slate"],
        trained_on=tuple(data["trained_on"]),
        until=dt.date.fromisoformat(data["until"]),
    )


class Taught(Protocol):
    """A set of scales that says what taught it, and the date of the latest of that."""

    @property
    def trained_on(self) -> tuple[str, ...]:
        """The elections that taught it."""
        ...

    @property
    def until(self) -> dt.date:
        """Date of the latest of them."""
        ...


def earlier[T: Taught](sets: Iterable[T], date: dt.date, *, apart: bool = True) -> list[T]:
    """Sets that a night may use: learned from elections before it; ``apart`` as for :func:`load_hyper`."""
    apart = apart and date in SCORED.values()
    return [s for s in sets if s.until < date and not (apart and SCORED.keys() & set(s.trained_on))]


def load_hyper(election: Election, *, apart: bool = True) -> Hyper:
    """The stored set with the latest training elections that are all earlier than this election.

    Parameters
    ----------
    election
        The night that is to be projected.
    apart
        Whether a night of :data:`SCORED` is refused the sets that another of them taught.

    Raises
    ------
    ModelError
        If no stored set is early enough: a night never learns from itself or later ones. If a set lacks a covariate
        that the model has by now.
    """
    sets = [_read(f) for f in sorted(STORE.glob("*.json"))]
    early = earlier(sets, election.date, apart=apart)
    if not early:
        raise ModelError(
            f"{election.key}: no hyperparameters learned from elections before {election.date} are stored; "
            "run pns fit on earlier elections"
        )
    return max(early, key=lambda h: (h.until, len(h.trained_on)))


def _read(file: Path) -> Hyper:
    hyper = from_dict(json.loads(file.read_text(encoding="utf-8")))
    lacking = [name for name in COVARIATES if name not in hyper.covariate]
    if lacking:
        raise ModelError(f"{file}: has no scale for the covariate '{lacking[0]}'; run pns fit {file.stem} --again")
    return hyper
