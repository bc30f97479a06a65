"""Contests of 3 May 2012 whose counting comes later: Scotland's STV wards, London's mayor and Assembly."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from seeds.build.night2012_totals import blocs, seats
from seeds.build.night2012_wards import ballot_id
from seeds.councils import find_council
from seeds.errors import SourceError
from seeds.labels import in_order
from seeds.outcome import ContestResult, CouncilResult
from seeds.readers.london import read_assembly_2012, read_mayor_2012
from seeds.readers.night2012 import CouncilYears
from seeds.readers.scotland import Preferences, read_scotland
from seeds.types import Contest, Council
from seeds.write import write_csv

DATE = dt.date(2012, 5, 3)
GLA = "gla"


@dataclass(slots=True)
class Later:
    """Councils, contests and results of one part."""

    councils: list[Council] = field(default_factory=list)
    contests: list[Contest] = field(default_factory=list)
    results: list[ContestResult] = field(default_factory=list)
    outcomes: list[CouncilResult] = field(default_factory=list)


def _votes(candidates: tuple[Preferences, ...]) -> dict[str, tuple[float, ...]]:
    found: dict[str, list[float]] = {}
    for c in candidates:
        found.setdefault(c.party, []).append(float(c.votes))
    best = {p: tuple(sorted(v, reverse=True)) for p, v in found.items()}
    return {p: best[p] for p in sorted(best, key=lambda p: (-best[p][0], p))}


def _elected(candidates: tuple[Preferences, ...]) -> dict[str, int]:
    won = Counter(c.party for c in candidates if c.elected)
    return {p: won[p] for p in in_order(frozenset(won))}


def scotland(data: Path, years: Mapping[str, CouncilYears]) -> Later:
    """The 32 councils with their 353 wards: first preferences and who was elected, by ward.

    Raises
    ------
    SourceError
        If a council's wards do not fill its seats, or a council is missing on either side.
    """
    out = Later()
    wards = read_scotland(data / "scotland", DATE.year)
    won: dict[str, Counter[str]] = {}
    first: dict[str, Counter[str]] = {}
    for w in wards:
        slug = find_council(w.council, DATE).council
        votes = _votes(w.candidates)
        won.setdefault(slug, Counter()).update(_elected(w.candidates))
        first.setdefault(slug, Counter()).update({p: int(sum(v)) for p, v in votes.items()})
        key = ballot_id(slug, w.ward)
        out.contests.append(Contest(key, slug, w.ward, w.seats, {p: len(v) for p, v in votes.items()}, rule="stv"))
        out.results.append(
            ContestResult(key, votes, _elected(w.candidates), ballots=w.valid, note="votes are first preferences")
        )
    for name, y in years.items():
        entry = find_council(name, DATE)
        if entry.nation != "Scotland":
            continue
        slug, now, then = entry.council, y.years[2012], y.years[2011]
        counted = {p: won[slug][p] for p in in_order(frozenset(won.get(slug, {})))}
        total = sum(counted.values())
        cast = sum(first[slug].values())
        differs = blocs(counted) != seats(now, "Scotland")
        out.councils.append(
            Council(
                council=slug,
                name=entry.name,
                gss=entry.gss[0],
                nation=entry.nation,
                region=entry.region,
                type=entry.type,
                cycle="all",
                detail="later",
                seats_total=total,
                seats_up=total,
                seats_before=seats(then, "Scotland"),
                held_over={},
                control_before=then.majority,
                note="" if then.total == total else f"{then.total} seats before, {total} after",
            )
        )
        out.outcomes.append(
            CouncilResult(
                council=slug,
                seats_won=counted,
                seats_after=counted,
                control_after=now.majority,
                shares={p: round(100 * first[slug][p] / cast, 2) for p in in_order(frozenset(first[slug]))},
                basis="all",
                note="seats counted from the ballots; the table of compositions (after May) differs" if differs else "",
            )
        )
    if missing := set(won) - {c.council for c in out.councils}:
        raise SourceError(f"scotland: {', '.join(sorted(missing))} is not in the table of compositions")
    return out


def london(data: Path) -> Later:
    """Mayor (first preferences without the City) and Assembly (London totals)."""
    boroughs = read_mayor_2012(data / "london")
    lines = read_assembly_2012(data / "london")
    mayor: Counter[str] = Counter()
    for b in boroughs:
        mayor.update(b.votes)
    won = {line.party: line.seats for line in lines}
    before = {line.party: line.seats_before for line in lines}
    total = sum(won.values())
    before["Oth"] = total - sum(before.values())
    out = Later()
    out.councils.append(
        Council(
            council=GLA,
            name="Greater London Authority",
            nation="England",
            region="London",
            type="GLA",
            detail="later",
            seats_total=total,
            seats_up=total,
            cycle="all",
            seats_before=before,
            held_over={},
            note="Assembly: constituency and list seats together; one seat before is of a party that is not named",
        )
    )
    out.contests.append(
        Contest(
            "mayor.london.2012-05-03",
            GLA,
            "Mayor of London",
            1,
            {},
            rule="supplementary",
            note="who stood beside the four larger parties is not told apart",
        )
    )
    out.results.append(
        ContestResult(
            "mayor.london.2012-05-03",
            {p: (float(v),) for p, v in mayor.most_common()},
            {"Con": 1},
            note="first preferences of 32 boroughs (by borough in london_mayor.csv), the City of London is missing; "
            "Oth is several candidates",
        )
    )
    out.contests.append(
        Contest(
            "gla.a.2012-05-03",
            GLA,
            "London Assembly",
            total,
            {},
            rule="additional-member",
            note="constituencies and list together; only parties that won seats are known",
        )
    )
    out.results.append(
        ContestResult(
            "gla.a.2012-05-03",
            {line.party: (float(line.list_votes),) for line in sorted(lines, key=lambda x: -x.list_votes)},
            {p: won[p] for p in in_order(frozenset(won))},
            note="list votes of the parties that won seats; constituency votes: "
            + ", ".join(f"{line.party} {line.constituency_votes}" for line in lines),
        )
    )
    out.outcomes.append(
        CouncilResult(
            GLA,
            {p: won[p] for p in in_order(frozenset(won))},
            {p: won[p] for p in in_order(frozenset(won))},
            "NOC",
            {},
            note="Assembly; counted on Friday, the mayor was declared late in the evening",
        )
    )
    return out


def write_london(data: Path, folder: Path) -> None:
    """Write ``outcome/london_mayor.csv``: first preferences by borough."""
    parties = ("Con", "Lab", "LD", "Grn", "Oth")
    rows = [(b.name, b.gss, *(b.votes[p] for p in parties)) for b in read_mayor_2012(data / "london")]
    write_csv(folder / "outcome" / "london_mayor.csv", "borough,gss,Con,Lab,LD,Grn,Oth", rows)
