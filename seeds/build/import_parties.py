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
from seeds.readers.contest import Reading, SourceContest
from seeds.readers.text import check_commas, decoded
from seeds.types import Party

#: Most councils in which a party that our table lacks is taken for a local one.
LOCAL = 4
#: Words in the names of parties that stand all over the country: a name that holds one may be another name of theirs.
COUNTRY = re.compile(
    r"\b(conservatives?|unionists?|labour|co-?op(erative)?|liberals?|democrats?|lib|dems?|greens?|reform|brexit|ukip|"
    r"independence|independents?|plaid|cymru|national|nationalists?|snp|tusc|socialists?)\b",
    re.IGNORECASE,
)
#: Those of them that stand in the names of many a local party too, and words that say nothing of whose a name is.
_OFTEN = re.compile(r"\b(independents?|independence|national|nationalists?)\b", re.IGNORECASE)
_FILLING = re.compile(r"\b(party|the|and|of|for|in|uk|candidates?|local|group|official)\b|[\W\d_]+", re.IGNORECASE)
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
    text, _ = decoded(file)
    check_commas(file, text.split("\n", 1)[0])
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

    One that stands in more councils than :data:`LOCAL` is new in the country (its family is "other"). Codes lack the
    marks that divide a pack's cells; names are as the source writes them.

    Raises
    ------
    SourceError
        Naming all of them that may be parties of ours by another name, as their own names go: a name in many councils
        with a word of such a party's, and one with nothing but such words ("Local Conservatives") in ever so few.
    """
    councils: dict[str, set[str]] = defaultdict(set)
    first: dict[str, SourceContest] = {}
    names: dict[str, str] = {}
    known = {*parties(), *own}
    for c in (c for r in readings for c in r.contests):
        for code, label in {x.party: x.label for x in c.candidates if x.party not in known}.items():
            councils[code].add(c.key)
            first.setdefault(code, c)
            names.setdefault(code, label or code)
    doubtful = []
    for code, where in sorted(councils.items()):
        wide = len(where) > LOCAL and (COUNTRY.search(code) or len(code) <= SHORT)
        if wide or (_only(code) and _alike(code)):
            many = "1 council" if len(where) == 1 else f"{len(where)} councils"
            what = f"'{names[code]}' stands in {many} and is not in our table of parties"
            doubtful.append(f"{at(first[code].file, first[code].rows[0])}: {what}")
    if doubtful:
        what = "; say with --labels which party it is (label,code; of a new one name,family too)"
        raise SourceError("\n".join(doubtful) + what)
    return {
        code: Party(code, names[code], "local" if len(where) <= LOCAL else "other")
        for code, where in sorted(councils.items())
    }


def _alike(name: str) -> bool:
    """Whether a name holds a word of a party's of the country, other than the common ones."""
    return COUNTRY.search(_OFTEN.sub(" ", name)) is not None


def _only(name: str) -> bool:
    """Whether it holds nothing else."""
    return not _FILLING.sub("", COUNTRY.sub(" ", name))


def party_lines(found: Mapping[str, Party]) -> list[str]:
    """What to tell of parties that stand by their own names; those that might be another's are told apart."""
    kinds = {"local": "local party", "other": "a party in many councils that our table lacks"}
    lines = [f"{kinds[p.family]}, by its own name: {p.name}" for p in found.values()]
    alike = [p.name for p in found.values() if _alike(p.name) or _only(p.name)]
    if alike:
        lines.append(
            "look: these have a word of a party's of the country in their names and are taken for parties of their "
            "own; say with --labels which they are if that is wrong: " + "; ".join(alike)
        )
    return lines
