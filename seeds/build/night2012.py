"""Build the embedded pack of 3 May 2012 from the raw data (``../shared/data``)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from seeds.build.defended import defended, defended_source, write_defended
from seeds.build.expected import expected, expected_source, write_expected
from seeds.build.frame import frame, frame_source, write_frame
from seeds.build.incumbents import Sitting, add_by_ward, incumbents_source
from seeds.build.national import general_before, monthly_means, national_before, polls_before
from seeds.build.night2012_archive import Archive
from seeds.build.night2012_clock import COLUMNS, clock_rows
from seeds.build.night2012_history import implied, told
from seeds.build.night2012_later import Later, london, scotland, write_london
from seeds.build.night2012_sources import archives, regular_seats, sources
from seeds.build.night2012_times import order
from seeds.build.night2012_totals import Totals, seats, totals
from seeds.build.night2012_wards import Ward, ballot_id, wards_listed
from seeds.build.raw import Raw
from seeds.cells import format_numbers
from seeds.councils import CouncilEntry, find_council
from seeds.errors import SourceError
from seeds.labels import in_order, parties
from seeds.outcome import ContestResult, CouncilResult, Outcome
from seeds.readers import night2012 as pages
from seeds.readers.contest import fold_ward
from seeds.types import Contest, Council, CouncilHistory, Detail, EarlierResult, Election
from seeds.write import rounded, write_csv, write_election, write_outcome

KEY = "2012"
DATE = dt.date(2012, 5, 3)
NAME = "Local elections of 3 May 2012"
SCOPE = (
    "seats of the 181 councils of England, Wales and Scotland that voted on 3 May 2012, after the election; "
    "London's mayor and Assembly stand beside them and are not counted in"
)
#: Single polls are kept from the start of the year; months before that as means.
POLLS_SINCE, MONTHS_SINCE = dt.date(2012, 1, 1), dt.date(2004, 1, 1)
#: Published figures of this election, with what they are.
PUBLISHED: list[tuple[str, dict[str, float], str]] = [
    ("PNS", {"Con": 31, "Lab": 38, "LD": 16, "Oth": 15}, "BBC, final"),
    ("PNS first", {"Con": 31, "Lab": 39, "LD": 16, "Oth": 14}, "BBC, as first published in the night"),
    ("NEV", {"Con": 33, "Lab": 39, "LD": 15, "Oth": 13}, "Rallings and Thrasher"),
    ("turnout", {"England": 31}, "percent, Electoral Commission; the estimate of the night was 32"),
]
_CYCLES = {"whole": "all", "whole (STV)": "all", "thirds": "thirds", "halves": "halves"}


@dataclass(slots=True)
class Pack:
    """The pack while it is put together."""

    councils: dict[str, Council] = field(default_factory=dict)
    contests: dict[str, Contest] = field(default_factory=dict)
    results: dict[str, ContestResult] = field(default_factory=dict)
    outcomes: dict[str, CouncilResult] = field(default_factory=dict)


def _merge(archived: list[Ward], listed: list[Ward]) -> list[Ward]:
    """Wards of one council by name: an archive's go before a page's list of the same ward (by name or by its votes)."""
    have, votes = {fold_ward(w.ward) for w in archived}, [w.votes for w in archived]
    new = [w for w in listed if fold_ward(w.ward) not in have and (not w.votes or w.votes not in votes)]
    return sorted(archived + new, key=lambda w: fold_ward(w.ward))


def _counted(wards: list[Ward], number: int | None) -> dict[str, int] | None:
    """Seats won counted from the wards, where all ``number`` of them are there and have votes."""
    if len(wards) != number or not all(w.votes for w in wards):
        return None
    won: Counter[str] = Counter()
    for w in wards:
        won.update(w.elected)
    return {p: won[p] for p in in_order(frozenset(won)) if won[p]}


def _top_shares(wards: list[Ward]) -> dict[str, float]:
    top: Counter[str] = Counter()
    for w in wards:
        top.update({p: int(v[0]) for p, v in w.votes.items()})
    return rounded({p: 100 * top[p] / sum(top.values()) for p in in_order(frozenset(top))})


def _add_wards(
    pack: Pack, slug: str, wards: Iterable[Ward], earlier: Callable[[str], tuple[EarlierResult, ...]]
) -> None:
    for w in wards:
        key = ballot_id(slug, w.ward)
        if key in pack.contests:
            raise SourceError(f"{key}: two contests have this id; name them apart in rulings_2012.csv")
        pack.contests[key] = Contest(
            ballot_id=key,
            council=slug,
            ward=w.ward,
            seats=w.seats,
            standing={p: len(v) for p, v in w.votes.items()},
            electorate=w.electorate,
            earlier=earlier(w.ward),
            note="" if w.votes else "who stood is not known",
        )
        pack.results[key] = ContestResult(
            key, w.votes, w.elected, electorate=w.electorate, turnout=w.turnout, note=w.note
        )


def _history(*by_rank: list[CouncilHistory]) -> tuple[CouncilHistory, ...]:
    """One row per election: of several accounts the first that has it."""
    out: dict[dt.date, CouncilHistory] = {}
    for account in by_rank:
        for h in account:
            out.setdefault(h.date, h)
    return tuple(out[date] for date in sorted(out))


def _add_council(
    pack: Pack,
    entry: CouncilEntry,
    cycle: str,
    t: Totals,
    wards: list[Ward],
    past: tuple[CouncilHistory, ...],
    every: bool,
) -> None:
    detail: Detail = "wards" if every else "some wards" if wards else "totals"
    notes = list(t.notes_before)
    if detail == "some wards":
        notes.insert(0, f"wards known: {len(wards)}, with votes: {sum(bool(w.votes) for w in wards)}")
    pack.councils[entry.council] = Council(
        council=entry.council,
        name=entry.name,
        gss=entry.gss[0],
        nation=entry.nation,
        region=entry.region,
        type=entry.type,
        cycle=_CYCLES[cycle],
        detail=detail,
        seats_total=t.total,
        seats_up=t.seats_up,
        seats_before=t.before,
        held_over=t.held_over,
        control_before=t.control_before,
        history=past,
        note="; ".join(notes),
    )
    shares, basis = (_top_shares(wards), "top") if every else (t.shares, t.basis)
    notes_after = [n for n in t.notes_after if not (every and n.startswith("shares"))]
    pack.outcomes[entry.council] = CouncilResult(
        council=entry.council,
        seats_won=t.won,
        seats_after=t.after,
        control_after=t.control_after,
        shares=shares,
        basis=basis,
        turnout=t.turnout,
        note="; ".join(notes_after),
    )


def _england_and_wales(pack: Pack, raw: Raw, years: dict[str, pages.CouncilYears], kept: Archive) -> None:
    night = raw.folder / "night-2012"
    lines, derived, other = pages.read_lines(night), pages.read_derived(night), pages.read_other_years(night)
    regular = regular_seats(raw)
    listed: dict[str, list[Ward]] = {}
    for w in wards_listed(pages.read_wards(night)):
        listed.setdefault(w.council, []).append(w)
    if unknown := sorted({*lines, *listed, *other, *derived} - set(years)):
        raise SourceError(f"night-2012: {', '.join(unknown)} did not vote on 3 May 2012 by composition's table")
    for name, y in years.items():
        entry = find_council(name, DATE)
        if entry.nation == "Scotland":
            continue
        slug = entry.council
        wards = _merge(kept.wards.get(slug, []), listed.get(name, []))
        number = len(kept.wards[slug]) if slug in kept.history else regular.get(slug)
        counted = _counted(wards, number)
        page = lines.get(name, [])
        t = totals(name, y, entry.nation, page, derived.get(name, {}), regular.get(slug), counted)
        past = _history(kept.history.get(slug, []), told(other.get(name, [])), implied(page))
        _add_council(pack, entry, y.cycle, t, wards, past, counted is not None)
        _add_wards(pack, slug, wards, lambda ward, slug=slug: kept.earlier.get((slug, ward), ()))  # type: ignore[misc]


def _add_later(pack: Pack, later: Later) -> None:
    for c in later.councils:
        pack.councils[c.council] = c
    pack.contests |= {c.ballot_id: c for c in later.contests}
    pack.results |= {r.ballot_id: r for r in later.results}
    pack.outcomes |= {o.council: o for o in later.outcomes}


def _timed(pack: Pack, data: Path, years: dict[str, pages.CouncilYears]) -> dict[str, CouncilResult]:
    night = data / "night-2012"
    found = {name: find_council(name, DATE) for name in years}
    times = order(
        {n: (e.type, e.nation) for n, e in found.items()}, pages.read_clock(night), pages.read_expected(night)
    )
    out = {}
    for name, d in times.items():
        slug = found[name].council
        out[slug] = replace(pack.outcomes[slug], declared_at=d.at, time_known=d.known, time_source=d.source)
    return out | {slug: o for slug, o in pack.outcomes.items() if slug not in out}


def _used(pack: Pack, election_polls: Iterable[frozenset[str]]) -> list[str]:
    codes: set[str] = set()
    for shares in election_polls:
        codes |= shares
    for c in pack.councils.values():
        codes |= {*(c.seats_before or {}), *(c.held_over or {})}
        for h in c.history:
            codes |= {*h.shares, *h.stood, *h.won}
    for contest in pack.contests.values():
        codes |= set(contest.standing)
        for e in contest.earlier:
            codes |= set(e.votes)
    for r in pack.results.values():
        codes |= {*r.votes, *r.elected}
    for o in pack.outcomes.values():
        codes |= {*(o.seats_won or {}), *(o.seats_after or {}), *o.shares}
    return in_order(frozenset(codes))


def build(raw: Raw, folder: Path) -> None:
    """Build the pack of 2012.

    Parameters
    ----------
    raw
        The raw data.
    folder
        Where the pack is written, an existing one is overwritten.

    Raises
    ------
    SourceError
        Naming what in the raw data cannot be read, or contradicts itself without a ruling.
    """
    data = raw.folder
    years = pages.read_composition(data / "composition" / "councils_2012_before_after.csv")
    pack = Pack()
    _england_and_wales(pack, raw, years, archives(raw))
    _add_later(pack, scotland(data, years))
    _add_later(pack, london(data))
    rank = {"England": 0, "Wales": 1, "Scotland": 2}
    councils = sorted(pack.councils.values(), key=lambda c: (c.type == "GLA", rank.get(c.nation, 3), c.council))
    pack.councils = {c.council: c for c in councils}
    place = {slug: i for i, slug in enumerate(pack.councils)}
    named = [c for c in (*raw.cities, *raw.lancashire) if c.date <= DATE]
    sitting = Sitting(None, [c for c in named if c.date < DATE])
    contests = sorted(add_by_ward(pack.contests, named, sitting, DATE).values(), key=lambda c: place[c.council])
    polls = monthly_means(data / "polls", DATE, MONTHS_SINCE) + polls_before(data / "polls", DATE, POLLS_SINCE)
    general = general_before(data / "general", DATE)
    national = sorted([*national_before(data / "national", DATE.year), *general], key=lambda n: (n.year, n.series))
    used = _used(pack, [*(frozenset(p.shares) for p in polls), *(frozenset(n.shares) for n in national)])
    election = Election(
        key=KEY,
        name=NAME,
        date=DATE,
        parties={code: parties()[code] for code in used},
        councils=pack.councils,
        contests={c.ballot_id: c for c in contests},
        polls=tuple(polls),
        national=tuple(national),
        scope=SCOPE,
    )
    outcomes = _timed(pack, data, years)
    outcome = Outcome(
        key=KEY,
        contests={c.ballot_id: pack.results[c.ballot_id] for c in contests},
        councils=outcomes,
        order=tuple(outcomes),
        national={series: shares for series, shares, _ in PUBLISHED},
    )
    file = data / "composition" / "councils_2012_before_after.csv"
    more = [frame_source(data), defended_source([file]), expected_source(data), incumbents_source(data, DATE.year)]
    write_election(folder, election, [*sources(data), *more])
    found = {find_council(name, DATE): y for name, y in years.items()}
    then = {(e.council, 2008): seats(y.years[2008], e.nation) for e, y in found.items() if 2008 in y.years}
    # Scotland's councils were last fought in 2007, of which there is no composition.
    whole = {e.council for e in found if e.type == "WP"}
    write_defended(folder, defended(election, then, whole))
    write_frame(folder, frame(raw, DATE))
    entries = {e.council: e for e in (find_council(name, DATE) for name in years)}
    write_expected(folder, expected(data / "night-2012", DATE, entries))
    write_outcome(folder, outcome)
    notes = [(series, format_numbers(shares), note) for series, shares, note in PUBLISHED]
    write_csv(folder / "outcome" / "national.csv", "series,shares,note", notes)
    slugs = {name: find_council(name, DATE).council for name in years}
    night = data / "night-2012"
    facts = clock_rows(pages.read_clock(night), pages.read_facts(night), lambda name: slugs.get(name, name))
    write_csv(folder / "outcome" / "clock.csv", COLUMNS, facts)
    write_london(data, folder)
