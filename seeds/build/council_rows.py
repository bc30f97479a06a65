"""One council of a pack: its row of what is known before, and of how the night ended."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from seeds.build.composition import Councillor, as_composition, finer
from seeds.build.councils import best_votes, cycle_of, seats_won
from seeds.build.holdover import held_over
from seeds.cells import format_numbers
from seeds.compositions import Composition
from seeds.councils import CouncilEntry
from seeds.labels import in_order
from seeds.outcome import CouncilResult
from seeds.readers.contest import SourceContest
from seeds.types import Council, CouncilHistory

#: Note of a council of which no table tells the seats.
UNKNOWN = "seats before, held over and control are not known: fill them in here if you know them"


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
        out += [f"  {p}" for p in self.problems]
        out += [f"  same code, other name: {r}" for r in self.renamed]
        out += [f"  held over, the two ways differ: {r}" for r in self.disagree]
        return out + [f"  odd: {o}" for o in self.odd]


@dataclass(frozen=True, slots=True)
class Records:
    """What is on record: ``compositions`` by council and year, and ``listed``, the councillors of a year by council."""

    compositions: Mapping[tuple[str, int], Composition]
    listed: Callable[[int], Mapping[str, list[Councillor]]]

    def reaches(self, year: int) -> bool:
        """Whether there are compositions of a year at all, so that a council without one is new."""
        return any(y == year for _, y in self.compositions)


def council_rows(
    entry: CouncilEntry,
    contests: Sequence[SourceContest],
    date: dt.date,
    records: Records,
    past: Sequence[CouncilHistory],
    report: Report,
) -> tuple[Council, CouncilResult]:
    """What is known of a council before the polls close, and apart from it how the night ended there.

    Parameters
    ----------
    entry, contests, date
        The council and tonight's contests of it.
    records
        Compositions and councillors of any year.
    past
        Its earlier elections.
    report
        Takes down how the seats held over were found.
    """
    year = date.year
    before, after = (records.compositions.get((entry.key, y)) for y in (year - 1, year))
    lists = records.listed(year - 1).get(entry.key, [])
    seats_up = sum(c.seats for c in contests)
    new = before is None and records.reaches(year - 1)
    total = _total(before, after, seats_up, new)
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
        notes.append("a new council: no seats before" if new else UNKNOWN)
    elif total and before.total != total:
        notes.append(f"{before.total} seats before, {total} from tonight")
    if total and cycle is None:
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
    known_after = _finest(after, records.listed(year).get(entry.key, []))
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


def _total(before: Composition | None, after: Composition | None, seats_up: int, new: bool) -> int | None:
    """Seats of the council from tonight.

    Before the night that is what it had; but a new council, or one that is elected whole, has what is up: it may have
    been redrawn.
    """
    if after:
        return max(after.total, seats_up)  # a composition may leave a vacancy out
    if before is None:
        return seats_up if new else None
    return seats_up if cycle_of(seats_up, before.total) == "all" else before.total


def _finest(coarse: Composition | None, lists: Sequence[Councillor]) -> Composition | None:
    """The composition with local parties by name, where the list of councillors of the same year agrees with it."""
    if coarse is None or not lists:
        return coarse
    fine = finer(coarse, list(lists))
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
    polled = [c for c in contests if not (c.uncontested or c.countermanded)]
    if not polled or not all(c.electorate and c.turnout for c in polled):
        return None
    votes = sum((c.turnout or 0) * (c.electorate or 0) for c in polled)
    return round(votes / sum(c.electorate or 0 for c in polled), 2)
