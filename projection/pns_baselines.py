"""Baselines of the projected national share: earlier years with a published share, and their key wards tonight."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.history import top_shares
from models.types import Slots
from projection.pns_frame import MAIN
from seeds.types import Election

Array = NDArray[np.float64]

#: A baseline older than this says less than its age costs.
MOST_YEARS = 6.5
#: Fewest key wards and councils behind a baseline: a handful of by-elections is none.
LEAST_WARDS, LEAST_COUNCILS = 100, 5
#: Published a second time with other figures; which is right is not known.
SECOND_READING: Mapping[int, Mapping[str, float]] = {2011: {"Con": 35, "Lab": 36, "LD": 16}}


@dataclass(frozen=True, slots=True)
class Baseline:
    """An earlier year with a published PNS and key wards tonight.

    ``key`` marks the key wards, shape ``(n,)``; ``then`` holds the main parties' shares there in points, ``(n, 3)``;
    ``nev`` the national equivalent vote of the year, empty where unknown.
    """

    year: int
    date: dt.date
    years: float
    published: Mapping[str, float]
    nev: Mapping[str, float]
    key: NDArray[np.bool_]
    then: Array
    councils: int

    @property
    def wards(self) -> int:
        """Number of key wards."""
        return int(self.key.sum())

    def level(self, party: str) -> float:
        """The published share, the mean of both readings where there are two."""
        return (self.published[party] + SECOND_READING.get(self.year, self.published)[party]) / 2


def baselines_of(election: Election, slots: Slots, slot: Mapping[str, NDArray[np.int64]]) -> tuple[Baseline, ...] | str:
    """The baselines of a night, in order of year; in words, why there are none, where there are none.

    Parameters
    ----------
    slot
        Slot of each main party in each contest, -1 where it does not stand; shape ``(n,)``.
    """
    nev = {n.year: n.shares for n in election.national if n.series == "NEV"}
    published = {n.year: n.shares for n in election.national if n.series == "PNS"}
    key_wards = _key_wards(election, slots, slot, published)
    all_found = []
    for year, (date, wards) in sorted(key_wards.items()):
        key = np.zeros(len(slots.ballots), dtype=bool)
        key[list(wards)] = True
        councils = len(set(slots.councils[key]))
        then = np.zeros((len(slots.ballots), 3))
        then[list(wards)] = list(wards.values())
        years = (election.date - date).days / 365.25
        all_found.append(Baseline(year, date, years, published[year], nev.get(year, {}), key, then, councils))
    enough = tuple(x for x in all_found if x.wards >= LEAST_WARDS and x.councils >= LEAST_COUNCILS)
    return enough or _too_few(all_found)


def _key_wards(
    election: Election,
    slots: Slots,
    slot: Mapping[str, NDArray[np.int64]],
    published: Mapping[int, Mapping[str, float]],
) -> dict[int, tuple[dt.date, dict[int, list[float]]]]:
    """By year with a published share its day, and of each key ward the main parties' shares then, in points."""
    all_stand = np.all([slot[p] >= 0 for p in MAIN], axis=0)
    found: dict[int, dict[int, list[float]]] = {}
    dates: dict[int, dt.date] = {}
    for i in np.flatnonzero(all_stand):
        for e in election.contests[slots.ballots[i]].earlier:
            year = e.date.year
            if e.unit == "seats" or year not in published or any(p not in published[year] for p in MAIN):
                continue
            if (election.date - e.date).days > 365.25 * MOST_YEARS or e.date >= election.date:
                continue
            shares = top_shares(e.votes, e.unit)
            if all(p in shares for p in MAIN):
                found.setdefault(year, {})[int(i)] = [100 * shares[p] for p in MAIN]
                dates[year] = e.date
    return {year: (dates[year], wards) for year, wards in found.items()}


def _too_few(found: Sequence[Baseline]) -> str:
    """Why no year is a baseline."""
    what = (
        f"an earlier result that counts: of the last {MOST_YEARS:g} years, in a year with a published share, with the "
        "three main parties standing then and tonight"
    )
    if not found:
        return f"no ward has {what}"
    most = max(found, key=lambda x: x.wards)
    return (
        f"too few wards have {what}; {most.year} has {most.wards} in {most.councils} "
        f"{'council' if most.councils == 1 else 'councils'}, and a baseline needs {LEAST_WARDS} in {LEAST_COUNCILS}"
    )


def nearest_to_general(baselines: Sequence[Baseline]) -> Baseline:
    """The baseline from which change by region is read for constituencies: the latest well-known one."""
    return max(baselines, key=lambda x: (x.councils >= max(y.councils for y in baselines) / 2, x.year))
