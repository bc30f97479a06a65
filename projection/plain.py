"""A watched night as plain lines, for a log or a terminal of no kind: what is new, each thing once."""

from __future__ import annotations

import sys
import time

import click

from projection.board import troubles
from projection.outlets import Beat
from projection.report import headline
from projection.views import doubt_lines
from projection.watch import CUT, Watch
from projection.words import few
from seeds.errors import DeclarationError, NightError

#: Seconds between two looks at everything.
TICK = 0.25
#: Looks at which nothing may be under way any more before a watch that stays only for that leaves.
STILL = 4
#: Troubles that are told in full on leaving.
TOLD = 20


def print_lines(it: Watch, beat: Beat, *, once: bool) -> None:
    """Follow a night and print what is new: what changed, what is doubtful or in conflict, how much has declared.

    Raises
    ------
    DeclarationError, NightError
        ``once``, when all is read and projected: if the projection failed, or anything was not taken or written.
    """
    told, made, quiet = 0.0, 0.0, 0
    looked_at: set[str] = set()
    while True:
        it.tick()
        beat()
        for _, words in sorted((c for c in it.changed if c[0] > told), key=lambda c: c[0]):
            click.echo(words)
        told = max((c[0] for c in it.changed), default=told)
        for line in _new_doubts(it, looked_at):
            click.echo(line)
        if it.projection is not None and it.made > made:
            made = it.made
            click.echo(headline(it.projection))
        sys.stdout.flush()
        quiet = quiet + 1 if it.current or (it.failure and not it.sampling) else 0
        if once and quiet > STILL:
            _leave(it)
            return
        time.sleep(TICK)


def _new_doubts(it: Watch, told: set[str]) -> list[str]:
    """Open doubts and conflicts that are not ``told`` yet, which they then are: of each kind the first few."""
    fresh = [line for line in doubt_lines(it.state) if line not in told]
    told.update(fresh)
    out: list[str] = []
    for kind in ("Held back", "Doubtful", "Conflict"):
        mine = [line for line in fresh if line.startswith(kind)]
        out += few(mine, f"{kind}: and {{}} more; all of them: pns log {it.night} --doubts")
    return out


def _leave(it: Watch) -> None:
    # Who watches on sees the rest of the line come; who leaves has to know that there may be more.
    for source in sorted(it.cut):
        click.echo(f"{source}: {CUT}", err=True)
    if it.failure:
        raise DeclarationError(f"the projection failed: {it.failure}")
    if wrong := troubles(it):
        more = [f"and {len(wrong) - TOLD} more"] if len(wrong) > TOLD else []
        raise NightError("\n".join(wrong[:TOLD] + more))
