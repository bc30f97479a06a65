"""The frame of the national share as arrays, and what a change since a baseline may depend on in it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.national import Frame, Scales, within
from models.shares import log_odds
from seeds.frame import GENERAL_DAYS, load_general
from seeds.types import Election, FrameCouncil

Array = NDArray[np.float64]

#: Taken to stand everywhere, as the BBC does.
MAIN = ("Con", "Lab", "LD")
#: Part of a region's vote at the last general election that its level of a party without a baseline follows.
FOLLOWS = 0.5
#: Scotland and Wales have parties of their own: the region's effect there is twice as wide.
LOOSE = {"Scotland": 2.0, "Wales": 2.0}
#: Part of the key wards' councils at either end beyond which character is cut.
TAIL = 0.1
#: Standard deviation of how much a point that a region moved by between two general elections moves it here.
TREND = 0.4


def frame_of(councils: Sequence[FrameCouncil]) -> tuple[Frame, tuple[str, ...]]:
    """The frame as arrays, and the names of its regions.

    Character is the log share of the seats held by each main party, five in a hundred added, the region's vote for it
    at the last general election, and the log odds of a degree among residents (the mean where unknown); standardised.
    """
    regions = tuple(sorted({c.region for c in councils}))
    weight = np.array([c.population for c in councils], dtype=float)
    weight /= weight.sum()
    size = np.array([sum(c.seats.values()) for c in councils], dtype=float)
    held = np.array([[c.seats.get(p, 0) for p in MAIN] for c in councils], dtype=float)
    general = np.array([[c.general.get(p, 0.0) for p in MAIN] for c in councils])
    degree = log_odds(np.array([np.nan if c.degree is None else c.degree for c in councils]))
    known = np.isfinite(degree)
    degree[~known] = weight[known] @ degree[known] / weight[known].sum() if known.any() else 0.0
    character = np.concatenate([np.log(held / np.maximum(size, 1)[:, None] + 0.05), general, degree[:, None]], axis=1)
    character -= weight @ character
    character /= np.sqrt(np.maximum(weight @ character**2, 1e-9))
    return Frame(
        weight=weight,
        region=np.array([regions.index(c.region) for c in councils]),
        character=character,
        loose=np.array([LOOSE.get(c.nation, 1.0) for c in councils]),
    ), regions


def places(election: Election, names: Sequence[str], councils: Sequence[FrameCouncil]) -> Array:
    """Places of the frame that each council's wards speak of, rows adding to one; shape ``(c, f)``.

    A county council speaks of the districts inside it, by population; one that the frame does not know of its region.
    """
    number = {c.council: i for i, c in enumerate(councils)}
    population = np.array([c.population for c in councils], dtype=float)
    out = np.zeros((len(names), len(councils)))
    for row, name in zip(out, names, strict=True):
        council = election.councils[name]
        inside = [i for i, c in enumerate(councils) if council.type == "CC" and c.county == name]
        if not inside:
            inside = [number[name]] if name in number and council.type != "CC" else []
        inside = inside or [i for i, c in enumerate(councils) if c.region == council.region]
        row[inside] = population[inside] / population[inside].sum()
    return out


@lru_cache(maxsize=8)
def _general(year: int) -> dict[str, dict[str, float]]:
    """Vote of each region at a general election, in points."""
    votes: dict[str, Counter[str]] = {}
    total: Counter[str] = Counter()
    for c in load_general(year):
        total[c.region] += c.votes
        here = votes.setdefault(c.region, Counter())
        for p in MAIN:
            here[p] += c.shares.get(p, 0.0) * c.votes  # type: ignore[assignment]
    return {r: {p: v[p] / total[r] for p in MAIN} for r, v in votes.items()}


def trend(councils: Sequence[FrameCouncil], party: int, since: dt.date, until: dt.date) -> Array:
    """What each place's region moved by between the last general elections before two dates, in points; ``(f,)``.

    Zero where they are the same, or the earlier is older than our table.
    """
    years = [[y for y, day in GENERAL_DAYS.items() if day < date and load_general(y)] for date in (since, until)]
    if not years[0] or years[0][-1] == years[1][-1]:
        return np.zeros(len(councils))
    before, after = _general(years[0][-1]), _general(years[1][-1])
    p = MAIN[party]
    return np.array([after[c.region][p] - before[c.region][p] for c in councils])


def for_change(
    frame: Frame,
    councils: Sequence[FrameCouncil],
    seen: Array,
    party: int,
    scales: Scales,
    since: dt.date,
    until: dt.date,
) -> Frame:
    """The frame in what a main party's change between two dates may depend on.

    The region's trend is added to its character, and both are cut to the range of the observed places.

    Parameters
    ----------
    seen
        Places that each council with key wards speaks of; shape ``(m, f)``.
    """
    moved = trend(councils, party, since, until)
    moved = moved - frame.weight @ moved
    years = (until - since).days / 365.25
    # The slope of a character grows with the years; a trend has grown by itself.
    scaled = moved[:, None] * (TREND / scales.slope / np.sqrt(years))
    return replace(frame, character=within(np.concatenate([frame.character, scaled], axis=1), seen, TAIL))


def follows(councils: Sequence[FrameCouncil], frame: Frame, *parties: str) -> Array:
    """How a party's level is expected to differ between places before the night: half by its region's last vote.

    Of several parties, the level of all others.
    """
    share = np.array([sum(c.general.get(p, 0.0) for p in parties) for c in councils])
    share = share if len(parties) == 1 else 100 - share
    mean = float(frame.weight @ share)
    return 1 - FOLLOWS + FOLLOWS * share / mean if mean > 0 else np.ones(len(councils))
