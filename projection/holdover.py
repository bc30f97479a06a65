"""The seats that are not up tonight, drawn where nobody tells them.

They are the seats before less those that are up. Who won the latter when they were last fought is known of many wards,
and most of these seats are still their winners'; the rest is drawn from the seats before, a random part of the council.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.types import CouncilTotals
from projection.layout import Index, Layout
from seeds.defended import seats_defended

Seats = NDArray[np.int16]

#: Part of the seats that still are, a year before they are up again, of the party that won them three years earlier.
#: In 23 councils of 2012 and 2014 that tell both, 426 of 461 were.
STAY = 0.92


def draw_held(
    layout: Layout,
    c: int,
    lines: Index,
    up: int,
    totals: CouncilTotals | None,
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
    totals
        What the council declared as a whole. With the composition afterwards only seats that are still there after can
        have been held over; with the seats won too, what was held over is what is left.
    """
    later = after(layout, totals, lines) if totals is not None and totals.seats_after else None
    if later is not None and totals is not None and totals.seats_won:
        won = np.array([totals.seats_won.get(layout.parties[layout.party[i]], 0) for i in lines])
        return np.broadcast_to(np.maximum(later - won, 0).astype(np.int16), (draws, len(lines))).copy()
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
    wanted = up - taken.sum(axis=1)
    others = left.sum(axis=1)
    for k in range(len(pool)):
        others = others - left[:, k]
        more = rng.hypergeometric(left[:, k], others, np.minimum(wanted, left[:, k] + others))
        wanted = wanted - more
        left[:, k] -= more
    return left.astype(np.int16)


def after(layout: Layout, totals: CouncilTotals, lines: Index) -> Index:
    """Seats of the council afterwards by line, as it declared them."""
    return np.array([(totals.seats_after or {}).get(layout.parties[layout.party[i]], 0) for i in lines], dtype=np.int64)
