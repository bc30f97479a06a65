"""A night stopped at a checkpoint, as a method that makes one forecast of every ward sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.types import Declared
from projection.counting import Count, count_contest, elect
from projection.known import contest_weights, declared_share_table
from projection.layout import Index, Layout, lay_out, slot_lines
from projection.seating import Beyond, Seating, extra_pairs, seat
from projection.session import Session

Array = NDArray[np.float64]

_NOTHING = Beyond((), (), np.zeros((1, 0, 0), dtype=np.int16))


@dataclass(frozen=True, slots=True)
class Scene:
    """What has declared, counted; the rest open.

    Attributes
    ----------
    line
        Line of each slot, -1 where there is none; shape ``(n, s)``.
    seating
        Seats that are certain, in a single draw.
    shares
        Declared shares, NaN elsewhere; shape ``(n, s)``.
    weight
        Votes that each contest cast or is expected to cast; shape ``(n,)``.
    """

    session: Session
    declared: Declared
    counts: Mapping[str, Count]
    layout: Layout
    line: Index
    seating: Seating
    shares: Array
    weight: Array

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which contests have declared; shape ``(n,)``."""
        return np.isfinite(self.shares).any(axis=1)

    @property
    def open_seats(self) -> NDArray[np.bool_]:
        """Contests whose seats are still to be given: not declared, nor in a council that declared by totals."""
        slots = self.session.design.slots
        settled = np.array([c in self.seating.settled for c in slots.council_names], dtype=bool)
        return ~self.known & ~settled[slots.councils]


@dataclass(frozen=True, slots=True)
class Point:
    """One forecast of the whole night: seats won and votes by line of the scene's layout."""

    seats: Array
    votes: Array


def set_scene(session: Session, declared: Declared) -> Scene:
    """Count what has declared."""
    election, design = session.election, session.design
    counts = {
        b: count_contest(votes, election.contests[b].seats, declared.lots.get(b))
        for b, votes in declared.contests.items()
    }
    beyond = [(c, p) for c in design.totals_names for p in design.columns]
    layout = lay_out(election, [*extra_pairs(declared, _NOTHING), *beyond])
    return Scene(
        session=session,
        declared=declared,
        counts=counts,
        layout=layout,
        line=slot_lines(layout, design.slots),
        seating=seat(layout, declared, counts, _NOTHING, design.slots, seed=0, draws=1),
        shares=declared_share_table(session, declared),
        weight=contest_weights(session, declared),
    )


def count_point(
    scene: Scene, shares: Array, beyond: Mapping[tuple[str, str], float], in_parts: NDArray[np.bool_] | None = None
) -> Point:
    """Seats and votes from one forecast of every contest's shares.

    Parameters
    ----------
    shares
        Shares of the best candidates; shape ``(n, s)``; those of declared contests are not looked at.
    beyond
        Seats that councils known by totals fill beyond the pack's contests, by council and column of the model.
    in_parts
        Contests whose seats are given in parts and not to those ahead; shape ``(n,)``; None for none.

    A slate's further candidates follow its best one at the mean gaps learned from earlier elections.
    """
    design, kernel, layout = scene.session.design, scene.session.kernel, scene.layout
    votes = np.where(scene.known[:, None], scene.shares, shares)
    cast = np.nan_to_num(scene.weight[:, None] * votes)
    stands = scene.line >= 0
    by_line = np.bincount(scene.line[stands], cast[stands], minlength=len(layout.council))
    seats = scene.seating.seats.copy()
    loose = np.zeros(len(shares), dtype=bool) if in_parts is None else in_parts
    contests = np.flatnonzero(scene.open_seats & ~loose)
    if len(contests):
        # One group: contests of one council are one thread's, and a single draw needs no more.
        elect(
            candidate_votes(np.nan_to_num(votes), kernel.slot, kernel.gap)[None],
            contests,
            np.array([0, len(contests)], dtype=np.int64),
            design.slots.seats,
            kernel.slot,
            scene.line,
            seats,
            np.zeros(scene.line.shape, dtype=np.int64),
        )
    out = seats[0].astype(np.float64)
    parts = np.where((scene.open_seats & loose)[:, None], expected_seats(scene.session, np.nan_to_num(votes)), 0.0)
    out += np.bincount(scene.line[stands], parts[stands], minlength=len(out))
    for (council, column), number in beyond.items():
        if council not in scene.seating.settled:
            out[layout.line[council, column]] += number
    return Point(out, by_line)


def expected_seats(session: Session, shares: Array) -> Array:
    """Seats of each slate in parts, as seats exaggerate votes, and no more than it has candidates; shape ``(n, s)``."""
    design = session.design
    weight = np.where(design.slots.party >= 0, shares, 0.0) ** design.hyper.signal["seats exaggeration"]
    room = design.slots.candidates.astype(np.float64)
    out = np.zeros(shares.shape)
    left = np.minimum(design.slots.seats, room.sum(axis=1)).astype(np.float64)
    # What a full slate cannot take goes to the others; no ward has more than a handful of full ones.
    for _ in range(6):
        open_to = np.where(room - out > 1e-9, weight, 0.0)
        total = open_to.sum(axis=1, keepdims=True)
        out = np.minimum(out + left[:, None] * open_to / np.where(total > 0, total, 1.0), room)
        left = np.minimum(design.slots.seats, room.sum(axis=1)) - out.sum(axis=1)
    return out


def candidate_votes(shares: Array, slot: Index, gap: NDArray[np.float32]) -> NDArray[np.float32]:
    """Votes of every candidate, each behind the one before by the mean gap; shape ``(n, candidate)``."""
    out = np.take_along_axis(shares, np.maximum(slot, 0), axis=1)
    lag = np.zeros(len(slot))
    for q in range(slot.shape[1]):
        lag = np.where(gap[:, q] == 0, 0.0, lag + gap[:, q])
        out[:, q] *= np.exp(-lag)
    return np.where(slot >= 0, out, 0.0).astype(np.float32)


def declared_councils(scene: Scene) -> set[str]:
    """Councils all of whose seats are known, as tables of a projection count them."""
    election = scene.session.election
    waiting = {election.contests[b].council for b in scene.session.design.slots.ballots if b not in scene.counts}
    told: Sequence[str] = [c for c in scene.layout.councils if election.councils[c].detail == "wards"]
    return {c for c in told if c not in waiting} | set(scene.seating.settled)
