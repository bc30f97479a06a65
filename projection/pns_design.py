"""The projected national share before the first declaration: the frame, and weights on tonight's shares.

Every figure here is a constant plus an inner product of tonight's shares with weights fixed before the night; what
they are is in :mod:`models.national`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.national import PLAIN, Frame, combine, error_covariance, predict, predict_change
from models.national_scales import AGEING, METHOD, NationalScales, load_national_scales
from models.types import Slots
from projection.pns_baselines import Baseline, baselines_of, nearest_to_general
from projection.pns_frame import MAIN, follows, for_change, frame_of, places
from projection.pns_result import Standing
from seeds.frame import known_frame
from seeds.types import Election, FrameCouncil

Array = NDArray[np.float64]

#: Of these the one that stands in most contests gets a line, if it stands in number.
POPULIST = ("UKIP", "Brexit", "Ref")
#: Part of the contests that a party must stand in to get a line of its own.
IN_NUMBER = 1 / 3
#: The BBC gave UKIP its own line from 2013 on.
UKIP_SINCE = 2013


@dataclass(frozen=True, slots=True)
class PnsDesign:
    """All that the PNS of a night needs before the first declaration.

    Attributes
    ----------
    parties
        Parties with a line: the main ones, then those with a level; P of them.
    tracked
        The same, and after them UKIP or its like where it has no line but its mean share is wanted; T of them.
    slot
        Slot of each tracked party in each contest, -1 where it does not stand; shape ``(T, n)``.
    baselines
        In order of year; B of them.
    share_of
        Part that each baseline has in each main party's line; shape ``(3, B)``.
    columns
        Names of the figures: "pns", "others" (the level of all without a line), ``("alone", year)``, ``("nev", year)``,
        ``("mean", year)``, "where it stood", ``("region", name)``.
    main
        Number of columns of which every draw is told: "pns", "others" and ``("alone", year)``.
    weights
        On tonight's shares, per tracked party ``(n, column)``, float32, giving points; ``constant`` ``(T, column)``.
    spread
        Standard deviation of the prediction error of each party's line and of each baseline's alone, ``(P, 1 + B)``;
        without what a published figure adds. ``others_spread`` the same of the others' level.
    region_spread
        Standard deviation of each region's deviation; shape ``(P, R)``.
    standing
        What is assumed of parties that do not stand everywhere.
    stood
        Number of contests in which a party stands.
    """

    parties: tuple[str, ...]
    tracked: tuple[str, ...]
    slot: NDArray[np.int64]
    baselines: tuple[Baseline, ...]
    share_of: Array
    columns: tuple[object, ...]
    main: int
    weights: tuple[NDArray[np.float32], ...]
    constant: Array
    spread: Array
    others_spread: float
    regions: tuple[str, ...]
    region_spread: Array
    standing: Standing
    scales: NationalScales
    stood: Mapping[str, int]


def design_pns(election: Election, slots: Slots, standing: Standing = "as it stands") -> PnsDesign | str:
    """Lay out the projected national share of a night; in words, why there is none, where there is none.

    Raises
    ------
    ModelError
        If no scales are learned from elections before the night.
    """
    councils = known_frame(election)
    if not councils:
        return "the pack has no frame of councils"
    slot = {p: _slots_of(slots, p) for p in (*MAIN, "Grn", *POPULIST)}
    baselines = baselines_of(election, slots, slot)
    if isinstance(baselines, str):
        return baselines
    frame, regions = frame_of(councils)
    place = places(election, slots.council_names, councils)
    scales = load_national_scales(election.date)
    level = [] if standing == "others" else _with_level(election, slots, slot)
    return _lay_out(slots, slot, baselines, frame, regions, councils, place, scales, level, standing, election.date)


def _slots_of(slots: Slots, party: str) -> NDArray[np.int64]:
    """Slot of a party in each contest, -1 where it does not stand."""
    if party not in slots.parties:
        return np.full(len(slots.ballots), -1)
    here = slots.party == slots.parties.index(party)
    return np.where(here.any(axis=1), here.argmax(axis=1), -1)


def _with_level(election: Election, slots: Slots, slot: Mapping[str, NDArray[np.int64]]) -> list[str]:
    """Parties beyond the main ones that get a line: the Greens and the strongest of UKIP and its like."""
    count = {p: int((slot[p] >= 0).sum()) for p in ("Grn", *POPULIST)}
    most = _most(POPULIST, slot)
    since = election.date.year >= UKIP_SINCE or most != "UKIP"
    least = IN_NUMBER * len(slots.ballots)
    return [p for p in ("Grn", most) if count[p] >= least and (p == "Grn" or since)]


def _most(parties: Sequence[str], slot: Mapping[str, NDArray[np.int64]]) -> str:
    return max(parties, key=lambda p: int((slot[p] >= 0).sum()))


def _lay_out(
    slots: Slots,
    slot: Mapping[str, NDArray[np.int64]],
    baselines: tuple[Baseline, ...],
    frame: Frame,
    regions: tuple[str, ...],
    councils: Sequence[FrameCouncil],
    place: Array,
    scales: NationalScales,
    level: Sequence[str],
    standing: Standing,
    date: dt.date,
) -> PnsDesign:
    parties = (*MAIN, *level)
    most = _most(POPULIST, slot)
    tracked = parties if most in parties or not (slot[most] >= 0).any() else (*parties, most)
    n, b = len(slots.ballots), len(baselines)
    columns: list[object] = ["pns", "others"]
    columns += [(kind, x.year) for kind in ("alone", "nev", "mean") for x in baselines]
    columns += ["where it stood", *(("region", r) for r in regions)]
    weights = np.zeros((len(tracked), n, len(columns)))
    constant = np.zeros((len(tracked), len(columns)))
    spread, region_spread = np.zeros((len(parties), 1 + b)), np.zeros((len(parties), len(regions)))
    share_of = np.zeros((3, b))
    inside = [np.where(frame.region == r, frame.weight, 0.0) for r in range(len(regions))]
    targets = [w / w.sum() - frame.weight for w in inside]
    first_region = columns.index("where it stood") + 1
    near = baselines.index(nearest_to_general(baselines))
    for k, party in enumerate(MAIN):
        s = scales.change[party]
        seen = [place[np.unique(slots.councils[x.key])] for x in baselines]
        frames = [for_change(frame, councils, q, k, s, x.date, date) for q, x in zip(seen, baselines, strict=True)]
        own = [x.then[:, k] - x.level(party) for x in baselines]
        changes = [
            predict_change(f, s, place, slots.councils, x.key, o, x.years, frame.weight, PLAIN)
            for f, x, o in zip(frames, baselines, own, strict=True)
        ]
        covariance = error_covariance(s, changes)
        years = np.array([x.years for x in baselines])
        published = covariance + np.eye(b) * (METHOD**2 + 1 / 12) + AGEING**2 * np.minimum.outer(years, years)
        share_of[k], _ = combine(published)
        spread[k, 0] = np.sqrt(share_of[k] @ covariance @ share_of[k])
        spread[k, 1:] = np.sqrt(covariance.diagonal())
        for j, (x, change) in enumerate(zip(baselines, changes, strict=True)):
            _add_change(weights[k], constant[k], columns.index(("alone", x.year)), x, change.ward_weights, k)
            _add_change(weights[k], constant[k], 0, x, share_of[k, j] * change.ward_weights, k)
            _add_change(weights[k], constant[k], columns.index(("mean", x.year)), x, x.key / x.wards, k)
            by_council = _council_means(slots, x, place @ frame.weight)
            _add_change(weights[k], constant[k], columns.index(("nev", x.year)), x, by_council, k)
        for r, target in enumerate(targets):
            x = baselines[near]
            change = predict_change(frames[near], s, place, slots.councils, x.key, own[near], x.years, target)
            _add_change(weights[k], constant[k], first_region + r, x, change.ward_weights, k)
            region_spread[k, r] = np.sqrt(change.prediction.variance)
    for k, party in enumerate(level, start=3):
        counts = np.ones(n, dtype=bool) if standing == "as it stands" else slot[party] >= 0
        fixed = follows(councils, frame, party)
        for at, target in [(0, frame.weight), *((first_region + r, t) for r, t in enumerate(targets))]:
            weights[k, :, at], error = _level(frame, scales, place, slots, counts, fixed, target)
            if at == 0:
                spread[k, 0] = np.sqrt(error)
            else:
                region_spread[k, at - first_region] = np.sqrt(error)
    fixed = follows(councils, frame, *parties)
    everywhere = np.ones(n, dtype=bool)
    ward, variance = _level(frame, scales, place, slots, everywhere, fixed, frame.weight)
    # Others are what the parties with a line leave in each contest.
    weights[: len(parties), :, 1] = -ward
    constant[0, 1] = 100 * ward.sum()
    for k, party in enumerate(tracked):
        stands = slot[party] >= 0
        if k >= len(MAIN):
            weights[k, :, first_region - 1] = stands / max(int(stands.sum()), 1)
        # Where a party does not stand its share is zero: nothing to weigh.
        weights[k, ~stands] = 0.0
    return PnsDesign(
        parties=parties,
        tracked=tracked,
        slot=np.stack([slot[p] for p in tracked]),
        baselines=baselines,
        share_of=share_of,
        columns=tuple(columns),
        main=2 + b,
        weights=tuple(100 * w.astype(np.float32) for w in weights),
        constant=constant,
        spread=spread,
        others_spread=float(np.sqrt(variance)),
        regions=regions,
        region_spread=region_spread,
        standing=standing,
        scales=scales,
        stood={p: int((s >= 0).sum()) for p, s in slot.items()},
    )


def _add_change(weights: Array, constant: Array, column: int, x: Baseline, ward: Array, party: int) -> None:
    weights[:, column] += ward
    constant[column] -= ward @ x.then[:, party]


def _council_means(slots: Slots, x: Baseline, weight: Array) -> Array:
    """Weights that give each council with key wards its part of the electorate, whatever its wards."""
    count = np.bincount(slots.councils[x.key], minlength=len(weight))
    part = np.where(count > 0, weight, 0.0) / np.maximum(count, 1)
    out = np.where(x.key, part[slots.councils], 0.0)
    return out / out.sum()


def _level(
    frame: Frame, scales: NationalScales, place: Array, slots: Slots, counts: NDArray[np.bool_], fixed: Array,
    target: Array,
) -> tuple[Array, float]:  # fmt: skip
    """Weights on the contests for the level of a party over a target, and the variance of the error."""
    count = np.bincount(slots.councils[counts], minlength=len(place)).astype(float)
    seen = np.flatnonzero(count)
    p = predict(frame.covariance(scales.level), place[seen], scales.level.noise(1.0) / count[seen], target, fixed)
    by_council = np.zeros(len(place))
    by_council[seen] = p.weights / count[seen]
    return np.where(counts, by_council[slots.councils], 0.0), p.variance
