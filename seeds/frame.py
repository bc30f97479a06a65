"""The frame of the projected national share: every council of the lower or single tier of Great Britain."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

from seeds.cells import parse_counts, parse_percent, parse_shares
from seeds.labels import TABLES
from seeds.pack import embedded, find
from seeds.rows import rows
from seeds.types import Constituency, CouncilType, Election, FrameCouncil

FRAME = "frame.csv"
FRAME_COLUMNS = "council,name,gss,nation,region,type,county,population,seats,earlier,contests,shares,general"

#: Days of general elections.
GENERAL_DAYS = {2005: dt.date(2005, 5, 5), 2010: dt.date(2010, 5, 6), 2015: dt.date(2015, 5, 7)}
GENERAL_DAYS |= {2017: dt.date(2017, 6, 8), 2019: dt.date(2019, 12, 12), 2024: dt.date(2024, 7, 4)}


def load_frame(pack: str | Path) -> tuple[FrameCouncil, ...]:
    """Load a pack's frame; empty if the pack has none.

    Parameters
    ----------
    pack
        Key of an embedded pack or path of a pack's folder.

    Raises
    ------
    PackError
        Naming file, row and column of what is missing or wrong.
    """
    file = find(pack) / FRAME
    if not file.is_file():
        return ()
    out: dict[str, FrameCouncil] = {}
    for r in rows(file, FRAME_COLUMNS):
        slug = r.text("council")
        if slug in out:
            raise r.fail("council", f"'{slug}' stands twice")
        population = r.read("population", int)
        if population <= 0:
            raise r.fail("population", "is not above zero, so the council would weigh nothing")
        out[slug] = FrameCouncil(
            council=slug,
            name=r.text("name"),
            gss=r.opt("gss"),
            nation=r.text("nation"),
            region=r.text("region"),
            type=r.choice("type", CouncilType),
            county=r.opt("county"),
            population=population,
            seats=r.read_opt("seats", parse_counts) or {},
            earlier=r.read_opt("earlier", dt.date.fromisoformat),
            contests=r.read_opt("contests", int),
            shares=r.read_opt("shares", parse_shares) or {},
            general=r.read_opt("general", parse_shares) or {},
            degree=r.read_opt("degree", parse_percent) if "degree" in r.cells else None,
        )
    return tuple(out.values())


@cache
def _constituencies() -> tuple[Constituency, ...]:
    return tuple(
        Constituency(
            r.read("year", int),
            r.text("constituency"),
            r.text("region"),
            r.read("electorate", int),
            r.read("votes", int),
            r.read("shares", parse_shares),
        )
        for r in rows(TABLES / "constituencies.csv", "year,constituency,region,electorate,votes,shares")
    )


@cache
def load_general(year: int) -> tuple[Constituency, ...]:
    """Constituencies of Great Britain at the general election of a year; empty where our table has none of it."""
    return tuple(c for c in _constituencies() if c.year == year)


@cache
def frame_before(date: dt.date) -> tuple[FrameCouncil, ...]:
    """Frame of the latest embedded pack of an election before a date: for packs without one of their own."""
    early = [e for e in embedded() if int(e) < date.year]
    return load_frame(early[-1]) if early else ()


def known_frame(election: Election) -> tuple[FrameCouncil, ...]:
    """The frame of a pack, or, where it has none, the last one before it."""
    return election.frame or frame_before(election.date)
