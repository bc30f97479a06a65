"""What the councils still to come have in common that those declared do not show.

The model's own uncertainty treats councils as exchangeable once region, type and covariates are known. Real nights are
kinder to it council by council than in sum, since what is missing in the covariates is missing in all councils
together. Each draw therefore moves all wards of councils still to come by two shared effects per party, measured by
what one council does by itself (its learned standard deviation):

- of votes, times ``late`` where a ward has an earlier result of its own, times ``late, no baseline`` where it has none:
  there what is missing is the baseline itself;
- of the votes that seats are counted from, times ``late, seats``: shares come right on average where seats do not, as
  the wards that a party can win differ from the rest. In wards it has a mean: some parties lean one way on every night
  (``scenarios/leaning.py``).

The sizes come from 2016 and 2019 (``docs/model.md``). The effects fade as councils declare.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.design import Design

Float = NDArray[np.float32]

#: The effect of seats among the means of effects (``Hyper.mean``).
LEAN = "late, seats"


def late_effect(design: Design, draws: int, seed: int) -> Float:
    """The shared effect of each draw at a size of one; it does not depend on what has declared; ``(draws, P)``."""
    sd = np.sqrt(design.hyper.of("council", design.columns))
    return (np.random.default_rng([seed, 3]).standard_normal((draws, len(sd))) * sd).astype(np.float32)


def late_seats(design: Design, draws: int, seed: int) -> Float:
    """Logs of what votes are multiplied by where seats are counted; ``(draws, P)``."""
    sd = design.hyper.spread["late, seats"] * np.sqrt(design.hyper.of("council", design.columns))
    return (np.random.default_rng([seed, 4]).standard_normal((draws, len(sd))) * sd).astype(np.float32)


def seat_lean(design: Design) -> Float:
    """Mean of that log in wards, from what seats did on earlier nights; 0 for a column that none of them had; ``(P,)``.

    Councils known by totals have an efficiency of seats instead (:mod:`models.coarse`).
    """
    return np.array([design.hyper.mean.get(LEAN, {}).get(c, 0.0) for c in design.columns], dtype=np.float32)


def late_size(design: Design, told: NDArray[np.bool_]) -> Float:
    """How much of it moves each contest: nothing in councils of which something has declared; ``(n,)``.

    Parameters
    ----------
    told
        From :func:`told_councils`.
    """
    spread = design.hyper.spread
    size = np.where(design.has_baseline, spread["late"], spread["late, no baseline"])
    return np.where(told[design.contests.council], 0.0, size).astype(np.float32)


def late_size_of_totals(design: Design, told: NDArray[np.bool_]) -> Float:
    """The same of the councils known by totals, which have no wards to start from; ``(q,)``."""
    size = design.hyper.spread["late, no baseline"]
    return np.where(told[design.totals.council], 0.0, size).astype(np.float32)


def told_councils(design: Design, contests: NDArray[np.int64], councils: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Councils of which a contest has declared, or which are named as having told their totals; shape ``(c,)``."""
    told = np.zeros(len(design.councils), dtype=bool)
    told[design.contests.council[contests]] = True
    told[councils] = True
    return told
