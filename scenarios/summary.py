"""The summary of a backtest as tables: for the terminal, as markdown, and as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from scenarios.bars import SCORED, Bar, bars
from scenarios.figures import KINDS, Figure, Sums

NOTES = (
    "Error: mean absolute error of the mean, then of the median. Width: mean width of the 90% interval. ±: standard "
    "error over nights (a bootstrap of whole nights; with three nights it is rough).",
    "90%, 50%: coverage of the closed intervals; in brackets by the randomised PIT, which counts that tie with an end "
    "of an interval do not inflate.",
    "A rival's spread is the size of its own errors on earlier nights; where there is no earlier night it has none, "
    "and its CRPS is its absolute error.",
    "uniform and proportional: swings as an analyst makes them of published results. uniform+ and proportional+: the "
    "same from the model's own baseline where a ward has no earlier result: ours, given more than asked, with the same "
    "bars.",
)
#: What is scored by intervals, in words.
SUBJECTS = {
    "totals": "seats of the four largest parties",
    "councils": "seats by council and party",
    "open councils": "seats by council and party, where not certain",
    "shares": "percent of votes of the four largest parties",
    "pns": "projected national share, percent",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of text."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sheets(table: Sums) -> list[Sheet]:
    """Bars, then figures pooled over the nights that the bars are about, then each night."""
    out = []
    found = bars(table)
    if found:
        out.append(bar_sheet(found, table))
    scored = [e for e in table.elections if e in SCORED]
    groups = [scored] if len(scored) > 1 else []
    groups += [[e] for e in table.elections]
    for group in groups:
        out += night_sheets(table, group)
    return out


def night_sheets(table: Sums, nights: list[str]) -> list[Sheet]:
    """Figures pooled over some nights, by kind of order and subject; only what there is."""
    out, name = [], " + ".join(nights)
    for kind in KINDS:
        for subject, words in SUBJECTS.items():
            out.append(_interval_sheet(table, nights, kind, subject, f"{name}, {kind} orders: {words}"))
        out.append(_control_sheet(table, nights, kind, f"{name}, {kind} orders: control of open councils"))
    return [s for s in out if s.rows]


def bar_sheet(found: list[Bar], table: Sums) -> Sheet:
    """What was reached beside what was needed; of the scored nights together, whatever others there are."""
    nights = " + ".join(e for e in table.elections if e in SCORED)
    said = {True: "yes", False: "no", None: "unknown"}
    rows = tuple((b.name, _with_error(b.reached), b.needed, said[b.passed]) for b in found)
    return Sheet(f"Bars, of {nights}", ("bar", "reached", "needed", "passed"), rows)


def _interval_sheet(table: Sums, nights: list[str], kind: str, subject: str, title: str) -> Sheet:
    rows = []
    for at in table.ats:
        for method in table.methods:

            def get(figure: str, method: str = method, at: float = at) -> Figure:
                return table.figure(method, subject, figure, nights, kind, [at])

            error = get("error")
            if error.known:
                cover = [_coverage(get(f"in{level}"), get(f"pit{level}")) for level in (90, 50)]
                figures = _with_error(error), _plain(get("median")), _with_error(get("crps")), _plain(get("width"))
                rows.append((f"{at:g}%", method, *figures, *cover, f"{error.rows:,}"))
    return Sheet(
        title, ("declared", "method", "error", "of median", "CRPS", "width", "90%", "50%", "rows"), tuple(rows)
    )


def _control_sheet(table: Sums, nights: list[str], kind: str, title: str) -> Sheet:
    rows = []
    for at in table.ats:
        for method in table.methods:
            brier = table.figure(method, "control", "brier", nights, kind, [at])
            called = table.figure(method, "control", "called", nights, kind, [at])
            if brier.known:
                calls = f"{100 * called.value:.1f}% of {called.rows:,}" if called.known else "none"
                rows.append((f"{at:g}%", method, _with_error(brier), calls, f"{brier.rows:,}"))
    return Sheet(title, ("declared", "method", "Brier", "right at 95% or more", "councils"), tuple(rows))


def _plain(f: Figure) -> str:
    if not f.known:
        return "–"
    size = abs(f.value)
    return f"{f.value:.0f}" if size >= 100 else f"{f.value:.1f}" if size >= 10 else f"{f.value:.3g}"


def _with_error(f: Figure) -> str:
    return f"{_plain(f)} ± {_plain(Figure(f.error, 0.0, 0))}" if np.isfinite(f.error) else _plain(f)


def _coverage(closed: Figure, pit: Figure) -> str:
    return f"{100 * closed.value:.0f}% ({100 * pit.value:.0f}%)" if closed.known else "–"


def markdown(table: Sums, heading: str = "") -> str:
    """All sheets as markdown."""
    lines = [heading, ""] if heading else []
    lines += [f"- {note}" for note in NOTES]
    for sheet in sheets(table):
        lines += ["", f"## {sheet.title}", "", _row(sheet.header), _row(("---",) * len(sheet.header))]
        lines += [_row(r) for r in sheet.rows]
    return "\n".join(lines) + "\n"


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


def plain(table: Sums) -> dict[str, Any]:
    """Figures and bars as plain values for JSON."""
    figures = []
    groups: list[tuple[str, list[str]]] = [(e, [e]) for e in table.elections]
    scored = [e for e in table.elections if e in SCORED]
    if len(scored) > 1:
        groups.append(("pooled", scored))
    for name, nights in groups:
        for subject, figure in table.subjects:
            for kind in KINDS:
                for at in table.ats:
                    for method in table.methods:
                        f = table.figure(method, subject, figure, nights, kind, [at])
                        if f.known:
                            figures.append(
                                {"nights": name, "orders": kind, "at": at, "method": method, "subject": subject}
                                | {"figure": figure, "value": round(f.value, 6), "rows": f.rows}
                                | {"error": round(f.error, 6) if np.isfinite(f.error) else None}
                            )
    return {
        "figures": figures,
        "bars": [
            {"bar": b.name, "value": round(b.reached.value, 6), "low": b.low, "high": b.high, "passed": b.passed}
            | {"asked": b.asked}
            | {"error": round(b.reached.error, 6) if np.isfinite(b.reached.error) else None}
            for b in bars(table)
        ],
    }
