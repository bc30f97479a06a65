"""The publishers' files as they lie beside the checkout, read once; with origin, licence and credit of each."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from seeds.councils import find_council
from seeds.errors import SourceError
from seeds.labels import read_table
from seeds.readers.commons import read_commons
from seeds.readers.contest import Problem, Reading, SourceContest, digest, fold_ward
from seeds.readers.five_cities import DAYS, read_five_cities
from seeds.readers.lancashire import read_lancashire, recognise, split_pairs
from seeds.readers.leap import read_leap
from seeds.write import Source

LEAP = {
    2014: ("2014_results.csv", dt.date(2014, 5, 22)),
    2016: ("leap-2016-05-05.csv", dt.date(2016, 5, 5)),
    2017: ("leap-2017-05-04.csv", dt.date(2017, 5, 4)),
    2018: ("leap-2018-05-03.csv", dt.date(2018, 5, 3)),
    2019: ("leap-2019-05-02.csv", dt.date(2019, 5, 2)),
}
COMMONS = {
    2021: ("local-elections-2021.xlsx", dt.date(2021, 5, 6)),
    2025: ("local-elections-2025.xlsx", dt.date(2025, 5, 1)),
}
DATES = {year: date for year, (_, date) in {**LEAP, **COMMONS}.items()}
#: Until then the publisher of Lancashire's ward histories can be checked against LEAP on one map of wards.
_LANCASHIRE_UNTIL = dt.date(2016, 12, 31)
_LANCASHIRE_DISTRICTS = tuple(
    f"{name}.json"
    for name in (
        *("blackburn", "blackpool", "burnley", "chorley", "fylde", "hyndburn", "lancaster", "pendle", "preston"),
        *("ribble_valley", "rossendale", "south_ribble", "west_lancashire", "wyre"),
    )
)


def _residents(reading: Reading) -> Reading:
    """Name the residents' associations that the workbook of 2021 puts under one label, where it is known which."""
    if reading.contests[0].date != DATES[2021]:
        return reading
    known = {(r["council"], fold_ward(r["ward"])): r["code"] for r in read_table("residents_2021.csv")}
    contests = []
    for c in reading.contests:
        code = known.pop((c.council, fold_ward(c.ward)), None)
        if code:
            if not any(x.party == "Residents" for x in c.candidates):
                raise SourceError(f"residents_2021.csv: {c.council}, {c.ward} has no candidate of that label")
            c = replace(
                c, candidates=tuple(replace(x, party=code) if x.party == "Residents" else x for x in c.candidates)
            )
        contests.append(c)
    if known:
        raise SourceError(f"residents_2021.csv: no such contest: {', '.join(map(str, known))}")
    return replace(reading, contests=tuple(contests))


