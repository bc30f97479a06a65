"""A user's own pack, from files of LEAP, the Commons Library and Democracy Club of one night and of earlier years."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from seeds.build.census import add_census, census_source
from seeds.build.control import control_line, settle
from seeds.build.council_rows import Records, Report, council_rows
from seeds.build.councils import history
from seeds.build.defended import last_fought, may
from seeds.build.embedded import embedded_expected, embedded_ids, embedded_readings
from seeds.build.import_dates import check_apart, check_names, check_seats, check_votes
from seeds.build.import_files import counted, read_files
from seeds.build.import_marks import against_votes
from seeds.build.import_parties import local_parties, party_lines, read_labels
from seeds.build.incumbents import Sitting, add_incumbents
from seeds.build.night import ballot_ids, by_elections, contests_of, entry_of, parties_of, sort_key
from seeds.cells import parse_shares
from seeds.compositions import Composition, load_compositions
from seeds.errors import SourceError
from seeds.expected import Expected
from seeds.matching import Matches, assign_codes, match
from seeds.outcome import CouncilResult, Outcome
from seeds.pack import embedded, find, read_national, read_parties, read_polls
from seeds.readers.contest import Reading, SourceContest
from seeds.rows import rows
from seeds.types import Contest, Council, Election, NationalShare, Poll
from seeds.write import Source


@dataclass(frozen=True, slots=True)
class Imported:
    """A pack that was put together, what to tell of it, and whether the night's results are known."""

    election: Election
    outcome: Outcome
    expected: list[Expected]
    sources: tuple[Source, ...]
    lines: tuple[str, ...]
    results: bool


def _known_nationally(date: dt.date) -> tuple[tuple[Poll, ...], tuple[NationalShare, ...]]:
    """Polls and national shares of the embedded packs that were known before a date."""
    polls: dict[tuple[dt.date, dt.date, str], Poll] = {}
    national: dict[tuple[int, str], NationalShare] = {}
    for key in embedded():
        folder = find(key)
        parties = read_parties(folder)
        for p in read_polls(folder, parties):
            if p.end < date:
                polls[p.end, p.start, p.pollster] = p
        for n in read_national(folder, parties):
            if n.year < date.year:
                national[n.year, n.series] = n
    for r in rows(find(embedded()[-1]) / "outcome" / "national.csv", "series,shares"):
        # Figures of the last embedded night stand in no later pack.
        year, series = int(embedded()[-1]), r.text("series")
        if year < date.year and series in ("PNS", "NEV"):
            shares = r.read("shares", parse_shares)
            national[year, series] = NationalShare(year, series, shares)  # type: ignore[arg-type]
    return tuple(polls[k] for k in sorted(polls)), tuple(national[k] for k in sorted(national))


def _compositions(date: dt.date, results: bool) -> dict[tuple[str, int], Composition]:
    """The table of compositions, as far as it may be asked.

    How a night ended is not asked where its votes are not known: what is held over would come from winners of none.
    """
    return {k: v for k, v in load_compositions().items() if results or k[1] < date.year}


def _councils(
    tonight: Sequence[SourceContest],
    earlier: Sequence[SourceContest],
    date: dt.date,
    table: Mapping[tuple[str, int], Composition],
) -> tuple[dict[str, Council], dict[str, CouncilResult], str]:
    """Councils, how the night ended there, and in words of how many the seats before are known."""
    by_council: dict[str, list[SourceContest]] = defaultdict(list)
    for c in tonight:
        by_council[c.council].append(c)
    past = history(earlier, date)
    records = Records(table, lambda _: {})
    councils: dict[str, Council] = {}
    outcomes: dict[str, CouncilResult] = {}
    for slug, entry in entry_of(tonight).items():
        then = past.get(entry.key, [])
        council, result = council_rows(entry, by_council[slug], date, records, then, Report(date.year))
        council, result = settle(council, result, then, date)
        councils[slug] = council
        outcomes[slug] = replace(result, time_source="imputed: no time is known; by the alphabet")
    known = [c for c in councils.values() if c.seats_before is not None]
    told = f"seats before: those after May {date.year - 1}, of {len(known)} of {len(councils)} councils"
    held = sum(c.held_over is None for c in known if c.cycle)
    if not records.reaches(date.year - 1):
        last = max(y for _, y in records.compositions)
        told = f"seats before: not known; our table ends with May {last}: fill them into councils.csv if you know them"
    elif held:
        told += f"; who holds the seats that are not up is not known of {held}: they are drawn from the seats before"
    return councils, outcomes, told


