"""The option of commands that says what the projected national share takes of parties that do not stand everywhere."""

from __future__ import annotations

from typing import get_args

import click

from projection.pns_result import Standing

standing_option = click.option(
    "--standing",
    type=click.Choice(get_args(Standing)),
    default="as it stands",
    show_default=True,
    help="Parties beyond Con, Lab and LD in the projected national share.",
)
