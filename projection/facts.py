"""What a file may tell of a contest beside its votes: electorate, ballots, turnout. For the guards, not the model."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from projection.items import ROUNDING
from projection.reading import Reading
from projection.tables import Row

#: A doubt: the guard's name, and what it says.
Doubt = tuple[str, str]
#: In percent; below it a part of one was written. The lowest of 5,600 known is 12.9.
LEAST_TURNOUT = 2.0
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
        turnout = float(text.rstrip("%")) if _PERCENT.fullmatch(text) else None
        if wrong := _wrong_turnout(text, turnout, told.turnout, ballot):
            reading.problems.add(row, "turnout", wrong)
            reading.spoilt.add(ballot)
            return
        # Of two that are the same but for rounding the first stays, as in a night's journal.
        told = replace(told, turnout=turnout if told.turnout is None else told.turnout)
    if told.ballots is not None and told.electorate is not None and told.ballots > told.electorate:
        what = f"{told.ballots:,} from an electorate of {told.electorate:,} is a turnout over 100%; correct one of them"
        reading.problems.add(row, "ballots", f"{ballot}: {what}")
        reading.spoilt.add(ballot)
        return
    facts[ballot] = told


def _wrong_turnout(text: str, turnout: float | None, before: float | None, ballot: str) -> str:
    """What is wrong with a turnout, beside the one that another row of the ballot told; empty if nothing is."""
    if turnout is None:
        return f"'{text}' is not a percentage"
    if turnout < LEAST_TURNOUT:
        why = "is too low to be true; write percent, 34.7 and not 0.347, or leave it blank"
        return f"{ballot}: a turnout of {turnout:g}% {why}"
    if turnout > 100:
        return f"{ballot}: a turnout of {turnout:g}% is over 100%; correct it or leave it blank"
    if before is not None and abs(turnout - before) > ROUNDING:
        return f"{turnout:g}% here, {before:g}% in another row of {ballot}; keep the right one"
    return ""
