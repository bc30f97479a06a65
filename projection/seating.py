"""Seats that need no ward to be drawn: declared contests and totals, walkovers, lots, councils known only by totals,
and the seats held over, which are drawn where no one knows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from models.types import Declared, Slots
from projection.counting import Count, draw_lots
from projection.holdover import after, apart_from_lump, draw_held, fit_in, room_in
from projection.layout import Index, Layout

Seats = NDArray[np.int16]


class Beyond(NamedTuple):
    """Seats that the model draws beyond the pack's contests; ``seats`` has shape ``(draw, council, party)``."""

    councils: tuple[str, ...]
    parties: tuple[str, ...]
    seats: Seats


@dataclass(frozen=True, slots=True)
class Seating:
    """Seats before any undeclared ward is counted.

    Attributes
    ----------
    seats, held
        Seats won tonight so far, and seats held over; shape ``(draw, line)``.
    settled
        Councils whose seats come from declared totals, not from their wards.
    modelled
        Councils of which the model draws seats.
    up
        Seats up in each council; shape ``(council,)``.
    held_known, held_drawn
        Councils whose held-over seats are known, and those where they are drawn; shape ``(council,)``.
    """

    seats: Seats
    held: Seats
    settled: frozenset[str]
    modelled: frozenset[str]
    up: Index
    held_known: NDArray[np.bool_]
    held_drawn: NDArray[np.bool_]


def extra_pairs(declared: Declared, beyond: Beyond) -> list[tuple[str, str]]:
    """Councils and parties that win seats by totals though no contest of the pack names them."""
    pairs = [(c, p) for c, t in declared.councils.items() for p in [*t.seats_won, *(t.seats_after or {})]]
    some = beyond.seats.any(axis=0)
    return pairs + [(c, beyond.parties[j]) for k, c in enumerate(beyond.councils) for j in np.flatnonzero(some[k])]


def seat(
    layout: Layout,
    declared: Declared,
    counts: Mapping[str, Count],
    beyond: Beyond,
    slots: Slots,
    *,
    seed: int,
    draws: int,
) -> Seating:
    """Everything but the undeclared wards.

    A council declared by totals takes its seats from them, unless the votes of all its wards are known too. Where the
    seats held over are unknown they are drawn (:mod:`projection.holdover`).
    """
    settled = _settled(layout, declared, slots.ballots)
    seats = np.zeros((draws, len(layout.council)), dtype=np.int16)
    seats += _exact(layout, declared, counts, settled).astype(np.int16)
    _add_lots(seats, layout, counts, settled, seed)
    up = _up(layout, slots, beyond)
    for k, council in enumerate(beyond.councils):
        if council not in settled:
            for j in np.flatnonzero(beyond.seats[:, k].any(axis=0)):
                seats[:, layout.line[council, beyond.parties[int(j)]]] += beyond.seats[:, k, int(j)]
    held = np.zeros_like(seats)
    held += layout.held.astype(np.int16)
    held_drawn = np.zeros(len(layout.councils), dtype=bool)
    won_in_wards = _exact(layout, declared, counts, set())
    for c, council in enumerate(layout.councils):
        lines = np.flatnonzero(layout.council == c)
        totals = declared.councils.get(council)
        later = after(layout, totals, lines) if totals is not None and totals.seats_after else None
        if later is not None and totals is not None and (council not in settled or totals.seats_won):
            # Who sits there afterwards has been told, and who won: the rest was held over, whatever it was before.
            held[:, lines] = later - seats[:, lines]
            held_drawn[c] = not layout.held_known[c]
            continue
        if later is None and layout.held_known[c]:
            continue
        rng = np.random.default_rng([seed, crc32(council.encode())])
        sure = won_in_wards[lines]
        if later is not None and totals is not None:
            later = apart_from_lump(layout, totals, lines, later, sure)
        if not layout.held_known[c]:
            drawn = draw_held(layout, c, lines, up[c], later, rng, draws)
            if drawn is not None:
                held[:, lines] = drawn
                held_drawn[c] = True
        if later is not None and (layout.held_known[c] or held_drawn[c]):
            held[:, lines] = fit_in(held[:, lines], room_in(layout, lines, later, int(up[c]), sure), rng)
            seats[:, lines] = later - held[:, lines]
    return Seating(seats, held, frozenset(settled), frozenset(beyond.councils), up, layout.held_known, held_drawn)


def _settled(layout: Layout, declared: Declared, ballots: tuple[str, ...]) -> set[str]:
    councils = layout.election.councils
    waiting = {layout.election.contests[b].council for b in ballots if b not in declared.contests}
    return {
        c
        for c, t in declared.councils.items()
        if (t.seats_won or t.seats_after) and (councils[c].detail != "wards" or c in waiting)
    }


def _exact(layout: Layout, declared: Declared, counts: Mapping[str, Count], settled: set[str]) -> Index:
    """Seats that are certain, by line: declared contests and totals, and wards without a poll."""
    seats = np.zeros(len(layout.council), dtype=np.int64)
    by_totals = np.array([c in settled for c in layout.councils], dtype=bool)[layout.council]
    seats[~by_totals] += layout.uncontested[~by_totals]
    for ballot, count in counts.items():
        council = layout.election.contests[ballot].council
        if council not in settled:
            for party, n in count.seats.items():
                seats[layout.line[council, party]] += n
    for council in settled:
        for party, n in declared.councils[council].seats_won.items():
            seats[layout.line[council, party]] += n
    return seats


def _add_lots(seats: Seats, layout: Layout, counts: Mapping[str, Count], settled: set[str], seed: int) -> None:
    """Draw lots that no one has told us the end of; each contest by its own stream, whatever else declares."""
    for ballot, count in counts.items():
        council = layout.election.contests[ballot].council
        if count.lot and council not in settled:
            rng = np.random.default_rng([seed, crc32(ballot.encode())])
            for party, won in draw_lots(count, len(seats), rng).items():
                seats[:, layout.line[council, party]] += won.astype(np.int16)


def _up(layout: Layout, slots: Slots, beyond: Beyond) -> Index:
    """Seats up in each council: as the pack says, else those of its wards and those that the model draws."""
    row = {c: i for i, c in enumerate(layout.councils)}
    up = np.zeros(len(layout.councils), dtype=np.int64)
    for n, c in enumerate(slots.councils):
        up[row[slots.council_names[c]]] += slots.seats[n]
    for k, council in enumerate(beyond.councils):
        up[row[council]] += beyond.seats[:1, k].sum()
    told = [layout.election.councils[c].seats_up for c in layout.councils]
    return np.array([u if t is None else t for u, t in zip(up, told, strict=True)], dtype=np.int64)
