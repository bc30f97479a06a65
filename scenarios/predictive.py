"""Posterior predictive checks: do declared wards look like wards that the fitted model would draw again?

The posterior of the effects is held, and every declared ward is drawn afresh as if it had not declared; figures of the
declared wards are set beside the same figures of those replicates (Gelman, Meng and Stern 1996, Statistica Sinica 6).
The effects were fitted to the very wards, so the check is kind to what they can take up (a party's mean) and strict on
what they cannot: spread, tails, who comes first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.posterior import Posterior
from models.types import Declared
from projection.known import declared_share_table
from projection.session import Session

Array = NDArray[np.float64]

#: Figures that are checked, in words.
FIGURES = {
    "mean": "mean of the wards' shares, in sd of a ward",
    "spread": "sd of the wards around what is expected of each, in the sd expected",
    "outside 90%": "wards outside their central 90%, percent",
    "outside 98%": "wards outside their central 98%, percent",
    "slope": "how the wards' shares lean on what is expected of them, as a correlation",
    "where close": "mean of the wards where its chance to come first is 20% to 80%, in sd of a ward",
    "first": "wards in which the party comes first",
}
#: A party is checked if it stands in so many declared wards.
LEAST = 30
#: Chances to come first that make a ward close, and how many such wards are worth a figure.
CLOSE, LEAST_CLOSE = (0.2, 0.8), 10
#: A share below this is taken as this before its log-odds are.
FLOOR = 1e-4


@dataclass(frozen=True, slots=True)
class Check:
    """One figure of one party: as declared, its mean and central 90% over the replicates, and where it stands.

    ``p`` is the share of replicates at or above the declared (half of those equal): near 0 or 1 is out of line.
    """

    party: str
    wards: int
    figure: str
    declared: float
    mean: float
    low: float
    high: float
    p: float


def check(session: Session, declared: Declared, posterior: Posterior) -> list[Check]:
    """Check each party that stands in enough declared wards."""
    slots = session.design.slots
    which = np.flatnonzero(posterior.declared)
    drawn = posterior.shares_of(which).astype(np.float64)
    told = declared_share_table(session, declared)[which]
    party = slots.party[which]
    ahead_told = np.nan_to_num(told, nan=-1.0).argmax(axis=1)
    ahead_drawn = drawn.argmax(axis=2)
    out: list[Check] = []
    for number, code in enumerate(slots.parties):
        i, j = np.nonzero(party == number)
        if len(i) < LEAST:
            continue
        y, again = _log_odds(told[i, j]), _log_odds(drawn[:, i, j])
        chance = (ahead_drawn[:, i] == j).mean(axis=0)
        pairs = _figures(y, again, (chance >= CLOSE[0]) & (chance <= CLOSE[1]))
        pairs["first"] = float((ahead_told[i] == j).sum()), (ahead_drawn[:, i] == j).sum(axis=1).astype(float)
        out += [_check(code, len(i), name, seen, copies) for name, (seen, copies) in pairs.items()]
    return sorted(out, key=lambda c: -c.wards)


def _figures(y: Array, again: Array, close: NDArray[np.bool_]) -> dict[str, tuple[float, Array]]:
    """Each figure of the declared wards, shape ``(ward,)``, and of the replicates, ``(draw, ward)``."""
    centre, sd = again.mean(axis=0), again.std(axis=0)
    z, copies = (y - centre) / sd, (again - centre) / sd
    out = {
        "mean": (float(z.mean()), copies.mean(axis=1)),
        "spread": (float(np.sqrt((z**2).mean())), np.sqrt((copies**2).mean(axis=1))),
    }
    for level in (90, 98):
        low, high = np.percentile(again, [(100 - level) / 2, (100 + level) / 2], axis=0)
        outside = 100 * float(((y < low) | (y > high)).mean())
        out[f"outside {level}%"] = outside, 100 * ((again < low) | (again > high)).mean(axis=1)
    lean = (centre - centre.mean()) / centre.std() / len(y)
    out["slope"] = float(lean @ z), copies @ lean
    if close.sum() >= LEAST_CLOSE:
        out["where close"] = float(z[close].mean()), copies[:, close].mean(axis=1)
    return out


def _check(party: str, wards: int, figure: str, seen: float, copies: Array) -> Check:
    low, high = np.percentile(copies, [5, 95])
    p = float((copies > seen).mean() + 0.5 * (copies == seen).mean())
    return Check(party, wards, figure, seen, float(copies.mean()), float(low), float(high), p)


def _log_odds(share: Array) -> Array:
    safe = np.clip(share, FLOOR, 1 - FLOOR)
    return np.asarray(np.log(safe / (1 - safe)))
