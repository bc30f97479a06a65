"""Read the Scottish councils' STV contests: first preferences by candidate and who was elected.

The ballots themselves stay in the source (``*_ward*.csv``): counting them is a later piece of work.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from seeds.errors import SourceError, at
from seeds.labels import party_code

#: The collector's short names of councils that do not read as a name.
_COUNCILS = {
    "argyll_bute": "Argyll and Bute",
    "dumgal": "Dumfries and Galloway",
    "perth_kinross": "Perth and Kinross",
    "sc_borders": "Scottish Borders",
}
#: Names that the source cut off or garbled, by council and ward number.
_NAMES = {
    ("highland", 11): "Eilean a' Cheò",
    ("midlothian", 1): "Penicuik",
    ("midlothian", 2): "Bonnyrigg",
    ("midlothian", 3): "Dalkeith",
    ("midlothian", 4): "Midlothian West",
    ("midlothian", 5): "Midlothian East",
    ("midlothian", 6): "Midlothian South",
}
_FRONT = re.compile(r"^(?:ward)?\s*\d*\s*[-:.]?\s*", re.IGNORECASE)
_BACK = re.compile(r"\s+ward$", re.IGNORECASE)
_SMALL = {"and", "of", "the", "upon", "a", "an", "agus", "by", "with"}


@dataclass(frozen=True, slots=True)
class Preferences:
    """One candidate: party code, first preferences, whether the count elected them."""

    party: str
    votes: int
    elected: bool


@dataclass(frozen=True, slots=True)
class StvContest:
    """One ward. ``valid`` is the number of valid ballots."""

    council: str
    ward: str
    seats: int
    candidates: tuple[Preferences, ...]
    valid: int


def clean_ward(name: str) -> str:
    """A ward's name without its number, the word ward, stray quotes and capitals.

    >>> clean_ward("OBAN NORTH AND LORN WARD"), clean_ward("Ward 05 - Ardrossan and Arran")
    ('Oban North and Lorn', 'Ardrossan and Arran')
    """
    text = " ".join(name.replace('"', " ").replace(",", ", ").replace("&", " and ").replace("_", "/").split()).strip(
        " ,-"
    )
    text = _BACK.sub("", _FRONT.sub("", text))
    words = []
    for i, word in enumerate(text.split()):
        lower = word.casefold()
        if i and lower in _SMALL:
            words.append(lower)
        else:
            words.append(word.title() if word.isupper() and len(word) > 1 else word)
    return " ".join(words)


def read_scotland(folder: Path, year: int) -> list[StvContest]:
    """Contests of one year, by council and ward number.

    Raises
    ------
    SourceError
        Naming file, row and column of what is missing or wrong; also if the candidates' first preferences do not
        add up to the valid ballots, or not as many are elected as there are seats.
    """
    file = folder / "first_prefs_by_candidate.csv"
    columns = ("council", "year", "ward_key", "ward_name", "seats", "party", "first_prefs", "valid_ballots", "elected")
    try:
        reader = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    except FileNotFoundError:
        raise SourceError(f"{file}: is missing; the raw data of Scotland live in scotland") from None
    missing = [c for c in columns if c not in (reader.fieldnames or [])]
    if missing:
        raise SourceError(f"{at(file, 1)}: lacks the column {', '.join(missing)}")
    found: dict[tuple[str, int], tuple[str, int, int, list[Preferences]]] = {}
    for row in reader:
        if row["year"] != str(year):
            continue
        line = reader.line_num
        number = re.search(r"\d+", row["ward_key"])
        if number is None:
            raise SourceError(f"{at(file, line, 'ward_key')}: '{row['ward_key']}' has no number")
        try:
            seats, votes, valid = (int(row[c]) for c in ("seats", "first_prefs", "valid_ballots"))
        except ValueError as why:
            raise SourceError(f"{at(file, line)}: {why}") from None
        party = party_code("scotland", row["party"], file, line, "party")
        ward = found.setdefault((row["council"], int(number[0])), (row["ward_name"], seats, valid, []))
        ward[3].append(Preferences(party, votes, row["elected"] == "1"))
    out = []
    for (council, number_), (name, seats, valid, candidates) in sorted(found.items()):
        cast, elected = sum(c.votes for c in candidates), sum(c.elected for c in candidates)
        if cast != valid or elected != seats:
            raise SourceError(
                f"{file}: {council} ward {number_}: {cast} first preferences of {valid} ballots, {elected} elected "
                f"of {seats} seats; the table does not add up"
            )
        out.append(
            StvContest(
                _COUNCILS.get(council, council.replace("_", " ").title()),
                _NAMES.get((council, number_)) or clean_ward(name),
                seats,
                tuple(candidates),
                valid,
            )
        )
    return out
