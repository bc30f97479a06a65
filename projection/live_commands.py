"""``pns show``: the projection as it stands."""

from __future__ import annotations

import json
from pathlib import Path

import click

from projection.desk import whoami
from projection.desk_commands import COUNCIL, NIGHT, WARD, read_night
from projection.journal import Journal
from projection.names import find_contest, find_council
from projection.night import election_of, replay
from projection.report import COUNCIL_ROWS, console, print_projection


@click.command()
@NIGHT
@COUNCIL
@WARD
@click.option("--as-of", "as_of", help="As it stood at this moment: 03:15, or 2012-05-04T03:15.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of tables.")
@click.option(
    "--councils", "rows", default=COUNCIL_ROWS, show_default=True, type=click.IntRange(0), help="Councils to show."
)
@click.option("--seed", default=0, show_default=True, help="Seed of the draws.")
@click.option("--draws", default=2000, show_default=True, type=click.IntRange(1, 65_535), help="Number of draws.")
@click.option("--strict", is_flag=True, help="Hold back results that the model finds out of line, until confirmed.")
@click.option("--no-check", is_flag=True, help="Do not ask the model about new results.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def show(
    night: Path,
    council: str | None,
    ward: str | None,
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
    from projection.projector import Projector
    from projection.views import council_lines, council_table, doubt_lines, night_dict, to_come, ward_dicts, wards_table

    def say(text: str) -> None:
        if not quiet:
            click.echo(text, err=True)

    _, state = read_night(night, as_of)
    with Journal(night) as journal:
        election = election_of(journal)
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
                out.print(council_table(projection.councils[wanted]))
        else:
            out.print(f"{election.councils[wanted].name} is outside the projection: its counting is not built.")
        if any(b in ballots for b in projection.wards.ballot):
            out.print(wards_table(projection, ballots))
    else:
        print_projection(projection, out, rows)
        out.print(to_come(projection), soft_wrap=True)
    for line in doubt_lines(state):
        out.print(line, soft_wrap=True, style="bold")
