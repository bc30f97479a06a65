"""The order in which councils declared, where no times of the night are known: imputed, and marked as such."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path

from seeds.councils import CouncilEntry, find_council
from seeds.errors import SourceError
from seeds.readers.night2012 import read_expected

_TIME = re.compile(r"(\d\d):(\d\d)")
#: Counts of 2021 were held over several days under epidemic rules: no guide to another year.
ODD = 2021


def _moment(text: str, date: dt.date) -> dt.datetime | None:
    """A clock time as a moment between 22:00 of polling day and the next evening."""
    found = _TIME.search(text)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2])
    day = date if hour >= 22 else date + dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(hour, minute))


def order(
    folder: Path, date: dt.date, councils: Mapping[str, CouncilEntry]
) -> list[tuple[str, dt.datetime | None, str]]:
    """Councils (by slug) in an imputed order of declaration, each with its imputed time and where that comes from.

    A council's time is the one expected for it on the night itself; else in the nearest other year; councils of which
    no time was ever printed follow in the alphabet, without a time.
    """
    expected: dict[str, dict[int, dt.datetime]] = {}
    for e in read_expected(folder):
        year = e.year or 2012
        moment = _moment(e.time, date)
        if moment is None or (year == ODD and date.year != ODD):
            continue
        try:
            key = find_council(e.council, dt.date(year, 5, 5)).key
        except SourceError:
            continue  # a list of counts of that year also names what is no council's (a mayor's count)
        expected.setdefault(key, {})[year] = moment
    out: list[tuple[str, dt.datetime | None, str]] = []
    for slug, entry in councils.items():
        years = expected.get(entry.key, {})
        if not years:
            out.append((slug, None, "imputed: no time is known; by the alphabet, after those with one"))
            continue
        year = min(years, key=lambda y: (abs(y - date.year), y))
        source = "expected before the night" if year == date.year else f"expected in {year}"
        out.append((slug, years[year], f"imputed: {source}"))
    return sorted(out, key=lambda item: (item[1] is None, item[1] or dt.datetime.max, item[0]))
