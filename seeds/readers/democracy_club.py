"""Read Democracy Club's CSV of candidates: who stands, known weeks before the night. One row per candidate.

The columns that are read are ``person_name``, ``ballot_paper_id``, ``election_date``, ``party_name``, ``post_label``
and ``seats_contested``, and where they are there ``person_id``, ``party_id``, ``cancelled_poll``, ``gss``, ``elected``
and ``votes_cast``; others do no harm. A ballot's id names its council: ``local.adur.buckingham.2026-05-07``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from pathlib import Path

from seeds.councils import council_at
from seeds.errors import SourceError, at
from seeds.readers.contest import Candidate, Labels, Problem, Reading, SourceContest, digest, read_bytes, whole
from seeds.readers.repeats import once
from seeds.readers.text import check_commas, decoded, lines

NEEDED = ("person_name", "ballot_paper_id", "election_date", "party_name", "post_label", "seats_contested")
_YES = frozenset({"t", "true", "1", "yes"})
_GSS = re.compile(r"^[ENSW]\d{8}$")
_VOTES = re.compile(r"[0-9]+")
#: The part of a ballot's id that marks a by-election; a ward may be called Byfleet.
_BY = re.compile(r"by\d*")
#: What every row of a ballot must agree in.
_OF_THE_BALLOT = ("election_date", "seats_contested", "cancelled_poll")
Rows = list[tuple[int, dict[str, str]]]


def is_democracy_club(file: Path) -> bool:
    """Whether a file's first line names the column of ballot ids, as no other publisher's does."""
    return b"ballot_paper_id" in read_bytes(file)[:4096].split(b"\n", 1)[0]


def read_democracy_club(file: Path, date: dt.date, labels: dict[str, str] | None = None) -> Reading:
    """Read the contests of councils on one day.

    A party is known by ``party_id`` if that is one of ours, else by its name; one whose registered name our table lacks
    stands as a local party of that name.

    Parameters
    ----------
    file
        The file as published.
    date
        Polling day; rows of other days are left out.
    labels
        A user's own party labels (folded) and their codes.

    Returns
    -------
    Reading
        Contests in the file's order. A contest whose votes are not all given has candidates of no votes, none of whom
        is marked. A poll that was cancelled with more candidates than seats is countermanded: nobody fills its seats,
        which the council has all the same. A row that stands twice is taken once. Contests of mayors and other
        offices, and of councils that our table lacks, are left out and named.

    Raises
    ------
    SourceError
        If a column is missing, a row is cut short, rows of a ballot disagree, a number of seats or a party cannot be
        read, or nothing is left; with file, row and column.
    """
    text, problems = decoded(file)
    check_commas(file, text.split("\n", 1)[0])
    table = lines(file, text)
    _, header = next(table, (1, []))
    header = [c.strip() for c in header]
    missing = [c for c in NEEDED if c not in header]
    if missing:
        raise SourceError(f"{at(file, 1)}: lacks the column {', '.join(missing)}; is it Democracy Club's CSV?")
    ballots: dict[str, Rows] = {}
    for number, row in table:
        if len(row) != len(header):
            cut = "it was cut short: fetch the file again" if len(row) < len(header) else "look for a comma too many"
            raise SourceError(f"{at(file, number)}: has {len(row)} cells where the header has {len(header)}; {cut}")
        cells = {k: v.strip() for k, v in zip(header, row, strict=True)}
        ballots.setdefault(cells["ballot_paper_id"], []).append((number, cells))
    known = Labels("democracy-club", file.name, labels or {}, by_name=True)
    contests = []
    left: Counter[str] = Counter()
    first: dict[str, int] = {}
    for ballot, rows in ballots.items():
        number, cells = rows[0]
        why = _left_out(ballot, cells, date)
        if not why or any(c["election_date"] != cells["election_date"] for _, c in rows):
            _agree(file.name, ballot, rows)
        if why:
            left[why] += len(rows)
            first.setdefault(why, number)
            continue
        rows = once(file.name, ballot, rows, _who, problems)
        contest = _contest(file.name, ballot, rows, date, known)
        if contest.countermanded:
            stay = "its seat stays" if contest.seats == 1 else f"its {contest.seats} seats stay"
            problems.append(Problem(file.name, number, f"{ballot}: the poll is cancelled; {stay} vacant", kept=True))
        contests.append(contest)
    known.check()
    if not contests:
        raise SourceError(f"{file}: holds no contest of a council on {date}; check --date")
    problems += known.remarks()
    problems += [Problem(file.name, first[why], f"{why}; left out", n) for why, n in left.items()]
    return Reading(file.name, tuple(contests), tuple(problems), digest([file]), "democracy-club")


def _yes(cells: dict[str, str], column: str) -> bool:
    return cells.get(column, "").casefold() in _YES


def _left_out(ballot: str, cells: dict[str, str], date: dt.date) -> str:
    """Why a ballot is none of the night's; empty if it is one."""
    office, _, rest = ballot.partition(".")
    if cells["election_date"] != date.isoformat():
        return "polled on another day"
    if office != "local":
        return f"ballots of '{office}', which elect no council"
    slug = rest.split(".")[0]
    try:
        council_at(slug, date)
    except SourceError:
        return f"'{slug}' is no council that we know of on {date}"
    return ""


def _agree(name: str, ballot: str, rows: Rows) -> None:
    """Stop if rows of one ballot differ in what is the ballot's."""
    first, cells = rows[0]
    for number, other in rows[1:]:
        for column in _OF_THE_BALLOT:
            if other.get(column) != cells.get(column):
                raise SourceError(
                    f"{at(name, number, column)}: {ballot}: '{other[column]}', but '{cells[column]}' in row {first}; "
                    "put right the one that is wrong"
                )


def _who(cells: dict[str, str]) -> tuple[str, ...] | None:
    """Whose a row is: by number where there is one, since two people of one name may stand for one party."""
    if cells.get("person_id"):
        return (cells["person_id"],)
    name = " ".join(cells["person_name"].casefold().split())
    return (name, cells["party_name"].casefold()) if name else None


def _contest(name: str, ballot: str, rows: Rows, date: dt.date, known: Labels) -> SourceContest:
    number, cells = rows[0]
    entry = council_at(ballot.split(".")[1], date)
    seats = whole(
        cells["seats_contested"], lambda text: SourceError(f"{at(name, number, 'seats_contested')}: {ballot}: {text}")
    )
    if seats == 0:
        raise SourceError(f"{at(name, number, 'seats_contested')}: {ballot}: nobody is elected to no seat")
    counted = all(_VOTES.fullmatch(c.get("votes_cast", "")) for _, c in rows)
    counted = counted and any(_yes(c, "elected") for _, c in rows)
    certain = len(rows) <= seats and not counted
    off = _yes(cells, "cancelled_poll") and len(rows) > seats
    counted = counted and not off
    candidates = []
    for row, c in rows:
        votes, elected = (int(c["votes_cast"]), _yes(c, "elected")) if counted else (0, True if certain else None)
        code = known.code(c["party_name"], row, c.get("party_id", ""))
        candidates.append(Candidate(code, votes, elected, c["person_name"], c["party_name"]))
    return SourceContest(
        council=entry.council,
        key=entry.key,
        ward=cells["post_label"],
        date=date,
        seats=seats,
        candidates=tuple(candidates),
        file=name,
        rows=(number, rows[-1][0]),
        gss=cells["gss"] if _GSS.match(cells.get("gss", "")) else None,
        by_election=any(_BY.fullmatch(part) for part in ballot.split(".")[2:]),
        ballot_id=ballot,
        countermanded=off,
    )
