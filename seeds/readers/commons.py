"""Read a workbook of the House of Commons Library and the Elections Centre: local elections of one year.

A workbook has a sheet of candidates and one of wards, with the header on one of the first rows, below a title. The
names of sheets and columns differ between years, so columns are found by what their names hold. The key of a contest is
council and ward code: a district ward and a county division often have the same name and vote on the same day.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seeds.councils import find_council
from seeds.errors import SourceError, at
from seeds.labels import LabelSource
from seeds.readers.commons_cells import mark, number_of, seats_of, text_of, votes_of
from seeds.readers.contest import Candidate, Labels, Problem, Reading, SourceContest, digest, fold_ward, read_bytes
from seeds.readers.repeats import once

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


def _doubles(
    file: str,
    contest: str,
    rows: Sequence[tuple[int, tuple[Any, ...]]],
    seats: int,
    who: Callable[[tuple[Any, ...]], tuple[str, str] | None],
) -> list[Problem]:
    """Pairs of one name and party, which may be two people: the workbooks give initials, as of two J.K. Jaspals.

    Raises
    ------
    SourceError
        If their party would have more candidates than there are seats, as none puts up: a row was repeated.
    """
    out = []
    first: dict[tuple[str, str], int] = {}
    slates = Counter(person[1] for _, row in rows if (person := who(row)))
    for number, row in rows:
        if (person := who(row)) is None:
            continue
        before = first.setdefault(person, number)
        if before != number and slates[person[1]] > seats:
            raise SourceError(
                f"{at(file, number)}: {contest}: has the name and party of row {before}, and their party has more "
                "candidates than there are seats; leave the row that is right"
            )
        if before != number:
            why = f"{contest}: has the name and party of row {before}; taken for two people"
            out.append(Problem(file, number, why, kept=True))
    return out


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
        marks kept as they are. A contest without a count takes the number elected. Where the votes of any candidate are
        blank or no number, those of the whole contest are unknown (all nought) and it is named, unless nobody had to
        vote.

    Raises
    ------
    SourceError
        If the file is no such workbook or is of another year, a count of seats or a mark cannot be read, a candidate's
        row stands twice with two results or a party label is not known.
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
        return text_of(lower).casefold(), text_of(row[col["code"]]), fold_ward(text_of(row[col["ward"]]))

    def who(row: tuple[Any, ...]) -> tuple[str, str] | None:
        found = text_of(row[cc["name"]])
        return (found.casefold(), text_of(row[cc["party"]]).casefold()) if found else None

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
    uncounted: list[int] = []
    for place, rows in groups.items():
        first, head = rows[0]
        w = dict.fromkeys(wc) if place not in wards else {column: wards[place][1][i] for column, i in wc.items()}
        upper, lower = text_of(head[cc["upper"]]), text_of(head[cc["lower"]])
        county = text_of(w["type"]) in _COUNTY
        council = f"{upper} County Council" if county else lower
        gss = text_of(head[cc["lower_code"]]) if "lower_code" in cc and not county else None
        entry = find_council(council, date, gss, name, first, "local authority")
        what = f"{council}, {text_of(w['ward'] or head[cc['ward']])}"
        stated = seats_of(w["seats"], name, wards[place][0] if place in wards else None)
        rows = once(name, what, rows, who, problems, namesakes=True)
        votes = [votes_of(row[cc["votes"]]) for _, row in rows]
        candidates = [
            Candidate(
                known.code(text_of(row[cc["party"]]), number),
                n if n is not None and None not in votes else 0,
                mark(row[cc["elected"]], name, number, "elected"),
                text_of(row[cc["name"]]),
                text_of(row[cc["party"]]),
                mark(row[cc["sits"]], name, number, "incumbent") if "sits" in cc else None,
            )
            for n, (number, row) in zip(votes, rows, strict=True)
        ]
        marked = sum(bool(c.elected) for c in candidates)
        seats = marked if stated is None else stated
        if stated is None and place in wards:
            uncounted.append(wards[place][0])
        if not seats:
            why = f"{what}: no count of seats, and nobody is marked as elected; left out"
            problems.append(Problem(name, first, why, len(rows)))
            continue
        if None in votes and len(rows) > seats:
            wrong, row = next(row for n, row in zip(votes, rows, strict=True) if n is None)
            cell = text_of(row[cc["votes"]])
            why = f"'{cell}' is no number of votes" if cell else "the votes are blank"
            why = f"{what}: {why} ({votes.count(None)} of {len(votes)} candidates); the contest's votes are unknown"
            problems.append(Problem(name, wrong, why, kept=True))
        problems += _doubles(name, what, rows, seats, who)
        note = ""
        if marked != seats:
            note = f"the source marks {marked} as elected"
            why = f"{council}, {w['ward']}: {seats} seats, but {marked} are marked as elected"
            problems.append(Problem(name, first, why, kept=True))
        turnout, electorate, ballots = (number_of(w.get(c)) for c in ("turnout", "electorate", "ballots"))
        contests.append(
            SourceContest(
                council=entry.council,
                key=entry.key,
                ward=text_of(w["ward"] or head[cc["ward"]]),
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
        Problem(name, n, f"{text_of(r[wc['ward']])}: no candidate is listed; the ward is left out") for n, r in missing
    ]
    if uncounted:
        why = "no count of seats; those who are marked as elected are taken for all"
        problems.append(Problem(name, uncounted[0], why, len(uncounted), kept=True))
    known.check()
    problems += known.remarks()
    return Reading(name, tuple(contests), tuple(problems), digest([file]), "commons")
