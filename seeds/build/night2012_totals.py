"""Council totals of 3 May 2012: what several pages say of one council, reconciled.

A figure is used where the pages agree and the seats add up. Everything else is decided in
``seeds/tables/rulings_2012.csv``, a row for each decision with its reason, or stays unknown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from seeds.cells import parse_counts
from seeds.errors import SourceError
from seeds.labels import in_order, party_code, read_table
from seeds.readers.night2012 import Composition, CouncilYears, Line

#: Parties that the tables of composition count by themselves; all others are one number.
BLOCS = ("Con", "Lab", "LD", "PC", "SNP")


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision on a doubtful figure. ``ward`` is blank for a council's totals, "*" for all of its wards."""

    council: str
    ward: str
    about: str
    ruling: str
    why: str


@dataclass(frozen=True, slots=True)
class Totals:
    """What is known of one council as a whole. ``seats_up`` None, ``won`` None or ``shares`` empty: unknown."""

    before: dict[str, int]
    after: dict[str, int]
    control_before: str
    control_after: str
    total: int
    seats_up: int | None
    won: dict[str, int] | None
    held_over: dict[str, int] | None
    shares: dict[str, float]
    basis: str
    turnout: float | None
    notes_before: tuple[str, ...]
    notes_after: tuple[str, ...]


def rulings() -> list[Ruling]:
    """Every decision, in the table's order."""
    return [Ruling(**row) for row in read_table("rulings_2012.csv")]


def of_council(council: str) -> dict[str, Ruling]:
    """Decisions on one council's totals, by what they are about."""
    return {r.about: r for r in rulings() if r.council == council and not r.ward}


def blocs(seats: Mapping[str, int]) -> dict[str, int]:
    """Seats with every party that composition tables do not count by itself put together as "Oth"."""
    out: Counter[str] = Counter()
    for party, n in seats.items():
        out[party if party in BLOCS else "Oth"] += n
    return {p: out[p] for p in (*BLOCS, "Oth") if out[p]}


def seats(c: Composition, nation: str) -> dict[str, int]:
    """A composition by party code, parties without a seat left out."""
    by = {"Con": c.con, "Lab": c.lab, "LD": c.ld, ("SNP" if nation == "Scotland" else "PC"): c.nationalist}
    return {p: n for p, n in (*by.items(), ("Oth", c.other)) if n}


def _by_source(lines: list[Line], pick: str) -> dict[str, float]:
    """One figure per party: within a page labels of one party are added, across pages the first that has it counts."""
    pages: dict[str, dict[str, float]] = defaultdict(dict)
    for line in lines:
        value = getattr(line, pick)
        if value is not None:  # a label that stands twice on one page was transcribed twice
            pages[line.source].setdefault(line.label, value)
    out: dict[str, float] = {}
    for page in pages.values():
        codes: dict[str, float] = {}
        for label, value in page.items():
            code = party_code("night-2012", label)
            codes[code] = codes.get(code, 0) + value
        for code, value in codes.items():
            out.setdefault(code, value)
    return {code: out[code] for code in in_order(frozenset(out))}


def _conflict(council: str, lines: list[Line]) -> str | None:
    said: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        if line.won is not None:
            said[line.label].add(line.won)
    doubtful = [label for label, values in said.items() if len(values) > 1]
    return f"{council}: pages disagree on the seats won by {', '.join(doubtful)}" if doubtful else None


def _won(
    council: str, lines: list[Line], derived: Mapping[str, int], after: dict[str, int], total: int, whole: bool
) -> tuple[dict[str, int] | None, str]:
    """Seats won by party and a note; None where unknown."""
    ruled = of_council(council).get("won")
    if ruled and ruled.ruling == "unknown":
        return None, f"seats won unknown: {ruled.why}"
    if ruled and ruled.ruling == "derived":
        counts: Counter[str] = Counter()
        for label, n in derived.items():
            counts[party_code("night-2012", label)] += n
        return {p: counts[p] for p in in_order(frozenset(counts)) if counts[p]}, f"seats won: {ruled.why}"
    if ruled and ruled.ruling == "after":
        return dict(after), f"seats won are the seats after: {ruled.why}"
    if ruled and ruled.ruling != "wards":
        return parse_counts(ruled.ruling), f"seats won: {ruled.why}"
    if problem := _conflict(council, lines):
        raise SourceError(f"{problem}; add a ruling to rulings_2012.csv")
    said = {p: int(n) for p, n in _by_source(lines, "won").items() if n}
    if whole and (sum(said.values()) != total or blocs(said) != blocs(after)):
        return dict(after), "whole council: seats won are the seats after May 2012"
    return (said or None), ""


