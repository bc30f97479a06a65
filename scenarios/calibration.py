"""Simulation-based calibration: where the truth falls among the draws, over nights drawn from the model itself.

Effects and shares are drawn from the prior (:mod:`scenarios.generative`), part of the night declares, the live update
is fitted, and each true value is ranked among its draws. If the inference is right every rank is uniform, whatever has
declared (Cook, Gelman and Rubin 2006, JCGS 15; Talts et al. 2018, arXiv:1804.06788).

The late effect is left out on both sides: it is a layer of prediction, not part of the posterior. Scales are held at
their learned values, as the live update holds them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from models.design import build_design
from models.factors import FACTORS
from models.hyper import Hyper, load_hyper
from models.late import LEAN
from models.posterior import make_kernel
from models.types import Declared
from projection.assemble import Tally
from projection.counting import count_contest
from projection.engine import fit, reduce
from projection.session import Session
from projection.votes import expected_votes
from scenarios import generative
from seeds import Election
from seeds.types import Votes

Array = NDArray[np.float64]

#: Bins of the rank histograms.
BINS = 10
#: Wards to come that are ranked in each night: more of one night say little more.
WARDS = 150
#: Parties whose seats are ranked.
RANKED = ("Con", "Lab", "LD", "Grn", "UKIP", "Ref", "Brexit")


@dataclass(frozen=True, slots=True)
class Ranks:
    """Where the truth of one night fell: kind of figure -> values between 0 and 1, uniform if all is right."""

    declared: int
    healthy: bool
    pit: dict[str, Array]


@dataclass(frozen=True, slots=True)
class Uniformity:
    """How far from uniform the ranks of a kind are, over nights.

    Attributes
    ----------
    nights, figures
        How many nights, and figures in all.
    bins
        Share of ranks in each bin of equal width; a tenth each if all is right.
    p
        Of Hotelling's test that they are equal, with whole nights as its units (figures of one night go together).
    mean, mean_error
        Mean rank and its standard error over nights: above a half the draws are too low.
    inside90, inside90_error, inside50, inside50_error
        Share of true values inside the central intervals, with standard errors over nights.
    """

    kind: str
    nights: int
    figures: int
    bins: tuple[float, ...]
    p: float
    mean: float
    mean_error: float
    inside90: float
    inside90_error: float
    inside50: float
    inside50_error: float


def without_late(hyper: Hyper) -> Hyper:
    """The same scales with no late effect."""
    none = {name: 0.0 for name in hyper.spread if name.startswith("late")}
    mean = {name: by_column for name, by_column in hyper.mean.items() if name != LEAN}
    return dataclasses.replace(hyper, spread={**hyper.spread, **none}, mean=mean)


def open_ground(election: Election, hyper: Hyper | None = None) -> Session:
    """A session to fit on, without late effect or national share."""
    design = build_design(election, without_late(hyper if hyper is not None else load_hyper(election)))
    return Session(election, design, make_kernel(design), expected_votes(election, design.slots), "not asked for")


def rank_nights(
    session: Session,
    nights: int,
    *,
    declared: float,
    draws: int = 400,
    seed: int = 1,
    truth: Session | None = None,
) -> Iterator[Ranks]:
    """Draw nights, declare part of each, fit, and rank.

    Parameters
    ----------
    session
        From :func:`open_ground`: what the update believes.
    declared
        Share of the councils that declare whole; of the next one half the wards do.
    truth
        What nights are drawn from; the same if None. Another shows what the ranks can tell.
    """
    for k in range(nights):
        yield rank_night(session, truth or session, declared, draws, [seed, k])


def rank_night(session: Session, truth: Session, declared: float, draws: int, seed: Sequence[int]) -> Ranks:
    """Draw one night, declare part of it, fit, and rank."""
    rng = np.random.default_rng(list(seed))
    design, slots = session.design, session.design.slots
    effects = generative.draw_effects(truth.design, rng)
    shares = generative.draw_shares(truth.design, effects, rng)
    votes = generative.draw_votes(session.election, truth.design, shares, rng)
    told = _declaring(session, declared, rng)
    declared_votes = _exact(session, shares, told)
    fit_seed = int(rng.integers(2**31))
    posterior = fit(session, declared_votes, seed=fit_seed, draws=draws)
    open_wards = rng.permutation(posterior.undeclared)[:WARDS]
    council_told = np.zeros(len(design.councils), dtype=bool)
    council_told[slots.councils[told]] = True

    def ranks(true: Array, drawn: NDArray[np.floating] | NDArray[np.integer]) -> Array:
        return pit(true.ravel(), drawn.reshape(len(drawn), -1), rng)

    def contrast(x: Array) -> Array:
        # Shares tell only how columns differ.
        return np.asarray(x[..., 1:] - x[..., :1])

    level = contrast(effects.level)
    drawn_level = contrast(posterior.level.astype(np.float64))
    # Columns that stand nowhere in a council have a level there too, but nothing to say of it.
    out = {
        "national swing": ranks(contrast(effects.beta[0]), contrast(posterior.beta[:, 0].astype(np.float64))),
        "slopes": ranks(effects.beta[1:], posterior.beta[:, 1:]),
        "councils declared": ranks(level[council_told], drawn_level[:, council_told]),
        "councils to come": ranks(level[~council_told], drawn_level[:, ~council_told]),
    }
    stands = design.contests.column[open_wards] >= 0
    out["wards to come"] = ranks(shares[open_wards][stands], posterior.shares_of(open_wards)[:, stands])
    tally = reduce(session, declared_votes, posterior, seed=fit_seed, draws=draws)
    out |= _seats(session, votes, declared_votes, tally, rng)
    for k, name in enumerate(FACTORS):
        # Draws of a factor stand on the few points of a cubature: ranked is its Gaussian, which they stand for.
        mode = np.log(posterior.diagnostics["factors"][name])
        sd = posterior.diagnostics["factors_sd"][name]
        out[f"factor: {name}"] = stats.norm.cdf((effects.factors[k : k + 1] - mode) / sd)
    return Ranks(len(told), bool(posterior.diagnostics["healthy"]), out)


def _declaring(session: Session, share: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """Contests that have declared: those of whole councils, and half of one more."""
    slots = session.design.slots
    order = rng.permutation(len(slots.council_names))
    whole = round(share * len(order))
    told = np.flatnonzero(np.isin(slots.councils, order[:whole]))
    if share <= 0 or whole >= len(order):
        return told
    part = np.flatnonzero(slots.councils == order[whole])
    return np.sort(np.concatenate([told, rng.permutation(part)[: len(part) // 2]]))


def _exact(session: Session, shares: Array, told: NDArray[np.int64]) -> Declared:
    """Declarations whose shares are the true ones to the last digit: calibration is not of rounding."""
    slots = session.design.slots
    contests: dict[str, Votes] = {}
    for i in told:
        contests[slots.ballots[i]] = {
            slots.parties[p]: (1e9 * float(shares[i, j]),) * int(slots.candidates[i, j])
            for j, p in enumerate(slots.party[i])
            if p >= 0
        }
    return Declared(contests)


def _seats(
    session: Session, votes: dict[str, Votes], declared: Declared, tally: Tally, rng: np.random.Generator
) -> dict[str, Array]:
    """Ranks of seats still to be won, by party and by party and council; lots are drawn."""
    layout, election = tally.layout, session.election
    fixed = np.zeros(len(layout.council))
    true = np.zeros(len(layout.council))
    for ballot, cast in votes.items():
        council = election.contests[ballot].council
        if ballot in declared.contests:
            for p, n in tally.counts[ballot].seats.items():
                fixed[layout.line[council, p]] += n
            continue
        count = count_contest(cast, election.contests[ballot].seats)
        tied = [p for p, n in count.lot.items() for _ in range(n)]
        lucky = [tied[i] for i in rng.permutation(len(tied))[: count.lot_seats]]
        for p in [*(p for p, n in count.seats.items() for _ in range(n)), *lucky]:
            true[layout.line[council, p]] += 1
    drawn = tally.seating.seats - fixed - layout.uncontested
    codes = [p for p in RANKED if p in layout.parties]
    one = np.array([[layout.parties[p] == code for p in layout.party] for code in codes], dtype=float)
    moving = (drawn.max(axis=0) > drawn.min(axis=0)) & one.any(axis=0)
    return {
        "seats to come, totals": pit(one @ true, drawn @ one.T, rng),
        "seats to come, by council": pit(true[moving], drawn[:, moving], rng),
    }


def pit(true: Array, drawn: NDArray[np.floating] | NDArray[np.integer], rng: np.random.Generator) -> Array:
    """Where each true value falls among its draws, between 0 and 1; among equals at random.

    Parameters
    ----------
    true
        Shape ``(figure,)``.
    drawn
        Shape ``(draw, figure)``.
    """
    below = (drawn < true).sum(axis=0)
    equal = (drawn == true).sum(axis=0)
    return np.asarray((below + rng.random(len(true)) * (equal + 1)) / (len(drawn) + 1))


def uniformity(ranks: Sequence[Ranks], bins: int = BINS) -> list[Uniformity]:
    """Each kind's ranks against the uniform."""
    return [_uniform(kind, [r.pit[kind] for r in ranks if len(r.pit[kind])], bins) for kind in ranks[0].pit]


