"""Tables of single nights for a backtest's report: what was replayed, each party, each order, the worst misses."""

from __future__ import annotations

import pandas as pd

from scenarios.figures import KINDS
from scenarios.questions import ALL
from scenarios.summary import Sheet

#: Parties of a night's table, and misses that are listed.
PARTIES, MISSES = 8, 12


def replays_sheet(scores: pd.DataFrame) -> Sheet:
    """What the rows are of: replays, checkpoints, councils."""
    rows = []
    for night, own in scores.groupby("election", observed=True):
        orders = own[["kind", "order", "seed"]].drop_duplicates()
        random, skewed = (orders[orders["kind"] == k] for k in KINDS)
        stops = own[["at", "declared"]].drop_duplicates().sort_values("at")
        told = ", ".join(f"{d} ({a:g}%)" for a, d in zip(stops["at"], stops["declared"], strict=True))
        names = ", ".join(sorted(map(str, skewed["order"]))) or "none"
        scored = own.loc[(own["quantity"] == "seats") & (own["area"] != ALL), "area"].nunique()
        rows.append(
            (str(night), f"{len(random)}", f"{len(skewed)}: {names}", f"{told} of {own['of'].max()}", f"{scored}")
        )
    return Sheet(
        "What was replayed",
        ("night", "random orders", "skewed orders", "councils declared at checkpoints", "councils scored"),
        tuple(rows),
    )


def _totals(scores: pd.DataFrame) -> pd.DataFrame:
    whole = (scores["quantity"] == "seats") & (scores["area"] == ALL) & (scores["method"] == "model")
    return scores[whole].assign(
        error=lambda x: (x["mean"] - x["truth"]).abs(),
        inside=lambda x: (x["p05"] <= x["truth"]) & (x["truth"] <= x["p95"]),
        width=lambda x: x["p95"] - x["p05"],
    )


def parties_sheet(scores: pd.DataFrame) -> list[Sheet]:
    """The model's forecast of each party's seats beside the result, by kind of order and checkpoint."""
    totals, out = _totals(scores), []
    for kind in KINDS:
        own = totals[totals["kind"] == kind]
        if own.empty:
            continue
        ats = sorted(own["at"].unique())
        parties = own.drop_duplicates("party").sort_values("truth", ascending=False, kind="stable")
        rows = []
        for party, truth in list(zip(parties["party"], parties["truth"], strict=True))[:PARTIES]:
            cells = []
            for at in ats:
                here = own[(own["party"] == party) & (own["at"] == at)]
                cells.append(
                    f"{here['mean'].mean():,.0f} ± {here['width'].mean() / 2:,.0f}; "
                    f"{int(here['inside'].sum())} of {len(here)}"
                    if len(here)
                    else "–"
                )
            rows.append((str(party), f"{truth:,.0f}", *cells))
        out.append(
            Sheet(
                f"Seats by party, {kind} orders: the model's mean over orders, ± half the mean width of its 90% "
                "interval; in how many orders that interval held the result",
                ("party", "result", *(f"at {at:g}%" for at in ats)),
                tuple(rows),
            )
        )
    return out


def orders_sheet(scores: pd.DataFrame) -> Sheet:
    """The model's mean absolute error of the four largest parties' seats, order by order."""
    own = _totals(scores)
    own = own[own["largest"]]
    ats = sorted(own["at"].unique())
    rows = []
    for (kind, order, seed), here in own.groupby(["kind", "order", "seed"], observed=True, sort=True):
        name = f"random, seed {seed}" if kind == KINDS[0] else str(order)
        cells = []
        for at in ats:
            part = here[here["at"] == at]
            cells.append(
                f"{part['error'].mean():,.0f}; {int(part['inside'].sum())} of {len(part)}" if len(part) else "–"
            )
        rows.append((name, *cells))
    return Sheet(
        "Order by order: the model's mean error of the four largest parties' seats; in how many its 90% interval held",
        ("order", *(f"at {at:g}%" for at in ats)),
        tuple(rows),
    )


def worst_sheet(scores: pd.DataFrame) -> Sheet:
    """Councils and parties of which the model was furthest off, over all replays."""
    own = scores[(scores["quantity"] == "seats") & (scores["area"] != ALL) & (scores["method"] == "model")]
    own = own.assign(error=(own["mean"] - own["truth"]).abs())
    means = own.groupby(["area", "party"], observed=True).agg(
        error=("error", "mean"), forecast=("mean", "mean"), truth=("truth", "first"), rows=("error", "size")
    )
    means = means.sort_values("error", ascending=False, kind="stable").head(MISSES).reset_index()
    columns = (means[c] for c in ("area", "party", "truth", "forecast", "error", "rows"))
    rows = tuple(
        (str(area), str(party), f"{truth:.0f}", f"{forecast:.1f}", f"{error:.1f}", f"{n}")
        for area, party, truth, forecast, error, n in zip(*columns, strict=True)
    )
    return Sheet(
        "Furthest off: councils and parties with the model's largest mean error while they had not declared",
        ("council", "party", "won", "forecast", "error", "forecasts"),
        rows,
    )
