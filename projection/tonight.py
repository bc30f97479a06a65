"""What tonight's seats do that tonight's votes do not say, learned from the contests that have declared.

On any night some parties win more seats than the votes of their wards let expect, others fewer. The model draws one
such effect per party, shared by all councils to come (:mod:`models.late`), with a mean and a variance that earlier
nights taught. Here it learns from tonight. The declared contests are drawn again as of councils of which nothing is
known but the night's effects, and counted; by what was won against what is drawn so, the effect is moved and narrowed.
It is a pure function of (pack, net declarations, seed).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.columns import column_of
from models.design import Design
from models.posterior import Posterior
from projection.counting import elect
from seeds.winners import Count

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Part of the effect's variance that declared councils and those to come can have in common: so much of it can tonight
#: take away. The mean moves by all that is seen, as the other part is not told from it by what is seen.
COMMON = 0.75
#: The effects were fitted to the declared contests themselves, which takes a part of what is looked for away: on 2016
#: and 2019 what was seen at a quarter and at half declared was three quarters of what came later.
STRETCH = 1.3
#: Seats added to those won and those drawn alike, so that a party of few seats teaches little.
FEW = 3.0


def lean_tonight(posterior: Posterior, counts: Mapping[str, Count]) -> Posterior:
    """The posterior with its effect of seats as tonight's declared contests leave it.

    Parameters
    ----------
    posterior
        Of the night's votes; its ``late_seats`` are drawn from what earlier nights taught.
    counts
        Declared contests, counted; of those with a lot still open nothing is learned.
    """
    design = posterior.design
    told = posterior.declared & [b in counts and not counts[b].lot for b in design.slots.ballots]
    before = design.hyper.spread["late, seats"] ** 2 * design.hyper.of("council", design.columns)
    if not told.any() or not before.any():
        return posterior
    won, drawn = _won(design, counts, told), _drawn(posterior, told)
    response, usual = design.hyper.signal["seats exaggeration"], drawn.mean(axis=0) + FEW
    seen = np.log((won + FEW) / usual) / response
    noise = drawn.var(axis=0) / (usual * response) ** 2
    weight = before / (before + noise) * overlap(design, told, posterior.told)
    moved = STRETCH * weight * seen + np.sqrt(1 - COMMON * weight) * posterior.late_seats
    shift = {c: round(float(v), 4) for c, v in zip(design.columns, STRETCH * weight * seen, strict=True)}
    return replace(
        posterior,
        late_seats=moved.astype(np.float32),
        diagnostics={**posterior.diagnostics, "seats_beyond_votes_tonight": shift},
    )


def overlap(design: Design, told: Mask, begun: Mask) -> float:
    """How alike in region and type declared seats and those to come are: 1 as one mix, 0 with nothing in common.

    Parameters
    ----------
    told
        Contests that have declared; shape ``(n,)``.
    begun
        Councils of which something has declared; shape ``(c,)``.
    """
    council, seats = design.slots.councils, design.slots.seats.astype(np.float64)
    group = design.region[council] * len(design.kinds) + design.kind[council]
    mix = [
        np.bincount(group, seats * which, minlength=len(design.regions) * len(design.kinds))
        for which in (told, ~begun[council])
    ]
    now, later = (m / max(m.sum(), 1.0) for m in mix)
    return float(np.minimum(now, later).sum())


def _won(design: Design, counts: Mapping[str, Count], told: Mask) -> Array:
    """Seats won in declared contests by column; shape ``(P,)``."""
    place = {c: i for i, c in enumerate(design.columns)}
    out = np.zeros(len(place))
    for n in np.flatnonzero(told):
        for party, seats in counts[design.slots.ballots[n]].seats.items():
            out[place[column_of(party)]] += seats
    return out


def _drawn(posterior: Posterior, told: Mask) -> Array:
    """The same in draws, as if the contests had not declared; shape ``(m, P)``."""
    design, again = posterior.design, posterior.undone(told)
    contests = np.flatnonzero(told)
    seats = np.zeros((again.draws, len(design.columns)), dtype=np.int16)
    # All contests are one group: any of them may add to any column.
    group = np.array([0, len(contests)], dtype=np.int64)
    for block in again.blocks(again.draws):
        elect(
            again.candidates(block), contests, group, design.slots.seats, again.candidate_slot, design.contests.column,
            seats, np.zeros(design.contests.column.shape, dtype=np.int64),
        )  # fmt: skip
    return seats.astype(np.float64)
