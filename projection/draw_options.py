"""Options of commands that draw: how many draws, and from which seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from projection.limits import MOST_DRAWS

Decorator = Callable[[Any], Any]


def draws_of(default: int = 2000, least: int = 1, words: str = "Number of draws.") -> Decorator:
    """The option ``--draws``; ``words`` are its help."""
    bounds = click.IntRange(least, MOST_DRAWS)
    return click.option("--draws", default=default, show_default=True, type=bounds, help=words)


draws_option: Decorator = draws_of()


def seed_option(words: str = "Seed of the draws.", default: int = 0) -> Decorator:
    """The option ``--seed``; ``words`` are its help."""
    return click.option("--seed", default=default, show_default=True, type=click.IntRange(0), help=words)
