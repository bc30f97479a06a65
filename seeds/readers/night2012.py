"""Read the hand-made transcriptions of the night of 3 and 4 May 2012.

Each row of these tables was copied from a public page, with its blanks kept. The readers keep the labels as they stand
and judge nothing: what is used of a doubtful table is decided in ``seeds/tables/rulings_2012.csv``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from seeds.errors import SourceError, at


@dataclass(frozen=True, slots=True)
class Candidate:
    """One candidate of a ward, as transcribed. None where the page did not say."""

    label: str
    votes: int | None
    percent: float | None
    elected: bool


@dataclass(frozen=True, slots=True)
class WardList:
    """What one page says of one ward."""

    council: str
    ward: str
    candidates: tuple[Candidate, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Line:
    """One party's line in one page's table of a council.

    ``change`` is in points of share since the election of the year ``base`` (blank: not stated), None where the page
    gives none; of a party that is called new it is its whole share.
    """

    label: str
    won: int | None
    net: int | None
    after: int | None
    votes: int | None
    percent: float | None
    change: float | None
    base: str
    turnout: float | None
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class YearLine:
    """One party's line for a council at another election."""

    year: int
    label: str
    won: int | None
    votes: int | None
    percent: float | None
    note: str


@dataclass(frozen=True, slots=True)
class Composition:
    """All seats of a council after May of one year. ``nationalist`` is Plaid Cymru in Wales, the SNP in Scotland."""

    total: int
    con: int
    lab: int
    ld: int
    other: int
    nationalist: int
    majority: str


@dataclass(frozen=True, slots=True)
class CouncilYears:
    """A council that voted on 3 May 2012 and its seats in the years before and after."""

    name: str
    type: str
    cycle: str
    years: dict[int, Composition] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One statement of who had declared, or of a running tally, with its time as the page gave it."""

    time: str
    kind: str
    councils: tuple[str, ...]
    party: str
    value: str
    change: str
    declared: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class ExpectedTime:
    """When a council was expected to declare (``year`` None: 2012), and the address of the page that says so."""

    council: str
    count: str
    time: str
    year: int | None = None
    source: str = ""


def table(
    file: Path, columns: str, home: str = "the raw data of 2012 live in night-2012 and composition"
) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of one table with their line numbers; ``home`` says in words where a missing file should be.

    Raises
    ------
    SourceError
        If the file or one of ``columns`` (comma-separated) is missing.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SourceError(f"{file}: is missing; {home}") from None
    reader = csv.DictReader(text.splitlines())
    missing = [c for c in columns.split(",") if c not in (reader.fieldnames or [])]
    if missing:
        raise SourceError(f"{at(file, 1)}: lacks the column {', '.join(missing)}")
    for row in reader:
        yield reader.line_num, {k: (v or "").strip() for k, v in row.items() if k is not None}


def _number(file: Path, line: int, row: dict[str, str], column: str) -> float | None:
    text = row[column].replace("+", "")
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise SourceError(f"{at(file, line, column)}: '{row[column]}' is not a number") from None


def _count(file: Path, line: int, row: dict[str, str], column: str) -> int | None:
    value = _number(file, line, row, column)
    if value is not None and value != int(value):
        raise SourceError(f"{at(file, line, column)}: '{row[column]}' is not a whole number")
    return None if value is None else int(value)


def _change(file: Path, line: int, row: dict[str, str]) -> float | None:
    if row["vote_pct_change"].casefold() == "new":
        return _number(file, line, row, "vote_pct_2012")
    try:
        return _number(file, line, row, "vote_pct_change")
    except SourceError:
        return None  # a page's words ("did not stand") that say no number


def read_wards(folder: Path) -> list[WardList]:
    """Ward results in the pages' order."""
    file = folder / "ward_results.csv"
    found: dict[tuple[str, str], tuple[str, list[Candidate]]] = {}
    for line, row in table(file, "council,ward,party,votes,vote_pct,elected,source_url"):
        _, candidates = found.setdefault((row["council"], row["ward"]), (row["source_url"], []))
        candidates.append(
            Candidate(
                row["party"],
                _count(file, line, row, "votes"),
                _number(file, line, row, "vote_pct"),
                row["elected"] == "1",
            )
        )
    return [WardList(c, w, tuple(listed), source) for (c, w), (source, listed) in found.items()]


