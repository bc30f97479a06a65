"""One self-contained page of the night: plain HTML, rewritten whole, so that no reader ever gets half of one."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from projection.changes import calls
from projection.night import State
from projection.report import chance, headline, interval, scope_words
from projection.result import LUMP, Projection
from projection.summary import Summary
from projection.views import doubt_lines, to_come

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #111;
  background: #fff }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { padding: .2rem .8rem .2rem 0; text-align: right; border-bottom: 1px solid #ddd;
  font-variant-numeric: tabular-nums }
th:first-child, td:first-child { text-align: left }
caption { text-align: left; font-weight: bold }
.warn { border-left: .4rem solid #b00; padding: .3rem 1rem; background: #fee }
footer { color: #555; font-size: .85rem }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #111 } .warn { background: #400 }
  footer { color: #aaa } th, td { border-color: #444 } }
"""
COUNCILS = 60


def render(
    projection: Projection, state: State, *, made: dt.datetime, warning: str = "", changed: Sequence[str] = ()
) -> str:
    """The page as text.

    Parameters
    ----------
    made
        Local time at which it is made.
    warning
        Said at the top, if anything is wrong.
    changed
        What changed, newest first.
    """
    p = projection
    parts = [
        f"<h1>{escape(p.name)}: projection</h1>",
        f"<p><b>{escape(headline(p))}</b> {escape(p.time_note)}</p>",
        f'<p class="warn">{escape(warning)}</p>' if warning else "",
        _parties(p),
        _calls(p),
        _list("What changed", changed),
        _list("To be looked at", doubt_lines(state)),
        _councils(p),
        f"<p>{escape(to_come(p, names=10_000))}</p>",
        f"<footer><p>{escape(scope_words(p))}</p><p>Medians with 90% intervals, from {p.draws:,} draws, seed {p.seed}. "
        f"Page made at {made:%H:%M:%S on %-d %B %Y}; it asks for a newer one every half minute.</p></footer>",
    ]
    body = "\n".join(x for x in parts if x)
    return (
        '<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><meta http-equiv="refresh" content="30">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(p.name)}: projection</title><style>{_STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def write_page(path: Path, text: str) -> None:
    """Replace a file at once; readers see the old page or the new one.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _table(caption: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in header)
    body = "\n".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in rows)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"


def _parties(p: Projection) -> str:
    lumped = {*p.scope.net_lumped, LUMP} if p.others else set()

    def cell(summary: Summary | None, digits: int = 0, signed: bool = False) -> str:
        return interval(summary, digits, signed) if summary else ""

    rows = [
        (
            party,
            cell(p.pns.get(party), 1),
            cell(p.shares.get(party), 1),
            cell(seats),
            "" if party in lumped else cell(p.net.get(party), signed=True),
            cell(p.controlled.get(party)),
        )
        for party, seats in p.seats.items()
    ]
    if p.others:
        rows.append(("All others together", "", "", cell(p.others), cell(p.net.get(LUMP), signed=True), ""))
    return _table(
        "Parties", ("Party", "PNS %", "Ward votes %", "Seats", f"Change {p.scope.net_label}", "Councils"), rows
    )


def _calls(p: Projection) -> str:
    return _list("Councils gained and lost", [c.words for c in calls(p) if c.sure])


def _councils(p: Projection) -> str:
    called = [c for c in p.councils.values() if c.control]
    called.sort(key=lambda c: (max(c.control.values()), c.name))
    rows = [
        (
            c.name,
            c.state,
            c.control_before or "unknown",
            ", ".join(f"{x} {chance(v, certain=c.state == 'declared')}" for x, v in list(c.control.items())[:3]),
        )
        for c in called[:COUNCILS]
    ]
    return (
        _table("Control of councils, the most doubtful first", ("Council", "", "Before", "After"), rows) if rows else ""
    )


def _list(title: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    return f"<h2>{escape(title)}</h2><ul>" + "".join(f"<li>{escape(x)}</li>" for x in lines) + "</ul>"
