"""Wards typed in at a terminal, one after the other, with completion of names on the Tab key."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable

import click

from projection.declarations import Batch, read_tables
from projection.names import complete_ward, find_contest, typed_votes
from seeds.errors import PNSightError
from seeds.types import Election

_VOTES = re.compile(r"\d+\s*\*?(\s*\+\s*\d+\s*\*?)*")


def type_in(election: Election, take: Callable[[Batch], None], ask: Callable[[str], str] = input) -> None:
    """Ask for wards and their votes until an empty line; a mistake is told and asked for again."""
    _complete_with(election)
    click.echo("COUNCIL/WARD (Tab completes), then each party's votes; an empty line ends.")
    while True:
        try:
            ward = ask("ward> ").strip()
            if not ward:
                return
            contest = find_contest(election, ward)
            click.echo(
                f"{election.councils[contest.council].name}, {contest.ward} ({contest.ballot_id}), {contest.seats} "
                f"seat{'s' * (contest.seats != 1)}. Several candidates of a party: 950+700; a star after a "
                "candidate's votes, as 700*: won by lot; nothing at the first party: another ward."
            )
            parts: list[tuple[str, str]] = []
            try:
                for party, candidates in contest.standing.items():
                    if not (text := _ask_votes(ask, party, candidates, first=not parts)):
                        break
                    parts.append((party, text))
            except EOFError:
                click.echo(f"\n  ended in the middle of {contest.ward}: nothing of it was taken")
                return
            if not parts:
                click.echo("  nothing typed, nothing taken")
                continue
            votes = ", ".join(f"{party} {text}" for party, text in parts)
            take(read_tables(election, [typed_votes(contest, votes)]))
        except EOFError:
            return
        except PNSightError as error:
            for line in str(error).splitlines():
                click.echo(f"pns: {line}", err=True)


def _ask_votes(ask: Callable[[str], str], party: str, candidates: int, *, first: bool) -> str:
    """A party's votes as typed; what cannot be votes, or is of too many or too few candidates, is asked for again.

    Nothing at the ``first`` party leaves the ward; later it is asked for again, since a ward is taken whole.
    """
    many = f" ({candidates} candidates)" if candidates > 1 else ""
    while True:
        text = ask(f"  {party}{many}> ").strip()
        if (first and not text) or (_VOTES.fullmatch(text) and text.count("+") + 1 == candidates):
            return text
        if not text:
            click.echo("  a ward is taken once every party's votes are in; 0 for none, Ctrl-C to leave it")
            continue
        form = "950+700" if candidates > 1 else "950"
        click.echo(f"  '{text}' is not the votes of {candidates} candidate{'s' * (candidates > 1)}, such as {form}")


def _complete_with(election: Election) -> None:
    """Tab completes wards; nothing happens where there is no readline."""
    with contextlib.suppress(ImportError):
        import readline

        def complete(text: str, state: int) -> str | None:
            names = complete_ward(election, text)
            return names[state] if state < len(names) else None

        readline.set_completer_delims("")
        readline.set_completer(complete)
        readline.parse_and_bind("tab: complete")
