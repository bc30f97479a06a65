"""Columns of the model: the parties that it tells apart by name, and three that stand for kinds of candidate.

A party is never shown under its column's name: "Oth" here only says that the model knows no more of a local
party's swing than that it is a small party's. Each slate keeps its own code, baseline and noise.
"""

from __future__ import annotations

from collections.abc import Iterable

#: Parties with a swing of their own, in the order of the model's columns.
NAMED = ("Con", "Lab", "LD", "Grn", "UKIP", "Ref", "Brexit", "SNP", "PC")
COLUMNS = (*NAMED, "Ind", "Oth")


def column_of(party: str) -> str:
    """Column of a party code: itself where it has a swing of its own, "Ind", else "Oth"."""
    return party if party in COLUMNS else "Oth"


def columns_standing(parties: Iterable[str]) -> tuple[str, ...]:
    """Columns that occur among party codes, in the model's order."""
    present = {column_of(p) for p in parties}
    return tuple(c for c in COLUMNS if c in present)
