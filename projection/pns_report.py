"""The projected national share in words and a table for a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from projection.pns_result import OTHERS_LINE, National
from projection.result import Projection
from projection.words import chance, interval

#: Parties of the House that are told by name.
BENCHES = 5


def pns_words(projection: Projection) -> str:
    """The lines in one row: median and 90% interval."""
    return "  ".join(f"{p} {interval(s, 1)}" for p, s in projection.pns.items())


def pns_table(national: National, published: Mapping[str, float] | None = None) -> Table:
    """The line of each party, what each baseline year alone gives, and what else goes with it.

    With ``published``, the share as it was published once the night was over, a column of that beside ours.
    """
    table = Table(
        title="Projected national share, %",
        title_justify="left",
        caption_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
    )
    # On a narrow screen intervals go below their figures; names and figures stay whole.
    table.add_column("Party", no_wrap=True, min_width=5)
    table.add_column("PNS", justify="right", no_wrap=True, min_width=16)
    if published:
        table.add_column("Result: published", justify="right", overflow="fold", min_width=9)
    for year, alone in national.alone.items():
        table.add_column(f"from {year}\n{alone.wards:,} wards", justify="right", min_width=11)
    table.add_column("plain mean change", justify="right", overflow="fold", min_width=6, max_width=10)
    table.add_column("NEV", justify="right", overflow="fold", min_width=11)
    for party, line in national.lines.items():
        own = [interval(a.lines[party], 1) if party in a.lines else "" for a in national.alone.values()]
        plain = [f"{a.mean_change[party].p50:+.1f}" for a in national.alone.values() if party in a.mean_change]
        nev = interval(national.nev[party], 1) if party in national.nev else ""
        told = [_published(national, published, party)] if published else []
        table.add_row(party, interval(line, 1), *told, *own, ", ".join(plain), nev)
    return table


def _published(national: National, published: Mapping[str, float], party: str) -> str:
    """The published share of a party; that of the others, with the parties that are told apart on one side alone."""
    if party not in published:
        return ""
    ours, theirs = set(national.lines), set(published)
    if party != OTHERS_LINE or ours == theirs:
        return f"{published[party]:g}"
    apart = [f"with {', '.join(sorted(ours - theirs))}"] if ours - theirs else []
    apart += [f"without {', '.join(sorted(theirs - ours))}"] if theirs - ours else []
    return f"{published[party]:g} {' '.join(apart)}"


def parliament_words(national: National) -> str:
    """Seats in the House of Commons, and who would have a majority."""
    house = national.parliament
    if house is None:
        return ""
    seats = ", ".join(f"{p} {interval(s)}" for p, s in list(house.seats.items())[:BENCHES])
    majority = "".join(f", {p} majority {chance(v)}" for p, v in house.majority.items())
    return f"In the House of Commons that would be {seats}; no majority {chance(house.hung)}{majority} ({house.note})."


def print_national(projection: Projection, out: Console, published: Mapping[str, float] | None = None) -> None:
    """Turnout, table (:func:`pns_table`) and small print; the reason where there is no projected share."""
    national, turnout = projection.national, projection.turnout
    words = f"Turnout {interval(turnout.projected, 1)}%, " if turnout.projected else "No projected turnout: "
    out.print(f"{words}{turnout.note}.")
    if not national.lines:
        out.print(f"No projected national share: {national.reason}.")
        if published:
            out.print(f"Result, published national share: {', '.join(f'{p} {v:g}' for p, v in published.items())}.")
        return
    out.print(pns_table(national, published))
    for party, s in national.where_it_stood.items():
        out.print(f"{party}: mean share where it stood {interval(s, 1)}%, {national.stood[party]:,} contests.")
    out.print(parliament_words(national))
    out.print(national.scope)
