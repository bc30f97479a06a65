"""The order in which councils declared on 3 and 4 May 2012, and how much of it is known.

Few declaration times were written down. In order of preference a council's time is

1. first-hand: a page of the night reports its result by a stated time (an upper bound; ``time_known``);
2. imputed: the middle of its expected times in other years of the same kind of count (night or day; 2021, a count
   under epidemic rules, left out);
3. imputed: the middle of what (2) gives for councils of its type and kind of count (of all types where those are few).

An imputed time is moved to where it contradicts nothing: forward to the moment by which a page names the council as
declared, back behind 01:41 (a round-up of that minute lists the 17 councils that had declared) or behind Wrexham (the
first of Wales).

Whether it counted overnight or on Friday is taken, in order, from a page of 2012, from what most other years expect,
from what is said of all of a nation (Scotland and London on Friday, most of Wales in the early hours), else from the
type: metropolitan boroughs and unitaries overnight, districts on Friday. That a third of the English and Welsh
councils counted on Friday is reported, so the number is a check.
"""

from __future__ import annotations

import datetime as dt
import re
import statistics
from collections.abc import Mapping
from dataclasses import dataclass

from seeds.readers.night2012 import ClockRow, ExpectedTime

CLOSE = dt.datetime(2012, 5, 3, 22)
#: Nobody outside the round-up of 01:41 had declared by then, and nobody in Wales before Wrexham (by 01:46).
FLOOR = {"England": dt.datetime(2012, 5, 4, 1, 42), "Wales": dt.datetime(2012, 5, 4, 1, 47)}
#: The leader of Bradford's council lost his seat to Respect shortly after five: that count ran overnight.
NOT_BEFORE = {"Bradford": dt.datetime(2012, 5, 4, 5)}
#: "Still counting" in a post of the night.
OVERNIGHT = ("Bradford", "Cambridge")
#: Fewer own times than this of one type and kind of count, and the middle of all types is taken.
ENOUGH = 3
_TIME = re.compile(r"(\d\d):(\d\d)")


@dataclass(frozen=True, slots=True)
class Declared:
    """When a council declared; ``known`` only where a page of the night gives the time."""

    at: dt.datetime
    known: bool
    source: str


def moment(text: str) -> dt.datetime | None:
    """A clock time of the night ("<=01:41", "about 00:30") as a moment between 22:00 and the next evening."""
    found = _TIME.search(text)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2])
    return CLOSE.replace(hour=hour, minute=minute) + dt.timedelta(days=0 if hour >= 22 else 1)


def bounds(clock: list[ClockRow]) -> dict[str, tuple[dt.datetime, bool]]:
    """Earliest moment by which a page shows each council as declared, and whether it reports the result itself."""
    out: dict[str, tuple[dt.datetime, bool]] = {}
    for row in clock:
        by = moment(row.time) if row.time.startswith("<=") else None
        if by is None or by > CLOSE + dt.timedelta(hours=10):
            continue
        for council in row.councils:
            if council not in out or by < out[council][0]:
                out[council] = (by, row.kind == "council_declared" and bool(row.value))
    return out


def _expected(times: list[ExpectedTime]) -> dict[str, list[dt.datetime]]:
    """Expected times of other years by council, one per year (the last one listed)."""
    years: dict[str, dict[int, dt.datetime]] = {}
    for t in times:
        at = moment(t.time)
        if t.year is not None and t.year != 2021 and at is not None:
            years.setdefault(t.council, {})[t.year] = at
    return {council: list(found.values()) for council, found in years.items()}


def _daytime(at: dt.datetime) -> bool:
    return at >= CLOSE + dt.timedelta(hours=11)


def _middle(times: list[dt.datetime]) -> dt.datetime:
    minutes = statistics.median((t - CLOSE).total_seconds() / 60 for t in times)
    return CLOSE + dt.timedelta(minutes=round(minutes))


def counts_on_friday(
    council: str, kind: str, nation: str, stated: Mapping[str, str], known: bool, other: list[dt.datetime]
) -> tuple[bool, str]:
    """Whether a council counted on Friday, and on what ground."""
    if council in stated:
        return stated[council] == "friday", "a page of 2012 says"
    if known:
        return False, "a page of the night shows it declared"
    if nation == "Scotland" or kind == "GLA":
        return True, "all of Scotland and London counted on Friday"
    if other and sum(map(_daytime, other)) * 2 != len(other):
        day = sum(map(_daytime, other)) * 2 > len(other)
        return day, f"most of {len(other)} other years expect {'a day' if day else 'an overnight'} count"
    if nation == "Wales":
        return False, "most Welsh councils declared in the early hours"
    return kind == "SD", f"assumed for {'a district' if kind == 'SD' else 'a metropolitan borough or unitary'}"


def order(
    councils: Mapping[str, tuple[str, str]], clock: list[ClockRow], times: list[ExpectedTime]
) -> dict[str, Declared]:
    """Moment of declaration of every council, first to last.

    Parameters
    ----------
    councils
        Name in the transcriptions -> type and nation.
    clock, times
        What pages say of the night, and what was expected.
    """
    known, other = bounds(clock), _expected(times)
    stated = {t.council: t.count for t in times if t.year is None}
    stated |= {c: "overnight" for c in OVERNIGHT if c not in stated}
    friday: dict[str, tuple[bool, str]] = {}
    own: dict[str, dt.datetime] = {}
    for council, (kind, nation) in councils.items():
        found = other.get(council, [])
        friday[council] = counts_on_friday(council, kind, nation, stated, council in known, found)
        same = [t for t in found if _daytime(t) == friday[council][0]]
        if same:
            own[council] = _middle(same)

    def typical(kind: str, day: bool) -> tuple[dt.datetime, str]:
        alike = [t for c, t in own.items() if councils[c][0] == kind and friday[c][0] == day]
        if len(alike) >= ENOUGH:
            return _middle(alike), f"the typical time of type {kind}"
        return _middle([t for c, t in own.items() if friday[c][0] == day]), "the typical time of all types"

    guess: dict[str, dt.datetime] = {}
    out: dict[str, Declared] = {}
    for council, (kind, nation) in councils.items():
        day, ground = friday[council]
        guess[council], how = typical(kind, day)
        if council in own:
            guess[council], how = own[council], "expected times of other years"
        by, reported = known.get(council, (None, False))
        if by is not None and reported:
            words = f"a page of the night reports it by {by:%H:%M} (an upper bound; order among equals from {how})"
            out[council] = Declared(by, True, words)
            continue
        at = guess[council] if day else max(guess[council], FLOOR[nation], NOT_BEFORE.get(council, CLOSE))
        words = f"imputed from {how}; {'Friday' if day else 'overnight'} count: {ground}"
        if by is not None:
            at, words = min(at, by), f"imputed from {how}; a page of the night shows it declared by {by:%H:%M}"
        out[council] = Declared(at, False, words)
    still, first = out.get("Swansea"), out.get("Neath Port Talbot")
    if still and first and still.at <= first.at:  # "declared overnight while Swansea was still counting"
        out["Swansea"] = Declared(first.at + dt.timedelta(minutes=1), False, f"{still.source}; after Neath Port Talbot")
    return {c: out[c] for c in sorted(out, key=lambda c: (out[c].at, guess[c], c))}
