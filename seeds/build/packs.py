"""Build the embedded packs of 2014, 2016, 2017, 2018, 2019, 2021 and 2025 from the raw data (``../shared/data``)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from seeds.build import census_table, national
from seeds.build.census import add_census, census_source
from seeds.build.composition import compositions, councillors
from seeds.build.control import settle
from seeds.build.council_rows import Records, Report, council_rows
from seeds.build.councils import complete, history
from seeds.build.defended import defended, defended_source, fought_whole, then_by_council, write_defended
from seeds.build.expected import expected, expected_source, write_expected
from seeds.build.frame import frame, frame_source, write_frame
from seeds.build.incumbents import Sitting, add_incumbents, incumbents_source
from seeds.build.night import ballot_ids, by_elections, contests_of, entry_of, parties_of, sort_key
from seeds.build.raw import DATES, Raw
from seeds.build.sitting import sitting_councillors
from seeds.build.times import order
from seeds.councils import council_at
from seeds.councils import councils as known_councils
from seeds.matching import Matches, assign_codes, match
from seeds.outcome import CouncilResult, Outcome
from seeds.pack import load_election, load_outcome
from seeds.readers.contest import SourceContest, digest, fold_ward
from seeds.types import Council, CouncilHistory, Election, Poll
from seeds.write import write_election, write_outcome

YEARS = (2014, 2016, 2017, 2018, 2019, 2021, 2025)
#: All of Scotland voted then, by the single transferable vote; the file has first preferences alone, and no seat can be
#: counted from these.
WITHOUT_SCOTLAND = (2017,)
#: Packs up to this year have older nights of the archives within them that scales are learned from.
LEARNED_WITHIN = 2016
_MONTHS_SINCE = dt.date(2005, 1, 1)


def _tonight(raw: Raw, year: int) -> list[SourceContest]:
    """Contests of a year, with codes, electorates and by-elections filled in from other files of what was known."""
    date = DATES[year]
    read = [c for c in raw.year(year).contests if year not in WITHOUT_SCOTLAND or known_councils()[c.key].type != "SC"]
    found = assign_codes(read, raw.with_codes(date))
    more = {(c.key, fold_ward(c.ward)): c for c in raw.cities if c.date == date}
    totals = {key: comp.total for (key, y), comp in compositions(raw.folder / "composition").items() if y == year}
    out = []
    for c in by_elections(found, totals, raw.published_ids() if year == 2018 else {}):
        other = more.get((c.key, fold_ward(c.ward)))
        out.append(
            replace(
                c,
                electorate=c.electorate or (other.electorate if other else None),
                turnout=c.turnout if c.turnout is not None else (other.turnout if other else None),
            )
        )
    return sorted(out, key=sort_key)


def _name(date: dt.date) -> str:
    return f"Local elections of {date.day} {date:%B} {date.year}"


def _polls(raw: Raw, date: dt.date) -> tuple[Poll, ...]:
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
    sitting = Sitting(raw.folder / "composition", raw.earlier(date))
    contests = add_incumbents(contests, tonight, matches, ids, sitting, earlier=year <= LEARNED_WITHIN)
    contests = sitting_councillors(contests, tonight, entries, raw.folder / "composition", date)
    known = raw.folder / "composition"
    records = Records(compositions(known), partial(councillors, known))
    councils: dict[str, Council] = {}
    outcomes: dict[str, CouncilResult] = {}
    for slug, entry in entries.items():
        then = earlier.get(entry.key, [])
        council, result = council_rows(entry, by_council[slug], date, records, then, report)
        councils[slug], outcomes[slug] = settle(council, result, then, date)
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
    election = add_census(replace(election, parties=parties_of(election, outcome, {})), entries)
    return election, outcome, report


def _scope(year: int, councils: Mapping[str, Council], contests: Mapping[str, object]) -> str:
    seats = sum(c.seats_up or 0 for c in councils.values())
    return (
        f"the {seats} seats of {len(contests)} contests in {len(councils)} councils that the source lists for {year}; "
        "mayors, police commissioners and assemblies are not among them"
        + ("; nor is Scotland" if year in WITHOUT_SCOTLAND else "")
    )


def write(raw: Raw, year: int, folder: Path) -> Report:
    """Build one pack and write it into ``folder/<year>``."""
    election, outcome, report = build(raw, year, folder)
    known = raw.folder / "composition"
    rows = defended(election, then_by_council(election, known), fought_whole(election, known))
    files = sorted(f for f in known.iterdir() if f.name.startswith(("history", "opencouncildata")))
    entries = {slug: council_at(slug, election.date) for slug in election.councils}
    times = expected(raw.folder / "night-2012", election.date, entries)
    sources = [*raw.sources(year), frame_source(raw.folder), defended_source(files)]
    sources.append(incumbents_source(raw.folder, year))
    sources.append(census_source(digest([raw.folder / "geography" / census_table.FILE])))
    sources += [expected_source(raw.folder)] if times else []
    write_election(folder / str(year), election, sources)
    write_defended(folder / str(year), rows)
    write_frame(folder / str(year), frame(raw, election.date))
    write_expected(folder / str(year), times)
    write_outcome(folder / str(year), outcome)
    return report
