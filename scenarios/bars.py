"""What a model has to reach on nights that it has not seen: each bar as a number beside what was reached."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.figures import KINDS, Figure, Sums
from scenarios.units import GIVEN_MORE

#: The nights that the bars are about; others are reported as they are.
SCORED = ("2018", "2021", "2025")
SWINGS = ("uniform", "proportional", *GIVEN_MORE)
#: Seats by which a quick ridge outside this project missed each main party on 2018, in random orders.
QUICK_RIDGE = {5.0: 103, 25.0: 56, 50.0: 42}


@dataclass(frozen=True, slots=True)
class Bar:
    """One requirement: ``low <= value <= high``.

    ``asked`` is False of rivals of our own, which are given more than was asked: their rows stand beside the others
    with the same thresholds.
    """

    name: str
    reached: Figure
    low: float | None
    high: float | None
    strict: bool = False
    asked: bool = True

    @property
    def passed(self) -> bool | None:
        """None where nothing is known."""
        v = self.reached.value
        if not self.reached.known:
            return None
        above = self.low is None or v >= self.low
        return above and (self.high is None or (v < self.high if self.strict else v <= self.high))

    @property
    def needed(self) -> str:
        """The requirement in figures."""
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g}"
        return (
            f"at least {self.low:g}"
            if self.low is not None
            else f"{'below' if self.strict else 'at most'} {self.high:g}"
        )


def bars(table: Sums) -> list[Bar]:
    """All bars that the scores at hand can speak to."""
    nights = [e for e in table.elections if e in SCORED]
    if not nights or "model" not in table.methods:
        return []
    found = [*_coverage(table, nights), *_errors(table, nights), *_quick(table), *_control(table, nights)]
    return [b for b in found if b.reached.known]


def _percent(f: Figure) -> Figure:
    return Figure(100 * f.value, 100 * f.error, f.rows)


def _coverage(table: Sums, nights: list[str]) -> list[Bar]:
    out = []
    subjects = {
        "totals": "four largest parties' totals",
        "councils": "seats by council and party, all",
        "open councils": "seats by council and party, not certain",
    }
    for level, low, high in ((90, 85.0, 95.0), (50, 42.0, 58.0)):
        for subject, words in subjects.items():
            for kind in KINDS:
                for figure, how in ((f"in{level}", "closed interval"), (f"pit{level}", "randomised PIT")):
                    reached = _percent(table.figure("model", subject, figure, nights, kind, table.ats))
                    out.append(Bar(f"coverage of {level}%, {words}, {kind} orders, {how}", reached, low, high))
    return out


def _rival(method: str) -> str:
    return f"{method}'s (ours, not asked)" if method in GIVEN_MORE else f"{method}'s"


def _errors(table: Sums, nights: list[str]) -> list[Bar]:
    out = []
    rivals = [m for m in table.methods if m != "model"]
    for at in table.ats:
        for rival in rivals:
            error = table.relative(rival, "totals", "error", nights, None, [at])
            crps = table.relative(rival, "totals", "crps", nights, None, [at])
            where = f"of {_rival(rival)}, totals, {at:g}% declared, all orders"
            asked = rival not in GIVEN_MORE
            if at >= 5:
                most = 2 / 3 if rival in SWINGS else 1.0
                out.append(Bar(f"absolute error as a part {where}", error, None, round(most, 4), asked=asked))
                out.append(Bar(f"CRPS as a part {where}", crps, None, 0.8, asked=asked))
            else:
                out.append(Bar(f"absolute error as a part {where}", error, None, 1.0, strict=True, asked=asked))
    return out


def _quick(table: Sums) -> list[Bar]:
    """Against the figures of a quick ridge on 2018; the three main parties count alike in ours."""
    if "2018" not in table.elections:
        return []
    out = []
    for at, seats in QUICK_RIDGE.items():
        if at in table.ats:
            reached = table.figure("model", "main totals", "error", ["2018"], "random", [at])
            out.append(
                Bar(f"seats missed per main party, 2018, random orders, {at:g}% declared", reached, None, 0.75 * seats)
            )
    return out


def _control(table: Sums, nights: list[str]) -> list[Bar]:
    out = []
    for rival in (m for m in table.methods if m != "model"):
        relative = table.relative(rival, "control", "brier", nights, None, table.ats)
        name = f"Brier score of control as a part of {_rival(rival)}, all orders"
        out.append(Bar(name, relative, None, 1.0, strict=True, asked=rival not in GIVEN_MORE))
    called = _percent(table.figure("model", "control", "called", nights, None, table.ats))
    out.append(Bar("calls of control at 95% or more that come true, %", called, 95.0, None))
    return out
