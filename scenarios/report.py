"""The report of a backtest: one page over the nights and one a night, each as HTML that needs nothing else, and as
markdown with its charts beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from scenarios.bars import SCORED, bars
from scenarios.charts import calibration_charts, called_chart, subject_charts
from scenarios.coverage import called
from scenarios.figures import Sums, read_scores, subjects, sums
from scenarios.night_tables import orders_sheet, parties_sheet, replays_sheet, worst_sheet
from scenarios.pages import Head, Page, Part, write_pages
from scenarios.summary import NOTES, SUBJECTS, Sheet, bar_sheet, night_sheets
from scenarios.svg import Chart

#: What a reader has to know to read the charts.
HOW = (
    "Whiskers: one standard error over nights (a bootstrap of whole nights). With a handful of nights that is rough, "
    "and a single night has none: its replays share one truth, so however many they are they are one case.",
    "Coverage is by the randomised PIT: of forecasts that are right, the truth lies in the middle 90% nine times in "
    "ten. The dashed line is where forecasts lie that are right; below it they are too sure. Thin lines are the "
    "model's single nights.",
)


@dataclass(frozen=True, slots=True)
class Report:
    """What was written: pages by name, and how many charts they hold."""

    index: Path
    pages: tuple[Path, ...]
    charts: int


def write_report(file: Path, folder: Path, scores: pd.DataFrame | None = None) -> Report:
    """Write the report of a file of scores into a folder: ``index.html``, ``index.md``, a pair a night, and charts.

    Same scores, same bytes.

    Parameters
    ----------
    scores
        The file as :func:`read_scores` gives it, where it has been read already.

    Raises
    ------
    PNSightError
        If the scores cannot be read or the folder not be written.
    """
    scores = read_scores(file) if scores is None else scores
    table = Sums(sums(scores))
    mark = hashlib.sha256(file.read_bytes()).hexdigest()
    pages = [_index(scores, table, file.name, mark), *(_night(scores, table, e, mark) for e in table.elections)]
    written = write_pages(pages, folder)
    return Report(folder / "index.html", tuple(written), sum(len(p.charts) for p in pages))


def _index(scores: pd.DataFrame, table: Sums, name: str, mark: str) -> Page:
    scored = [e for e in table.elections if e in SCORED]
    pool = scored if len(scored) > 1 else table.elections
    others = [e for e in table.elections if e not in pool]
    words = f"Charts and tables of errors below are of {', '.join(pool)} together" + (
        f"; {', '.join(others)} only on pages of their own." if others else "."
    )
    if scored:
        words += f" The bars are of {', '.join(scored)} alone, the nights that are scored."
    parts: list[Part] = [
        "Past nights replayed council by council in many orders, stopped at checkpoints, and what the model and its "
        f"rivals foresaw there beside what came. From {name}, {len(scores):,} rows (SHA-256 {mark[:16]}).",
        replays_sheet(scores),
        words,
        *_missing(scores, table),
    ]
    found = bars(table)
    if found:
        parts.append(bar_sheet(found, table))
    parts += _figures(scores[scores["election"].isin(pool)], table, pool)
    links = [(f"The night of {e}", f"night-{e}") for e in table.elections]
    return Page("index", "Backtest", tuple(parts), tuple(links))


def _night(scores: pd.DataFrame, table: Sums, night: str, mark: str) -> Page:
    own = scores[scores["election"] == night]
    parts: list[Part] = [
        f"One night is one truth: {own.groupby(['order', 'seed'], observed=True).ngroups} replays of it tell how the "
        f"order of declaration matters, and not how the model would do on another. From rows with SHA-256 {mark[:16]}.",
        replays_sheet(own),
        *_missing(own, table),
        *parties_sheet(own),
        orders_sheet(own),
        worst_sheet(own),
        *_figures(own, table, [night]),
    ]
    return Page(f"night-{night}", f"Backtest: the night of {night}", tuple(parts), (("All nights", "index"),))


def _figures(scores: pd.DataFrame, table: Sums, nights: list[str]) -> list[Part]:
    """Charts of every subject, then the tables behind them."""
    parts: list[Part] = [*NOTES, *HOW]
    split = subjects(scores)
    for subject, words in SUBJECTS.items():
        drawn: list[Chart] = subject_charts(table, nights, subject)
        if not drawn:
            continue
        parts.append(Head(words.capitalize()))
        parts += drawn
        parts += calibration_charts(split[subject], table.methods)
    control = called_chart(scores, table.methods)
    if control is not None:
        parts += [Head("Control of open councils"), control, _called_sheet(scores, table.methods)]
    parts.append(Head("Figures"))
    parts += night_sheets(table, nights)
    return parts


def _called_sheet(scores: pd.DataFrame, methods: Sequence[str]) -> Sheet:
    rows = [
        (
            f"{100 * c.low_end:g} to {100 * c.high_end:g}%",
            method,
            f"{100 * c.said:.1f}%",
            f"{100 * c.came:.1f}% ({100 * c.low:.0f} to {100 * c.high:.0f})",
            f"{c.outcomes:,}",
            f"{c.rows:,}",
        )
        for method in methods
        for c in called(scores, method)
    ]
    return Sheet(
        "Chances of control by class; in brackets 90% as if each outcome of a council counted once",
        ("chance", "method", "said", "came true", "outcomes", "rows"),
        tuple(rows),
    )


def _missing(scores: pd.DataFrame, table: Sums) -> list[str]:
    """What the rows lack, in words."""
    out = []
    for night, own in scores.groupby("election", observed=True):
        lacks = [
            words
            for quantity, words in (("vote_share", "shares of the vote"), ("pns", "the projected national share"))
            if not (own["quantity"] == quantity).any()
        ]
        unsure = [
            m
            for m in table.methods
            if not own.loc[(own["method"] == m) & (own["quantity"] == "seats"), "p05"].notna().any()
        ]
        if lacks:
            out.append(f"{night}: the truth of {' and '.join(lacks)} is not known, so there are no rows of it.")
        if unsure:
            out.append(f"{night}: no earlier night, and so no spread, for {', '.join(unsure)}.")
        absent = [m for m in table.methods if not (own["method"] == m).any()]
        if absent:
            out.append(f"{night}: not run for {', '.join(absent)}.")
    return out
