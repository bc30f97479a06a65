"""The live screen of a watched night, for a terminal. Tables are capped: a screen that overflows repeats lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from projection.changes import calls
from projection.pns_report import pns_words
from projection.report import WIDE, headline, parties_table
from projection.views import doubt_lines
from projection.watch import Watch

#: Lines of each list on the screen.
LINES = 6


def screen(
    watch: Watch, *, width: int, height: int, expected: Mapping[str, dt.datetime] | None = None
) -> RenderableType:
    """All that a person at the desk wants to see at a glance."""
    now, p = watch.clock(), watch.projection
    parts: list[RenderableType] = [_status(watch, now)]
    if p is not None:
        parts.append(Text(headline(p), style="bold"))
        if p.pns:
            parts.append(Text(f"Projected national share %: {pns_words(p)}"))
        rows = max(3, min(8, height - 30))
        parts.append(parties_table(p, rows=rows, wide=width >= WIDE))
        called = [c.words for c in calls(p) if c.sure]
        parts.append(_list("Gained and lost", called))
        parts.append(_list("Due next", due(watch, expected)))
    parts.append(_list("What changed", [f"{_ago(now - at)} ago: {words}" for at, words in watch.changed]))
    parts.append(_list("To be looked at", doubt_lines(watch.state)))
    parts.append(_sources(watch, now))
    return Group(*parts)


def _status(watch: Watch, now: float) -> Text:
    p = watch.projection
    if watch.failure and p is not None:
        words = (
            f"OLD PROJECTION, made {_ago(now - watch.made)} ago: the latest failed {_ago(now - watch.failed)} ago "
            f"({watch.failure})"
        )
        return Text(words, style="bold reverse")
    if watch.failure:
        return Text(f"NO PROJECTION: {watch.failure}", style="bold reverse")
    if p is None:
        return Text("First projection is being sampled ..." if watch.sampling else "Waiting for the first projection")
    state = (
        "sampling afresh ..."
        if watch.sampling
        else ("up to date" if watch.current else "new declarations, waiting for more")
    )
    return Text(f"Projection made {_ago(now - watch.made)} ago, {state}. {health(p.diagnostics)}")


def health(diagnostics: Mapping[str, object]) -> str:
    """The state of the fit in words."""
    if "healthy" not in diagnostics:
        return "Fit: no diagnostics."
    if diagnostics["healthy"]:
        return "Fit: healthy."
    return f"FIT NOT CONVERGED: last step {diagnostics.get('last_step_in_sd')} sd; read the figures with care."


def due(watch: Watch, expected: Mapping[str, dt.datetime] | None) -> list[str]:
    """Councils expected next, by time where one is known; those under way first where none is."""
    if watch.projection is None:
        return []
    waiting = [c for c in watch.projection.councils.values() if c.state != "declared"]
    if expected:
        timed = sorted((expected[c.council], c.name) for c in waiting if c.council in expected)
        return [f"{at:%H:%M} {name}" for at, name in timed] or ["no expected time is known of those to come"]
    under_way = [f"{c.name}, {c.contests} of {c.contests_of} wards in" for c in waiting if c.state == "partly"]
    return [*under_way, f"{len(waiting)} councils to come; no times known (--expected FILE)"] if waiting else []


def _list(title: str, lines: list[str], most: int = LINES) -> Text:
    if not lines:
        return Text("")
    shown = [f"  {line}" for line in lines[:most]]
    if len(lines) > most:
        shown.append(f"  and {len(lines) - most} more")
    text = Text(f"{title}\n", style="bold")
    text.append("\n".join(shown), style="not bold")
    return text


def _sources(watch: Watch, now: float) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("Source", "Reached", "Changed", "Trouble"):
        table.add_column(name, overflow="fold")
    for feed in watch.feeds:
        trouble = [feed.failure] if feed.failure else []
        own = [x for source, lines in watch.problems.items() if source.startswith(feed.name) for x in lines]
        if own:
            trouble.append(f"{len(own)} not taken: {own[0]}")
        table.add_row(feed.name, _since(feed.reached, now), _since(feed.changed, now), "; ".join(trouble))
    return table


def _since(at: float | None, now: float) -> str:
    return "never" if at is None else f"{_ago(now - at)} ago"


def _ago(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
