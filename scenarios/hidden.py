"""A past night with its wards hidden: what the coarse layer for councils known by totals is held against.

Most of 2012, and any night whose ward figures come late, is known by councils' totals alone. On nights whose wards are
known the same can be made: all councils but a few lose their wards, declare their seats only, and are projected by
:mod:`models.coarse`; the truth is known.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from scenarios.new_pack import check_new, write_pack
from scenarios.truth import open_night
from seeds import Election, Outcome, PackError, load_election, load_outcome
from seeds.pack import find

#: One council in so many keeps its wards: a night on which no ward declares has no ward swing to project from.
KEEP = 25


def hide_wards(election: Election, outcome: Outcome, keep: int = KEEP) -> tuple[Election, Outcome]:
    """The same night with every council's wards hidden, but every ``keep``-th council's.

    Councils whose seats won are not known for certain (a tie that was settled by lot) are left out.
    """
    won = open_night(election, outcome).truth.seats
    known = [slug for slug, c in election.councils.items() if c.detail == "wards" and slug in won]
    open_ = set(known[::keep])
    councils = {
        s: election.councils[s] if s in open_ else replace(election.councils[s], detail="totals") for s in known
    }
    contests = {b: c for b, c in election.contests.items() if c.council in open_}
    results = {
        s: outcome.councils[s]
        if s in open_
        else replace(outcome.councils[s], seats_won={p: n for p, n in won[s].items() if n}, shares={})
        for s in known
    }
    return (
        replace(election, councils=councils, contests=contests, scope=f"{election.scope} Wards are hidden."),
        replace(
            outcome,
            contests={b: r for b, r in outcome.contests.items() if b in contests},
            councils=results,
            order=tuple(s for s in outcome.order if s in councils),
        ),
    )


@click.command("hide-wards")
@click.argument("pack")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder of the new pack; made new.")
@click.option(
    "--keep", default=KEEP, show_default=True, type=click.IntRange(1), help="One council in so many keeps its wards."
)
def hide(pack: str, out: Path, keep: int) -> None:
    """Write the past night of PACK as a pack whose councils declare only their seats.

    What it is for: pns backtest FOLDER tells how well councils known by totals are projected.
    """
    check_new(out)
    whole = load_election(pack)
    election, outcome = hide_wards(whole, load_outcome(pack), keep)
    if not election.contests:
        raise PackError(f"{pack}: no council's wards are known; there is nothing to hide")
    write_pack(out, election, outcome, find(pack))
    click.echo(f"{out}: {len(election.councils)} councils, {len(election.contests)} ward contests left.")
