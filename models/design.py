"""The night as arrays: who stands, the baseline of each slate, and what its swing may depend on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.baseline import Baseline, predict
from models.history import Past, councils_of, past_of, slots_of, totals_councils
from models.hyper import Hyper, load_hyper
from models.polls import level_prior
from models.types import Slots
from seeds.types import Council, Election

Array = NDArray[np.float64]
Index = NDArray[np.int64]

#: Columns whose strength in a ward may bend the swing of the others there.
LEANS = ("Con", "Lab", "LD", "UKIP")
#: Columns whose coming or going takes from the others, or frees vote, unequally.
MOVERS = ("Con", "Lab", "LD", "Grn", "populist", "Ind", "Oth")
#: UKIP, the Brexit Party and Reform are three parties; only the *place* that their coming leaves is shared.
POPULIST = ("UKIP", "Brexit", "Ref")

#: A lead (log ratio of shares) at which a contest is hardly close any more.
CLOSE = 0.5

COVARIATES = (
    "level",
    "own ward",
    "own council",
    "own share",
    "own share squared",
    "held",
    "second",
    "close",
    "enters",
    "no baseline",
    "more seats",
    "size in council",
    "no history",
    "no history, own council",
    "sitting",
    "sitting, own ward",
    "slate",
    *(f"lean {c}" for c in LEANS),
    *(f"{c} enters" for c in MOVERS),
    *(f"{c} leaves" for c in MOVERS),
)


@dataclass(frozen=True, slots=True)
class Rows:
    """Things that can be observed: contests, or councils known only by totals.

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


def _mover(column: str) -> str:
    return "populist" if column in POPULIST else column


def _moves(past: Past, slots: Slots) -> tuple[Array, Array]:
    """Who enters (0 or 1) and who leaves (the share it leaves) since the ward's latest earlier contest.

    Returns two arrays of shape ``(n, len(MOVERS))``; zero where the ward has no earlier contest.
    """
    n = len(slots.ballots)
    enters, leaves = np.zeros((n, len(MOVERS))), np.zeros((n, len(MOVERS)))
    place = {m: i for i, m in enumerate(MOVERS)}
    mover = [place.get(_mover(c)) for c in past.columns]
    for i in range(n):
        seen = np.isfinite(past.log_share[i])
        if not seen.any():
            continue
        latest = int(np.max(np.flatnonzero(seen.any(axis=1))))
        before: dict[int, float] = {}
        after: set[int] = set()
        for j in np.flatnonzero(past.column[i] >= 0):
            m = mover[past.column[i, j]]
            if m is None:
                continue
            if seen[latest, j]:
                before[m] = before.get(m, 0.0) + float(np.exp(past.log_share[i, latest, j]))
            if j < past.tonight[i]:
                after.add(m)
        for m in after - before.keys():
            enters[i, m] = 1.0
        for m in before.keys() - after:
            leaves[i, m] = min(before[m], 0.6)
    return enters, leaves


def _held(past: Past) -> Array:
    """1 for the party that came first in the ward's latest contest, or has most of its councillors, 2 for the second
    in the contest, else 0; shape ``(n, e)``."""
    out = np.zeros(past.column.shape)
    for i, rows in enumerate(past.log_share):
        seen = np.flatnonzero(np.isfinite(rows).any(axis=1))
        now = rows[seen[-1]] if len(seen) else past.sitting[i]
        if np.isfinite(now).any():
            order = np.argsort(-np.where(np.isfinite(now), now, -np.inf), kind="stable")
            out[i, order[0]] = 1.0
            if len(seen) and np.isfinite(now).sum() > 1:
                out[i, order[1]] = 2.0
    return out


def _own_share(utility: Array) -> Array:
    """Share that the baseline alone expects, less a third; a swing in points is not one in logs. Shape ``(n, s)``."""
    share = np.exp(utility - utility.max(axis=1, keepdims=True))
    return share / share.sum(axis=1, keepdims=True) - 1 / 3


def _size_in_council(slots: Slots) -> Array:
    """Log of the ward's seats less the mean of its council's wards: in a district, towns have the large wards."""
    size = np.log(slots.seats.astype(np.float64))
    wards = np.bincount(slots.councils)
    return size - (np.bincount(slots.councils, size) / np.maximum(wards, 1))[slots.councils]


def _close(utility: Array) -> Array:
    """How near a party is to its strongest rival by the baseline alone: 1 level, 0.14 at a ratio of e; ``(n, s)``.

    Parties fight hardest where they may win or lose; some (the Liberal Democrats) do better there than their baseline.
    """
    order = np.sort(utility, axis=1)
    first, second = order[:, -1:], order[:, -2:-1] if utility.shape[1] > 1 else order[:, -1:]
    rival = np.where(utility == first, second, first)
    with np.errstate(invalid="ignore"):
        margin = utility - rival
    return np.where(np.isfinite(margin), np.exp(-0.5 * (margin / CLOSE) ** 2), 0.0)


