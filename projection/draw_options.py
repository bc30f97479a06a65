"""Options of commands that draw: how many draws, and from which seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

Decorator = Callable[[Any], Any]

draws_option: Decorator = click.option(
    "--draws", default=2000, show_default=True, type=click.IntRange(1, 65_535), help="Number of draws."
)


def seed_option(words: str = "Seed of the draws.", default: int = 0) -> Decorator:
    """The option ``--seed``; ``words`` are its help."""
    return click.option("--seed", default=default, show_default=True, type=click.IntRange(0), help=words)
