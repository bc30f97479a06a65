"""Read and check declarations: every row, nothing half taken.

Two layouts, told apart by their header (``docs/declarations.md``):

* one row per candidate: ``ballot_paper_id`` (or ``ballot_id``), ``party``, ``votes``; optional ``candidate`` and
  ``elected``;
* councils known only by their totals: ``council``, ``party``, ``seats``; optional ``share`` (percent of the vote).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from models.types import Declared
from projection.contests import ContestRow, check_contest, read_contest_row
from projection.reading import start_reading
from projection.tables import Row, frame_rows, read_rows
from projection.totals import TotalsRow, check_totals, council_names, read_totals_row
from seeds.errors import DeclarationError, at
from seeds.types import Election, Votes

if TYPE_CHECKING:
    import pandas as pd

BALLOT = ("ballot_paper_id", "ballot_id")


def read_declarations(election: Election, *files: str | Path) -> Declared:
    """Read files of partial declarations, all or nothing.

    Parameters
    ----------
    election
        The pack that the ballots and councils must belong to.
    files
        CSV files in either layout; the same result in two files is taken once.

    Returns
    -------
    Declared
        The net set of declarations.

    Raises
    ------
    DeclarationError
        One line per problem, each with file, row and column. Nothing of any file is taken then.
    """
    return _declared(election, [(str(f), *read_rows(f)) for f in files])


def from_frame(election: Election, frame: pd.DataFrame) -> Declared:
    """Check a DataFrame of declarations, in either layout; raises as :func:`read_declarations`."""
    return _declared(election, [("frame", *frame_rows(frame))])


def _declared(election: Election, tables: Iterable[tuple[str, list[str], list[Row]]]) -> Declared:
    reading = start_reading(election)
    councils = council_names(election)
    contests: dict[str, list[ContestRow]] = {}
    totals: dict[str, list[TotalsRow]] = {}
    for file, header, rows in tables:
        ballot = next((c for c in BALLOT if c in header), None)
        if ballot and {"party", "votes"} <= set(header):
            for row in rows:
                if contest := read_contest_row(reading, ballot, row):
                    contests.setdefault(contest[0], []).append(contest[1])
        elif {"council", "party", "seats"} <= set(header):
            for row in rows:
                if total := read_totals_row(reading, councils, row):
                    totals.setdefault(total[0], []).append(total[1])
        else:
            raise DeclarationError(_lacks(file, header))
    votes: dict[str, Votes] = {}
    lots: dict[str, Mapping[str, int]] = {}
    for key, lines in contests.items():
        if key not in reading.spoilt and (taken := check_contest(reading, election.contests[key], lines)):
            votes[key] = taken.votes
            if taken.lot:
                lots[key] = taken.lot
    seats = {}
    for key, cells in totals.items():
        if key not in reading.spoilt and (checked := check_totals(reading, election.councils[key], cells)):
            seats[key] = checked
    reading.problems.raise_if_any()
    return Declared(contests=votes, councils=seats, lots=lots)


def _lacks(file: str, header: list[str]) -> str:
    by_totals = "council" in header and "seats" in header
    wanted = ["council", "party", "seats"] if by_totals else [BALLOT[0], "party", "votes"]
    missing = [c for c in wanted if c not in header and not (c == BALLOT[0] and BALLOT[1] in header)]
    return (
        f"{at(file, 1)}: lacks the column {', '.join(missing)}; a file of results has "
        "ballot_paper_id,party,votes (one row per candidate), a file of council totals council,party,seats"
    )
