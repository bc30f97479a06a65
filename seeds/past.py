"""What a pack knows of earlier elections: councils' histories, and earlier results of wards and of wards alike."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from seeds.cells import parse_counts, parse_shares, parse_votes
from seeds.rows import Row, rows
from seeds.types import CouncilHistory, EarlierResult, Likeness, Unit


def read_history(folder: Path, councils: set[str]) -> dict[str, list[CouncilHistory]]:
    """Earlier elections of councils, by council."""
    out: dict[str, list[CouncilHistory]] = {}
    file = folder / "history.csv"
    if not file.is_file():
        return out
    for r in rows(file, "council,date,contests,seats,shares,basis,stood,won"):
        out.setdefault(r.key("council", councils), []).append(
            CouncilHistory(
                date=r.read("date", dt.date.fromisoformat),
                contests=r.read_opt("contests", int),
                seats=r.read_opt("seats", int),
                shares=r.read_opt("shares", parse_shares) or {},
                stood=r.read_opt("stood", parse_counts) or {},
                won=r.read_opt("won", parse_counts) or {},
                basis=r.cells["basis"] or "top",  # type: ignore[arg-type]
            )
        )
    return out


def read_earlier(folder: Path, *, latest: bool = False) -> dict[str, list[EarlierResult]]:
    """Earlier results by ballot; ``latest`` reads only the latest of each whose votes are known."""
    out: dict[str, list[EarlierResult]] = {}
    file = folder / "earlier.csv"
    if not file.is_file():
        return out
    table = rows(file, "ballot_id,date,seats,unit,votes,electorate,turnout,matched_by")
    if latest:
        last: dict[str, Row] = {}
        for r in table:
            before = last.get(r.cells["ballot_id"])
            if r.cells["unit"] == "votes" and (before is None or before.cells["date"] < r.cells["date"]):
                last[r.cells["ballot_id"]] = r
        table = iter(last.values())
    for r in table:
        out.setdefault(r.text("ballot_id"), []).append(
            EarlierResult(
                date=r.read("date", dt.date.fromisoformat),
                votes=r.read("votes", parse_votes),
                seats=r.read("seats", int),
                unit=r.choice("unit", Unit),
                electorate=r.read_opt("electorate", int),
                turnout=r.read_opt("turnout", float),
                matched_by=r.text("matched_by"),
            )
        )
    return out


def read_alike(folder: Path) -> dict[str, list[EarlierResult]]:
    """Earlier results of wards like tonight's, by ballot."""
    out: dict[str, list[EarlierResult]] = {}
    file = folder / "alike.csv"
    if not file.is_file():
        return out
    for r in rows(file, "ballot_id,date,seats,votes,likeness"):
        out.setdefault(r.text("ballot_id"), []).append(
            EarlierResult(
                date=r.read("date", dt.date.fromisoformat),
                votes=r.read("votes", parse_votes),
                seats=r.read("seats", int),
                matched_by=r.choice("likeness", Likeness),
            )
        )
    return out
