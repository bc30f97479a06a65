"""A person's table of results, as rows of plain text that know where they stand.

Only the form is looked at here: bytes, encoding, header, width of rows. What the rows mean is for
:mod:`projection.declarations`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from seeds.errors import ArgumentError, DeclarationError, at

if TYPE_CHECKING:
    import pandas as pd

#: Problems told in full before the rest is only counted.
TOLD = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``number`` counts lines as an editor does (the header is 1), ``cells`` are stripped text.

    ``names`` are the file's own names of columns that we call otherwise.
    """

    file: str
    number: int
    cells: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """Header and rows of a file; ``problems`` are lines that are no rows, where those are let pass."""

    file: str
    header: list[str]
    rows: list[Row]
    problems: tuple[str, ...] = ()


class Problems:
    """Everything wrong with a file, collected so that a person mends it in one go."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, row: Row, column: str | None, what: str) -> None:
        """Note what is wrong in a column of a row."""
        column = row.names.get(column, column) if column else column
        self.lines.append(f"{at(row.file, row.number, column)}: {what}")

    @property
    def many(self) -> bool:
        """Whether more has been found than will be told, so that costly hints can stop."""
        return len(self.lines) >= TOLD

    def raise_if_any(self) -> None:
        """Raise DeclarationError, one line a problem, if there is any."""
        if not self.lines:
            return
        told = self.lines[:TOLD]
        if len(self.lines) > TOLD:
            told.append(f"and {len(self.lines) - TOLD} more problems; nothing was taken")
        raise DeclarationError("\n".join(told))


def read_file(file: str | Path, *, ragged: bool = False) -> list[Table]:
    """Tables of a CSV or JSON file (told apart by what is in it), UTF-8 with or without a byte order mark.

    Raises
    ------
    DeclarationError
        If the file is missing, empty, binary, not UTF-8, or neither text has its form.
    """
    if not isinstance(file, str | PathLike):
        raise ArgumentError(f"{file!r} is no name of a file of declarations")
    path = Path(file)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise DeclarationError(f"{file}: no such file") from None
    except OSError as why:
        raise DeclarationError(f"{file}: cannot be read ({why.strerror or why})") from None
    return parse_tables(str(file), data, ragged=ragged)


def parse_tables(name: str, data: bytes, *, ragged: bool = False) -> list[Table]:
    """Tables in the bytes of a file or answer called ``name``; raises as :func:`read_file`.

    ``ragged`` lets rows of the wrong width pass as problems of the table: the contests that they are missing from are
    incomplete, and found so.
    """
    text = decode(name, data)
    if text.lstrip()[:15].lower().startswith(("<!doctype html", "<html")):
        raise DeclarationError(f"{name}: is a web page, not CSV or JSON; does it ask for a password, or has it moved?")
    if text.lstrip()[:1] in ("{", "["):
        from projection.json_tables import parse_json

        return parse_json(name, text)
    header, rows, problems = parse_rows(name, text)
    if not ragged:
        problems.raise_if_any()
    if not rows:
        raise DeclarationError(f"{name}: has a header but no rows; it needs one row per candidate")
    return [Table(name, header, rows, tuple(problems.lines))]


def decode(file: str, data: bytes) -> str:
    """Text of a UTF-8 file; raises DeclarationError, saying what to do, for anything else."""
    if data.startswith(b"PK\x03\x04") or data.startswith(b"\xd0\xcf\x11\xe0"):
        raise DeclarationError(f"{file}: is a spreadsheet or archive, not a CSV file; save it as CSV UTF-8")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DeclarationError(f"{file}: is UTF-16 text; save it as CSV UTF-8")
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise DeclarationError(f"{at(file, line)}: holds a zero byte, so this is no text file; save it as CSV UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as why:
        line = data[: why.start].count(b"\n") + 1
        raise DeclarationError(
            f"{at(file, line)}: byte {data[why.start]:#04x} is not UTF-8 (is it Windows or Latin-1 text?); "
            "save the file as CSV UTF-8"
        ) from None


def parse_rows(file: str, text: str) -> tuple[list[str], list[Row], Problems]:
    """Header, rows and rows of the wrong width of comma-separated text; blank lines are skipped.

    Raises
    ------
    DeclarationError
        If it is empty or no comma-separated text.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    rows: list[Row] = []
    problems = Problems()
    line = 0
    try:
        for cells in reader:
            # A quoted cell may span lines: a row stands where it begins.
            start, line = line + 1, reader.line_num
            cells = [c.strip() for c in cells]
            if not any(cells):
                continue
            if not header:
                header = _header(file, start, cells)
            elif len(cells) != len(header):
                row = Row(file, start, {})
                problems.add(row, None, f"has {len(cells)} cells where the header has {len(header)}")
            else:
                rows.append(Row(file, start, dict(zip(header, cells, strict=True))))
    except csv.Error as why:
        raise DeclarationError(f"{at(file, line + 1)}: cannot be read as comma-separated text ({why})") from None
    if not header:
        raise DeclarationError(f"{file}: is empty; it needs a header and one row per candidate")
    return header, rows, problems


def _header(file: str, line: int, cells: list[str]) -> list[str]:
    names = [c.casefold() for c in cells]
    twice = next((n for i, n in enumerate(names) if n and n in names[:i]), None)
    if twice is not None:
        raise DeclarationError(f"{at(file, line, twice)}: stands twice in the header; keep one")
    for separator, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(names) == 1 and separator in names[0]:
            raise DeclarationError(f"{at(file, line)}: is separated by {name}; save the file with commas")
    return names


def frame_rows(frame: pd.DataFrame) -> tuple[list[str], list[Row]]:
    """Header and rows of a DataFrame; ``number`` is the position, with the first row 1.

    A missing value is a blank cell, and a whole float is a whole number: pandas turns a column of
    counts to floats as soon as one is missing.
    """
    header = _header("frame", 0, [str(c).strip() for c in frame.columns])
    columns = [[_cell(v) for v in frame.iloc[:, i].tolist()] for i in range(frame.shape[1])]
    return header, [
        Row("frame", number, dict(zip(header, cells, strict=True)))
        for number, cells in enumerate(zip(*columns, strict=True), start=1)
    ]


def _cell(value: object) -> str:
    import pandas as pd

    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