@dataclass
class Raw:
    """The folder of raw data. Each file is read when it is first asked for."""

    folder: Path

    def __post_init__(self) -> None:
        if (self.folder / "data" / "leap").is_dir():
            self.folder = self.folder / "data"
        if not (self.folder / "leap").is_dir():
            raise SourceError(f"{self.folder}: holds no folder leap; give the folder of the raw data (shared/data)")
        self._years: dict[int, Reading] = {}

    def year(self, year: int) -> Reading:
        """National file of a year: LEAP's to 2019, the Commons Library's from 2021."""
        if year not in self._years:
            if year in LEAP:
                name, date = LEAP[year]
                self._years[year] = read_leap(self.folder / "leap" / name, date)
            else:
                name, date = COMMONS[year]
                self._years[year] = _residents(read_commons(self.folder / "commons" / name, date))
        return self._years[year]

    @cached_property
    def cities(self) -> list[SourceContest]:
        """The five cities since their wards of 2004."""
        return [c for reading in self._cities for c in reading.contests]

    @cached_property
    def _cities(self) -> list[Reading]:
        return [read_five_cities(file) for file in sorted((self.folder / "five-cities").iterdir())]

    @cached_property
    def _lancashire(self) -> tuple[list[SourceContest], list[Problem]]:
        found: list[SourceContest] = []
        problems: list[Problem] = []
        for name in _LANCASHIRE_DISTRICTS:
            reading = read_lancashire(self.folder / "lancashire" / name)
            found += [c for c in reading.contests if c.date in set(DAYS.values())]
            problems += reading.problems
        leap = [c for year in (2014, 2016) for c in self.year(year).contests]
        known, unclear = recognise(split_pairs(found), leap, _LANCASHIRE_UNTIL)
        return known, [*problems, *unclear]

    @property
    def lancashire(self) -> list[SourceContest]:
        """Districts of Lancashire to 2016, by the names that their wards had then."""
        return self._lancashire[0]

    @property
    def archive_problems(self) -> list[Problem]:
        """What of the five cities and of Lancashire could not be used."""
        return [*(p for reading in self._cities for p in reading.problems), *self._lancashire[1]]

    @cached_property
    def lancashire_files(self) -> set[str]:
        """Names of the files whose publisher matched wards itself."""
        return set(_LANCASHIRE_DISTRICTS)

    def earlier(self, date: dt.date) -> list[SourceContest]:
        """Every contest before a date, each council's days from one file: the national ones go first."""
        out = [c for year in sorted(DATES) if DATES[year] < date for c in self.year(year).contests]
        national = set(DATES.values())
        more = [c for c in (*self.cities, *self.lancashire) if c.date < date and c.date not in national]
        return out + more

    def with_codes(self, date: dt.date) -> Iterable[SourceContest]:
        """Contests of files that give ward codes, from a date on: they code the wards of files that do not."""
        return [c for year in sorted(DATES) if DATES[year] >= date for c in self.year(year).contests if c.gss]

    def published_ids(self) -> dict[tuple[str, str], str]:
        """Democracy Club's ballot ids of 3 May 2018, by council and ward code."""
        out = {}
        day = DATES[2018]
        names: dict[tuple[str, str], str] = {}
        with (self.folder / "geography" / "Clean_output_Look_Up_File_Ward_Level.csv").open(encoding="utf-8") as handle:
            for row in csv.DictReader(handle):
                if row["ballot_paper_id"]:
                    key = find_council(row["LAD18NM"], day, row["LAD18CD"]).key
                    out[key, row["WD18CD"]] = row["ballot_paper_id"]
                    names[key, row["WD18NM"]] = row["ballot_paper_id"]
        return out | names

    def sources(self, year: int) -> list[Source]:
        """Origin, licence, credit and hash of what a pack is built from, table by table."""
        date = DATES[year]
        leap_years = [y for y in LEAP if y <= year]
        f = self.folder
        leap = digest(f / "leap" / LEAP[y][0] for y in leap_years)
        out = []
        if leap_years:
            tables = "contests, earlier, alike, history" + (", outcome/results" if year in LEAP else "")
            out.append(
                Source(
                    tables,
                    "Local Elections Archive Project, " + ", ".join(map(str, leap_years)),
                    "CC BY-SA 3.0",
                    "Andrew Teale, Local Elections Archive Project",
                    leap,
                )
            )
        for y in [y for y in COMMONS if y <= year]:
            out.append(
                Source(
                    "contests, outcome/results" if y == year else "earlier, alike, history",
                    f"Local election results {y}: candidates and wards",
                    "Open Parliament Licence v3.0",
                    "House of Commons Library and the Elections Centre",
                    digest([f / "commons" / COMMONS[y][0]]),
                )
            )
        composition = [f / "composition" / n for n in ("history1973-2015.csv", "history2016-26.csv")]
        composition += [
            p for y in (year - 1, year) if (p := f / "composition" / f"opencouncildata_councillors_{y}.csv").is_file()
        ]
        polls = [f / "polls" / n for n in ("pollbase_polls.csv", "monthly_averages.csv", "single_polls.csv")]
        national = [*(f / "national").glob("*.csv"), *(f / "general").glob("parliament-*-c*.csv")]
        geography = [f / "geography" / "uk_local_authorities_future.csv"]
        out += [
            Source(
                "earlier, alike, history (Birmingham, Leeds, Manchester, Newcastle, Sheffield)",
                "Local election results of five cities, 1945 to 2019",
                "CC BY-SA 3.0",
                "David Jeffery; results after 2003 from Andrew Teale's Local Elections Archive Project",
                digest((f / "five-cities").iterdir()),
            ),
            Source(
                "earlier, alike, history (districts of Lancashire)",
                "DCLEAPIL v1.0",
                "CC BY-SA 4.0",
                "Leman (2025), from Democracy Club and Andrew Teale's Local Elections Archive Project",
                digest(f / "lancashire" / n for n in _LANCASHIRE_DISTRICTS),
            ),
            Source(
                "councils, outcome/councils (seats before and after, seats held over, control)",
                "Open Council Data UK: council compositions and councillors",
                "CC BY-SA 4.0",
                "Open Council Data UK",
                digest(composition),
            ),
            Source(
                "councils (names, codes, regions)",
                "Register of UK local authorities (mySociety) and ONS Open Geography lookups",
                "OGL v3.0",
                "mySociety; contains National Statistics and OS data, Crown copyright",
                digest(geography),
            ),
            Source(
                "polls",
                "PollBase; monthly means of published polls; single polls as published",
                "facts",
                "Mark Pack (PollBase) and the pollsters named",
                digest(polls),
            ),
            Source(
                "national, outcome/national",
                "BBC projected national share, Rallings and Thrasher national equivalent vote, general elections",
                "Open Parliament Licence v3.0 (general elections); facts",
                "BBC; Colin Rallings and Michael Thrasher; House of Commons Library",
                digest(national),
            ),
        ]
        if any(date >= d for _, d in LEAP.values()):
            out.append(
                Source(
                    "outcome/councils (imputed order of declaration)",
                    "Expected times of declaration as printed before several elections",
                    "CC BY-SA 4.0",
                    "the pages named in the transcription",
                    digest([f / "night-2012" / "expected_times_other_years.csv"]),
                )
            )
        return out
