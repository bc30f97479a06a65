"""Parties that a user's own pack has and our table lacks: the user's labels, and local parties by their own names."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from seeds.cells import BETWEEN
from seeds.errors import SourceError, at
from seeds.labels import fold, parties
from seeds.readers.contest import Reading, SourceContest, read_bytes
from seeds.types import Party

#: Most councils in which a party that our table lacks is taken for a local one.
LOCAL = 4
#: Words in the names of parties that stand all over the country: a name that holds one may be another name of theirs.
COUNTRY = re.compile(
    r"\b(conservatives?|unionists?|labour|co-?op(erative)?|liberals?|democrats?|lib|dems?|greens?|reform|brexit|ukip|"
    r"independence|independents?|plaid|cymru|national|nationalists?|snp|tusc|socialists?)\b",
    re.IGNORECASE,
)
#: Letters of an abbreviation at most: a code of the source's own says nothing of whose it is.
SHORT = 5
_FAMILIES = ("national", "nationalist", "local", "independent", "other")


def read_labels(file: Path) -> tuple[dict[str, str], dict[str, Party]]:
    """A user's table of party labels: ``label,code`` and, for parties of their own, ``name,family``.

    Returns
    -------
    tuple
        Codes by folded label, and the parties that our own table lacks.

    Raises
    ------
    SourceError
        Naming file, row and column of what is wrong.
    """
    text = read_bytes(file).decode("utf-8-sig", errors="replace")
    reader = csv.DictReader(text.splitlines())
    missing = {"label", "code"} - set(reader.fieldnames or [])
    if missing:
        raise SourceError(f"{at(file, 1)}: lacks the column {', '.join(sorted(missing))}")
    labels: dict[str, str] = {}
    own: dict[str, Party] = {}
    for row in reader:
        label, code = (row["label"] or "").strip(), (row["code"] or "").strip()
        if not label or not code or BETWEEN.search(code):
            raise SourceError(
                f"{at(file, reader.line_num)}: label and code must be given; a code holds none of = ; + ,"
            )
        labels[fold(label)] = code
        if code not in parties():
            family = (row.get("family") or "local").strip()
            if family not in _FAMILIES:
                raise SourceError(
                    f"{at(file, reader.line_num, 'family')}: '{family}' is none of {', '.join(_FAMILIES)}"
                )
            own[code] = Party(code, (row.get("name") or code).strip(), family)  # type: ignore[arg-type]
    return labels, own


def local_parties(readings: Iterable[Reading], own: Mapping[str, Party]) -> dict[str, Party]:
    """Parties that neither our table nor the user's has, by the names that they are registered by.

    One that stands in more councils than :data:`LOCAL` is new in the country (its family is "other").

    Raises
    ------
    SourceError
        If such a one may be a party of ours by another name, as its own name goes.
    """
    councils: dict[str, set[str]] = defaultdict(set)
    first: dict[str, SourceContest] = {}
    known = {*parties(), *own}
    for c in (c for r in readings for c in r.contests):
        for code in {x.party for x in c.candidates} - known:
            councils[code].add(c.key)
            first.setdefault(code, c)
    for code, where in sorted(councils.items()):
        if len(where) > LOCAL and (COUNTRY.search(code) or len(code) <= SHORT):
            raise SourceError(
                f"{at(first[code].file, first[code].rows[0])}: '{code}' stands in {len(where)} councils and is not in "
                "our table of parties; say with --labels which party it is (label,code; of a new one name,family too)"
            )
    return {
        code: Party(code, code, "local" if len(where) <= LOCAL else "other") for code, where in sorted(councils.items())
    }
