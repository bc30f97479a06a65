"""``pns whatif``."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from models.types import Declared
from projection.draw_options import draws_option, seed_option
from projection.narrow import Sheet, figure_tables, text_table
from projection.pns_option import standing_option
from projection.pns_result import OTHERS_LINE, Standing
from projection.report import OTHERS, console, scope_words
from projection.result import LUMP, NOC
from projection.words import chance, interval
from scenarios.changes import Change, parse_amounts, parse_placed
from seeds import DeclarationError, Election, load_election, load_outcome

if TYPE_CHECKING:
    from rich.table import Table

    from scenarios.sampled import Compared
    from scenarios.whatif_result import WhatIf

#: Parties with seats, with votes, beside all others at least, and councils shown.
ROWS, FEWER, FEWEST, COUNCILS = 10, 6, 3, 12
#: What stands beside the seats: quantity, its name, and digits.
REST = (("shares", "votes %", 1), ("pns", "PNS %", 1), ("councils", "councils", 0))
#: A council is shown if the chance of someone's control moves by so much.
MOVES = 0.03


@click.command()
@click.argument("night")
@click.argument("results", nargs=-1, type=click.Path(path_type=Path))
@click.option("--declared", "part", help="Of a past night: as it stood when this share of councils had declared, 25%.")
@click.option("--swing", multiple=True, help='Points of the vote to come, on top: "Lab +3, Con -3".')
@click.option("--region", multiple=True, help='The same in one region alone: "London: Lab +2".')
@click.option("--factor", multiple=True, help='A party\'s votes to come times so much: "Lab 0.9".')
@click.option("--drop", multiple=True, help="A party that does not stand where nothing has declared.")
@click.option("--turnout", multiple=True, help='Votes cast in the wards that a party leads, in percent: "Lab -10".')
@click.option("--polls", multiple=True, help='What the last polls said: "Con 30, Lab 42".')
@click.option("--suppose", multiple=True, type=click.Path(path_type=Path), help="A file of results as if they were in.")
@click.option(
    "--set",
    "conditions",
    multiple=True,
    help='A council\'s seats, or who controls it, and all else given that: "Thurrock: Lab 25, Con 21", '
    '"Thurrock: Lab control", "Thurrock: NOC".',
)
@click.option(
    "--within", default=0, show_default=True, type=click.IntRange(0), help="Seats by which --set may be missed."
)
@click.option(
    "--limit", default=40_000, show_default=True, type=click.IntRange(1), help="Most draws in search of --set."
)
@seed_option()
@draws_option
@standing_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of tables.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def whatif(
    night: str,
    results: tuple[Path, ...],
    part: str | None,
    swing: tuple[str, ...],
    region: tuple[str, ...],
    factor: tuple[str, ...],
    drop: tuple[str, ...],
    turnout: tuple[str, ...],
    polls: tuple[str, ...],
    suppose: tuple[Path, ...],
    conditions: tuple[str, ...],
    within: int,
    limit: int,
    seed: int,
    draws: int,
    standing: Standing,
    as_json: bool,
    quiet: bool,
) -> None:
    """Project NIGHT as it would be if, beside NIGHT as it is.

    NIGHT is a pack (a key such as 2018, or a folder), with RESULTS files of what has declared so far, or the file of a
    live night. Changes may be given together and each more than once; they act on what is still to declare.
    """
    from projection.session import make_session
    from scenarios.whatif import what_if

    amounts = [("swing", swing), ("factor", factor), ("turnout", turnout), ("polls", polls)]
    changes: list[Change] = [(kind, parse_amounts(kind, text)) for kind, texts in amounts for text in texts]
    placed = [("region", region), ("set", conditions)]
    changes += [(kind, dict([parse_placed(kind, text)])) for kind, texts in placed for text in texts]
    changes += [("drop", [p.strip() for p in text.split(",") if p.strip()]) for text in drop]
    if not changes and not suppose:
        raise DeclarationError("nothing is changed: give --swing, --region, --factor, --drop, --turnout, --polls, "
                               "--suppose or --set")  # fmt: skip
    election, declared = _night(night, results, part)
    if suppose:
        from projection.declarations import read_declarations

        changes.append(("declare", read_declarations(election, *suppose)))

    def say(words: str) -> None:
        if not quiet:
            click.echo(words, err=True)

    say(f"Preparing the model of {election.name} ...")
    session = make_session(election, standing=standing)
    answer = what_if(session, declared, changes, seed=seed, draws=draws, within=within, limit=limit, say=say)
    if as_json:
        click.echo(json.dumps(answer.to_dict(), ensure_ascii=False))
        return
    print_answer(answer)


def _night(night: str, results: tuple[Path, ...], part: str | None) -> tuple[Election, Declared]:
    """The election and what has declared: of a live night's file, of files of results, or of a past night."""
    if Path(night).is_file():
        from projection.journal import Journal
        from projection.log_command import read_night
        from projection.night import as_it_stands, election_of

        if results or part:
            raise DeclarationError(f"{night}: a live night knows what has declared; leave out RESULTS and --declared")
        _, state = read_night(Path(night), None)
        with Journal(Path(night)) as journal:
            election = election_of(journal)
        return as_it_stands(election, state), state.declared()
    election = load_election(night)
    if part is not None:
        from scenarios.order import first_part
        from scenarios.replay import declared_by
        from scenarios.skew import REAL, arranged

        if results:
            raise DeclarationError("--declared and RESULTS both say what has declared; give one")
        outcome = load_outcome(night)
        councils = first_part(arranged(election, outcome, REAL, 0), part)
        return election, declared_by(election, outcome, councils)
    if results:
        from projection.declarations import read_declarations

        return election, read_declarations(election, *results)
    return election, Declared({})


