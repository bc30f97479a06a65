"""Read and check declarations: every row, nothing half taken.

Two layouts, told apart by their header (``docs/declarations.md``):

* one row per candidate: ``ballot_paper_id`` (or ``ballot_id``), ``party``, ``votes``; optional ``candidate`` and
  ``elected``;
* councils known only by their totals: ``council``, ``party``, ``seats``; optional ``share`` (percent of the vote).
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from models.types import CouncilTotals, Declared
from projection.contests import ContestRow, check_contest
from projection.tables import Problems, Row, frame_rows, read_rows
from seeds.errors import DeclarationError, at
from seeds.types import Council, Election, Votes

BALLOT = ("ballot_paper_id", "ballot_id")
VACANT = "vacant"
_WHOLE = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,12})?")
_ELECTED = {"true": True, "t": True, "yes": True, "y": True, "1": True, "elected": True}
_NOT_ELECTED = {"false": False, "f": False, "no": False, "n": False, "0": False, "not elected": False}


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
    problems = Problems()
    names = _party_names(election)
    contests: dict[str, list[ContestRow]] = {}
    totals: dict[str, list[tuple[Row, str, int, float | None]]] = {}
    spoilt: set[str] = set()
    for file, header, rows in tables:
        ballot = next((c for c in BALLOT if c in header), None)
        if ballot and {"party", "votes"} <= set(header):
            for row in rows:
                _contest_row(election, names, row, ballot, contests, spoilt, problems)
        elif {"council", "party", "seats"} <= set(header):
            slugs = _council_names(election)
            for row in rows:
                _totals_row(election, names, slugs, row, totals, spoilt, problems)
        else:
            raise DeclarationError(_lacks(file, header))
    votes: dict[str, Votes] = {}
    lots: dict[str, Mapping[str, int]] = {}
    for key, lines in contests.items():
        if key not in spoilt and (taken := check_contest(election.contests[key], lines, problems)):
            votes[key] = taken.votes
            if taken.lot:
                lots[key] = taken.lot
    councils = {}
    for key, cells in totals.items():
        if key not in spoilt and (total := _check_totals(election.councils[key], cells, problems)):
            councils[key] = total
    problems.raise_if_any()
    return Declared(contests=votes, councils=councils, lots=lots)


def _lacks(file: str, header: list[str]) -> str:
    wanted = (
        ["council", "party", "seats"] if "council" in header and "seats" in header else [BALLOT[0], "party", "votes"]
    )
    missing = [c for c in wanted if c not in header and not (c == BALLOT[0] and BALLOT[1] in header)]
    return (
        f"{at(file, 1)}: lacks the column {', '.join(missing)}; a file of results has "
        "ballot_paper_id,party,votes (one row per candidate), a file of council totals council,party,seats"
    )


def _party_names(election: Election) -> dict[str, str]:
    """Every way to write a party of this pack, casefolded, to its code; codes win over names."""
    names = {p.name.casefold(): code for code, p in election.parties.items()}
    return names | {code.casefold(): code for code in election.parties}


def _council_names(election: Election) -> dict[str, str]:
    names: dict[str, str] = {}
    for slug, council in election.councils.items():
        names |= {n.casefold(): slug for n in (slug, council.name, council.gss) if n}
    return names


def nearest(name: str, known: Iterable[str], count: int = 3) -> str:
    """``; did you mean A or B?`` with the nearest known names, or nothing where none is near."""
    close = difflib.get_close_matches(name, list(known), n=count, cutoff=0.6)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def _party(
    election: Election, names: Mapping[str, str], row: Row, standing: Iterable[str], problems: Problems
) -> str | None:
    label = row.cells["party"]
    code = names.get(label.casefold())
    if code is not None:
        return code
    known = [*standing, *(election.parties[p].name for p in standing if p in election.parties)]
    what = f"'{label}' is no party of this election" if label else "is blank; name the party"
    problems.add(row, "party", what + ("" if problems.many or not label else nearest(label, known)))
    return None


def _whole(row: Row, column: str, problems: Problems) -> int | None:
    text = row.cells[column]
    if _WHOLE.fullmatch(text):
        return int(text)
    if not text:
        what = "is blank; leave out a contest that has not declared in full"
    elif re.fullmatch(r"[0-9]{10,}", text):
        what = f"{text[:12]}... is too large to be true"
    elif re.fullmatch(r"-[0-9.]+", text):
        what = f"{text} is negative"
    elif re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+", text):
        what = f"'{text}' has a separator; write {text.replace(',', '')}"
    elif re.fullmatch(r"[0-9]*\.[0-9]*", text):
        what = f"{text} is not a whole number"
    else:
        what = f"'{text}' is not a number"
    problems.add(row, column, what)
    return None


def _contest_row(
    election: Election,
    names: Mapping[str, str],
    row: Row,
    column: str,
    contests: dict[str, list[ContestRow]],
    spoilt: set[str],
    problems: Problems,
) -> None:
    """Check one candidate's row; add it to its contest, or spoil the contest."""
    ballot = row.cells[column]
    contest = election.contests.get(ballot)
    if contest is None:
        what = f"'{ballot}' is no ballot of the pack {election.key}" if ballot else "is blank; name the ballot"
        problems.add(row, column, what + ("" if problems.many else nearest(ballot, election.contests)))
        return
    if contest.rule != "plurality" or contest.status != "poll":
        if ballot not in spoilt:
            why = (
                f"is counted by {contest.rule}, which is not built"
                if contest.status == "poll"
                else f"is {contest.status}"
            )
            problems.add(row, column, f"'{ballot}' {why}; leave it out")
        spoilt.add(ballot)
        return
    party = _party(election, names, row, contest.standing, problems)
    if party is not None and party not in contest.standing:
        stood = ", ".join(contest.standing)
        problems.add(row, "party", f"{party} did not stand in {ballot} (standing: {stood})")
        party = None
    votes = _whole(row, "votes", problems)
    word = row.cells.get("elected", "").casefold()
    elected = _ELECTED.get(word, _NOT_ELECTED.get(word))
    if word and elected is None:
        problems.add(row, "elected", f"'{row.cells['elected']}' is neither true nor false")
    if party is None or votes is None or (word and elected is None):
        spoilt.add(ballot)
        return
    contests.setdefault(ballot, []).append(ContestRow(row, party, votes, elected, row.cells.get("candidate", "")))


