"""Build the embedded packs of 2014, 2016, 2018, 2019, 2021 and 2025 from the raw data (``../shared/data``)."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from seeds.build import national
from seeds.build.composition import Composition, as_composition, compositions, councillors, finer
from seeds.build.councils import best_votes, complete, cycle_of, history, seats_won
from seeds.build.holdover import DERIVED, held_over
from seeds.build.night import ballot_ids, contests_of, entry_of, parties_of, sort_key
from seeds.build.raw import DATES, Raw
from seeds.build.sitting import sitting_councillors
from seeds.build.times import order
from seeds.cells import format_numbers
from seeds.councils import CouncilEntry, council_at
from seeds.labels import in_order
from seeds.matching import Matches, assign_codes, match
from seeds.outcome import CouncilResult, Outcome
from seeds.pack import load_election, load_outcome
from seeds.readers.contest import SourceContest, fold_ward
from seeds.types import Council, CouncilHistory, Election
from seeds.write import write_election, write_outcome

YEARS = (2014, 2016, 2018, 2019, 2021, 2025)
_MONTHS_SINCE = dt.date(2005, 1, 1)


@dataclass(slots=True)
class Report:
    """What a build matched, dropped and could not read, for the builder to look at."""

    year: int
    matches: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    held: Counter[str] = field(default_factory=Counter)
    renamed: list[str] = field(default_factory=list)
    disagree: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The report in words."""
        out = [f"{self.year}: " + "; ".join(f"{k} {v}" for k, v in self.matches.items())]
        out += [f"  seats held over, {how or 'whole council up'}: {n} councils" for how, n in self.held.items()]
        out += [f"  not read: {p}" for p in self.problems]
        out += [f"  same code, other name: {r}" for r in self.renamed]
        out += [f"  held over, the two ways differ: {r}" for r in self.disagree]
        return out + [f"  odd: {o}" for o in self.odd]


def _tonight(raw: Raw, year: int) -> list[SourceContest]:
    """Contests of a year, with codes, electorates and by-elections filled in from other files of what was known."""
    date = DATES[year]
    found = assign_codes(raw.year(year).contests, raw.with_codes(date))
    more = {(c.key, fold_ward(c.ward)): c for c in raw.cities if c.date == date}
    published = raw.published_ids() if year == 2018 else {}
    seats: Counter[str] = Counter()
    for c in found:
        seats[c.key] += c.seats
    totals = {key: comp.total for (key, y), comp in compositions(raw.folder / "composition").items() if y == year}
    out = []
    for c in found:
        other = more.get((c.key, fold_ward(c.ward)))
        own = published.get((c.key, c.gss or "")) or published.get((c.key, c.ward))
        only = c.key in totals and cycle_of(seats[c.key], totals[c.key]) is None
        out.append(
            replace(
                c,
                electorate=c.electorate or (other.electorate if other else None),
                turnout=c.turnout if c.turnout is not None else (other.turnout if other else None),
                by_election=".by." in own if own else only,
            )
        )
    return sorted(out, key=sort_key)


