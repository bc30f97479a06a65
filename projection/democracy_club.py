"""Democracy Club's results CSV as one row per candidate in the plain layout.

Known columns: ``ballot_paper_id``, ``party_id``, ``party_name``, ``person_name``, ``votes_cast``; optional ``elected``,
``tied_vote_winner``, ``cancelled_poll``, ``total_electorate``, ``turnout_reported``, ``turnout_percentage``. All
others are passed over, and so are rows of other elections (mayors, Parliament, another day), of contests that the pack
counts by other rules or without a poll, and of contests in which nobody's votes are in yet.
"""

from __future__ import annotations

from projection.tables import Row, Table
from seeds.labels import party_by_id
from seeds.types import Election

#: Their column -> ours.
_OURS = {
    "ballot_paper_id": "ballot_paper_id",
    "votes_cast": "votes",
    "elected": "elected",
    "person_name": "candidate",
    "total_electorate": "electorate",
    "turnout_reported": "ballots",
    "turnout_percentage": "turnout",
}
_TRUE = {"t", "true", "1", "yes", "y"}


def is_democracy_club(table: Table) -> bool:
    """Whether a table's header is theirs."""
    header = set(table.header)
    return {"ballot_paper_id", "votes_cast"} <= header and bool({"party_name", "party_id"} & header)


def from_democracy_club(election: Election, table: Table) -> tuple[Table, set[str], int]:
    """The table in our layout, the ballots whose polls were cancelled, and how many rows were passed over."""
    by_ballot: dict[str, list[Row]] = {}
    for row in table.rows:
        by_ballot.setdefault(row.cells["ballot_paper_id"], []).append(row)
    rows: list[Row] = []
    cancelled: set[str] = set()
    passed_over = 0
    for ballot, own in by_ballot.items():
        contest = election.contests.get(ballot)
        elsewhere = contest is None and not _ours(ballot, election)
        if elsewhere or (contest is not None and (contest.status != "poll" or contest.rule != "plurality")):
            passed_over += len(own)
        elif contest is not None and any(r.cells.get("cancelled_poll", "").casefold() in _TRUE for r in own):
            cancelled.add(ballot)
            passed_over += len(own)
        elif not any(r.cells["votes_cast"] for r in own):
            passed_over += len(own)
        else:
            rows.extend(_plain(r, own, election) for r in own)
    header = [ours for theirs, ours in _OURS.items() if theirs in table.header]
    return Table(table.file, [*header, "party"], rows), cancelled, passed_over


def _ours(ballot: str, election: Election) -> bool:
    """Whether a ballot looks like a council's contest of this day: then the pack should know it."""
    parts = ballot.split(".")
    elsewhere = {"mayor", "pcc", "parl", "sp", "senedd", "naw", "nia", "gla", "europarl", "ref"}
    return not (parts[0] in elsewhere or (parts[0] == "local" and parts[-1] != election.date.isoformat()))


def _plain(row: Row, own: list[Row], election: Election) -> Row:
    cells = {ours: row.cells[theirs] for theirs, ours in _OURS.items() if theirs in row.cells}
    if row.cells.get("tied_vote_winner", "").casefold() in _TRUE:
        cells["elected"] = "t"
    # Rows say nothing of who is elected before it is entered for any of them.
    if "elected" in cells and not cells["elected"] and any(r.cells.get("elected") for r in own):
        cells["elected"] = "f"
    code = party_by_id(row.cells.get("party_id", ""))
    if code is not None and code in election.parties:
        cells["party"] = code
    else:
        cells["party"] = row.cells.get("party_name") or row.cells.get("party_id", "")
    names = {ours: theirs for theirs, ours in _OURS.items()} | {"party": "party_name"}
    return Row(row.file, row.number, cells, names)
