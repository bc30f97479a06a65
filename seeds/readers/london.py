"""Read what is known of London on 3 May 2012: mayor by borough (first preferences), Assembly in total."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from seeds.errors import SourceError, at

_MAYOR = {"ConPct": "Con", "LabPct": "Lab", "LDemPct": "LD", "GreenPct": "Grn", "OtherPct": "Oth"}
_ASSEMBLY = {"Conservative": "Con", "Labour": "Lab", "Liberal Democrats": "LD", "Green": "Grn"}


@dataclass(frozen=True, slots=True)
class Borough:
    """First preferences for mayor in one borough; "Oth" are the candidates whom the source does not tell apart."""

    name: str
    gss: str
    votes: dict[str, int]


@dataclass(frozen=True, slots=True)
class AssemblyLine:
    """One party in the Assembly: London totals of both ballots, seats of both kinds together, change on 2008."""

    party: str
    constituency_votes: int
    list_votes: int
    seats: int
    seats_before: int


def _rows(file: Path, columns: str) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        reader = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    except FileNotFoundError:
        raise SourceError(f"{file}: is missing; the raw data of London live in london") from None
    missing = [c for c in columns.split(",") if c not in (reader.fieldnames or [])]
    if missing:
        raise SourceError(f"{at(file, 1)}: lacks the column {', '.join(missing)}")
    for row in reader:
        yield reader.line_num, row


def read_mayor_2012(folder: Path) -> list[Borough]:
    """First preferences of 3 May 2012 by borough (the City is not in the source), from shares and valid votes."""
    file = folder / "london_borough_mayor_2012_2016.csv"
    out = []
    for line, row in _rows(file, "ONSCode,borough,total_2012_first_pref_valid," + ",".join(_MAYOR)):
        try:
            valid = round(float(row["total_2012_first_pref_valid"]))
            votes = {party: round(valid * float(row[column])) for column, party in _MAYOR.items()}
        except ValueError as why:
            raise SourceError(f"{at(file, line)}: {why}") from None
        if sum(votes.values()) != valid:
            raise SourceError(
                f"{at(file, line)}: shares of {row['borough']} give {sum(votes.values())} of {valid} votes"
            )
        out.append(Borough(row["borough"], row["ONSCode"], votes))
    return sorted(out, key=lambda b: b.name)


def read_assembly_2012(folder: Path) -> list[AssemblyLine]:
    """The four parties that won seats in the Assembly in 2012."""
    file = folder / "london_assembly_2012_totals.csv"
    out = []
    for line, row in _rows(file, "party,constituency_votes,list_votes,seats,seat_change"):
        if row["party"] not in _ASSEMBLY:
            raise SourceError(f"{at(file, line, 'party')}: '{row['party']}' is not known here")
        try:
            votes, listed, seats, change = (
                int(row[c]) for c in ("constituency_votes", "list_votes", "seats", "seat_change")
            )
        except ValueError as why:
            raise SourceError(f"{at(file, line)}: {why}") from None
        out.append(AssemblyLine(_ASSEMBLY[row["party"]], votes, listed, seats, seats - change))
    return out
