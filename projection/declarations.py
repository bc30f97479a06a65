"""Read and check declarations: every row, nothing half taken.

Three layouts, told apart by their header (``docs/declarations.md``):

* one row per candidate: ``ballot_paper_id`` (or ``ballot_id``), ``party``, ``votes``; optional ``candidate``,
  ``elected``, ``electorate``, ``ballots`` and ``turnout``;
* Democracy Club's results (:mod:`projection.democracy_club`);
* councils known only by their totals: ``council``, ``party``, ``seats`` or ``after``; optional ``share`` (percent of
  the vote).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from models.types import Declared
from projection.arguments import a_frame, an_election
from projection.contests import ContestRow, check_contest, read_contest_row
from projection.democracy_club import from_democracy_club, is_democracy_club
from projection.facts import Facts, read_facts
from projection.guards import refuse_impossible
from projection.items import COUNTERMANDED, Item, items_of
from projection.reading import start_reading
from projection.tables import Table, frame_rows, read_file
from projection.totals import VACANT, TotalsRow, check_totals, council_names, read_totals_row
from seeds.errors import DeclarationError, at
from seeds.types import Election, Votes

if TYPE_CHECKING:
    import pandas as pd

BALLOT = ("ballot_paper_id", "ballot_id")


@dataclass(frozen=True, slots=True)
class Batch:
    """What files of declarations say.

    Attributes
    ----------
    declared
        Results that hold together.
    countermanded
        Ballots whose poll did not take place.
    facts
        Electorate, ballots and turnout of a ballot, where the files tell them.
    spoilt
        Contests and councils with something wrong: none of them is in ``declared``.
    problems
        What is wrong, a line each.
    passed_over
        Rows of other elections, of contests without a poll, and of contests that have not declared.
    vacant
        Seats of councils that nobody holds, as :func:`projection.items.items_of` takes them, where the files tell.
    sources
        The file that each ballot or council comes from; of several that say the same the first.
    """

    declared: Declared
    countermanded: frozenset[str] = frozenset()
    facts: Mapping[str, Facts] = field(default_factory=dict)
    spoilt: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()
    passed_over: int = 0
    vacant: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    def items(self) -> list[Item]:
        """All of it as the journal takes it."""
        off = [Item("contest", b, COUNTERMANDED) for b in sorted(self.countermanded)]
        return items_of(self.declared, self.vacant) + off


def read_declarations(election: Election, *files: str | Path) -> Declared:
    """Read files of partial declarations, all or nothing.

    Parameters
    ----------
    election
        The pack that the ballots and councils must belong to.
    files
        CSV or JSON files in any known layout; the same result in two files is taken once.

    Returns
    -------
    Declared
        The net set of declarations.

    Raises
    ------
    DeclarationError
        One line per problem, each with file, row and column, or with the ballot where more votes are declared than its
        electorate can have cast. Nothing of any file is taken then.
    """
    return _possible(election, read_tables(an_election(election), [t for f in files for t in read_file(f)]))


def from_frame(election: Election, frame: pd.DataFrame) -> Declared:
    """Check a DataFrame of declarations, in any known layout; raises as :func:`read_declarations`.

    Raises
    ------
    ArgumentError
        If it is no DataFrame, or the election none.
    """
    return _possible(election, read_tables(an_election(election), [Table("frame", *frame_rows(a_frame(frame)))]))


def _possible(election: Election, batch: Batch) -> Declared:
    """What a batch declares, held against the pack's electorates as the desk of a live night holds it."""
    refuse_impossible(election, items_of(batch.declared), batch.facts)
    return batch.declared


def read_tables(election: Election, tables: Iterable[Table], *, by_contest: bool = False) -> Batch:
    """Check tables of declarations.

    Parameters
    ----------
    by_contest
        Take each contest that is right and list what is wrong with the others, as a feed needs it that must not stop at
        one bad ward. Otherwise all or nothing.

    Raises
    ------
    DeclarationError
        If anything is wrong, or, ``by_contest``, if a table is in no known layout.
    """
    reading = start_reading(election)
    councils = council_names(election)
    contests: dict[str, list[ContestRow]] = {}
    totals: dict[str, list[TotalsRow]] = {}
    off: dict[str, str] = {}
    facts: dict[str, Facts] = {}
    passed_over = 0
    for table in tables:
        reading.problems.lines.extend(table.problems)
        if is_democracy_club(table):
            table, cancelled, skipped = from_democracy_club(election, table)
            off = dict.fromkeys(cancelled, table.file) | off
            passed_over += skipped
        ballot = next((c for c in BALLOT if c in table.header), None)
        if ballot and {"party", "votes"} <= set(table.header):
            for row in table.rows:
                if contest := read_contest_row(reading, ballot, row):
                    contests.setdefault(contest[0], []).append(contest[1])
                    read_facts(reading, facts, contest[0], row)
        elif {"council", "party"} <= set(table.header) and {"seats", "after"} & set(table.header):
            for row in table.rows:
                if total := read_totals_row(reading, councils, row):
                    totals.setdefault(total[0], []).append(total[1])
        else:
            raise DeclarationError(_lacks(table.file, table.header))
    votes: dict[str, Votes] = {}
    lots: dict[str, Mapping[str, int]] = {}
    for key, lines in contests.items():
        if key in off:
            reading.problems.add(lines[0].row, BALLOT[0], f"{key} has votes though its poll is cancelled")
            reading.spoilt.add(key)
        if key in reading.spoilt:
            continue
        taken = check_contest(reading, election.contests[key], lines)
        if taken is None or {p: len(v) for p, v in taken.votes.items()} != dict(election.contests[key].standing):
            reading.spoilt.add(key)  # not all of its rows could be read
            continue
        votes[key] = taken.votes
        if taken.lot:
            lots[key] = taken.lot
    seats, vacant = {}, {}
    for key, cells in totals.items():
        if key not in reading.spoilt and (checked := check_totals(reading, election.councils[key], cells)):
            seats[key] = checked
            vacant[key] = _vacant(cells)
        else:
            reading.spoilt.add(key)
    if not by_contest:
        reading.problems.raise_if_any()
    return Batch(
        declared=Declared(
            contests=votes,
            councils=seats,
            lots=lots,
            turnout={b: f.turnout for b, f in facts.items() if f.turnout is not None and b in votes},
        ),
        countermanded=frozenset(off.keys() - reading.spoilt),
        facts={k: v for k, v in facts.items() if k in votes},
        spoilt=frozenset(reading.spoilt),
        problems=tuple(reading.problems.lines),
        passed_over=passed_over,
        vacant={k: v for k, v in vacant.items() if v},
        sources=off | {k: rows[0].row.file for rows_of in (contests, totals) for k, rows in rows_of.items()},
    )


def _vacant(cells: list[TotalsRow]) -> dict[str, int]:
    empty = [r for r in cells if r.party == VACANT]
    told = {"won": [r.seats for r in empty], "after": [r.after for r in empty]}
    return {k: n for k, values in told.items() if (n := next((v for v in values if v), 0))}


def _lacks(file: str, header: list[str]) -> str:
    by_totals = "council" in header and {"seats", "after"} & set(header)
    wanted = ["council", "party"] if by_totals else [BALLOT[0], "party", "votes"]
    missing = [c for c in wanted if c not in header and not (c == BALLOT[0] and BALLOT[1] in header)]
    return (
        f"{at(file, 1)}: lacks the column {', '.join(missing)}; a file of results has "
        "ballot_paper_id,party,votes (one row per candidate) or Democracy Club's columns, a file of council totals "
        "council,party,seats"
    )
