"""Two rivals of the model: uniform and proportional swing from the declared wards, as a careful analyst would do it.

- A ward starts from its latest earlier result; one without from what the model's own baseline makes of its council's
  earlier results, composition and sitting councillors and of the polls (:mod:`models.baseline`). Such wards of a
  council look alike, so their seats are given in parts, as seats exaggerate votes, and not all to one party.
- Swing is measured over declared wards, by party and by the year of the earlier result (four years' swing is not
  two), with the party's swing of the whole night in the place of missing wards; then by region in the same way. How
  many wards that counts for (``pull``), and how many wards of no swing are put in at the start of the night
  (``doubt``), was chosen on 2016 and 2019.
- A party that enters gets its own mean over declared wards that it entered, by region likewise; before there is any,
  its poll share.
- Seats of councils known only by totals swing in the same way, from the composition before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.coarse import seats_beyond
from models.columns import column_of
from models.design import Design, Rows
from models.history import top_shares
from models.polls import poll_share
from scenarios.scene import Point, Scene, count_point, declared_councils
from seeds.types import EarlierResult, Election

Array = NDArray[np.float64]
Index = NDArray[np.int64]

#: No party that stands is forecast below this share.
FLOOR = 0.003
#: Share of a party that enters where not even a poll tells anything.
UNHEARD_OF = 0.05


@dataclass(frozen=True, slots=True)
class Starts:
    """Where each slate starts from.

    ``share`` is NaN for a party that enters; ``year`` is that of the ward's earlier result, 0 where it has none.
    Shapes ``(n, s)`` and ``(n,)``.
    """

    share: Array
    year: Index


def starts_of(election: Election, design: Design) -> Starts:
    """Earlier shares of each slate."""
    share = softmax(utility_before(design, design.contests), design.contests.column >= 0)
    year = np.zeros(len(share), dtype=np.int64)
    for n, ballot in enumerate(design.slots.ballots):
        contest = election.contests[ballot]
        found = next(((s, e) for e in reversed(contest.earlier) if (s := _shares(e))), None)
        if found is not None:
            shares, earlier = found
            year[n] = earlier.date.year
            share[n, : len(contest.standing)] = [shares.get(p, np.nan) for p in contest.standing]
    return Starts(share, year)


def _shares(earlier: EarlierResult) -> dict[str, float]:
    return {} if earlier.unit == "seats" else top_shares(earlier.votes, earlier.unit)


def utility_before(design: Design, rows: Rows) -> Array:
    """What is expected of each slate before any swing: its baseline and the level that the polls give its party."""
    return np.where(rows.column >= 0, rows.mean + design.level_mean[np.maximum(rows.column, 0)], 0.0)


def softmax(utility: Array, stands: NDArray[np.bool_]) -> Array:
    """Shares from utilities; 0 where no slate stands."""
    u = np.where(stands, utility, -np.inf)
    u = np.exp(u - u.max(axis=1, keepdims=True))
    return np.asarray(u / u.sum(axis=1, keepdims=True))


def _shrunk(now: Array, then: Array, groups: Index, count: int, prior: Array, pull: float, ratio: bool) -> Array:
    """Swing (or ratio) of each group, with ``pull`` wards of its prior mixed in; shape ``(count,)``."""
    mass = np.bincount(groups, minlength=count)
    if not ratio:
        total = np.bincount(groups, now - then, minlength=count)
        return (total + pull * prior) / np.maximum(mass + pull, 1e-9)
    usual = then.mean() if len(then) else 0.1
    total = np.bincount(groups, now, minlength=count)
    return (total + pull * usual * prior) / np.maximum(np.bincount(groups, then, minlength=count) + pull * usual, 1e-9)


def swing_forecast(scene: Scene, starts: Starts, *, ratio: bool, pull: float, doubt: float) -> Point:
    """Forecast of the night by uniform (or, with ``ratio``, proportional) swing.

    Parameters
    ----------
    pull, doubt
        In wards; see the module.
    """
    design, election = scene.session.design, scene.session.election
    column, known = design.contests.column, scene.known
    region = design.region[design.slots.councils]
    years, year = np.unique(starts.year, return_inverse=True)
    regions = len(design.regions)
    none = 1.0 if ratio else 0.0
    shares = np.zeros(column.shape)
    for p, name in enumerate(design.columns):
        n, s = np.nonzero(column == p)
        if not len(n):
            continue
        then, now = starts.share[n, s], np.where(known[n], scene.shares[n, s], np.nan)
        enters = np.isnan(then)
        told = known[n] & ~enters
        e, t = then[told], now[told]
        # Wards without a result of their own start from tonight's polls: their swing is another thing.
        own = told & (starts.year[n] > 0)
        whole = _shrunk(now[own], then[own], np.zeros(own.sum(), dtype=np.int64), 1, np.array([none]), doubt, ratio)
        by_year = _shrunk(t, e, year[n][told], len(years), np.where(years > 0, whole, none), pull, ratio)
        cell = year[n] * regions + region[n]
        by_cell = _shrunk(t, e, cell[told], len(years) * regions, np.repeat(by_year, regions), pull, ratio)
        moved = then * by_cell[cell] if ratio else then + by_cell[cell]
        shares[n, s] = np.where(
            enters, _entering(election, name, now, enters & known[n], region[n], regions, pull), moved
        )
    stands = column >= 0
    shares = np.where(stands, np.maximum(shares, FLOOR), 0.0)
    shares /= shares.sum(axis=1, keepdims=True)
    return count_point(scene, shares, _beyond(scene, ratio=ratio, doubt=doubt), in_parts=starts.year == 0)


def _entering(
    election: Election, column: str, now: Array, told: NDArray[np.bool_], region: Index, regions: int, pull: float
) -> Array:
    """Shares for a party where it enters; shape ``(slate,)``."""
    if not told.any():
        poll = poll_share(election, column, election.date)
        return np.full(len(now), poll[0] / 100 if poll else UNHEARD_OF)
    mass = np.bincount(region[told], minlength=regions)
    total = np.bincount(region[told], now[told], minlength=regions)
    return ((total + pull * now[told].mean()) / np.maximum(mass + pull, 1e-9))[region]


def compositions(scene: Scene) -> dict[str, Array]:
    """Share of each council's seats by column before tonight."""
    design = scene.session.design
    index = {c: i for i, c in enumerate(design.columns)}
    out = {}
    for council in design.councils:
        seats = np.zeros(len(index))
        for party, n in (scene.session.election.councils[council].seats_before or {}).items():
            if (at := index.get(column_of(party), index.get("Oth"))) is not None:
                seats[at] += n
        if seats.sum():
            out[council] = seats / seats.sum()
    return out


