"""Party labels: one table from every label met in a publisher's file to a code.

Labels are compared without case and with single spaces. An abbreviation means what its publisher means by it
("MF" is Middlewich First in LEAP and Mexborough First in the Commons Library's tables), so the table is keyed
by source and label; full names stand there once, for every source ("*").
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Literal

from seeds.errors import PackError, SourceError, at
from seeds.types import Party

TABLES = Path(__file__).parent / "tables"
LabelSource = Literal[
    "leap",
    "commons-2021",
    "commons-2025",
    "five-cities",
    "lancashire",
    "opencouncil",
    "night-2012",
    "scotland",
    "democracy-club",
]


def fold(label: str) -> str:
    """A label as it is compared."""
    return " ".join(label.casefold().split())


def read_table(name: str) -> list[dict[str, str]]:
    """Rows of one of our own embedded tables."""
    with (TABLES / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@cache
def parties() -> dict[str, Party]:
    """Every party we know, by code, in the order in which tables list them."""
    return {r["code"]: Party(r["code"], r["name"], r["family"]) for r in read_table("parties.csv")}  # type: ignore[arg-type]


@cache
def _labels() -> dict[tuple[str, str], str]:
    out: dict[tuple[str, str], str] = {}
    for number, r in enumerate(read_table("party_labels.csv"), start=2):
        key = (r["source"], fold(r["label"]))
        if r["code"] not in parties():
            raise PackError(f"{at('party_labels.csv', number, 'code')}: '{r['code']}' is not in parties.csv")
        if out.setdefault(key, r["code"]) != r["code"]:
            raise PackError(f"{at('party_labels.csv', number, 'label')}: '{r['label']}' stands twice with two codes")
    return out


def party_code(
    source: LabelSource, label: str, file: str | Path = "?", row: int | None = None, column: str | None = None
) -> str:
    """Code of a party as ``source`` labels it.

    Raises
    ------
    SourceError
        Naming file and row, if the label is not in ``seeds/tables/party_labels.csv``.
    """
    folded = fold(label)
    code = _labels().get((source, folded)) or _labels().get(("*", folded))
    if code is None:
        raise SourceError(
            f"{at(file, row, column)}: party label '{label}' is not known for {source}; "
            "add it to party_labels.csv with the code that it stands for"
        )
    return code


#: Registrations of the Electoral Commission, for parties whose names and descriptions vary. All others go by name.
_IDS = {
    "PP52": "Con",
    "PP53": "Lab",
    "JOINT-PARTY53-119": "Lab",
    "PP90": "LD",
    "PP63": "Grn",
    "PP85": "UKIP",
    "PP7931": "Ref",
    "PP102": "SNP",
    "PP77": "PC",
    "YNMP-PARTY2": "Ind",
}


def party_by_id(party_id: str) -> str | None:
    """Code of the party that a registration is of, as Democracy Club writes it; None for parties not listed here.

    >>> party_by_id("PP:52"), party_by_id("joint-party:53-119"), party_by_id("PP:9999")
    ('Con', 'Lab', None)
    """
    return _IDS.get(party_id.strip().upper().replace(":", "").replace("PARTYPP", "PP"))


def full_names() -> dict[str, str]:
    """Full names that mean the same whoever writes them, folded, to their codes."""
    return {label: code for (source, label), code in _labels().items() if source == "*"}


def in_order(codes: set[str] | frozenset[str]) -> list[str]:
    """Party codes in the order of the table of parties; codes it lacks come last, by name."""
    rank = {code: i for i, code in enumerate(parties())}
    return sorted(codes, key=lambda c: (rank.get(c, len(rank)), c))
