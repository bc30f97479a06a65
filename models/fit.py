"""Scales from earlier elections, by the marginal likelihood of whole nights.

Every effect is integrated out exactly (:mod:`models.gaussian`), so a set of scales is judged by how well it
predicted each night's results together from what was known before. Weak log-normal priors around round numbers
(:func:`models.start.start`) hold what a few nights cannot tell; the maximum is found by L-BFGS with differences.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from models.covariates import COVARIATES
from models.design import Design
from models.evidence import by_scale, prior_slopes
from models.gaussian import System, lay_system, solve
from models.hyper import Hyper
from models.lessons import mean_effects
from models.moments import seat_readings, seat_response, slate_gaps, tail
from models.scales import effect_prior
from models.start import COLUMNS, ONCE_A_NIGHT, start
from models.training import Night

Array = NDArray[np.float64]

#: Length of the maximiser's first step, in logs: its own, one, would throw a scale off by a factor of three.
FIRST = 0.2
BY_COLUMN = ("place", "ward", "noise", "tonight", "middle", "strong", "council", "slope")
#: Scales that follow another by one factor for all columns: (scale, the one it follows).
BY_FACTOR = (("ageing", "noise"), ("new", "tonight"), ("region", "council"), ("kind", "council"))
SIGNALS = (
    "sitting", "sitting variance", "composition", "composition variance", "redrawn variance", "alike variance",
)  # fmt: skip


def to_vector(hyper: Hyper) -> Array:
    """The logs of what is fitted, in a fixed order."""
    values = [hyper.column[name][c] for name in BY_COLUMN for c in COLUMNS]
    values += [hyper.column[name]["Con"] / hyper.column[base]["Con"] for name, base in BY_FACTOR]
    values += [hyper.signal[name] for name in SIGNALS]
    values += [hyper.covariate[name] for name in COVARIATES[1:]]
    return np.log(values)


def from_vector(vector: Array, hyper: Hyper) -> Hyper:
    """Inverse of :func:`to_vector`; all else as in ``hyper``."""
    values = iter(np.exp(vector).tolist())
    column = {k: dict(v) for k, v in hyper.column.items()}
    for name in BY_COLUMN:
        column[name] = {c: next(values) for c in COLUMNS}
    for name, base in BY_FACTOR:
        factor = next(values)
        column[name] = {c: column[base][c] * factor for c in COLUMNS}
    signal = {**hyper.signal, **{name: next(values) for name in SIGNALS}}
    covariate = {"level": 1.0, **{name: next(values) for name in COVARIATES[1:]}}
    return dataclasses.replace(hyper, column=column, signal=signal, covariate=covariate)


def log_evidence(night: Night, hyper: Hyper) -> float:
    """How well these scales foresaw a whole night: the log marginal likelihood of its contests."""
    design, system = _laid_out(night, hyper)
    return solve(design, system, effect_prior(design)).log_evidence


def _exact_slopes(night: Night, hyper: Hyper) -> tuple[float, dict[tuple[str, str], float]]:
    """The log evidence, and its derivatives by the logs of the scales that only enter the effects' prior."""
    design, system = _laid_out(night, hyper)
    prior = effect_prior(design)
    post = solve(design, system, prior)
    return post.log_evidence, by_scale(design, hyper, prior_slopes(design, prior, post))


#: Scales that shape baselines and ward noise; the others only enter the effects' prior, and leave a design as it is.
_SHAPING = ("place", "ward", "noise", "ageing", "tonight", "middle", "strong", "new")
_last: dict[str, tuple[object, Design, System]] = {}


def _laid_out(night: Night, hyper: Hyper) -> tuple[Design, System]:
    """A night's design and evidence; those of the last call where no shaping scale has changed since."""
    key = ([hyper.column[name] for name in _SHAPING], hyper.signal)
    held = _last.get(night.name)
    if held is None or held[0] != key:
        design, _, evidence = night.told(hyper)
        held = _last[night.name] = (key, design, lay_system(design, evidence))
    return dataclasses.replace(held[1], hyper=hyper), held[2]


_nights: Sequence[Night] = ()


def _hand_over(nights: Sequence[Night]) -> None:
    global _nights
    _nights = nights
    # Two processes with two BLAS threads each wait for one another most of the time.
    threadpool_limits(limits=1, user_api="blas")


