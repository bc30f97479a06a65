"""Make ``seeds/tables/compositions.csv``, for packs that are made without the raw data (``pns import``)."""

from __future__ import annotations

from pathlib import Path

from seeds.build.composition import compositions
from seeds.cells import format_numbers
from seeds.compositions import COMPOSITIONS, COMPOSITIONS_COLUMNS
from seeds.write import write_csv


def build(folder: Path, out: Path) -> None:
    """Write the table from the compositions in ``folder``, by council and year.

    Raises
    ------
    SourceError
        If a council's name is not known or a row's seats do not add up to its total.
    """
    table = sorted(compositions(folder / "composition").items())
    write_csv(
        out / COMPOSITIONS,
        COMPOSITIONS_COLUMNS,
        [(key, year, format_numbers(c.seats)) for (key, year), c in table],
    )
