"""The election as columns to count in: one *line* per council and party that may hold seats there.

A night has hundreds of parties, but a council has few: lines keep ``(draw, council, party)`` small.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.types import Slots
from projection.counting import count_contest
from seeds.types import Contest, Council, Election

Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Layout:
    """Lines and what is known of them before the polls close.

    Attributes
    ----------
    councils
        Councils in scope, in the pack's order; C of them.
    parties
        Parties of the lines, in the pack's order.
    council, party
        Index of each line into ``councils`` and ``parties``; shape ``(line,)``.
    line
        Number of the line of a council and party.
    held, before
        Seats held over, and all seats before; zero where unknown; shape ``(line,)``.
    uncontested
        Seats filled without a poll; shape ``(line,)``.
    total
        All seats of each council, 0 where unknown; shape ``(C,)``.
    held_known, before_known
        Shape ``(C,)``.
    """

    election: Election
    councils: tuple[str, ...]
    parties: tuple[str, ...]
    council: Index
    party: Index
    line: dict[tuple[str, str], int]
    held: Index
    before: Index
    uncontested: Index
    total: Index
    held_known: NDArray[np.bool_]
    before_known: NDArray[np.bool_]


def in_scope(election: Election) -> tuple[str, ...]:
    """Councils whose seats can be counted: those with a plurality contest, or known by totals."""
    polled = {c.council for c in election.contests.values() if c.rule == "plurality"}
    return tuple(
        slug for slug, c in election.councils.items() if c.detail != "later" and (c.detail != "wards" or slug in polled)
    )


def holdovers(council: Council) -> dict[str, int] | None:
    """Seats not up tonight by party; none where the whole council is; None where unknown."""
    if council.held_over is not None:
        return dict(council.held_over)
    return {} if council.whole else None


def all_seats(council: Council) -> int:
    """All seats of a council, vacant ones too; 0 where unknown."""
    held = holdovers(council)
    if council.seats_total is not None:
        return council.seats_total
    return 0 if held is None or council.seats_up is None else sum(held.values()) + council.seats_up


def lay_out(election: Election, extra: Iterable[tuple[str, str]] = ()) -> Layout:
    """Lines of all councils in scope; ``extra`` adds pairs of council and party that stand in no contest."""
    councils = in_scope(election)
    inside = set(councils)
    pairs: dict[tuple[str, str], int] = {}
    walkovers: dict[tuple[str, str], int] = {}
    for contest in election.contests.values():
        if contest.council not in inside or contest.rule != "plurality":
            continue
        for party in contest.standing:
            pairs.setdefault((contest.council, party), 0)
        if contest.status == "uncontested":
            for party, seats in walkover(contest).items():
                walkovers[contest.council, party] = walkovers.get((contest.council, party), 0) + seats
    for slug in councils:
        council = election.councils[slug]
        for party in (holdovers(council) or {}) | dict(council.seats_before or {}):
            pairs.setdefault((slug, party), 0)
    for pair in extra:
        if pair[0] in inside:
            pairs.setdefault(pair, 0)
    rank = {p: i for i, p in enumerate(election.parties)}
    parties = tuple(sorted({p for _, p in pairs}, key=lambda p: (rank.get(p, len(rank)), p)))
    row, column = {c: i for i, c in enumerate(councils)}, {p: i for i, p in enumerate(parties)}
    keys = sorted(pairs, key=lambda x: (row[x[0]], column[x[1]]))
    known = [election.councils[c] for c in councils]
    return Layout(
        election=election,
        councils=councils,
        parties=parties,
        council=np.array([row[c] for c, _ in keys], dtype=np.int64),
        party=np.array([column[p] for _, p in keys], dtype=np.int64),
        line={k: i for i, k in enumerate(keys)},
        held=np.array([(holdovers(election.councils[c]) or {}).get(p, 0) for c, p in keys], dtype=np.int64),
        before=np.array([(election.councils[c].seats_before or {}).get(p, 0) for c, p in keys], dtype=np.int64),
        uncontested=np.array([walkovers.get(k, 0) for k in keys], dtype=np.int64),
        total=np.array([all_seats(c) for c in known], dtype=np.int64),
        held_known=np.array([holdovers(c) is not None for c in known], dtype=bool),
        before_known=np.array([c.seats_before is not None for c in known], dtype=bool),
    )


def walkover(contest: Contest) -> dict[str, int]:
    """Seats by party of an uncontested ward: everyone who stands is elected."""
    everyone = {p: (1.0,) * n for p, n in contest.standing.items()}
    return dict(count_contest(everyone, max(contest.seats, sum(contest.standing.values()))).seats)


def slot_lines(layout: Layout, slots: Slots) -> Index:
    """Line of each slot, -1 where there is none; shape ``(n, s)``."""
    out = np.full(slots.party.shape, -1, dtype=np.int64)
    for n, c in enumerate(slots.councils):
        council = slots.council_names[c]
        for s, p in enumerate(slots.party[n]):
            if p >= 0:
                out[n, s] = layout.line[council, slots.parties[p]]
    return out
