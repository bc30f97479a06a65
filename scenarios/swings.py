"""Rivals of the model: uniform and proportional swing from the declared wards, as a careful analyst would do it.

- A ward starts from its latest earlier result; one without from its council's earlier elections or from the model's
  own baseline (:mod:`scenarios.starts`). Wards without one that are of one council start from the same or look alike,
  so their seats are given in parts, as seats exaggerate votes, and not all to one party.
- Swing is measured over declared wards, by party and by the year of the earlier election (four years' swing is not
  two), apart for wards with a result of their own and for others, with the party's swing of the whole night in the
  place of missing wards; then by region in the same way. How many wards that counts for (``pull``), and how many wards
  of no swing are put in at the start of the night (``doubt``), was chosen on 2016 and 2019.
- A party that enters gets its own mean over declared wards that it entered, by region likewise; before there is any,
  its poll share.
- Seats of councils known only by totals swing in the same way, from the composition before.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.coarse import seats_beyond
from models.columns import column_of
from models.polls import poll_share
from scenarios.scene import Point, Scene, count_point, declared_councils
from scenarios.starts import Starts
from seeds.types import Election

Array = NDArray[np.float64]
Index = NDArray[np.int64]

#: No party that stands is forecast below this share.
FLOOR = 0.003
#: Share of a party that enters where not even a poll tells anything.
UNHEARD_OF = 0.05


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
    # Wards that start from a result of their own and others of that year, whose starts are means, swing apart.
    sorts, sort = np.unique(2 * starts.year + starts.own, return_inverse=True)
    fresh = (sorts == 0) & starts.polled
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
        # What has changed since an earlier election is one thing, what tonight's polls missed another.
        since = told & ~fresh[sort[n]]
        whole = _shrunk(
            now[since], then[since], np.zeros(since.sum(), dtype=np.int64), 1, np.array([none]), doubt, ratio
        )
        by_sort = _shrunk(t, e, sort[n][told], len(sorts), np.where(fresh, none, whole), pull, ratio)
        cell = sort[n] * regions + region[n]
        by_cell = _shrunk(t, e, cell[told], len(sorts) * regions, np.repeat(by_sort, regions), pull, ratio)
        moved = then * by_cell[cell] if ratio else then + by_cell[cell]
        shares[n, s] = np.where(
            enters, _entering(election, name, now, enters & known[n], region[n], regions, pull), moved
        )
    stands = column >= 0
    shares = np.where(stands, np.maximum(shares, FLOOR), 0.0)
    shares /= shares.sum(axis=1, keepdims=True)
    return count_point(scene, shares, _beyond(scene, ratio=ratio, doubt=doubt), in_parts=~starts.own)


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
