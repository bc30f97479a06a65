"""Small charts as SVG text: no library, the same bytes each time, and never colour alone (marks and dashes too)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape

#: Size of a chart, and the room round the plot: left, top, right, bottom (two lines of a legend go there).
WIDTH, HEIGHT = 480, 338
_LEFT, _TOP, _RIGHT, _BOTTOM = 58, 34, 24, 84
#: Colour (told apart by those who see few), dash and mark of the first, second, ... series. A hollow mark says that
#: it is kin to the one of the same colour.
_STYLES = (
    ("#0072b2", "", "circle"),
    ("#d55e00", "7 4", "square"),
    ("#007d5a", "2 3", "triangle"),
    ("#a8448a", "9 3 2 3", "diamond"),
    ("#d55e00", "1 2", "hollow square"),
    ("#007d5a", "12 3", "hollow triangle"),
)


@dataclass(frozen=True, slots=True)
class Series:
    """Points of one name; NaN is left out. ``low`` and ``high`` are ends of whiskers, empty for none.

    ``style`` is its place among the styles, so that a name looks alike in all charts. ``thin`` lines have no marks.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    style: int = 0
    thin: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of lines, or of bars (``bars``: heights from the left, over the whole width of x).

    ``ticks`` are places and labels on the x axis; ``top`` the end of the y axis, None to fit; ``diagonal`` draws where
    forecasts that are right would lie, ``level`` a level line with the same meaning.
    """

    title: str
    x_label: str
    y_label: str
    ticks: Sequence[tuple[float, str]]
    series: Sequence[Series] = ()
    bars: Sequence[float] = ()
    top: float | None = None
    x_range: tuple[float, float] | None = None
    diagonal: bool = False
    level: float | None = None
    words: str = field(default="")


def steps(top: float) -> list[float]:
    """Places for marks on an axis from zero to ``top``: round numbers, four to six of them."""
    if top <= 0 or not math.isfinite(top):
        return [0.0, 1.0]
    raw = top / 5
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * m for m in (1, 2, 2.5, 5, 10) if size * m >= raw * 0.999)
    return [round(k * step, 10) for k in range(math.ceil(top / step - 1e-9) + 1)]


def draw(chart: Chart) -> str:
    """The chart as an SVG element."""
    values = [v for s in chart.series for v in (*s.y, *s.high) if math.isfinite(v)] + list(chart.bars)
    marks = steps(chart.top if chart.top is not None else 1.05 * max([*values, chart.level or 0.0], default=1.0))
    low, high = chart.x_range or (min(t for t, _ in chart.ticks) - 0.35, max(t for t, _ in chart.ticks) + 0.35)

    def at_x(x: float) -> float:
        return _LEFT + (x - low) / (high - low) * (WIDTH - _LEFT - _RIGHT)

    def at_y(y: float) -> float:
        return HEIGHT - _BOTTOM - y / marks[-1] * (HEIGHT - _TOP - _BOTTOM)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" font-family="system-ui, sans-serif" font-size="12" fill="#222">',
        f"<title>{escape(chart.title)}</title>",
        f"<desc>{escape(chart.words)}</desc>" if chart.words else "",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="18" font-weight="bold">{escape(chart.title)}</text>',
    ]
    for y in marks:
        out.append(_line(_LEFT, at_y(y), WIDTH - _RIGHT, at_y(y), "#ddd"))
        out.append(f'<text x="{_LEFT - 6}" y="{at_y(y) + 4:.1f}" text-anchor="end">{y:g}</text>')
    for x, label in chart.ticks:
        out.append(_line(at_x(x), at_y(0), at_x(x), at_y(0) + 4, "#222"))
        out.append(f'<text x="{at_x(x):.1f}" y="{at_y(0) + 17:.1f}" text-anchor="middle">{escape(label)}</text>')
    width = (high - low) / max(len(chart.bars), 1)
    for k, value in enumerate(chart.bars):
        left, right = at_x(low + k * width) + 1, at_x(low + (k + 1) * width) - 1
        out.append(
            f'<rect x="{left:.1f}" y="{at_y(value):.1f}" width="{right - left:.1f}" '
            f'height="{at_y(0) - at_y(value):.1f}" fill="{_STYLES[0][0]}"/>'
        )
    if chart.diagonal:
        out.append(_line(at_x(0), at_y(0), at_x(1), at_y(1), "#222", "5 4"))
    if chart.level is not None:
        out.append(_line(at_x(low), at_y(chart.level), at_x(high), at_y(chart.level), "#222", "5 4"))
    for s in chart.series:
        out += _series(s, at_x, lambda y: at_y(min(max(y, 0.0), marks[-1])))
    out.append(_line(_LEFT, at_y(0), WIDTH - _RIGHT, at_y(0), "#222"))
    middle = (_TOP + HEIGHT - _BOTTOM) / 2
    out.append(
        f'<text x="{(_LEFT + WIDTH) / 2}" y="{HEIGHT - _BOTTOM + 36}" text-anchor="middle">{chart.x_label}</text>'
    )
    out.append(
        f'<text transform="translate(14 {middle}) rotate(-90)" text-anchor="middle">{escape(chart.y_label)}</text>'
    )
    out += _legend([s for s in chart.series if s.name])
    return "".join(x for x in out if x) + "</svg>"


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, dash: str = "", width: float = 1) -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width:g}"{dashed}/>'
    )


def _series(s: Series, at_x: Callable[[float], float], at_y: Callable[[float], float]) -> list[str]:
    colour, dash, mark = _STYLES[s.style % len(_STYLES)]
    here = [i for i, y in enumerate(s.y) if math.isfinite(y)]
    points = " ".join(f"{at_x(s.x[i]):.1f},{at_y(s.y[i]):.1f}" for i in here)
    dashed = f' stroke-dasharray="{dash}"' if dash and not s.thin else ""
    width, faint = (1, ' opacity="0.5"') if s.thin else (2, "")
    out = [f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed}{faint}/>']
    if s.thin:
        return out
    for i in here:
        if s.low and math.isfinite(s.low[i]) and math.isfinite(s.high[i]):
            out.append(_line(at_x(s.x[i]), at_y(s.low[i]), at_x(s.x[i]), at_y(s.high[i]), colour))
        out.append(_mark(mark, at_x(s.x[i]), at_y(s.y[i]), colour))
    return out


def _mark(kind: str, x: float, y: float, colour: str, r: float = 4) -> str:
    shapes: dict[str, list[tuple[float, float]]] = {
        "square": [(-r, -r), (r, -r), (r, r), (-r, r)],
        "triangle": [(0, -r - 1), (r + 1, r), (-r - 1, r)],
        "diamond": [(0, -r - 2), (r + 1, 0), (0, r + 2), (-r - 1, 0)],
    }
    shape = shapes.get(kind.removeprefix("hollow "))
    fill = f'fill="#fff" stroke="{colour}" stroke-width="1.5"' if kind.startswith("hollow ") else f'fill="{colour}"'
    if shape is None:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" {fill}/>'
    return f'<polygon points="{" ".join(f"{x + a:.1f},{y + b:.1f}" for a, b in shape)}" {fill}/>'


def _legend(series: Sequence[Series]) -> list[str]:
    out: list[str] = []
    x, y = float(_LEFT), HEIGHT - 28
    for s in series:
        length = 46 + 6.6 * len(s.name)
        if x + length > WIDTH and x > _LEFT:
            x, y = float(_LEFT), y + 18
        colour, dash, mark = _STYLES[s.style % len(_STYLES)]
        out.append(_line(x, y - 4, x + 26, y - 4, colour, "" if s.thin else dash, 1 if s.thin else 2))
        out.append("" if s.thin else _mark(mark, x + 13, y - 4, colour))
        out.append(f'<text x="{x + 31:.0f}" y="{y}">{escape(s.name)}</text>')
        x += length
    return out
