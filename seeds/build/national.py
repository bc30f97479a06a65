"""National figures known before a polling day: polls, monthly means, published shares of earlier years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from seeds.errors import SourceError, at
from seeds.frame import GENERAL_DAYS
from seeds.readers.night2012 import table
from seeds.types import NationalShare, Poll

#: Column of ``monthly_averages.csv`` -> party. SDP and Change UK are left out: the sheet hardly has them.
_MONTHLY = {"Conservative": "Con", "Labour": "Lab", "LD": "LD", "UKIP": "UKIP", "Green": "Grn"}
#: The column BXP is the Brexit Party until it took the name Reform UK in January 2021.
_RENAMED = dt.date(2021, 1, 1)


def _rows(file: Path, columns: str) -> Iterator[tuple[int, dict[str, str]]]:
    return table(file, columns, "the raw data live in polls and national")


def _percent(file: Path, line: int, row: dict[str, str], columns: dict[str, str], scale: float) -> dict[str, float]:
    out = {}
    for column, party in columns.items():
        if row.get(column):
            try:
                out[party] = round(float(row[column]) * scale, 2)
            except ValueError:
                raise SourceError(f"{at(file, line, column)}: '{row[column]}' is not a number") from None
    return out


def polls_before(folder: Path, election: dt.date, since: dt.date) -> list[Poll]:
    """Single polls whose fieldwork began on or after ``since`` and ended before ``election``, by date of end.

    The source gives three parties only (to 2021); the rest is unknown, not zero.
    """
    file = folder / "pollbase_polls.csv"
    out = []
    for line, row in _rows(file, "start,end,pollster,n,con,lab,lib"):
        start, end = (dt.date.fromisoformat(row[c]) for c in ("start", "end"))
        if since <= start and end < election:
            shares = _percent(file, line, row, {"con": "Con", "lab": "Lab", "lib": "LD"}, 100)
            out.append(Poll(start, end, row["pollster"], int(float(row["n"])) if row["n"] else None, shares))
    return sorted(out, key=lambda p: (p.end, p.start, p.pollster))


def monthly_means(folder: Path, election: dt.date, since: dt.date) -> list[Poll]:
    """Means of the months that ended before the month of ``election``, from the month of ``since``.

    Reads the sheet with its blanks, not the copy of it in which missing values were filled in. The month of a general
    election stands twice in it, before and after polling day.
    """
    file = folder / "monthly_averages.csv"
    out: list[Poll] = []
    for line, row in _rows(file, "Month,BXP," + ",".join(_MONTHLY)):
        try:
            first = dt.datetime.strptime(row["Month"], "%b-%y").date()
        except ValueError:
            continue  # rows of general elections stand between the months
        after = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
        shares = _percent(file, line, row, {**_MONTHLY, "BXP": "Ref" if first >= _RENAMED else "Brexit"}, 1)
        if shares and since.replace(day=1) <= first and after <= election.replace(day=1):
            day = GENERAL_DAYS.get(first.year)
            if day and out and out[-1].start == first:
                out[-1] = replace(out[-1], end=day - dt.timedelta(days=1))
                first = day + dt.timedelta(days=1)
            out.append(Poll(first, after - dt.timedelta(days=1), "monthly mean", None, shares))
    return out


def national_before(folder: Path, year: int) -> list[NationalShare]:
    """Projected national shares and national equivalent votes of the years before ``year``."""
    out = []
    file = folder / "nev_1979_2023.csv"
    columns = {"con": "Con", "lab": "Lab", "ld": "LD", "others": "Oth"}
    for line, row in _rows(file, "year,con,lab,ld,others"):
        if int(row["year"]) < year:
            out.append(NationalShare(int(row["year"]), "NEV", _percent(file, line, row, columns, 100)))
    file = folder / "pns_nev.csv"
    columns = {"con": "Con", "lab": "Lab", "ld": "LD", "ukip": "UKIP", "reform": "Ref", "green": "Grn", "others": "Oth"}
    for line, row in _rows(file, "year,series,con,lab,ld,ukip,reform,green,others,note"):
        known = {(n.year, n.series) for n in out}
        if int(row["year"]) < year and (int(row["year"]), row["series"]) not in known:
            shares = _percent(file, line, row, columns, 1)
            out.append(NationalShare(int(row["year"]), row["series"], shares, row["note"]))  # type: ignore[arg-type]
    known = {(n.year, n.series) for n in out}
    file = folder / "national_lines.csv"
    columns = {"con": "Con", "lab": "Lab", "ld": "LD", "ukip": "UKIP", "others": "Oth"}
    for line, row in _rows(file, "year,series,con,lab,ld,ukip,others"):
        if row["series"] == "BBC PNS" and int(row["year"]) < year and (int(row["year"]), "PNS") not in known:
            out.append(NationalShare(int(row["year"]), "PNS", _percent(file, line, row, columns, 1)))
    return sorted(out, key=lambda n: (n.year, n.series))


def single_polls(folder: Path, election: dt.date) -> list[Poll]:
    """The few single polls of 2021 and 2025 whose fieldwork ended before ``election``, within a year."""
    file = folder / "single_polls.csv"
    columns = {"con": "Con", "lab": "Lab", "ld": "LD", "ukip": "UKIP", "reform": "Ref", "green": "Grn", "snp": "SNP"}
    out = []
    for line, row in _rows(file, "start,end,pollster,n," + ",".join(columns)):
        start, end = (dt.date.fromisoformat(row[c]) for c in ("start", "end"))
        if election - dt.timedelta(days=365) <= start and end < election:
            n = int(float(row["n"])) if row["n"] else None
            out.append(Poll(start, end, row["pollster"], n, _percent(file, line, row, columns, 1)))
    return sorted(out, key=lambda p: (p.end, p.start, p.pollster))


#: Parties told apart in general elections; the rest of the vote is "Oth".
GENERAL_PARTIES = {
    "Conservative": "Con",
    "Labour": "Lab",
    "Liberal Democrat": "LD",
    "UK Independence": "UKIP",
    "Green": "Grn",
    "Scottish National": "SNP",
    "Plaid Cymru": "PC",
    "The Brexit Party": "Brexit",
    "Reform UK": "Ref",
}


def general_before(folder: Path, election: dt.date) -> list[NationalShare]:
    """Votes of Great Britain, in percent, at general elections before ``election``, counted from the candidates."""
    out = []
    for year, day in GENERAL_DAYS.items():
        if day >= election or year < 2010:  # the raw data have candidates since 2010
            continue
        file = folder / f"parliament-{year}-constituencies.csv"
        country = {r["constituency_id"]: r["country"] for _, r in _rows(file, "constituency_id,country")}
        votes: dict[str, int] = {}
        file = folder / f"parliament-{year}-candidates.csv"
        for line, row in _rows(file, "constituency_id,party_display_name,votes"):
            if row["constituency_id"] not in country:
                raise SourceError(f"{at(file, line, 'constituency_id')}: is not in the table of constituencies")
            if "ireland" in country[row["constituency_id"]].casefold().replace("-", " "):
                continue
            name = row["party_display_name"]
            party = next((code for start, code in GENERAL_PARTIES.items() if name.startswith(start)), "Oth")
            votes[party] = votes.get(party, 0) + int(float(row["votes"] or 0))
        total = sum(votes.values())
        order = [*GENERAL_PARTIES.values(), "Oth"]
        shares = {p: round(100 * votes[p] / total, 2) for p in order if votes.get(p)}
        out.append(NationalShare(year, "GE", shares, "Great Britain, all votes"))
    return out
