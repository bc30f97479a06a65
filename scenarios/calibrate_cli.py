"""``pns calibrate``."""

from __future__ import annotations

import dataclasses
import json
import time
from typing import TYPE_CHECKING

import click

from projection.draw_options import seed_option
from projection.report import console
from seeds import load_election
from seeds.errors import DeclarationError

if TYPE_CHECKING:
    from scenarios.calibration import Uniformity

#: Degrees of freedom at which a t is as good as normal.
NORMAL = 500.0
HEAD = ("figure", "ranks", "mean rank", "in 90%", "in 50%", "p")


@click.command()
@click.argument("pack")
@click.option("--nights", default=100, show_default=True, type=click.IntRange(12, 10_000), help="Nights at each share.")
@click.option("--wards", type=click.IntRange(20, 30_000), help="About so many wards a night. [default: the pack's own]")
@click.option(
    "--declared", "parts", multiple=True, help="Share of councils declared; again for more. [default: 10%, 50%]"
)
@click.option("--draws", default=400, show_default=True, type=click.IntRange(50, 20_000), help="Draws of each fit.")
@seed_option("Seed of the nights.", default=1)
@click.option("--normal", is_flag=True, help="Normal ward noise on both sides: the part of the update that is exact.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--markdown", is_flag=True, help="Tables as in docs/calibration.md.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def calibrate(
    pack: str,
    nights: int,
    wards: int | None,
    parts: tuple[str, ...],
    draws: int,
    seed: int,
    normal: bool,
    as_json: bool,
    markdown: bool,
    quiet: bool,
) -> None:
    """Check the inference on the ground of PACK: nights drawn from the model, part declared, the truth ranked.

    If the inference is right, a true value falls anywhere among its draws alike: mean rank a half, nine in ten inside
    the 90% interval. p is of Hotelling's test of ten equal bins, whole nights its units. The late effect is left out.
    """
    from models.hyper import load_hyper
    from scenarios.calibration import open_ground, rank_nights, uniformity
    from scenarios.sizes import of_size

    shares = [_share(p) for p in parts or ("10%", "50%")]
    election = load_election(pack)
    if wards is not None:
        election = of_size(election, wards)
    hyper = load_hyper(election)
    session = open_ground(election, dataclasses.replace(hyper, tail=NORMAL) if normal else hyper)
    told: list[dict[str, object]] = []
    out = console()
    size = f"{len(session.design.slots.ballots):,} wards in {len(session.design.slots.council_names)} councils"
    for share in shares:
        start, ranks = time.monotonic(), []
        for k, one in enumerate(rank_nights(session, nights, declared=share, draws=draws, seed=seed), start=1):
            ranks.append(one)
            if not quiet and k % 25 == 0:
                click.echo(f"{share:.0%} declared: {k} of {nights} nights, {time.monotonic() - start:.0f} s", err=True)
        rows = uniformity(ranks)
        healthy = sum(r.healthy for r in ranks)
        told.append(
            {"declared": share, "nights": nights, "healthy": healthy, "rows": [dataclasses.asdict(u) for u in rows]}
        )
        title = (
            f"{share:.0%} of councils declared: {nights} nights of {size} on the ground of {pack}, {draws} draws, "
            f"seed {seed}{', normal noise' if normal else ''}"
        )
        if markdown:
            _markdown(title, rows)
        elif not as_json:
            _print(title, rows)
            # So that a dozen lines reject by luck once in a hundred runs.
            low = [u.kind for u in rows if u.p < 0.01 / len(rows)]
            verdict = f"not uniform: {', '.join(low)}" if low else "none is out of line"
            out.print(f"At one in a hundred for all lines together, {verdict}. {healthy} of {nights} fits healthy.")
    if as_json:
        click.echo(json.dumps({"pack": pack, "size": size, "draws": draws, "seed": seed, "normal": normal, "at": told}))


def _share(text: str) -> float:
    try:
        share = float(text.strip().removesuffix("%")) / 100
    except ValueError:
        share = -1.0
    if not 0 <= share <= 0.95:
        raise DeclarationError(f"--declared: '{text}' is no percentage between 0% and 95%")
    return share


def _cells(u: Uniformity) -> tuple[str, ...]:
    return (
        u.kind,
        f"{u.figures:,}",
        f"{u.mean:.3f} ± {u.mean_error:.3f}",
        f"{100 * u.inside90:.1f}% ± {100 * u.inside90_error:.1f}",
        f"{100 * u.inside50:.1f}% ± {100 * u.inside50_error:.1f}",
        "<0.001" if u.p < 0.001 else f"{u.p:.3f}",
    )


def _markdown(title: str, rows: list[Uniformity]) -> None:
    click.echo(f"**{title}**\n\n| {' | '.join(HEAD)} |\n|---{'|--:' * (len(HEAD) - 1)}|")
    for u in rows:
        click.echo(f"| {' | '.join(_cells(u))} |")
    click.echo()


def _print(title: str, rows: list[Uniformity]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for k, name in enumerate(HEAD):
        table.add_column(name, justify="right" if k else "left")
    for u in rows:
        table.add_row(*_cells(u))
    console().print(table)
