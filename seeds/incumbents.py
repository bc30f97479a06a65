"""Which candidates sit on the council already: a side table of a pack, by ballot and date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from seeds.cells import parse_counts
from seeds.pack import rows
from seeds.types import Contest

INCUMBENTS = "incumbents.csv"
INCUMBENTS_COLUMNS = "ballot_id,date,incumbents"


def with_incumbents(folder: Path, contests: Mapping[str, Contest], date: dt.date) -> dict[str, Contest]:
    """Contests with what the table tells of tonight's and of earlier candidates; as they are without it.

    Parameters
    ----------
    folder
        Of the pack.
    contests
        Tonight's, by ballot id.
    date
        Polling day. A row of another date is of the ballot's earlier contest of that date.

    Raises
    ------
    PackError
        Naming file, row and column of what is missing or wrong.
    """
    file = folder / INCUMBENTS
    out = dict(contests)
    if not file.is_file():
        return out
    for r in rows(file, INCUMBENTS_COLUMNS):
        ballot, day = r.key("ballot_id", contests), r.read("date", dt.date.fromisoformat)
        counts = r.read_opt("incumbents", parse_counts) or {}
        contest = out[ballot]
        if day == date:
            more = [p for p, n in counts.items() if n > contest.standing.get(p, 0)]
            if more:
                raise r.fail("incumbents", f"more of '{more[0]}' than stand there tonight")
            out[ballot] = replace(contest, incumbents=counts)
            continue
        if not any(e.date == day for e in contest.earlier):
            raise r.fail("date", f"the ballot has no earlier contest of {day} in earlier.csv")
        earlier = tuple(replace(e, incumbents=counts) if e.date == day else e for e in contest.earlier)
        out[ballot] = replace(contest, earlier=earlier)
    return out
