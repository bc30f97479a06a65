"""Bounds that options of commands and functions of notebooks share."""

from __future__ import annotations

#: Of draws: a ward's histogram counts them in 16 bits.
MOST_DRAWS = 65_535
