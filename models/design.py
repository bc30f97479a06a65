"""The night as arrays: who stands, the baseline of each slate, and what its swing may depend on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.baseline import Baseline, predict
from models.covariates import COVARIATES, beyond_country, covariates, held, known_wards, moves
from models.history import Past, councils_of, past_of, people_of, slots_of, totals_councils
from models.hyper import Hyper, load_hyper
from models.polls import level_prior
from models.rows import Rows
from models.types import PEOPLE, Slots
from seeds.types import Council, Election

Array = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Design:
    """All that the swing model needs of a night before the first declaration.

    Attributes
    ----------
    slots
        Who stands where; n contests of at most s slates.
    columns
        The P columns of the model.
    councils
        Councils that the model speaks of: those with contests first, in the order of ``slots.council_names``.
    contests
        The contests as rows, and ``totals`` the councils known only by totals, named by ``totals_names``, with
        ``totals_seats`` up.
    region, kind
        Region and type of each council; shape ``(c,)``; ``regions`` and ``kinds`` name them.
    level_mean, level_sd
        Prior of tonight's level by column from the polls; shape ``(P,)``.
    council_extra
        What a council's effects are wider by (variance) for want of history; shape ``(c, P)``.
    has_baseline
        Whether the ward has an earlier result of its own; shape ``(n,)``.
    """

    key: str
    slots: Slots
    columns: tuple[str, ...]
    councils: tuple[str, ...]
    contests: Rows
    totals: Rows
    totals_names: tuple[str, ...]
    totals_seats: Index
    region: Index
    kind: Index
    regions: tuple[str, ...]
    kinds: tuple[str, ...]
    level_mean: Array
    level_sd: Array
    council_extra: Array
    has_baseline: NDArray[np.bool_]
    hyper: Hyper


@dataclass(frozen=True, slots=True)
class Ground:
    """What a design needs of a night that no scale changes: who stands, and earlier results as arrays."""

    election: Election
    slots: Slots
    past: Past
    enters: Array
    leaves: Array
    held: Array


def prepare(election: Election) -> Ground:
    """Gather what no scale changes; the slow part of :func:`build_design`."""
    slots = slots_of(election)
    past = past_of(election, slots)
    return Ground(election, slots, past, *moves(past, slots), held(past))


def build_design(election: Election, hyper: Hyper | None = None) -> Design:
    """Lay a night out as arrays; done once per night.

    Parameters
    ----------
    election
        A pack.
    hyper
        Scales learned from earlier elections; those stored for the pack's date if None.

    Raises
    ------
    ModelError
        If no contest of the pack is counted by plurality.
    """
    return lay_out(prepare(election), hyper if hyper is not None else load_hyper(election))


def lay_out(ground: Ground, hyper: Hyper) -> Design:
    """The part of :func:`build_design` that depends on the scales."""
    election, slots, past = ground.election, ground.slots, ground.past
    names = councils_of(election, slots)
    councils = [election.councils[c] for c in names]
    regions = tuple(sorted({c.region for c in councils}))
    kinds = tuple(sorted({c.type for c in councils}))
    region = np.array([regions.index(c.region) for c in councils])
    kind = np.array([kinds.index(c.type) for c in councils])
    years = np.array([(election.date - d).days / 365.25 for d in past.dates])
    base = predict(past, slots.councils, region * len(kinds) + kind, years, hyper.baseline(past.columns))

    level_mean, level_sd = level_prior(election, past, base.level, hyper)

    s = slots.party.shape[1]
    column = np.where(slots.party >= 0, past.column[:, :s], -1)
    stands = column >= 0
    known = known_wards(past)
    x, centre = covariates(slots, past, known, base, level_mean, (ground.enters, ground.leaves), ground.held)
    c = len(councils)
    wards = np.bincount(slots.councils, minlength=c)
    unknown = np.bincount(slots.councils, weights=~known.past, minlength=c) / np.maximum(wards, 1)
    both = stands[:, :, None] & stands[:, None, :]
    totals_names = totals_councils(election)
    return Design(
        key=election.key,
        slots=slots,
        columns=past.columns,
        councils=names,
        contests=Rows(
            council=slots.councils,
            column=column,
            covariates=x,
            mean=np.where(stands, base.mean[:, :s], 0.0),
            cov=np.where(both, base.cov[:, :s, :s], np.eye(s)),
            drift=_drift(hyper, past.columns, column, x),
        ),
        totals=_totals_rows(
            past,
            base,
            hyper,
            np.array([names.index(t) for t in totals_names], dtype=np.int64),
            centre,
            np.array([people_of(election.councils[t].census) for t in totals_names]).reshape(-1, len(PEOPLE)),
        ),
        totals_names=totals_names,
        totals_seats=np.array([_seats_up(election.councils[t]) for t in totals_names], dtype=np.int64),
        region=region,
        kind=kind,
        regions=regions,
        kinds=kinds,
        level_mean=level_mean,
        level_sd=level_sd,
        # A council with wards draws on what is not known of it only for wards without a baseline of their own.
        council_extra=base.council_var * np.where(wards > 0, unknown, 0.0)[:, None],
        has_baseline=known.baseline,
        hyper=hyper,
    )


def _seats_up(council: Council) -> int:
    """Seats up tonight; where the pack does not say, what the council's cycle makes of its size."""
    if council.seats_up is not None:
        return council.seats_up
    part = {"thirds": 3, "halves": 2}.get(council.cycle or "all", 1)
    return round((council.seats_total or 0) / part)


