"""``pns replay``."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from projection.bases import Basis, check_basis, on_basis
from projection.draw_options import draws_option, seed_option
from projection.hindsight import hindsight, truth_dict
from projection.net_option import net_option
from projection.pns_option import standing_option
from projection.pns_result import Standing
from projection.report import COUNCIL_ROWS, console, print_projection
from scenarios.feed import open_folder, write_declaration
from scenarios.order import clock, first_part
from scenarios.pace import elapsed, pace_words, pacer, read_speed
from scenarios.replay import declared_by, differences
from scenarios.replay import replay as run
from scenarios.schedule import Schedule, schedule
from scenarios.steps import step_lines
from seeds import DeclarationError, Election, Outcome, load_election, load_outcome

#: Projections of a whole night, at most, unless --every says otherwise.
STEPS = 75
#: Seconds of lateness that a rehearsal owns up to.
LATE = 1.0


@click.command()
@click.argument("pack")
@click.option("--at", "at_time", help="Stop at this time of the night: 07:00, or 2012-05-04T07:00.")
@click.option("--declared", "part", help="Stop when this share of the councils has declared: 25%.")
@click.option(
    "--order",
    metavar="NAME|FILE",
    default="real",
    show_default=True,
    help="Order of declaration: real (where it is not known it is imputed, and every screen says so), random, "
    "alphabetical, by-region, by-type, first-REGION, last-REGION, metropolitan-first, smallest-first, largest-first, "
    "labour-first, conservative-first or any PARTY-first (its safest councils first); or a file of one council a line.",
)
@click.option("--speed", help="Play it in time, so many times faster: 60x. Ctrl-C leaves.")
@click.option(
    "--feed",
    type=click.Path(path_type=Path, file_okay=False),
    help="Project nothing: write each declaration into this folder, for pns watch to rehearse from.",
)
@click.option(
    "--every", type=click.IntRange(1), help=f"Councils per projection. [default: so many that {STEPS} suffice]"
)
@click.option("--last", "only_last", is_flag=True, help="Project once, where the replay stops.")
@click.option("--truth", is_flag=True, help="Show the night's result beside the last table, or in --json.")
@seed_option("Seed of the draws, and of what an order leaves open.")
@standing_option
@net_option
@draws_option
@click.option(
    "--councils", "rows", default=COUNCIL_ROWS, show_default=True, type=click.IntRange(0), help="Councils to show."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per projection.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def replay(
    pack: str,
    at_time: str | None,
    part: str | None,
    order: str,
    speed: str | None,
    feed: Path | None,
    every: int | None,
    only_last: bool,
    truth: bool,
    seed: int,
    standing: Standing,
    net: Basis,
    draws: int,
    rows: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Replay the night of PACK: a key such as 2012, or the folder of a pack that has an outcome.

    After each declaration three lines tell who declared and the seats, votes, control and national share that are
    projected from there, with 90% intervals; the whole table follows where the replay stops.
    """
    election, outcome = load_election(pack), load_outcome(pack)
    check_basis(election, net)
    whole = schedule(election, outcome, order, seed)
    stopped = _stop(election, whole, at_time, part)
    factor = read_speed(speed) if speed else None

    def say(words: str) -> None:
        if not quiet:
            click.echo(words, err=True)

    if factor:
        say(pace_words(stopped, factor))
    if feed:
        _feed(election, outcome, stopped, factor, feed)
        return
    councils = stopped.councils
    batch = every or max(1, -(-len(councils) // STEPS))
    if only_last or not councils:
        batch = max(len(councils), 1)
    say(f"Preparing the model of {election.name} ...")
    from projection.engine import project_declared
    from projection.session import make_session

    session = make_session(election, standing=standing)
    out = console()
    if not as_json:
        out.print(_opening(election, stopped, len(whole.councils), batch), soft_wrap=True)
    first = None if councils else 0
    known = end = None
    if truth:
        everything = declared_by(election, outcome, whole.councils)
        known = hindsight(outcome, project_declared(election, everything, seed=seed, draws=draws, session=session))
        end = known.counted if len(councils) == len(whole.councils) else None
    due, wait, late, step = elapsed(stopped), pacer(factor) if factor else None, 0.0, None
    for step in run(
        election, outcome, stopped, session=session, every=batch, first=first, seed=seed, draws=draws, end=end
    ):  # fmt: skip
        if wait and step.so_far:
            late = max(late, wait(due[step.so_far - 1]))
        if as_json:
            told = step.projection.to_dict()
            if known:
                told["truth"] = truth_dict(step.projection, known)
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            out.print("\n".join(step_lines(election, step)), soft_wrap=True)
            out.file.flush()
    if late > LATE:
        say(f"Up to {late:.0f} seconds late: a projection took longer than the time between two; try a lower --speed.")
    assert step is not None
    if as_json:
        return
    out.print()
    if known:
        known = replace(known, counted=on_basis(known.counted, net))
    print_projection(on_basis(step.projection, net), out, rows, truth=known)
    # Beside the result every council is compared, not only those that had declared where the replay stopped.
    for line in differences(election, outcome, known.counted if known else step.projection):
        out.print(f"Differs from the source: {line}", soft_wrap=True)


def _stop(election: Election, order: Schedule, at_time: str | None, part: str | None) -> Schedule:
    if at_time is not None and part is not None:
        raise DeclarationError("--at and --declared both say where to stop; give one")
    if at_time is not None:
        return order.first(order.until(clock(at_time, election.date)))
    return order if part is None else order.first(first_part(order.councils, part))


def _opening(election: Election, order: Schedule, of: int, batch: int) -> str:
    words = f"{election.name}: {len(order.councils)} of {of} councils declare"
    words += f", taken in batches of {batch}" if batch > 1 else "."
    return f"{words}\n{order.words}" if order.words else words


def _feed(election: Election, outcome: Outcome, order: Schedule, factor: float | None, folder: Path) -> None:
    """Write the declarations, a line on standard output for each as it is there."""
    open_folder(folder)
    if order.words:
        click.echo(order.words)
    wait = pacer(factor) if factor else None
    for number, (council, due) in enumerate(zip(order.councils, elapsed(order), strict=True), start=1):
        if wait:
            wait(due)
        results = write_declaration(folder, election, outcome, council)
        at = order.at([council])
        when = f"{'' if council in order.known else '~'}{at:%H:%M}" if at else "--:--"
        name = election.councils[council].name
        click.echo(
            f"{number:>{len(str(len(order.councils)))}}/{len(order.councils)} {when:>6} {name}: {results} results"
        )
