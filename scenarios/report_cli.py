"""``pns report``."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import click

from projection.draw_options import draws_option, seed_option
from projection.page import write_page
from projection.report import console
from scenarios.document import html, markdown, show
from seeds import DeclarationError, load_election, load_outcome
from seeds.statements import load_statements


@click.command()
@click.argument("pack")
@click.option("--markdown", "markdown_file", type=click.Path(path_type=Path), help="Write it as Markdown.")
@click.option("--html", "html_file", type=click.Path(path_type=Path), help="Write it as a page.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of tables.")
@seed_option()
@draws_option
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def report(
    pack: str,
    markdown_file: Path | None,
    html_file: Path | None,
    as_json: bool,
    seed: int,
    draws: int,
    quiet: bool,
) -> None:
    """Set the night of PACK beside what was said during it: tallies, forecasts, national shares, turnout, gains.

    At each moment at which a source states a figure the night is replayed to there, and ours stands beside it, like
    for like. A pack without such statements is compared with its published figures, at the end.
    """
    from scenarios.night_report import make_report
    from scenarios.report_blocks import report_blocks, report_dict

    election, outcome, statements = load_election(pack), load_outcome(pack), load_statements(pack)

    def say(words: str) -> None:
        if not quiet:
            click.echo(words, err=True)

    made = make_report(election, outcome, statements, seed=seed, draws=draws, say=say)
    typed = f"pns report {shlex.quote(pack)} --seed {seed} --draws {draws}"
    blocks = report_blocks(made, typed)
    _write(markdown_file, markdown(blocks), say)
    _write(html_file, html(f"{election.name}: ours beside what was said", blocks), say)
    if as_json:
        click.echo(json.dumps(report_dict(made), ensure_ascii=False))
    elif not (markdown_file or html_file):
        show(blocks, console())


def _write(file: Path | None, text: str, say: Callable[[str], None]) -> None:
    if file is None:
        return
    try:
        write_page(file, text)
    except OSError as why:
        raise DeclarationError(f"{file}: cannot be written ({why.strerror or why})") from None
    say(f"written: {file}")
