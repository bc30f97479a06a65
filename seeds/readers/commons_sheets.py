"""Sheets and columns of the Commons Library's workbooks: their names differ between years, and are found by parts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seeds.errors import SourceError, at
from seeds.readers.contest import read_bytes

#: What each column's name begins with, in any year, of the sheet of candidates and of the sheet of wards; or, with "=",
#: what it is: "Votes (%)" is no column of votes.
_PLACE = {
    "ward": ("ward/ed name", "ward/ county", "ward name", "ward/division name", "ward="),
    "code": ("ward/ed code", "ons ward code", "ward code", "ward/division code"),
    "upper": ("county name", "upper tier authority", "county="),
    "lower": ("local authority name", "lower tier authority", "local authority=", "council name"),
}
_CANDIDATES = {
    **_PLACE,
    "name": ("candidate name", "candidate="),
    "party": ("party name", "party="),
    "votes": ("votes=", "votes cast="),
    "elected": ("elected=",),
}
_WARDS = {
    **_PLACE,
    "type": ("type", "local authority type"),
    "seats": ("vacancies", "seats"),
}
_OPTIONAL = {
    "electorate": ("electorate",),
    "turnout": ("turnout",),
    "ballots": ("ballots",),
    "lower_code": ("local authority code",),
    "sits": ("incumbent", "inumbent"),  # so in 2021
}
#: The header is one of so many rows from the top; what stands above it names the year.
_TOP = 10


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: what stands above its header, where its columns are, and its rows with their numbers."""

    title: str
    columns: dict[str, int]
    rows: list[tuple[int, tuple[Any, ...]]]


def _find(header: list[str], names: tuple[str, ...]) -> int | None:
    """Place of the column that has one of these names, else of the first that begins with one."""
    exact = [i for n in names for i, c in enumerate(header) if c == n.removesuffix("=")]
    begun = [i for n in names if not n.endswith("=") for i, c in enumerate(header) if c.startswith(n)]
    return next(iter([*exact, *begun]), None)


def _sheet(file: Path, name: str, rows: list[tuple[Any, ...]], wanted: dict[str, tuple[str, ...]]) -> Sheet:
    best: tuple[list[str], int] | None = None
    for number, row in enumerate(rows[:_TOP], start=1):
        header = [" ".join(str(c or "").casefold().split()) for c in row]
        found = {k: _find(header, names) for k, names in {**wanted, **_OPTIONAL}.items()}
        lacking = [k for k in wanted if found[k] is None]
        if not lacking:
            title = " ".join(str(c) for above in rows[: number - 1] for c in above if c is not None)
            columns = {k: i for k, i in found.items() if i is not None}
            return Sheet(title, columns, list(enumerate(rows, start=1))[number:])
        if best is None or len(lacking) < len(best[0]):
            best = lacking, number
    lacking, number = best if best is not None else (list(wanted), 1)
    names = " or ".join(n.removesuffix("=") for n in wanted[lacking[0]])
    raise SourceError(f"{at(file, number)} of sheet '{name}': lacks a column named {names}")


def sheets(file: Path) -> tuple[Sheet, Sheet]:
    """The sheets of candidates and of wards of a workbook.

    Raises
    ------
    SourceError
        If the file is no workbook, or lacks a sheet or a column.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    read_bytes(file)
    try:
        book = CalamineWorkbook.from_path(str(file))
    except CalamineError as why:
        raise SourceError(f"{file}: is not a workbook that can be read ({why})") from None
    out = []
    for begins, wanted in (("candidate", _CANDIDATES), ("ward", _WARDS)):
        title = next((t for t in book.sheet_names if t.casefold().startswith(begins)), None)
        if title is None:
            told = ", ".join(book.sheet_names)
            raise SourceError(f"{file}: has no sheet of candidates and one of wards; sheets: {told}")
        rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
        out.append(_sheet(file, title, [tuple(None if c == "" else c for c in row) for row in rows], wanted))
    return out[0], out[1]
