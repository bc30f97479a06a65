"""What a change in seats is measured against, beside the seats before: May of the year before, and the last contest."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Container
from pathlib import Path
from typing import Literal

from seeds.cells import parse_counts
from seeds.pack import find
from seeds.rows import rows
from seeds.types import Contest, Council, Defended, EarlierResult, Election, Votes
from seeds.winners import count_contest

#: The seats of May 2020 were put off for a year: they had been fought in 2016, and were up again in 2024.
_PUT_OFF = {2021: 2016, 2024: 2021}

DEFENDED = "defended.csv"
DEFENDED_COLUMNS = "council,basis,year,seats,how"

#: In a council's note, where its seats held over come from how the night ended.
DERIVED = "less seats won"


def derived_held_over(council: Council) -> bool:
    """Whether a council's seats held over are those after the night less those won, and so as of that night."""
    return council.held_over is not None and DERIVED in council.note


def load_defended(pack: str | Path, councils: Container[str]) -> tuple[Defended, ...]:
    """Load a pack's table of seats defended; empty if the pack has none.

    Parameters
    ----------
    pack
        Key of an embedded pack or path of a pack's folder.
    councils
        Councils of the pack.

    Raises
    ------
    PackError
        Naming file, row and column of what is missing or wrong.
    """
    file = find(pack) / DEFENDED
    if not file.is_file():
        return ()
    out: dict[tuple[str, str], Defended] = {}
    for r in rows(file, DEFENDED_COLUMNS):
        council, basis = r.text("council"), r.choice("basis", Literal["may", "last"])
        if council not in councils:
            raise r.fail("council", f"'{council}' is not in councils.csv")
        if (council, basis) in out:
            raise r.fail("council", f"'{council}' stands twice with the basis '{basis}'")
        out[council, basis] = Defended(
            council=council,
            basis=basis,
            year=r.read("year", int),
            seats=r.read("seats", parse_counts),
            how=r.cells["how"],
        )
    return tuple(out.values())


def seats_defended(election: Election, council: Council) -> Counter[str]:
    """Seats of a council that are up tonight, by the party that won them when they were last fought; as far as known.

    All of them where ``defended.csv`` has them, else those of wards whose own results tell: not where the council was
    elected whole since, nor of by-elections, whose seats were last fought who knows when.
    """
    told = next((d for d in election.defended if d.council == council.council and d.basis == "last"), None)
    if told:
        return Counter(told.seats)
    out: Counter[str] = Counter()
    year = election.date.year
    if fought_since(council, dt.date(year - 4, 12, 31), 1.5):
        return out
    years = last_years(year)
    for c in election.contests_of(council.council):
        then = last_result(c, years)
        if then and not c.by_election:
            out += winners(then.votes, c.seats) or Counter()
    return out


def last_result(contest: Contest, years: Container[int]) -> EarlierResult | None:
    """The ward's latest result of some years in which it filled as many seats as tonight; None if there is none."""
    then = [e for e in contest.earlier if e.date.year in years and e.unit == "votes" and e.seats == contest.seats]
    return then[-1] if then else None


def winners(votes: Votes, seats: int) -> Counter[str] | None:
    """Seats by party of a contest; None where a tie, or too few candidates, leaves a seat open."""
    if sum(map(len, votes.values())) < seats:
        return None
    count = count_contest(votes, seats)
    return None if count.lot else Counter(count.seats)


def last_years(year: int) -> list[int]:
    """Years in which seats that are up in a year were last fought."""
    return sorted({year - 4, _PUT_OFF.get(year, year - 4)})


def fought_since(council: Council, day: dt.date, part: float) -> bool:
    """Whether the council fought so many times tonight's seats on one day since."""
    return any(h.date > day and (h.seats or 0) > part * (council.seats_up or 0) for h in council.history)
