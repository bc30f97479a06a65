"""``pns replay``."""

from __future__ import annotations

import json
from collections.abc import Mapping

import click

from projection.pns_option import standing_option
from projection.pns_report import pns_words
from projection.pns_result import Standing
from projection.report import COUNCIL_ROWS, console, interval, print_projection
from projection.result import NOC
from projection.summary import Summary
from scenarios.order import ORDERS, Order, arrange, by_time, clock, declaring, first_part
from scenarios.replay import Step, declared_by, differences
from scenarios.replay import replay as run
from seeds import DeclarationError, Election, Outcome, load_election, load_outcome

#: Projections of a whole night, at most, unless --every says otherwise.
STEPS = 75


@click.command()
@click.argument("pack")
@click.option("--at", "at_time", help="Stop at this time of the night: 07:00, or 2012-05-04T07:00.")
@click.option("--declared", "part", help="Stop when this share of the councils has declared: 25%.")
@click.option(
    "--order",
    type=click.Choice(ORDERS),
    default="real",
    show_default=True,
    help="Order of declaration; where the real one is not known it is imputed, and every screen says so.",
)
@click.option(
    "--every", type=click.IntRange(1), help=f"Councils per projection. [default: so many that {STEPS} suffice]"
)
@click.option("--last", "only_last", is_flag=True, help="Project once, where the replay stops.")
@click.option("--truth", is_flag=True, help="Show the night's result beside the last table.")
@click.option("--seed", default=0, show_default=True, help="Seed of the draws, and of a random order.")
@standing_option
@click.option("--draws", default=2000, show_default=True, type=click.IntRange(1, 65_535), help="Number of draws.")
@click.option(
    "--councils", "rows", default=COUNCIL_ROWS, show_default=True, type=click.IntRange(0), help="Councils to show."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per projection.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def replay(
    pack: str,
    at_time: str | None,
    part: str | None,
    order: Order,
    every: int | None,
    only_last: bool,
    truth: bool,
    seed: int,
    standing: Standing,
    draws: int,
    rows: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Replay the night of PACK: a key such as 2012, or the folder of a pack that has an outcome.

    After each declaration two lines tell who declared and the seats, votes and control that are projected from there,
    with 90% intervals; the whole table follows where the replay stops.
    """
    election, outcome = load_election(pack), load_outcome(pack)
    every_council = arrange(declaring(election, outcome), order, seed)
    councils = _until(election, outcome, every_council, order, at_time, part)
    batch = every or max(1, -(-len(councils) // STEPS))
    if only_last or not councils:
        batch = max(len(councils), 1)
    if not quiet:
        click.echo(f"Preparing the model of {election.name} ...", err=True)
    from projection.engine import open_session, project

    session = open_session(election, standing=standing)
    out = console()
    if not as_json:
        out.print(_opening(election, len(councils), len(every_council), batch))
    step = None
    for step in run(
        election,
        outcome,
        councils,
        session=session,
        order=order,
        every=batch,
        first=None if councils else 0,
        seed=seed,
        draws=draws,
    ):
        if as_json:
            click.echo(json.dumps(step.projection.to_dict(), ensure_ascii=False))
        else:
            out.print("\n".join(_lines(election, step)), soft_wrap=True)
            out.file.flush()
    assert step is not None
    if as_json:
        return
    out.print()
    result = step.projection
    if truth and councils != every_council:
        everything = declared_by(election, outcome, every_council)
        result = project(election, everything, seed=seed, draws=draws, session=session)
    print_projection(step.projection, out, rows, truth=result if truth else None)
    for line in differences(election, outcome, step.projection):
        out.print(f"Differs from the source: {line}", soft_wrap=True)


def _until(
    election: Election, outcome: Outcome, councils: list[str], order: Order, at_time: str | None, part: str | None
) -> list[str]:
    if at_time is not None and part is not None:
        raise DeclarationError("--at and --declared both say where to stop; give one")
    if at_time is not None:
        if order != "real":
            raise DeclarationError(f"--at needs the real order; the order '{order}' has no clock")
        return by_time(councils, outcome, clock(at_time, election.date))
    return councils if part is None else first_part(councils, part)


def _opening(election: Election, stop: int, of: int, batch: int) -> str:
    words = f"{election.name}: {stop} of {of} councils declare"
    return words + (f", taken in batches of {batch}" if batch > 1 else ".")


def _lines(election: Election, step: Step) -> list[str]:
    """Who declared and the seats projected from there; then votes and control. ``~`` marks an imputed time."""
    p = step.projection
    when = f"{'' if step.time_known else '~'}{step.at:%H:%M}" if step.at else "--:--"
    start = f"{step.so_far:>{len(str(step.of))}}/{step.of} {when:>6} "
    seats = "  ".join(f"{party} {interval(s)}" for party, s in list(p.seats.items())[:4])
    votes = "  ".join(f"{party} {interval(s, 1)}" for party, s in list(p.shares.items())[:4])
    councils = "  ".join(f"{party} {interval(s)}" for party, s in _most(p.controlled))
    return [
        f"{start}{_who(election, step)} | seats {seats}",
        f"{'':>{len(start)}}ward votes % {votes} | councils {councils}",
        *([f"{'':>{len(start)}}PNS % {pns_words(p)}"] if p.pns else []),
    ]


def _most(controlled: Mapping[str, Summary]) -> list[tuple[str, Summary]]:
    """The three parties with most councils, and those under no overall control."""
    parties = [(p, s) for p, s in controlled.items() if p != NOC]
    return [*parties[:3], *((p, s) for p, s in controlled.items() if p == NOC)]


def _who(election: Election, step: Step) -> str:
    if not step.councils:
        return "nobody yet"
    last = step.councils[-1]
    others = len(step.councils) - 1
    council = step.projection.councils[last]
    won = sorted(((p, round(s.p50)) for p, s in council.won.items() if round(s.p50)), key=lambda x: -x[1])
    seats = ", ".join(f"{p} {n}" for p, n in won[:4]) if council.state == "declared" else "some wards"
    return f"{election.councils[last].name}{f' and {others} more' if others else ''}: {seats}"
