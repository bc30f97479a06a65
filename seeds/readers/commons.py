"""Read a workbook of the House of Commons Library and the Elections Centre: local elections of one year.

A workbook has a sheet of candidates and one of wards, with the header on one of the first rows, below a title. The
names of sheets and columns differ between years, so columns are found by what their names hold. The key of a contest is
council and ward code: a district ward and a county division often have the same name and vote on the same day.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seeds.councils import find_council
from seeds.errors import SourceError, at
from seeds.labels import LabelSource
from seeds.readers.contest import (
    Candidate,
    Labels,
    Problem,
    Reading,
    SourceContest,
    digest,
    fold_ward,
    read_bytes,
    whole,
)

#: What each column's name begins with, in any year, of the sheet of candidates and of the sheet of wards; or, with "=",
#: what it is: "Votes (%)" is no column of votes.
_PLACE = {
    "ward": ("ward/ed name", "ward/ county", "ward name", "ward/division name", "ward="),
    "code": ("ward/ed code", "ons ward code", "ward code", "ward/division code"),
    "upper": ("county name", "upper tier authority", "county="),
    "lower": ("local authority name", "lower tier authority", "local authority=", "council name"),
}
_CANDIDATES = {
    **_PLACE,
    "name": ("candidate name", "candidate="),
    "party": ("party name", "party="),
    "votes": ("votes=", "votes cast="),
    "elected": ("elected=",),
}
_WARDS = {
    **_PLACE,
    "type": ("type", "local authority type"),
    "seats": ("vacancies", "seats"),
}
_OPTIONAL = {
    "electorate": ("electorate",),
    "turnout": ("turnout",),
    "ballots": ("ballots",),
    "lower_code": ("local authority code",),
    "sits": ("incumbent", "inumbent"),  # so in 2021
}
#: The header is one of so many rows from the top; what stands above it names the year.
_TOP = 10
_YES = (1, True, "TRUE", "True")
_YEAR = re.compile(r"\b(20\d\d)\b")
_COUNTY = {"SC", "CC"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: what stands above its header, where its columns are, and its rows with their numbers."""

    title: str
    columns: dict[str, int]
    rows: list[tuple[int, tuple[Any, ...]]]


def _find(header: list[str], names: tuple[str, ...]) -> int | None:
    """Place of the column that has one of these names, else of the first that begins with one."""
    exact = [i for n in names for i, c in enumerate(header) if c == n.removesuffix("=")]
    begun = [i for n in names if not n.endswith("=") for i, c in enumerate(header) if c.startswith(n)]
    return next(iter([*exact, *begun]), None)


def _sheet(file: Path, name: str, rows: list[tuple[Any, ...]], wanted: dict[str, tuple[str, ...]]) -> Sheet:
    best: tuple[list[str], int] | None = None
    for number, row in enumerate(rows[:_TOP], start=1):
        header = [" ".join(str(c or "").casefold().split()) for c in row]
        found = {k: _find(header, names) for k, names in {**wanted, **_OPTIONAL}.items()}
        lacking = [k for k in wanted if found[k] is None]
        if not lacking:
            title = " ".join(str(c) for above in rows[: number - 1] for c in above if c is not None)
            columns = {k: i for k, i in found.items() if i is not None}
            return Sheet(title, columns, list(enumerate(rows, start=1))[number:])
        if best is None or len(lacking) < len(best[0]):
            best = lacking, number
    lacking, number = best if best is not None else (list(wanted), 1)
    names = " or ".join(n.removesuffix("=") for n in wanted[lacking[0]])
    raise SourceError(f"{at(file, number)} of sheet '{name}': lacks a column named {names}")


def _sheets(file: Path) -> tuple[Sheet, Sheet]:
    """The sheets of candidates and of wards."""
    from python_calamine import CalamineError, CalamineWorkbook

    read_bytes(file)
    try:
        book = CalamineWorkbook.from_path(str(file))
    except CalamineError as why:
        raise SourceError(f"{file}: is not a workbook that can be read ({why})") from None
    out = []
    for begins, wanted in (("candidate", _CANDIDATES), ("ward", _WARDS)):
        title = next((t for t in book.sheet_names if t.casefold().startswith(begins)), None)
        if title is None:
            told = ", ".join(book.sheet_names)
            raise SourceError(f"{file}: has no sheet of candidates and one of wards; sheets: {told}")
        rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
        out.append(_sheet(file, title, [tuple(None if c == "" else c for c in row) for row in rows], wanted))
    return out[0], out[1]


