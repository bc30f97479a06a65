"""``pns backtest``."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from projection.draw_options import draws_of, seed_option
from projection.places import no_place
from seeds import PNSightError

if TYPE_CHECKING:
    from scenarios.backtest import Progress


def _percents(_: click.Context, __: click.Parameter, value: str) -> tuple[float, ...]:
    try:
        at = tuple(float(part.strip().removesuffix("%")) for part in value.split(","))
    except ValueError:
        raise click.BadParameter(f"'{value}' is not a list of percentages such as 1,5,10,25,50") from None
    if not all(0 < a < 100 for a in at) or list(at) != sorted(set(at)):
        raise click.BadParameter("give percentages between 0 and 100, each once and rising, such as 1,5,10,25,50")
    return at


def _methods(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    from scenarios.units import METHODS

    asked = tuple(m.strip() for m in value.split(","))
    if wrong := [m for m in asked if m not in METHODS]:
        raise click.BadParameter(f"'{wrong[0]}' is none of {', '.join(METHODS)}")
    return asked


@click.command()
@click.argument("packs", metavar="ELECTION...", nargs=-1)
@click.option("--orders", default=20, show_default=True, type=click.IntRange(0), help="Random orders of each night.")
@click.option("--skewed/--no-skewed", default=True, show_default=True, help="The skewed orders, one replay each.")
@click.option(
    "--at", default="1,5,10,25,50", show_default=True, callback=_percents, help="Percent of the councils declared."
)
@click.option("--out", type=click.Path(path_type=Path), help="File for the rows; .csv, or .csv.gz to compress it.")
@draws_of(least=2, words="Draws of the model.")
@seed_option("Seed of the first random order.", default=1)
@click.option(
    "--methods",
    default="model,uniform,proportional,ridge,uniform+,proportional+",
    show_default=True,
    callback=_methods,
    help="What to score; swings with a + start from the model's own baseline where a ward has no earlier result.",
)
@click.option(
    "--all-earlier",
    is_flag=True,
    help="Scales from every earlier night: 2018 teaches 2021, both 2025.",
)
@click.option(
    "--by-seats",
    is_flag=True,
    help="Councils tell the seats won by party, and no votes. The model alone reads those; with --methods model.",
)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="Processes on this machine.")
@click.option("--scheduler", help="A Dask scheduler to run on instead, such as tcp://host:8786.")
@click.option(
    "--work", type=click.Path(path_type=Path), help="Folder for finished units; the same command goes on from there. "
    "[default: beside --out]",
)  # fmt: skip
@click.option("--summary", type=click.Path(path_type=Path), help="Summarise this file of scores; run nothing.")
@click.option("--markdown", type=click.Path(path_type=Path), help="Write the summary to this file too, as markdown.")
@click.option(
    "--report", type=click.Path(path_type=Path), help="Write a report into this folder: HTML and markdown, with charts."
)
@click.option("--learn-rivals", is_flag=True, help="Choose the rivals' settings and measure their errors again.")
@click.option("--json", "as_json", is_flag=True, help="The summary as one JSON object.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def backtest(
    packs: tuple[str, ...],
    orders: int,
    skewed: bool,
    at: tuple[float, ...],
    out: Path | None,
    draws: int,
    seed: int,
    methods: tuple[str, ...],
    all_earlier: bool,
    by_seats: bool,
    workers: int,
    scheduler: str | None,
    work: Path | None,
    summary: Path | None,
    markdown: Path | None,
    report: Path | None,
    learn_rivals: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Replay past nights in many orders and score the model and five rivals at checkpoints.

    Each ELECTION (a key such as 2018, or a pack's folder) is replayed in random and in skewed orders of whole councils.
    A row of --out is one forecast of a number that had not declared, with its truth and its score: see
    docs/backtest.md. An interrupted run goes on where it stopped, and the result is the same whatever the number of
    workers.

    Two uses without a run: --summary FILE summarises rows (with --report DIR it writes the report of them);
    --learn-rivals re-estimates scenarios/rivals.json from 2016 and 2019, with --orders random orders.
    """
    progress = None if quiet else _Reporter()
    if learn_rivals:
        from scenarios.rivals import learn

        learn(orders=orders, workers=workers, tell=(lambda _: None) if quiet else _say)
        return
    if summary is not None:
        if packs:
            raise click.UsageError("--summary reads rows that are there; give no ELECTION with it")
        _writable(markdown)
        _show(summary, markdown, report, as_json)
        return
    if not packs or out is None:
        raise click.UsageError("give one or more ELECTIONs and --out FILE; or --summary FILE; or --learn-rivals")
    if by_seats and methods != ("model",):
        raise click.UsageError("--by-seats is for --methods model: swings and the ridge start from votes")
    from scenarios.backtest import gather, plan, run

    _writable(out, markdown)
    folder = work if work is not None else out.with_name(f"{out.name}.work")
    units = plan(
        list(dict.fromkeys(packs)),
        orders=orders,
        at=at,
        skew=skewed,
        methods=methods,
        draws=draws,
        first_seed=seed,
        apart=not all_earlier,
        by_seats=by_seats,
    )
    if not units:
        raise click.UsageError("nothing to do: no random orders and no skewed ones")
    run(units, folder, workers=workers, scheduler=scheduler, progress=progress)
    gather(units, folder, out)
    _show(out, markdown, report, as_json)


