"""``pns open``, ``declare``, ``retract``, ``undo``, ``confirm``, ``note``: they journal and never sample.

Nothing heavier than click and sqlite3 is imported here: each answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from projection.batch_words import told
from projection.declarations import Batch, read_tables
from projection.desk import confirm as confirm_entries
from projection.desk import note as write_note
from projection.desk import retract as take_back
from projection.desk import standing_from, take, whoami
from projection.desk import undo as undo_batch
from projection.facts import Facts
from projection.items import COUNTERMANDED, Item
from projection.journal import Journal
from projection.log_command import NIGHT, entry_line
from projection.names import (
    find_contest,
    find_council,
    shell_councils,
    shell_wards,
    typed_seats,
    typed_votes,
)
from projection.night import State, Subject, council_of, election_of, open_night, replay
from projection.tables import Table, parse_tables, read_file
from seeds.errors import DeclarationError
from seeds.types import Election

BY = click.option("--by", "author", help="Who says so. [default: PNS_AUTHOR, or user@machine]")


def _names(kind: str) -> Any:
    """Shell completion of councils or wards of the night's pack."""

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        try:
            # With the option's value still to come, click leaves the night among what it has not placed.
            with Journal(ctx.params.get("night") or ctx.args[0]) as journal:
                election = election_of(journal, desk=True)
            if kind == "council":
                return shell_councils(election, incomplete)
            council = ctx.params.get("council")
            return shell_wards(election, incomplete, find_council(election, council) if council else None)
        except Exception:  # a shell that waits for Tab must not be told of anything
            return []

    return complete


COUNCIL = click.option("--council", shell_complete=_names("council"), help="A council, by name, slug or GSS code.")
WARD = click.option(
    "--ward",
    shell_complete=_names("ward"),
    help="A ward: its name, COUNCIL/WARD, the beginning of one, or a ballot id.",
)


@click.command("open")
@click.argument("pack")
@click.option("--as", "path", required=True, type=click.Path(path_type=Path), help="The night's file, made new.")
def open_(pack: str, path: Path) -> None:
    """Open a night of PACK: one file that holds the journal of all that is declared, corrected and withdrawn."""
    election = open_night(pack, path)
    click.echo(
        f"{path}: {election.name}, {len(election.councils)} councils, {len(election.contests):,} contests. "
        f"Declare with: pns declare {path} FILE"
    )


@click.command()
@NIGHT
@click.argument("files", nargs=-1)
@COUNCIL
@click.option("--seats", help='Seats of the council: "Lab 25, Con 21". More than were up are those afterwards.')
@click.option("--after", help="Seats of the whole council afterwards, where --seats are those won tonight.")
@click.option("--shares", help='Percent of the council\'s vote: "Lab 39, Con 30.5".')
@WARD
@click.option(
    "--votes", help='Of the ward: "Con 950+640*+300, Lab 640"; a star right after a candidate\'s votes: won by lot.'
)
@click.option("--electorate", type=click.IntRange(1), help="The ward's electorate, if the pack's is wrong.")
@click.option("--countermanded", is_flag=True, help="The ward's poll did not take place.")
@click.option("--correct", "why", metavar="WHY", help="Take results that contradict what stands, for this reason.")
@click.option("--strict", is_flag=True, help="Hold doubtful results back until they are confirmed.")
@click.option("--keep-going", is_flag=True, help="Take the contests of a file that are right, list the rest.")
@BY
def declare(
    night: Path,
    files: tuple[str, ...],
    council: str | None,
    seats: str | None,
    after: str | None,
    shares: str | None,
    ward: str | None,
    votes: str | None,
    electorate: int | None,
    countermanded: bool,
    why: str | None,
    strict: bool,
    keep_going: bool,
    author: str | None,
) -> None:
    """Declare results into NIGHT: FILES (CSV or JSON, - for standard input), a council's seats, or a ward's votes.

    Without any of them at a terminal, wards are typed in with completion of names. The same result again changes
    nothing; a different one is refused unless --correct says why.
    """
    with Journal(night) as journal:
        election = election_of(journal, desk=True)
        if council and not ward and not seats and not after:
            raise DeclarationError('--council needs --seats "Lab 25, Con 21", or --ward and --votes')
        if (seats or after or shares) and not council and not files:
            raise DeclarationError("--seats, --after and --shares are of a council: give --council with them")
        if (votes or electorate or countermanded) and not ward and not files:
            raise DeclarationError("--votes, --electorate and --countermanded are of a ward: give --ward with them")
        source = "typed"
        if files:
            if ward or council or seats or after or shares or votes or countermanded:
                raise DeclarationError("give files, or --council or --ward with what it declared, not several of them")
            source = ", ".join("standard input" if f == "-" else f for f in files)
            batch = read_tables(election, _tables(files, keep_going), by_contest=keep_going)
        elif ward:
            slug = find_council(election, council) if council else None
            contest = find_contest(election, ward, slug)
            if countermanded:
                if votes or electorate:
                    raise DeclarationError(
                        "--countermanded says that there was no poll; leave --votes and --electorate out"
                    )
                item = Item("contest", contest.ballot_id, COUNTERMANDED)
                _declare(journal, election, [item], {}, source, author, why, strict)
                return
            if not votes:
                raise DeclarationError('--ward needs --votes "Con 950+700, Lab 720", or --countermanded')
            batch = read_tables(election, [typed_votes(contest, votes)])
            if electorate:
                batch.facts[contest.ballot_id] = Facts(electorate=electorate)  # type: ignore[index]
        elif council:
            slug = find_council(election, council)
            table, unnamed = typed_seats(election, slug, seats or "", shares, after)
            batch = read_tables(election, [table])
            batch.facts[slug] = Facts(unnamed=unnamed)  # type: ignore[index]
        elif sys.stdin.isatty():
            from projection.typing_in import type_in

            type_in(election, lambda b: _take(journal, election, b, "typed", author, why, strict))
            return
        else:
            raise DeclarationError("nothing to declare: give FILES (- for standard input), --council or --ward")
        _take(journal, election, batch, source, author, why, strict)
    if batch.problems:
        raise DeclarationError("\n".join(batch.problems[:20]))