def _council(
    entry: CouncilEntry,
    contests: Sequence[SourceContest],
    date: dt.date,
    raw: Raw,
    past: Sequence[CouncilHistory],
    report: Report,
) -> tuple[Council, CouncilResult]:
    year = date.year
    folder = raw.folder / "composition"
    table = compositions(folder)
    before, after = table.get((entry.key, year - 1)), table.get((entry.key, year))
    lists = councillors(folder, year - 1).get(entry.key, [])
    seats_up = sum(c.seats for c in contests)
    total = after.total if after else before.total if before else None
    cycle = cycle_of(seats_up, total) if total else None
    known_before = _finest(before, lists)
    held = held_over(contests, date, total, lists, after, cycle == "all") if total else None
    notes = []
    if held:
        notes += [held.how] if held.how else []
        report.held[held.how] += 1
        if held.agrees is False:
            report.disagree.append(f"{entry.name}: {held.seats}")
    if cycle == "all" and total and total != seats_up:
        notes.append(f"{total - seats_up} of {total} seats were not polled on the day")
    if before is None:
        notes.append("a new council: no seats before")
    elif total and before.total != total:
        notes.append(f"{before.total} seats before, {total} from tonight")
    if cycle is None:
        notes.append("by-elections only")
    whole = cycle == "all" and all(c.electorate for c in contests)
    council = Council(
        council=entry.council,
        name=entry.name,
        nation=entry.nation,
        region=entry.region,
        type=entry.type,
        detail="wards",
        seats_total=total,
        seats_up=seats_up,
        gss=entry.gss[0] if date >= (entry.start or date) else entry.gss[-1],
        cycle=cycle,
        electorate=sum(c.electorate or 0 for c in contests) if whole else None,
        seats_before=known_before.seats if known_before else None,
        held_over=held.seats if held else None,
        control_before=known_before.control if known_before else None,
        history=tuple(past),
        note="; ".join(notes),
    )
    known_after = _finest(after, councillors(folder, year).get(entry.key, []))
    won = _counted(contests)
    remark = "" if won == seats_won(contests) else "seats won are counted from the votes: the source marks too many"
    if cycle == "all" and total == seats_up and after and as_composition(won, after.seats, year) != after.seats:
        # The table is of some day after the election, with whatever had changed by then.
        listed = format_numbers(after.seats)
        remark = "; ".join(filter(None, [remark, f"seats after as elected; the table of compositions has {listed}"]))
    if cycle == "all" and total == seats_up:
        known_after = Composition(total, won)
    result = CouncilResult(
        council=entry.council,
        seats_won=won,
        seats_after=known_after.seats if known_after else None,
        control_after=known_after.control if known_after else None,
        shares=best_votes(contests),
        turnout=_turnout(contests),
        note=remark,
    )
    return council, result


def _finest(coarse: Composition | None, lists: Sequence[object]) -> Composition | None:
    """The composition with local parties by name, where the list of councillors of the same year agrees with it."""
    if coarse is None or not lists:
        return coarse
    fine = finer(coarse, list(lists))  # type: ignore[arg-type]
    return Composition(coarse.total, fine) if fine else coarse


def _counted(contests: Sequence[SourceContest]) -> dict[str, int]:
    """Seats won: the source's count, or the top candidates where it marks more or fewer than there were seats."""
    won: Counter[str] = Counter()
    for c in contests:
        marks = c.won()
        if sum(marks.values()) != c.seats:
            marks = replace(c, candidates=tuple(replace(x, elected=None) for x in c.candidates)).won()
        won.update(marks)
    return {p: won[p] for p in in_order(frozenset(won)) if won[p]}


def _turnout(contests: Sequence[SourceContest]) -> float | None:
    """Turnout of a council, weighted by electorate, where every ward's is known."""
    polled = [c for c in contests if not c.uncontested]
    if not polled or not all(c.electorate and c.turnout for c in polled):
        return None
    votes = sum((c.turnout or 0) * (c.electorate or 0) for c in polled)
    return round(votes / sum(c.electorate or 0 for c in polled), 2)


def _name(date: dt.date) -> str:
    return f"Local elections of {date.day} {date:%B} {date.year}"


def _polls(raw: Raw, date: dt.date) -> tuple[national.Poll, ...]:
    folder = raw.folder / "polls"
    since = date - dt.timedelta(days=365)
    months = national.monthly_means(folder, date, _MONTHS_SINCE)
    polls = national.polls_before(folder, date, since) + national.single_polls(folder, date)
    return tuple(sorted([*months, *polls], key=lambda p: (p.end, p.start, p.pollster)))


def _published(raw: Raw, year: int) -> dict[str, dict[str, float]]:
    """PNS and NEV of the year itself, as published afterwards."""
    known = national.national_before(raw.folder / "national", year + 1)
    return {n.series: dict(n.shares) for n in known if n.year == year}


