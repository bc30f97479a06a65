"""Expected times of declaration as a pack keeps them: printed for this night or an earlier one, never for a later.

Pages written while the votes were counted say what happened, and are left out, and so is what other years' pages will
say later: a table of what a desk could have had on its wall at ten in the evening.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path

from seeds.build.publishers import publisher
from seeds.build.times import ODD
from seeds.councils import CouncilEntry, find_council
from seeds.errors import SourceError
from seeds.expected import EXPECTED, EXPECTED_COLUMNS, CountTime, Expected
from seeds.readers.contest import digest
from seeds.readers.night2012 import ExpectedTime, read_expected
from seeds.write import Source, write_csv

FILES = ("expected_times.csv", "expected_times_other_years.csv")
#: Pages about the night of 2012 that were out before its polls closed, by a part of their address.
BEFORE_2012 = ("huffingtonpost.co.uk/2012/05/02/", "huffingtonpost.co.uk/2012/05/03/", "coventry-warwickshire-17703873")
_COUNTS: dict[str, CountTime] = {"overnight": "night", "friday": "day"}
_CLOCK = re.compile(r"(?:about |just after |from_)?(\d\d):(\d\d)")
_HOURS = re.compile(r".*about (\d+) hours after (\d\d):(\d\d)")


def clock_time(text: str, date: dt.date) -> dt.datetime | None:
    """``about 00:30`` or ``about 2 hours after 22:00`` as a moment of the night; None if it names none."""
    more = 0
    if found := _HOURS.fullmatch(text):
        more, hour, minute = (int(x) for x in found.groups())
    elif found := _CLOCK.fullmatch(text):
        hour, minute = (int(x) for x in found.groups())
    else:
        return None
    day = date if hour >= 22 else date + dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(hour, minute)) + dt.timedelta(hours=more)


def expected(folder: Path, date: dt.date, councils: Mapping[str, CouncilEntry]) -> list[Expected]:
    """What was expected of each council of a night, in the order of the slugs.

    What was printed for the night itself comes first, else what was printed for the latest earlier night (2021, a
    count over several days under epidemic rules, is no guide to another).

    Parameters
    ----------
    folder
        The raw data of 2012, which has the tables of expected times.
    councils
        Councils that vote, by slug.
    """
    best: dict[str, list[ExpectedTime]] = {}
    for e in read_expected(folder):
        year = e.year or 2012
        if year > date.year or (year == ODD and date.year != ODD):
            continue
        if year == 2012 and not any(part in e.source for part in BEFORE_2012):
            continue
        try:
            key = find_council(e.council, dt.date(year, 5, 5)).key
        except SourceError:
            continue  # a list of counts also names what is no council's (a mayor's count)
        best.setdefault(key, []).append(e)
    out = []
    for slug, entry in sorted(councils.items()):
        told = sorted(best.get(entry.key, []), key=lambda e: -(e.year or 2012))
        timed = next((e for e in told if clock_time(e.time, date)), None)
        counted = next((e for e in told if e.count and (e.year or 2012) == date.year), None)
        # A count of this very night by day makes a time of another night's worthless.
        first = counted if counted and (timed is None or counted.count == "friday") else timed
        if first is None:
            continue
        at = clock_time(first.time, date) if first is timed else None
        count = _COUNTS.get(counted.count) if counted else None
        if at is not None and count is None:
            count = "day" if at >= dt.datetime.combine(date, dt.time(9)) + dt.timedelta(days=1) else "night"
        out.append(Expected(slug, at, count, first.year or 2012, publisher(first.source)))
    return out


def write_expected(folder: Path, told: list[Expected]) -> None:
    """Write ``expected.csv`` into a pack's folder; none where nothing is known."""
    if told:
        write_csv(
            folder / EXPECTED,
            EXPECTED_COLUMNS,
            [(e.council, e.at.isoformat() if e.at else None, e.count, e.year, e.source) for e in told],
        )


def expected_source(data: Path) -> Source:
    """Where the expected times come from."""
    return Source(
        "expected",
        "Expected times of declaration as printed before this election or an earlier one, transcribed by hand",
        "CC BY-SA 4.0",
        "the publishers that the rows name",
        digest(data / "night-2012" / f for f in FILES),
    )
