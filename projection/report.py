"""A projection in words and tables for a terminal. Colour is never the only signal."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from typing import IO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from projection.result import LUMP, CouncilProjection, Projection
from projection.summary import Summary

#: Width where there is no terminal to ask.
WIDTH = 118
PARTY_ROWS = 12
COUNCIL_ROWS = 20
_COLOUR = {
    "Con": "blue",
    "Lab": "red",
    "LD": "yellow",
    "Grn": "green",
    "UKIP": "magenta",
    "Ref": "cyan",
    "SNP": "bright_yellow",
    "PC": "bright_green",
}


def console(file: IO[str] | None = None) -> Console:
    """A console that colours only a terminal and leaves numbers alone."""
    out = file or sys.stdout
    return Console(file=out, highlight=False, width=None if out.isatty() else WIDTH, soft_wrap=False)


def chance(p: float, *, certain: bool = False) -> str:
    """A probability as people read it: never 0% or 100% of what has not happened."""
    if certain and p in (0.0, 1.0):
        return "yes" if p else "no"
    if p < 0.01:
        return "<1%"
    if p > 0.99:
        return ">99%"
    return f"{100 * p:.0f}%"


def interval(s: Summary, digits: int = 0, signed: bool = False) -> str:
    """Median with the 90% interval in brackets; the number alone once it is certain."""
    form = f"{'+' if signed else ''},.{digits}f"

    def number(x: float) -> str:
        x = round(x, digits) + 0.0  # no minus zero
        return "0" if signed and x == 0 and digits == 0 else f"{x:{form}}"

    if s.p05 == s.p95:
        return number(s.p50)
    return f"{number(s.p50)} ({number(s.p05)} to {number(s.p95)})"


def headline(projection: Projection) -> str:
    """How much has declared, what is missing, and what the clock is worth."""
    d = projection.declared
    clock = f"{projection.as_of:%H:%M on %-d %B}" if projection.as_of else "No time known"
    left = d.councils_of - d.councils
    to_come = f"{left} councils to come" if left else "all councils in"
    return (
        f"{clock}: {d.councils} of {d.councils_of} councils and {d.contests:,} of {d.contests_of:,} ward contests "
        f"declared, {to_come}."
    )


def scope_words(projection: Projection) -> str:
    """What the totals cover, in one paragraph."""
    s = projection.scope
    words = (
        f"Seats: {s.councils} of {s.councils_of} councils, {s.seats:,} seats up. Votes: {s.share_contests:,} ward "
        f"contests. Change: {s.net_councils} councils. Control: {s.control_councils} councils."
    )
    if s.net_lumped:
        words += f" Change of {LUMP} holds all parties that the seats before do not tell apart."
    if s.held_drawn:
        words += f" Seats held over are unknown in {s.held_drawn} councils and drawn from the seats before."
    return f"{projection.scope.words} {words}".strip()


def parties_table(projection: Projection, rows: int = PARTY_ROWS, truth: Projection | None = None) -> Table:
    """Votes, seats and change by party, each with its 90% interval and what it compares with.

    ``truth`` adds the same seats and change once all had declared.
    """
    table = Table(title=f"{projection.name}: projection", title_justify="left", caption_justify="left")
    table.add_column("Party", overflow="fold")
    for name in ("Votes %", "Seats", "Were up", "Change"):
        table.add_column(name, justify="right")
    if truth is not None:
        table.add_column("Result: seats", justify="right")
        table.add_column("change", justify="right")
    parties = list(projection.seats)
    for party in parties[:rows]:
        share, net = projection.shares.get(party), projection.net.get(party)
        missing = f"in {LUMP}" if party in projection.scope.net_lumped else "unknown"
        table.add_row(
            Text(party, style=_COLOUR.get(party, "")),
            interval(share, 1) if share else "",
            interval(projection.seats[party]),
            f"{projection.before.get(party, 0):,}" if net else missing,
            interval(net, signed=True) if net else missing,
            *(() if truth is None else _result(truth, party)),
        )
    if rest := parties[rows:]:
        seats = sum(projection.seats[p].mean for p in rest)
        table.caption = f"and {len(rest)} more parties with {seats:,.0f} seats between them on average"
    return table


def _result(truth: Projection, party: str) -> tuple[str, str]:
    seats, net = truth.seats.get(party), truth.net.get(party)
    return interval(seats) if seats else "0", interval(net, signed=True) if net else ""


def councils_table(councils: Iterable[CouncilProjection], rows: int = COUNCIL_ROWS) -> Table | None:
    """Who will run the councils, those in doubt or about to change first; None if nothing can be said."""
    called = sorted((c for c in councils if c.control), key=_interest, reverse=True)
    if not called:
        return None
    table = Table(title="Control of councils", title_justify="left", caption_justify="left")
    for name in ("Council", "", "Before", "After", "Seats after"):
        table.add_column(name, overflow="fold")
    for council in called[:rows]:
        certain = council.state == "declared"
        after = "  ".join(
            p if certain and v == 1.0 else f"{p} {chance(v)}" for p, v in list(council.control.items())[:3]
        )
        largest = sorted(council.after.items(), key=lambda x: -x[1].mean)[:4]
        seats = ", ".join(f"{p} {interval(s)}" for p, s in largest if s.p95 > 0)
        table.add_row(council.name, council.state, council.control_before or "unknown", after, seats)
    if len(called) > rows:
        table.caption = f"and {len(called) - rows} more (--councils {len(called)} shows them)"
    return table


def _interest(council: CouncilProjection) -> tuple[float, float, str]:
    """Doubt first, then change."""
    doubt = -sum(p * math.log(p) for p in council.control.values() if p > 0)
    favourite = next(iter(council.control))
    changes = council.control_before is not None and favourite != council.control_before
    return (doubt + 0.7 * changes, council.seats_total or 0, council.council)


def print_projection(
    projection: Projection, out: Console, councils: int = COUNCIL_ROWS, truth: Projection | None = None
) -> None:
    """Headline, parties, councils, and the small print."""
    out.print(headline(projection), style="bold")
    if projection.time_note:
        out.print(projection.time_note, style="italic")
    out.print(parties_table(projection, truth=truth))
    if councils and (table := councils_table(projection.councils.values(), councils)):
        out.print(table)
    out.print(f"Medians with 90% intervals, from {projection.draws:,} draws, seed {projection.seed}.")
    out.print(scope_words(projection))
    if lots := projection.diagnostics.get("open_lots"):
        out.print(f"Tied for the last seat, lot unknown: {', '.join(lots)}.")
