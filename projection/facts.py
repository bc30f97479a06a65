"""What a file may tell of a contest beside its votes: electorate, ballots, turnout. For the guards, not the model."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from projection.reading import Reading
from projection.tables import Row

_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,12})?%?")


@dataclass(frozen=True, slots=True)
class Facts:
    """Electorate, ballot papers counted, and turnout in percent; None where the file does not say.

    ``unnamed`` counts a council's seats that were typed without saying whose they are.
    """

    electorate: int | None = None
    ballots: int | None = None
    turnout: float | None = None
    unnamed: int = 0


def read_facts(reading: Reading, facts: dict[str, Facts], ballot: str, row: Row) -> None:
    """Note what a row tells of its contest; complain where two rows differ."""
    told = facts.get(ballot, Facts())
    for column in ("electorate", "ballots"):
        if row.cells.get(column):
            number = reading.whole(row, column)
            if number is None:
                reading.spoilt.add(ballot)
                return
            if getattr(told, column) not in (None, number):
                reading.problems.add(
                    row,
                    column,
                    f"{number} here, {getattr(told, column)} in another row of {ballot}; keep the right one",
                )
                reading.spoilt.add(ballot)
                return
            told = replace(told, electorate=number) if column == "electorate" else replace(told, ballots=number)
    if text := row.cells.get("turnout"):
        if not _PERCENT.fullmatch(text):
            reading.problems.add(row, "turnout", f"'{text}' is not a percentage")
            reading.spoilt.add(ballot)
            return
        told = replace(told, turnout=float(text.rstrip("%")))
    facts[ballot] = told
