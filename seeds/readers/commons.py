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
from pathlib import Path
from typing import Any

from seeds.councils import find_council
from seeds.errors import SourceError, at
from seeds.labels import LabelSource
from seeds.readers.commons_cells import mark, number_of, seats_of, text_of, votes_of
from seeds.readers.commons_sheets import sheets
from seeds.readers.contest import Candidate, Labels, Problem, Reading, SourceContest, digest, fold_ward
from seeds.readers.repeats import once

_YEAR = re.compile(r"\b(20\d\d)\b")
_COUNTY = {"SC", "CC"}


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


def _without(
    row: tuple[Any, ...], column: dict[str, int], code: str, file: str, number: int, date: dt.date, unsure: bool
) -> tuple[list[SourceContest], Problem]:
    """A ward for which no candidate is listed: no poll was held, and its seats are vacant, where they are told."""
    ward, upper, lower = (text_of(row[column[c]]) for c in ("ward", "upper", "lower"))
    seats = seats_of(row[column["seats"]], file, number)
    if unsure or seats is None:
        return [], Problem(file, number, f"{ward}: no candidate is listed; the ward is left out")
    county = text_of(row[column["type"]]) in _COUNTY
    gss = text_of(row[column["lower_code"]]) if "lower_code" in column and not county else None
    entry = find_council(f"{upper} County Council" if county else lower, date, gss, file, number, "local authority")
    contest = SourceContest(
        council=entry.council,
        key=entry.key,
        ward=ward,
        date=date,
        seats=seats,
        candidates=(),
        file=file,
        rows=(number, number),
        gss=code or None,
        area=lower if county else None,
        countermanded=True,
    )
    why = f"{ward}: no candidate is listed; taken for a poll that was not held, its seats ({seats}) vacant"
    return [contest], Problem(file, number, why, kept=True)


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
    cand, ward = sheets(file)
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
    # Where candidates of a council stand under a code that no ward has, it may be theirs.
    unsure = {lower for lower, code in groups if (lower, code) not in wards}
    for (lower, code), (number, row) in wards.items():
        if (lower, code) not in groups:
            found, problem = _without(row, wc, code, name, number, date, lower in unsure)
            contests += found
            problems.append(problem)
    if not contests:
        raise SourceError(f"{file}: holds no contest of {date} with candidates")
    if uncounted:
        why = "no count of seats; those who are marked as elected are taken for all"
        problems.append(Problem(name, uncounted[0], why, len(uncounted), kept=True))
    known.check()
    problems += known.remarks()
    return Reading(name, tuple(contests), tuple(problems), digest([file]), "commons")
