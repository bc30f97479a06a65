"""The live update: a fresh posterior from the net set of declarations.

The model (written out in PyMC in :mod:`models.reference`) is linear and Gaussian given three numbers of the night: by
what factor its ward noise, its councils' and its regions' and slopes' variances differ from those of earlier nights.
Their posterior is that of the integrated nested Laplace approximation (Rue, Martino and Chopin 2009, JRSS B 71): the
mode and curvature of the exact marginal likelihood (:mod:`models.factors`), then nodes around it, at each of which
every effect is drawn from its exact posterior (:mod:`models.effects`).

The posterior is a pure function of (design, net set of declarations, seed): no order of arrival, no memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.columns import column_of
from models.design import Design
from models.effects import draw_over_nodes, nodes
from models.factors import FACTORS, Observed, fit_factors
from models.gaussian import gather
from models.health import health
from models.history import top_shares
from models.late import late_effect, late_seats, told_councils
from models.posterior import Kernel, Posterior, make_kernel
from models.reading import read_seats, votes_behind
from models.rows import Rows, stack_rows, take_rows
from models.scales import contrast_precision, totals_cov
from models.types import Declared
from models.whole import whole_rows
from seeds.errors import ModelError

Array = NDArray[np.float64]
Index = NDArray[np.int64]


def observe(design: Design, declared: Declared) -> tuple[Index, Array]:
    """Line declared contests up with the design: their indices, and log shares of shape ``(n, s)``.

    Contests that the model does not speak of (uncontested, transferable votes) are passed over.
    """
    place = {b: i for i, b in enumerate(design.slots.ballots)}
    n, s = design.contests.column.shape
    log_share = np.zeros((n, s))
    contests = sorted(place[b] for b in declared.contests if b in place)
    for i in contests:
        votes = declared.contests[design.slots.ballots[i]]
        shares = top_shares(votes)
        for j in range(s):
            if design.contests.column[i, j] < 0:
                break
            party = design.slots.parties[design.slots.party[i, j]]
            if party not in shares:
                raise ModelError(
                    f"{design.slots.ballots[i]}: no votes are given for {party}, which stood; "
                    "give every party's votes, 0 where it had none"
                )
            log_share[i, j] = shares[party]
    which = np.array(contests, dtype=np.int64)
    np.log(log_share, out=log_share, where=log_share > 0)
    return which, log_share


@dataclass(frozen=True, slots=True)
class ToldTotals:
    """What councils' totals say.

    Attributes
    ----------
    rows
        Of councils that may tell their totals.
    which
        Indices of the rows that have; shape ``(d,)``.
    log_share
        Log shares, shape ``(q, s)``.
    seats_only
        Rows that the coarse layer reads from seats; shape ``(q,)``.
    by_wards
        Number of rows that are read from seats through the council's own wards.
    """

    rows: Rows
    which: Index
    log_share: Array
    seats_only: NDArray[np.bool_]
    by_wards: int


def observe_totals(design: Design, declared: Declared) -> ToldTotals:
    """The same for councils that declare totals.

    Rows are those of the councils known only by totals, and after them those of councils whose wards are known and of
    which no ward has declared. A party that a council's shares do not list is unknown there, and has no slate in its
    row; with fewer than two listed, or without one that won seats, the row is read from seats, as it is for want of
    votes. Seats exaggerate votes by ``rho`` and by the party's efficiency; half a seat is added to each party so that
    none has a logarithm too.
    """
    rows, names = _totals_told(design, declared)
    rho = design.hyper.signal["seats exaggeration"]
    efficiency = design.hyper.of("efficiency", design.columns)[np.maximum(rows.column, 0)]
    known = rows.column >= 0
    value = np.ones(known.shape)
    seats_only = np.zeros(len(known), dtype=bool)
    by_wards: dict[int, Array] = {}
    which = []
    for q, name in enumerate(names):
        told = declared.councils.get(name)
        if told is None:
            continue
        votes = _by_column(design, rows.column[q], told.shares)
        listed = known[q] & np.isfinite(votes)
        won = np.nan_to_num(_by_column(design, rows.column[q], told.seats_won))
        if listed.sum() >= 2 and not (won[~listed] > 0).any():
            known[q], value[q] = listed, np.nan_to_num(votes) + 0.2
        elif told.seats_won and q < len(design.totals_names):
            seats_only[q], value[q] = True, won + 0.5
        elif told.seats_won:
            by_wards[q] = won
        else:
            continue
        which.append(q)
    value *= known
    log_share = np.zeros(known.shape)
    np.log(value / value.sum(axis=1, keepdims=True), out=log_share, where=known)
    read = known & seats_only[:, None]
    log_share[read] = (log_share[read] - np.log(efficiency[read])) / rho
    if by_wards:
        rows = _read_by_wards(design, rows, by_wards, log_share)
    front = np.argsort(~known, axis=1, kind="stable")
    found = _known_slates(rows, known, front)
    told_share = np.take_along_axis(log_share, front, axis=1)
    return ToldTotals(found, np.array(which, dtype=np.int64), told_share, seats_only, len(by_wards))


def _read_by_wards(design: Design, rows: Rows, won: Mapping[int, Array], log_share: Array) -> Rows:
    """Rows with what seats leave open of their votes, which are put into ``log_share``."""
    cov = rows.cov.copy()
    for q, seats in won.items():
        stands = rows.column[q] >= 0
        column = rows.column[q][stands]
        by_column = np.zeros(len(design.columns))
        by_column[column] = seats[stands]
        shift, variance = read_seats(design, int(rows.council[q]), by_column)
        log_share[q, stands] = rows.expected[q, stands] + design.level_mean[column] + shift[column]
        at = np.flatnonzero(stands)
        cov[q, at, at] += variance[column]
    return replace(rows, cov=cov)


def _totals_told(design: Design, declared: Declared) -> tuple[Rows, tuple[str, ...]]:
    """Rows of councils that may tell their totals, with their names.

    Wards say more than totals: of a council of which some have declared, its totals say nothing more here.
    """
    in_wards = {design.slots.councils[i] for i, b in enumerate(design.slots.ballots) if b in declared.contests}
    late = [
        i
        for i, name in enumerate(design.slots.council_names)
        if name in declared.councils and name not in design.totals_names and i not in in_wards
    ]
    if not late:
        return design.totals, design.totals_names
    whole = take_rows(whole_rows(design.slots, design.contests, design.level_mean), np.array(late, dtype=np.int64))
    return stack_rows(design.totals, whole), (*design.totals_names, *(design.slots.council_names[i] for i in late))


def _by_column(design: Design, slates: Index, source: Mapping[str, float]) -> Array:
    """A council's shares or seats by slate of its row, NaN for one that is not listed; shape ``(s,)``.

    A party without a column here, or without a slate in this row, is one of the others.
    """
    out = np.full(slates.shape, np.nan)
    for party, value in source.items():
        column = design.columns.index(column_of(party)) if column_of(party) in design.columns else -1
        at = np.flatnonzero((slates == column) & (slates >= 0))
        if not len(at) and "Oth" in design.columns:
            at = np.flatnonzero(slates == design.columns.index("Oth"))
        out[at] = np.nan_to_num(out[at]) + value
    return out


def _known_slates(rows: Rows, known: NDArray[np.bool_], front: Index) -> Rows:
    """Rows without the slates of which nothing is known; the others move to the front."""
    if (known == (rows.column >= 0)).all():
        return rows
    here = np.take_along_axis(known, front, axis=1)
    row = np.arange(len(front))[:, None]
    both = here[:, :, None] & here[:, None, :]
    return replace(
        rows,
        column=np.where(here, rows.column[row, front], -1),
        covariates=rows.covariates[row, front] * here[:, :, None],
        mean=rows.mean[row, front] * here,
        drift=rows.drift[row, front] * here,
        cov=np.where(both, rows.cov[row[:, :, None], front[:, :, None], front[:, None, :]], np.eye(front.shape[1])),
    )


def update(
    design: Design, declared: Declared, *, seed: int, draws: int = 2000, kernel: Kernel | None = None
) -> Posterior:
    """Posterior of the night given the net set of declarations.

    Parameters
    ----------
    design
        From :func:`models.design.build_design`.
    declared
        Votes by contest; the order plays no part.
    seed
        Of every random number.
    draws
        How many draws the posterior holds.
    kernel
        From :func:`models.posterior.make_kernel`, if at hand.

    Raises
    ------
    ModelError
        If a declared contest lacks a party that stood.
    """
    kernel = kernel if kernel is not None else make_kernel(design)
    contests, log_share = observe(design, declared)
    totals = observe_totals(design, declared)
    observed = Observed(
        which=contests,
        log_share=log_share,
        precision=kernel.precision,
        totals=gather(
            design,
            totals.rows,
            totals.which,
            totals.log_share,
            contrast_precision(totals_cov(design, totals.rows, totals.seats_only), totals.rows.column >= 0),
        ),
    )
    fit = fit_factors(design, observed)
    at = nodes(design, observed, fit, draws)
    beta, level, scale, anew = draw_over_nodes(design, at, seed)
    told = told_councils(design, contests, totals.rows.council[totals.which])
    level, beyond = votes_behind(level, late_seats(design, draws, seed), totals.by_wards, int(told.sum()))
    weight = np.array([node.weight for node in at])
    mask = np.zeros(len(design.slots.ballots), dtype=bool)
    mask[contests] = True
    return Posterior(
        design=design,
        kernel=kernel,
        beta=beta,
        level=level,
        scale=scale,
        anew=anew,
        late=late_effect(design, draws, seed),
        late_seats=beyond,
        told=told,
        declared=mask,
        declared_shares=np.where(design.contests.column >= 0, np.exp(log_share), 0.0).astype(np.float32),
        seed=seed,
        diagnostics={
            "sampler": "exact given three factors of the night, which are integrated by a Laplace cubature",
            "factors": {f: round(float(np.exp(t)), 4) for f, t in zip(FACTORS, fit.theta, strict=True)},
            "factors_sd": {f: round(float(v), 4) for f, v in zip(FACTORS, fit.sd, strict=True)},
            "last_step_in_sd": round(fit.last_step, 4),
            # Draws are independent given the node; the nodes hold as many each, and are worth so many by likelihood.
            "independent_draws": draws,
            "nodes": len(at),
            "lowest_weight": round(float(fit.weight.min()), 4) if len(fit.weight) else None,
            "declared_contests": len(contests),
            "declared_totals": len(totals.which),
            **health(design, fit, weight),
        },
    )
