"""Which candidates sit on the council already: a side table of a pack, by ballot and date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from seeds.cells import parse_counts
from seeds.rows import rows
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
    seen: set[tuple[str, dt.date]] = set()
    for r in rows(file, INCUMBENTS_COLUMNS):
        ballot, day = r.key("ballot_id", contests), r.read("date", dt.date.fromisoformat)
        if (ballot, day) in seen:
            raise r.fail("date", f"'{ballot}' stands twice with {day}; leave one of the rows")
        seen.add((ballot, day))
        counts, contest = r.read("incumbents", parse_counts), out[ballot]
        then = next((e.votes for e in contest.earlier if e.date == day), None)
        if then is None and day != date:
            raise r.fail("date", f"the ballot has no earlier contest of {day} in earlier.csv")
        stood = contest.standing if day == date else {p: len(v) for p, v in (then or {}).items()}
        more = [p for p, n in counts.items() if n > stood.get(p, 0)]
        if more:
            when = "stand there tonight" if day == date else f"stood there on {day}"
            raise r.fail("incumbents", f"more of '{more[0]}' than {when}")
        if day == date:
            out[ballot] = replace(contest, incumbents=counts)
            continue
        earlier = tuple(replace(e, incumbents=counts) if e.date == day else e for e in contest.earlier)
        out[ballot] = replace(contest, earlier=earlier)
    return out
