"""Councils known only by their totals, as declared: ``council,party`` with ``seats`` won tonight, seats held ``after``
it on the whole council, or both; and an optional ``share`` of the vote."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from models.types import CouncilTotals
from projection.reading import Reading
from projection.tables import Row
from seeds.types import Council, Election

VACANT = "vacant"
#: Shares that add to less were written as parts of one.
FRACTIONS = 2.0
_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,12})?")


@dataclass(frozen=True, slots=True)
class TotalsRow:
    """One party's seats won, seats afterwards, and share of the vote in percent; None where the file does not say."""

    row: Row
    party: str
    seats: int | None
    after: int | None
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
        reading.unknown_name(row, "council", "council", names, names)
        return None
    if reading.election.councils[slug].detail == "later":
        if slug not in reading.spoilt:
            why = f"'{slug}' is outside the projection: its counting is not built; leave it out"
            reading.problems.add(row, "council", why)
        reading.spoilt.add(slug)
        return None
    vacant = row.cells["party"].casefold() == VACANT
    party = VACANT if vacant else reading.party(row, reading.election.parties)
    # A blank means unknown, but a row says something.
    told = [c for c in ("seats", "after", "share") if row.cells.get(c)]
    seats, after = ((reading.whole(row, c) if c in told else None) for c in ("seats", "after"))
    missing = ("seats" in told and seats is None) or ("after" in told and after is None)
    if not told:
        missing = reading.whole(row, "seats" if "seats" in row.cells else "after") is None
    text = row.cells.get("share", "")
    share = float(text) if _NUMBER.fullmatch(text) else None
    wrong_share = bool(text) and (share is None or share > 100)
    if wrong_share:
        reading.problems.add(row, "share", f"'{text}' is not a percentage between 0 and 100")
    if party is None or missing or wrong_share:
        reading.spoilt.add(slug)
        return None
    return slug, TotalsRow(row, party, seats, after, share)


def check_totals(reading: Reading, council: Council, rows: list[TotalsRow]) -> CouncilTotals | None:
    """A council's totals if they add up, tonight's to the seats up, those after to all; else None, with a complaint."""
    seats: dict[str, float] = {}
    after: dict[str, float] = {}
    shares: dict[str, float] = {}
    for r in rows:
        for column, unit, values in (("seats", "", seats), ("after", "", after), ("share", "%", shares)):
            value: float | None = getattr(r, column)
            if value is not None and values.setdefault(r.party, value) != value:
                said = f"{values[r.party]:g}{unit} for {r.party}"
                what = f"{council.council} has declared {said} already; keep the right one"
                reading.problems.add(r.row, column, what)
                return None
    last = rows[-1].row
    for column, values, of, words in (
        ("seats", seats, council.seats_up, "were up"),
        ("after", after, council.seats_total, "are on the council"),
    ):
        total = sum(values.values())
        if values and of is not None and total != of:
            few = total < of
            if not (few and reading.unknown):
                hint = f"; give the rest to the party '{VACANT}' if no one holds it" if few else ""
                reading.problems.add(
                    last, column, f"{council.council} adds to {total:g} seats where {of} {words}{hint}"
                )
            return None
    for column, values in (("seats", seats), ("after", after)):
        if values and not any(n for p, n in values.items() if p != VACANT):
            what = f"the seats of {council.council} are nobody's; say which party has how many, or leave them out"
            reading.problems.add(last, column, what)
            return None
    if not seats and not after:
        reading.problems.add(last, "seats", f"{council.council} has a share of the vote but no seats; add them")
        return None
    if shares and math.fsum(shares.values()) < FRACTIONS:
        what = f"the shares of {council.council} add to {math.fsum(shares.values()):g}%; write percent, 60 and not 0.60"
        reading.problems.add(last, "share", what)
        return None
    if math.fsum(shares.values()) > 100.5:
        what = f"the shares of {council.council} add to {math.fsum(shares.values()):.1f}%"
        reading.problems.add(last, "share", what)
        return None
    for values in (seats, after, shares):
        values.pop(VACANT, None)
    return CouncilTotals(
        seats_won={p: int(n) for p, n in seats.items()},
        shares=shares,
        seats_after={p: int(n) for p, n in after.items()} if after else None,
    )
