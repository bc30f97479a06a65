"""Is the live update's posterior that of the PyMC model under NUTS, on the same declarations?"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.parties import noise_by_party
from models.posterior import Posterior
from models.types import Declared
from projection.engine import counted, fit, reduce
from projection.session import Session
from projection.tonight import learn_tonight
from scenarios.replay import declared_by
from scenarios.skew import RANDOM, arranged
from seeds import load_election, load_outcome

#: Agreement: means within this many sd, sds within this part, means within so many combined Monte Carlo errors.
MEANS, SDS, ERRORS = 0.1, 0.10, 4.0
#: Bulk effective draws that make a reference.
ENOUGH = 4000


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two posteriors of one night side by side.

    ``rows`` has a line per quantity: how many figures; the largest difference of means in sd of the reference and its
    95th percentile; the share of means within a tenth of an sd and within four Monte Carlo errors; the lowest and
    highest ratio of sds, and the share of them within a tenth of one.
    """

    pack: str
    declared: int
    reference: float
    live: float
    lowest_ess: float
    highest_rhat: float
    rows: pd.DataFrame

    @property
    def ratio(self) -> float:
        """How many times faster the live update is."""
        return self.reference / self.live

    @property
    def healthy(self) -> bool:
        """Whether the reference is good enough to judge by."""
        return self.lowest_ess >= ENOUGH and self.highest_rhat < 1.01


def compare(
    pack: str, share: float = 0.5, draws: int = 2500, seed: int = 0, tune: int = 1000, chains: int = 2
) -> Agreement:
    """Sample the reference at a share of councils declared, and hold the live update against it.

    Parameters
    ----------
    draws, tune, chains
        Of the reference.
    """
    from models.reference import sample, to_posterior
    from projection.engine import project_declared
    from projection.session import make_session

    election, outcome = load_election(pack), load_outcome(pack)
    order = arranged(election, outcome, RANDOM, seed)
    declared = declared_by(election, outcome, order[: max(1, round(share * len(order)))])
    session = make_session(election)
    start = time.perf_counter()
    tree = sample(session.design, declared, seed=seed, draws=draws, tune=tune, chains=chains)
    total = draws * chains
    reference = to_posterior(session.design, declared, tree, seed=seed, draws=total)
    reference = learn_tonight(noise_by_party(reference), counted(session, declared))
    # The reference too must be counted before anyone can read it.
    theirs = reduce(session, declared, reference, seed=seed, draws=total)
    took = time.perf_counter() - start
    project_declared(election, declared, seed=seed, draws=50, session=session)
    live = min(_timed(session, declared, seed) for _ in range(3))
    posterior = fit(session, declared, seed=seed, draws=total)
    ours = reduce(session, declared, posterior, seed=seed, draws=total)
    ess = float(reference.diagnostics["lowest_ess"])
    rows = {name: _differ(a, b, ess) for name, (a, b) in _figures(posterior, reference).items()}
    moving = theirs.votes.std(axis=0) > 0
    rows["votes by council and party"] = _differ(ours.votes[:, moving], theirs.votes[:, moving], ess)
    moving = theirs.seating.seats.std(axis=0) > 0.1
    rows["seats by council and party"] = _differ(
        ours.seating.seats[:, moving].astype(float), theirs.seating.seats[:, moving].astype(float), ess
    )
    return Agreement(
        pack=pack,
        declared=len(declared.contests),
        reference=took,
        live=live,
        lowest_ess=ess,
        highest_rhat=float(reference.diagnostics["highest_rhat"]),
        rows=pd.DataFrame.from_dict(rows, orient="index"),
    )


def _timed(session: Session, declared: Declared, seed: int) -> float:
    from projection.engine import project_declared

    start = time.perf_counter()
    project_declared(session.election, declared, seed=seed, session=session)
    return time.perf_counter() - start


def _figures(a: Posterior, b: Posterior) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Pairs of draws, shape ``(draw, figure)``; effects as differences from the first column, which shares can tell."""

    def told(x: np.ndarray) -> np.ndarray:
        return (x[..., 1:] - x[..., :1]).reshape(len(x), -1)

    return {
        "national swing": (told(a.beta[:, :1]), told(b.beta[:, :1])),
        "slopes": (a.beta[:, 1:].reshape(a.draws, -1), b.beta[:, 1:].reshape(b.draws, -1)),
        "councils' levels": (told(a.level), told(b.level)),
        "noise factor": (a.scale[:, None], b.scale[:, None]),
    }


def _differ(ours: np.ndarray, theirs: np.ndarray, ess: float) -> dict[str, float]:
    ours, theirs = ours.astype(np.float64), theirs.astype(np.float64)
    sd, own = theirs.std(axis=0), ours.std(axis=0)
    apart = np.abs(ours.mean(axis=0) - theirs.mean(axis=0))
    error = np.sqrt(sd**2 / ess + own**2 / len(ours))
    means, ratio = apart / sd, own / sd
    return {
        "figures": float(len(sd)),
        "mean apart, sd": float(means.max()),
        "95% within, sd": float(np.percentile(means, 95)),
        "means within a tenth": float((means <= MEANS).mean()),
        "within 4 errors": float((apart <= ERRORS * error).mean()),
        "lowest sd ratio": float(ratio.min()),
        "highest sd ratio": float(ratio.max()),
        "sd within a tenth": float((np.abs(ratio - 1) <= SDS).mean()),
    }
