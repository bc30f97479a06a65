"""What every method is asked at a checkpoint: the same rows for all, none of them known already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.coarse import seats_beyond
from projection.counting import control as in_control
from projection.layout import Index, Layout
from projection.result import NOC
from scenarios.scene import Scene, declared_councils
from scenarios.truth import Night, council_label, night_label

Array = NDArray[np.float64]

ALL = "all"


@dataclass(frozen=True, slots=True)
class Asked:
    """Rows of one quantity: their area, party and truth, and the least and most that can still come true."""

    areas: tuple[str, ...]
    parties: tuple[str, ...]
    truth: Array
    least: Array
    most: Array

    def __len__(self) -> int:
        return len(self.areas)


@dataclass(frozen=True, slots=True)
class Questions:
    """All that is asked at a checkpoint.

    ``councils`` are seats by undeclared council and party that stands there; ``totals`` and ``shares`` cover the whole
    night; ``control`` the councils that declared and held-over seats do not decide. ``counted`` are the councils
    that the totals cover: those whose result is known.
    """

    councils: Asked
    totals: Asked
    shares: Asked
    control: Asked
    counted: frozenset[str]


def ask(night: Night, scene: Scene) -> Questions:
    """The rows of a checkpoint; those whose truth is unknown are left out."""
    truth, layout = night.truth, scene.layout
    sure = _sums(layout, scene.seating.seats[0].astype(float), _council_key(night, scene.layout))
    room = _room(night, scene)
    done = declared_councils(scene)
    waiting = [c for c in layout.councils if c in truth.seats and c not in done]
    pairs = [(c, p) for c in waiting for p in night.standing[c]]
    least = np.array([sure.get(k, 0.0) for k in pairs])
    councils = Asked(
        tuple(c for c, _ in pairs),
        tuple(p for _, p in pairs),
        np.array([truth.seats[c].get(p, 0) for c, p in pairs], dtype=float),
        least,
        least + [room.get(k, 0.0) for k in pairs],
    )
    return Questions(
        councils=councils,
        totals=_totals(night, sure, room, done),
        shares=_shares(night),
        control=_control(night, scene, sure, room, waiting),
        counted=frozenset(truth.seats),
    )


def _council_key(night: Night, layout: Layout) -> Callable[[int], tuple[str, str]]:
    def key(i: int) -> tuple[str, str]:
        council = layout.councils[layout.council[i]]
        return council, council_label(night.election, council, layout.parties[layout.party[i]])

    return key


def _sums(layout: Layout, values: Array, key: Callable[[int], tuple[str, str]]) -> dict[tuple[str, str], float]:
    out: dict[tuple[str, str], float] = {}
    for i, value in enumerate(values):
        out[key(i)] = out.get(key(i), 0.0) + float(value)
    return out


def _room(night: Night, scene: Scene) -> dict[tuple[str, str], float]:
    """Seats that each label of a council may still win: no more than it has candidates in open contests."""
    design, slots = night.session.design, night.session.design.slots
    here = scene.open_seats[:, None] & (night.pair >= 0)
    most = np.minimum(slots.candidates, slots.seats[:, None])
    room = np.bincount(night.pair[here], most[here], minlength=len(night.pairs))
    out = {k: float(n) for k, n in zip(night.pairs, room, strict=True) if n}
    for q, number in enumerate(seats_beyond(design)):
        council = design.totals_names[q]
        if council not in scene.seating.settled:
            for j in design.totals.column[q]:
                if j >= 0:
                    key = council, design.columns[j]
                    out[key] = out.get(key, 0.0) + float(number)
    return out


def _totals(
    night: Night, sure: dict[tuple[str, str], float], room: dict[tuple[str, str], float], done: set[str]
) -> Asked:
    truth: dict[str, float] = {}
    least: dict[str, float] = {}
    more: dict[str, float] = {}
    for seats in night.truth.seats.values():
        for party, n in seats.items():
            truth[night_label(party)] = truth.get(night_label(party), 0.0) + n
    for (council, party), number in sure.items():
        if council in night.truth.seats:
            least[night_label(party)] = least.get(night_label(party), 0.0) + number
    for (council, party), number in room.items():
        if council in night.truth.seats and council not in done:
            more[night_label(party)] = more.get(night_label(party), 0.0) + number
    labels = sorted(truth, key=lambda p: (-truth[p], p))
    low = np.array([least.get(p, 0.0) for p in labels])
    return Asked(
        (ALL,) * len(labels),
        tuple(labels),
        np.array([truth[p] for p in labels]),
        low,
        low + [more.get(p, 0.0) for p in labels],
    )


def _shares(night: Night) -> Asked:
    shares = night.truth.shares or {}
    labels = sorted(shares, key=lambda p: (-shares[p], p))
    n = len(labels)
    return Asked((ALL,) * n, tuple(labels), np.array([shares[p] for p in labels]), np.zeros(n), np.full(n, 100.0))


def _control(
    night: Night,
    scene: Scene,
    sure: dict[tuple[str, str], float],
    room: dict[tuple[str, str], float],
    waiting: Sequence[str],
) -> Asked:
    """A row for every party that can still have a majority, and for none, in councils that are still open."""
    layout = scene.layout
    held = _sums(layout, layout.held.astype(float), _council_key(night, layout))
    total = dict(zip(layout.councils, layout.total, strict=True))
    keys: list[tuple[str, str]] = []
    known: dict[str, list[str]] = {}
    for council, party in held | sure | room:
        known.setdefault(council, []).append(party)
    for council in waiting:
        if council not in night.truth.control:
            continue
        labels = known[council]
        have = {p: held.get((council, p), 0.0) + sure.get((council, p), 0.0) for p in labels}
        can = [p for p in labels if 2 * (have[p] + room.get((council, p), 0.0)) > total[council]]
        if can and not any(2 * n > total[council] for n in have.values()):
            keys += [(council, p) for p in [*sorted(can), NOC]]
    n = len(keys)
    return Asked(
        tuple(c for c, _ in keys),
        tuple(p for _, p in keys),
        np.array([night.truth.control[c] == p for c, p in keys], dtype=float),
        np.zeros(n),
        np.ones(n),
    )


@dataclass(frozen=True, slots=True)
class Lines:
    """Where each line of a layout is asked about: its row among councils and totals, shares and control, or -1."""

    councils: Index
    totals: Index
    shares: Index
    control: Index


def line_up(night: Night, questions: Questions, layout: Layout) -> Lines:
    """Rows of each line of a method's own layout."""
    out = []
    keys = [_council_key(night, layout)(i) for i in range(len(layout.council))]
    for asked, of in (
        (questions.councils, keys),
        (questions.totals, [(ALL, night_label(p)) if c in questions.counted else ("", "") for c, p in _names(layout)]),
        (questions.shares, [(ALL, night_label(p)) for _, p in _names(layout)]),
        (questions.control, keys),
    ):
        row = {k: i for i, k in enumerate(zip(asked.areas, asked.parties, strict=True))}
        out.append(np.array([row.get(k, -1) for k in of], dtype=np.int64))
    return Lines(*out)


