"""Scales of the national model, learned from earlier elections, and the choices that were made on them.

Stored in ``models/national.json``, a list of sets by date; ``pns fit-pns`` makes it (:mod:`scenarios.fit_pns`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.hyper import earlier
from models.national import Scales
from seeds.errors import ModelError

STORE = Path(__file__).parent / "national.json"

#: Standard deviation, in points, by which a published share differs from what its wards say, beyond rounding. Chosen
#: with the nights of 2014, 2016 and 2019: ten of their eleven lines then lie inside their 90% intervals, as they do
#: with anything from 0.5 to 0.7.
METHOD = 0.5
#: The same per square root of a year: by what a baseline says less for being old. It only weighs baselines against each
#: other; the spread of the result is METHOD's.
AGEING = 0.7
#: Standard deviation of what all others together have by tonight's level against what published shares leave for them,
#: which count them otherwise. Chosen with the same nights: there the published figure lies a third of the way from the
#: one to the other.
OTHERS = 3.0


@dataclass(frozen=True, slots=True)
class NationalScales:
    """Scales of change by party, and of the level of parties without a baseline.

    ``until`` is the date of the latest election that they were learned from.
    """

    change: Mapping[str, Scales]
    level: Scales
    trained_on: tuple[str, ...]
    until: dt.date


@cache
def _sets() -> tuple[NationalScales, ...]:
    return tuple(
        NationalScales(
            {p: Scales(**v) for p, v in s["change"].items()},
            Scales(**s["level"]),
            tuple(s["trained_on"]),
            dt.date.fromisoformat(s["until"]),
        )
        for s in json.loads(STORE.read_text(encoding="utf-8"))
    )


def load_national_scales(date: dt.date) -> NationalScales:
    """The set learned from the latest elections that are all before a date.

    As for the swing model (:func:`models.hyper.load_hyper`), nights that are scored teach none of each other.

    Raises
    ------
    ModelError
        If none is early enough.
    """
    early = earlier(_sets(), date)
    if not early:
        raise ModelError(f"no scales of the national model are learned from elections before {date}; run pns fit-pns")
    return max(early, key=lambda s: s.until)