def _uniform(kind: str, values: list[Array], bins: int) -> Uniformity:
    edges = np.linspace(0, 1, bins + 1)
    counts = np.array([np.histogram(v, edges)[0] for v in values], dtype=float)
    # Nights that hold more figures weigh more, as they do in a pooled histogram.
    weight = np.array([len(v) for v in values], dtype=float)
    parts = (counts - weight[:, None] / bins) / weight.mean()

    def mean_and_error(x: Array) -> tuple[float, float]:
        centre = float(weight @ x / weight.sum())
        off = weight * (x - centre) / weight.mean()
        return centre, float(off.std(ddof=1) / np.sqrt(len(x)))

    mid = mean_and_error(np.array([v.mean() for v in values]))
    inside = [mean_and_error(np.array([(np.abs(v - 0.5) <= half).mean() for v in values])) for half in (0.45, 0.25)]
    return Uniformity(
        kind=kind,
        nights=len(values),
        figures=int(weight.sum()),
        bins=tuple((counts.sum(axis=0) / weight.sum()).tolist()),
        p=hotelling(parts),
        mean=mid[0],
        mean_error=mid[1],
        inside90=inside[0][0],
        inside90_error=inside[0][1],
        inside50=inside[1][0],
        inside50_error=inside[1][1],
    )


def hotelling(parts: Array) -> float:
    """p-value of Hotelling's one-sample test that the rows have mean zero.

    Parameters
    ----------
    parts
        One row a night: how far each bin's count is from equal; rows add to zero, so the last column is left out.
    """
    x = parts[:, :-1]
    n, k = x.shape
    if n <= k + 1:
        return float("nan")
    mean = x.mean(axis=0)
    t2 = n * float(mean @ np.linalg.pinv(np.cov(x, rowvar=False)) @ mean)
    return float(stats.f.sf(t2 * (n - k) / (k * (n - 1)), k, n - k))
