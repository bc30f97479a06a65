"""Read an election pack: embedded ones by key, a user's own by path. The format: ``docs/pack-format.md``."""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from collections.abc import Collection
from os import PathLike
from pathlib import Path

from seeds.cells import parse_counts, parse_shares, parse_votes, parse_whole
from seeds.checks import check_council, check_shares
from seeds.errors import PackError
from seeds.memory import all_kept
from seeds.outcome import ContestResult, CouncilResult, Outcome
from seeds.past import read_alike, read_earlier, read_history
from seeds.rows import rows
from seeds.types import (
    Contest,
    Council,
    CouncilType,
    Detail,
    Election,
    NationalShare,
    Party,
    Poll,
    Rule,
    Status,
)

PACKS = Path(__file__).parent / "packs"


def embedded() -> list[str]:
    """Keys of the embedded packs, in order of date."""
    return sorted(p.parent.name for p in PACKS.glob("*/election.toml"))


def find(pack: str | Path) -> Path:
    """Folder of an embedded pack (by key) or of a user's own (by path).

    Raises
    ------
    PackError
        If there is no such pack; the message lists the embedded ones.
    """
    if not isinstance(pack, str | PathLike):
        raise PackError(f"{pack!r}: is no election pack; give a key ({', '.join(embedded())}) or a folder's path")
    for folder in (PACKS / str(pack), Path(pack)):
        if (folder / "election.toml").is_file():
            return folder
    raise PackError(
        f"{pack}: no such election pack. Embedded: {', '.join(embedded())}; "
        "or give a folder that holds an election.toml."
    )


def _digest(folder: Path) -> str:
    """Hash of everything known before the polls closed (not of ``outcome/``)."""
    h = hashlib.sha256()
    for file in sorted(p for p in folder.iterdir() if p.suffix in {".csv", ".toml"}):
        h.update(file.name.encode() + b"\0" + file.read_bytes())
    return h.hexdigest()


def read_polls(folder: Path, parties: Collection[str]) -> tuple[Poll, ...]:
    """The polls of a pack's folder, whose parties are these.

    Raises
    ------
    PackError
        Naming file, row and column of what is missing or wrong.
    """
    out = []
    for r in rows(folder / "polls.csv", "start,end,pollster,n,shares"):
        poll = Poll(
            r.read("start", dt.date.fromisoformat),
            r.read("end", dt.date.fromisoformat),
            r.text("pollster"),
            r.read_opt("n", parse_whole),
            r.read("shares", parse_shares),
        )
        if poll.end < poll.start:
            raise r.fail("end", f"{poll.end} is before the poll's first day, {poll.start}")
        check_shares(r, "shares", poll.shares, parties)
        out.append(poll)
    return tuple(out)


def read_national(folder: Path, parties: Collection[str]) -> tuple[NationalShare, ...]:
    """The national shares of earlier years of a pack's folder, whose parties are these.

    Raises
    ------
    PackError
        Naming file, row and column of what is missing or wrong.
    """
    out = []
    for r in rows(folder / "national.csv", "year,series,shares,note"):
        shares = r.read("shares", parse_shares)
        check_shares(r, "shares", shares, parties)
        out.append(NationalShare(r.read("year", parse_whole), r.text("series"), shares, r.cells["note"]))  # type: ignore[arg-type]
    return tuple(out)


def read_parties(folder: Path) -> dict[str, Party]:
    """The parties of a pack's folder, by code."""
    return {
        r.text("code"): Party(r.text("code"), r.text("name"), r.text("family"))  # type: ignore[arg-type]
        for r in rows(folder / "parties.csv", "code,name,family")
    }