def _beyond(scene: Scene, *, ratio: bool, doubt: float) -> dict[tuple[str, str], float]:
    """Seats of councils known by totals beyond the pack's contests: the composition before, swung as the declared."""
    design, layout = scene.session.design, scene.layout
    if not design.totals_names:
        return {}
    before = compositions(scene)
    index = {c: i for i, c in enumerate(design.columns)}
    won, was = [np.zeros((0, len(index)))], [np.zeros((0, len(index)))]
    row = {c: i for i, c in enumerate(layout.councils)}
    for council in sorted(declared_councils(scene) & before.keys()):
        totals = scene.declared.councils.get(council)
        if totals is not None and not totals.seats_won:
            continue
        seats = np.zeros(len(index))
        for i in np.flatnonzero(layout.council == row[council]):
            if (at := index.get(column_of(layout.parties[layout.party[i]]), index.get("Oth"))) is not None:
                seats[at] += scene.seating.seats[0, i]
        if seats.sum():
            won.append(seats[None] / seats.sum())
            was.append(before[council][None])
    now, then = np.concatenate(won), np.concatenate(was)
    usual = then.mean(axis=0) if len(then) else np.zeros(len(index))
    move = (now.sum(axis=0) + doubt * usual) / np.maximum(then.sum(axis=0) + doubt * usual, 1e-9)
    shift = (now - then).sum(axis=0) / max(len(now) + doubt, 1e-9)
    out: dict[tuple[str, str], float] = {}
    for q, (council, number) in enumerate(zip(design.totals_names, seats_beyond(design), strict=True)):
        # Only parties that the council has known: a swing gives no seats to those that never stood there.
        there = design.totals.column[q][design.totals.column[q] >= 0]
        if not len(there):
            continue
        start = before.get(council, np.full(len(index), 1 / len(index)))[there]
        moved = start * np.where(then.sum(axis=0) > 0, move, 1.0)[there] if ratio else start + shift[there]
        share = np.maximum(moved, 0.0)
        share = share / share.sum() if share.sum() > 0 else np.full(len(there), 1 / len(there))
        out |= {(council, design.columns[i]): float(number * v) for i, v in zip(there, share, strict=True)}
    return out