def _text(value: Any) -> str:
    # An apostrophe that went through a wrong code page on its way into the workbook of 2021.
    return "" if value is None else " ".join(str(value).replace("Ã¦", "'").split())


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def read_commons(file: Path, date: dt.date, labels: dict[str, str] | None = None, *, names: bool = False) -> Reading:
    """Read every contest of a workbook.

    Parameters
    ----------
    file
        The workbook as published.
    date
        Polling day.
    labels
        A user's own party labels (folded) and their codes.
    names
        Whether a party that our table lacks is known by its own name, in a workbook that writes names out.

    Returns
    -------
    Reading
        Contests in the order of the sheet of candidates. Where the ward's own count of seats and the number of
        candidates marked elected disagree, the ward's count holds and the row is named among the problems, with the
        marks kept as they are. A contest without a count takes the number elected.

    Raises
    ------
    SourceError
        If the file is no such workbook or is of another year, a number cannot be read or a party label is not known.
    """
    name = file.name
    cand, ward = _sheets(file)
    title = ward.title or cand.title
    year = _YEAR.search(title)
    # Before 2022 the tables use abbreviations of their own; later ones write names out.
    source: LabelSource = "commons-2021" if (int(year[1]) if year else date.year) <= 2021 else "commons-2025"
    if year and int(year[1]) != date.year:
        raise SourceError(f"{name}: is of {year[1]} ('{title}'), and not of {date}; check the day that is given for it")
    known = Labels(source, name, labels or {}, by_name=names and source == "commons-2025")
    cc, wc = cand.columns, ward.columns

    def key(row: tuple[Any, ...], col: dict[str, int]) -> tuple[str, str, str]:
        lower = row[col["lower_code"]] if "lower_code" in col else row[col["lower"]]
        return _text(lower).casefold(), _text(row[col["code"]]), fold_ward(_text(row[col["ward"]]))

    wards: dict[tuple[str, str], tuple[int, tuple[Any, ...]]] = {}
    by_name: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for number, row in ward.rows:
        if row[wc["ward"]] is not None:
            lower, code, folded = key(row, wc)
            if (lower, code) in wards:
                raise SourceError(f"{at(name, number)}: ward code {code} stands twice in {row[wc['lower']]}")
            wards[(lower, code)] = (number, row)
            by_name.setdefault((lower, folded), []).append((lower, code))
    groups: dict[tuple[str, str], list[tuple[int, tuple[Any, ...]]]] = {}
    problems: list[Problem] = []
    for number, row in cand.rows:
        if row[cc["ward"]] is None:
            continue
        lower, code, folded = key(row, cc)
        place = (lower, code)
        if place not in wards:
            # A wrong ward code on one sheet: the name tells, if it is one ward's.
            options = by_name.get((lower, folded), [])
            if len(options) == 1:
                place = options[0]
            if place not in groups:
                why = f"code {code} of {row[cc['ward']]} is not in the sheet of wards"
                what = f"taken for {place[1]} by its name" if options else "taken without electorate and turnout"
                problems.append(Problem(name, number, f"{why}; {what}", kept=True))
        groups.setdefault(place, []).append((number, row))
    contests = []
    for place, rows in groups.items():
        first, head = rows[0]
        w = dict.fromkeys(wc) if place not in wards else {column: wards[place][1][i] for column, i in wc.items()}
        upper, lower = _text(head[cc["upper"]]), _text(head[cc["lower"]])
        county = _text(w["type"]) in _COUNTY
        council = f"{upper} County Council" if county else lower
        gss = _text(head[cc["lower_code"]]) if "lower_code" in cc and not county else None
        entry = find_council(council, date, gss, name, first, "local authority")
        candidates = []
        for number, row in rows:

            def fail(why: str, n: int = number) -> SourceError:
                return SourceError(f"{at(name, n, 'votes')}: {why}")

            label = _text(row[cc["party"]])
            won = row[cc["elected"]]
            candidates.append(
                Candidate(
                    known.code(label, number),
                    whole(row[cc["votes"]] or 0, fail),
                    won in _YES,
                    _text(row[cc["name"]]),
                    label,
                    row[cc["sits"]] in _YES if "sits" in cc else None,
                )
            )
        marked = sum(bool(c.elected) for c in candidates)
        stated = _number(w["seats"])
        seats = int(stated) if stated else marked
        note = ""
        if marked != seats:
            note = f"the source marks {marked} as elected"
            why = f"{council}, {w['ward']}: {seats} seats, but {marked} are marked as elected"
            problems.append(Problem(name, first, why, kept=True))
        turnout, electorate, ballots = (_number(w.get(c)) for c in ("turnout", "electorate", "ballots"))
        contests.append(
            SourceContest(
                council=entry.council,
                key=entry.key,
                ward=_text(w["ward"] or head[cc["ward"]]),
                date=date,
                seats=seats,
                candidates=tuple(candidates),
                file=name,
                rows=(first, rows[-1][0]),
                gss=place[1] or None,
                electorate=int(electorate) if electorate else None,
                ballots=int(ballots) if ballots else None,
                turnout=round(turnout if turnout > 1 else 100 * turnout, 2) if turnout else None,
                area=lower if county else None,
                note=note,
            )
        )
    missing = [wards[k] for k in wards if k not in groups]
    problems += [
        Problem(name, n, f"{_text(r[wc['ward']])}: no candidate is listed; the ward is left out") for n, r in missing
    ]
    known.check()
    return Reading(name, tuple(contests), tuple(problems), digest([file]), "commons")
