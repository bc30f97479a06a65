"""A projection in words and tables for a terminal. Colour is never the only signal."""

from __future__ import annotations

import math
import os
import sys
from dataclasses import replace
from typing import IO

from rich.console import Console
from rich.table import Table

from models.health import trouble_words, unlike_words
from projection.hindsight import Hindsight, came_true, control_right
from projection.lumps import perhaps_one
from projection.narrow import Sheet, figure_tables, text_table
from projection.pns_report import print_national
from projection.result import LUMP, NOC, CouncilProjection, Projection
from projection.summary import Summary
from projection.words import chance as chance
from projection.words import change
from projection.words import interval as interval

#: Width where there is no terminal to ask.
WIDTH = 132
PARTY_ROWS = 12
#: Parties with a change of their own that are shown however few rows there are.
APART = 8
OTHERS = "All others"
COUNCIL_ROWS = 20
#: Parties of a council in the table of control.
LARGEST = 4
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
    """A console that colours only a terminal and leaves numbers alone.

    As wide as the terminal; where there is none, as ``COLUMNS`` says, else :data:`WIDTH`.
    """
    out = file or sys.stdout
    width = None if out.isatty() else _columns() or WIDTH
    return Console(file=out, highlight=False, width=width, soft_wrap=False)


def _columns() -> int:
    """The environment's ``COLUMNS``; 0 where it is no number."""
    text = os.environ.get("COLUMNS", "")
    return int(text) if text.isascii() and text.isdigit() else 0


def headline(projection: Projection) -> str:
    """How much has declared, what is missing, and what the clock is worth."""
    d = projection.declared
    clock = (
        f"{projection.as_of:%H:%M} on {projection.as_of.day} {projection.as_of:%B}"
        if projection.as_of
        else "No time known"
    )
    left = d.councils_of - d.councils
    to_come = f"{left} councils to come" if left else "all councils in"
    return (
        f"{clock}: {d.councils} of {d.councils_of} councils and {d.contests:,} of {d.contests_of:,} ward contests "
        f"declared, {to_come}."
    )


def health_words(projection: Projection) -> str:
    """What to say of a fit that did not come out well, or of a night unlike earlier ones; empty where neither is so."""
    ill = trouble_words(projection.diagnostics)
    if not ill:
        return unlike_words(projection.diagnostics)
    return (
        f"THIS FIT IS NOT HEALTHY: {ill}. Do not quote these figures; project again with "
        "another seed or when more has declared, and report it (pns show --json: diagnostics)."
    )


def scope_words(projection: Projection) -> str:
    """What the totals cover, in one paragraph."""
    s = projection.scope
    words = (
        f"{s.words} Votes: {s.share_contests:,} ward contests. Change: {s.net_councils} councils. "
        f"Control: {s.control_councils} councils. {s.net_words}"
    )
    if s.net_lumped:
        words += f" {OTHERS} are the parties that the seats before do not tell apart."
    if s.held_drawn:
        words += (
            f" Seats held over are unknown in {s.held_drawn} councils and drawn from the seats before; "
            "who won tonight's seats when they were last fought is taken into account where it is known."
        )
    return words


def were_up(projection: Projection, party: str) -> str:
    """Seats of a party that were up; those that no one knows, and that are drawn, as about so many."""
    about = "~" if party in projection.scope.before_drawn else ""
    return f"{about}{projection.before.get(party, 0):,}"


def about_words(projection: Projection) -> str:
    """What the mark of :func:`were_up` means; empty where it stands nowhere."""
    if not projection.scope.net_councils or not set(projection.scope.before_drawn) & projection.net.keys():
        return ""
    return "~: on average, since seats not up are drawn where no one knows them; it moves as councils declare"


def parties_table(projection: Projection, rows: int = PARTY_ROWS, width: int = WIDTH) -> Table:
    """Votes, seats and change by party, each with its 90% interval and what it compares with."""
    return parties_tables(projection, rows, None, width)[0]


def parties_tables(
    projection: Projection, rows: int = PARTY_ROWS, truth: Projection | None = None, width: int = WIDTH
) -> list[Table]:
    """:func:`parties_table`, and with ``truth`` the same seats and change once all had declared.

    These stand in the same table, or, where ``width`` is too small for it, in a second one.
    """
    sheet = _parties(projection, rows, truth)
    if truth is None:
        return figure_tables(sheet, width)
    own = replace(sheet.part(sheet.title, range(1, 6)), caption=sheet.caption)
    return figure_tables(sheet, width, [own, sheet.part("Beside the result", (2, 6, 4, 7))])


def _parties(projection: Projection, rows: int, truth: Projection | None) -> Sheet:
    scope = projection.scope
    # Where change is known of some councils only, its columns say so: they do not add to the seats beside them.
    part = f"\nin {scope.net_councils} councils" if scope.net_councils < scope.councils else ""
    heads = ["Party", "Ward votes %", "Seats", f"Were up{part}", f"Change {scope.net_label}{part}", "Councils"]
    if truth is not None:
        heads += ["Result: seats", "Result: change"]
    lines: list[tuple[str, ...]] = []
    styles = []

    def add(name: str, party: str, seats: Summary | None, compare: bool) -> None:
        share, net, councils = (x.get(party) for x in (projection.shares, projection.net, projection.controlled))
        compare = compare and bool(scope.net_councils)
        if name == OTHERS:
            share = councils = None
        styles.append(_COLOUR.get(party, ""))
        lines.append(
            (
                name,
                interval(share, 1) if share else "",
                interval(seats) if seats else "0",
                were_up(projection, party) if compare and net else "",
                change(net, seats, projection.before.get(party, 0)) if compare else "",
                interval(councils) if councils and councils.p95 else "",
                *(() if truth is None else _result(truth, party, name == OTHERS, compare)),
            )
        )

    # Where change cannot be told apart, those parties stand together, and below, each with its seats alone.
    apart, single = told_apart(projection, rows)
    for party in apart:
        add(party, party, projection.seats[party], True)
    if projection.others:
        add(OTHERS, LUMP, projection.others, True)
    room = max(rows - len(apart), 3)
    for party in single[:room]:
        add(f"  {party}", party, projection.seats[party], False)
    if projection.scope.control_councils:
        noc = interval(projection.controlled[NOC])
        lines.append(("No overall control", *[""] * 4, noc, *([] if truth is None else ["", ""])))
        styles.append("")
    shown = {*apart, *single[:room]}
    notes = []
    if rest := [p for p in projection.seats if p not in shown]:
        seats = sum(projection.seats[p].mean for p in rest)
        notes.append(f"and {len(rest)} more parties with {seats:,.0f} seats between them on average")
    if about := about_words(projection):
        notes.append(about)
    title = f"{projection.name}: projection"
    return Sheet(title, tuple(heads), tuple(lines), "\n".join(notes), tuple(styles))