def _names(layout: Layout) -> list[tuple[str, str]]:
    return [(layout.councils[c], layout.parties[p]) for c, p in zip(layout.council, layout.party, strict=True)]


def add_up(lines: NDArray[np.floating] | NDArray[np.integer] | NDArray[np.bool_], rows: Index, count: int) -> Array:
    """Sum lines, shape ``(draw, line)``, into the rows that ask about them, shape ``(draw, row)``."""
    out = np.zeros((len(lines), count))
    for i in np.flatnonzero(rows >= 0):
        out[:, rows[i]] += lines[:, i]
    return out


def chances(questions: Questions, lines: Lines, layout: Layout, after: NDArray[np.int64]) -> Array:
    """Probability of each row of control, from draws of all seats afterwards; shape ``(row,)``."""
    asked = questions.control
    won = add_up(in_control(after, layout.council, layout.total), lines.control, len(asked))
    return with_none(asked, won.mean(axis=0))


def with_none(asked: Asked, chance: Array) -> Array:
    """Fill in the chance of no overall control: what the parties leave."""
    out = chance.copy()
    none = {c: i for i, (c, p) in enumerate(zip(asked.areas, asked.parties, strict=True)) if p == NOC}
    for i in none.values():
        out[i] = 0.0
    for i, c in enumerate(asked.areas):
        if i != none[c]:
            out[none[c]] += chance[i]
    for i in none.values():
        out[i] = max(0.0, 1.0 - out[i])
    return out
