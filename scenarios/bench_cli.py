"""``pns bench``."""

from __future__ import annotations

import dataclasses
import json
from itertools import pairwise
from typing import Any

import click

from projection.draw_options import draws_option, seed_option
from scenarios.bench import GROWTH_AT, STEPS, Cold, Growth, Night, in_child, measure_cold, measure_growth, measure_night
from seeds.errors import DeclarationError

Rows = list[tuple[str, ...]]


@click.command()
@click.option("--pack", default="2018", show_default=True, help="A night with an outcome: a key or a folder.")
@click.option(
    "--every", type=click.IntRange(1), default=5, show_default=True, help="Time every so many-th declaration."
)
@draws_option
@seed_option("Seed of the draws and of the order of declaration.")
@click.option("--cold/--no-cold", default=True, show_default=True, help="Also the first projection from the command.")
@click.option(
    "--sizes",
    help="Instead of the night itself: synthetic ones of so many wards on its ground, 2700,8000,27000 (minutes, GB).",
)
@click.option(
    "--reference", is_flag=True, help="Also the PyMC model under NUTS at half declared, and how well the two agree."
)
@click.option("--share", default=0.5, show_default=True, type=click.FloatRange(0, 1), help="Declared, for --reference.")
@click.option("--reference-draws", default=2500, show_default=True, type=click.IntRange(10), help="Per chain of two.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--markdown", is_flag=True, help="Tables as in docs/speed.md.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def bench(
    pack: str,
    every: int,
    draws: int,
    seed: int,
    cold: bool,
    sizes: str | None,
    reference: bool,
    share: float,
    reference_draws: int,
    as_json: bool,
    markdown: bool,
    quiet: bool,
) -> None:
    """Measure one warm update over a past night, memory, and the way from the command to the first projection.

    A warm update is a declaration in and a fresh projection out: posterior, draws of every undeclared ward, seats,
    control, ward summaries. Councils declare in a random order. Times are of this machine as busy as it is now.
    """
    told: dict[str, Any] = {}
    tables: list[tuple[str, Rows]] = []

    def say(words: str) -> None:
        if not quiet:
            click.echo(f"{words} ...", err=True)

    if sizes:
        wanted = _sizes(sizes)
        say(f"Timing synthetic nights of {', '.join(f'{w:,}' for w in wanted)} wards")
        growth = list(measure_growth(pack, wanted, draws, seed))
        told["sizes"] = [dataclasses.asdict(g) for g in growth]
        tables.append((f"By size: synthetic nights on the ground of {pack}, {draws:,} draws", _growth_rows(growth)))
    else:
        say(f"Timing updates over the night of {pack}")
        night = in_child(measure_night, pack, every, draws, seed)
        told["night"] = dataclasses.asdict(night) | {"median": night.at(50), "p95": night.at(95)}
        tables.append((_title(night), _night_rows(night)))
    if cold and not sizes:
        say("Timing the first projection with nothing compiled, then again")
        start = measure_cold(pack)
        told["cold"] = dataclasses.asdict(start)
        tables.append(("From the command to the first projection", _cold_rows(start)))
    if reference:
        say(f"Sampling the reference at {share:.0%} declared (minutes)")
        from scenarios.agreement import compare

        agreement = in_child(compare, pack, share, reference_draws, seed)
        told["reference"] = {
            f.name: getattr(agreement, f.name) for f in dataclasses.fields(agreement) if f.name != "rows"
        } | {"ratio": agreement.ratio, "healthy": agreement.healthy, "rows": agreement.rows.to_dict(orient="index")}
        tables.append(_reference_rows(agreement))
    if as_json:
        click.echo(json.dumps(told))
    elif markdown:
        click.echo("\n\n".join(_markdown(title, rows) for title, rows in tables))
    else:
        _print(tables)


def _title(night: Night) -> str:
    return f"One warm update, night of {night.pack}: {night.wards:,} ward contests, {night.draws:,} draws"


