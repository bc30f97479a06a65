"""The files of a user's own pack: each read by its publisher's reader; no file, and no contest, is taken twice."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from seeds.errors import SourceError, at
from seeds.readers.commons import read_commons
from seeds.readers.contest import Reading, SourceContest, digest, fold_ward, read_bytes
from seeds.readers.democracy_club import is_democracy_club, read_democracy_club
from seeds.readers.leap import read_leap

_BOOKS = {".xlsx", ".xlsm", ".xls", ".ods"}


def read_file(file: Path, date: dt.date, labels: dict[str, str]) -> Reading:
    """Read a workbook as the Commons Library's, a CSV with ballot ids as Democracy Club's, anything else as LEAP's."""
    if file.suffix.casefold() in _BOOKS:
        return read_commons(file, date, labels, names=True)
    if is_democracy_club(file):
        return read_democracy_club(file, date, labels)
    return read_leap(file, date, labels)


def read_files(files: Sequence[tuple[Path, dt.date]], labels: dict[str, str]) -> list[Reading]:
    """Read files with their polling days; those of one name in several folders are named by their paths.

    Raises
    ------
    SourceError
        If a file is given twice, under whatever name, or cannot be read, or a contest stands in two of them.
    """
    _check_files(files)
    names = Counter(file.name for file, _ in files)
    out = []
    for file, day in files:
        reading = read_file(file, day, labels)
        out.append(_renamed(reading, str(file)) if names[file.name] > 1 else reading)
    check_contests(out)
    return out


def counted(contest: SourceContest) -> bool:
    """Whether a contest's votes are known, as far as there was a vote."""
    return contest.countermanded or contest.uncontested or any(c.votes for c in contest.candidates)


def _renamed(reading: Reading, name: str) -> Reading:
    contests = tuple(replace(c, file=name) for c in reading.contests)
    problems = tuple(replace(p, file=name) for p in reading.problems)
    return replace(reading, file=name, contests=contests, problems=problems)


def _check_files(files: Sequence[tuple[Path, dt.date]]) -> None:
    """Stop if two of the files are one, or hold the same bytes."""
    seen: dict[tuple[str, dt.date | None], Path] = {}
    for file, day in files:
        read_bytes(file)
        # Rows of Democracy Club's bear their dates: one file may hold several days. Elsewhere only the user says.
        when = day if is_democracy_club(file) else None
        marks = [(str(file.resolve()), when), (digest([file]), when)]
        other = next((seen[m] for m in marks if m in seen), None)
        if other is not None:
            how = "given twice" if other.resolve() == file.resolve() else f"the same, byte for byte, as {other}"
            raise SourceError(f"{file}: is {how}; give each file once, or its votes would count twice")
        seen.update(dict.fromkeys(marks, file))


def check_contests(readings: Iterable[Reading]) -> None:
    """Stop if two files hold the same contest, known by its ballot's id, or by its ward's code or name.

    Raises
    ------
    SourceError
        Naming both places.
    """
    seen: dict[tuple[str, dt.date, str], list[SourceContest]] = defaultdict(list)
    for reading in readings:
        for c in reading.contests:
            marks = [f"ward {fold_ward(c.ward)}", *([f"code {c.gss}"] if c.gss else [])]
            for mark in marks:
                for first in seen[c.key, c.date, mark]:
                    if _same(first, c):
                        raise SourceError(
                            f"{at(c.file, c.rows[0])}: {c.ward} of {c.council} on {c.date} stands in "
                            f"{at(first.file, first.rows[0])} too; give each contest in one file only"
                        )
            for mark in marks:
                seen[c.key, c.date, mark].append(c)


def _same(a: SourceContest, b: SourceContest) -> bool:
    """Whether contests with one name or one code are one, if they are of two files."""
    if a.file == b.file:
        return False
    if a.ballot_id and b.ballot_id:
        return a.ballot_id == b.ballot_id
    # A by-election beside the ward's ordinary contest is another one; two codes are two wards of one name.
    return a.by_election == b.by_election and (not a.gss or not b.gss or a.gss == b.gss)
