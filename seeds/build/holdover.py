"""Who holds the seats that are not up tonight.

Two ways: from the list of councillors of the year before, which says of every seat when it is next up; and, where
there is no such list, the seats after the election less those won in it. The second is derived from later data, but
what it states was known to all before the polls closed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seeds.build.composition import Councillor, as_composition, listed_ward
from seeds.compositions import Composition
from seeds.labels import in_order
from seeds.readers.contest import SourceContest

DERIVED = "held over: seats after less seats won, known to all before the polls closed, derived afterwards"
LISTED = "held over: councillors of {year} whose seats were not up"


@dataclass(frozen=True, slots=True)
class HeldOver:
    """Seats not up, by party (None: unknown), how they were found, and whether the second way agrees (None: no way)."""

    seats: dict[str, int] | None
    how: str
    agrees: bool | None = None


def _listed(
    known: Sequence[Councillor], contests: Sequence[SourceContest], up: set[str], held: int
) -> dict[str, int] | None:
    """Count the listed councillors whose seats are not up; None unless exactly ``held`` of them are left.

    A ward that fills more seats than come up by the calendar has a vacancy: one of its other councillors has left.
    Which one is known only if all of them are of one party.
    """
    rest: dict[str, list[str | None]] = {}
    due: Counter[str] = Counter()
    for c in known:
        if c.next_election in up:
            due[c.ward] += 1
        else:
            rest.setdefault(c.ward, []).append(c.party)
    if not due and len(known) != held + sum(c.seats for c in contests):
        return None
    for contest in contests:
        ward = listed_ward(contest.ward)
        for _ in range(contest.seats - due[ward]):
            others = rest.get(ward, [])
            if None in others:
                others.remove(None)
            elif len(set(others)) == 1:
                others.pop()
            else:
                return None
    counted = Counter(p for parties in rest.values() for p in parties if p)
    if sum(counted.values()) != held:
        return None
    return {p: counted[p] for p in in_order(frozenset(counted))}


def _derived(after: Composition | None, won: Mapping[str, int], year: int, held: int) -> dict[str, int] | None:
    if after is None:
        return None
    less = as_composition(won, after.seats, year)
    left = {p: after.seats.get(p, 0) - less.get(p, 0) for p in {*after.seats, *less}}
    if any(n < 0 for n in left.values()) or sum(left.values()) != held:
        return None
    return {p: left[p] for p in in_order(frozenset(left)) if left[p]}


def held_over(
    contests: Sequence[SourceContest],
    date: dt.date,
    total: int,
    before: Sequence[Councillor],
    after: Composition | None,
    whole: bool,
) -> HeldOver:
    """Find who holds the seats of one council that are not up tonight.

    Parameters
    ----------
    contests
        Tonight's contests of the council, with their results (used by the second way only).
    date
        Polling day.
    total
        Seats of the council.
    before
        Councillors as listed the year before; empty if there is no list.
    after
        Composition after the election, if known.
    whole
        Whether the whole council is elected: then no seat is held over.
    """
    if whole:
        return HeldOver({}, "")
    held = total - sum(c.seats for c in contests)
    won: Counter[str] = Counter()
    for c in contests:
        won.update(c.won())
    derived = _derived(after, won, date.year, held)
    # The lists were corrected later: a seat that was up tonight may already bear the date of its next turn.
    up = {date.isoformat(), *(d.isoformat() for d in _next_turn(date))}
    listed = _listed(before, contests, up, held) if before else None
    if listed is not None:
        agrees = None if derived is None else as_composition(listed, derived, date.year) == derived
        return HeldOver(listed, LISTED.format(year=date.year - 1), agrees)
    if derived is not None:
        return HeldOver(derived, DERIVED)
    return HeldOver(None, "held over: unknown")


def _next_turn(date: dt.date) -> list[dt.date]:
    """The first Thursday of May four years on."""
    first = dt.date(date.year + 4, 5, 1)
    return [first + dt.timedelta(days=(3 - first.weekday()) % 7)]
