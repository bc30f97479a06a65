"""Inner products of tonight's shares with fixed weights, summed while the draws stream by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from projection.pns_design import PnsDesign

Float = NDArray[np.float32]
Index = NDArray[np.int64]

#: What is told without draws of its own (means of key wards, regions) is summed in every fourth draw.
DETAIL = 4


@dataclass(frozen=True, slots=True)
class PnsSums:
    """Sums so far.

    Attributes
    ----------
    main, detail
        Points by tracked party, draw and column, of the design's first ``design.main`` columns in every draw and of the
        others in every :data:`DETAIL`-th; shapes ``(T, draws, main)``, ``(T, draws / 4, column - main)``.
    flat, party
        Entries of a draw's shares that are summed, and whose they are; shape ``(u,)``.
    weights
        Of these on every column; ``(u, column)``.
    """

    design: PnsDesign
    main: Float
    detail: Float
    flat: Index
    party: Index
    weights: Float


def start_sums(design: PnsDesign, declared_shares: NDArray[np.float64], draws: int) -> PnsSums:
    """Room for the sums, with what has declared summed already.

    Parameters
    ----------
    declared_shares
        Share of each slot where its contest has declared, NaN elsewhere; shape ``(n, s)``.
    """
    known = np.isfinite(declared_shares).any(axis=1)
    fixed = np.zeros((len(design.tracked), len(design.columns)))
    flat, party, weights = [], [], []
    for k, (slot, weight) in enumerate(zip(design.slot, design.weights, strict=True)):
        used = (slot >= 0) & weight.any(axis=1)
        told = np.flatnonzero(used & known)
        fixed[k] = np.nan_to_num(declared_shares[told, slot[told]]) @ weight[told] + design.constant[k]
        to_come = np.flatnonzero(used & ~known)
        flat.append(to_come * declared_shares.shape[1] + slot[to_come])
        party.append(np.full(len(to_come), k))
        weights.append(weight[to_come])
    every = np.concatenate(flat)
    order = np.argsort(every)
    main = np.repeat(fixed[:, None, : design.main], draws, axis=1).astype(np.float32)
    few = len(range(0, draws, DETAIL))
    return PnsSums(
        design=design,
        main=main,
        detail=np.repeat(fixed[:, None, design.main :], few, axis=1).astype(np.float32),
        flat=every[order],
        party=np.concatenate(party)[order],
        weights=np.ascontiguousarray(np.concatenate(weights)[order]),
    )


def add_block(sums: PnsSums, shares: Float, first: int) -> None:
    """Add a block of draws, shape ``(block, n, s)``, in place; ``first`` is the number of its first draw."""
    if not len(sums.flat):
        return
    # The draws of a slate lie together in memory: nothing is copied here.
    rows = np.ascontiguousarray(shares.transpose(1, 2, 0)).reshape(-1, len(shares))
    split, draws = sums.design.main, len(shares)
    place = slice(-(-first // DETAIL), -(-(first + draws) // DETAIL))
    for k in range(len(sums.main)):
        mine = np.flatnonzero(sums.party == k)
        if not len(mine):
            continue
        told = rows[sums.flat[mine]]
        weights = sums.weights[mine].astype(np.float32)
        sums.main[k, first : first + draws] += (weights[:, :split].T @ told).T
        sums.detail[k, place] += (weights[:, split:].T @ told[:, -first % DETAIL :: DETAIL]).T
