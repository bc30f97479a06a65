"""From the sums over posterior draws to the projected national share: every error that is not in the draws yet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.national_scales import METHOD
from models.national_scales import OTHERS as OTHERS_SD
from projection.pns_baselines import SECOND_READING
from projection.pns_design import PnsDesign
from projection.pns_frame import MAIN
from projection.pns_result import OTHERS_LINE, Alone, National
from projection.pns_sums import DETAIL, PnsSums
from projection.summary import Summary, summarise
from seeds.types import Election

Array = NDArray[np.float64]
#: Number of the stream of random numbers, apart from the model's and the counting's.
STREAM = 4
#: What a national equivalent vote made so is off by, in points (standard deviation): 1.6 was the root mean square of
#: nine figures of 2014, 2016 and 2019 against those of Rallings and Thrasher, who weigh key wards otherwise.
NEV_METHOD = 1.6


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
        out[:, j] += rng.uniform(-0.5, 0.5, (draws, 3)) + METHOD * rng.standard_normal((draws, 3))
    return out


def finish(sums: PnsSums, election: Election, seed: int) -> National:
    """The national figures of all draws, with every error that is not in the draws yet."""
    from projection.parliament import commons

    design = sums.design
    main, detail = sums.main.astype(np.float64), sums.detail.astype(np.float64)
    at = {c: i for i, c in enumerate(design.columns)}
    later = {c: i - design.main for c, i in at.items() if i >= design.main}
    draws, p = main.shape[1], len(design.parties)
    rng = np.random.default_rng([seed, STREAM])
    before = _baseline_draws(design, rng, draws)
    error, tonight = rng.standard_normal((draws, p)), METHOD * rng.standard_normal((draws, p))
    lines = main[:p, :, at["pns"]].T + error * design.spread[:, 0] + tonight
    lines[:, :3] += np.einsum("djp,pj->dp", before, design.share_of)
    others = main[:p, :, at["others"]].sum(axis=0)
    others += np.hypot(design.others_spread, OTHERS_SD) * rng.standard_normal(draws)
    lines = _to_hundred(lines - np.outer(lines.sum(axis=1) + others - 100, _gain(design)))
    alone: dict[str, Alone] = {}
    equivalent: list[tuple[int, Array]] = []
    for j, x in enumerate(design.baselines):
        own = main[:3, :, at["alone", x.year]].T + before[:, j] + error[:, :3] * design.spread[:3, 1 + j]
        nev = None
        if all(party in x.nev for party in MAIN):
            equivalent.append((x.wards, detail[:3, :, later["nev", x.year]].T + [x.nev[party] for party in MAIN]))
            nev = _named(MAIN, equivalent[-1][1])
        alone[str(x.year)] = Alone(
            year=x.year,
            wards=x.wards,
            councils=x.councils,
            published={party: float(x.published[party]) for party in MAIN},
            share_of={party: float(part) for party, part in zip(MAIN, design.share_of[:, j], strict=True)},
            lines=_named(MAIN, own + tonight[:, :3]),
            mean_change=_named(MAIN, detail[:3, :, later["mean", x.year]].T),
            nev=nev,
        )
    parties = (*design.parties, OTHERS_LINE)
    return National(
        parties=parties,
        draws=lines.astype(np.float32),
        lines=_named(parties, lines),
        alone=alone,
        nev=_nev(equivalent, np.random.default_rng([seed, STREAM, 1])),
        where_it_stood=_named(design.tracked[3:], detail[3:, :, later["where it stood"]].T),
        stood=dict(design.stood),
        parliament=commons(design, election, lines[::DETAIL], detail[:, :, later["where it stood"] + 1 :], rng),
        standing=design.standing,
        scope=_words(design),
        reason="",
    )


def _gain(design: PnsDesign) -> Array:
    """By how much each line gives way for each point that lines and others exceed a hundred; shape ``(P,)``.

    The regression of a line's error on the error of the sum (Matheron's rule), at the end of the night.
    """
    sd = np.hypot(design.spread[:, 0], METHOD)
    sd[:3] = np.sqrt(sd[:3] ** 2 + (METHOD**2 + 1 / 12) * (design.share_of**2).sum(axis=1))
    gain: Array = sd**2 / (float(sd @ sd) + design.others_spread**2 + OTHERS_SD**2)
    return gain


def _to_hundred(lines: Array) -> Array:
    """Add others as what is left; where nothing is left, all are scaled to a hundred; shape ``(draws, P + 1)``."""
    lines = np.maximum(lines, 0.0)
    rest = 100 - lines.sum(axis=1, keepdims=True)
    lines = np.where(rest < 0, lines * (100 / np.maximum(lines.sum(axis=1, keepdims=True), 100)), lines)
    return np.concatenate([lines, np.maximum(rest, 0.0)], axis=1)


def _named(parties: tuple[str, ...], draws: Array) -> dict[str, Summary]:
    return dict(zip(parties, summarise(draws), strict=True))


def _nev(baselines: Sequence[tuple[int, Array]], rng: np.random.Generator) -> dict[str, Summary]:
    """National equivalent vote, mean of the baselines that have one, by their key wards.

    Parameters
    ----------
    baselines
        Key wards, and draws of shape ``(draws, 3)``, of each.
    """
    if not baselines:
        return {}
    wards = np.array([float(w) for w, _ in baselines])
    mean = np.tensordot(wards / wards.sum(), np.stack([draws for _, draws in baselines]), axes=1)
    return _named(MAIN, np.maximum(mean + NEV_METHOD * rng.standard_normal(mean.shape), 0.0))


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
