"""A short report as headings, paragraphs and tables, written as Markdown, as a page, or for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import fill

from rich.console import Console

from projection.narrow import text_table

#: Longest line of Markdown outside tables.
WIDTH = 118
_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;"
    "padding:0 1rem}table{border-collapse:collapse;margin:1rem 0;width:100%}th,td{padding:.25rem .6rem;"
    "border-bottom:1px solid #8886;text-align:left;vertical-align:top}td.n,th.n{text-align:right;"
    "font-variant-numeric:tabular-nums}.t{overflow-x:auto}code{font-size:.95em}"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``level`` 1 is the title."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph; ``code`` sets it as a command."""

    text: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; columns whose index is in ``numbers`` stand to the right."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()


Block = Heading | Para | Items | Grid


def markdown(blocks: Sequence[Block]) -> str:
    """The report as Markdown."""
    return "\n\n".join(_markdown(b) for b in blocks) + "\n"


def _markdown(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"{'#' * level} {text}"
        case Para(text, code):
            return f"    {text}" if code else fill(text, WIDTH)
        case Items(lines):
            return "\n".join(fill(f"- {line}", WIDTH, subsequent_indent="  ") for line in lines)
        case Grid(header, rows, numbers):
            rule = ["---:" if k in numbers else "---" for k in range(len(header))]
            cells = [[c.replace("|", "\\|").replace("\n", " ") for c in row] for row in (header, rule, *rows)]
            return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def html(title: str, blocks: Sequence[Block]) -> str:
    """The report as one page that needs nothing else."""
    body = "\n".join(_html(b) for b in blocks)
    return (
        '<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width"><title>{escape(title)}</title><style>{_STYLE}</style></head>\n'
        f"<body>\n{body}\n</body></html>\n"
    )


def _html(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"<h{level}>{escape(text)}</h{level}>"
        case Para(text, code):
            return f"<p><code>{escape(text)}</code></p>" if code else f"<p>{escape(text)}</p>"
        case Items(lines):
            return "<ul>" + "".join(f"<li>{escape(x)}</li>" for x in lines) + "</ul>"
        case Grid(header, rows, numbers):
            css = [' class="n"' if k in numbers else "" for k in range(len(header))]
            head = "".join(f'<th scope="col"{css[k]}>{escape(h)}</th>' for k, h in enumerate(header))
            cells = ("".join(f"<td{css[k]}>{escape(c)}</td>" for k, c in enumerate(row)) for row in rows)
            told = "\n".join(f"<tr>{row}</tr>" for row in cells)
            return f'<div class="t"><table><thead><tr>{head}</tr></thead><tbody>\n{told}\n</tbody></table></div>'


def show(blocks: Sequence[Block], out: Console) -> None:
    """Print the report."""
    for block in blocks:
        match block:
            case Heading(text, _):
                out.print(text, style="bold", markup=False)
            case Para(text, _):
                out.print(text, markup=False)
            case Items(lines):
                for line in lines:
                    out.print(f"- {line}", markup=False)
            case Grid(header, rows, numbers):
                out.print(text_table(header, rows, numbers, out.width))
        out.print()
