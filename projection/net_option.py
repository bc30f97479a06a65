"""The option of commands that says what net change is measured against."""

from __future__ import annotations

from typing import get_args

import click

from projection.bases import Basis

net_option = click.option(
    "--net",
    type=click.Choice(get_args(Basis)),
    default="before",
    show_default=True,
    help="Show change on the pack's seats before tonight, May on May, or against the last contest of the same seats.",
)
