"""From posterior draws to the projected national share: what is summed in the stream, and what is added at its end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.national_scales import BALANCE, METHOD
from projection.pns_design import MAIN, SECOND_READING, PnsDesign
from projection.pns_result import Alone, National
from projection.summary import Summary, summarise
from seeds.types import Election

Array = NDArray[np.float64]
OTHERS = "Oth"
#: Number of the stream of random numbers, apart from the model's and the counting's.
STREAM = 4


@dataclass(frozen=True, slots=True)
class PnsSums:
    """Inner products of tonight's shares with the design's weights, per draw; shape ``(T, draws, column)``.

    ``fixed`` is what has declared; ``flat`` says, per tracked party, which entries of a draw's shares are summed.
    """

    design: PnsDesign
    fixed: NDArray[np.float32]
    sums: NDArray[np.float32]
    flat: tuple[NDArray[np.int64], ...]
    weights: tuple[NDArray[np.float32], ...]


def start_sums(design: PnsDesign, declared_shares: Array, draws: int) -> PnsSums:
    """Room for the sums, with what has declared summed already.

    Parameters
    ----------
    declared_shares
        Share of each slot where its contest has declared, NaN elsewhere; shape ``(n, s)``.
    """
    known = np.isfinite(declared_shares).any(axis=1)
    columns = len(design.columns)
    fixed = np.zeros((len(design.tracked), columns), dtype=np.float32)
    flat, weights = [], []
    for k, (slot, weight) in enumerate(zip(design.slot, design.weights, strict=True)):
        used = (slot >= 0) & weight.any(axis=1)
        told = np.flatnonzero(used & known)
        fixed[k] = np.nan_to_num(declared_shares[told, slot[told]]) @ weight[told]
        open_ = np.flatnonzero(used & ~known)
        flat.append(open_ * declared_shares.shape[1] + slot[open_])
        weights.append(np.ascontiguousarray(weight[open_]))
    sums = np.zeros((len(design.tracked), draws, columns), dtype=np.float32)
    return PnsSums(design, fixed, sums, tuple(flat), tuple(weights))


def add_block(sums: PnsSums, shares: NDArray[np.float32], first: int) -> None:
    """Add a block of draws, shape ``(block, n, s)``, in place."""
    here = slice(first, first + len(shares))
    rows = shares.reshape(len(shares), -1)
    for k, (flat, weight) in enumerate(zip(sums.flat, sums.weights, strict=True)):
        if len(flat):
            sums.sums[k, here] = rows.take(flat, axis=1) @ weight


def _correlated(rng: np.random.Generator, draws: int, parties: int) -> Array:
    """Standard normals by party, negatively correlated: shares of a whole must balance."""
    cov = np.full((parties, parties), BALANCE) + np.eye(parties) * (1 - BALANCE)
    return rng.standard_normal((draws, parties)) @ np.linalg.cholesky(cov).T


def _baseline_draws(design: PnsDesign, rng: np.random.Generator, draws: int) -> Array:
    """What each baseline's published share may stand for, in points; shape ``(draws, B, 3)``.

    The figure is a whole number, so it stands for half a point either way; it has its own error; and where it was
    published twice, either may be right.
    """
    out = np.zeros((draws, len(design.baselines), 3))
    for j, x in enumerate(design.baselines):
        published = np.array([x.published[p] for p in MAIN])
        again = SECOND_READING.get(x.year)
        pick = rng.random(draws) < 0.5
        other = np.array([again[p] for p in MAIN]) if again else published
        out[:, j] = np.where(pick[:, None], other, published)
        out[:, j] += rng.uniform(-0.5, 0.5, (draws, 3)) + METHOD * _correlated(rng, draws, 3)
    return out


def finish(sums: PnsSums, election: Election, seed: int) -> National:
    """The national figures of all draws, with every error that is not in the draws yet."""
    from projection.parliament import commons

    design = sums.design
    draws = sums.sums.shape[1]
    rng = np.random.default_rng([seed, STREAM])
    total = sums.sums.astype(np.float64) + sums.fixed[:, None] + design.constant[:, None]
    at = {c: i for i, c in enumerate(design.columns)}
    before = _baseline_draws(design, rng, draws)
    error = _correlated(rng, draws, len(design.parties))
    tonight = METHOD * _correlated(rng, draws, len(design.parties))
    lines_of = len(design.parties)
    change = total[:lines_of, :, 0].T
    lines = change + error * design.spread[:, 0] + tonight
    lines[:, :3] += np.einsum("djp,pj->dp", before, design.share_of)
    lines = _to_hundred(lines)
    alone = {}
    for j, x in enumerate(design.baselines):
        own = total[:3, :, at["alone", x.year]].T
        own = own + before[:, j] + error[:, :3] * design.spread[:3, 1 + j] + tonight[:, :3]
        mean = total[:3, :, at["mean", x.year]].T
        nev = None
        if all(p in x.nev for p in MAIN):
            own_nev = total[:3, :, at["nev", x.year]].T + [x.nev[p] for p in MAIN]
            nev = _named(MAIN, own_nev)
        alone[x.year] = Alone(
            year=x.year,
            wards=x.wards,
            councils=x.councils,
            published={p: float(x.published[p]) for p in MAIN},
            share_of={p: float(s) for p, s in zip(MAIN, design.share_of[:, j], strict=True)},
            lines=_named(MAIN, own),
            mean_change=_named(MAIN, mean),
            nev=nev,
        )
    stood = total[3:, :, at["where it stood"]].T
    parties = (*design.parties, OTHERS)
    return National(
        parties=parties,
        draws=lines.astype(np.float32),
        lines=_named(parties, lines),
        alone=alone,
        nev=_nev(alone),
        where_it_stood=_named(design.tracked[3:], stood),
        stood=dict(design.stood),
        parliament=commons(design, election, lines, total, rng),
        standing=design.standing,
        scope=_words(design),
        reason="",
    )


def _to_hundred(lines: Array) -> Array:
    """Add others as what is left; where nothing is left, all are scaled to a hundred; shape ``(draws, P + 1)``."""
    lines = np.maximum(lines, 0.0)
    rest = 100 - lines.sum(axis=1, keepdims=True)
    lines = np.where(rest < 0, lines * (100 / np.maximum(lines.sum(axis=1, keepdims=True), 100)), lines)
    return np.concatenate([lines, np.maximum(rest, 0.0)], axis=1)


def _named(parties: tuple[str, ...], draws: Array) -> dict[str, Summary]:
    return dict(zip(parties, summarise(draws), strict=True))


def _nev(alone: dict[int, Alone]) -> dict[str, float]:
    """National equivalent vote, mean of the baselines that have one, by their key wards."""
    known = [(a.wards, a.nev) for a in alone.values() if a.nev is not None]
    if not known:
        return {}
    wards = float(sum(w for w, _ in known))
    return {p: sum(w * nev[p].mean for w, nev in known) / wards for p in MAIN}


def _words(design: PnsDesign) -> str:
    """What the figure is, and what is assumed."""
    years = ", ".join(f"{x.year} ({x.wards:,} key wards in {x.councils} councils)" for x in design.baselines)
    level = design.parties[3:]
    words = (
        f"Projected national share: what Great Britain would have voted, had every place voted like those that did. "
        f"Change since {years}, modelled over {len(design.regions)} regions, weighed by population, added to the "
        "published shares of those years. Con, Lab and LD are taken to stand everywhere"
    )
    if not level:
        return words + "; all others together."
    how = "where they stand tonight" if design.standing == "as it stands" else "everywhere"
    return words + f"; {' and '.join(level)}, from tonight's level without a baseline, {how}."
