"""The swing model written out in PyMC: what a reader reads, and what the live update is held against.

:func:`models.swing.update` draws from the posterior of this model without NUTS; ``tests/models`` and ``pns bench``
compare the two on the same declarations. PyMC is imported only when a function here is called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.covariates import COVARIATES
from models.design import Design
from models.effects import ANEW
from models.factors import FACTORS
from models.late import late_effect, late_seats, told_councils
from models.posterior import Posterior, make_kernel
from models.reading import votes_behind
from models.scales import contrast_precision, totals_cov
from models.swing import observe, observe_totals
from models.types import Declared

if TYPE_CHECKING:
    import pymc as pm
    import xarray

Array = NDArray[np.float64]


def build_model(design: Design, declared: Declared) -> pm.Model:
    """The model of one night, given what has declared.

    A contest's utilities (log shares up to a constant) are

        base[i,j] + sum_k x[i,j,k] * effect[k,c(j)] + (region + kind + council)[k(i),c(j)] + noise[i,j]

    and the noise of a contest is a multivariate t of unit variance times the contest's covariance. Shares say nothing
    of the constant, so the density is of the contrasts: its quadratic form uses the precision of utilities known up to
    a constant, of rank (slates - 1). Councils known only by totals are one Gaussian row each.

    Parameters
    ----------
    design
        From :func:`models.design.build_design`.
    declared
        The net set of declarations; it may be empty.
    """
    import pymc as pm
    import pytensor.tensor as pt

    hyper, columns = design.hyper, list(design.columns)
    kernel = make_kernel(design)
    contests, log_share = observe(design, declared)
    totals = observe_totals(design, declared)
    slope_sd = np.array([hyper.covariate[c] for c in COVARIATES])[1:, None] * hyper.of("slope", columns)[None]
    df = hyper.tail
    coords: dict[str, Any] = {
        "covariate": list(COVARIATES),
        "slope": list(COVARIATES[1:]),
        "column": columns,
        "council": list(design.councils),
        "region": list(design.regions),
        "kind": list(design.kinds),
        "factor": list(FACTORS),
    }
    with pm.Model(coords=coords) as model:
        spread = np.array([hyper.spread[f] for f in FACTORS])
        log_factor = pm.Normal("log_factor", 0.0, spread, dims="factor")
        noise, own, between = pt.exp(log_factor[0]), pt.exp(log_factor[1]), pt.exp(log_factor[2] / 2)

        # Centred on zero and scaled by hand: with few declarations most effects are still their priors.
        level = pm.Normal("national_z", 0.0, 1.0, dims="column") * design.level_sd
        slopes = pm.Normal("slope_z", 0.0, 1.0, dims=("slope", "column")) * slope_sd * between
        region_sd, kind_sd = np.sqrt(hyper.of("region", columns)), np.sqrt(hyper.of("kind", columns))
        region = pm.Normal("region_z", 0.0, 1.0, dims=("region", "column")) * region_sd * between
        kind = pm.Normal("kind_z", 0.0, 1.0, dims=("kind", "column")) * kind_sd * between
        council_sd = pt.sqrt(hyper.of("council", columns) * own + design.council_extra)
        council = pm.Normal("council_z", 0.0, 1.0, dims=("council", "column")) * council_sd

        effect = pm.Deterministic("effect", pt.concatenate([level[None], slopes]), dims=("covariate", "column"))
        council_level = pm.Deterministic(
            "council_level", council + region[design.region] + kind[design.kind], dims=("council", "column")
        )
        pm.Deterministic("noise_factor", pt.sqrt(noise))

        def squares(rows: Any, which: Any, y: Array, precision: Array) -> Any:
            column = np.maximum(rows.column[which], 0)
            fixed = rows.expected[which] + design.level_mean[column]
            swing = (effect.T[column] * rows.covariates[which]).sum(axis=2)
            swing += council_level[rows.council[which][:, None], column]
            resid = np.where(rows.column[which] >= 0, y[which] - fixed, 0.0) - swing * (rows.column[which] >= 0)
            return (resid[:, :, None] * precision[which] * resid[:, None, :]).sum(axis=(1, 2))

        if len(contests):
            m = (design.contests.column[contests] >= 0).sum(axis=1) - 1.0
            q = squares(design.contests, contests, log_share, kernel.precision[0])
            scale = noise * (df - 2) / df
            pm.Potential("contests", (-m / 2 * pt.log(scale) - (df + m) / 2 * pt.log1p(q / (df * scale))).sum())
        if len(totals.which):
            m = (totals.rows.column[totals.which] >= 0).sum(axis=1) - 1.0
            precision, _ = contrast_precision(
                totals_cov(design, totals.rows, totals.seats_only), totals.rows.column >= 0
            )
            q = squares(totals.rows, totals.which, totals.log_share, precision)
            pm.Potential("totals", (-m / 2 * pt.log(noise) - q / (2 * noise)).sum())
    return model


def sample(
    design: Design,
    declared: Declared,
    *,
    seed: int,
    draws: int = 1000,
    tune: int = 1000,
    chains: int = 2,
    progress: bool = False,
) -> xarray.DataTree:
    """Sample the model with NUTS (nutpie where it is installed, else PyMC's own); an ArviZ DataTree.

    Parameters
    ----------
    draws, tune, chains
        As in ``pymc.sample``.
    """
    from importlib.util import find_spec

    import pymc as pm

    with build_model(design, declared):
        tree: xarray.DataTree = pm.sample(
            draws=draws,
            tune=tune,
            chains=chains,
            cores=min(chains, 2),
            random_seed=seed,
            progressbar=progress,
            nuts_sampler="nutpie" if find_spec("nutpie") else "pymc",
            target_accept=0.9,
        )
    return tree


def _anew(design: Design, take: Callable[..., NDArray[np.float32]], seed: int) -> NDArray[np.float32]:
    """Levels of councils as if nothing of themselves were known, of the first draws; shape ``(m, c, P)``."""
    factor = take("log_factor", "factor")[: 6 * ANEW, :, None, None]
    between = np.exp(factor[:, FACTORS.index("between")] / 2)
    place = np.zeros((len(factor), len(design.councils), len(design.columns)))
    for name, where in (("region", design.region), ("kind", design.kind)):
        sd = np.sqrt(design.hyper.of(name, design.columns))
        place += (take(f"{name}_z", name, "column")[: 6 * ANEW] * sd * between)[:, where]
    own = design.hyper.of("council", design.columns) * np.exp(factor[:, FACTORS.index("council")])
    rng = np.random.default_rng([seed, 5])
    return (place + np.sqrt(own + design.council_extra) * rng.standard_normal(place.shape)).astype(np.float32)


def to_posterior(design: Design, declared: Declared, tree: xarray.DataTree, *, seed: int, draws: int) -> Posterior:
    """The reference's draws in the shape of the live update's, so that the same engine counts them.

    Raises
    ------
    ValueError
        If the tree holds fewer than ``draws`` draws.
    """
    import arviz as az

    stacked = tree["posterior"].dataset.stack(sample=("chain", "draw"))
    total = stacked.sizes["sample"]
    if total < draws:
        raise ValueError(f"the reference holds {total} draws, fewer than the {draws} asked for")
    pick = np.random.default_rng(seed).permutation(total)[:draws]

    def take(name: str, *dims: str) -> NDArray[np.float32]:
        return stacked[name].transpose("sample", *dims).to_numpy()[pick].astype(np.float32)

    contests, log_share = observe(design, declared)
    totals = observe_totals(design, declared)
    told = told_councils(design, contests, totals.rows.council[totals.which])
    level, beyond = votes_behind(
        take("council_level", "council", "column"), late_seats(design, draws, seed), totals.by_wards, int(told.sum())
    )
    mask = np.zeros(len(design.slots.ballots), dtype=bool)
    mask[contests] = True
    names = ["effect", "council_level", "noise_factor"]
    ess, rhat = az.ess(tree, var_names=names), az.rhat(tree, var_names=names)
    # az gives a Dataset of one group or a tree, by version of the input
    ess, rhat = (getattr(x, "children", {}).get("posterior", x) for x in (ess, rhat))
    lowest, highest = min(float(ess[n].min()) for n in names), max(float(rhat[n].max()) for n in names)
    diagnostics: dict[str, Any] = {
        "sampler": "NUTS on the PyMC model",
        "draws_sampled": int(total),
        "lowest_ess": round(lowest, 1),
        "highest_rhat": round(highest, 4),
        "healthy": lowest >= 400 and highest < 1.01,
    }
    return Posterior(
        design=design,
        kernel=make_kernel(design),
        beta=take("effect", "covariate", "column"),
        level=level,
        scale=take("noise_factor"),
        anew=_anew(design, take, seed),
        late=late_effect(design, draws, seed),
        late_seats=beyond,
        told=told,
        declared=mask,
        declared_shares=np.where(design.contests.column >= 0, np.exp(log_share), 0.0).astype(np.float32),
        seed=seed,
        diagnostics=diagnostics,
    )