def _leans(past: Past, base: Baseline, councils: Index) -> Array:
    """Strength of each column of LEANS in each ward, centred over wards; 0 for a column that is nowhere."""
    out = np.zeros((len(councils), len(LEANS)))
    for k, name in enumerate(LEANS):
        if name not in past.columns:
            continue
        p = past.columns.index(name)
        value = base.council[councils, p].copy()
        rows, cols = np.nonzero(past.column == p)
        value[rows] = base.mean[rows, cols]
        out[:, k] = value - value.mean()
    return out


def prepare(election: Election) -> Ground:
    """Gather what no scale changes; the slow part of :func:`build_design`."""
    slots = slots_of(election)
    past = past_of(election, slots)
    return Ground(election, slots, past, *_moves(past, slots), _held(past))


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

    n, s = slots.party.shape
    column = np.where(slots.party >= 0, past.column[:, :s], -1)
    stands = column >= 0
    safe = np.maximum(column, 0)
    own_council = base.council[slots.councils[:, None], safe]
    seen = np.isfinite(past.log_share[:, :, :s]).any(axis=1)
    known = np.isfinite(past.log_share).any(axis=2)
    has_baseline = (known & (past.likeness == 0)).any(axis=1)
    has_past = known.any(axis=1)
    sitting = np.isfinite(past.sitting).any(axis=1)
    # Of such a council no votes are known at all, only its region, type and seats: all of them may be off together.
    bare = ~np.isfinite(past.council_log_share).any(axis=(1, 2))[slots.councils]
    own_share = _own_share(np.where(stands, base.mean[:, :s], -np.inf) + level_mean[safe])
    own_council_mean = np.array(
        [np.mean(own_council[column == p]) if (column == p).any() else 0.0 for p in range(len(past.columns))]
    )
    parts = [
        np.ones((n, s, 1)),
        np.where(seen, base.mean[:, :s] - own_council, 0.0)[..., None],
        (own_council - own_council_mean[safe])[..., None],
        own_share[..., None],
        (own_share**2)[..., None],
        (ground.held[:, :s, None] == 1).astype(float),
        (ground.held[:, :s, None] == 2).astype(float),
        _close(np.where(stands, base.mean[:, :s] + level_mean[safe], -np.inf))[..., None],
        (has_past[:, None] & ~seen)[..., None].astype(float),
        np.broadcast_to(~has_baseline[:, None, None], (n, s, 1)).astype(float),
        np.broadcast_to(past.more_seats[:, None, None], (n, s, 1)),
        np.broadcast_to(np.where(has_past, 0.0, _size_in_council(slots))[:, None, None], (n, s, 1)),
        np.broadcast_to(bare[:, None, None], (n, s, 1)).astype(float),
        np.where(bare[:, None], own_council - own_council_mean[safe], 0.0)[..., None],
        np.broadcast_to(sitting[:, None, None], (n, s, 1)).astype(float),
        np.where(sitting[:, None], base.mean[:, :s] - own_council, 0.0)[..., None],
        np.log(np.maximum(slots.candidates, 1) / slots.seats[:, None]).clip(-1.5, 0.0)[..., None],
        np.broadcast_to(_leans(past, base, slots.councils)[:, None], (n, s, len(LEANS))),
        np.broadcast_to(ground.enters[:, None], (n, s, len(MOVERS))),
        np.broadcast_to(ground.leaves[:, None], (n, s, len(MOVERS))),
    ]
    covariates = np.ascontiguousarray(np.where(stands[..., None], np.concatenate(parts, axis=2), 0.0))
    c = len(councils)
    wards = np.bincount(slots.councils, minlength=c)
    unknown = np.bincount(slots.councils, weights=~has_past, minlength=c) / np.maximum(wards, 1)
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
            covariates=covariates,
            mean=np.where(stands, base.mean[:, :s], 0.0),
            cov=np.where(both, base.cov[:, :s, :s], np.eye(s)),
            drift=_drift(hyper, past.columns, column, covariates),
        ),
        totals=_totals_rows(
            past, base, hyper, np.array([names.index(t) for t in totals_names], dtype=np.int64), own_council_mean
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
        has_baseline=has_baseline,
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


def _totals_rows(past: Past, base: Baseline, hyper: Hyper, council: Index, centre: Array) -> Rows:
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
    variance = np.where(stands, base.council_var[council[:, None], safe], 1.0)
    drift = _drift(hyper, past.columns, column, covariates)
    return Rows(council, column, covariates, mean, variance[:, :, None] * np.eye(width), drift)
