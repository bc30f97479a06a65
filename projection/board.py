"""What a desk wants to see of a watched night, as plain words: for the live screen and for the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from models.health import trouble_words, unlike_words
from projection.changes import calls
from projection.night import council_of
from projection.views import doubt_lines
from projection.watch import Watch, named
from projection.words import few


class Source(NamedTuple):
    """A source as it stands: seconds since it was reached and since it changed (None for never), and what is wrong."""

    name: str
    reached: float | None
    changed: float | None
    trouble: str


def status(watch: Watch) -> str:
    """How old the projection is, whether it is the latest, what failed, and the health of the fit."""
    now, p = watch.clock(), watch.projection
    if watch.failure and p is not None:
        return (
            f"OLD PROJECTION, made {ago(now - watch.made)} ago: the latest failed {ago(now - watch.failed)} ago "
            f"({watch.failure})"
        )
    if watch.failure:
        return f"NO PROJECTION: {watch.failure}"
    if p is None:
        return "First projection is being sampled ..." if watch.sampling else "Waiting for the first projection"
    troubled = sum(bool(s.trouble) for s in sources(watch))
    if watch.sampling:
        state = "sampling afresh ..."
    elif not watch.current:
        state = "new declarations, waiting for more"
    elif troubled:
        state = f"up to date with what could be read; TROUBLE WITH {troubled} OF {len(watch.feeds)} SOURCES, see below"
    else:
        state = "up to date"
    return f"Projection made {ago(now - watch.made)} ago, {state}. {health(p.diagnostics)}"


def health(diagnostics: Mapping[str, object]) -> str:
    """The state of the fit in words."""
    if "healthy" not in diagnostics:
        return "Fit: no diagnostics."
    if ill := trouble_words(diagnostics):
        return f"THIS FIT IS NOT HEALTHY: {ill}. Do not quote these figures."
    return f"Fit: healthy. {unlike_words(diagnostics)}".rstrip()


def called(watch: Watch) -> list[str]:
    """Councils gained and lost, the latest declared first."""
    p = watch.projection
    if p is None:
        return []
    latest: dict[str, dt.datetime] = {}
    for subject, e in watch.state.standing.items():
        name = watch.election.councils[council_of(watch.election, subject)].name
        latest[name] = max(e.at, latest.get(name, e.at))
    sure = [c for c in calls(p) if c.sure and c.name in latest]
    return [c.words for c in sorted(sure, key=lambda c: latest[c.name], reverse=True)]


def sources(watch: Watch) -> list[Source]:
    """Every source with its staleness and its trouble."""
    now, out = watch.clock(), []
    for feed in watch.feeds:
        trouble = [feed.failure] if feed.failure else []
        # A source is the feed itself or, of a folder, a file in it.
        names = {s for s in watch.problems if feed.name in (s, str(Path(s).parent))}
        own = [x for source, lines in watch.problems.items() if source in names for x in lines]
        if own:
            trouble.append(f"{len(own)} not taken: {own[0]}")
        since = [None if at is None else now - at for at in (feed.reached, feed.changed)]
        out.append(Source(feed.name, since[0], since[1], "; ".join(trouble)))
    return out


def troubles(watch: Watch) -> list[str]:
    """What is wrong now: sources that cannot be read, what of them was not taken, what cannot be written.

    A result that contradicts what stands is not taken, and one that is held back is not yet.
    """
    out = [f"{f.name}: {f.failure}" for f in watch.feeds if f.failure]
    out += [named(source, line) for source, lines in watch.problems.items() for line in lines]
    # What came another way, or was confirmed or settled since, is nothing that these sources said in vain.
    idle = replace(
        watch.state,
        doubts=tuple(d for d in watch.state.doubts if d.held and d.entry.source in watch.problems),
        conflicts=tuple(n for n in watch.state.conflicts if n.source in watch.problems),
    )
    out += few(doubt_lines(idle), f"and {{}} more that do not stand; all of them: pns log {watch.night} --doubts")
    return out + list(watch.unwritten.values())


def ago(seconds: float) -> str:
    """A length of time, as short as it can be told."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
