"""Tables of figures with intervals that keep every figure whole, however narrow the terminal is."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

#: Characters that names keep beside figures; longer ones go on in the next line.
NAME = 12
#: What stands between two figures of a cell: in one line, and where each has lines of its own.
BETWEEN, LINES = "), ", ")\n"
#: Longest figure with its interval, or interval, that is kept on one line where words share the room.
OWN = 16


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of figures.

    Attributes
    ----------
    title, caption
        Above and below it.
    heads
        Of the columns; the first is that of the names.
    rows
        A name and its figures, as :func:`projection.words.interval` writes them.
    styles
        Of the names, by row; none if empty.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    styles: tuple[str, ...] = ()

    def part(self, title: str, columns: Sequence[int]) -> Sheet:
        """Some of the columns, names always first, without the rows that say nothing there."""
        kept = [i for i, row in enumerate(self.rows) if any(row[c] for c in columns)]
        return Sheet(
            title,
            tuple(self.heads[c] for c in (0, *columns)),
            tuple(tuple(self.rows[i][c] for c in (0, *columns)) for i in kept),
            styles=tuple(self.styles[i] for i in kept) if self.styles else (),
        )


def figure_tables(sheet: Sheet, width: int, parts: Sequence[Sheet] = ()) -> list[Table]:
    """A sheet as a table that is no wider than ``width``: intervals go below their figures before anything is cut.

    Parameters
    ----------
    sheet
        What is told.
    width
        Characters in a line.
    parts
        The same in several tables, for where even that does not fit.
    """
    for level in (0, 1):
        if _needed(sheet, level) <= width:
            return [_drawn(sheet, level, width)]
    if parts:
        return [table for part in parts for table in figure_tables(part, width)]
    return [_drawn(sheet, 2, width)]


def folded(cell: str, level: int) -> str:
    """A figure with its interval on one line (level 0), on two (1), or on three (2)."""
    if level:
        cell = cell.replace(" (", "\n(")
    return cell.replace(" to ", " to\n") if level > 1 else cell


def text_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: Container[int],
    width: int,
    *,
    title: str | None = None,
    caption: str | None = None,
) -> Table:
    """A table of words and figures no wider than ``width``: words are whole as long as they can be, and intervals."""
    table = Table(title=title, title_justify="left", caption_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.caption = caption
    cells = [list(row) for row in rows]
    gaps = 3 * len(header) - 1
    if sum(max(len(row[c]) for row in (header, *cells)) for c in range(len(header))) + gaps > width:
        # An interval goes below its figure, and several figures go on in the next line between two of them.
        cells = [[folded(x, int(c in numbers)).replace(BETWEEN, LINES) for c, x in enumerate(row)] for row in cells]
    widths = _shared([[row[c] for row in (header, *cells)] for c in range(len(header))], width - gaps)
    for c, (name, w) in enumerate(zip(header, widths, strict=True)):
        table.add_column(name, justify="right" if c in numbers else "left", width=w, overflow="fold")
    for row in cells:
        table.add_row(*(Text(_packed(x, w)) for x, w in zip(row, widths, strict=True)))
    return table


def _packed(cell: str, width: int) -> str:
    """A cell of several figures with as many of them in a line as there is room for."""
    if LINES not in cell:
        return cell
    lines: list[str] = []
    for figure in cell.split("\n"):
        joined = f"{lines[-1]}, {figure}" if lines else figure
        lines[-1:] = [joined] if len(joined) < width else [*lines[-1:], figure]
    return "\n".join(lines)


def _shared(columns: Sequence[Sequence[str]], room: int) -> list[int]:
    """Widths of columns of text: first so that no word breaks, then so that as many columns as can keep their lines."""
    word = [max((len(w) for x in column for w in _pieces(x)), default=1) for column in columns]
    line = [max((_length(x) for x in column), default=1) for column in columns]
    longest = max(word)
    while sum(word) > room and longest > 1:
        longest -= 1
        word = [min(w, longest) for w in word]
    left = room - sum(word)
    for c in sorted(range(len(word)), key=lambda c: line[c] - word[c]):
        more = max(0, min(left, line[c] - word[c]))
        word[c], left = word[c] + more, left - more
    return word


def _length(cell: str) -> int:
    """Of its longest line, or of all its figures in one."""
    return len(cell) + cell.count("\n") if LINES in cell else max(map(len, cell.split("\n")))


def _pieces(cell: str) -> list[str]:
    """Words of a cell, and short figures and intervals that have lines of their own."""
    lines = cell.split("\n")
    whole = [len(lines) > 1 and len(line) <= OWN and line.endswith(")") for line in lines]
    return [w for line, kept in zip(lines, whole, strict=True) for w in ([line] if kept else line.split())]


def _columns(sheet: Sheet, level: int) -> list[int]:
    """Widths of the columns of figures; heads break between words."""
    out = []
    for c in range(1, len(sheet.heads)):
        cells = [line for row in sheet.rows for line in folded(row[c], level).split("\n")]
        out.append(max(map(len, [*cells, *sheet.heads[c].split()]), default=1))
    return out


def _needed(sheet: Sheet, level: int) -> int:
    """Width of the whole table, borders and gaps with it."""
    return _names(sheet, NAME) + sum(_columns(sheet, level)) + _gaps(sheet)


def _names(sheet: Sheet, most: int) -> int:
    """Width that names ask for, up to a limit."""
    return min(max(len(name) for name in (sheet.heads[0], *(row[0] for row in sheet.rows))), most)


def _gaps(sheet: Sheet) -> int:
    """A blank at both ends and three between columns."""
    return 3 * len(sheet.heads) - 1


def _drawn(sheet: Sheet, level: int, width: int) -> Table:
    table = Table(title=sheet.title, title_justify="left", caption_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.caption = sheet.caption or None
    figures = _columns(sheet, level)
    # Heads stay on their lines where there is room for them.
    names = _names(sheet, 2 * NAME)
    for c, head in enumerate(sheet.heads[1:]):
        more = max(0, *(len(line) - figures[c] for line in head.split("\n")))
        if names + sum(figures) + more + _gaps(sheet) <= width:
            figures[c] += more
    table.add_column(sheet.heads[0], overflow="fold", max_width=max(width - sum(figures) - _gaps(sheet), 1))
    for head, w in zip(sheet.heads[1:], figures, strict=True):
        table.add_column(head, justify="right", width=w, overflow="fold")
    for i, (name, *cells) in enumerate(sheet.rows):
        table.add_row(Text(name, style=sheet.styles[i] if sheet.styles else ""), *(folded(c, level) for c in cells))
    return table
