"""The live screen of a watched night, for a terminal.

Lists are as long as the terminal is high, and on a short one, or a narrow one whose table would be long, parties have
a line each: what does not fit would be cut off at the bottom, where nobody learns that it was there.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from projection import board
from projection.due import due
from projection.pns_report import pns_words
from projection.report import about_words, headline, parties_table, were_up
from projection.result import Projection
from projection.views import doubt_lines
from projection.watch import Watch
from projection.words import change, interval
from seeds.expected import Expected

#: Terminals lower than this show parties a line each, and so many of them.
LOW, PARTIES = 40, 4


def screen(
    watch: Watch,
    *,
    width: int,
    height: int,
    expected: Mapping[str, Expected] | None = None,
    now: dt.datetime | None = None,
) -> RenderableType:
    """All that a person at the desk wants to see at a glance.

    Parameters
    ----------
    expected
        When councils are due.
    now
        Local time, to tell what is late.
    """
    clock, p = watch.clock(), watch.view
    top: list[RenderableType] = [Text(board.status(watch), style="bold reverse" if watch.failure else "")]
    lists: list[tuple[str, list[str]]] = []
    if p is not None:
        top.append(Text(headline(p), style="bold"))
        if p.pns:
            top.append(Text(f"Projected national share %: {pns_words(p)}"))
    lists.append(("What changed", [f"{board.ago(clock - at)} ago: {words}" for at, words in watch.changed]))
    if p is not None:
        lists.append(("Gained and lost, latest first", board.called(watch)))
        lists.append(("Due next", due(p, expected or {}, watch.election.date, now)))
    lists.append(("To be looked at", doubt_lines(watch.state)))
    lists = [(title, lines) for title, lines in lists if lines]
    sources = _sources(watch)
    if p is not None:
        # Every list needs its title and a line, whatever the table of parties would like.
        top.append(_parties(p, width, height, height - 1 - _height(Group(*top, sources), width) - 2 * len(lists)))
    room = height - 1 - _height(Group(*top, sources), width) - len(lists)
    shown = [_list(t, x, n) for (t, x), n in zip(lists, shares([len(x) for _, x in lists], room), strict=True)]
    return Group(*top, *shown, sources)


def shares(lengths: list[int], room: int) -> list[int]:
    """How many lines each list may show: no more than it has, at least one, the room dealt out in turn."""
    out = [min(n, 1) for n in lengths]
    while sum(out) < room and out != lengths:
        for i, n in enumerate(lengths):
            if out[i] < n and sum(out) < room:
                out[i] += 1
    return out


def _height(part: RenderableType, width: int) -> int:
    console = Console(width=width, file=io.StringIO())
    return len(console.render_lines(part))


def _parties(p: Projection, width: int, height: int, room: int) -> RenderableType:
    """The table of parties; a line each on a low terminal, or where the table takes more than ``room`` lines."""
    if height >= LOW:
        table = parties_table(p, rows=max(3, min(8, height - 38)), width=width)
        if _height(table, width) <= room:
            return table
    scope = p.scope
    part = f", in {scope.net_councils} of {scope.councils} councils" if scope.net_councils < scope.councils else ""
    lines = [
        f"{party:<5}{interval(seats)} seats"
        + (f", {change(p.net[party], seats, before)} on the {were_up(p, party)} that were up" if net else "")
        for party, seats in list(p.seats.items())[:PARTIES]
        for before in [p.before.get(party, 0)]
        for net in [party in p.net and not (p.others and party in p.scope.net_lumped)]
    ]
    about = about_words(p)
    return Text("\n".join([*lines, f"Change is {scope.net_label}{part}.{f' {about}.' if about else ''}"]))


def _list(title: str, lines: list[str], most: int) -> Text:
    """A list of ``most`` lines at most; the last one counts the rest. Long lines are cut, so that none takes two."""
    more = len(lines) - most
    shown = lines if more <= 0 else [*lines[: most - 1], f"and {more + 1} more"] if most > 1 else lines[:1]
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(title + (f" (1 of {len(lines)})" if most == 1 and more > 0 else "") + "\n", style="bold")
    text.append("\n".join(f"  {line}" for line in shown))
    return text


def _sources(watch: Watch) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("Source", "Reached", "Changed", "Trouble"):
        table.add_column(name, overflow="fold")
    for s in board.sources(watch):
        since = ["never" if x is None else f"{board.ago(x)} ago" for x in (s.reached, s.changed)]
        table.add_row(s.name, *since, s.trouble)
    return table