def _drift(hyper: Hyper, columns: tuple[str, ...], column: Index, covariates: Array) -> Array:
    """What earlier nights' mean effects make of each slate; 0 where there is none; shape ``(n, s)``."""
    mean = np.array([[hyper.mean.get(name, {}).get(c, 0.0) for c in columns] for name in COVARIATES])
    return np.where(column >= 0, (covariates * mean.T[np.maximum(column, 0)]).sum(axis=2), 0.0)


def _totals_rows(past: Past, base: Baseline, hyper: Hyper, council: Index, centre: Array, people: Array) -> Rows:
    """A row for each council known only by totals, with a slate for each party seen in its history or on it.

    Of a council of which nothing is known, those that most councils have seen stand.
    """
    seen = np.isfinite(past.council_log_share[council]).any(axis=1)
    seen |= np.exp(np.nan_to_num(past.composition[council], nan=-9.0)) > 0.02
    everywhere = np.isfinite(past.council_log_share).any(axis=1).mean(axis=0)
    common = everywhere >= min(0.5, np.sort(everywhere)[-2:].min())
    seen[~seen.any(axis=1)] = common
    width = int(seen.sum(axis=1).max()) if len(council) else 0
    column = np.full((len(council), width), -1, dtype=np.int64)
    for i, row in enumerate(seen):
        held = np.flatnonzero(row)
        column[i, : len(held)] = held
    stands, safe = column >= 0, np.maximum(column, 0)
    mean = np.where(stands, base.council[council[:, None], safe], 0.0)
    covariates = np.zeros((*column.shape, len(COVARIATES)))
    covariates[:, :, 0] = stands
    covariates[:, :, COVARIATES.index("own council")] = np.where(stands, mean - centre[safe], 0.0)
    bare = ~np.isfinite(past.council_log_share[council]).any(axis=(1, 2))
    covariates[bare, :, COVARIATES.index("no history")] = stands[bare]
    covariates[bare, :, COVARIATES.index("no history, own council")] = np.where(stands, mean - centre[safe], 0.0)[bare]
    for kind, odds in zip(PEOPLE, beyond_country(people).T, strict=True):
        covariates[:, :, COVARIATES.index(kind)] = stands * odds[:, None]
    variance = np.where(stands, base.council_var[council[:, None], safe], 1.0)
    drift = _drift(hyper, past.columns, column, covariates)
    return Rows(council, column, covariates, mean, variance[:, :, None] * np.eye(width), drift)
