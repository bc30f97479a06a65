"""Read the candidates of Birmingham, Leeds, Manchester, Newcastle and Sheffield since 1945.

There is no ``elected`` column: the top ``vacancies`` candidates won. The date is given as a year only. The digits of
``ward_id`` before the last three number the ward maps ("leeds6001", "leeds7001"): a change of them is a redrawing.
"""

from __future__ import annotations

import csv
import datetime as dt
import statistics
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from seeds.councils import find_council
from seeds.errors import SourceError, at
from seeds.readers.contest import Candidate, Labels, Problem, Reading, SourceContest, digest, whole

#: Polling days of local elections in England.
DAYS = {
    2004: dt.date(2004, 6, 10),
    2006: dt.date(2006, 5, 4),
    2007: dt.date(2007, 5, 3),
    2008: dt.date(2008, 5, 1),
    2010: dt.date(2010, 5, 6),
    2011: dt.date(2011, 5, 5),
    2012: dt.date(2012, 5, 3),
    2014: dt.date(2014, 5, 22),
    2015: dt.date(2015, 5, 7),
    2016: dt.date(2016, 5, 5),
    2018: dt.date(2018, 5, 3),
    2019: dt.date(2019, 5, 2),
}
COLUMNS = ("current_council", "year", "ward_id", "ward_name", "candidate", "party", "vote", "vacancies", "electorate")


def _sheet(file: Path) -> Iterator[list[object]]:
    if file.suffix == ".csv":
        with file.open(encoding="latin1", newline="") as handle:
            yield from csv.reader(handle)
    else:
        from openpyxl import load_workbook

        book = load_workbook(file, read_only=True, data_only=True)
        try:
            yield from (list(r) for r in book.worksheets[0].values)
        finally:
            book.close()


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    sheet = _sheet(file)
    header = [str(c or "").strip() for c in next(sheet)]
    missing = [c for c in COLUMNS if c not in header]
    if missing:
        raise SourceError(f"{at(file, 1)}: lacks the column {', '.join(missing)}")
    # A column's first occurrence counts: the workbook repeats ward_id in a look-up beside the table.
    place = {c: header.index(c) for c in (*COLUMNS, "turnout", "ballots_cast", "notes")}
    for number, cells in enumerate(sheet, start=2):
        row = {c: str(cells[i]).strip() if i < len(cells) and cells[i] is not None else "" for c, i in place.items()}
        if row["ward_name"]:
            yield number, row


def _electorate(text: str, seats: int, candidates: list[Candidate]) -> int | None:
    """The electorate, unless it is smaller than what the votes show to have voted (all of Leeds in 2015)."""
    if not text.replace(".", "").isdigit():
        return None
    electorate = int(float(text))
    return electorate if electorate * seats > sum(c.votes for c in candidates) else None


def _without_outliers(contests: list[SourceContest]) -> list[SourceContest]:
    """Leave out electorates that are not within half of the ward's usual one: slips of the table."""
    usual: dict[tuple[str, str | None], list[int]] = {}
    for c in contests:
        if c.electorate:
            usual.setdefault((c.ward, c.area), []).append(c.electorate)
    out = []
    for c in contests:
        middle = statistics.median(usual.get((c.ward, c.area), [0]))
        odd = c.electorate is not None and not 1 / 1.5 < c.electorate / middle < 1.5
        out.append(replace(c, electorate=None) if odd else c)
    return out


def read_five_cities(file: Path, since: int = 2004) -> Reading:
    """Read one city's contests since a year.

    Contests known not to have been held on the ordinary day ("poll abandoned", "postponed") are left out.

    Raises
    ------
    SourceError
        If the file is not such a table, a number cannot be read or a party label is not known.
    """
    name = file.name
    known = Labels("five-cities", name)
    groups: dict[tuple[str, int, str], list[tuple[int, dict[str, str]]]] = {}
    for number, row in _rows(file):
        year = whole(row["year"], lambda why, n=number: SourceError(f"{at(name, n, 'year')}: {why}"))  # type: ignore[misc]
        if year >= since:
            groups.setdefault((row["current_council"], year, row["ward_id"]), []).append((number, row))
    contests = []
    problems = []
    for (council, year, ward_id), rows in groups.items():
        first = rows[0][0]
        if year not in DAYS:
            raise SourceError(f"{at(name, first, 'year')}: no polling day is known for {year}")
        notes = {r["notes"] for _, r in rows if r["notes"] and ("abandon" in r["notes"] or "ostponed" in r["notes"])}
        if notes:
            problems.append(Problem(name, first, f"{rows[0][1]['ward_name']} {year}: {min(notes)}", len(rows)))
            continue
        candidates = []
        for number, row in rows:

            def fail(why: str, n: int = number) -> SourceError:
                return SourceError(f"{at(name, n)}: {why}")

            candidates.append(
                Candidate(
                    known.code(row["party"], number),
                    whole(row["vote"], fail),
                    None,
                    row["candidate"],
                    row["party"],
                )
            )
        seats = whole(rows[0][1]["vacancies"], lambda why, n=first: SourceError(f"{at(name, n, 'vacancies')}: {why}"))  # type: ignore[misc]
        turnout = rows[0][1]["turnout"]
        entry = find_council(council, DAYS[year], None, name, first, "current_council")
        contests.append(
            SourceContest(
                council=entry.council,
                key=entry.key,
                ward=rows[0][1]["ward_name"].rstrip("."),
                date=DAYS[year],
                seats=seats,
                candidates=tuple(candidates),
                file=name,
                rows=(first, rows[-1][0]),
                electorate=_electorate(rows[0][1]["electorate"], seats, candidates),
                turnout=float(turnout) if turnout.replace(".", "").isdigit() and float(turnout) > 1 else None,
                area=ward_id[:-3],
            )
        )
    known.check()
    contests = _without_outliers(contests)
    return Reading(name, tuple(contests), tuple(problems), digest([file]))
