"""Make ``defended.csv``: seats after May of the year before, and winners of the last contest of what is up tonight."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from seeds.build.composition import compositions, councillors
from seeds.cells import format_numbers
from seeds.councils import council_at, councils
from seeds.defended import DEFENDED, DEFENDED_COLUMNS, fought_since, last_result, last_years, winners
from seeds.labels import in_order
from seeds.matching import Matches
from seeds.readers.contest import SourceContest, digest, fold_ward
from seeds.types import Contest, Council, CouncilHistory, Defended, Election
from seeds.write import Source, write_csv

#: Councils of these types are elected whole, every four years; others may be.
_WHOLE = {"LB", "WP", "SC"}
#: Councils of these types are elected whole at every ordinary election, with never so few seats; by-elections of a day
#: may be as many then as now, but not so many.
_EVER_WHOLE, _WHOLE_COUNCIL = {"LB", "WP", "CC"}, 30


def defended(election: Election, then: Mapping[tuple[str, int], Mapping[str, int]], whole: set[str]) -> list[Defended]:
    """Rows of a pack, by council.

    Parameters
    ----------
    election
        The pack, with ``seats_before`` after May of the year before, histories and earlier results.
    then
        Seats of whole councils by slug and year, after May.
    whole
        Councils of which every seat was last fought four years ago.
    """
    year = election.date.year
    out = []
    for slug, council in election.councils.items():
        out += may(council, year)
        last = _last(election, council, year, then.get((slug, year - 4)) if slug in whole else None)
        if last:
            out.append(last)
    return out


def may(council: Council, year: int) -> list[Defended]:
    """The row with the basis "may" of a night's council: its seats before are those after May of the year before."""
    if council.seats_before is None:
        return []
    return [Defended(council.council, "may", year - 1, dict(council.seats_before), "composition")]


def _last(election: Election, council: Council, year: int, whole: Mapping[str, int] | None) -> Defended | None:
    """Who won the seats that are up tonight when they were last fought; None where that is not known of every seat.

    First as results of the day add up, then ward by ward, then as the composition of a council elected whole. That
    seats add up does not make them the same: unless the council is only ever elected whole, its wards must be those of
    that day, as far as any tells of it, and it may not have been elected whole since (or, of a whole council, in part).
    """
    if council.cycle is None or not council.seats_up:
        return None
    years = last_years(year)
    contests = election.contests_of(council.council)
    ever_whole = council.type in _EVER_WHOLE and council.seats_up >= _WHOLE_COUNCIL
    for h in reversed(council.history):
        if h.date.year not in years or not h.won or sum(h.won.values()) != council.seats_up:
            continue
        if ever_whole or (not fought_since(council, h.date, 1.5) and _fought_then(council, contests, h)):
            return Defended(council.council, "last", h.date.year, dict(h.won), f"results of {h.date}")
    if council.detail == "wards" and (found := _by_ward(contests, years)):
        won, date = found
        if sum(won.values()) == council.seats_up and not fought_since(council, date, 1.5):
            seats = {p: won[p] for p in in_order(frozenset(won)) if won[p]}
            return Defended(council.council, "last", date.year, seats, f"wards of {date}")
    fits = whole is not None and sum(whole.values()) == council.seats_up == council.seats_total
    if whole and fits and (ever_whole or not fought_since(council, dt.date(year - 4, 12, 31), 0.25)):
        return Defended(council.council, "last", year - 4, dict(whole), f"composition after May {year - 4}")
    return None


def _fought_then(council: Council, contests: Sequence[Contest], then: CouncilHistory) -> bool:
    """Whether tonight's wards are those of that day, seat by seat; taken to be where no ward tells of the day."""
    same = [e.seats == c.seats for c in contests for e in c.earlier if e.date == then.date]
    # Of a council that declares by totals only some wards are in the pack.
    every = council.detail != "wards" or len(same) == len(contests) == (then.contests or len(same))
    return not same or (all(same) and every)


