"""Read the fifteen Lancashire councils of DCLEAPIL (Leman 2025): ward histories, by today's ward names.

The publisher sorted old wards under today's names. Some of today's wards hold two old wards merged into one contest,
some old wards are missing. :func:`recognise` tells which is which where the same elections are in LEAP, by the votes.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from seeds.councils import find_council
from seeds.errors import SourceError
from seeds.readers.contest import Candidate, Labels, Problem, Reading, SourceContest, digest, fold_ward, read_bytes

#: The file gives the general election's local polls of 2010 a day early.
_WRONG_DAYS = {dt.date(2010, 5, 5): dt.date(2010, 5, 6)}
#: LEAP and the archive differ by one digit in 2016 (256 and 266), so that votes alone do not name this ward.
_NAMED = {("pendle.json", "Barrowford and Pendleside"): "Barrowford"}


def read_lancashire(file: Path) -> Reading:
    """Read one council's wards and their contests, by-elections between the ordinary days too.

    A contest in which more were elected than the ward has seats is two old wards in one and is left out.

    Raises
    ------
    SourceError
        If the file is not such a table or a party label is not known.
    """
    name = file.name
    try:
        data = json.loads(read_bytes(file))
        council, wards = data["meta"]["council_name"], data["wards"]
    except (ValueError, KeyError) as why:
        raise SourceError(f"{file}: is not a council's file of ward histories ({why})") from None
    tier = data["meta"].get("council_tier", "")
    known = Labels("lancashire", name)
    contests: list[SourceContest] = []
    problems: list[Problem] = []
    for place, (ward, held) in enumerate(wards.items(), start=1):
        for poll in held["history"]:
            date = dt.date.fromisoformat(poll["date"])
            date = _WRONG_DAYS.get(date, date)
            candidates = tuple(
                Candidate(known.code(c["party"], place), int(c["votes"]), bool(c["elected"]), c["name"], c["party"])
                for c in poll["candidates"]
                if c["votes"] is not None
            )
            seats = sum(bool(c.elected) for c in candidates)
            entry = find_council(council + (" County Council" if tier == "county" else ""), date, None, name)
            limit = held.get("seats")
            if len(candidates) < len(poll["candidates"]) or not seats or (limit and seats > limit):
                reason = (
                    f"{seats} elected for {limit} seats: two old wards in one"
                    if limit and seats > limit
                    else "votes or the elected are missing"
                )
                problems.append(Problem(name, place, f"{ward} {date}: {reason}; left out"))
                continue
            turnout = poll.get("turnout")
            contests.append(
                SourceContest(
                    council=entry.council,
                    key=entry.key,
                    ward=ward.removesuffix(" Ward"),
                    date=date,
                    seats=seats,
                    candidates=candidates,
                    file=name,
                    rows=(place, place),
                    electorate=poll.get("electorate") or None,
                    turnout=round(100 * turnout, 2) if turnout else None,
                )
            )
    known.check()
    return Reading(name, tuple(contests), tuple(problems), digest([file]))


def split_pairs(contests: Iterable[SourceContest]) -> list[SourceContest]:
    """Tell apart two old wards that the publisher lists under one of today's names.

    Where a name holds two contests on a day they stand in the same order every year: it becomes two. Its days with
    one contest are one old ward's whose turn it was, so those four years apart go together. Whether that held is
    checked by :func:`recognise`, which finds no one ward for a name whose votes are now one
    old ward's, now another's.
    """
    days: dict[tuple[str, str], dict[dt.date, list[SourceContest]]] = defaultdict(lambda: defaultdict(list))
    for c in contests:
        days[c.key, c.ward][c.date].append(c)
    out: list[SourceContest] = []
    for held in days.values():
        most = max(len(found) for found in held.values())
        for day, found in held.items():
            if most == 1:
                out += found
            elif len(found) == most:
                out += [replace(c, ward=f"{c.ward} ({i})") for i, c in enumerate(found, start=1)]
            elif len(found) == 1:
                out.append(replace(found[0], ward=f"{found[0].ward} (alone, turn {day.year % 4})"))
    return out


def _votes(contest: SourceContest) -> tuple[int, ...]:
    return tuple(sorted((c.votes for c in contest.candidates), reverse=True))


def _overlap(mine: SourceContest, theirs: SourceContest) -> bool:
    """Whether all of a LEAP contest's votes stand in this contest: it is that ward, or has it merged in."""
    rest = list(_votes(mine))
    for v in _votes(theirs):
        if v not in rest:
            return False
        rest.remove(v)
    return True


def recognise(
    contests: Iterable[SourceContest], leap: Iterable[SourceContest], last: dt.date
) -> tuple[list[SourceContest], list[Problem]]:
    """Give contests up to ``last`` the names that their wards had then; drop those that cannot be told.

    A ward of the publisher's whose votes in the LEAP years up to ``last`` are those of one LEAP ward throughout is that
    ward, and so are its contests of the years that LEAP lacks. One with the votes of two LEAP wards is a merger.

    Parameters
    ----------
    contests
        From :func:`read_lancashire`.
    leap
        LEAP's contests, of any councils and years.
    last
        The last date to which one map of wards is taken to have been in force.
    """
    by_place: dict[tuple[str, dt.date], list[SourceContest]] = {}
    for c in leap:
        by_place.setdefault((c.key, c.date), []).append(c)
    wards: dict[tuple[str, str], list[SourceContest]] = {}
    for c in contests:
        if c.date <= last:
            wards.setdefault((c.key, c.ward), []).append(c)
    out: list[SourceContest] = []
    problems: list[Problem] = []
    for (key, ward), held in wards.items():
        names: dict[str, str] = {}
        foreign = 0
        checked = 0
        for c in held:
            others = by_place.get((key, c.date))
            if not others:
                continue
            checked += 1
            found = [o for o in others if _overlap(c, o)]
            foreign += not found
            names |= {fold_ward(o.ward): o.ward for o in found}
        told = _NAMED.get((held[0].file, ward))
        if told:
            out += [replace(c, ward=told) for c in held]
        elif len(names) == 1 and not foreign:
            out += [replace(c, ward=next(iter(names.values()))) for c in held]
        elif not checked:
            # LEAP has no file of a year in which this ward voted: only its own name can tell.
            out += held
        else:
            why = "votes of " + " and ".join(names.values()) if names else "votes that LEAP gives to no one ward"
            problems.append(Problem(held[0].file, held[0].rows[0], f"{ward} (to {last}): {why}; left out", len(held)))
    return sorted(out, key=lambda c: (c.council, c.date, c.ward)), problems
