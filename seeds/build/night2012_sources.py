"""What the pack of 2012 is built from: archives of wards, the regular number of seats, origin, licence and credit."""

from __future__ import annotations

import csv
from contextlib import suppress
from pathlib import Path

from seeds.build.night2012_archive import NIGHT, Archive, archive
from seeds.build.raw import LEAP, Raw
from seeds.councils import find_council
from seeds.errors import SourceError
from seeds.readers.contest import digest
from seeds.write import Source

#: Lancashire councils that voted in 2012. Of Burnley the archive holds every ward in every year.
LANCASHIRE = ("blackburn", "burnley", "chorley", "hyndburn", "pendle", "preston", "rossendale", "west_lancashire")
COMPLETE = frozenset({"burnley"})
#: Years of LEAP that name the wards of Lancashire and say which seats come up together with those of 2012.
LEAP_YEARS = (2014, 2016)
NIGHT_FILES = (
    "ward_results.csv",
    "council_results.csv",
    "council_results_derived.csv",
    "other_years.csv",
    "clock.csv",
    "expected_times.csv",
    "expected_times_other_years.csv",
    "seed_facts.csv",
)


def archives(raw: Raw) -> Archive:
    """Contests of the 13 councils whose wards are archived, with their earlier results."""
    out = archive(raw.cities, "name")
    more = archive(raw.lancashire, "publisher", COMPLETE)
    out.wards |= more.wards
    out.earlier |= more.earlier
    out.history |= more.history
    return out


def _totals(data: Path, year: int) -> dict[str, int]:
    """Seats of every council after May of a year, by slug; names that are no council of 2012 are passed over."""
    out = {}
    file = data / "composition" / "history1973-2015.csv"
    with file.open(encoding="cp1252", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["year"] == str(year):
                with suppress(SourceError):
                    out[find_council(row["authority"], NIGHT).council] = int(row["total"])
    return out


def regular_seats(raw: Raw) -> dict[str, int]:
    """Seats that come up in 2012 and again in 2016, by council.

    A council that elects by thirds or halves fills one seat in each ward whose turn it is: the wards that voted in
    2016 are those of 2012. Left out are councils of which all seats were up in between: those whose total changed, and
    those in which a ward filled three seats in 2014 or 2016.
    """
    before, after = _totals(raw.folder, 2012), _totals(raw.folder, 2015)
    later = [c for year in LEAP_YEARS for c in raw.year(year).contests]
    whole = {c.council for c in later if c.seats > 2}
    wards: dict[str, set[str]] = {}
    for c in raw.year(2016).contests:
        wards.setdefault(c.council, set()).add(c.ward)
    return {
        slug: len(names)
        for slug, names in wards.items()
        if slug not in whole and slug in before and before[slug] == after.get(slug)
    }


def sources(data: Path) -> list[Source]:
    """Origin, licence, credit and hash, table by table, of what the pack of 2012 is built from."""
    night = [data / "night-2012" / f for f in NIGHT_FILES]
    lancashire = [data / "lancashire" / f"{n}.json" for n in LANCASHIRE]
    composition = [data / "composition" / "councils_2012_before_after.csv"]
    cc4, cc3 = "CC BY-SA 4.0", "CC BY-SA 3.0"
    return [
        Source(
            "councils, outcome/councils (seats before and after, control)",
            "Open Council Data UK: council compositions, and those of the 181 councils of 2012",
            cc4,
            "Open Council Data UK",
            digest(composition),
        ),
        Source(
            "contests, earlier, history, outcome/results (Birmingham, Leeds, Manchester, Newcastle, Sheffield)",
            "Local election results of five cities, 1945 to 2019",
            cc3,
            "David Jeffery; results after 2003 from Andrew Teale's Local Elections Archive Project",
            digest((data / "five-cities").iterdir()),
        ),
        Source(
            "contests, earlier, history, outcome/results (Blackburn with Darwen, Burnley, Chorley, Hyndburn, Pendle, "
            "Preston, Rossendale, West Lancashire)",
            "DCLEAPIL v1.0, fifteen councils of Lancashire",
            cc4,
            "Alex Leman, DCLEAPIL (2025), from Democracy Club and Andrew Teale's Local Elections Archive Project",
            digest(lancashire),
        ),
        Source(
            "names of Lancashire wards, councils (seats up where derived)",
            "Local Elections Archive Project, 2014 and 2016; council compositions to 2015",
            "CC BY-SA 3.0 and CC BY-SA 4.0",
            "Andrew Teale, Local Elections Archive Project; Open Council Data UK",
            digest([*(data / "leap" / LEAP[y][0] for y in LEAP_YEARS), data / "composition" / "history1973-2015.csv"]),
        ),
        Source(
            "contests, history, outcome/results, outcome/councils (other councils of England and Wales), outcome/clock",
            "figures transcribed by hand from public pages of councils, newspapers and encyclopedias",
            cc4,
            "the project's transcribers; Wikipedia's contributors",
            digest(night),
        ),
        Source(
            "contests, outcome/results (Scotland)",
            "ballot data of the Scottish council elections of 3 May 2012, published by the councils",
            "published ballot data",
            "the Scottish councils; collected by David McCune and the MGGG Redistricting Lab",
            digest([data / "scotland" / "first_prefs_by_candidate.csv"]),
        ),
        Source(
            "contests, outcome/results, outcome/london_mayor (London)",
            "mayor of London 2012 by borough; London Assembly 2012 in total",
            "OGL and CC BY-SA 3.0",
            "London Elects; Wikipedia's contributors",
            digest(
                [data / "london" / f for f in ("london_borough_mayor_2012_2016.csv", "london_assembly_2012_totals.csv")]
            ),
        ),
        Source(
            "polls",
            "PollBase; monthly means of published polls",
            "facts",
            "Mark Pack (PollBase) and the pollsters named",
            digest([data / "polls" / f for f in ("pollbase_polls.csv", "monthly_averages.csv")]),
        ),
        Source(
            "national, outcome/national",
            "BBC projected national share; national equivalent vote; general election of 2010",
            "Open Parliament Licence v3.0 (general elections); facts",
            "BBC News; Colin Rallings and Michael Thrasher; House of Commons Library",
            digest([*((data / "national").glob("*.csv")), *((data / "general").glob("parliament-2010-c*.csv"))]),
        ),
    ]
