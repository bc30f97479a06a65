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

import numpy as np
from numpy.typing import NDArray

from models.columns import column_of
from models.design import Design
from models.effects import draw_over_nodes, nodes
from models.factors import CLOSE, FACTORS, Observed, fit_factors
from models.gaussian import contrast_precision, gather
from models.history import top_shares
from models.late import late_effect, late_seats, told_councils
from models.posterior import Kernel, Posterior, make_kernel
from models.scales import totals_cov
from models.types import Declared
from seeds.errors import ModelError

#: With fewer effective nodes than this the night's factors are not as Gaussian as the cubature takes them for.
FEWEST_NODES = 2.5

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


def observe_totals(design: Design, declared: Declared) -> tuple[Index, Array, NDArray[np.bool_]]:
    """The same for councils known by totals; and which of them are read from seats for want of votes.

    Seats exaggerate votes by ``rho`` and by the party's efficiency; half a seat is added to each party so that none has
    a logarithm too.
    """
    rows, rho = design.totals, design.hyper.signal["seats exaggeration"]
    efficiency = design.hyper.of("efficiency", design.columns)
    log_share = np.zeros(rows.column.shape)
    seats_only = np.zeros(len(rows.column), dtype=bool)
    which = [q for q, name in enumerate(design.totals_names) if name in declared.councils]
    for q in which:
        told = declared.councils[design.totals_names[q]]
        seats_only[q] = not told.shares
        source: Mapping[str, float] = told.shares or told.seats_won
        by_column = np.zeros(len(design.columns))
        for party, value in source.items():
            column = column_of(party)
            # A party without a column here, or without a slate in this row, is one of the others.
            at = column if column in design.columns and design.columns.index(column) in rows.column[q] else "Oth"
            if at in design.columns:
                by_column[design.columns.index(at)] += value
        values = by_column[np.maximum(rows.column[q], 0)] + (0.5 if seats_only[q] else 0.2)
        log_values = np.log(values / values.sum())
        if seats_only[q]:
            log_values = (log_values - np.log(efficiency[np.maximum(rows.column[q], 0)])) / rho
        log_share[q] = np.where(rows.column[q] >= 0, log_values, 0.0)
    return np.array(which, dtype=np.int64), log_share, seats_only


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
    totals, totals_log_share, seats_only = observe_totals(design, declared)
    observed = Observed(
        which=contests,
        log_share=log_share,
        precision=kernel.precision,
        totals=gather(
            design,
            design.totals,
            totals,
            totals_log_share,
            contrast_precision(totals_cov(design, seats_only), design.totals.column >= 0),
        ),
    )
    fit = fit_factors(design, observed)
    at = nodes(design, observed, fit, draws)
    beta, level, scale, anew = draw_over_nodes(design, at, seed)
    weight = np.array([node.weight for node in at])
    effective = float(weight.sum() ** 2 / (weight**2).sum())
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
        late_seats=late_seats(design, draws, seed),
        told=told_councils(design, contests, totals),
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
            "effective_nodes": round(effective, 2),
            "lowest_weight": round(float(fit.weight.min()), 4) if len(fit.weight) else None,
            "declared_contests": len(contests),
            "declared_totals": len(totals),
            "healthy": bool(fit.last_step < 3 * CLOSE and effective >= FEWEST_NODES),
        },
    )
