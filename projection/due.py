"""What is due next: expected times of declaration, from the pack or a desk's own file, against what has declared."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from projection.clock import clock
from projection.names import find_council
from projection.result import Projection
from seeds.errors import DeclarationError, at
from seeds.expected import Expected
from seeds.types import Election

#: Names of councils in a line before the rest is only counted.
NAMES = 12
#: A clock is compared with expected times only within so long after the day of the polls.
NIGHT = dt.timedelta(hours=48)


def due(
    projection: Projection, expected: Mapping[str, Expected], polls: dt.date, now: dt.datetime | None = None
) -> list[str]:
    """Councils still to come, by the time at which they were expected, a line each.

    Parameters
    ----------
    expected
        What was printed before the polls closed.
    polls
        Polling day.
    now
        Local time: what is late is told apart. Ignored on another night than that of the polls (a rehearsal).
    """
    waiting = [c for c in projection.councils.values() if c.state != "declared"]
    if not waiting:
        return []
    if now is not None and not dt.timedelta(0) <= now - dt.datetime.combine(polls, dt.time()) <= NIGHT:
        now = None
    told = {c.council: expected[c.council] for c in waiting if c.council in expected}
    names = {c.council: c.name + (f", {c.contests} of {c.contests_of} in" if c.contests else "") for c in waiting}
    timed = sorted((e.at, names[c], e.year) for c, e in told.items() if e.at is not None)
    lines = [
        f"{at:%H:%M} {name}" + (f" (its time in {year})" if year != polls.year else "")
        for at, name, year in timed
        if now is None or at >= now
    ]
    late = [f"{name} ({at:%H:%M})" for at, name, _ in timed if now is not None and at < now]
    at_night = sorted(names[c] for c, e in told.items() if e.at is None and e.count == "night")
    by_day = sorted(names[c] for c, e in told.items() if e.at is None and e.count == "day")
    unknown = len(waiting) - len(told)
    under_way = [names[c.council] for c in waiting if c.contests and c.council not in told]
    lines += [f"late: {_names(late)}"] if late else []
    lines += [f"in the night, time unknown: {_names(at_night)}"] if at_night else []
    lines += [f"by day, time unknown: {_names(by_day)}"] if by_day else []
    lines += [f"under way, time unknown: {_names(under_way)}"] if under_way else []
    if unknown:
        words = f"no time was printed before the night for {unknown} of the {len(waiting)} councils to come"
        lines.append(words + ("" if told else " (--expected FILE gives them)"))
    return lines


def _names(names: list[str]) -> str:
    more = len(names) - NAMES
    return ", ".join(names[:NAMES]) + (f" and {more} more" if more > 0 else "")


def read_expected(file: Path, election: Election) -> dict[str, Expected]:
    """When councils are expected to declare: columns ``council`` and ``time`` (``03:30`` or ISO).

    Raises
    ------
    DeclarationError
        If the file is not that.
    """
    try:
        rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as why:
        raise DeclarationError(f"{file}: cannot be read ({why})") from None
    out = {}
    for number, row in enumerate(rows, start=2):
        if not row.get("council") or not row.get("time"):
            raise DeclarationError(f"{at(file, number)}: needs a council and a time")
        try:
            slug, at_ = find_council(election, row["council"]), clock(row["time"], election.date, "time")
        except DeclarationError as error:
            raise DeclarationError(f"{at(file, number)}: {error}") from None
        out[slug] = Expected(slug, at_, None, election.date.year, str(file))
    return out
