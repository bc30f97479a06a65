"""Make a pack's ``frame.csv``: every council of the lower or single tier of Great Britain before the polls closed."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from seeds.build.census import PUBLISHED, council_census
from seeds.build.composition import compositions
from seeds.build.councils import history
from seeds.build.raw import Raw
from seeds.cells import format_numbers
from seeds.councils import CouncilEntry, councils, replaced
from seeds.errors import SourceError
from seeds.frame import FRAME, FRAME_COLUMNS, GENERAL_DAYS, load_general
from seeds.labels import in_order
from seeds.readers.contest import digest
from seeds.types import CouncilHistory, FrameCouncil
from seeds.write import Source, rounded, write_csv

#: Parties whose earlier local shares a frame keeps; the rest of the vote is not told apart.
KEPT = ("Con", "Lab", "LD", "Grn", "UKIP", "Ref", "SNP", "PC")
#: Their councillors do not stand for parties, and few people live there.
LEFT_OUT = frozenset({"LND", "IOS"})


@cache
def _register(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "geography" / "uk_local_authorities_future.csv").open(encoding="utf-8-sig", newline="") as handle:
        return {r["local-authority-code"]: r for r in csv.DictReader(handle)}


def _population(key: str, register: Mapping[str, Mapping[str, str]], seats: Mapping[str, int]) -> float:
    """Population in mid-2020; a council that had ended by then gets its part, by seats, of its successor's."""
    row = register[key]
    if row["pop-2020"]:
        return float(row["pop-2020"])
    after = row["replaced-by"].strip()
    if not after:
        raise SourceError(f"uk_local_authorities_future.csv: {key} has no population and no successor")
    together = replaced(after)
    # A successor younger than the estimate has none of its own either: then by what is known of its other parts.
    share = seats[key] / sum(seats[k] for k in together)
    return share * _population(after, register, seats)


def _entries(date: dt.date) -> dict[str, CouncilEntry]:
    return {
        key: c
        for key, c in councils().items()
        if c.exists(date) and c.type in ("MB", "UA", "SD", "LB", "WP", "SC") and key not in LEFT_OUT
    }


def region_votes(date: dt.date) -> dict[str, dict[str, float]]:
    """Vote of each region, in percent, at the last general election before a date."""
    year = max(y for y, day in GENERAL_DAYS.items() if day < date and load_general(y))
    total: Counter[str] = Counter()
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for c in load_general(year):
        total[c.region] += c.votes
        for party, share in c.shares.items():
            votes[c.region][party] += share / 100 * c.votes  # type: ignore[assignment]
    return {
        r: rounded({p: 100 * v[p] / total[r] for p in in_order(frozenset(v)) if p != "Oth"}) for r, v in votes.items()
    }


def frame(raw: Raw, date: dt.date) -> list[FrameCouncil]:
    """Every council of the frame of a polling day, by slug.

    Seats are those after May of the year before; a council new since then has the sum of those that it replaced
    (of the latest table that has them).

    Raises
    ------
    SourceError
        If a council has no population, or neither it nor its predecessors have a composition.
    """
    register = _register(raw.folder)
    known_seats = sorted(compositions(raw.folder / "composition").items(), key=lambda x: x[0][1])
    latest_size = {k: c.total for (k, _), c in known_seats}
    before = {k: c for (k, y), c in known_seats if y == date.year - 1}
    # A council that ended since is not in the last table: what it was two years before.
    ended = {k: c for (k, y), c in known_seats if y < date.year and k not in before}
    general = region_votes(date)
    past = history(raw.earlier(date), date)
    out = []
    for key, entry in _entries(date).items():
        parts = [key] if key in before else [k for k in replaced(key) if k in before or k in ended]
        if not parts:
            raise SourceError(f"composition: {entry.name} ({key}) has no seats after May {date.year - 1}")
        seats: Counter[str] = Counter()
        for k in parts:
            seats.update((before.get(k) or ended[k]).seats)
        known: list[CouncilHistory] = [h for h in past.get(key, []) if h.shares]
        latest = known[-1] if known else None
        out.append(
            FrameCouncil(
                council=entry.council,
                name=entry.name,
                gss=entry.gss[0],
                nation=entry.nation,
                region=entry.region,
                type=entry.type,
                county=councils()[entry.county].council if entry.county else None,
                population=round(_population(key, register, latest_size)),
                seats={p: seats[p] for p in in_order(frozenset(seats)) if seats[p]},
                earlier=latest.date if latest else None,
                contests=latest.contests if latest else None,
                shares={p: s for p, s in latest.shares.items() if p in KEPT} if latest else {},
                general=general[entry.region],
                degree=census.degree if date >= PUBLISHED and (census := council_census(key)) else None,
            )
        )
    return sorted(out, key=lambda c: c.council)


def write_frame(folder: Path, councils: list[FrameCouncil]) -> None:
    """Write ``frame.csv`` into a pack's folder."""
    write_csv(
        folder / FRAME,
        FRAME_COLUMNS + ",degree",
        [
            (
                *(c.council, c.name, c.gss, c.nation, c.region, c.type, c.county, c.population),
                *(format_numbers(c.seats), c.earlier, c.contests, format_numbers(c.shares), format_numbers(c.general)),
                c.degree,
            )
            for c in councils
        ],
    )


def frame_source(data: Path) -> Source:
    """Where the frame comes from."""
    return Source(
        "frame",
        "Register of UK local authorities (population mid-2020), council compositions, earlier results as in history, "
        "general elections by constituency with regions from Open Innovations' hex maps",
        "OGL v3.0; CC BY-SA 4.0; Open Parliament Licence v3.0; MIT",
        "mySociety; Office for National Statistics; Open Council Data UK; House of Commons Library; Open Innovations",
        digest(
            [
                data / "geography" / "uk_local_authorities_future.csv",
                *sorted((data / "general").glob("parliament-*-c*")),
            ]
        ),
    )