#: Licence and credit of what each publisher puts out.
_TERMS = {
    "leap": ("CC BY-SA 3.0", "Andrew Teale, LEAP"),
    "commons": ("Open Parliament Licence v3.0", "House of Commons Library and the Elections Centre"),
    "democracy-club": ("CC BY 4.0", "Democracy Club"),
    "pack": ("see that pack", "see that pack"),
}


def _sources(tonight: Sequence[Reading], earlier: Sequence[Reading]) -> tuple[Source, ...]:
    out = [
        Source(tables, r.file, *_TERMS[r.publisher], r.sha256)
        for readings, tables in ((tonight, "contests, outcome/results"), (earlier, "earlier, alike, history, defended"))
        for r in readings
    ]
    out.append(Source("councils", "Council compositions, as in our table", "CC BY-SA 4.0", "Open Council Data UK", ""))
    out.append(census_source(""))
    packs = "the packs embedded in PNSight"
    out.append(Source("polls, national, expected", packs, "see those packs", "see those packs", ""))
    return tuple(out)


def _silent(role: str, reading: Reading, most: int = 5) -> list[str]:
    """Contests of a file whose votes are not known, though people voted; none where no votes are known at all."""
    silent = [c for c in reading.contests if not counted(c)]
    if not silent or not any(x.votes for c in reading.contests for x in c.candidates):
        return []
    named = ", ".join(f"{c.ward} of {c.council}" for c in silent[:most])
    more = f" and {len(silent) - most} more" if len(silent) > most else ""
    what = "left out of the baselines" if role == "earlier" else "so that the pack can have no outcome"
    return [f"{role}: {reading.file}: votes not known of {len(silent)} contests, {what}: {named}{more}"]


def _report(tonight: Sequence[Reading], earlier: Sequence[Reading], matches: Matches) -> tuple[str, ...]:
    lines = []
    for role, readings in (("tonight", tonight), ("earlier", earlier)):
        for r in readings:
            seats = sum(c.seats for c in r.contests)
            councils = len({c.key for c in r.contests})
            what = f"{len(r.contests)} contests, {seats} seats, {councils} councils"
            lines.append(f"{role}: {r.file}, {r.contests[0].date}: {what}")
    counts = matches.counts()
    lines.append(f"matched: {counts['with an earlier result']} of {counts['contests']} contests with an earlier result")
    lines += [f"matched: {k}: {n}" for k, n in counts.items() if k.startswith("results of")]
    lines += [f"{k}" + f": {n} earlier results" for k, n in counts.items() if k.startswith("dropped")]
    redrawn = Counter((d.council, d.date.year) for d in matches.dropped if d.reason in ("other code", "redrawn since"))
    lines += [
        f"dropped: {council}: {n} wards of {year} redrawn since" for (council, year), n in sorted(redrawn.items())
    ]
    lines += [f"same code, other name: {a.ward} of {a.council} was {b.ward} ({b.date})" for a, b in matches.renamed]
    lines += [str(p) for r in (*tonight, *earlier) for p in r.problems]
    return tuple(lines)


def _incumbents(contests: Mapping[str, Contest]) -> str:
    sitting = [n for c in contests.values() for n in c.incumbents.values()]
    councils = len({c.council for c in contests.values() if c.incumbents})
    if not sitting:
        return (
            "incumbents: not known; give the files of the elections in which tonight's seats were last filled with "
            "--earlier, or make incumbents.csv by hand"
        )
    told = f"{sum(sitting)} candidates sit on the council already, in {councils} councils"
    return f"incumbents: {told}, as the file marks them or by name"


def _last(election: Election) -> str:
    """Of how many councils the winners of tonight's seats are known; named as ``--net last`` names it."""
    years = Counter(d.year for d in election.defended if d.basis == "last")
    if not years:
        return (
            "last contest of the same seats: not known; give the file of the election in which tonight's seats were "
            "last fought with --earlier, four years before as a rule"
        )
    told = ", ".join(f"{year} of {n}" for year, n in sorted(years.items()))
    return (
        f"last contest of the same seats: its winners are known in {years.total()} of "
        f"{len(election.councils)} councils ({told}), for --net last; in the others tonight's seats are not "
        "those of one earlier day, ward by ward"
    )


def _census(election: Election) -> str:
    how = Counter(c.census.matched_by for c in election.contests.values() if c.census)
    return (
        f"census of 2011: {how['ward']} wards by name, {how['alike']} by a word of it, "
        f"{len(election.contests) - sum(how.values())} not found: their council's figures stand in"
    )