def _with_2012(known: dict[str, list[CouncilHistory]], out: Path) -> dict[str, list[CouncilHistory]]:
    """Add what the pack of 2012 tells of councils as a whole, in 2012 and before, where no file of wards does."""
    pack = out / "2012" if (out / "2012" / "election.toml").is_file() else "2012"
    election, outcome = load_election(pack), load_outcome(pack)
    for slug, council in election.councils.items():
        result = outcome.councils.get(slug)
        if council.type == "GLA" or result is None:
            continue
        key = council_at(slug, election.date).key
        rows = {h.date: h for h in council.history}
        if result.shares or result.seats_won:
            rows[election.date] = CouncilHistory(
                date=election.date,
                contests=None,
                seats=sum(result.seats_won.values()) if result.seats_won else None,
                shares=result.shares,
                stood={},
                won=result.seats_won or {},
                basis=result.basis,  # type: ignore[arg-type]
            )
        rows |= {h.date: h for h in known.get(key, [])}
        known[key] = [rows[day] for day in sorted(rows)]
    return known


def build(raw: Raw, year: int, out: Path) -> tuple[Election, Outcome, Report]:
    """Put one pack together.

    Parameters
    ----------
    raw
        The raw data.
    year
        One of ``YEARS``.
    out
        Folder of packs: the pack of 2012 is taken from there if it holds one, else the embedded one.

    Raises
    ------
    SourceError
        If a file cannot be read, a party label or a council is not known, or a table contradicts itself.
    """
    date = DATES[year]
    report = Report(year)
    tonight = _tonight(raw, year)
    past = assign_codes(raw.earlier(date), [c for y in DATES for c in raw.year(y).contests])
    matches: Matches = match(tonight, past, raw.lancashire_files)
    report.matches = matches.counts()
    report.problems = [str(p) for p in raw.year(year).problems]
    report.renamed = [f"{a.council}: {a.ward} <- {b.ward} ({b.date})" for a, b in matches.renamed]
    ids = ballot_ids(tonight, raw.published_ids() if year == 2018 else {})
    contests, results = contests_of(tonight, matches, ids, {})
    report.odd = [f"{b}: {r.note}" for b, r in results.items() if r.note]
    by_council: dict[str, list[SourceContest]] = defaultdict(list)
    for c in tonight:
        by_council[c.council].append(c)
    lancashire = [c for c in past if c.file in raw.lancashire_files]
    leap = [c for c in past if c.date in set(DATES.values())]
    shown = [c for c in past if c.file not in raw.lancashire_files] + complete(lancashire, leap or tonight)
    earlier = _with_2012(history(shown, date), out)
    entries = entry_of(tonight)
    contests = sitting_councillors(contests, entries, raw.folder / "composition", date)
    councils: dict[str, Council] = {}
    outcomes: dict[str, CouncilResult] = {}
    for slug, entry in entries.items():
        councils[slug], outcomes[slug] = _council(
            entry, by_council[slug], date, raw, earlier.get(entry.key, []), report
        )
    declared = order(raw.folder / "night-2012", date, entries)
    for slug, moment, source in declared:
        outcomes[slug] = replace(outcomes[slug], declared_at=moment, time_source=source)
    election = Election(
        key=str(year),
        name=_name(date),
        date=date,
        parties={},
        councils=councils,
        contests=contests,
        polls=_polls(raw, date),
        national=tuple(
            sorted(
                national.national_before(raw.folder / "national", year)
                + national.general_before(raw.folder / "general", date),
                key=lambda n: (n.year, n.series),
            )
        ),
        scope=_scope(year, councils, contests),
    )
    outcome = Outcome(str(year), results, outcomes, tuple(slug for slug, _, _ in declared), _published(raw, year))
    return replace(election, parties=parties_of(election, outcome, {})), outcome, report


def _scope(year: int, councils: Mapping[str, Council], contests: Mapping[str, object]) -> str:
    seats = sum(c.seats_up or 0 for c in councils.values())
    return (
        f"the {seats} seats of {len(contests)} contests in {len(councils)} councils that the source lists for {year}; "
        "mayors, police commissioners and assemblies are not among them"
    )


def write(raw: Raw, year: int, folder: Path) -> Report:
    """Build one pack and write it into ``folder/<year>``."""
    election, outcome, report = build(raw, year, folder)
    write_election(folder / str(year), election, raw.sources(year))
    write_outcome(folder / str(year), outcome)
    return report


__all__ = ["DERIVED", "YEARS", "Report", "build", "write"]