def told_apart(projection: Projection, rows: int = PARTY_ROWS) -> tuple[list[str], list[str]]:
    """Parties whose change can be told, and those that the seats before lump together.

    Of the former, where a pack tells every local party apart, only those with most at stake: ``rows`` of them, or
    :data:`APART` if that is more.
    """
    lumped = {*projection.scope.net_lumped, LUMP} if projection.others else set()
    apart = [p for p in projection.seats if p not in lumped]
    kept = sorted(apart, key=lambda p: _stake(projection, p), reverse=True)[: max(rows, APART)]
    return [p for p in apart if p in kept], [p for p in projection.seats if p in lumped]


def _stake(projection: Projection, party: str) -> float:
    """Seats that a party has tonight or had before: one that loses all of many stands high."""
    return max(projection.seats[party].mean, projection.before.get(party, 0))


def _result(truth: Projection, party: str, others: bool, compare: bool) -> tuple[str, str]:
    seats, net = truth.others if others else truth.seats.get(party), truth.net.get(party)
    return interval(seats) if seats else "0", change(net, seats, truth.before.get(party, 0)) if compare else ""


def councils_table(
    projection: Projection, rows: int = COUNCIL_ROWS, width: int = WIDTH, truth: Hindsight | None = None
) -> Table | None:
    """Who will run the councils, those in doubt or about to change first; None if nothing can be said.

    With ``truth`` also who does run them, and where that was not the most likely outcome.
    """
    called = [c for c in projection.councils.values() if c.control]
    called.sort(key=_interest, reverse=True)
    if not called:
        return None
    cells = []
    for council in called[:rows]:
        certain = council.state == "declared"
        after = "  ".join(
            p if certain and v == 1.0 else f"{p} {chance(v)}" for p, v in list(council.control.items())[:3]
        )
        some = sorted(((p, s) for p, s in council.after.items() if s.p95 > 0), key=lambda x: -x[1].mean)
        seats = ", ".join(f"{p} {interval(s)}" for p, s in some[:LARGEST]) + (" …" if len(some) > LARGEST else "")
        result = [] if truth is None else [_control_result(projection, truth, council.council)]
        cells.append((council.name, council.state, council.control_before or "unknown", after, *result, seats))
    more = f"and {len(called) - rows} more (--councils {len(called)} shows them)" if len(called) > rows else None
    if any(row[-1].endswith("…") for row in cells):
        more = f"… smaller parties have seats too (pns show --council){'; ' + more if more else ''}"
    head = ("Council", "", "Before", "After", *([] if truth is None else ["Result"]), "Seats after")
    return text_table(head, cells, (), width, title="Control of councils", caption=more)


def _control_result(projection: Projection, truth: Hindsight, council: str) -> str:
    known = truth.control.get(council)
    if known is None:
        return "unknown"
    came = came_true(projection, truth, council)
    if came is None:
        return f"{known} (perhaps {next(iter(projection.control[council]))})"
    return known if came else f"{known} (missed)"


def _interest(council: CouncilProjection) -> tuple[float, float, str]:
    """Doubt first, then change; "Oth" where a party had control that it may hold is none."""
    doubt = -sum(p * math.log(p) for p in council.control.values() if p > 0)
    favourite = next(iter(council.control))
    before = council.control_before
    changes = before is not None and favourite != before and not perhaps_one(favourite, before)
    return (doubt + 0.7 * changes, council.seats_total or 0, council.council)


def print_projection(
    projection: Projection, out: Console, councils: int = COUNCIL_ROWS, truth: Hindsight | None = None
) -> None:
    """Headline, parties, councils, and the small print; with ``truth`` the result beside all that it is known of."""
    out.print(headline(projection), style="bold")
    if warning := health_words(projection):
        out.print(warning, style="bold red" if trouble_words(projection.diagnostics) else "bold")
    if projection.time_note:
        out.print(projection.time_note, style="italic")
    for table in parties_tables(projection, truth=truth.counted if truth else None, width=out.width):
        out.print(table)
    if projection.scope.net_sizes:
        out.print(projection.scope.net_sizes)
    if councils and (control := councils_table(projection, councils, out.width, truth)):
        out.print(control)
    if truth and (right := control_right(projection, truth)).of:
        out.print(right.words)
    print_national(projection, out, truth.pns if truth else {})
    out.print(f"Medians with 90% intervals, from {projection.draws:,} draws, seed {projection.seed}.")
    out.print(scope_words(projection))
    if lots := projection.diagnostics.get("open_lots"):
        out.print(f"Tied for the last seat, lot unknown: {', '.join(lots)}.")
