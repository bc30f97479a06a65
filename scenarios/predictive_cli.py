"""``pns predictive``."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import click

from projection.draw_options import seed_option
from projection.report import console
from projection.words import chance
from seeds import load_election, load_outcome

if TYPE_CHECKING:
    from scenarios.predictive import Check


@click.command()
@click.argument("pack")
@click.option("--declared", "part", default="50%", show_default=True, help="Share of the councils that has declared.")
@seed_option("Seed of the order of declaration and of the draws.", default=1)
@click.option("--draws", default=1000, show_default=True, type=click.IntRange(50, 20_000), help="Number of replicates.")
@click.option("--all", "everyone", is_flag=True, help="Also figures that are in line.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--markdown", is_flag=True, help="A table as in docs/calibration.md.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def predictive(
    pack: str, part: str, seed: int, draws: int, everyone: bool, as_json: bool, markdown: bool, quiet: bool
) -> None:
    """Check the fit to a past night: do the declared wards of PACK look like wards that the model would draw again?

    Councils declare in a random order. For each party that stands in thirty of them: means, spread, tails, councils,
    wards where it came first, beside replicates of the same wards. p near 0 or 1 is out of line.
    """
    from projection.engine import fit
    from projection.session import make_session
    from scenarios.order import first_part
    from scenarios.predictive import FIGURES, check
    from scenarios.replay import declared_by
    from scenarios.skew import RANDOM, arranged

    election, outcome = load_election(pack), load_outcome(pack)
    councils = first_part(arranged(election, outcome, RANDOM, seed), part)
    declared = declared_by(election, outcome, councils)
    if not quiet:
        click.echo(f"Fitting {election.name} to {len(declared.contests):,} contests ...", err=True)
    session = make_session(election)
    checks = check(session, declared, fit(session, declared, seed=seed, draws=draws))
    if as_json:
        told = {"pack": pack, "councils": len(councils), "contests": len(declared.contests), "seed": seed}
        click.echo(json.dumps(told | {"draws": draws, "checks": [dataclasses.asdict(c) for c in checks]}))
        return
    shown = [c for c in checks if everyone or not 0.025 < c.p < 0.975]
    rows = [_cells(c) for c in shown]
    head = ("Party", "wards", "figure", "declared", "replicates", "90%", "p")
    title = f"{election.name}: {len(councils)} councils, {len(declared.contests):,} wards declared, seed {seed}"
    inside = sum(0.025 < c.p < 0.975 for c in checks)
    verdict = (
        f"{inside} of {len(checks)} figures lie within the central 95% of their replicates ({draws:,} of them, seed "
        f"{seed}); {'all are shown' if everyone else 'the others are shown'}."
    )
    if markdown:
        click.echo(f"**{title}**\n\n| {' | '.join(head)} |\n|---|--:|---|--:|--:|--:|--:|")
        for row in rows:
            click.echo(f"| {' | '.join(row)} |")
        click.echo(f"\n{verdict}\n")
        return
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    out = console()
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for k, name in enumerate(head):
        table.add_column(name, justify="left" if k in (0, 2) else "right")
    for row in rows:
        table.add_row(*row)
    out.print(table)
    out.print(verdict)
    for name, words in FIGURES.items():
        out.print(f"{name}: {words}.")


def _cells(c: Check) -> tuple[str, ...]:
    digits = 0 if c.figure == "first" else 1 if c.figure.startswith("outside") else 2

    def number(x: float) -> str:
        return f"{round(x, digits) + 0.0:.{digits}f}"

    between = f"{number(c.low)} to {number(c.high)}"
    return c.party, f"{c.wards:,}", c.figure, number(c.declared), number(c.mean), between, chance(c.p)