def print_answer(answer: WhatIf) -> None:
    """Two tables by party, the councils whose control moves, and the small print."""
    out = console()
    night = answer.as_it_is
    d = night.declared
    out.print(
        f"{night.name}: {d.councils} of {d.councils_of} councils and {d.contests:,} of {d.contests_of:,} ward contests "
        f"declared, {d.councils_of - d.councils} councils to come.",
        style="bold",
    )
    out.print("If " + "; ".join(answer.changes) + ":", style="bold", soft_wrap=True)
    if not answer.enough:
        out.print(
            f"Few draws: only {answer.effective} of {answer.drawn:,} meet the condition; read the figures as rough.",
            style="bold",
        )
    seats, rest = _seats(answer), _rest(answer)
    own = replace(seats.part("Seats", (1, 2, 3)), caption=seats.caption)
    two = range(1, len(rest.heads), 2)
    for table in [
        *figure_tables(seats, out.width, [own, seats.part("Change in seats", (4, 5))]),
        *figure_tables(rest, out.width, [rest.part(rest.heads[i].removesuffix(" if so"), (i, i + 1)) for i in two]),
    ]:
        out.print(table)
    if councils := _councils(answer, out.width):
        out.print(councils)
    for note in answer.notes:
        out.print(note, soft_wrap=True)
    kept = "" if answer.paired else f", {answer.effective:,} of {answer.drawn:,} draws meet the condition"
    out.print(f"Medians with 90% intervals, from {night.draws:,} draws, seed {answer.seed}{kept}.", soft_wrap=True)
    out.print(scope_words(night))


