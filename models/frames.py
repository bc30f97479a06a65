"""A posterior as frames: what it says of every slate of every contest."""

from __future__ import annotations

from collections.abc import Collection
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.health import trouble_words
from seeds.errors import ModelError

if TYPE_CHECKING:
    from models.posterior import Posterior

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
#: Draws fetched at a time, and slates summarised at a time.
_BLOCK, _SLATES = 250, 2000


def share_draws(posterior: Posterior, contests: NDArray[np.int64]) -> NDArray[np.float32]:
    """All draws of a few contests' shares of the best candidates; shape ``(draw, contest, slot)``.

    Parameters
    ----------
    contests
        Indices into ``posterior.design.slots.ballots``.
    """
    # The stream reuses its array: each block's part is copied before the next is asked for.
    return np.concatenate([block[:, contests].copy() for block in posterior.blocks(_BLOCK)])


def shares_frame(posterior: Posterior, ballots: Collection[str] | None = None) -> pd.DataFrame:
    """Mean, standard deviation and quantiles of shares, one row per slate of each contest.

    Parameters
    ----------
    ballots
        Only these contests; all of the night if None.

    Returns
    -------
    DataFrame
        Columns ``ballot_id, council, party, incumbents, declared, mean, sd, p05, p25, p50, p75, p95``; shares are
        fractions of the votes of the best candidates of a contest. A declared contest has its shares, with a spread of
        zero. ``incumbents`` are the slate's candidates who sit on the council already, 0 too where nobody knows.

    Raises
    ------
    ModelError
        If a ballot is not one of the model's contests.
    """
    slots = posterior.design.slots
    place = {b: i for i, b in enumerate(slots.ballots)}
    if unknown := [b for b in ballots or () if b not in place]:
        raise ModelError(f"'{unknown[0]}' is no contest of {posterior.design.key} that the model speaks of")
    wanted = set(slots.ballots if ballots is None else ballots)
    contests = np.array([i for i, b in enumerate(slots.ballots) if b in wanted], dtype=np.int64)
    n, s = np.nonzero(slots.party[contests] >= 0)
    draws = share_draws(posterior, contests)[:, n, s]
    quantiles = np.empty((len(LEVELS), len(n)))
    for first in range(0, len(n), _SLATES):
        part = slice(first, first + _SLATES)
        quantiles[:, part] = np.quantile(draws[:, part], LEVELS, axis=0)
    at = contests[n]
    columns = {
        "ballot_id": [slots.ballots[i] for i in at],
        "council": [slots.council_names[c] for c in slots.councils[at]],
        "party": [slots.parties[p] for p in slots.party[at, s]],
        "incumbents": slots.incumbents[at, s],
        "declared": posterior.declared[at],
        "mean": draws.mean(axis=0, dtype=np.float64),
        "sd": draws.std(axis=0, dtype=np.float64),
    }
    return pd.DataFrame(columns | {f"p{round(100 * q):02d}": v for q, v in zip(LEVELS, quantiles, strict=True)})


def level_frame(posterior: Posterior) -> pd.DataFrame:
    """Where each column of the model stands tonight in a ward like the average one, in logs of shares.

    Measured against the mean over all slates that stand, as shares say nothing of a constant. Between a prior and a
    posterior a column that gains 0.1 on another turns 40 to 40 into about 42 to 38. One row per column, those with most
    slates first: how many slates, mean, standard deviation and the ends of the 90% interval.
    """
    design = posterior.design
    level = posterior.beta[:, 0].astype(np.float64) + design.level_mean
    slates = np.bincount(design.contests.column[design.contests.column >= 0], minlength=len(design.columns))
    level -= (level @ (slates / slates.sum()))[:, None]
    low, high = np.quantile(level, (0.05, 0.95), axis=0)
    values = {"slates": slates, "mean": level.mean(axis=0), "sd": level.std(axis=0), "p05": low, "p95": high}
    frame = pd.DataFrame(values, index=pd.Index(design.columns, name="column"))
    return frame[slates > 0].sort_values("slates", ascending=False, kind="stable")


def posterior_html(posterior: Posterior) -> str:
    """A posterior as a notebook shows it: how much it has seen, and the swing."""
    seen = f"{int(posterior.declared.sum()):,} of {len(posterior.declared):,} contests declared"
    ill = trouble_words(posterior.diagnostics)
    fit = f" <b>This fit is not healthy: {escape(ill)}.</b>" if ill else ""
    head = f"<p><b>Posterior of {posterior.design.key}</b>: {posterior.draws:,} draws, {seen}.{fit}</p>"
    table = level_frame(posterior).to_html(float_format=lambda x: f"{x:.3f}")
    return f"{head}<p>Tonight's level against the rest, in logs of shares:</p>{table}"
