"""Whether the files of a user's own pack are of the days that they were given for.

A wrong day is no small slip: a night's own result would stand among its earlier ones, and nobody would see it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from seeds.build.night import slug
from seeds.checks import check_council
from seeds.compositions import COMPOSITIONS
from seeds.errors import SourceError
from seeds.labels import TABLES
from seeds.matching import Matches
from seeds.pack import embedded, load_outcome
from seeds.readers.contest import Reading, SourceContest
from seeds.readers.democracy_club import is_democracy_club
from seeds.types import Council, Votes

#: No ward polls twice within so many days.
APART = dt.timedelta(days=28)
#: Part of the wards in common whose votes must be alike, to the last one, for two results to be one. Of 20,901 pairs of
#: results of one ward in the embedded packs not one is alike by chance.
ALIKE = 0.1
_DATE = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")

#: Votes of wards, by council and ward.
_Known = dict[tuple[str, str], Votes]


def check_names(files: Iterable[tuple[Path, dt.date]]) -> None:
    """Stop if a file's name tells another day than was given for it; rows of Democracy Club's tell theirs.

    LEAP's files have their day in their names and nowhere else; some have the year alone.

    Raises
    ------
    SourceError
        Naming the file and both days.
    """
    for file, day in files:
        if is_democracy_club(file):
            continue
        dates = _DATE.findall(file.name)
        told = dates or (years if len(years := _YEAR.findall(file.name)) == 1 else [])
        if told and not any(day.isoformat().startswith(t) for t in told):
            raise SourceError(
                f"{file}: is of {told[0]} by its name, but was given as of {day}; give its own polling day, or rename "
                "the file if it is the name that is wrong"
            )


def check_votes(readings: Sequence[Reading]) -> None:
    """Stop if a file's votes are, ward by ward, those of another day, of an embedded pack or of another file.

    Raises
    ------
    SourceError
        Naming the file, its day and the day on which these votes were cast.
    """
    known = [(f"the embedded pack of {key}", *_embedded(key)) for key in embedded()]
    for reading in readings:
        if reading.publisher == "pack":
            continue
        votes, day = _votes(reading.contests), reading.contests[0].date
        for name, other, theirs in known:
            both = votes.keys() & theirs.keys()
            same = sum(votes[k] == theirs[k] for k in both)
            if other != day and same and same >= ALIKE * len(both):
                raise SourceError(
                    f"{reading.file}: was given as of {day}, but in {same} of {len(both)} wards it has the very votes "
                    f"that {name} has of {other}; give the day on which they were cast"
                )
        known.append((reading.file, day, votes))


def check_apart(tonight: Sequence[SourceContest], matches: Matches) -> None:
    """Stop if wards of tonight have a result of less than a month before.

    Raises
    ------
    SourceError
        Naming the file, both days and the first of the wards.
    """
    near = [
        (c, e) for c, found in zip(tonight, matches.found, strict=True) for e, _ in found if c.date - e.date < APART
    ]
    if near:
        c, e = near[0]
        raise SourceError(
            f"{c.file}: was given as of {c.date}, but {len(near)} of its wards, {c.ward} of {c.council} first, polled "
            f"on {e.date} too ({e.file}), and no ward polls twice in a month; one of the two days is wrong: give the "
            "right one with --date or --earlier"
        )


@dataclass(frozen=True, slots=True)
class _OfCouncil:
    """A council of a pack that no folder holds yet."""

    council: Council

    def fail(self, column: str, why: str) -> SourceError:
        return SourceError(f"{self.council.name}, {column}: {why}")


def check_seats(councils: Iterable[Council], date: dt.date) -> None:
    """Stop if the seats of councils do not fit each other: the files are of another year, or our table errs.

    Raises
    ------
    SourceError
        Naming the first such council, how many there are, and the day.
    """
    wrong = []
    for council in councils:
        parties = {*(council.seats_before or {}), *(council.held_over or {}), council.control_before or ""}
        try:
            check_council(_OfCouncil(council), council, parties)
        except SourceError as why:
            wrong.append(str(why))
    if wrong:
        more = f" (so with {len(wrong)} councils)" if len(wrong) > 1 else ""
        raise SourceError(
            f"{wrong[0]}{more}. Seats before are those after May {date.year - 1}, seats up those in the files for "
            f"tonight. If they were not polled on {date}, give their own day with --date; if they were, look whether "
            f"the files lack wards of the council, or correct it in {TABLES / COMPOSITIONS}. Nothing was written"
        )


def _votes(contests: Iterable[SourceContest]) -> _Known:
    return {
        (c.council, slug(c.ward)): votes
        for c in contests
        if not c.by_election and len(votes := c.votes()) > 1 and any(max(v) for v in votes.values())
    }


def _embedded(key: str) -> tuple[dt.date, _Known]:
    """Polling day and votes of an embedded pack; wards are told from the ids of ballots, without reading all of it."""
    out: _Known = {}
    day = ""
    for ballot, result in load_outcome(key).contests.items():
        _, council, *ward, day = ballot.split(".")
        if len(ward) == 1 and result.unit == "votes" and len(result.votes) > 1:
            out[council, ward[0]] = result.votes
    return dt.date.fromisoformat(day), out
