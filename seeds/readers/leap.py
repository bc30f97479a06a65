"""Read a file of the Local Elections Archive Project (LEAP): one row per candidate.

Two shapes occur: with a header ``Ward,Council,Candidate,Party,Votes,Elected`` (2014), and without one, in the order
council, council code, ward, ward code, candidate, party, votes, elected (2016 on). There is no count of seats: as
many were filled as candidates are marked elected. ``NULL`` means unknown.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

from seeds.councils import CouncilEntry, find_council
from seeds.errors import SourceError, at
from seeds.readers.contest import Candidate, Labels, Problem, Reading, SourceContest, digest
from seeds.readers.repeats import once
from seeds.readers.text import check_commas, decoded, lines

_HEADER = ["ward", "council", "candidate", "party", "votes", "elected"]
_GSS = re.compile(r"^[ENSW]\d{8}$")
#: Words in the headers of the Commons Library's sheets.
_OF_A_WORKBOOK = (
    "candidate name",
    "ward name",
    "ward code",
    "ward/ed",
    "ward/division",
    "local authority name",
    "votes cast",
)
Row = tuple[int, str, str, str, str, str, str, str, str]


def _rows(file: Path, text: str) -> Iterator[Row]:
    """Row number, council, council code, ward, ward code, candidate, party, votes, elected."""
    check_commas(file, text.split("\n", 1)[0])
    if any(word in line for line in text[:4096].casefold().split("\n")[:10] for word in _OF_A_WORKBOOK):
        raise SourceError(
            f"{file}: looks like one sheet of a workbook of the Commons Library; give the workbook (.xlsx), "
            "which has the sheets of candidates and of wards"
        )
    headed = False
    for number, cells in lines(file, text):
        if number == 1 and [c.strip().casefold() for c in cells] == _HEADER:
            headed = True
            continue
        cells = ["" if c.strip() == "NULL" else c.strip() for c in cells]
        if len(cells) != (6 if headed else 8):
            raise SourceError(
                f"{at(file, number)}: has {len(cells)} cells; a LEAP file has 8 without a header "
                "(council, code, ward, code, candidate, party, votes, elected) or 6 with one"
            )
        if headed:
            yield (number, cells[1], "", cells[0], "", *cells[2:])  # type: ignore[misc]
        else:
            yield (number, *cells)  # type: ignore[misc]


def _who(cells: tuple[str, ...]) -> tuple[str, str] | None:
    """Whose a row is: in LEAP's files of five years no two people of one name stand in a ward for one party."""
    return (cells[4].casefold(), cells[5].casefold()) if cells[4] else None


def read_leap(file: Path, date: dt.date, labels: dict[str, str] | None = None) -> Reading:
    """Read every contest of a LEAP file.

    Parameters
    ----------
    file
        The file as published.
    date
        Polling day; the file does not say.
    labels
        A user's own party labels (folded) and their codes.

    Returns
    -------
    Reading
        Contests in the file's order. A row that stands twice is taken once. Rows without a ward, mayoral
        contests (no candidate is listed) and contests in which nobody is marked elected are left out and named.

    Raises
    ------
    SourceError
        If the file is no LEAP file, somebody stands in a contest twice with two results, or a party label is not known.
    """
    name = file.name
    text, problems = decoded(file)
    known = Labels("leap", name, labels or {})
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in _rows(file, text):
        groups.setdefault((row[1], row[3], row[4]), []).append(row)
    contests: list[SourceContest] = []
    entries: dict[tuple[str, str], CouncilEntry] = {}
    for (council, ward, code), rows in groups.items():
        first, last = rows[0][0], rows[-1][0]
        if not ward or not any(row[5] for row in rows):
            why = "a contest for mayor, without candidates" if "mayor" in ward.casefold() else "no ward is named"
            problems.append(Problem(name, first, f"{council}: {why}; left out", len(rows)))
            continue
        kept = once(name, f"{council}, {ward}", [(r[0], r[1:]) for r in rows], _who, problems)
        rows = [(n, *cells) for n, cells in kept]
        candidates: list[Candidate] = []
        bad: list[Problem] = []
        for row in rows:
            number, party, votes, elected = row[0], row[6], row[7], row[8]
            digits = votes.isascii() and votes.isdigit()
            if not digits or elected not in ("0", "1"):
                what = f"votes '{votes}'" if not digits else f"elected '{elected}'"
                bad.append(Problem(name, number, f"{council}, {ward}: {what} cannot be read; the contest is left out"))
                continue
            candidates.append(Candidate(known.code(party, number), int(votes), elected == "1", row[5], party))
        seats = sum(bool(c.elected) for c in candidates)
        if not bad and not seats:
            bad.append(Problem(name, first, f"{council}, {ward}: nobody is marked elected; left out", len(rows)))
        if bad:
            problems += bad
            continue
        place = (council, rows[0][2])
        if place not in entries:
            entries[place] = find_council(council, date, rows[0][2] or None, name, first, "council")
        contests.append(
            SourceContest(
                council=entries[place].council,
                key=entries[place].key,
                ward=ward,
                date=date,
                seats=seats,
                candidates=tuple(candidates),
                file=name,
                rows=(first, last),
                gss=code if _GSS.match(code) else None,
            )
        )
    known.check()
    problems += known.remarks()
    if not contests:
        raise SourceError(f"{file}: holds no contest that could be read; is it a LEAP file?")
    return Reading(name, tuple(contests), tuple(problems), digest([file]))
