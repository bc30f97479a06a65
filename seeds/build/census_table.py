"""Make ``seeds/tables/census_2011.csv``: what the census of 2011 says of every ward of Great Britain that it knew.

The file of the raw data gives wards by name only, in the order of the alphabet within a council, one council after
another; their codes are the census's own. Which council a run of names is of is told by the names themselves.
Scotland's are in another order, but their names are in the ballots of 2012, and few of them occur twice.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from seeds.councils import CouncilEntry, councils, find_council
from seeds.errors import SourceError, at
from seeds.readers.contest import SourceContest, fold_ward
from seeds.readers.scotland import clean_ward, read_scotland
from seeds.write import write_csv

#: Years whose contests tell the names of wards, most of them those of 2011.
NAMED = (2014, 2016, 2017, 2018)
FILE = "education_level.csv"
#: Lists of wards with their councils' codes: (file, column of the council's code, of the ward's name).
LOOKUPS = (
    ("CTRY_GOR_CTY_NMD_WD.csv", "NMDCD", "WDNM"),
    ("CTRY_GOR_MD_WD.csv", "MDCD", "WDNM"),
    ("CTRY_GOR_UA_WD.csv", "UACD", "WDNM"),
    ("CTRY_GOR_LB_WD.csv", "LBCD", "WDNM"),
)
#: Columns of the file, by their beginnings once "Qualifications: " is taken off, and of the table.
COUNTS = {
    "residents": "All categories: Highest level",
    "degree": "Highest level of qualification: Level 4",
    "apprentice": "Highest level of qualification: Apprenticeship",
    "other": "Highest level of qualification: Other qualifications",
}
_NATIONS = {"E": "England", "W": "Wales", "S": "Scotland"}
#: Share of all names of a run and of a council's lists that both must have; the next council may have so much of it.
#: Lists are of later years, after many wards had been drawn anew: of Three Rivers a tenth is left, and of no other.
ENOUGH, NEXT = 0.05, 0.6

Counts = tuple[int, ...]
#: Names and counts of some wards, one after the other.
Run = list[tuple[str, Counts]]
#: The City of London's key; its wards are counted together, in a run with the next borough's.
CITY = "LND"


def build(shared: Path, contests: Iterable[SourceContest], out: Path) -> None:
    """Write the table.

    Parameters
    ----------
    shared
        Folder of the raw data.
    contests
        Contests of any years, for the names of their wards.
    out
        Folder of tables.

    Raises
    ------
    SourceError
        If the file cannot be read, or it cannot be told which council a run of its wards is of.
    """
    geography = shared / "geography"
    wards = _read(geography / FILE)
    table = _south(wards, _names(geography, contests)) | _scotland(wards["Scotland"], shared / "scotland")
    write_csv(
        out / "census_2011.csv",
        ",".join(["council", "ward", *COUNTS]),
        [(*place, *counts) for place, counts in sorted(table.items())],
    )


def _read(file: Path) -> dict[str, Run]:
    """Wards of each nation in the file's order."""
    out: dict[str, Run] = {nation: [] for nation in _NATIONS.values()}
    with file.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle)
        header = reader.fieldnames or []
        column = {
            name: next((h for h in header if h.removeprefix("Qualifications: ").startswith(start)), "")
            for name, start in COUNTS.items()
        }
        lacking = [name for name, found in column.items() if not found]
        if lacking:
            raise SourceError(f"{at(file, 1)}: has no column of '{COUNTS[lacking[0]]}'")
        for r in reader:
            if nation := _NATIONS.get(r["WD11CD"][0]):  # the others are Northern Ireland's
                out[nation].append((r["geography"], tuple(int(r[c]) for c in column.values())))
    return out


def _south(wards: Mapping[str, Run], names: Mapping[str, set[str]]) -> dict[tuple[str, str], Counts]:
    """Rows of England and Wales, by council and ward."""
    table: dict[tuple[str, str], Counts] = {}
    for nation in ("England", "Wales"):
        left = []
        for run in _runs(wards[nation], names[CITY]):
            key = _council_of(run, names)
            if key is None:
                left.append(run)
            else:
                table.update(_rows(key, run))
        # A council whose every ward had been drawn anew by then is the one that is left in its nation.
        for run in left:
            found = {key for key, _ in table}
            absent = [c.key for c in councils().values() if c.nation == nation and _stood(c) and c.key not in found]
            if len(absent) != 1:
                raise SourceError(f"{FILE}: which council are these wards of? {', '.join(w for w, _ in run)}")
            table.update(_rows(absent[0], run))
    return table


def _scotland(run: Run, ballots: Path) -> dict[tuple[str, str], Counts]:
    """Rows of Scotland: wards whose name one council alone has; the few others are left out."""
    day = dt.date(2012, 5, 3)
    named = {(find_council(c.council, day).key, fold_ward(clean_ward(c.ward))) for c in read_scotland(ballots, 2012)}
    often = Counter(ward for _, ward in named)
    council = {ward: key for key, ward in named if often[ward] == 1}
    return {(council[folded], ward): counts for ward, counts in run if (folded := fold_ward(ward)) in council}


def _stood(council: CouncilEntry) -> bool:
    """Whether it had wards on the day of the census."""
    return council.type != "CC" and council.key != CITY and council.exists(dt.date(2011, 3, 27))


def _rows(key: str, run: Run) -> dict[tuple[str, str], Counts]:
    """Rows of a council. Small wards are counted together: each is taken for an equal part of their sum."""
    out = {}
    for ward, counts in run:
        parts = ward.split(",")
        out.update({(key, one.strip()): tuple(round(n / len(parts)) for n in counts) for one in parts})
    return out


def _runs(wards: Run, city: set[str]) -> list[Run]:
    """Wards in their order, cut where the alphabet begins anew."""
    runs: list[Run] = []
    before = ""
    for ward, counts in wards:
        if "," in ward and fold_ward(ward.split(",")[0]) in city:
            continue
        letters = re.sub(r"[^a-z ]", "", ward.casefold())
        if not runs or letters < before:
            runs.append([])
        runs[-1].append((ward, counts))
        before = letters
    return runs


def _names(geography: Path, contests: Iterable[SourceContest]) -> dict[str, set[str]]:
    """Folded names of wards that each council has had, by its key."""
    out: dict[str, set[str]] = defaultdict(set)
    by_code: dict[str, str] = {code: c.key for c in councils().values() for code in c.gss}
    for name, code, ward in LOOKUPS:
        with (geography / name).open(encoding="utf-8-sig", newline="") as handle:
            for row in csv.DictReader(handle):
                if row[code] in by_code:
                    out[by_code[row[code]]].add(fold_ward(row[ward]))
    for c in contests:
        if councils()[c.key].type != "CC":
            out[c.key].add(fold_ward(c.ward))
    return out


def _council_of(run: Run, names: Mapping[str, set[str]]) -> str | None:
    """Key of the council that has these wards, None if none has enough of them."""
    wards = {fold_ward(one) for ward, _ in run for one in ward.split(",")}
    shared = sorted(((len(wards & have) / len(wards | have), key) for key, have in names.items()), reverse=True)
    (best, key), (second, _) = shared[:2]
    if best >= ENOUGH and second > NEXT * best:
        raise SourceError(f"{FILE}: which council are these wards of? {', '.join(w for w, _ in run)}")
    return key if best >= ENOUGH else None