def read_lines(folder: Path) -> dict[str, list[Line]]:
    """Lines of every page's table, by council; one council may have several pages."""
    file = folder / "council_results.csv"
    out: dict[str, list[Line]] = {}
    columns = (
        "council,party,seats_won_2012,net_change_seats,seats_after_2012,votes_2012,vote_pct_2012,"
        "vote_pct_change,change_vs_year,turnout_pct,source_url,note"
    )
    for line, row in table(file, columns):
        out.setdefault(row["council"], []).append(
            Line(
                label=row["party"],
                won=_count(file, line, row, "seats_won_2012"),
                net=_count(file, line, row, "net_change_seats"),
                after=_count(file, line, row, "seats_after_2012"),
                votes=_count(file, line, row, "votes_2012"),
                percent=_number(file, line, row, "vote_pct_2012"),
                change=_change(file, line, row),
                base=row["change_vs_year"],
                turnout=_number(file, line, row, "turnout_pct"),
                source=row["source_url"],
                note=row["note"],
            )
        )
    return out


def read_derived(folder: Path) -> dict[str, dict[str, int]]:
    """Seats won in 2012 that a transcriber computed from a later page's changes, by council and label."""
    file = folder / "council_results_derived.csv"
    out: dict[str, dict[str, int]] = {}
    for line, row in table(file, "council,party,seats_won_2012_derived"):
        won = _count(file, line, row, "seats_won_2012_derived")
        if won is not None:
            out.setdefault(row["council"], {})[row["party"]] = won
    return out


def read_other_years(folder: Path) -> dict[str, list[YearLine]]:
    """Lines of a council's tables at other elections, by council."""
    file = folder / "other_years.csv"
    out: dict[str, list[YearLine]] = {}
    for line, row in table(file, "year,council,party,seats_won,votes,vote_pct,note"):
        out.setdefault(row["council"], []).append(
            YearLine(
                int(row["year"]),
                row["party"],
                _count(file, line, row, "seats_won"),
                _count(file, line, row, "votes"),
                _number(file, line, row, "vote_pct"),
                row["note"],
            )
        )
    return out


def read_composition(file: Path) -> dict[str, CouncilYears]:
    """The 181 councils of 3 May 2012 with their seats by party after May of 2008, 2010, 2011 and 2012."""
    columns = [
        f"{p}_{y}" for y in (2008, 2010, 2011, 2012) for p in ("total", "con", "lab", "ld", "other", "nat", "majority")
    ]
    out: dict[str, CouncilYears] = {}
    for line, row in table(file, ",".join(["council", "type", "cycle_2012", *columns])):
        years = {}
        for year in (2008, 2010, 2011, 2012):
            total, con, lab, ld, other, nat = (
                _count(file, line, row, f"{p}_{year}") for p in ("total", "con", "lab", "ld", "other", "nat")
            )
            if total is not None:
                majority = row[f"majority_{year}"]
                years[year] = Composition(total, con or 0, lab or 0, ld or 0, other or 0, nat or 0, majority)
        out[row["council"]] = CouncilYears(row["council"], row["type"], row["cycle_2012"], years)
    return out


def read_clock(folder: Path) -> list[ClockRow]:
    """Statements of who had declared by when, running tallies and projections, in the file's order."""
    columns = "time_bst,kind,council,party,value,change,councils_declared,source_url,note"
    return [
        ClockRow(
            row["time_bst"],
            row["kind"],
            tuple(c.strip() for c in row["council"].split(";") if c.strip()),
            row["party"],
            row["value"],
            row["change"],
            row["councils_declared"],
            row["source_url"],
            row["note"],
        )
        for _, row in table(folder / "clock.csv", columns)
    ]


def read_expected(folder: Path) -> list[ExpectedTime]:
    """Expected times of 2012, then those of other years."""
    out = [
        ExpectedTime(row["council"], row["count_start"], row["expected_time_bst"], None, row["source_url"])
        for _, row in table(folder / "expected_times.csv", "council,count_start,expected_time_bst,source_url")
    ]
    out += [
        ExpectedTime(row["council"], "", row["expected_time_bst"], int(row["year"]), row["source_url"])
        for _, row in table(folder / "expected_times_other_years.csv", "year,council,expected_time_bst,source_url")
    ]
    return out


def read_facts(folder: Path) -> list[dict[str, str]]:
    """Facts of the project's source documents: document, time, scope, fact, value, note."""
    return [row for _, row in table(folder / "seed_facts.csv", "document,time_bst,scope,fact,value,note")]