def _shares(council: str, lines: list[Line], single: bool) -> tuple[dict[str, float], str, str]:
    """Shares in percent, their basis and a note."""
    ruled = of_council(council)
    how = ruled["shares"].ruling if "shares" in ruled else "percent"
    basis = ruled["basis"].ruling if "basis" in ruled else "all"
    note = f"shares: {ruled['shares'].why}" if "shares" in ruled else ""
    if how == "none":
        return {}, basis, f"shares unknown: {ruled['shares'].why}"
    if how == "votes":
        votes = _by_source(lines, "votes")
        cast = sum(votes.values())
        return {p: round(100 * v / cast, 2) for p, v in votes.items() if v}, basis, note
    found = {p: v for p, v in _by_source(lines, "percent").items() if v}
    gap = 100 - sum(found.values())
    if gap < -1.1:
        raise SourceError(f"{council}: shares add to {100 - gap:.1f} percent; add a ruling to rulings_2012.csv")
    if found and gap > 1.1 and not note:
        note = f"shares of the parties that the page lists; they add to {100 - gap:.1f}"
    return found, basis, note


def totals(
    name: str,
    years: CouncilYears,
    nation: str,
    lines: list[Line],
    derived: Mapping[str, int],
    regular: int | None,
    counted: dict[str, int] | None,
) -> Totals:
    """Reconcile one council.

    Parameters
    ----------
    name
        As the transcriptions have it.
    years
        Its composition in 2011 and 2012.
    nation
        England, Wales or Scotland.
    lines
        Lines of all its pages.
    derived
        Seats won that the transcriber computed from a later page.
    regular
        Seats that come up every fourth year in the same wards, where that is known.
    counted
        Seats won, counted from the wards, where all are known.

    Raises
    ------
    SourceError
        If pages disagree and no ruling decides, or figures cannot be true together.
    """
    ruled = of_council(name)
    now, then = years.years[2012], years.years[2011]
    after, before = seats(now, nation), seats(then, nation)
    if "after" in ruled:
        after = parse_counts(ruled["after"].ruling)
    whole = years.cycle.startswith("whole")
    won, note = (counted, "") if counted else _won(name, lines, derived, after, now.total, whole)
    notes_before, notes_after = [], [note] if note else []
    if "after" in ruled:
        notes_after.append(f"seats after: {ruled['after'].why}")
    up = now.total if whole else None
    if not whole and won:
        up = sum(won.values())
    if "seats_up" in ruled:
        stated = int(ruled["seats_up"].ruling) if ruled["seats_up"].ruling else None
        if won and stated != sum(won.values()):
            raise SourceError(f"{name}: {sum(won.values())} seats won, but {stated} were up; add a ruling")
        up = stated
        notes_before.append(f"seats up: {ruled['seats_up'].why}")
    elif not whole and up is None and regular:
        up = regular
        notes_before.append(
            f"seats up derived: {regular} wards vote every fourth year (2012, 2016); an extra vacancy would add to it"
        )
    if won and regular and not whole and not 0 <= sum(won.values()) - regular <= 2:
        raise SourceError(f"{name}: {sum(won.values())} seats won where {regular} come up regularly; add a ruling")
    held: dict[str, int] | None = {} if whole else None
    if whole and won and blocs(won) == blocs(after):
        after = dict(won)
    elif whole and won:
        notes_after.append("seats won and seats after come from two sources that differ")
    if won and not whole:
        rest = Counter(blocs(after))
        rest.subtract(blocs(won))
        if min(rest.values()) < 0:
            notes_before.append("seats held over unknown: seats won do not fit the seats after May 2012")
        else:
            held = {p: n for p, n in rest.items() if n}
            notes_before.append("seats held over: seats after May 2012 less seats won")
    if then.total != now.total:
        notes_before.append(f"new boundaries: {then.total} seats before, {now.total} after")
    shares, basis, note = _shares(name, lines, not whole)
    turnout = next((x.turnout for x in lines if x.turnout is not None), None)
    return Totals(
        before=before,
        after=after,
        control_before=then.majority,
        control_after=now.majority,
        total=now.total,
        seats_up=up,
        won=won,
        held_over=held,
        shares=shares,
        basis=basis,
        turnout=turnout,
        notes_before=tuple(notes_before),
        notes_after=(*notes_after, *([note] if note else [])),
    )
