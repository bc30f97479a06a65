"""Make ``seeds/tables/constituencies.csv``: general elections by constituency of Great Britain, a compact row each."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections import defaultdict
from pathlib import Path

from seeds.build.national import GENERAL_PARTIES
from seeds.cells import format_numbers
from seeds.errors import SourceError, at
from seeds.frame import GENERAL_DAYS
from seeds.write import write_csv

#: First general election of which the raw data have candidates.
FIRST = 2010
#: Codes of the hex maps' regions, and our names.
REGIONS = {
    "E12000001": "North East",
    "E12000002": "North West",
    "E12000003": "Yorkshire and the Humber",
    "E12000004": "East Midlands",
    "E12000005": "West Midlands",
    "E12000006": "East of England",
    "E12000007": "London",
    "E12000008": "South East",
    "E12000009": "South West",
    "W92000004": "Wales",
    "S92000003": "Scotland",
}
_MAPS = {2010: "uk-constituencies-2019-BBC.hexjson", 2024: "uk-constituencies-2023.hexjson"}


def _fold(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "", plain.replace("&", "and"))


def _regions(geography: Path, year: int) -> dict[str, str]:
    file = geography / _MAPS[max(y for y in _MAPS if y <= year)]
    hexes = json.loads(file.read_text(encoding="utf-8"))["hexes"]
    return {_fold(h["n"]): REGIONS[h["region"]] for h in hexes.values() if h["region"] in REGIONS}


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def build(shared: Path, out: Path) -> None:
    """Write the table from the candidates and constituencies of each general election since 2010.

    Raises
    ------
    SourceError
        If a constituency's region is not known or its candidates are missing.
    """
    table: list[list[object]] = []
    for year in [y for y in GENERAL_DAYS if y >= FIRST]:
        region = _regions(shared / "geography", year)
        votes: dict[str, dict[str, int]] = defaultdict(dict)
        for row in _rows(shared / "general" / f"parliament-{year}-candidates.csv"):
            name = row["party_display_name"]
            code = next((c for start, c in GENERAL_PARTIES.items() if name.startswith(start)), "Oth")
            here = votes[row["constituency_id"]]
            count = int(float(row["votes"] or 0))
            # "Oth" is the strongest single other candidate, who may have won; "rest" counts only in the total.
            if code == "Oth":
                here["rest"] = here.get("rest", 0) + count
                here["Oth"] = max(here.get("Oth", 0), count)
            else:
                here[code] = here.get(code, 0) + count
        file = shared / "general" / f"parliament-{year}-constituencies.csv"
        for number, row in enumerate(_rows(file), start=2):
            if "ireland" in row["country"].casefold():
                continue
            name = row["constituency_name"]
            if _fold(name) not in region or row["constituency_id"] not in votes:
                raise SourceError(f"{at(file, number, 'constituency_name')}: '{name}' has no region or no candidates")
            own = votes[row["constituency_id"]]
            total = sum(n for p, n in own.items() if p != "Oth")
            order = [*GENERAL_PARTIES.values(), "Oth"]
            shares = {p: round(100 * own[p] / total, 3) for p in order if own.get(p)}
            table.append(
                [year, name, region[_fold(name)], row["electorate"], total, format_numbers(shares)],
            )
    table.sort(key=lambda r: (str(r[0]), str(r[1])))
    write_csv(out / "constituencies.csv", "year,constituency,region,electorate,votes,shares", table)