def last_fought(
    tonight: Sequence[SourceContest], past: Iterable[SourceContest], matches: Matches, date: dt.date
) -> list[Defended]:
    """Rows with the basis "last", by council, from contests alone: nothing is known of cycles or compositions.

    That as many seats were filled four years ago is not enough. A council by thirds that was redrawn and elected whole
    since fought as many then, but not these; and a by-election's seat was last fought who knows when. So the council's
    contests must have come round: four years ago the same wards (by code or name, see :func:`seeds.matching.match`)
    filled as many seats each, and no others were fought. A council that by its type is only ever elected whole has
    fought the same seats whatever its wards, if they are as many.

    Parameters
    ----------
    tonight, matches
        Contests and their earlier results, in one order.
    past
        Contests of earlier days.
    date
        Polling day.
    """
    now: dict[str, list[int]] = defaultdict(list)
    for place, c in enumerate(tonight):
        now[c.key].append(place)
    days: dict[str, dict[dt.date, list[SourceContest]]] = defaultdict(lambda: defaultdict(list))
    for e in past:
        days[e.key][e.date].append(e)
    silent = {(d.council, d.ward, d.date) for d in matches.dropped if d.reason == "no vote"}
    out = []
    for key, places in now.items():
        own, kind = [tonight[i] for i in places], councils()[key].type
        # The Welsh have terms of five years now and then.
        years = {*last_years(date.year), *([date.year - 5] if kind == "WP" else [])}
        seats = sum(c.seats for c in own)
        for day, then in sorted(days[key].items(), reverse=True):
            won = sum((Counter(e.won()) for e in then), Counter[str]())
            if day.year not in years or not won.total() == seats == sum(e.seats for e in then):
                continue
            whole = kind in _EVER_WHOLE and seats >= _WHOLE_COUNCIL
            if whole or _same_wards(own, [matches.found[i] for i in places], then, silent):
                told = {p: won[p] for p in in_order(frozenset(won)) if won[p]}
                how = f"{'results' if whole else 'wards'} of {day}"
                out.append(Defended(own[0].council, "last", day.year, told, how))
                break
    return out


def _same_wards(
    own: Sequence[SourceContest],
    found: Sequence[Sequence[tuple[SourceContest, object]]],
    then: Sequence[SourceContest],
    silent: set[tuple[str, str, dt.date]],
) -> bool:
    """Whether the contests of an earlier day are tonight's, ward by ward and seat by seat."""
    day = then[0].date
    named = {fold_ward(e.ward): e for e in then}
    used = set()
    for c, earlier in zip(own, found, strict=True):
        e = next((e for e, _ in earlier if e.date == day), None)
        if e is None and (c.council, c.ward, day) in silent:
            e = named.get(fold_ward(c.ward))  # it is the same ward, only that nobody had to vote
        if e is None or e.seats != c.seats:
            return False
        used.add((e.file, e.rows))
    return len(used) == len(own) == len(then)


def _by_ward(contests: Iterable[Contest], years: list[int]) -> tuple[Counter[str], dt.date] | None:
    total: Counter[str] = Counter()
    date = None
    for c in contests:
        then = last_result(c, years)
        won = winners(then.votes, c.seats) if then else None
        if then is None or won is None:
            return None
        total += won
        date = then.date
    return (total, date) if date else None


def fought_whole(election: Election, folder: Path) -> set[str]:
    """Councils of which every seat was last fought four years ago: by their type, or by the lists of councillors.

    A list that has every seat next up tonight, made within the four years, leaves no other year.
    """
    year = election.date.year
    out = {slug for slug, c in election.councils.items() if c.type in _WHOLE}
    for listed in range(year - 3, year):
        known = councillors(folder, listed)
        for slug in election.councils:
            seats = known.get(council_at(slug, election.date).key, [])
            if seats and all(c.next_election.startswith(str(year)) for c in seats):
                out.add(slug)
    return out


def then_by_council(election: Election, folder: Path) -> dict[tuple[str, int], Mapping[str, int]]:
    """Seats of tonight's councils after May of four years ago, by slug and year."""
    year = election.date.year - 4
    table = compositions(folder)
    keys = {slug: council_at(slug, election.date).key for slug in election.councils}
    return {(slug, year): table[key, year].seats for slug, key in keys.items() if (key, year) in table}


def write_defended(folder: Path, found: Iterable[Defended]) -> None:
    """Write ``defended.csv`` into a pack's folder."""
    rows = [(d.council, d.basis, d.year, format_numbers(d.seats), d.how) for d in found]
    write_csv(folder / DEFENDED, DEFENDED_COLUMNS, rows)


def defended_source(files: Iterable[Path]) -> Source:
    """Where the table comes from: compositions of councils, and the earlier results that the pack has anyway."""
    return Source(
        "defended",
        "Open Council Data UK: council compositions and councillors; earlier results as in history and earlier",
        "CC BY-SA 4.0; the licences of history and earlier",
        "Open Council Data UK; the sources of history and earlier",
        digest(files),
    )
