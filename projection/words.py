"""Probabilities and intervals as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from projection.summary import Summary

#: Lines of many of a kind that are printed before the rest is only counted.
FEW = 5


def chance(p: float, *, certain: bool = False) -> str:
    """A probability as people read it: never 0% or 100% of what has not happened."""
    if certain and p in (0.0, 1.0):
        return "yes" if p else "no"
    if p < 0.01:
        return "<1%"
    if p > 0.99:
        return ">99%"
    return f"{100 * p:.0f}%"


def interval(s: Summary, digits: int = 0, signed: bool = False) -> str:
    """Median with the 90% interval in brackets; the number alone where both ends of the interval read the same."""
    form = f"{'+' if signed else ''},.{digits}f"

    def number(x: float) -> str:
        x = round(x, digits) + 0.0  # no minus zero
        return "0" if signed and x == 0 and digits == 0 else f"{x:{form}}"

    low, middle, high = number(s.p05), number(s.p50), number(s.p95)
    # Between two draws a quantile may be a part of a seat, which is none.
    if low == high:
        return middle
    between = " to " if signed or s.p05 < 0 else "–"
    return f"{middle} ({low}{between}{high})"


def change(net: Summary | None, seats: Summary | None, before: int) -> str:
    """A change in seats with its interval, such that seats less those before are what it says; empty if there is none.

    A median may lie halfway between two numbers of seats, and its half be rounded one way in the seats and the other
    way in their change. Where the change is the seats less a fixed number, it is told of the rounded seats. Where it is
    not (seats held over that are drawn, councils whose change is not known) the two are medians of different things,
    and need not agree to the seat.
    """
    if net is None:
        return ""
    if seats and all(abs(getattr(seats, x) - before - getattr(net, x)) < 1e-6 for x in ("p05", "p50", "p95")):
        net = replace(net, p05=round(seats.p05) - before, p50=round(seats.p50) - before, p95=round(seats.p95) - before)
    return interval(net, signed=True)


def few(lines: Sequence[str], more: str) -> list[str]:
    """The first few of many lines; ``more`` counts the rest, and says where they are."""
    left = len(lines) - FEW
    return list(lines) if left <= 0 else [*lines[:FEW], more.format(left)]