def _totals_row(
    election: Election,
    names: Mapping[str, str],
    slugs: Mapping[str, str],
    row: Row,
    totals: dict[str, list[tuple[Row, str, int, float | None]]],
    spoilt: set[str],
    problems: Problems,
) -> None:
    """Check one party's row of a council's totals; add it to its council, or spoil the council."""
    label = row.cells["council"]
    slug = slugs.get(label.casefold())
    if slug is None:
        what = f"'{label}' is no council of the pack {election.key}" if label else "is blank; name the council"
        problems.add(row, "council", what + ("" if problems.many else nearest(label.casefold(), slugs)))
        return
    detail = election.councils[slug].detail
    if detail == "later" or detail == "wards":
        if slug not in spoilt:
            why = (
                "its counting is not built; leave it out" if detail == "later" else "declare its wards, which are known"
            )
            problems.add(row, "council", f"'{slug}' cannot be declared by totals: {why}")
        spoilt.add(slug)
        return
    vacant = row.cells["party"].casefold() == VACANT
    party = VACANT if vacant else _party(election, names, row, election.parties, problems)
    seats = _whole(row, "seats", problems)
    text = row.cells.get("share", "")
    share = float(text) if _NUMBER.fullmatch(text) else None
    if text and (share is None or share > 100):
        problems.add(row, "share", f"'{text}' is not a percentage between 0 and 100")
        spoilt.add(slug)
    if party is None or seats is None:
        spoilt.add(slug)
        return
    totals.setdefault(slug, []).append((row, party, seats, share))


def _check_totals(
    council: Council, cells: list[tuple[Row, str, int, float | None]], problems: Problems
) -> CouncilTotals | None:
    """A council's totals, if they add up to the seats that were up."""
    seats: dict[str, int] = {}
    shares: dict[str, float] = {}
    for row, party, number, share in cells:
        if seats.get(party, number) != number or (share is not None and shares.get(party, share) != share):
            problems.add(row, "seats", f"{council.council} has declared {seats[party]} for {party} already; keep one")
            return None
        seats[party] = number
        if share is not None:
            shares[party] = share
    last, total = cells[-1][0], sum(seats.values())
    if council.seats_up is not None and total != council.seats_up:
        hint = f"; give the rest to the party '{VACANT}' if no one holds it" if total < council.seats_up else ""
        problems.add(last, "seats", f"{council.council} adds to {total} seats where {council.seats_up} were up{hint}")
        return None
    if math.fsum(shares.values()) > 100.5:
        problems.add(last, "share", f"the shares of {council.council} add to {math.fsum(shares.values()):.1f}%")
        return None
    seats.pop(VACANT, None)
    return CouncilTotals(seats_won=seats, shares=shares)