def _tables(files: Iterable[str], ragged: bool) -> list[Table]:
    out = []
    for file in files:
        if file == "-":
            out += parse_tables("standard input", sys.stdin.buffer.read(), ragged=ragged)
        else:
            out += read_file(file, ragged=ragged)
    return out


def _take(
    journal: Journal, election: Election, batch: Batch, source: str, author: str | None, why: str | None, strict: bool
) -> None:
    items = batch.items()
    # What is typed has no file: its tables are named after the option.
    sources = {} if source == "typed" else batch.sources
    _declare(journal, election, items, batch.facts, source, author, why, strict, sources)
    if batch.passed_over:
        click.echo(f"{batch.passed_over:,} rows passed over: other elections, no poll, or not declared yet.")


def _declare(
    journal: Journal,
    election: Election,
    items: list[Item],
    facts: Any,
    source: str,
    author: str | None,
    why: str | None,
    strict: bool,
    sources: Mapping[str, str] | None = None,
) -> None:
    took = take(
        journal,
        election,
        items,
        source=source,
        author=author or whoami(),
        facts=facts,
        sources=sources,
        why=why,
        strict=strict,
    )
    click.echo(told(election, took.entries, took.unchanged))


@click.command()
@NIGHT
@click.argument("ballots", nargs=-1)
@COUNCIL
@WARD
@click.option("--from", "origin", metavar="SOURCE", help="All that stands from this source.")
@click.option("--why", default="", help="The reason, for the journal.")
@BY
def retract(
    night: Path,
    ballots: tuple[str, ...],
    council: str | None,
    ward: str | None,
    origin: str | None,
    why: str,
    author: str | None,
) -> None:
    """Take declarations back: BALLOTS, a --ward, all that a --council declared, or all --from a source.

    The projection is then the one of a night in which they were never declared.
    """
    with Journal(night) as journal:
        standing = replay(journal.entries()).standing
        wanted: list[Subject] = [("contest", b) for b in ballots]
        # A ballot id that stands needs no names, and no pack.
        election = (
            election_of(journal, desk=True) if council or ward or any(s not in standing for s in wanted) else None
        )
        slug = find_council(election, council) if council and election else None
        if election:
            wanted = [("contest", find_contest(election, b).ballot_id) for b in ballots]
        if ward and election:
            wanted.append(("contest", find_contest(election, ward, slug).ballot_id))
        if (ballots and (council or ward or origin)) or (ward and origin):
            raise DeclarationError(
                "give ballot ids, or --ward (with its --council), or --council or --from, not several"
            )
        if not wanted and not slug and not origin:
            raise DeclarationError("nothing to retract: give a ballot id, --ward, --council or --from")

        def choose(state: State) -> list[Subject]:
            if wanted:
                return wanted
            found = list(state.standing) if origin is None else standing_from(state, origin)
            return [s for s in found if not slug or not election or slug == council_of(election, s)]

        entries = take_back(journal, choose, why=why, source="typed", author=author or whoami())
    for e in entries[:20]:
        click.echo(f"Entry {e.id}: {e.key} retracted (was entry {e.refers})")
    if len(entries) > 20:
        click.echo(f"and {len(entries) - 20} more, to entry {entries[-1].id}")


@click.command()
@NIGHT
@click.argument("entry", type=int, required=False)
@BY
def undo(night: Path, entry: int | None, author: str | None) -> None:
    """Undo your last command, or the one that ENTRY belongs to, as if it had never been given.

    Undoing an undo puts the command back in force.
    """
    with Journal(night) as journal:
        new, undid = undo_batch(journal, author=author or whoami(), entry=entry)
    what = f"entry {undid[0].id}" if len(undid) == 1 else f"entries {undid[0].id} to {undid[-1].id}"
    click.echo(f"Entry {new.id}: {what} undone ({', '.join(dict.fromkeys(entry_line(e) for e in undid[:3]))})")


@click.command()
@NIGHT
@click.argument("entries", nargs=-1, type=int, required=True)
@click.option("--why", default="", help="How it was checked, for the journal.")
@BY
def confirm(night: Path, entries: tuple[int, ...], why: str, author: str | None) -> None:
    """Confirm doubtful ENTRIES: their flags are settled, and what was held back comes into force."""
    with Journal(night) as journal:
        for e in confirm_entries(journal, entries, why=why, author=author or whoami()):
            click.echo(f"Entry {e.id}: entry {e.refers} ({e.key}) confirmed")


@click.command()
@NIGHT
@click.argument("text")
@BY
def note(night: Path, text: str, author: str | None) -> None:
    """Write a remark into the journal of NIGHT."""
    with Journal(night) as journal:
        click.echo(f"Entry {write_note(journal, text, author=author or whoami()).id}: noted")
