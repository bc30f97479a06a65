"""Rows of a pack's tables, and of our own: what is wrong with a cell is told with file, row and column."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar, get_args

from seeds.errors import PackError, at

T = TypeVar("T")


class Row:
    """One row of a table, with conversions whose errors name the file, row and column."""

    def __init__(self, file: Path, number: int, cells: dict[str, str]) -> None:
        self.file, self.number, self.cells = file, number, cells

    def fail(self, column: str, why: str) -> PackError:
        """An error that names this row and the column."""
        return PackError(f"{at(self.file, self.number, column)}: {why}")

    def text(self, column: str) -> str:
        """The cell, which must not be blank."""
        value = self.cells[column]
        if not value:
            raise self.fail(column, "is blank and must not be")
        return value

    def opt(self, column: str) -> str | None:
        """The cell, None if it is blank."""
        return self.cells[column] or None

    def read(self, column: str, convert: Callable[[str], T]) -> T:
        """The cell converted; what the conversion raises is told with its place."""
        try:
            return convert(self.text(column))
        except ValueError as why:
            day = convert == dt.date.fromisoformat
            reason = f"'{self.text(column)}' is not a date like 2018-05-03" if day else f"{why}"
            raise self.fail(column, reason) from None

    def read_opt(self, column: str, convert: Callable[[str], T]) -> T | None:
        """The same, None if the cell is blank."""
        return self.read(column, convert) if self.cells[column] else None

    def choice(self, column: str, allowed: Any) -> Any:
        """The cell, which must be one of a ``Literal``'s words."""
        value = self.text(column)
        if value not in get_args(allowed):
            raise self.fail(column, f"'{value}' is none of {', '.join(get_args(allowed))}")
        return value

    def key(self, column: str, known: object) -> str:
        """The cell, which must be among what the pack knows."""
        value = self.text(column)
        if value not in known:  # type: ignore[operator]
            raise self.fail(column, f"'{value}' is not known to this pack")
        return value


def rows(file: Path, columns: str) -> Iterator[Row]:
    """Rows of one table; every named column must be there."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PackError(f"{file}: is missing; see docs/pack-format.md") from None
    except UnicodeDecodeError as why:
        raise PackError(f"{file}: is not UTF-8 text (byte {why.start}); save it as UTF-8") from None
    reader = csv.reader(text.splitlines())
    header = next(reader, [])
    missing = [c for c in columns.split(",") if c not in header]
    if missing:
        raise PackError(f"{at(file, 1)}: lacks the column {', '.join(missing)}; see docs/pack-format.md")
    for number, cells in enumerate(reader, start=2):
        if len(cells) != len(header):
            raise PackError(f"{at(file, number)}: has {len(cells)} cells where the header has {len(header)}")
        yield Row(file, number, dict(zip(header, cells, strict=True)))
