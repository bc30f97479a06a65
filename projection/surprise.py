"""The guard that asks the model: how likely was a result, given what had declared before it?

The probability is that of a result at least as far from what was expected: the Mahalanobis distance of its log-ratios,
ranked among those of the posterior's own draws of that ward.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from models import Posterior
from models.history import top_shares
from projection.facts import Doubt
from seeds.types import Votes

#: A result that the model gave less than this is flagged; finding it takes twice as many draws as its inverse.
RARE = 1 / 1000
DRAWS = 2000
#: Two parties' votes are named as swapped if the model would find the swapped result unremarkable.
PLAIN = 0.05

Array = NDArray[np.float64]


def surprises(posterior: Posterior, results: Sequence[tuple[str, Votes]]) -> dict[str, Doubt]:
    """Results that the model gave less than one chance in a thousand, by ballot.

    Parameters
    ----------
    posterior
        Of the night before these results were declared.
    results
        Ballot and votes of each; ballots that the model does not speak of are passed over.
    """
    slots = posterior.design.slots
    place = {b: i for i, b in enumerate(slots.ballots)}
    wanted = [(place[b], b, votes) for b, votes in results if b in place and not posterior.declared[place[b]]]
    out: dict[str, Doubt] = {}
    if not wanted:
        return out
    shares = posterior.shares_of(np.array([i for i, _, _ in wanted]))
    for k, (i, ballot, votes) in enumerate(wanted):
        parties = [slots.parties[p] for p in slots.party[i] if p >= 0]
        told = top_shares(votes)
        if len(parties) < 2 or any(p not in told for p in parties):
            continue
        seen = np.array([told[p] for p in parties])
        drawn = shares[:, k, : len(parties)].astype(np.float64)
        chance = _chance(drawn, [seen])[0]
        if chance < RARE:
            out[ballot] = ("model", _words(parties, seen, drawn, chance))
    return out


def _chance(drawn: Array, seen: Iterable[Array]) -> list[float]:
    """Probability of a result at least as far off as each of ``seen``; shapes ``(draw, party)`` and ``(party,)``."""
    ratios = np.log(np.maximum(drawn, 1e-9))
    ratios = ratios[:, :-1] - ratios[:, -1:]
    mean = ratios.mean(axis=0)
    inverse = np.linalg.pinv(np.atleast_2d(np.cov(ratios, rowvar=False)))
    own = np.einsum("dp,pq,dq->d", ratios - mean, inverse, ratios - mean)
    out = []
    for shares in seen:
        x = np.log(shares)
        off = x[:-1] - x[-1] - mean
        out.append(float((1 + (own >= off @ inverse @ off).sum()) / (1 + len(own))))
    return out


def _words(parties: list[str], seen: Array, drawn: Array, chance: float) -> str:
    words = (
        f"out of line with the model (fewer than 1 in {1 / max(chance, 1 / DRAWS):,.0f}): {_odd(parties, seen, drawn)}"
    )
    pairs = list(combinations(range(len(parties)), 2))
    swapped = []
    for a, b in pairs:
        other = seen.copy()
        other[[a, b]] = other[[b, a]]
        swapped.append(other)
    chances = _chance(drawn, swapped)
    best = int(np.argmax(chances))
    if chances[best] > PLAIN:
        a, b = pairs[best]
        words += f"; with the votes of {parties[a]} and {parties[b]} swapped it would be unremarkable"
    return words


def _odd(parties: list[str], seen: Array, drawn: Array) -> str:
    """What is out of line: a party's share, else the ratio of two, each of which may well be what it is."""
    low, middle, high = np.quantile(drawn, [0.05, 0.5, 0.95], axis=0)
    outside = (seen < low) | (seen > high)
    if outside.any():
        off = np.abs(np.log(seen / np.maximum(middle, 1e-9))) * np.maximum(seen, middle)
        worst = int(np.where(outside, off, -1.0).argmax())
        told = [100 * float(x[worst]) for x in (seen, low, high)]
        # Rounded, it may seem to lie within.
        rounded = [round(x) for x in told]
        form = ".1f" if rounded[1] <= rounded[0] <= rounded[2] else ".0f"
        now, least, most = (f"{x:{form}}" for x in told)
        return f"{parties[worst]} {now}% where {least}–{most}% was expected"
    logs, here = np.log(np.maximum(drawn, 1e-9)), np.log(seen)
    best, out = 0.0, ""
    for a, b in combinations(np.argsort(-seen, kind="stable"), 2):
        ratios = logs[:, a] - logs[:, b]
        off = float(abs(here[a] - here[b] - ratios.mean()) / max(ratios.std(), 1e-9))
        if off > best:
            least, most = (f"{x:.2g}" for x in np.exp(np.quantile(ratios, [0.05, 0.95])))
            one, other = (f"{parties[i]} {100 * seen[i]:.0f}%" for i in (a, b))
            best = off
            out = (
                f"{one} beside {other} is {seen[a] / seen[b]:.2g} times as many where {least}–{most} was expected, "
                "though neither is out of line by itself"
            )
    return out
