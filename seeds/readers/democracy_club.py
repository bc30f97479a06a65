"""Read Democracy Club's CSV of candidates: who stands, known weeks before the night. One row per candidate.

The columns that are read are ``person_name``, ``ballot_paper_id``, ``election_date``, ``party_name``, ``post_label``
and ``seats_contested``, and where they are there ``cancelled_poll``, ``gss``, ``elected`` and ``votes_cast``; others do
no harm. A ballot's id names its council: ``local.adur.buckingham.2026-05-07``.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter
from pathlib import Path

from seeds.councils import council_at
from seeds.errors import SourceError, at
from seeds.readers.contest import Candidate, Labels, Problem, Reading, SourceContest, digest, read_bytes, whole

NEEDED = ("person_name", "ballot_paper_id", "election_date", "party_name", "post_label", "seats_contested")
_YES = frozenset({"t", "true", "1", "yes"})
_GSS = re.compile(r"^[ENSW]\d{8}$")
Rows = list[tuple[int, dict[str, str]]]


def is_democracy_club(file: Path) -> bool:
    """Whether a file's first line names the column of ballot ids, as no other publisher's does."""
    return b"ballot_paper_id" in read_bytes(file)[:4096].split(b"\n", 1)[0]


def read_democracy_club(file: Path, date: dt.date, labels: dict[str, str] | None = None) -> Reading:
    """Read the contests of councils on one day.

    A party whose registered name our table lacks stands as a local party of that name.

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
        is marked. Contests of mayors and other offices, of councils that our table lacks, and polls that were
        cancelled with more candidates than seats, are left out and named.

    Raises
    ------
    SourceError
        If a column is missing, a number of seats cannot be read, or nothing is left; with file, row and column.
    """
    reader = csv.DictReader(read_bytes(file).decode("utf-8-sig", errors="replace").splitlines())
    missing = [c for c in NEEDED if c not in (reader.fieldnames or ())]
    if missing:
        raise SourceError(f"{at(file, 1)}: lacks the column {', '.join(missing)}; is it Democracy Club's CSV?")
    ballots: dict[str, Rows] = {}
    for row in reader:
        cells = {k: (v or "").strip() for k, v in row.items() if k}
        ballots.setdefault(cells["ballot_paper_id"], []).append((reader.line_num, cells))
    known = Labels("democracy-club", file.name, labels or {}, by_name=True)
    contests, problems = [], []
    left: Counter[str] = Counter()
    first: dict[str, int] = {}
    for ballot, rows in ballots.items():
        number, cells = rows[0]
        why = _left_out(ballot, cells, date)
        if why:
            left[why] += len(rows)
            first.setdefault(why, number)
            continue
        contest = _contest(file.name, ballot, rows, date, known)
        if _yes(cells, "cancelled_poll") and len(contest.candidates) > contest.seats:
            problems.append(Problem(file.name, number, f"{ballot}: the poll is cancelled; left out", len(rows)))
            continue
        contests.append(contest)
    if not contests:
        raise SourceError(f"{file}: holds no contest of a council on {date}; check --date")
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


def _contest(name: str, ballot: str, rows: Rows, date: dt.date, known: Labels) -> SourceContest:
    number, cells = rows[0]
    entry = council_at(ballot.split(".")[1], date)
    seats = whole(
        cells["seats_contested"], lambda text: SourceError(f"{at(name, number, 'seats_contested')}: {ballot}: {text}")
    )
    if seats == 0:
        raise SourceError(f"{at(name, number, 'seats_contested')}: {ballot}: nobody is elected to no seat")
    counted = all(c.get("votes_cast", "").isdigit() for _, c in rows) and any(_yes(c, "elected") for _, c in rows)
    certain = len(rows) <= seats and not counted
    candidates = []
    for row, c in rows:
        votes, elected = (int(c["votes_cast"]), _yes(c, "elected")) if counted else (0, True if certain else None)
        code = known.code(c["party_name"], row)
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
        by_election=".by" in ballot,
        ballot_id=ballot,
    )
