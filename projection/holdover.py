"""The seats that are not up tonight, drawn where nobody tells them.

They are the seats before less those that are up. Who won the latter when they were last fought is known of many wards,
and most of these seats are still their winners'; the rest is drawn from the seats before, a random part of the council.

A council's composition afterwards, where it is declared, is the last word on who sits there: what was held over has to
fit into it, as members change sides and small parties go by other names.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.types import CouncilTotals
from projection.layout import Index, Layout
from projection.lumps import LUMP, TOLD_APART
from seeds.defended import seats_defended

Seats = NDArray[np.int16]

#: Part of the seats that still are, a year before they are up again, of the party that won them three years earlier.
#: In 23 councils of 2012 and 2014 that tell both, 426 of 461 were.
STAY = 0.92
#: Part of the seats not up that change party between the May before and tonight. In England in 2017 and 2019 the three
#: main parties lost 20 of 6,188 so; small parties' names change far more, which :func:`fit_in` sees by itself.
CHANGED = 0.004


def draw_held(
    layout: Layout,
    c: int,
    lines: Index,
    up: int,
    later: Index | None,
    rng: np.random.Generator,
    draws: int,
) -> Seats | None:
    """Seats held over in a council where they are unknown, shape ``(draw, line)``; None if nothing can be said.

    Parameters
    ----------
    c, lines
        The council and its lines in the layout.
    up
        Its seats that are up.
    later
        Seats afterwards by line (:func:`after`), where they are declared: only those can have been held over.
    """
    if not layout.before_known[c] or not layout.total[c]:
        return None
    before = layout.before[lines]
    pool = before if later is None else np.minimum(before, later)
    stay = min(max(int(layout.total[c] - up), 0), int(pool.sum()))
    council = layout.election.councils[layout.councils[c]]
    defended = seats_defended(layout.election, council)
    known = np.array([defended[layout.parties[layout.party[i]]] for i in lines], dtype=np.int64)
    # Seats that went since cannot have been held over, whoever won them.
    gone = (np.minimum(known, before) - (before - pool)).clip(min=0)
    return _leave(pool, gone, int(pool.sum()) - stay, rng, draws)


def _leave(pool: Index, known: Index, up: int, rng: np.random.Generator, draws: int) -> Seats:
    """What is left of ``pool``, shape ``(line,)``, when ``up`` are taken, most of the ``known`` among them."""
    taken = rng.binomial(known, STAY, size=(draws, len(pool)))
    # Should more be known than can be up, one party after another gives way.
    taken = np.diff(np.minimum(np.cumsum(taken, axis=1), up), axis=1, prepend=0)
    left = pool - taken
    return (left - _at_random(up - taken.sum(axis=1), left, rng)).astype(np.int16)


def fit_in(held: Seats, room: Room, rng: np.random.Generator) -> Seats:
    """Seats held over as the composition afterwards leaves room for them.

    Parameters
    ----------
    held
        As they were before tonight; shape ``(draw, line)``.
    room
        What is known of the council afterwards.

    Returns
    -------
    array
        Shape ``(draw, line)``; each draw has ``room.stay`` seats, none of them outside ``room``.

    A seat whose party has no room left is now another's: first of one that the seats before did not tell apart, as
    small parties go under "Oth" in one list and by name in another, then of any.
    """
    kept = np.clip(held - rng.binomial(np.maximum(held, 0), CHANGED), room.least, room.most)
    gap = room.stay - kept.sum(axis=1)
    for who in (room.unnamed, np.ones_like(room.unnamed)):
        more = _at_random(np.maximum(gap, 0), (room.most - kept) * who, rng)
        kept, gap = kept + more, gap - more.sum(axis=1)
    kept -= _at_random(np.maximum(-gap, 0), kept - room.least, rng)
    return kept.astype(np.int16)


@dataclass(frozen=True, slots=True)
class Room:
    """What a declared composition says of the seats held over.

    Attributes
    ----------
    least, most
        Fewest and most of each line; shape ``(line,)``.
    unnamed
        Lines that the seats before lump together or do not name; shape ``(line,)``.
    stay
        How many there are in all.
    """

    least: Index
    most: Index
    unnamed: NDArray[np.bool_]
    stay: int


def room_in(layout: Layout, lines: Index, later: Index, up: int, sure: Index) -> Room:
    """The room that a council's composition afterwards leaves for seats held over.

    Parameters
    ----------
    lines
        Of the council.
    later
        Seats afterwards, from :func:`after`; shape ``(line,)``.
    up
        Its seats that are up.
    sure
        Seats that declared wards have given already; shape ``(line,)``.
    """
    council = layout.councils[layout.council[lines[0]]]
    stay = int(np.clip(later.sum() - up, 0, later.sum()))
    names = [layout.parties[layout.party[i]] for i in lines]
    unnamed = np.array([p == LUMP for p in names], dtype=bool) | ((layout.before[lines] + layout.held[lines]) == 0)
    # No party wins more seats tonight than it has candidates, and none fewer than its declared wards gave it; where
    # names of small parties make that impossible, it is not known who is who.
    can_win = _can_win(layout, council, names)
    least, most = np.maximum(later - can_win, 0), np.maximum(later - sure, 0)
    if least.sum() > stay or (least > most).any():
        least = np.zeros_like(later)
    if most.sum() < stay:
        most = later
    return Room(least, most, unnamed, stay)


def _can_win(layout: Layout, council: str, names: list[str]) -> Index:
    """Most seats of each party tonight, by its candidates; without a bound for "Oth" and where wards are not known."""
    everything = np.iinfo(np.int32).max
    if layout.election.councils[council].detail != "wards":
        return np.full(len(names), everything, dtype=np.int64)
    contests = layout.election.contests_of(council)
    return np.array(
        [everything if p == LUMP else sum(min(c.seats, c.standing.get(p, 0)) for c in contests) for p in names],
        dtype=np.int64,
    )


def _at_random(number: Index, pool: Index, rng: np.random.Generator) -> Index:
    """So many taken from each draw's ``pool``, shape ``(draw, line)``, at random and without replacement."""
    wanted = np.minimum(number, pool.sum(axis=1))
    others = pool.sum(axis=1)
    out = np.zeros_like(pool)
    for k in range(pool.shape[1]):
        others = others - pool[:, k]
        out[:, k] = rng.hypergeometric(pool[:, k], others, wanted)
        wanted = wanted - out[:, k]
    return out


def after(layout: Layout, totals: CouncilTotals, lines: Index) -> Index:
    """Seats of the council afterwards by line, as it declared them."""
    return np.array([(totals.seats_after or {}).get(layout.parties[layout.party[i]], 0) for i in lines], dtype=np.int64)


def apart_from_lump(layout: Layout, totals: CouncilTotals, lines: Index, later: Index, sure: Index) -> Index:
    """Seats afterwards by line, where those that declared wards gave a party which the composition lumps are its own.

    The lump keeps the rest, so that no total changes. A lump with a majority stays whole: whether it is one party's
    then, and control its, cannot be told from what single wards gave.

    Parameters
    ----------
    later
        From :func:`after`; shape ``(line,)``.
    sure
        Seats that declared wards have given already; shape ``(line,)``.
    """
    names = [layout.parties[layout.party[i]] for i in lines]
    named = TOLD_APART | (totals.seats_after or {}).keys()
    moved = np.where([p in named for p in names], 0, sure)
    lump = np.array([p == LUMP for p in names], dtype=np.int64)
    # More than the lump has is a contradiction, of which the guards tell.
    if not 0 < moved.sum() <= (left := int(later @ lump)) or 2 * left > later.sum():
        return later
    return later + moved - moved.sum() * lump
