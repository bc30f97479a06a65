"""Scales that need no joint fit: tails, gaps within slates, and how seats follow votes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln

from models.columns import COLUMNS, column_of
from models.factors import Observed, distances
from models.gaussian import lay_system, solve
from models.history import top_shares
from models.hyper import Hyper
from models.scales import effect_prior
from models.slates import LEAST, LONGER, USUAL_SHARE
from models.training import Night
from seeds.types import Votes

Array = NDArray[np.float64]

#: Parties whose seats may fall short of their votes, or not, for how these lie in the country. Independents and local
#: parties, who win nothing in one council, hold the next: there nothing is learned from one for another.
SPREAD = ("Lab", "LD", "Grn", "UKIP")
#: Tails are kept between "hardly any variance" and "as good as Gaussian".
TAIL_RANGE = (4.0, 40.0)


def tail(nights: Sequence[Night], hyper: Hyper) -> float:
    """Degrees of freedom of the ward noise, by maximum likelihood over whitened residuals.

    A residual of m contrasts with squared length q has the density of a t of unit variance; its scale is fitted too.
    """
    found = []
    for night in nights:
        design, precision, evidence = night.told(hyper)
        post = solve(design, lay_system(design, evidence), effect_prior(design))
        observed = Observed(night.which, night.log_share, precision, evidence)
        found.append(distances(design, observed, post))
    q, m = np.concatenate(found).T

    def loss(theta: Array) -> float:
        df, scale = 2.0 + np.exp(theta[0]), np.exp(theta[1])
        r = q / (scale * (df - 2) / df)
        density = gammaln((df + m) / 2) - gammaln(df / 2) - m / 2 * np.log(df * scale * (df - 2) / df)
        return float(-(density - (df + m) / 2 * np.log1p(r / df)).sum())

    best = minimize(loss, np.array([np.log(6.0), 0.0]), method="Nelder-Mead")
    return float(np.clip(2.0 + np.exp(best.x[0]), *TAIL_RANGE))


def _slates(nights: Sequence[Night]) -> Iterator[tuple[str, float, tuple[float, ...]]]:
    """Slates of two or more with their best candidate's share, tonight's and earlier ones; no result counts twice."""
    seen: set[tuple[str, str]] = set()
    for night in nights:
        for contest in night.ground.election.contests.values():
            results: list[tuple[str, Votes]] = [
                (str(e.date), e.votes) for e in contest.earlier if e.unit == "votes" and e.seats > 1
            ]
            if contest.seats > 1 and contest.ballot_id in night.declared.contests:
                results.append((str(night.date), night.declared.contests[contest.ballot_id]))
            for day, votes in results:
                key = (contest.ballot_id.rsplit(".", 1)[0], day)
                if key in seen:
                    continue
                seen.add(key)
                shares = top_shares(votes)
                yield from ((p, shares[p], v) for p, v in votes.items() if len(v) > 1)


def slate_gaps(nights: Sequence[Night], prior: Mapping[str, float], weight: float = 30.0) -> dict[str, float]:
    """Mean log gap between the first and second candidate of a slate of two, by column, and ``steadier``.

    Least squares of ``gap = mean[column] * (1 - steadier * (share - 0.3))`` by turns; slates of three count with their
    factor (:data:`models.slates.LONGER`), and ``prior`` counts as ``weight`` slates of each column.
    """
    seen = [
        (column_of(p), share, float(np.log(v[0] / v[1])) / (LONGER if len(v) > 2 else 1.0))
        for p, share, v in _slates(nights)
        if v[1] > 0
    ]
    mean = {c: v for c, v in prior.items() if c != "steadier"}
    steadier = prior["steadier"]
    for _ in range(20):
        total = {c: weight * prior[c] for c in mean}
        count = dict.fromkeys(mean, weight)
        for column, share, gap in seen:
            if column in mean:
                total[column] += gap / max(1 - steadier * (share - USUAL_SHARE), LEAST)
                count[column] += 1
        mean = {c: total[c] / count[c] for c in mean}
        moved = [(share - USUAL_SHARE, 1 - gap / mean[column]) for column, share, gap in seen if column in mean]
        top = sum(x * y for x, y in moved) + weight * prior["steadier"] * 0.03
        steadier = float(top / (sum(x * x for x, _ in moved) + weight * 0.03))
    return {**mean, "steadier": steadier}


def _councils(nights: Sequence[Night]) -> Iterator[tuple[list[str], Array, Array]]:
    """Of each council with five contests or more: columns, their mean shares where they stood, and seats won."""
    for night in nights:
        votes: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        won: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        contests: dict[str, int] = defaultdict(int)
        for ballot, result in night.declared.contests.items():
            contest = night.ground.election.contests[ballot]
            contests[contest.council] += 1
            for party, share in top_shares(result).items():
                votes[contest.council][column_of(party)].append(share)
            ranked = sorted(((v, p) for p, vs in result.items() for v in vs), reverse=True)
            for _, party in ranked[: contest.seats]:
                won[contest.council][column_of(party)] += 1
        for council, shares in votes.items():
            if contests[council] >= 5:
                who = list(shares)
                mean = np.array([np.mean(shares[p]) for p in who])
                yield who, mean, np.array([won[council][p] for p in who], dtype=float)


def seat_readings(
    nights: Sequence[Night],
    prior: Mapping[str, float],
    exaggeration: float,
    efficiency: Mapping[str, float],
    weight: float = 20.0,
) -> dict[str, float]:
    """Variance of votes as read from a council's seats alone around its true ones, in logs, by column.

    Read as :func:`models.swing.observe_totals` reads them; ``prior`` counts as ``weight`` councils of each column.
    """
    total = {c: weight * v for c, v in prior.items()}
    count = dict.fromkeys(prior, weight)
    for who, votes, seats in _councils(nights):
        read = np.log(seats + 0.5) - np.log([efficiency.get(p, 1.0) for p in who])
        off = read / exaggeration - np.log(votes)
        off -= off.mean()
        for column, x in zip(who, off, strict=True):
            if column in total and len(who) > 1:
                total[column] += float(x * x) * len(who) / (len(who) - 1)
                count[column] += 1
    return {c: total[c] / count[c] for c in total}


def seat_response(nights: Sequence[Night]) -> tuple[float, float, dict[str, float]]:
    """Exaggeration and concentration of seats given votes, and how far each column's votes lie where they win seats.

    From councils with five contests or more whose wards are all known, by maximum likelihood of ``won ~
    DirichletMultinomial(seats, phi * w / sum(w))`` with ``w = efficiency * v**rho`` and v the mean share where the
    party stood, as :mod:`models.history` has it. Weak priors (rho near 2.3, phi near 15, efficiencies near one) hold
    what one night cannot tell; it is one for all but :data:`SPREAD`.
    """
    rows: list[tuple[list[int], Array, Array]] = []
    index = {c: i for i, c in enumerate(SPREAD, start=1)}
    for who, votes, seats in _councils(nights):
        rows.append(([index.get(p, 0) for p in who], votes / votes.sum(), seats))

    def loss(theta: Array) -> float:
        rho, phi = np.exp(theta[:2])
        bonus = np.concatenate([[0.0], theta[2:]])
        out = 0.5 * float(((theta[:2] - np.log([2.3, 15.0])) ** 2 / np.array([0.1, 0.5])).sum())
        out += 0.5 * float((theta[2:] ** 2).sum())
        for which, v, w in rows:
            weight = np.exp(bonus[which]) * v**rho
            a = phi * weight / weight.sum()
            out -= float(gammaln(phi) - gammaln(phi + w.sum()) + (gammaln(a + w) - gammaln(a)).sum())
        return out

    best = minimize(loss, np.concatenate([np.log([2.3, 15.0]), np.zeros(len(SPREAD))]), method="L-BFGS-B")
    efficiency = {**dict.fromkeys(COLUMNS, 1.0), **dict(zip(SPREAD, np.exp(best.x[2:]).tolist(), strict=True))}
    return float(np.exp(best.x[0])), float(np.exp(best.x[1])), efficiency