def _seats(answer: WhatIf) -> Sheet:
    """Seats and change by party: where change cannot be told apart, all others together, then each with its seats."""
    night, seats, net = answer.as_it_is, answer.tables["seats"], answer.tables["net"]
    lumped = {*night.scope.net_lumped, LUMP} if answer.tables["others"] else set()
    rows: list[tuple[str, ...]] = []

    def add(name: str, c: Compared, change: Compared | None) -> None:
        told = [interval(x, signed=True) for x in (change.before, change.after)] if change else ["", ""]
        rows.append((name, interval(c.before), interval(c.after), _difference(answer, c, 0), *told))

    apart = sorted((p for p in seats if p not in lumped), key=lambda p: -_stake(answer, p))[:ROWS]
    for party in (p for p in seats if p in apart):
        add(party, seats[party], net.get(party))
    for c in answer.tables["others"].values():
        add(OTHERS, c, net.get(LUMP))
    for party in [p for p in seats if p in lumped][: max(ROWS - len(rows), FEWEST)]:
        add(f"  {party}", seats[party], None)
    scope = night.scope
    # Where change is known of some councils only, its columns say so: they do not add to the seats beside them.
    part = f" in {scope.net_councils} councils" if scope.net_councils < scope.councils else ""
    label = scope.net_label + part
    heads = ("Party", "as it is", "if so", "difference", f"change {label}\nas it is", f"change {label}\nif so")
    left = len(seats) - sum(name != OTHERS for name, *_ in rows)
    more = f"and {left} more parties" if left > 0 else ""
    return Sheet("Seats", heads, tuple(rows), more)


def _stake(answer: WhatIf, party: str) -> float:
    """Seats that a party has either way, or had before: one that loses all of many stands high."""
    c = answer.tables["seats"][party]
    return max(c.before.mean, c.after.mean, answer.as_it_is.before.get(party, 0))


def _rest(answer: WhatIf) -> Sheet:
    quantities = [(q, name, digits) for q, name, digits in REST if answer.tables[q]]
    heads = ("Party", *(word for _, name, _ in quantities for word in (f"{name} if so", "difference")))
    told = {q: {_name(q, p): c for p, c in answer.tables[q].items()} for q, *_ in quantities}
    rows = []
    for name in dict.fromkeys(n for q in told for n in list(told[q])[:FEWER]):
        cells: list[str] = []
        for q, _, digits in quantities:
            c = told[q].get(name)
            cells += [interval(c.after, digits), _difference(answer, c, digits)] if c else ["", ""]
        rows.append((name, *cells))
    return Sheet("Votes and councils", heads, tuple(rows))


def _name(quantity: str, party: str) -> str:
    """The row of a party: those that the national share has together are others than the wards' "Oth"."""
    if quantity == "pns" and party == OTHERS_LINE:
        return "Others in PNS"
    return "No overall control" if party == NOC else party


def _difference(answer: WhatIf, c: Compared, digits: int) -> str:
    """The paired difference with its interval; of means, which are finer than whole seats, with its error."""
    if answer.paired:
        return interval(c.difference, digits, signed=True)
    d = c.difference
    return f"{round(d.mean, 1) + 0.0:+.1f} ± {(d.p95 - d.p05) / 2:.1f}"


def _councils(answer: WhatIf, width: int) -> Table | None:
    """Councils in which the chances of control move most; None where none moves."""
    moved = {c: max(abs(b.get(p, 0.0) - a.get(p, 0.0)) for p in {*a, *b}) for c, (a, b) in answer.control.items()}
    shown = sorted((c for c, m in moved.items() if m >= MOVES), key=lambda c: (-moved[c], c))
    if not shown:
        return None
    cells = []
    for slug in shown[:COUNCILS]:
        council = answer.as_it_is.councils[slug]
        # What has declared, or what the change says, is a fact of its column.
        facts = (council.state == "declared", council.state == "declared" or slug in answer.given)
        told = [
            "  ".join(f"{p} {chance(v, certain=sure)}" for p, v in list(chances.items())[:3])
            for chances, sure in zip(answer.control[slug], facts, strict=True)
        ]
        cells.append((council.name, council.control_before or "unknown", *told))
    more = f"and {len(shown) - COUNCILS} more by {MOVES:.0%} or more" if len(shown) > COUNCILS else None
    head = ("Council", "Before", "As it is", "If so")
    return text_table(head, cells, (), width, title="Control that moves most", caption=more)
