"""Make ``defended.csv``: seats after May of the year before, and winners of the last contest of what is up tonight."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from seeds.build.composition import compositions, councillors
from seeds.cells import format_numbers
from seeds.councils import council_at
from seeds.defended import DEFENDED, DEFENDED_COLUMNS
from seeds.labels import in_order
from seeds.readers.contest import digest
from seeds.types import Contest, Council, Defended, Election, Votes
from seeds.write import Source, write_csv

#: Councils of these types are elected whole, every four years; others may be.
_WHOLE = {"LB", "WP", "SC"}
#: The seats of May 2020 were put off for a year: they had been fought in 2016.
_PUT_OFF = {2021: 2016}


def defended(election: Election, then: Mapping[tuple[str, int], Mapping[str, int]], whole: set[str]) -> list[Defended]:
    """Rows of a pack, by council.

    Parameters
    ----------
    election
        The pack, with ``seats_before`` after May of the year before, histories and earlier results.
    then
        Seats of whole councils by slug and year, after May.
    whole
        Councils of which every seat was last fought four years ago.
    """
    year = election.date.year
    out = []
    for slug, council in election.councils.items():
        if council.seats_before is not None:
            out.append(Defended(slug, "may", year - 1, dict(council.seats_before), "composition"))
        last = _last(election, council, year, then.get((slug, year - 4)) if slug in whole else None)
        if last:
            out.append(last)
    return out


def _last(election: Election, council: Council, year: int, whole: Mapping[str, int] | None) -> Defended | None:
    """Who won the seats that are up tonight when they were last fought; None where that is not known of every seat.

    First as results of the day add up, then ward by ward, then as the composition of a council elected whole.
    """
    if council.cycle is None or not council.seats_up:
        return None
    years = sorted({year - 4, _PUT_OFF.get(year, year - 4)})
    for h in reversed(council.history):
        if h.date.year in years and h.won and sum(h.won.values()) == council.seats_up:
            return Defended(council.council, "last", h.date.year, dict(h.won), f"results of {h.date}")
    if council.detail == "wards" and (found := _by_ward(election.contests_of(council.council), years)):
        won, date = found
        if sum(won.values()) == council.seats_up:
            seats = {p: won[p] for p in in_order(frozenset(won)) if won[p]}
            return Defended(council.council, "last", date.year, seats, f"wards of {date}")
    if whole and sum(whole.values()) == council.seats_up == council.seats_total:
        return Defended(council.council, "last", year - 4, dict(whole), f"composition after May {year - 4}")
    return None


def _by_ward(contests: Iterable[Contest], years: list[int]) -> tuple[Counter[str], dt.date] | None:
    total: Counter[str] = Counter()
    date = None
    for c in contests:
        then = [e for e in c.earlier if e.date.year in years and e.unit == "votes" and e.seats == c.seats]
        won = winners(then[-1].votes, c.seats) if then else None
        if won is None:
            return None
        total += won
        date = then[-1].date
    return (total, date) if date else None


def winners(votes: Votes, seats: int) -> Counter[str] | None:
    """Seats by party of a contest; None where a tie, or too few candidates, leaves a seat open."""
    ranked = sorted(((v, p) for p, vs in votes.items() for v in vs), reverse=True)
    if len(ranked) < seats:
        return None
    if len(ranked) > seats and ranked[seats - 1][0] == ranked[seats][0] and ranked[seats - 1][1] != ranked[seats][1]:
        return None
    return Counter(p for _, p in ranked[:seats])


def fought_whole(election: Election, folder: Path) -> set[str]:
    """Councils of which every seat was last fought four years ago: by their type, or by the lists of councillors.

    A list that has every seat next up tonight, made within the four years, leaves no other year.
    """
    year = election.date.year
    out = {slug for slug, c in election.councils.items() if c.type in _WHOLE}
    for listed in range(year - 3, year):
        known = councillors(folder, listed)
        for slug in election.councils:
            seats = known.get(council_at(slug, election.date).key, [])
            if seats and all(c.next_election.startswith(str(year)) for c in seats):
                out.add(slug)
    return out


def then_by_council(election: Election, folder: Path) -> dict[tuple[str, int], Mapping[str, int]]:
    """Seats of tonight's councils after May of four years ago, by slug and year."""
    year = election.date.year - 4
    table = compositions(folder)
    keys = {slug: council_at(slug, election.date).key for slug in election.councils}
    return {(slug, year): table[key, year].seats for slug, key in keys.items() if (key, year) in table}


def write_defended(folder: Path, found: list[Defended]) -> None:
    """Write ``defended.csv`` into a pack's folder."""
    rows = [(d.council, d.basis, d.year, format_numbers(d.seats), d.how) for d in found]
    write_csv(folder / DEFENDED, DEFENDED_COLUMNS, rows)


def defended_source(files: Iterable[Path]) -> Source:
    """Where the table comes from: compositions of councils, and the earlier results that the pack has anyway."""
    return Source(
        "defended",
        "Open Council Data UK: council compositions and councillors; earlier results as in history and earlier",
        "CC BY-SA 4.0; the licences of history and earlier",
        "Open Council Data UK; the sources of history and earlier",
        digest(files),
    )
