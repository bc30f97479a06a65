"""Pages of words, tables and charts, as HTML that needs nothing else and as markdown with its charts beside it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from html import escape
from pathlib import Path

from scenarios.summary import Sheet
from scenarios.svg import Chart, draw
from seeds import PNSightError

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 64rem; padding: 0 1rem; color: #111;
  background: #fff }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; font-size: .9rem }
th, td { padding: .15rem .8rem .15rem 0; text-align: left; border-bottom: 1px solid #ddd; vertical-align: top;
  font-variant-numeric: tabular-nums }
.wide { overflow-x: auto }
.charts { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0 }
.charts svg { max-width: 100%; height: auto; border: 1px solid #ddd }
caption { text-align: left; font-weight: bold; padding-bottom: .2rem }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #111 } th, td { border-color: #444 }
  a { color: #8cf } }
"""


@dataclass(frozen=True, slots=True)
class Head:
    """A heading."""

    words: str


Part = str | Head | Sheet | Chart


@dataclass(frozen=True, slots=True)
class Page:
    """A page; ``stem`` is its file's name, ``links`` are words and stems of other pages."""

    stem: str
    title: str
    parts: tuple[Part, ...]
    links: tuple[tuple[str, str], ...] = ()

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Its charts in order."""
        return tuple(p for p in self.parts if isinstance(p, Chart))


def as_html(page: Page) -> str:
    """The page as one file; charts are inside."""
    out: list[str] = []
    row: list[str] = []

    def flush() -> None:
        if row:
            out.append(f'<div class="charts">{"".join(row)}</div>')
            row.clear()

    for part in page.parts:
        if isinstance(part, Chart):
            row.append(draw(part))
            continue
        flush()
        if isinstance(part, Head):
            out.append(f"<h2>{escape(part.words)}</h2>")
        elif isinstance(part, Sheet):
            out.append(_html_table(part))
        else:
            out.append(f"<p>{escape(part)}</p>")
    flush()
    links = " · ".join(f'<a href="{stem}.html">{escape(words)}</a>' for words, stem in page.links)
    body = "\n".join(out)
    return (
        '<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(page.title)}</title><style>{_STYLE}</style></head>\n<body>\n<h1>{escape(page.title)}</h1>\n"
        f"<nav>{links}</nav>\n{body}\n</body></html>\n"
    )


def _html_table(sheet: Sheet) -> str:
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in sheet.header)
    body = "\n".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in r) + "</tr>" for r in sheet.rows)
    return (
        f'<div class="wide"><table><caption>{escape(sheet.title)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def as_markdown(page: Page) -> str:
    """The page as markdown; charts are files of their own."""
    out = [f"# {page.title}", "", " · ".join(f"[{words}]({stem}.md)" for words, stem in page.links)]
    number = 0
    for part in page.parts:
        out.append("")
        if isinstance(part, Chart):
            out.append(f"![{part.title}. {part.words}]({chart_name(page, number)})")
            number += 1
        elif isinstance(part, Head):
            out.append(f"## {part.words}")
        elif isinstance(part, Sheet):
            out += [f"**{part.title}**", "", _row(part.header), _row(("---",) * len(part.header))]
            out += [_row(r) for r in part.rows]
        else:
            out.append(part)
    return "\n".join(out) + "\n"


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"


def chart_name(page: Page, number: int) -> str:
    """Where a page's chart is kept for the markdown."""
    return f"charts/{page.stem}-{number + 1:02d}.svg"


def write_pages(pages: list[Page], folder: Path) -> list[Path]:
    """Write pages and charts, each file whole or not at all.

    Raises
    ------
    PNSightError
        If the folder cannot be written.
    """
    files = {folder / f"{p.stem}.html": as_html(p) for p in pages} | {
        folder / f"{p.stem}.md": as_markdown(p) for p in pages
    }
    files |= {folder / chart_name(p, k): draw(c) + "\n" for p in pages for k, c in enumerate(p.charts)}
    try:
        (folder / "charts").mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            part = file.with_name(f".{file.name}.{os.getpid()}")
            part.write_text(text, encoding="utf-8")
            part.replace(file)
    except OSError as why:
        raise PNSightError(f"{folder}: the report cannot be written there ({why.strerror or why})") from None
    return [f for f in files if f.suffix in (".html", ".md")]