def make(
    key: str,
    name: str,
    date: dt.date,
    tonight: Sequence[Path],
    earlier: Sequence[tuple[Path, dt.date]],
    labels: Path | None = None,
    *,
    packs: bool = True,
) -> Imported:
    """Put a pack together from publishers' files.

    Parameters
    ----------
    key, name, date
        Of the pack.
    tonight
        Files of the night.
    earlier
        Files of earlier elections with their polling days.
    labels
        A table of party labels that ours lacks.
    packs
        Whether the embedded packs stand in for earlier elections of which no file is given.

    Raises
    ------
    SourceError
        If a file cannot be read or is given twice, a label or a council is not known, a contest stands in two files, or
        the file of an earlier election tells no votes, or a file is of another day than it was given for.
    """
    known, own = read_labels(labels) if labels else ({}, {})
    late = [f"{file} ({day})" for file, day in earlier if day >= date]
    if late:
        raise SourceError(f"{late[0]}: is not earlier than {date}; a pack holds what was known before the polls closed")
    given = [*((file, date) for file in tonight), *earlier]
    check_names(given)
    readings = read_files(given, known)
    check_votes(readings)
    now, then = readings[: len(tonight)], readings[len(tonight) :]
    told = [(role, r) for role, rs in (("tonight", now), ("earlier", then)) for r in rs]
    odd = [line for role, r in told for line in (*_silent(role, r), *against_votes(role, r))]
    # Winners are known without votes where they are marked.
    named = [c for r in then for c in r.contests if counted(c) or any(x.elected for x in c.candidates)]
    then = [replace(r, contests=tuple(c for c in r.contests if counted(c))) for r in then]
    for reading in then:
        if not any(x.votes for c in reading.contests for x in c.candidates):
            raise SourceError(
                f"{reading.file}: tells no votes, only who stood; an earlier election is read for its results: give "
                "the file with them, or leave this one out"
            )
    then += embedded_readings(date, {day for _, day in earlier}) if packs else []
    local = local_parties([*now, *then], own)
    everything = [c for r in (*now, *then) for c in r.contests]
    coded = assign_codes([c for r in now for c in r.contests], everything)
    results = all(counted(c) for c in coded)
    table, ids_known = _compositions(date, results), embedded_ids(date)
    totals = {key: composition.total for (key, year), composition in table.items() if year == date.year - 1}
    totals |= {key: composition.total for (key, year), composition in table.items() if year == date.year}
    contests_now = sorted(by_elections(coded, totals, ids_known), key=sort_key)
    past = [c for r in then for c in r.contests]
    matches = match(contests_now, past)
    check_apart(contests_now, matches)
    ids = ballot_ids(contests_now, ids_known)
    contests, found = contests_of(contests_now, matches, ids, {})
    contests = add_incumbents(contests, contests_now, matches, ids, Sitting(None, named), earlier=False, marked=True)
    councils, outcomes, seats = _councils(contests_now, past, date, table)
    check_seats(councils.values(), date)
    before = [row for c in councils.values() for row in may(c, date.year)]
    polls, national = _known_nationally(date)
    election = Election(
        key=key,
        name=name,
        date=date,
        parties={},
        councils=councils,
        contests=contests,
        polls=polls,
        national=national,
        scope=f"the seats of {len(contests)} contests in {len(councils)} councils",
        defended=(*before, *last_fought(contests_now, past, matches, date)),
    )
    outcome = Outcome(key, found, outcomes, tuple(outcomes), {})
    election = add_census(
        replace(election, parties=parties_of(election, outcome, {**own, **local})), entry_of(contests_now)
    )
    newest = max((str(p.end) for p in polls), default="")
    said = [f"polls: the latest that we have ends on {newest or 'no day before this'}; add later ones to polls.csv"]
    said += party_lines(local)
    if not results:
        said.append("results: not known of every contest, so that the pack has no outcome: a night to come")
    if by := sum(c.by_election for c in contests_now):
        said.append(f"by-elections: {by} contests, in councils that hold no ordinary election or by their ballot ids")
    expected = embedded_expected(date, entry_of(contests_now))
    many = f"{len(expected)} of {len(councils)} councils"
    said.append(f"times of declaration: of {many}, as printed for earlier nights; pns watch --expected FILE has yours")
    said += control_line(councils.values())
    said += [seats, _incumbents(contests), _last(election), _census(election)]
    lines = (*_report(now, then, matches), *odd, *said)
    return Imported(election, outcome, expected, _sources(now, then), lines, results)
