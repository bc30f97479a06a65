"""``pns elections`` and ``pns project``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from projection.bases import Basis, check_basis, on_basis
from projection.draw_options import draws_option, seed_option
from projection.net_option import net_option
from projection.pns_option import standing_option
from projection.pns_result import Standing
from projection.report import COUNCIL_ROWS, console, print_projection
from seeds import Election, embedded, load_election

#: Narrowest terminal in which sources stand in the table of packs.
SOURCES = 110


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object per pack.")
def elections(as_json: bool) -> None:
    """List the embedded election packs.

    "With a baseline" is the share of polled ward contests whose ward has an earlier result of its own. The sources are
    those of the ward results; --json gives all, with licences and credits.
    """
    facts = [_facts(load_election(key)) for key in embedded()]
    if as_json:
        for fact in facts:
            click.echo(json.dumps(fact, ensure_ascii=False))
        return
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(title="Election packs", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Pack")
    table.add_column("Date", no_wrap=True)
    for name in ("Councils", "Contests", "Seats up", "With a baseline"):
        table.add_column(name, justify="right")
    out = console()
    # In a narrow terminal a source would take a dozen lines of its row: sources then stand below.
    beside = out.width >= SOURCES
    if beside:
        table.add_column("Source", overflow="fold")
    for fact in facts:
        table.add_row(
            str(fact["pack"]),
            str(fact["date"]),
            f"{fact['councils']:,}",
            f"{fact['contests']:,}",
            f"{fact['seats']:,}",
            f"{100 * float(fact['baseline']):.0f}%",  # type: ignore[arg-type]
            *([str(fact["source"])] if beside else []),
        )
    out.print(table)
    for fact in [] if beside else facts:
        out.print(f"{fact['pack']}: {fact['source']}", soft_wrap=False)


def _facts(election: Election) -> dict[str, object]:
    contests = election.contests.values()
    polled = [c for c in contests if c.status == "poll" and c.rule == "plurality"]
    by_council: dict[str, int] = {}
    for contest in contests:
        by_council[contest.council] = by_council.get(contest.council, 0) + contest.seats
    return {
        "pack": election.key,
        "name": election.name,
        "date": election.date.isoformat(),
        "councils": len(election.councils),
        "contests": len(election.contests),
        "seats": sum(
            by_council.get(slug, 0) if c.seats_up is None else c.seats_up for slug, c in election.councils.items()
        ),
        "baseline": sum(any(e.unit != "seats" for e in c.earlier) for c in polled) / max(len(polled), 1),
        "source": "; ".join(dict.fromkeys(_origin(s) for s in election.sources if "contests" in s.partition(": ")[0])),
        "sources": list(election.sources),
        "scope": election.scope,
    }


def _origin(source: str) -> str:
    """``table: origin (licence). credit`` to its origin."""
    return source.partition(": ")[2].partition(" (")[0]


@click.command()
@click.argument("pack")
@click.argument("results", nargs=-1, required=True, type=click.Path(path_type=Path))
@seed_option()
@draws_option
@standing_option
@net_option
@click.option("--councils", default=COUNCIL_ROWS, show_default=True, type=click.IntRange(0), help="Councils to show.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of tables.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def project(
    pack: str,
    results: tuple[Path, ...],
    seed: int,
    draws: int,
    standing: Standing,
    net: Basis,
    councils: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Project the night of PACK from RESULTS: CSV files of what has declared so far.

    A file has one row per candidate (ballot_paper_id,party,votes; optional candidate,elected), or, for councils
    known only by totals, one row per party (council,party,seats; optional share). See docs/declarations.md.
    """
    from projection.declarations import read_declarations

    election = load_election(pack)
    check_basis(election, net)
    declared = read_declarations(election, *results)
    if not quiet:
        click.echo(f"Fitting {election.name} to {len(declared.contests)} contests ...", err=True)
    from projection.engine import project_declared
    from projection.session import make_session

    session = make_session(election, standing=standing)
    projection = project_declared(election, declared, seed=seed, draws=draws, session=session)
    if as_json:
        click.echo(json.dumps(projection.to_dict(), ensure_ascii=False))
    else:
        print_projection(on_basis(projection, net), console(), councils)
