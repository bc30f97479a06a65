"""Seats in the House of Commons that a national share implies, on the map of the last general election."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from projection.pns_design import PnsDesign
from projection.pns_frame import MAIN
from projection.pns_result import Parliament
from projection.summary import summarise
from seeds.frame import load_general
from seeds.types import Election

Array = NDArray[np.float64]

HOUSE = 650
#: Draws of the House: a constituency's noise is drawn afresh for each party, and so many are enough.
HOUSE_DRAWS = 500
#: Standard deviation of a constituency's own change in points (general elections of 2010 to 2019: 3 to 5).
OWN = 3.5
#: The same of a region's change beyond what the local elections show.
BEYOND = 1.0
#: Parties of a general election's table, in the order of the arrays.
ORDER = ("Con", "Lab", "LD", "Grn", "UKIP", "Brexit", "Ref", "SNP", "PC", "Oth")


@lru_cache(maxsize=8)
def _map(year: int, regions: tuple[str, ...]) -> tuple[Array, NDArray[np.int64], Array]:
    """Shares in points ``(constituency, party)``, regions, and Great Britain's shares ``(party,)``; by region too."""
    table = load_general(year)
    shares = np.array([[c.shares.get(p, 0.0) for p in ORDER] for c in table])
    votes = np.array([c.votes for c in table], dtype=float)
    region = np.array([regions.index(c.region) for c in table])
    by_region = np.zeros((len(regions) + 1, len(ORDER)))
    for r in range(len(regions)):
        inside = region == r
        by_region[r] = votes[inside] @ shares[inside] / votes[inside].sum()
    by_region[-1] = votes @ shares / votes.sum()
    return shares, region, by_region


def commons(
    design: PnsDesign, election: Election, lines: Array, regions: Array, rng: np.random.Generator
) -> Parliament | None:
    """Seats by party of Great Britain's constituencies; None where no general election is known.

    Each draw's change since the last general election, in points, is applied everywhere, bent by region as the change
    (for parties without a baseline, the level) is there, with noise of regions and constituencies of their own.

    Parameters
    ----------
    lines
        Draws of the national share; shape ``(draws, P + 1)``.
    regions
        How far each region's change, or level, is from the country's in the same draws; shape ``(T, draws, R)``.
    """
    years = [n.year for n in election.national if n.series == "GE" and load_general(n.year)]
    if not years:
        return None
    year = max(years)
    shares, region, by_region = _map(year, design.regions)
    # Draws are a fair sample in any order: take an even part of them.
    pick = np.linspace(0, len(lines) - 1, min(len(lines), HOUSE_DRAWS)).astype(np.int64)
    best = np.full((len(pick), len(shares)), -np.inf, dtype=np.float32)
    winner = np.full(best.shape, -1, dtype=np.int8)
    place = {party: k for k, party in enumerate(design.parties)}
    for p, party in enumerate(ORDER):
        stood = shares[:, p] > 0
        # The main parties stay out of a constituency that they left to another, such as the Speaker's; a party that
        # tonight's level gives a line to may come to stand everywhere.
        if party in place and party not in MAIN:
            stood = np.ones(len(shares), dtype=bool)
        here = np.flatnonzero(stood)
        if not len(here):
            continue
        value = shares[here, p].astype(np.float32) + OWN * rng.standard_normal((len(pick), len(here)), dtype=np.float32)
        if party in place:
            k = place[party]
            bend = regions[k][pick] + rng.standard_normal((len(pick), len(design.regions))) * np.hypot(
                design.region_spread[k], BEYOND
            )
            if party not in MAIN:
                # A level's deviation holds what the region differed by at the general election already.
                bend = bend - (by_region[:-1, p] - by_region[-1, p])
            swing = lines[pick, k] - by_region[-1, p]
            value += (swing[:, None] + bend).astype(np.float32)[:, region[here]]
        ahead = value > best[:, here]
        best[:, here] = np.where(ahead, value, best[:, here])
        winner[:, here] = np.where(ahead, p, winner[:, here])
    seats = np.stack([(winner == p).sum(axis=1) for p in range(len(ORDER))], axis=1)
    won = [p for p in range(len(ORDER)) if seats[:, p].any()]
    most = HOUSE // 2
    majority = {ORDER[p]: float((seats[:, p] > most).mean()) for p in won if (seats[:, p] > most).any()}
    note = f"Great Britain's {len(shares)} constituencies of {year}; a majority is {most + 1} of {HOUSE}"
    summaries = summarise(seats[:, won].astype(np.float64))
    by_party = dict(sorted(zip((ORDER[p] for p in won), summaries, strict=True), key=lambda x: -x[1].mean))
    return Parliament(year, by_party, majority, 1.0 - sum(majority.values()), note)