@all_kept()
def load_election(pack: str | Path, *, desk: bool = False) -> Election:
    """Load what was known before the polls closed.

    Parameters
    ----------
    pack
        Key of an embedded pack ("2012") or path of a pack's folder.
    desk
        Leave out what only a projection needs (councils' histories, polls, national shares, the frame, seats defended,
        all but a ward's latest votes), for whoever takes down results and must answer at once.

    Raises
    ------
    PackError
        Naming file, row and column of what is missing or wrong.
    """
    from seeds.census import with_census  # these read tables as this module does, and so import it
    from seeds.defended import load_defended
    from seeds.frame import load_frame
    from seeds.incumbents import with_incumbents

    folder = find(pack)
    try:
        meta = tomllib.loads((folder / "election.toml").read_text(encoding="utf-8"))
        key, name, scope = meta["key"], meta["name"], meta["scope"]
        date = meta["date"] if isinstance(meta["date"], dt.date) else dt.date.fromisoformat(meta["date"])
    except ValueError as why:  # not TOML, not UTF-8, or a date that is none
        raise PackError(f"{folder / 'election.toml'}: {why}") from None
    except KeyError as why:
        raise PackError(f"{folder / 'election.toml'}: lacks {why}") from None
    parties = read_parties(folder)
    council_rows = list(
        rows(
            folder / "councils.csv",
            "council,name,gss,nation,region,type,cycle,detail,electorate,seats_total,seats_up,seats_before,held_over,"
            "control_before,note",
        )
    )
    slugs: set[str] = set()
    for r in council_rows:
        if r.text("council") in slugs:
            raise r.fail("council", f"'{r.text('council')}' stands twice")
        slugs.add(r.text("council"))
    history = {} if desk else read_history(folder, slugs)
    councils = {
        r.text("council"): Council(
            council=r.text("council"),
            name=r.text("name"),
            nation=r.text("nation"),
            region=r.text("region"),
            type=r.choice("type", CouncilType),
            detail=r.choice("detail", Detail),
            seats_total=r.read_opt("seats_total", parse_whole),
            seats_up=r.read_opt("seats_up", parse_whole),
            gss=r.opt("gss"),
            cycle=r.opt("cycle"),
            electorate=r.read_opt("electorate", parse_whole),
            seats_before=r.read_opt("seats_before", parse_counts),
            held_over=r.read_opt("held_over", parse_counts),
            control_before=r.opt("control_before"),
            history=tuple(sorted(history.get(r.text("council"), []), key=lambda h: h.date)),
            note=r.cells["note"],
        )
        for r in council_rows
    }
    for r in council_rows:
        check_council(r, councils[r.text("council")], parties)
    earlier = read_earlier(folder, latest=desk)
    alike = {} if desk else read_alike(folder)
    contests: dict[str, Contest] = {}
    for r in rows(
        folder / "contests.csv",
        "ballot_id,council,ward,ward_gss,rule,seats,electorate,by_election,status,standing,note",
    ):
        ballot = r.text("ballot_id")
        if ballot in contests:
            raise r.fail("ballot_id", f"'{ballot}' stands twice")
        seats = r.read("seats", parse_whole)
        if seats < 1:
            raise r.fail("seats", f"'{seats}' is no number of seats to fill")
        standing = r.read_opt("standing", parse_counts) or {}
        unknown = [p for p in standing if p not in parties]
        if unknown:
            raise r.fail("standing", f"party '{unknown[0]}' is not in parties.csv")
        contests[ballot] = Contest(
            ballot_id=ballot,
            council=r.key("council", councils),
            ward=r.text("ward"),
            seats=seats,
            standing=standing,
            rule=r.choice("rule", Rule),
            ward_gss=r.opt("ward_gss"),
            electorate=r.read_opt("electorate", parse_whole),
            by_election=r.cells["by_election"] == "1",
            status=r.choice("status", Status),
            earlier=tuple(sorted(earlier.pop(ballot, []), key=lambda e: e.date)),
            alike=tuple(sorted(alike.pop(ballot, []), key=lambda e: e.date)),
            note=r.cells["note"],
        )
    for table, left in (("earlier.csv", earlier), ("alike.csv", alike)):
        if left:
            raise PackError(f"{folder / table}: ballot '{next(iter(left))}' is not in contests.csv")
    if not desk:
        contests = with_incumbents(folder, contests, date)
        councils, contests = with_census(folder, councils, contests)
    return Election(
        key=str(key),
        name=name,
        date=date,
        parties=parties,
        councils=councils,
        contests=contests,
        polls=() if desk else read_polls(folder, parties),
        national=() if desk else read_national(folder, parties),
        scope=scope,
        sources=tuple(f"{s['table']}: {s['origin']} ({s['licence']}). {s['credit']}" for s in meta.get("source", [])),
        sha256=_digest(folder),
        frame=() if desk else load_frame(folder),
        defended=() if desk else load_defended(folder, councils),
    )


def load_outcome(pack: str | Path) -> Outcome:
    """Load the result of a past election. Only replays and backtests call this.

    Raises
    ------
    PackError
        If the pack has no ``outcome/`` or a table in it is malformed.
    """
    folder = find(pack) / "outcome"
    if not folder.is_dir():
        raise PackError(f"{folder.parent}: has no outcome/; a night that has not happened cannot be replayed")
    contests = {
        r.text("ballot_id"): ContestResult(
            ballot_id=r.text("ballot_id"),
            votes=r.read_opt("votes", parse_votes) or {},
            elected=r.read_opt("elected", parse_counts) or {},
            unit=r.cells["unit"] or "votes",  # type: ignore[arg-type]
            electorate=r.read_opt("electorate", parse_whole),
            ballots=r.read_opt("ballots", int),
            turnout=r.read_opt("turnout", float),
            note=r.cells["note"],
        )
        for r in rows(folder / "results.csv", "ballot_id,unit,votes,elected,electorate,ballots,turnout,note")
    }
    councils = {
        r.text("council"): CouncilResult(
            council=r.text("council"),
            seats_won=r.read_opt("seats_won", parse_counts),
            seats_after=r.read_opt("seats_after", parse_counts),
            control_after=r.opt("control_after"),
            shares=r.read_opt("shares", parse_shares) or {},
            basis=r.cells["basis"] or "top",
            turnout=r.read_opt("turnout", float),
            declared_at=r.read_opt("declared_at", dt.datetime.fromisoformat),
            time_known=r.cells["time_known"] == "1",
            time_source=r.cells["time_source"],
            note=r.cells["note"],
        )
        for r in rows(
            folder / "councils.csv",
            "council,seats_won,seats_after,control_after,shares,basis,turnout,declared_at,time_known,time_source,note",
        )
    }
    national = {
        r.text("series"): r.read("shares", parse_shares) for r in rows(folder / "national.csv", "series,shares,note")
    }
    return Outcome(folder.parent.name, contests, councils, tuple(councils), national)
