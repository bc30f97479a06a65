"""Councils as publishers name them: from a name, a code and a date to one entry of our own table."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from seeds.errors import SourceError, at
from seeds.labels import read_table
from seeds.types import CouncilType

#: A new council is elected up to so long before it takes over from those that it replaces.
SHADOW = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class CouncilEntry:
    """One council for as long as it existed.

    ``key`` is the register's three letters: the county of Buckinghamshire (BKM) and the unitary that
    followed it (BUC) have one slug and are two councils. ``county`` is the key of a district's county council,
    ``replaced_by`` those of the councils that took its place.
    """

    key: str
    council: str
    name: str
    gss: tuple[str, ...]
    nation: str
    region: str
    type: CouncilType
    county: str
    start: dt.date | None
    end: dt.date | None
    names: tuple[str, ...]
    replaced_by: tuple[str, ...] = ()

    def exists(self, date: dt.date) -> bool:
        """Whether there was the council on ``date``."""
        early = self.start is not None and date < self.start
        return not early and not (self.end is not None and date > self.end)

    def elects(self, date: dt.date) -> bool:
        """Whether it could be elected on ``date``: the first time up to a year before it takes over (a shadow)."""
        return self.exists(date) or (self.start is not None and self.start - SHADOW <= date < self.start)


_WORDS = re.compile(
    r"\b(council|borough|city|district|county|metropolitan|london|royal|unitary|ua|cc|of|the|upon|on|in|by)\b"
)


def fold_name(name: str) -> str:
    """A council's name as it is compared: no case, no punctuation, none of the words that publishers add or drop."""
    text = re.sub(r"['’.]", "", name.casefold().replace("&", " and "))
    text = re.sub(r"[^a-z0-9]+", " ", text)
    short = " ".join(_WORDS.sub(" ", text).split())
    return short or " ".join(text.split())


def _date(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@cache
def councils() -> dict[str, CouncilEntry]:
    """Every council of Great Britain since 2009, by key."""
    return {
        r["key"]: CouncilEntry(
            key=r["key"],
            council=r["council"],
            name=r["name"],
            gss=tuple(r["gss"].split(";")),
            nation=r["nation"],
            region=r["region"],
            type=r["type"],  # type: ignore[arg-type]
            county=r["county"],
            start=_date(r["start"]),
            end=_date(r["end"]),
            names=tuple(n for n in r["names"].split(";") if n),
            replaced_by=tuple(k for k in r["replaced_by"].split(";") if k),
        )
        for r in read_table("councils.csv")
    }


def replaced(key: str) -> tuple[str, ...]:
    """Keys of the councils of the lower or single tier that a council took the place of."""
    return tuple(c.key for c in councils().values() if key in c.replaced_by and c.type != "CC")


@cache
def _by_name() -> dict[str, tuple[CouncilEntry, ...]]:
    out: dict[str, dict[str, CouncilEntry]] = {}
    for c in councils().values():
        for name in (c.name, c.council.replace("-", " "), *c.names):
            out.setdefault(fold_name(name), {})[c.key] = c
    return {name: tuple(found.values()) for name, found in out.items()}


@cache
def _by_gss() -> dict[str, CouncilEntry]:
    return {code: c for c in councils().values() for code in c.gss}


def council_at(slug: str, date: dt.date) -> CouncilEntry:
    """The council that has this slug on a date.

    Raises
    ------
    SourceError
        If there is none.
    """
    named = [c for c in councils().values() if c.council == slug and c.elects(date)]
    for c in sorted(named, key=lambda c: not c.exists(date)):
        return c
    raise SourceError(f"'{slug}' is no council that could be elected on {date}; see seeds/tables/councils.csv")


def find_council(
    name: str,
    date: dt.date,
    gss: str | None = None,
    file: str | Path = "?",
    row: int | None = None,
    column: str | None = None,
) -> CouncilEntry:
    """The council that a publisher calls ``name`` (or codes ``gss``) on a date.

    A code is believed before a name. Of two councils with one name (a county and the unitary that followed it)
    the one that existed on the date is meant; one to come only if there is none (Cumberland, elected in May 2022 to
    take over in April 2023).

    Raises
    ------
    SourceError
        Naming file and row, if no council or more than one fits.
    """
    coded = _by_gss().get(gss or "")
    if coded and coded.exists(date):
        return coded
    named = _by_name().get(fold_name(name), ())
    found = [c for c in named if c.exists(date)]
    if not found:
        found = [c for c in ([coded] if coded else named) if c.elects(date)]
    if len(found) > 1:
        exact = [c for c in found if c.name.casefold() == name.strip().casefold()]
        found = exact or found
    if len(found) != 1:
        why = "is no council known on" if not found else "may be " + " or ".join(c.key for c in found) + " on"
        raise SourceError(f"{at(file, row, column)}: '{name}' {why} {date}; add the name to seeds/tables/councils.csv")
    return found[0]