def _writable(*files: Path | None) -> None:
    for file in files:
        if file is not None and (why_not := no_place(file)):
            raise PNSightError(why_not)


def _say(text: str) -> None:
    click.echo(text, err=True)


class _Reporter:
    """A line on standard error for each finished unit, with the time that is left."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock, self.begun = clock, clock()

    def __call__(self, p: Progress) -> None:
        if p.done == p.found:
            self.begun = self.clock()
            found = f"; {p.found} found finished" if p.found else ""
            click.echo(f"{p.of} units of work (a night in one order){found}", err=True)
            return
        spent = self.clock() - self.begun
        left = spent / (p.done - p.found) * (p.of - p.done)
        end = "\r" if sys.stderr.isatty() and p.done < p.of else "\n"
        click.echo(f"{p.done}/{p.of} units, {spent:.0f} s, about {left:.0f} s to go   ", err=True, nl=False)
        click.echo(end, err=True, nl=False)


def _show(file: Path, markdown: Path | None, report: Path | None, as_json: bool) -> None:
    from scenarios.figures import Sums, read_scores, sums
    from scenarios.summary import markdown as to_markdown
    from scenarios.summary import plain

    scores = read_scores(file)
    table = Sums(sums(scores))
    if markdown is not None:
        try:
            markdown.write_text(to_markdown(table, "# Backtest"), encoding="utf-8")
        except OSError as why:
            raise PNSightError(f"{markdown}: cannot be written ({why.strerror})") from None
    if report is not None:
        from scenarios.report import write_report

        made = write_report(file, report, scores)
        click.echo(f"report: {made.index}, {len(made.pages)} pages, {made.charts} charts", err=True)
    if as_json:
        click.echo(json.dumps(plain(table), ensure_ascii=False))
        return
    _print(table)


def _print(table: object) -> None:
    from rich.table import Table

    from projection.report import console
    from scenarios.figures import Sums
    from scenarios.summary import NOTES, sheets

    assert isinstance(table, Sums)
    out = console()
    for sheet in sheets(table):
        grid = Table(title=sheet.title, title_justify="left")
        for k, name in enumerate(sheet.header):
            grid.add_column(name, justify="left" if k < 1 + (sheet.header[1] == "method") else "right")
        for row in sheet.rows:
            grid.add_row(*row)
        out.print(grid)
    for note in NOTES:
        out.print(note)