def _night_rows(night: Night) -> Rows:
    """Tenths of the night, then the whole."""
    rows: Rows = [("councils declared", "updates", "seconds", *STEPS, "processor seconds")]
    edges = [0, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0]
    for low, high in pairwise(edges):
        inside = [u for u in night.updates if low < u.councils / night.of <= high]
        if inside:
            steps = [sorted(u.steps[k] for u in inside)[len(inside) // 2] for k in range(len(STEPS))]
            clock = sorted(u.seconds for u in inside)[len(inside) // 2]
            cpu = sorted(u.cpu for u in inside)[len(inside) // 2]
            rows.append((f"{low:.0%} to {high:.0%}", str(len(inside)), *(f"{x:.2f}" for x in (clock, *steps, cpu))))
    blank = ("",) * (len(STEPS) + 1)
    rows.append(("median", str(len(night.updates)), f"{night.at(50):.2f}", *blank))
    rows.append(("95th percentile", "", f"{night.at(95):.2f}", *blank))
    rows.append(("set-up (once a night)", "", f"{night.setup:.2f}", *blank))
    rows.append(("load of the machine", "", f"{night.load:.1f} on {night.processors}", *blank))
    rows.append(("memory, MB", "", f"{night.memory:,.0f}", *blank))
    return rows


def _cold_rows(cold: Cold) -> Rows:
    return [
        ("", "seconds", "processor seconds"),
        ("the first time ever, nothing compiled", f"{cold.first[0]:.1f}", f"{cold.first[1]:.1f}"),
        *(("after that", f"{clock:.1f}", f"{cpu:.1f}") for clock, cpu in cold.again),
    ]


def _sizes(text: str) -> tuple[int, ...]:
    try:
        sizes = tuple(int(part) for part in text.replace(" ", "").split(",") if part)
    except ValueError:
        sizes = ()
    if not sizes or min(sizes) < 20 or max(sizes) > 100_000:
        raise DeclarationError(f"--sizes: '{text}' is no list of wards between 20 and 100000, such as 2700,8000,27000")
    return sizes


def _growth_rows(growth: list[Growth]) -> Rows:
    one = growth[0]
    shares = tuple(f"{s:.0%} declared" for s in GROWTH_AT)
    head = (
        "ward contests",
        "councils",
        *shares,
        "median",
        "times the first",
        "processor seconds",
        "times",
        "set-up",
        "memory, MB",
        "load",
    )
    rows = []
    for g in growth:
        clock = (*(f"{x:.2f}" for x in g.at), f"{g.seconds:.2f}", f"{g.seconds / one.seconds:.1f}")
        rest = (f"{g.cpu:.2f}", f"{g.cpu / one.cpu:.1f}", f"{g.setup:.1f}", f"{g.memory:,.0f}", f"{g.load:.1f}")
        rows.append((f"{g.wards:,}", f"{g.councils:,}", *clock, *rest))
    return [head, *rows]


def _reference_rows(agreement: Any) -> tuple[str, Rows]:
    state = "healthy" if agreement.healthy else "NOT good enough to judge by"
    title = (
        f"Against NUTS on the PyMC model, {agreement.declared:,} contests declared: {agreement.reference:,.0f} s "
        f"against {agreement.live:.2f} s, {agreement.ratio:,.0f} times; reference {state} (lowest bulk ESS "
        f"{agreement.lowest_ess:,.0f}, highest R-hat {agreement.highest_rhat:.3f})"
    )
    head = ("", *agreement.rows.columns)
    return title, [head, *((name, *(f"{v:.3g}" for v in row)) for name, row in agreement.rows.T.items())]


def _markdown(title: str, rows: Rows) -> str:
    head, *rest = rows
    lines = [f"**{title}**", "", "| " + " | ".join(head) + " |", "|---" + "|--:" * (len(head) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rest])


def _print(tables: list[tuple[str, Rows]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from projection.report import console

    out = console()
    for title, rows in tables:
        table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
        for k, name in enumerate(rows[0]):
            table.add_column(name, justify="right" if k else "left", overflow="fold")
        for row in rows[1:]:
            table.add_row(*row)
        out.print(table)
