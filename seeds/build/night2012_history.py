"""Earlier elections of councils that voted on 3 May 2012, as totals, from transcribed tables."""

from __future__ import annotations

from collections import Counter

from seeds.labels import in_order, party_code
from seeds.readers.five_cities import DAYS
from seeds.readers.night2012 import Line, YearLine
from seeds.types import CouncilHistory

YEARS = (2008, 2010, 2011)
#: Words of a note that says that the transcriber, not the page, supplied the base year of a change.
_GUESSED = ("inferred", "assumed", "not stated", "look like")


def told(lines: list[YearLine]) -> list[CouncilHistory]:
    """Elections of 2008, 2010 and 2011 from their own tables.

    Shares of parties that a page does not list are unknown, not zero, so a row need not add to 100; seats won are
    used where the page gives them for every party that it lists.
    """
    out = []
    for year in YEARS:
        rows = [x for x in lines if x.year == year and "inconsistent" not in x.note]
        shares: dict[str, float] = {}
        won: Counter[str] = Counter()
        for row in rows:
            code = party_code("night-2012", row.label)
            if row.percent:
                shares[code] = shares.get(code, 0) + row.percent
            won[code] += row.won or 0
        complete = bool(rows) and all(r.won is not None for r in rows)
        if shares or complete:
            out.append(
                CouncilHistory(
                    date=DAYS[year],
                    contests=None,
                    seats=sum(won.values()) if complete else None,
                    shares={p: round(shares[p], 2) for p in in_order(frozenset(shares))},
                    stood={},
                    won={p: won[p] for p in in_order(frozenset(won)) if won[p]} if complete else {},
                    basis="all",
                )
            )
    return out


def implied(lines: list[Line]) -> list[CouncilHistory]:
    """Shares of an earlier election from the changes that a page of 2012 prints, where it says since when.

    A party that the page calls new has no share then. Left out are changes whose year a transcriber inferred, and
    pages that give too little to be a council's result.
    """
    shares: dict[int, dict[str, float]] = {}
    doubtful = {x.source for x in lines if any(word in x.note for word in _GUESSED)}
    for x in lines:
        if x.percent is None or x.change is None or x.source in doubtful or x.base not in map(str, YEARS):
            continue
        code = party_code("night-2012", x.label)
        found = shares.setdefault(int(x.base), {})
        found[code] = found.get(code, 0) + max(x.percent - x.change, 0.0)
    return [
        CouncilHistory(
            date=DAYS[year],
            contests=None,
            seats=None,
            shares={p: round(found[p], 2) for p in in_order(frozenset(found)) if round(found[p], 2)},
            stood={},
            won={},
            basis="all",
        )
        for year, found in sorted(shares.items())
        if {"Con", "Lab"} <= set(found)
    ]
