"""The two small notations inside a pack's cells: ``Con=12; Lab=9`` and ``Con=674+591; Lab=500``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

#: What stands between parties and numbers in a cell, and so in no party's code.
BETWEEN = re.compile(r"[=;+,]")


def _split(cell: str) -> list[tuple[str, str]]:
    pairs = []
    for part in cell.split(";"):
        party, sep, value = part.rpartition("=")
        party = party.strip()
        if sep and party:
            pairs.append((party, value.strip()))
        elif part.strip():
            raise ValueError(f"'{part.strip()}' is not written as party=number")
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a party stands twice in one cell")
    return pairs


def _number(text: str) -> float:
    value = float(text)
    if not 0 <= value < float("inf"):
        raise ValueError(f"'{text}' is not a number of zero or more")
    return value


def parse_counts(cell: str) -> dict[str, int]:
    """Read ``Con=12; Lab=9`` as whole numbers (``none`` as an empty list); raise ValueError if it is not that."""
    return dict(_counts(cell))


@lru_cache(maxsize=4096)
def _counts(cell: str) -> tuple[tuple[str, int], ...]:
    """The same few hundred slates stand in thousands of wards."""
    if cell.strip() == "none":
        return ()
    out: dict[str, int] = {}
    for party, value in _split(cell):
        if not value.isdecimal():
            raise ValueError(f"'{value}' is not a whole number of zero or more")
        out[party] = int(value)
    return tuple(out.items())


def parse_whole(cell: str) -> int:
    """Read a whole number of zero or more."""
    if not (cell.isascii() and cell.isdigit()):
        raise ValueError(f"'{cell}' is not a whole number of zero or more")
    return int(cell)


def parse_percent(cell: str) -> float:
    """Read a percentage."""
    value = _number(cell)
    if value > 100:
        raise ValueError(f"'{cell}' is more than a hundred per cent")
    return value


def parse_shares(cell: str) -> dict[str, float]:
    """Read ``Con=35.2; Lab=30`` as numbers."""
    return {party: _number(value) for party, value in _split(cell)}


def parse_votes(cell: str) -> dict[str, tuple[float, ...]]:
    """Read ``Con=674+591; Lab=500`` as tuples, best candidate first."""
    out = {}
    for party, value in _split(cell):
        votes = tuple(sorted((_number(v) for v in value.split("+")), reverse=True))
        out[party] = votes
    return out


def _text(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:.10g}"


def format_numbers(values: Mapping[str, float]) -> str:
    """Write party numbers, in the order given."""
    return "; ".join(f"{p}={_text(v)}" for p, v in values.items())


def format_votes(votes: Mapping[str, Iterable[float]]) -> str:
    """Write votes, best candidate first within a party, parties in the order given."""
    return "; ".join(f"{p}=" + "+".join(_text(v) for v in sorted(vs, reverse=True)) for p, vs in votes.items())
