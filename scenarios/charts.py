"""The charts of a backtest's report: error and width by share declared, and calibration."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from scenarios.coverage import LEVELS, called, coverage, histogram
from scenarios.figures import KINDS, Sums
from scenarios.summary import SUBJECTS
from scenarios.svg import Chart, Series
from scenarios.units import METHODS

#: What a unit of a subject's error is.
_UNITS = {"totals": "seats", "councils": "seats", "open councils": "seats", "shares": "points", "pns": "points"}
_APART = 0.08
_FIGURES = {"error": "mean absolute error", "width": "width of the 90% interval"}


def by_share(table: Sums, nights: list[str], subject: str, figure: str, kind: str) -> Chart | None:
    """A figure of every method against the share of councils declared; whiskers are ± one standard error over nights.

    None where nothing is known.
    """
    series = []
    for method in table.methods:
        found = [table.figure(method, subject, figure, nights, kind, [at]) for at in table.ats]
        if any(f.known for f in found):
            y = [f.value for f in found]
            half = [f.error for f in found]
            low, high = ([a + sign * b for a, b in zip(y, half, strict=True)] for sign in (-1, 1))
            place = METHODS.index(method)
            # A little apart, so that no whisker hides another.
            x = [k + _APART * (place - (len(METHODS) - 1) / 2) for k in range(len(y))]
            series.append(Series(method, x, y, low, high, place))
    if not series:
        return None
    words = f"{_FIGURES[figure]}: {SUBJECTS[subject]}, {kind} orders"
    return Chart(
        title=f"{_FIGURES[figure].capitalize()}, {kind} orders",
        x_label="councils declared",
        y_label=_UNITS[subject],
        ticks=[(k, f"{at:g}%") for k, at in enumerate(table.ats)],
        series=series,
        words=f"{words}. " + " ".join(_told(s, table.ats) for s in series),
    )


def _told(s: Series, ats: Sequence[float]) -> str:
    points = ", ".join(f"{at:g}% {y:.3g}" for at, y in zip(ats, s.y, strict=True) if math.isfinite(y))
    return f"{s.name}: {points}."


def coverage_chart(part: pd.DataFrame, methods: Sequence[str], kind: str) -> Chart | None:
    """Coverage of central intervals of every level, by the randomised PIT; thin lines are the model's single nights."""
    part = part[part["kind"] == kind]
    series = []
    nights = sorted(part["election"].unique())
    for night in nights if len(nights) > 1 else []:
        found = coverage(part[part["election"] == night], "model")
        if found[0].known:
            series.append(Series("", LEVELS, [f.value for f in found], style=METHODS.index("model"), thin=True))
    for method in methods:
        found = coverage(part, method)
        if found[0].known:
            y = [f.value for f in found]
            own = found if method == "model" else []
            low, high = ([f.value + sign * f.error for f in own] for sign in (-1, 1))
            series.append(Series(method, LEVELS, y, low, high, METHODS.index(method)))
    if not series:
        return None
    return Chart(
        title=f"Coverage of intervals, {kind} orders",
        x_label="level of the interval",
        y_label="part of the truths inside",
        ticks=[(x, f"{100 * x:.0f}%") for x in (0, 0.25, 0.5, 0.75, 0.9)],
        series=series,
        top=1.0,
        x_range=(0.0, 1.0),
        diagonal=True,
        words=" ".join(_told(s, [100 * x for x in LEVELS]) for s in series if s.name),
    )


def pit_chart(part: pd.DataFrame, kind: str) -> Chart | None:
    """Where the truth lay in the model's forecasts: level bars if they were right."""
    part = part[part["kind"] == kind]
    heights = histogram(part, "model")
    if not heights.sum():
        return None
    return Chart(
        title=f"Where the truth lay in the model's forecast, {kind} orders",
        x_label="part of the forecast below the truth (randomised PIT)",
        y_label="part of the rows",
        ticks=[(x, f"{100 * x:.0f}%") for x in (0, 0.25, 0.5, 0.75, 1)],
        bars=[float(h) for h in heights],
        x_range=(0.0, 1.0),
        level=1 / len(heights),
        words="Tenths from the left: " + ", ".join(f"{100 * h:.0f}%" for h in heights),
    )


def called_chart(scores: pd.DataFrame, methods: Sequence[str]) -> Chart | None:
    """Chances of control against how often they came true, with 90% intervals of the model's alone."""
    series = []
    for method in methods:
        found = called(scores, method)
        if found:
            x, y = [c.said for c in found], [c.came for c in found]
            own = found if method == "model" else []
            low, high = [c.low for c in own], [c.high for c in own]
            series.append(Series(method, x, y, low, high, METHODS.index(method)))
    if not series:
        return None
    return Chart(
        title="Chances of control and what came of them",
        x_label="chance that was given",
        y_label="part that came true",
        ticks=[(x, f"{100 * x:.0f}%") for x in (0, 0.25, 0.5, 0.75, 1)],
        series=series,
        top=1.0,
        x_range=(-0.02, 1.02),
        diagonal=True,
        words=" ".join(_told(s, [100 * x for x in s.x]) for s in series),
    )


def subject_charts(table: Sums, nights: list[str], subject: str) -> list[Chart]:
    """Error and width, in random and in skewed orders."""
    out = []
    for figure in _FIGURES:
        found = [c for kind in KINDS if (c := by_share(table, nights, subject, figure, kind)) is not None]
        ends = [v for c in found for x in c.series for v in (*x.y, *x.high) if math.isfinite(v)]
        # One scale for both kinds of order, so that they can be compared by eye.
        out += [replace(c, top=1.05 * max(ends)) for c in found]
    return out


def calibration_charts(part: pd.DataFrame, methods: Sequence[str]) -> list[Chart]:
    """Coverage and the model's PIT, in random and in skewed orders."""
    found = [coverage_chart(part, methods, kind) for kind in KINDS] + [pit_chart(part, kind) for kind in KINDS]
    return [c for c in found if c is not None]
