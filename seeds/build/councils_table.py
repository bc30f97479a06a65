"""Make ``seeds/tables/councils.csv``: every council of Great Britain since 2009, its codes, names and region."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

from seeds.write import write_csv

TYPES = {"MD": "MB", "UA": "UA", "NMD": "SD", "CTY": "CC", "LBO": "LB", "WPA": "WP", "SCO": "SC", "CC": "LB"}

#: Where Democracy Club's slug, or the name people use, is not the register's name.
NAMES = {
    "BKM": ("Buckinghamshire", "buckinghamshire"),
    "BST": ("Bristol", "bristol"),
    "DOR": ("Dorset", "dorset"),
    "DST": ("Dorset", "dorset"),
    "EDH": ("Edinburgh", "city-of-edinburgh"),
    "ABE": ("Aberdeen", "aberdeen-city"),
    "DND": ("Dundee", "dundee-city"),
    "GLG": ("Glasgow", "glasgow-city"),
    "KHL": ("Kingston upon Hull", "kingston-upon-hull"),
    "LIC": ("Lincoln", "city-of-lincoln"),
    "SCB": ("Scottish Borders", "scottish-borders"),
    "VGL": ("Vale of Glamorgan", "vale-of-glamorgan"),
    "SHN": ("St Helens", "st-helens"),
    "DUR": ("Durham", "county-durham"),
    "HEF": ("Herefordshire", "herefordshire"),
    "KIN": ("King's Lynn and West Norfolk", "kings-lynn-and-west-norfolk"),
}
#: Names that publishers use and the register does not list.
ALIASES = {"ERY": ["East Riding"], "LND": ["City of London"], "BPC": ["Bournemouth, Christchurch & Poole"]}
#: Names that the register gives to two councils of which only one is meant.
NOT_ALIASES = {"BPC": {"bournemouth"}}


def slug_of(name: str) -> str:
    """Democracy Club's slug of most councils."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", name.lower())).strip("-")


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def _regions(geography: Path) -> dict[str, str]:
    """Region of every district by code, of every year's list (an abolished one is in an early list)."""
    out: dict[str, str] = {}
    for file in ("CTRY_GOR_CTY_NMD_WD.csv", "CTRY_GOR_MD_WD.csv", "CTRY_GOR_UA_WD.csv", "CTRY_GOR_LB_WD.csv"):
        for row in _rows(geography / file):
            code = next(row[c] for c in ("NMDCD", "MDCD", "UACD", "LBCD") if c in row)
            out[code] = row["GORNM"]
            if row.get("CTYCD"):
                out[row["CTYCD"]] = row["GORNM"]
    for year in ("19", "21", "24"):
        for row in _rows(geography / f"lookup_ltla{year}_region{year}.csv"):
            out[row[f"ltla{year}_code"]] = row[f"region{year}_name"]
    return out


def build(shared: Path, out: Path) -> None:
    """Write the table of councils from the register of local authorities and the regional lookups."""
    geography = shared / "geography"
    regions = _regions(geography)
    register = [r for r in _rows(geography / "uk_local_authorities_future.csv") if r["local-authority-type"] in TYPES]
    by_county: dict[str, Counter[str]] = {}
    for r in register:
        if r["county-la"]:
            by_county.setdefault(r["county-la"], Counter())[regions.get(r["gss-code"], r["region"])] += 1
    table = []
    for r in register:
        key = r["local-authority-code"]
        codes = [c for c in [r["gss-code"], *r["former-gss-codes"].split(",")] if c]
        region = next((regions[c] for c in codes if c in regions), "") or r["region"]
        if not region and key in by_county:
            region = by_county[key].most_common(1)[0][0]
        if r["nation"] in ("Wales", "Scotland"):
            region = r["nation"]
        name, slug = NAMES.get(key, (r["nice-name"], slug_of(r["nice-name"])))
        aliases = [r["nice-name"], r["official-name"], *ALIASES.get(key, [])]
        aliases += [a for a in r["alt-names"].split(",") if a.strip() and "," not in r["nice-name"]]
        seen: dict[str, str] = {}
        for alias in aliases:
            folded = " ".join(alias.split()).casefold()
            if folded and folded != name.casefold() and folded not in NOT_ALIASES.get(key, ()):
                seen.setdefault(folded, " ".join(alias.split()))
        # The register's start dates before 2009 are those of its codes, not of the councils.
        start = r["start-date"] if r["start-date"] >= "2009" else ""
        table.append(
            [
                key,
                slug,
                name,
                ";".join(codes),
                r["nation"],
                region.replace("Yorkshire and The Humber", "Yorkshire and the Humber"),
                TYPES[r["local-authority-type"]],
                r["county-la"],
                start,
                r["end-date"],
                ";".join(seen.values()),
                r["replaced-by"].replace(",", ";"),
            ]
        )
    write_csv(
        out / "councils.csv",
        "key,council,name,gss,nation,region,type,county,start,end,names,replaced_by",
        sorted(table, key=lambda row: str(row[0])),
    )
