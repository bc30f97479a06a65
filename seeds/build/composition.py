"""Seats by party on every council after May of each year, and the councillors behind them (Open Council Data UK)."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from seeds.compositions import Composition
from seeds.councils import CouncilEntry, find_council
from seeds.errors import SourceError, at
from seeds.labels import in_order, party_code
from seeds.readers.contest import fold_ward

_OLD = {"con": "Con", "lab": "Lab", "ld": "LD", "other": "Oth", "nat": "nat"}
_NEW = {
    **{"con": "Con", "lab": "Lab", "ld": "LD", "green": "Grn", "ukip": "UKIP", "ref": "Ref"},
    **{"pc": "PC", "snp": "SNP", "other": "Oth"},
}
#: Districts of Northern Ireland, and councils that came to be after the years that packs cover, stand in the tables
#: too; a name of Great Britain that is not found stops the build.
_ELSEWHERE = {
    *("Antrim and Newtownabbey", "Ards and North Down", "Armagh City, Banbridge and Craigavon", "Belfast"),
    *("Causeway Coast and Glens", "Derry City and Strabane", "Fermanagh and Omagh", "Lisburn and Castlereagh"),
    *("Mid Ulster", "Mid and East Antrim", "Newry, Mourne and Down", "East Surrey", "West Surrey"),
}
#: Elected in 2022, a year before they began.
_EARLY = {"Cumberland": 2023, "Westmorland and Furness": 2023}


def listed_ward(name: str) -> str:
    """A ward's name as the lists of councillors are compared.

    They drop hyphens without a space ("HenleyonThames") and genitives now and then.
    """
    return "".join(word.rstrip("s") for word in fold_ward(name).split())


@dataclass(frozen=True, slots=True)
class Councillor:
    """One seat: its ward (see :func:`listed_ward`), the party that holds it (None: vacant), when it is up, whose."""

    ward: str
    party: str | None
    next_election: str
    name: str = ""


def _council(name: str, year: int, file: Path, row: int) -> CouncilEntry | None:
    if name in _ELSEWHERE:
        return None
    return find_council(name, dt.date(max(year, _EARLY.get(name, 0)), 5, 31), None, file.name, row, "authority")


@cache
def compositions(folder: Path, first: int = 2009) -> dict[tuple[str, int], Composition]:
    """Composition of each council (by key) after May of each year since ``first``.

    Raises
    ------
    SourceError
        If a council's name is not known or a row's seats do not add up to its total.
    """
    out: dict[tuple[str, int], Composition] = {}
    for name, encoding, columns in (
        ("history1973-2015.csv", "cp1252", _OLD),
        ("history2016-26.csv", "utf-8-sig", _NEW),
    ):
        file = folder / name
        with file.open(encoding=encoding, newline="") as handle:
            for number, r in enumerate(csv.DictReader(handle), start=2):
                year = int(r["year"])
                if year < first:
                    continue
                entry = _council(r["authority"], year, file, number)
                if entry is None:
                    continue
                seats: Counter[str] = Counter()
                for column, code in columns.items():
                    party = {"Wales": "PC", "Scotland": "SNP"}.get(entry.nation, "Oth") if code == "nat" else code
                    seats[party] += int(r[column] or 0)
                total = int(r["total"])
                if sum(seats.values()) != total:
                    raise SourceError(f"{at(name, number)}: seats add up to {sum(seats.values())}, not to {total}")
                found = {p: seats[p] for p in in_order(frozenset(seats)) if seats[p]}
                if out.setdefault((entry.key, year), Composition(total, found)).seats != found:
                    raise SourceError(f"{at(name, number)}: {r['authority']} stands twice in {year}")
    return out


@cache
def councillors(folder: Path, year: int) -> dict[str, list[Councillor]]:
    """Councillors of each council (by key) as published in a year; empty where there is no file of the year."""
    file = folder / f"opencouncildata_councillors_{year}.csv"
    out: dict[str, list[Councillor]] = defaultdict(list)
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as handle:
        for number, r in enumerate(csv.DictReader(handle), start=2):
            entry = _council(r["Council"], year, file, number)
            if entry is not None:
                label = r["Party Name"].strip()
                party = None if label == "Vacant" else party_code("opencouncil", label, file.name, number)
                out[entry.key].append(
                    Councillor(listed_ward(r["Ward Name"]), party, r["Next Election"], r["Councillor Name"])
                )
    return dict(out)


def finer(coarse: Composition, known: list[Councillor]) -> dict[str, int] | None:
    """Seats by party from a list of councillors, if they agree with the composition in every party that it names.

    The list tells local parties apart, the composition does not. None if they disagree: then they are not of one day.
    """
    counted = Counter(c.party for c in known if c.party)
    named = {p for p in set(_NEW.values()) | set(coarse.seats) if p != "Oth"}
    if any(counted[p] != coarse.seats.get(p, 0) for p in named) or len(known) != coarse.total:
        return None
    return {p: counted[p] for p in in_order(frozenset(counted)) if counted[p]}


def as_composition(seats: Mapping[str, int], like: Mapping[str, int], year: int) -> dict[str, int]:
    """Seats by party, local parties and independents folded into ``Oth`` as the composition of ``year`` does."""
    named = {"Con", "Lab", "LD"} if year < 2016 else set(_NEW.values()) - {"Oth"}
    named |= {"PC", "SNP"} & set(like)
    out: Counter[str] = Counter()
    for party, n in seats.items():
        out[party if party in named else "Oth"] += n
    return dict(out)
