"""Who controls a council whose table lumps parties together: a lump of several parties is no party with a majority."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from seeds.build.composition import as_composition
from seeds.checks import OTHERS as LUMP
from seeds.outcome import CouncilResult
from seeds.types import Council, CouncilHistory

#: A term, with the year by which the polls of 2020 were put off.
_TERM = dt.timedelta(days=5 * 366)
#: Part of a council's seats below which a day had by-elections alone.
_ORDINARY = 0.2


def settled(
    control: str | None, seats: Mapping[str, int] | None, winners: Mapping[str, int], year: int
) -> tuple[str | None, str]:
    """Control with what is known of the parties in the lump, and a remark; unchanged where the lump has no majority.

    Parameters
    ----------
    control, seats
        As the table tells them after May of ``year``.
    winners
        Seats by party as they were last fought, as far as known.
    """
    if control != LUMP or seats is None:
        return control, ""
    total, lump = sum(seats.values()), seats[LUMP]
    won = {p: n for p, n in winners.items() if p != LUMP and LUMP in as_composition({p: 1}, seats, year)}
    # As many as one party can have if it has all the seats of the lump of which nobody else is known to have won any.
    most = max((lump - (sum(won.values()) - n) for n in won.values()), default=lump)
    if 2 * most <= total:
        return "NOC", f"the {lump} seats of {LUMP} are several parties', none of which has a majority"
    return None, f"who has a majority is not known: the {lump} seats of {LUMP} may be one party's or several"


def last_winners(past: Iterable[CouncilHistory], total: int | None, date: dt.date) -> Counter[str]:
    """Seats by party at the elections before ``date`` in which those of the council were last fought, as far as known.

    Newest first, until they make up the council; days of by-elections alone are left out.
    """
    won: Counter[str] = Counter()
    for h in sorted(past, key=lambda h: h.date, reverse=True):
        if h.date < date - _TERM or h.date >= date or won.total() >= (total or 0):
            break
        if (h.seats or 0) >= _ORDINARY * (total or 0):
            won.update(h.won)
    return won


def settle(
    council: Council, result: CouncilResult, past: Sequence[CouncilHistory], date: dt.date
) -> tuple[Council, CouncilResult]:
    """A council and its result with control settled before and after, as far as earlier winners tell; said in notes."""
    before = last_winners(past, sum((council.seats_before or {}).values()), date)
    control, why = settled(council.control_before, council.seats_before, before, date.year - 1)
    if why:
        note = "; ".join(filter(None, [council.note, f"control before: {why}"]))
        council = replace(council, control_before=control, note=note)
    won, all_seats = Counter(result.seats_won or {}), sum((result.seats_after or {}).values())
    after = won + last_winners(past, all_seats - won.total(), date)
    control, why = settled(result.control_after, result.seats_after, after, date.year)
    if why:
        note = "; ".join(filter(None, [result.note, f"control after: {why}"]))
        result = replace(result, control_after=control, note=note)
    return council, result


def control_line(councils: Iterable[Council]) -> list[str]:
    """Of which councils control before is not known, or none's, because the table has several parties in one."""
    told = [c for c in councils if "control before: " in c.note]
    if not told:
        return []
    words = "; ".join(f"{c.name} {'no overall control' if c.control_before else 'not known'}" for c in told)
    return [f"control before, where parties that our table puts together have a majority: {words} (see councils.csv)"]
