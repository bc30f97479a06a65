"""Pictures of wards before and after declarations. Every function returns a Figure and shows nothing.

Needs matplotlib: ``pip install pnsight[plots]``. A prior is grey, a posterior has its party's colour, what has declared
is a black tick; so no figure rests on colour alone.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.frames import share_draws
from projection.known import counted_shares
from seeds.errors import PNSightError
from seeds.types import Election, Votes

try:
    from matplotlib.figure import Figure
except ImportError:
    raise PNSightError("plots need matplotlib, which is not installed; install pnsight[plots]") from None

if TYPE_CHECKING:
    from models import Posterior

#: Readable on white, close to what the parties wear.
COLOUR = {
    "Con": "#0a6fb8",
    "Lab": "#d50032",
    "LD": "#e08a00",
    "Grn": "#3a8b2f",
    "UKIP": "#6d3177",
    "Brexit": "#0a8fa8",
    "Ref": "#0a8fa8",
    "SNP": "#b59a00",
    "PC": "#2f6b50",
    "Ind": "#6b5b4b",
}
OTHER = "#4d4d4d"
PRIOR = "#b5b5b5"


def ward_plot(
    election: Election, prior: Posterior, posterior: Posterior, ballot: str, result: Votes | None = None
) -> Figure:
    """One contest: densities of each party's share before anything had declared, and now.

    Parameters
    ----------
    prior, posterior
        From :func:`projection.notebook.posterior`.
    ballot
        A ballot id.
    result
        What the contest declared in the end, to be marked.

    Raises
    ------
    PNSightError
        If the model does not speak of the contest.
    """
    slots = posterior.design.slots
    if ballot not in slots.ballots:
        raise PNSightError(f"'{ballot}' is no contest of {election.key} that the model speaks of")
    i = slots.ballots.index(ballot)
    before, after = (100 * share_draws(p, np.array([i]))[:, 0] for p in (prior, posterior))
    at = np.flatnonzero(slots.party[i] >= 0)
    at = at[np.argsort(-before[:, at].mean(axis=0), kind="stable")]
    known = bool(posterior.declared[i])
    told = counted_shares(result) if result else {}
    figure, axes = _figure(len(at), (7.0, 0.9 + 0.72 * len(at)), sharex=True)
    furthest = [*np.quantile(before, [0.998]), *np.quantile(after, [0.998]), *(100 * v for v in told.values())]
    top = min(100.0, float(np.max(furthest)) + 3)
    grid = np.linspace(0, top, 400)
    for axis, s in zip(axes, at, strict=True):
        party = slots.parties[slots.party[i, s]]
        hue = COLOUR.get(party, OTHER)
        curve = _density(before[:, s], grid)
        axis.fill_between(grid, curve / curve.max(), color=PRIOR, alpha=0.6, linewidth=0)
        words = f"{before[:, s].mean():.0f}%"
        if known:
            axis.axvline(after[0, s], color=hue, linewidth=3)
            words += f" → {after[0, s]:.1f}% declared"
        else:
            curve = _density(after[:, s], grid)
            axis.fill_between(grid, curve / curve.max(), color=hue, alpha=0.35, linewidth=0)
            axis.plot(grid, curve / curve.max(), color=hue, linewidth=1.4)
            low, high = np.quantile(after[:, s], (0.05, 0.95))
            words += f" → {after[:, s].mean():.0f}% (90%: {low:.0f}–{high:.0f})"
        if party in told:
            axis.plot(100 * told[party], 0.0, marker="^", markersize=8, color="black", clip_on=False, zorder=5)
        axis.set_ylabel(party, rotation=0, ha="right", va="center", color=hue, fontweight="bold")
        axis.text(0.995, 0.82, words, transform=axis.transAxes, ha="right", va="center", fontsize=9)
        axis.set_yticks([])
        axis.set_ylim(0, 1.12)
        axis.set_xlim(0, top)
        _bare(axis, bottom=True)
    contest = election.contests[ballot]
    axes[0].set_title(_title(f"{contest.ward}, {election.councils[contest.council].name}", posterior), loc="left")
    notes = "Share of the best candidates' votes, %. Grey: before any declaration. Colour: now."
    figure.supxlabel(notes + (" Triangle: result." if told else ""), x=0.01, ha="left", fontsize=9)
    return figure


def council_plot(
    election: Election,
    prior: Posterior,
    posterior: Posterior,
    council: str,
    result: Mapping[str, Votes] | None = None,
    parties: int = 4,
) -> Figure:
    """Every ward of a council: medians and 90% intervals of its largest parties before and now.

    Parameters
    ----------
    prior, posterior
        From :func:`projection.notebook.posterior`.
    council
        Its slug.
    result
        Votes by ballot, to be marked.
    parties
        How many parties have a panel.

    Raises
    ------
    PNSightError
        If the model speaks of no contest there.
    """
    slots = posterior.design.slots
    ballots = [b for b in slots.ballots if election.contests[b].council == council]
    if not ballots:
        raise PNSightError(f"'{council}' has no contest in {election.key} that the model speaks of")
    before, after = prior.to_frame(ballots), posterior.to_frame(ballots)
    largest = before.groupby("party", observed=True)["mean"].sum().sort_values(ascending=False).index[:parties]
    first = before[before["party"] == largest[0]].set_index("ballot_id")["p50"]
    order = sorted(ballots, key=lambda b: (first.get(b, -1.0), b))
    row = {b: y for y, b in enumerate(order)}
    size = (1.6 + 2.5 * len(largest), 1.3 + 0.24 * len(order))
    figure, axes = _figure(len(largest), size, across=True, sharex=True, sharey=True)
    for axis, party in zip(axes, largest, strict=True):
        hue = COLOUR.get(party, OTHER)
        then, now = (f[f["party"] == party] for f in (before, after))
        y = np.array([row[b] for b in then["ballot_id"]], dtype=float)
        axis.hlines(y + 0.18, 100 * then["p05"], 100 * then["p95"], color=PRIOR, linewidth=3.5)
        axis.plot(100 * then["p50"], y + 0.18, "|", color="#777777", markersize=6)
        open_, shut = ~now["declared"].to_numpy(), now["declared"].to_numpy()
        axis.hlines(y[open_] - 0.14, 100 * now["p05"][open_], 100 * now["p95"][open_], color=hue, linewidth=2)
        axis.plot(100 * now["p50"][open_], y[open_] - 0.14, "o", color=hue, markersize=4)
        axis.plot(100 * now["p50"][shut], y[shut] - 0.14, "D", color=hue, markersize=4.5)
        marks = [(b, counted_shares(result[b]).get(party)) for b in then["ballot_id"] if result and b in result]
        if told := [(100 * v, row[b] - 0.14) for b, v in marks if v is not None]:
            axis.plot(*zip(*told, strict=True), "|", color="black", markersize=9, markeredgewidth=1.6)
        axis.set_title(party, color=hue, fontweight="bold", loc="left")
        axis.grid(axis="x", color="#e6e6e6", linewidth=0.8)
        axis.set_axisbelow(True)
        _bare(axis, bottom=True)
    axes[0].set_yticks(range(len(order)), [election.contests[b].ward for b in order], fontsize=8)
    axes[0].set_ylim(-0.8, len(order) - 0.2)
    axes[0].set_xlim(left=0)
    figure.suptitle(_title(election.councils[council].name, posterior), x=0.01, ha="left")
    notes = (
        "Share of the best candidates' votes, %: medians and 90% intervals. Grey: before any declaration. Colour: now"
    )
    figure.supxlabel(
        notes + (", diamonds: declared." if posterior.declared.any() else ".") + (" Black: result." if result else ""),
        x=0.01, ha="left", fontsize=9,
    )  # fmt: skip
    return figure


def night_plot(prior: Posterior, posterior: Posterior, parties: Sequence[str] = ("Con", "Lab", "LD", "Grn")) -> Figure:
    """Every ward of the night: each party's expected share before any declaration, and now with its 90% interval.

    A ward on the diagonal has not moved.
    """
    before, after = prior.to_frame(), posterior.to_frame()
    figure, axes = _figure(len(parties), (2.7 * len(parties), 3.1), across=True)
    for axis, party in zip(axes, parties, strict=True):
        hue = COLOUR.get(party, OTHER)
        pair: pd.DataFrame = before[before["party"] == party].merge(
            after[after["party"] == party], on=["ballot_id", "party"], suffixes=("_before", "")
        )
        shut = pair["declared"].to_numpy()
        x, y = 100 * pair["mean_before"].to_numpy(), 100 * pair["mean"].to_numpy()
        low, high = 100 * pair["p05"].to_numpy(), 100 * pair["p95"].to_numpy()
        axis.plot(x[shut], y[shut], "x", color="#777777", markersize=2.5, alpha=0.6, markeredgewidth=0.6)
        axis.vlines(x[~shut], low[~shut], high[~shut], color=hue, alpha=0.04, linewidth=0.8)
        axis.plot(x[~shut], y[~shut], ".", color=hue, markersize=2.2, markeredgewidth=0)
        top = max(5.0, float(np.max([x.max(initial=0), y.max(initial=0), np.quantile(high, 0.99)])) + 2)
        axis.plot([0, top], [0, top], color="#888888", linewidth=0.8, linestyle="--")
        axis.set_xlim(0, top)
        axis.set_ylim(0, top)
        axis.set_aspect("equal")
        axis.set_title(f"{party}: {len(pair):,} wards", color=hue, fontweight="bold", loc="left", fontsize=10)
        _bare(axis, bottom=True, left=True)
    axes[0].set_ylabel("now, %")
    figure.supxlabel(
        "before any declaration, %.  Dots: still to declare, with 90% intervals.  Crosses: declared.", fontsize=9
    )
    return figure


class Picture(Figure):
    """A figure that a notebook displays although pyplot was never imported."""

    def _repr_png_(self) -> bytes:
        out = io.BytesIO()
        self.savefig(out, format="png", dpi=80)
        return out.getvalue()


def _figure(panels: int, size: tuple[float, float], across: bool = False, **shared: Any) -> tuple[Figure, Any]:
    figure = Picture(figsize=size, layout="constrained")
    shape = (1, panels) if across else (panels, 1)
    return figure, figure.subplots(*shape, squeeze=False, **shared).ravel()


def _bare(axis: Any, *, bottom: bool = False, left: bool = False) -> None:
    axis.spines[["top", "right"]].set_visible(False)
    axis.spines["bottom"].set_visible(bottom)
    axis.spines["left"].set_visible(left)
    axis.tick_params(length=0, labelsize=8)


def _title(place: str, posterior: Posterior) -> str:
    return f"{place}: {int(posterior.declared.sum()):,} of {len(posterior.declared):,} contests of the night declared"


def _density(draws: NDArray[np.floating], grid: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gaussian kernel estimate with Silverman's width, on counts in the grid's cells."""
    step = grid[1] - grid[0]
    width = max(0.9 * float(draws.std()) * len(draws) ** -0.2, step / 2)
    counts = np.histogram(draws, np.append(grid - step / 2, grid[-1] + step / 2))[0]
    reach = np.arange(-int(4 * width / step) - 1, int(4 * width / step) + 2) * step
    kernel = np.exp(-0.5 * (reach / width) ** 2)
    return np.convolve(counts, kernel, mode="same") if len(kernel) <= len(grid) else counts.astype(float)
