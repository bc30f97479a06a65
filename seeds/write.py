"""Write an election pack: the loaders' inverse. The format: ``docs/pack-format.md``.

Bytes are deterministic: UTF-8, ``\\n`` line ends, rows in the order given by the caller (the build sorts them).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from seeds.cells import format_numbers, format_votes
from seeds.census import CENSUS, CENSUS_COLUMNS
from seeds.incumbents import INCUMBENTS, INCUMBENTS_COLUMNS
from seeds.outcome import Outcome
from seeds.types import Contest, Council, Election, Votes

#: The largest table that may be embedded, in bytes.
LARGEST = 1_400_000


@dataclass(frozen=True, slots=True)
class Source:
    """Where a table comes from. ``sha256`` is the hash of the files that it was built from."""

    table: str
    origin: str
    licence: str
    credit: str
    sha256: str


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.10g}"
    return str(value)


def write_csv(file: Path, columns: str, rows: Iterable[Sequence[object]]) -> None:
    """Write one table. None is written blank, True as 1, dates as ISO."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns.split(","))
    writer.writerows([_cell(v) for v in row] for row in rows)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(out.getvalue().encode("utf-8"))


def rounded(shares: Mapping[str, float], places: int = 2) -> dict[str, float]:
    """Shares as a table keeps them: a hundredth of a point is finer than any use of them."""
    return {party: round(value, places) for party, value in shares.items()}


def _numbers(values: Mapping[str, float] | None) -> str:
    return "" if values is None else format_numbers(values)


def _votes(votes: Votes) -> str:
    return format_votes(votes)


def _toml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _council_row(c: Council) -> list[object]:
    return [
        c.council,
        c.name,
        c.gss,
        c.nation,
        c.region,
        c.type,
        c.cycle,
        c.detail,
        c.electorate,
        c.seats_total,
        c.seats_up,
        _numbers(c.seats_before),
        # That no seat is held over must survive a round trip: a blank cell would mean unknown.
        "none" if c.held_over is not None and not c.held_over else _numbers(c.held_over),
        c.control_before,
        c.note,
    ]


def _contest_row(c: Contest) -> list[object]:
    return [
        c.ballot_id,
        c.council,
        c.ward,
        c.ward_gss,
        c.rule,
        c.seats,
        c.electorate,
        c.by_election,
        c.status,
        _numbers(c.standing),
        c.note,
    ]


def write_election(folder: Path, election: Election, sources: Sequence[Source]) -> None:
    """Write everything that was known before the polls closed.

    Councils, contests, polls and national figures are written in the order in which ``election`` holds them.
    """
    head = [
        f"key = {_toml(election.key)}",
        f"name = {_toml(election.name)}",
        f"date = {election.date.isoformat()}",
        f"scope = {_toml(election.scope)}",
    ]
    for s in sources:
        head += ["", "[[source]]"]
        head += [f"{k} = {_toml(getattr(s, k))}" for k in ("table", "origin", "licence", "credit", "sha256")]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "election.toml").write_bytes(("\n".join(head) + "\n").encode("utf-8"))
    write_csv(
        folder / "parties.csv", "code,name,family", [(p.code, p.name, p.family) for p in election.parties.values()]
    )
    write_csv(
        folder / "councils.csv",
        "council,name,gss,nation,region,type,cycle,detail,electorate,seats_total,seats_up,seats_before,held_over,"
        "control_before,note",
        [_council_row(c) for c in election.councils.values()],
    )
    write_csv(
        folder / "contests.csv",
        "ballot_id,council,ward,ward_gss,rule,seats,electorate,by_election,status,standing,note",
        [_contest_row(c) for c in election.contests.values()],
    )
    write_csv(
        folder / "earlier.csv",
        "ballot_id,date,seats,unit,votes,electorate,turnout,matched_by",
        [
            (c.ballot_id, e.date, e.seats, e.unit, _votes(e.votes), e.electorate, e.turnout, e.matched_by)
            for c in election.contests.values()
            for e in c.earlier
        ],
    )
    alike = [
        (c.ballot_id, e.date, e.seats, _votes(e.votes), e.matched_by)
        for c in election.contests.values()
        for e in c.alike
    ]
    if alike:
        write_csv(folder / "alike.csv", "ballot_id,date,seats,votes,likeness", alike)
    sitting = [(c.ballot_id, election.date, c.incumbents) for c in election.contests.values()]
    sitting += [(c.ballot_id, e.date, e.incumbents) for c in election.contests.values() for e in c.earlier]
    if any(counts for _, _, counts in sitting):
        write_csv(
            folder / INCUMBENTS,
            INCUMBENTS_COLUMNS,
            [(ballot, day, _numbers(counts)) for ballot, day, counts in sitting if counts],
        )
    census = [(c.council, "", c.census) for c in election.councils.values()]
    census += [(c.council, c.ballot_id, c.census) for c in election.contests.values()]
    if any(found for _, _, found in census):
        write_csv(
            folder / CENSUS,
            CENSUS_COLUMNS,
            [
                (council, ballot, c.degree, c.apprentice, c.other, c.matched_by)
                for council, ballot, c in census
                if c is not None
            ],
        )
    write_csv(
        folder / "history.csv",
        "council,date,contests,seats,shares,basis,stood,won",
        [
            (c.council, h.date, h.contests, h.seats, _numbers(h.shares), h.basis, _numbers(h.stood), _numbers(h.won))
            for c in election.councils.values()
            for h in c.history
        ],
    )
    write_csv(
        folder / "polls.csv",
        "start,end,pollster,n,shares",
        [(p.start, p.end, p.pollster, p.n, _numbers(p.shares)) for p in election.polls],
    )
    write_csv(
        folder / "national.csv",
        "year,series,shares,note",
        [(n.year, n.series, _numbers(n.shares), n.note) for n in election.national],
    )


def write_outcome(folder: Path, outcome: Outcome) -> None:
    """Write the result into ``folder/outcome``; councils in the order of declaration."""
    place = folder / "outcome"
    write_csv(
        place / "results.csv",
        "ballot_id,unit,votes,elected,electorate,ballots,turnout,note",
        [
            (r.ballot_id, r.unit, _votes(r.votes), _numbers(r.elected), r.electorate, r.ballots, r.turnout, r.note)
            for r in outcome.contests.values()
        ],
    )
    write_csv(
        place / "councils.csv",
        "council,seats_won,seats_after,control_after,shares,basis,turnout,declared_at,time_known,time_source,note",
        [
            (
                key,
                _numbers(c.seats_won),
                _numbers(c.seats_after),
                c.control_after,
                _numbers(c.shares),
                c.basis,
                c.turnout,
                c.declared_at.isoformat() if c.declared_at else None,
                c.time_known,
                c.time_source,
                c.note,
            )
            for key, c in ((k, outcome.councils[k]) for k in outcome.order)
        ],
    )
    write_csv(
        place / "national.csv",
        "series,shares,note",
        [(series, _numbers(shares), "") for series, shares in outcome.national.items()],
    )
