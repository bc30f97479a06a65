"""A publisher's CSV as text: its encoding told, and what is no CSV with commas refused in words."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from pathlib import Path

from seeds.errors import SourceError, at
from seeds.readers.contest import Problem, read_bytes

#: How a zip file (every newer workbook is one) and an older workbook begin.
_BOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
#: What a page leaves in a name that is copied from it, and nobody sees.
_UNSEEN = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def decoded(file: Path) -> tuple[str, list[Problem]]:
    """A file's text, and a remark if it had to be read as Windows-1252.

    Raises
    ------
    SourceError
        If it cannot be read or is neither UTF-8 nor Windows-1252: nothing is ever replaced.
    """
    data = read_bytes(file)
    if data.startswith(_BOOKS):
        raise SourceError(f"{file}: is a workbook by its contents, not a CSV; give its name the ending .xlsx or .xls")
    if data.startswith(_UTF16) or b"\0" in data[:4096]:
        raise SourceError(f"{file}: is UTF-16 text or no text at all; save it as CSV in UTF-8")
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as why:
        row = data[: why.start].count(b"\n") + 1
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise SourceError(f"{at(file, row)}: is neither UTF-8 nor Windows-1252 text; save it as CSV in UTF-8") from None
    why_read = "is not UTF-8 text; the file is read as Windows-1252: check the names with accents"
    return text, [Problem(file.name, row, why_read, kept=True)]


def check_commas(file: Path, first: str) -> None:
    """Stop if a file's first line is divided by something else than commas.

    Raises
    ------
    SourceError
        Saying by what.
    """
    for mark, word in ((";", "semicolons"), ("\t", "tabs")):
        if first.count(mark) > first.count(","):
            raise SourceError(f"{at(file, 1)}: its cells are divided by {word}; save it as CSV with commas")


def lines(file: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with the number of the line on which each ends; a cell may hold a line's end.

    What a page's markup has left in a cell ("Corris/&#8203;Mawddwy") is resolved: it would go into a ward's id.

    Raises
    ------
    SourceError
        If a quotation mark is never closed, or the like.
    """
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for cells in reader:
            if any(c.strip() for c in cells):
                yield reader.line_num, [_UNSEEN.sub("", html.unescape(c)) for c in cells]
    except csv.Error as why:
        where = at(file, reader.line_num)
        raise SourceError(f"{where}: is no CSV ({why}); look for a quotation mark too many") from None
