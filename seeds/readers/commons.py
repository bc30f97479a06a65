"""Read a workbook of the House of Commons Library and the Elections Centre: local elections of one year.

A workbook has a sheet of candidates and one of wards, with the header on the second row. The names of sheets and
columns differ between years, so columns are found by what their names hold. The key of a contest is council and
ward code: a district ward and a county division often have the same name and vote on the same day.
"""

from __future__ import annotations

import datetime as dt
import re
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

#: What each column's name begins with, in any year, of the sheet of candidates and of the sheet of wards.
_CANDIDATES = {
    "ward": ("ward/ed name", "ward/ county"),
    "code": ("ward/ed code", "ons ward code"),
    "upper": ("county name", "upper tier authority"),
    "lower": ("local authority name", "lower tier authority"),
    "name": ("candidate name",),
    "party": ("party name",),
    "votes": ("votes", "votes cast"),
    "elected": ("elected",),
}
_WARDS = {
    "ward": ("ward/ed name", "ward/ county"),
    "code": ("ward/ed code", "ons ward code"),
    "upper": ("county name", "upper tier authority"),
    "lower": ("local authority name", "lower tier authority"),
    "type": ("type", "local authority type"),
    "seats": ("vacancies", "seats"),
    "electorate": ("electorate",),
    "turnout": ("turnout",),
}
_OPTIONAL = {
    "ballots": ("ballots",),
    "lower_code": ("local authority code",),
    "sits": ("incumbent", "inumbent"),  # so in 2021
}
#: Columns whose name is the whole of it: "Votes (%)" is another.
_WHOLE = {"votes", "elected"}
_YES = (1, True, "TRUE", "True")
_YEAR = re.compile(r"\b(20\d\d)\b")
_COUNTY = {"SC", "CC"}
Sheet = list[tuple[Any, ...]]


def _columns(file: Path, title: str, sheet: Sheet, wanted: dict[str, tuple[str, ...]]) -> dict[str, int]:
    header = [" ".join(str(c or "").casefold().split()) for c in sheet[1]]
    out = {}
    for key, starts in {**wanted, **_OPTIONAL}.items():
        found = [i for s in starts for i, c in enumerate(header) if c == s]
        if key not in _WHOLE:
            found += [i for s in starts for i, c in enumerate(header) if c.startswith(s)]
        if found:
            out[key] = found[0]
        elif key in wanted:
            raise SourceError(f"{at(file, 2)} of sheet '{title}': lacks a column named {' or '.join(starts)}")
    return out


def _sheets(file: Path) -> tuple[dict[str, Sheet], str]:
    from python_calamine import CalamineError, CalamineWorkbook

    read_bytes(file)
    try:
        book = CalamineWorkbook.from_path(str(file))
    except CalamineError as why:
        raise SourceError(f"{file}: is not a workbook that can be read ({why})") from None
    out: dict[str, Sheet] = {}
    for title in book.sheet_names:
        lowered = title.casefold()
        for kind in ("candidates", "ward"):
            if lowered.startswith(kind):
                rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
                out[kind] = [tuple(None if c == "" else c for c in row) for row in rows]
                out[kind].insert(0, (title,))
    if len(out) != 2:
        raise SourceError(f"{file}: has no sheet of candidates and one of wards; sheets: {', '.join(book.sheet_names)}")
    return out, str(out["ward"][1][0])


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
    sheets, title = _sheets(file)
    year = _YEAR.search(title)
    # Before 2022 the tables use abbreviations of their own; later ones write names out.
    source: LabelSource = "commons-2021" if year and int(year[1]) <= 2021 else "commons-2025"
    if year and int(year[1]) != date.year:
        raise SourceError(f"{name}: is of {year[1]} ('{title}'), and not of {date}; check the day that is given for it")
    known = Labels(source, name, labels or {}, by_name=names and source == "commons-2025")
    cand, ward = sheets["candidates"][1:], sheets["ward"][1:]
    cc = _columns(file, sheets["candidates"][0][0], cand, _CANDIDATES)
    wc = _columns(file, sheets["ward"][0][0], ward, _WARDS)

    def key(row: tuple[Any, ...], col: dict[str, int]) -> tuple[str, str, str]:
        lower = row[col["lower_code"]] if "lower_code" in col else row[col["lower"]]
        return _text(lower).casefold(), _text(row[col["code"]]), fold_ward(_text(row[col["ward"]]))

    wards: dict[tuple[str, str], tuple[int, tuple[Any, ...]]] = {}
    by_name: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for number, row in enumerate(ward[2:], start=3):
        if row[wc["ward"]] is not None:
            lower, code, folded = key(row, wc)
            if (lower, code) in wards:
                raise SourceError(f"{at(name, number)}: ward code {code} stands twice in {row[wc['lower']]}")
            wards[(lower, code)] = (number, row)
            by_name.setdefault((lower, folded), []).append((lower, code))
    groups: dict[tuple[str, str], list[tuple[int, tuple[Any, ...]]]] = {}
    problems: list[Problem] = []
    for number, row in enumerate(cand[2:], start=3):
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
