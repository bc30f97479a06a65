"""One self-contained page of the night: plain HTML, rewritten whole, so that no reader ever gets half of one."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from projection.changes import calls
from projection.night import State
from projection.pns_report import pns_words
from projection.report import about_words, chance, headline, interval, scope_words, told_apart, were_up
from projection.result import LUMP, NOC, Projection
from projection.summary import Summary
from projection.views import doubt_lines, to_come
from projection.words import change

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 66rem; padding: 0 1rem; color: #111;
  background: #fff }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { padding: .2rem .8rem .2rem 0; text-align: right; border-bottom: 1px solid #ddd;
  font-variant-numeric: tabular-nums }
td { white-space: nowrap }
th:first-child, td:first-child { text-align: left }
td:first-child, td:last-child { white-space: normal }
td:last-child { min-width: 6rem }
main { overflow-x: auto }
caption { text-align: left; font-weight: bold }
.warn { border-left: .4rem solid #b00; padding: .3rem 1rem; background: #fee }
footer { color: #555; font-size: .85rem }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #111 } .warn { background: #400 }
  footer { color: #aaa } th, td { border-color: #444 } }
"""
COUNCILS = 60


def render(
    projection: Projection,
    state: State,
    *,
    made: dt.datetime,
    warning: str = "",
    status: str = "",
    changed: Sequence[str] = (),
    called: Sequence[str] | None = None,
    due: Sequence[str] = (),
    sources: Sequence[Sequence[str]] = (),
) -> str:
    """The page as text.

    Parameters
    ----------
    made
        Local time at which it is made.
    warning
        Said at the top, if anything is wrong.
    status
        How old the projection is, and the health of the fit.
    changed
        What changed, newest first.
    called
        Councils gained and lost, where their order is known; else they stand by name.
    due
        What is due next.
    sources
        Rows of source, when it was reached, when it changed, and its trouble.
    """
    p = projection
    called = [c.words for c in calls(p) if c.sure] if called is None else called
    heads = ("Source", "Reached", "Changed", "Trouble")
    day = f"{made.day} {made:%B %Y}"
    parts = [
        f"<h1>{escape(p.name)}: projection</h1>",
        f"<p><b>{escape(headline(p))}</b> {escape(p.time_note)}</p>",
        f'<p class="warn">{escape(warning)}</p>' if warning else "",
        f"<p>{escape(status)}</p>" if status else "",
        f"<p>Projected national share %: {escape(pns_words(p))}</p>" if p.pns else "",
        _parties(p),
        f"<p>{escape(p.scope.net_sizes)}</p>" if p.scope.net_sizes else "",
        _list("Councils gained and lost", called),
        _list("What changed", changed),
        _list("Due next", due),
        _list("To be looked at", doubt_lines(state)),
        _table("Sources", heads, sources) if sources else "",
        _councils(p),
        f"<p>{escape(to_come(p, names=10_000))}</p>",
        f"<footer><p>{escape(scope_words(p))}</p><p>Medians with 90% intervals, from {p.draws:,} draws, seed {p.seed}. "
        f"Page made at {made:%H:%M:%S} on {day}; it asks for a newer one every half minute.</p></footer>",
    ]
    body = "\n".join(x for x in parts if x)
    return (
        '<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><meta http-equiv="refresh" content="30">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(p.name)}: projection</title><style>{_STYLE}</style></head>\n"
        f"<body><main>\n{body}\n</main></body></html>\n"
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
    """Parties whose change can be told; all others together; and these, each with its seats, folded away."""
    apart, lumped = told_apart(p)

    def row(name: str, party: str, seats: Summary | None, compare: bool) -> tuple[str, ...]:
        net, held, share = p.net.get(party), p.controlled.get(party), p.shares.get(party)
        compared = compare and net is not None and p.scope.net_councils > 0
        return (
            name,
            _cell(p.pns.get(party), 1) if party != LUMP else "",
            _cell(share, 1) if party != LUMP else "",
            _cell(seats),
            were_up(p, party) if compared else "",
            change(net, seats, p.before.get(party, 0)) if compared else "",
            _cell(held) if held and held.p95 and party != LUMP else "",
        )

    rows = [row(x, x, p.seats[x], True) for x in apart]
    if p.others:
        rows.append(row("All others", LUMP, p.others, True))
    if p.scope.control_councils:
        rows.append(("No overall control", *[""] * 5, _cell(p.controlled[NOC])))
    # Where change is known of some councils only, its columns say so: they do not add to the seats beside them.
    part = f" in {p.scope.net_councils} councils" if p.scope.net_councils < p.scope.councils else ""
    moved = (f"Were up{part}", f"Change {p.scope.net_label}{part}")

    def told(cells: Sequence[str]) -> Sequence[str]:
        """Without the national share where there is none."""
        return cells if p.pns else (*cells[:1], *cells[2:])

    heads = told(("Party", "PNS %", "Ward votes %", "Seats", *moved, "Councils"))
    share = "projected national share, " if p.pns else ""
    words = f"Parties: {share}votes of the wards, seats, and the change on those that were up"
    out = _table(words, heads, map(told, rows))
    if about := about_words(p):
        out += f"<p>{escape(about)}.</p>"
    if lumped:
        few = heads[: heads.index("Seats") + 1]
        out += _folded("All others, one by one", few, [told(row(x, x, p.seats[x], False))[: len(few)] for x in lumped])
    if rest := [x for x in p.seats if x not in {*apart, *lumped}]:
        out += _folded("Parties with less at stake", heads, [told(row(x, x, p.seats[x], True)) for x in rest])
    return out


def _folded(name: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    count = f"{len(rows)} {'party' if len(rows) == 1 else 'parties'}"
    return f"<details><summary>{name}: {count}</summary>{_table(name, header, rows)}</details>"


def _cell(summary: Summary | None, digits: int = 0) -> str:
    return interval(summary, digits) if summary else ""


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