def _prior() -> tuple[Array, Array]:
    """Centre and width of the weak priors on the vector."""
    centre = to_vector(start())
    width = np.full(len(centre), 0.8)
    tight = [name in ONCE_A_NIGHT for name in COVARIATES[1:]]
    width[-len(tight) :][tight] = 0.25
    return centre, width


def _loss(vector: Array) -> float:
    """What :func:`fit` minimises, at scales that change baselines or ward noise."""
    centre, width = _prior()
    try:
        fit = sum(log_evidence(n, from_vector(vector, start())) for n in _nights)
    except np.linalg.LinAlgError:
        return 1e12
    return float(0.5 * (((vector - centre) / width) ** 2).sum() - fit)


def _loss_and_exact(vector: Array) -> tuple[float, Array]:
    """The same, with its derivatives by the scales of the effects' prior; 0 for the others."""
    centre, width = _prior()
    hyper = from_vector(vector, start())
    value, slope = 0.0, np.zeros(len(vector))
    place = {key: i for i, key in enumerate(_keys())}
    for night in _nights:
        evidence, slopes = _exact_slopes(night, hyper)
        value -= evidence
        for (name, column), d in slopes.items():
            if name in ("region", "kind"):
                # A factor on the councils' variances: both move.
                slope[place[name, "factor"]] -= d
                slope[place["council", column]] -= d
            else:
                slope[place[name, column]] -= d
    value += float(0.5 * (((vector - centre) / width) ** 2).sum())
    return value, slope + np.where(_is_exact(), (vector - centre) / width**2, 0.0)


def _keys() -> list[tuple[str, str]]:
    """What each entry of the vector is: (scale, column), (scale, "factor"), ("signal", name) or ("covariate", name)."""
    keys = [(name, c) for name in BY_COLUMN for c in COLUMNS]
    keys += [(name, "factor") for name, _ in BY_FACTOR]
    keys += [("signal", name) for name in SIGNALS]
    return keys + [("covariate", name) for name in COVARIATES[1:]]


def _is_exact() -> NDArray[np.bool_]:
    """Entries of the vector whose derivatives are exact."""
    return np.array([name in ("council", "slope", "region", "kind", "covariate") for name, _ in _keys()])


def fit(
    nights: Sequence[Night],
    *,
    workers: int = 2,
    steps: int = 40,
    begin: Hyper | None = None,
    progress: Callable[[int, float], None] | None = None,
) -> Hyper:
    """Learn scales from nights.

    Parameters
    ----------
    nights
        Earlier elections; none may be as late as the election that the scales are meant for.
    workers
        Processes that share the work.
    steps
        Most iterations of the maximiser.
    begin
        Where to begin; the priors' centre if None.
    progress
        Called with the iteration and the loss.
    """
    origin = to_vector(begin or start()) / FIRST
    with ProcessPoolExecutor(workers, initializer=_hand_over, initargs=(tuple(nights),)) as pool:
        count = 0

        def loss_and_slope(scaled: Array) -> tuple[float, Array]:
            nonlocal count
            vector, step = scaled * FIRST, 1e-3
            moved = np.flatnonzero(~_is_exact())
            whole = pool.submit(_loss_and_exact, vector)
            values = np.array(list(pool.map(_loss, [vector + step * np.eye(len(vector))[i] for i in moved])))
            value, slope = whole.result()
            slope[moved] = (values - value) / step
            count += 1
            if progress is not None:
                progress(count, value)
            return value, slope * FIRST

        best = minimize(
            loss_and_slope,
            origin,
            jac=True,
            method="L-BFGS-B",
            bounds=[((v - 4) / FIRST, (v + 4) / FIRST) for v in to_vector(start())],
            options={"maxiter": steps, "ftol": 1e-6},
        )
    hyper = from_vector(best.x * FIRST, start())
    exaggeration, concentration, efficiency = seat_response(nights)
    return dataclasses.replace(
        hyper,
        column={
            **hyper.column,
            "efficiency": {**hyper.column["efficiency"], **efficiency},
            "reading": seat_readings(nights, hyper.column["reading"], exaggeration, efficiency),
        },
        mean=mean_effects(nights, hyper),
        tail=tail(nights, hyper),
        slate=slate_gaps(nights, hyper.slate),
        signal={**hyper.signal, "seats exaggeration": exaggeration, "seats concentration": concentration},
        trained_on=tuple(n.name for n in nights),
        until=max(n.date for n in nights),
    )
