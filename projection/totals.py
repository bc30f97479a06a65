"""Councils known only by their totals, as declared: ``council,party,seats`` and an optional ``share``."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from models.types import CouncilTotals
from projection.reading import Reading
from projection.tables import Row
from seeds.types import Council, Election

VACANT = "vacant"
_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,12})?")


@dataclass(frozen=True, slots=True)
class TotalsRow:
    """One party's seats in a council, with its share of the vote in percent where the file has it."""

    row: Row
    party: str
    seats: int
    share: float | None


def council_names(election: Election) -> dict[str, str]:
    """Every way to write a council of this pack (slug, name, GSS code), casefolded, to its slug."""
    names: dict[str, str] = {}
    for slug, council in election.councils.items():
        names |= {n.casefold(): slug for n in (slug, council.name, council.gss) if n}
    return names


def read_totals_row(reading: Reading, names: dict[str, str], row: Row) -> tuple[str, TotalsRow] | None:
    """The council and content of a row; None, with a complaint, if it cannot be taken."""
    slug = names.get(row.cells["council"].casefold())
    if slug is None:
        reading.unknown_name(row, "council", "council", names)
        return None
    detail = reading.election.councils[slug].detail
    if detail in ("later", "wards"):
        if slug not in reading.spoilt:
            why = "its counting is not built; leave it out" if detail == "later" else "declare its wards"
            reading.problems.add(row, "council", f"'{slug}' cannot be declared by totals: {why}")
        reading.spoilt.add(slug)
        return None
    vacant = row.cells["party"].casefold() == VACANT
    party = VACANT if vacant else reading.party(row, reading.election.parties)
    seats = reading.whole(row, "seats")
    text = row.cells.get("share", "")
    share = float(text) if _NUMBER.fullmatch(text) else None
    wrong_share = bool(text) and (share is None or share > 100)
    if wrong_share:
        reading.problems.add(row, "share", f"'{text}' is not a percentage between 0 and 100")
    if party is None or seats is None or wrong_share:
        reading.spoilt.add(slug)
        return None
    return slug, TotalsRow(row, party, seats, share)


def check_totals(reading: Reading, council: Council, rows: list[TotalsRow]) -> CouncilTotals | None:
    """A council's totals if they add up to the seats that were up; else None, with a complaint."""
    seats: dict[str, int] = {}
    shares: dict[str, float] = {}
    for r in rows:
        if seats.setdefault(r.party, r.seats) != r.seats:
            what = f"{council.council} has declared {seats[r.party]} for {r.party} already; keep the right one"
            reading.problems.add(r.row, "seats", what)
            return None
        if r.share is not None and shares.setdefault(r.party, r.share) != r.share:
            what = f"{council.council} has declared {shares[r.party]:g}% for {r.party} already; keep the right one"
            reading.problems.add(r.row, "share", what)
            return None
    last, total = rows[-1].row, sum(seats.values())
    if council.seats_up is not None and total != council.seats_up:
        few = total < council.seats_up
        if not (few and reading.unknown):
            hint = f"; give the rest to the party '{VACANT}' if no one holds it" if few else ""
            what = f"{council.council} adds to {total} seats where {council.seats_up} were up{hint}"
            reading.problems.add(last, "seats", what)
        return None
    if math.fsum(shares.values()) > 100.5:
        what = f"the shares of {council.council} add to {math.fsum(shares.values()):.1f}%"
        reading.problems.add(last, "share", what)
        return None
    seats.pop(VACANT, None)
    shares.pop(VACANT, None)
    return CouncilTotals(seats_won=seats, shares=shares)
