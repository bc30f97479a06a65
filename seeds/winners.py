"""Seats from the votes of one contest, exactly: plurality in single-member and multi-member contests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import index

from seeds.errors import ArgumentError
from seeds.types import Votes


@dataclass(frozen=True, slots=True)
class Count:
    """Seats won in one contest.

    ``seats`` are those that the votes decide. Where candidates of several parties tie for the last seats,
    ``lot`` maps each party to its tied candidates and ``lot_seats`` says how many of them are elected; both are
    empty otherwise.
    """

    seats: Mapping[str, int]
    lot: Mapping[str, int] = field(default_factory=dict)
    lot_seats: int = 0


def count_contest(votes: Votes, seats: int, elected: Mapping[str, int] | None = None) -> Count:
    """Count one contest by plurality: the ``seats`` candidates with the most votes are elected.

    Parameters
    ----------
    votes
        Votes (or percentages) of every candidate by party.
    seats
        Seats to be filled; if fewer stand, all are elected and the rest stays vacant.
    elected
        Seats by party as the returning officer declared them. Used only where votes tie for the last seats, and
        only if the votes allow it: a lot decides ties, never the count.

    Raises
    ------
    ArgumentError
        If votes or seats are no numbers.

    Returns
    -------
    Count
        With an open ``lot`` where votes tie between parties and ``elected`` does not settle it.
    """
    try:
        ranked = sorted(((v, p) for p, vs in votes.items() for v in vs), key=lambda x: -x[0])
        filled = min(index(seats), len(ranked))
    except (AttributeError, TypeError):
        raise ArgumentError(
            f"votes {votes!r} and seats {seats!r} are no contest; give votes by party and a whole number, such as "
            "{'Lab': (950, 700), 'Con': (800,)} and 2"
        ) from None
    if filled <= 0:
        return Count({})
    last = ranked[filled - 1][0]
    sure = _by_party(p for v, p in ranked if v > last)
    tied = _by_party(p for v, p in ranked if v == last)
    open_seats = filled - sum(sure.values())
    if sum(tied.values()) == open_seats or len(tied) == 1:
        party = next(iter(tied))
        drawn = tied if len(tied) > 1 else {party: open_seats}
        return Count({p: sure.get(p, 0) + drawn.get(p, 0) for p in sure | drawn})
    if (
        elected
        and sum(elected.values()) == filled
        and all(sure.get(p, 0) <= n <= sure.get(p, 0) + tied.get(p, 0) for p, n in elected.items())
        and all(elected.get(p, 0) >= n for p, n in sure.items())
    ):
        return Count({p: n for p, n in elected.items() if n})
    return Count(sure, tied, open_seats)


def _by_party(parties: object) -> dict[str, int]:
    out: dict[str, int] = {}
    for p in parties:  # type: ignore[attr-defined]
        out[p] = out.get(p, 0) + 1
    return out
