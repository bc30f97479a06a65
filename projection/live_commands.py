"""``pns show``: the projection as it stands. ``pns watch``: the night as it goes."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from projection.bases import Basis, check_basis, on_basis
from projection.clock import local
from projection.desk import whoami
from projection.desk_commands import BY, COUNCIL, WARD
from projection.draw_options import draws_option, seed_option
from projection.due import read_expected
from projection.journal import Journal, now
from projection.log_command import NIGHT, read_night
from projection.names import find_contest, find_council
from projection.net_option import net_option
from projection.night import election_of, replay
from projection.report import COUNCIL_ROWS, console, print_projection
from seeds.expected import Expected, load_expected

if TYPE_CHECKING:
    from projection.outlets import Beat
    from projection.watch import Watch

#: Seconds between two states of the screen.
REFRESH = 1.0


@click.command()
@NIGHT
@COUNCIL
@WARD
@net_option
@click.option("--as-of", "as_of", help="As it stood at this moment: 03:15, or 2012-05-04T03:15.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of tables.")
@click.option(
    "--councils", "rows", default=COUNCIL_ROWS, show_default=True, type=click.IntRange(0), help="Councils to show."
)
@seed_option()
@draws_option
@click.option("--strict", is_flag=True, help="Hold back results that the model finds out of line, until confirmed.")
@click.option("--no-check", is_flag=True, help="Do not ask the model about new results.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def show(
    night: Path,
    council: str | None,
    ward: str | None,
    net: Basis,
    as_of: str | None,
    as_json: bool,
    rows: int,
    seed: int,
    draws: int,
    strict: bool,
    no_check: bool,
    quiet: bool,
) -> None:
    """Print the projection of NIGHT as it stands, or as it stood.

    It is sampled only if the net set of declarations is not that of a projection already made.
    """
    from projection.council_net import council_net
    from projection.projector import Projector
    from projection.views import (
        council_lines,
        council_tables,
        doubt_lines,
        night_dict,
        to_come,
        ward_dicts,
        wards_table,
    )

    def say(text: str) -> None:
        if not quiet:
            click.echo(text, err=True)

    _, state = read_night(night, as_of)
    with Journal(night) as journal:
        election = election_of(journal)
        check_basis(election, net)
        slug = find_council(election, council) if council else None
        ballots = {find_contest(election, ward, slug).ballot_id} if ward else set()
        projector = Projector(night, election, seed=seed, draws=draws, say=say)
        if as_of is None and not no_check and projector.check(journal, author=whoami(), strict=strict):
            state = replay(journal.entries())
    projection = projector.project(state)
    if slug and not ballots:
        ballots = {c.ballot_id for c in election.contests_of(slug)}
    if as_json:
        told = projection.to_dict() | {"night": night_dict(state)}
        if slug or ward:
            told["wards"] = ward_dicts(projection, ballots)
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    out = console()
    if slug or ward:
        wanted = slug or election.contests[next(iter(ballots))].council
        if wanted in projection.councils:
            out.print(council_lines(projection.councils[wanted]), soft_wrap=True)
            if not ward:
                change = council_net(election, projection.councils[wanted], net)
                for table in council_tables(projection.councils[wanted], change, out.width):
                    out.print(table)
                out.print(f"Medians with 90% intervals, from {projection.draws:,} draws. {change.words}")
        else:
            out.print(f"{election.councils[wanted].name} is outside the projection: its counting is not built.")
        if any(b in ballots for b in projection.wards.ballot):
            out.print(wards_table(projection, ballots))
    else:
        print_projection(on_basis(projection, net), out, rows)
        out.print(to_come(projection))
    for line in doubt_lines(state):
        out.print(line, soft_wrap=True, style="bold")


@click.command()
@NIGHT
@click.argument("sources", nargs=-1)
@click.option(
    "--every",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.05),
    help="Seconds between two looks at a source.",
)
@click.option(
    "--settle", default=2.0, show_default=True, type=click.FloatRange(0), help="Seconds of quiet that end a burst."
)
@click.option(
    "--withdraw-after",
    default=30.0,
    show_default=True,
    type=click.FloatRange(0),
    help="Seconds before what a source no longer carries is withdrawn.",
)
@click.option("--strict", is_flag=True, help="Hold doubtful results back until they are confirmed.")
@click.option("--no-check", is_flag=True, help="Do not ask the model about new results.")
@click.option("--html", type=click.Path(path_type=Path), help="A page that is rewritten at each update.")
@click.option("--jsonl", type=click.Path(path_type=Path), help="A file that every projection is appended to.")
@click.option(
    "--expected",
    type=click.Path(path_type=Path),
    help="CSV of council,time: when councils are due. [default: what the pack has]",
)
@click.option("--plain", is_flag=True, help="Lines instead of a live screen. [default: where there is no terminal]")
@click.option(
    "--once",
    is_flag=True,
    help="Leave when the sources are read and projected; exit code 2 if any could not be, or not in full.",
)
@net_option
@seed_option()
@draws_option
@BY
def watch(
    night: Path,
    sources: tuple[str, ...],
    every: float,
    settle: float,
    withdraw_after: float,
    strict: bool,
    no_check: bool,
    html: Path | None,
    jsonl: Path | None,
    expected: Path | None,
    plain: bool,
    once: bool,
    net: Basis,
    seed: int,
    draws: int,
    author: str | None,
) -> None:
    """Watch NIGHT: follow SOURCES (files, folders, http addresses) and project afresh as councils declare.

    A source may be rewritten or appended to. Without any, what others declare is followed. Control-C ends it.
    """
    from projection.feeds import open_feed
    from projection.outlets import Beat, append_line
    from projection.plain import print_lines
    from projection.projector import Projector
    from projection.watch import Settings, Watch

    with Journal(night) as journal:
        election, pack = election_of(journal), journal.meta["pack"]
    check_basis(election, net)
    times = read_expected(expected, election) if expected else load_expected(pack)
    feeds = [open_feed(s, every=every) for s in sources]
    settings = Settings(
        settle=settle,
        withdraw_after=withdraw_after,
        strict=strict,
        check=not no_check,
        author=author or f"watch of {whoami()}",
        net=net,
    )
    it = Watch(night, election, feeds, Projector(night, election, seed=seed, draws=draws), settings)
    beat = Beat(it, html, times)
    if html:
        it.listeners.append(beat.write)
    if jsonl:
        it.listeners.append(lambda w: append_line(w, jsonl))
    try:
        if plain or once or not sys.stdout.isatty():
            print_lines(it, beat, once=once)
        else:
            _screen(it, times, beat)
    except KeyboardInterrupt:
        click.echo("Left. The journal holds everything; start again at any time.", err=True)
    finally:
        it.close()


def _screen(it: Watch, expected: Mapping[str, Expected], beat: Beat) -> None:
    from rich.live import Live

    from projection.plain import TICK
    from projection.screen import screen

    out = console()
    with Live(console=out, screen=True, auto_refresh=False) as live:
        shown = 0.0
        while True:
            it.tick()
            beat()
            if time.monotonic() - shown >= REFRESH:
                wall = local(now())
                live.update(screen(it, width=out.width, height=out.height, expected=expected, now=wall), refresh=True)
                shown = time.monotonic()
            time.sleep(TICK)
