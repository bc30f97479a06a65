"""What the rivals learn from earlier nights: their settings, and the size of their own errors.

Only 2016 and 2019 are looked at; a night then uses the errors of those that were earlier than itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from scenarios.backtest import file_of, plan, run
from scenarios.questions import ALL
from scenarios.spread import STORE, council_class, party_class
from scenarios.units import COLUMNS, RIVALS, Unit
from seeds import load_election

NIGHTS = ("2016", "2019")
AT = (1.0, 2.0, 5.0, 10.0, 25.0, 50.0)
_SWING = {"pull": (6.0, 1.0, 2.5, 20.0, 50.0), "doubt": (8.0, 2.0, 20.0, 50.0)}
_GIVEN_MORE = {"pull": (6.0, 1.0, 2.5, 20.0), "doubt": (8.0, 2.0, 20.0)}
#: Values to choose each setting from, one after another; the first is where the search begins.
GRID: dict[str, dict[str, tuple[float, ...]]] = {
    "uniform": _SWING,
    "proportional": _SWING,
    "ridge": {"penalty": (30.0, 3.0, 10.0, 100.0, 300.0), "level": (3.0, 0.1, 30.0)},
    "uniform+": _GIVEN_MORE,
    "proportional+": _GIVEN_MORE,
}


def learn(*, orders: int, workers: int, tell: Callable[[str], None], store: Path = STORE) -> None:
    """Choose the settings, measure the errors, and store both.

    Parameters
    ----------
    orders
        Random orders of each night, besides the skewed ones; a third of them for choosing the settings.
    """
    settings = _choose(max(1, orders // 3), workers, tell)
    tell(f"settings: {json.dumps(settings)}")
    rows = _rows(settings, orders, workers, AT)
    nights = []
    for night in NIGHTS:
        election = load_election(night)
        own = rows[rows["election"] == election.key]
        squares = {
            method: {f"{at:g}": mean_squares(own[(own["method"] == method) & (own["at"] == at)]) for at in AT}
            for method in RIVALS
        }
        date = election.date.isoformat()
        nights.append(
            {"night": election.key, "date": date, "orders": int(own.groupby("order")["seed"].nunique().sum())}
        )
        nights[-1]["squares"] = squares
    text = json.dumps({"settings": settings, "nights": nights}, indent=1) + "\n"
    store.write_text(text, encoding="utf-8")
    tell(f"{store} written")


def mean_squares(rows: pd.DataFrame) -> dict[str, float]:
    """Mean squared error by quantity and class, on the scales of :mod:`scenarios.spread`.

    ``rows`` are those of one night, method and checkpoint; every order counts alike.
    """
    unit = ["order", "seed"]
    seats = rows[rows["quantity"] == "seats"]
    councils = seats[seats["area"] != ALL]
    up = councils.groupby([*unit, "area"])["truth"].transform("sum")
    to_come = councils.groupby(unit)["truth"].sum().rename("to_come")
    totals = seats[seats["area"] == ALL].merge(to_come, on=unit)
    shares = rows[rows["quantity"] == "vote_share"]
    parts: list[tuple[str, pd.DataFrame, pd.Series | float, list[str]]] = [
        ("councils", councils, up, [council_class(p, n) for p, n in zip(councils["party"], up, strict=True)]),
        ("totals", totals, totals["to_come"], [party_class(p) for p in totals["party"]]),
        ("shares", shares, 1.0, [party_class(p) for p in shares["party"]]),
    ]
    out: dict[str, float] = {}
    for quantity, part, scale, classes in parts:
        error = ((part["mean"] - part["truth"]) / scale) ** 2
        for name, value in error.groupby(pd.Series(classes, index=part.index)).mean().items():
            out[f"{quantity} {name}"] = float(f"{value:.4g}")
    return out


def _choose(orders: int, workers: int, tell: Callable[[str], None]) -> dict[str, dict[str, float]]:
    """Settings with the least error of the main parties' totals, each checkpoint and night alike."""
    out = {}
    for method, grid in GRID.items():
        best = {name: values[0] for name, values in grid.items()}
        errors: dict[float, float] = {}
        for name, values in grid.items():
            # What is at hand already has been tried with the setting before.
            errors = {best[name]: min(errors.values())} if errors else {}
            for value in values:
                if value not in errors:
                    errors[value] = _error(method, best | {name: value}, orders, workers)
                    tell(f"{method} {best | {name: value}}: {errors[value]:.1f}")
            best[name] = min(errors, key=errors.__getitem__)
        out[method] = best
    return out


def _error(method: str, settings: dict[str, float], orders: int, workers: int) -> float:
    """Geometric mean over nights and checkpoints, which differ in how many seats are to come."""
    rows = _rows({method: settings}, orders, workers, (1.0, 5.0, 25.0), (method,))
    main = rows[(rows["quantity"] == "seats") & (rows["area"] == ALL) & rows["party"].map(party_class).eq("main")]
    error = (main["mean"] - main["truth"]).abs().groupby([main["election"], main["at"]]).mean()
    return float(np.exp(np.log(error.to_numpy() + 1.0).mean()))


def _rows(
    settings: dict[str, Any], orders: int, workers: int, at: Sequence[float], methods: Sequence[str] = RIVALS
) -> pd.DataFrame:
    text = json.dumps({"settings": settings, "nights": []}, sort_keys=True)
    units = plan(NIGHTS, orders=orders, at=at, methods=methods, rivals=text)
    with TemporaryDirectory() as folder:
        run(units, Path(folder), workers=workers)
        return pd.concat([_read(Path(folder), u) for u in units], ignore_index=True)


def _read(folder: Path, unit: Unit) -> pd.DataFrame:
    import gzip

    text = gzip.decompress(file_of(folder, unit).read_bytes()).decode()
    kinds = {"election": str, "order": str, "method": str, "quantity": str, "area": str, "party": str}
    return pd.read_csv(StringIO(text), names=list(COLUMNS), dtype=kinds)
