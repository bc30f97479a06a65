"""What tonight's declared contests show that the fit does not: of shares, and of seats beyond votes.

The fit is one of logs, so that its levels may sit where logs are right on average and shares are not: where the results
of a party are skewed, tonight's shares of it come too high or too low in places still to come as in those declared.
And on any night some parties win more seats than the votes of their wards let expect, others fewer; the model draws one
such effect per party, shared by all councils to come (:mod:`models.late`), with a mean and a variance that earlier
nights taught. Both are learned here. The declared contests are drawn again as of councils of which nothing is known but
the night's effects, and counted; by what came against what is drawn so, the levels of councils to come are moved, and
the effect of seats is moved and narrowed. It is a pure function of (pack, net declarations, seed).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

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
#: and 2019 what was seen of seats at a quarter and at half declared was three quarters of what came later, and of
#: shares so on 2014, 2016, 2017 and 2019.
STRETCH = 1.3
#: Standard deviation of what shares do beyond the fit, as a part of what one council's level differs by.
SHARES = 0.7
#: Seats, or whole votes of a contest, added to those that came and those drawn alike, so that a party of few teaches
#: little.
FEW = 3.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """The declared contests as if they had not: sums over contests of shares, and seats; shapes ``(m, P)``."""

    shares: Array
    seats: Array


def learn_tonight(posterior: Posterior, counts: Mapping[str, Count]) -> Posterior:
    """The posterior of places to come, with what tonight's declared contests show that the fit does not.

    Parameters
    ----------
    posterior
        Of the night's votes; its ``late_seats`` are drawn from what earlier nights taught.
    counts
        Declared contests, counted; of those with a lot still open nothing is learned.

    Returns
    -------
    Posterior
        Its ``diagnostics`` have both by column, as logs of what votes are multiplied by: ``shares_beyond_fit_tonight``
        and ``seats_beyond_votes_tonight``.
    """
    design = posterior.design
    told = posterior.declared & [b in counts and not counts[b].lot for b in design.slots.ballots]
    if not told.any():
        return posterior
    drawn = _drawn(posterior, told)
    common, one_council = overlap(design, told, posterior.told), design.hyper.of("council", design.columns)
    log, noise = _against(_shares(posterior, told), drawn.shares)
    seen = _part(SHARES**2 * one_council, noise) * common * log
    posterior = _moved(posterior, STRETCH * seen)
    before = design.hyper.spread["late, seats"] ** 2 * one_council
    if not before.any():
        return posterior
    response = design.hyper.signal["seats exaggeration"]
    log, noise = _against(_won(design, counts, told), drawn.seats)
    weight = _part(before, noise / response**2) * common
    # Of what seats show, shares have explained a part.
    shift = STRETCH * weight * (log / response - seen)
    late = shift + np.sqrt(1 - COMMON * weight) * posterior.late_seats
    return replace(
        posterior,
        late_seats=late.astype(np.float32),
        diagnostics={**posterior.diagnostics, "seats_beyond_votes_tonight": _by_column(design, shift)},
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


def _against(came: Array, drawn: Array) -> tuple[Array, Array]:
    """Log of what came over what was drawn, by column, and the variance that draws give it."""
    usual = drawn.mean(axis=0) + FEW
    return np.log((came + FEW) / usual), drawn.var(axis=0) / usual**2


def _part(before: Array, noise: Array) -> Array:
    """Part of what is seen that is believed; nothing of a column of which neither is known to vary."""
    return before / np.maximum(before + noise, np.finfo(float).tiny)


def _moved(posterior: Posterior, shift: Array) -> Posterior:
    """The levels of councils with wards of which nothing has declared, moved by a log of votes per column."""
    design = posterior.design
    coming = ~posterior.told
    coming &= np.isin(np.arange(len(coming)), design.contests.council)
    return replace(
        posterior,
        level=posterior.level + (coming[:, None] * shift).astype(np.float32),
        anew=posterior.anew + shift.astype(np.float32),
        diagnostics={**posterior.diagnostics, "shares_beyond_fit_tonight": _by_column(design, shift)},
    )


def _by_column(design: Design, values: Array) -> dict[str, float]:
    return {c: round(float(v), 4) for c, v in zip(design.columns, values, strict=True)}


def _shares(posterior: Posterior, told: Mask) -> Array:
    """Shares of declared contests, summed by column; shape ``(P,)``."""
    column = posterior.design.contests.column[told]
    stands = column >= 0
    return np.bincount(
        column[stands], posterior.declared_shares[told][stands], minlength=len(posterior.design.columns)
    )  # fmt: skip


def _won(design: Design, counts: Mapping[str, Count], told: Mask) -> Array:
    """Seats won in declared contests by column; shape ``(P,)``."""
    place = {c: i for i, c in enumerate(design.columns)}
    out = np.zeros(len(place))
    for n in np.flatnonzero(told):
        for party, seats in counts[design.slots.ballots[n]].seats.items():
            out[place[column_of(party)]] += seats
    return out


def _drawn(posterior: Posterior, told: Mask) -> Drawn:
    """What declared contests would have been, drawn as of councils of which nothing is known."""
    design, again = posterior.design, posterior.undone(told)
    contests = np.flatnonzero(told)
    column = design.contests.column
    seats = np.zeros((again.draws, len(design.columns)), dtype=np.int16)
    shares = np.zeros((again.draws, len(design.columns)))
    stands = column[told] >= 0
    # One row per column: which of the slates are of it.
    mine = (column[told][stands] == np.arange(len(design.columns))[:, None]).astype(np.float32)
    # All contests are one group: any of them may add to any column.
    group = np.array([0, len(contests)], dtype=np.int64)
    for block in again.blocks(again.draws):
        shares += (mine @ block.transpose(1, 2, 0)[contests][stands]).T
        elect(
            again.candidates(block), contests, group, design.slots.seats, again.candidate_slot, column,
            seats, np.zeros(column.shape, dtype=np.int64),
        )  # fmt: skip
    return Drawn(shares, seats.astype(np.float64))
