"""Cells of the Commons Library's workbooks: text, numbers and marks as spreadsheets keep them."""

from __future__ import annotations

from typing import Any

from seeds.errors import SourceError, at
from seeds.readers.contest import whole

_YES, _NO = {"1", "true", "yes", "y", "elected"}, {"", "0", "false", "no", "n", "not elected"}
#: What stands for a number that nobody knows.
_UNKNOWN = {"", "na", "n/a", "#n/a"}


def text_of(value: Any) -> str:
    """A cell as text with single spaces; a blank one is empty."""
    # An apostrophe that went through a wrong code page on its way into the workbook of 2021.
    return "" if value is None else " ".join(str(value).replace("Ã¦", "'").split())


def number_of(value: Any) -> float | None:
    """A cell that holds a number; None for all others."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def mark(value: Any, file: str, row: int, column: str) -> bool:
    """Whether a mark is set: TRUE, 1, "Yes" and the like.

    Raises
    ------
    SourceError
        If it is neither that nor its opposite, with file, row and column.
    """
    word = text_of(int(value) if isinstance(value, float) and value.is_integer() else value).casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise SourceError(f"{at(file, row, column)}: '{value}' says neither yes nor no; write TRUE or FALSE")


def seats_of(value: Any, file: str, row: int | None) -> int | None:
    """A ward's own count of seats; None where it has none.

    Raises
    ------
    SourceError
        If it is no whole number.
    """
    if text_of(value).casefold() in _UNKNOWN:
        return None
    found = whole(value, lambda why: SourceError(f"{at(file, row, 'seats')}: {why}; write how many seats were filled"))
    return found or None


def votes_of(value: Any) -> int | None:
    """Votes of a candidate; None where the cell is blank, an error of the workbook or anything but a whole number."""
    try:
        return whole(text_of(value), SourceError)
    except SourceError:
        return None
