"""``pns log``: the journal in words."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import click

from projection.clock import local, moment
from projection.items import words
from projection.journal import Entry, Journal
from projection.night import State, replay

NIGHT = click.argument("night", type=click.Path(path_type=Path))


@click.command("log")
@NIGHT
@click.option("--as-of", "as_of", help="Only up to this moment: 03:15, or 2012-05-04T03:15.")
@click.option("--doubts", is_flag=True, help="Only what is doubtful, held back or in conflict, and still open.")
@click.option("--last", type=click.IntRange(1), help="Only so many of the latest entries.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per entry.")
def log(night: Path, as_of: str | None, doubts: bool, last: int | None, as_json: bool) -> None:
    """Print the journal of NIGHT: what came when, from where and by whom."""
    entries, state = read_night(night, as_of)
    if doubts:
        for d in state.doubts:
            click.echo(f"{'held back' if d.held else 'doubtful'}: {entry_line(d.entry)}: {d.words}")
        for n in state.conflicts:
            click.echo(f"conflict: {entry_line(n)}; {entry_line(state.standing[n.subject or '', n.key or ''])} stands")
        return
    stands = {s.id for s in state.standing.values()}
    lines = [
        json.dumps(as_dict(e, state, stands), ensure_ascii=False) if as_json else _full_line(e, state)
        for e in (entries[-last:] if last else entries)
    ]
    if lines:
        click.echo("\n".join(lines))  # at once: a flush a line is half the time of a long journal


def read_night(night: Path, as_of: str | None) -> tuple[list[Entry], State]:
    """Entries up to a moment, and the state that they lead to."""
    with Journal(night) as journal:
        entries = journal.entries()
        day = dt.date.fromisoformat(journal.meta["date"])
    until = moment(as_of, day, entries[-1].at if entries else None)
    if until is not None:
        entries = [e for e in entries if e.at <= until]
    return entries, replay(entries)


def as_dict(e: Entry, state: State, stands: Collection[int]) -> dict[str, Any]:
    """An entry as plain values; ``stands`` are the ids of the entries that say what is declared."""
    return {
        "id": e.id,
        "batch": e.batch,
        "at": e.at.isoformat(),
        "kind": e.kind,
        "subject": e.subject,
        "key": e.key,
        "content": None if e.content is None else dict(e.content),
        "hash": e.hash,
        "source": e.source,
        "author": e.author,
        "why": e.why,
        "refers": e.refers,
        "held": e.held,
        "flags": [list(f) for f in e.flags],
        "undone": e.batch in state.undone,
        "stands": e.id in stands,
    }


def entry_line(e: Entry) -> str:
    """An entry in a few words."""
    what = f": {words(e.content)}" if e.content else ""
    return f"entry {e.id} {local(e.at):%H:%M:%S} {e.kind}{f' {e.key}' if e.key else ''}{what}"


def _full_line(e: Entry, state: State) -> str:
    line = f"{e.id:>5} {local(e.at):%d %b %H:%M:%S} {e.kind:<8} {e.key or ''}"
    if e.kind in ("undo", "confirm", "flag") and e.refers:
        line += f" {'from entry' if e.kind == 'undo' else 'entry'} {e.refers}"
    line += f"  {words(e.content)}" if e.content else ""
    line += f"  [{e.source}, {e.author}]" + (f" {e.why}" if e.why else "")
    line += "".join(f" ({'held back' if e.held else 'doubtful'}: {text})" for _, text in e.flags)
    return line + ("  UNDONE" if e.batch in state.undone else "")
