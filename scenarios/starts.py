"""Where the rivals' forecasts start from: each slate's share before any swing.

A ward with an earlier result starts from its latest. One without, in two ways:

- :func:`council_starts`, as an analyst with the published results does it: from its council's latest earlier election
  (a party's mean share where it stood), where there is none from the mean of its region's earlier ward results, then
  of the country's; of those that stand tonight, and made shares of one.
- :func:`baseline_starts`, as only someone with this package does: from what the model's own baseline makes of wards
  alike, of its council's earlier results, composition and sitting councillors, and of tonight's polls
  (:mod:`models.baseline`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.design import Design
from models.history import top_shares
from models.rows import Rows
from models.shares import softmax
from seeds.types import Contest, Council, CouncilHistory, EarlierResult, Election

Array = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Starts:
    """Where each slate starts from.

    ``share`` is NaN for a party that enters; ``year`` is that of the earlier election it comes from, 0 where there is
    none or more than one; ``own`` says which wards start from a result of their own. ``polled``: starts of year 0 know
    tonight's polls, so that their swing is what the polls missed and not what has changed since. Shapes ``(n, s)``,
    ``(n,)`` and ``(n,)``.
    """

    share: Array
    year: Index
    own: NDArray[np.bool_]
    polled: bool


def baseline_starts(election: Election, design: Design) -> Starts:
    """A ward without an earlier result starts from the model's own baseline."""
    share = softmax(utility_before(design, design.contests), design.contests.column >= 0)
    return _with_own(election, design, share, np.zeros(len(share), dtype=np.int64), polled=True)


def council_starts(election: Election, design: Design) -> Starts:
    """A ward without an earlier result starts from its council's latest earlier election."""
    share = np.full(design.contests.column.shape, np.nan)
    year = np.zeros(len(share), dtype=np.int64)
    then = {c: _council(election, election.councils[c]) for c in design.slots.council_names}
    usual = _regions(election)
    for n, ballot in enumerate(design.slots.ballots):
        contest = election.contests[ballot]
        year[n], known = then[contest.council]
        for shares in (known, usual.get(election.councils[contest.council].region, {}), usual.get("", {})):
            if total := sum(shares.get(p, 0.0) for p in contest.standing):
                share[n, : len(contest.standing)] = [shares.get(p, np.nan) / total for p in contest.standing]
                break
            year[n] = 0
    return _with_own(election, design, share, year, polled=False)


def _with_own(election: Election, design: Design, share: Array, year: Index, *, polled: bool) -> Starts:
    own = np.zeros(len(share), dtype=bool)
    for n, ballot in enumerate(design.slots.ballots):
        contest = election.contests[ballot]
        if (found := _latest(contest)) is not None:
            shares, year[n] = found
            own[n] = True
            share[n, : len(contest.standing)] = [shares.get(p, np.nan) for p in contest.standing]
    return Starts(share, year, own, polled)


def _latest(contest: Contest) -> tuple[dict[str, float], int] | None:
    """Shares at a ward's latest earlier result, and its year."""
    return next(((s, e.date.year) for e in reversed(contest.earlier) if (s := _shares(e))), None)


def _shares(earlier: EarlierResult) -> dict[str, float]:
    return {} if earlier.unit == "seats" else top_shares(earlier.votes, earlier.unit)


def _council(election: Election, council: Council) -> tuple[int, Mapping[str, float]]:
    """Year of a council's latest earlier election, and each party's mean share where it stood; else 0, none."""
    known = [h for h in council.history if h.date < election.date and any(v > 0 for v in h.shares.values())]
    if not known:
        return 0, {}
    latest = max(known, key=lambda h: h.date)
    return latest.date.year, _where_it_stood(latest)


def _where_it_stood(past: CouncilHistory) -> dict[str, float]:
    """Each party's mean share where it stood; where the count is unknown it is taken to have stood everywhere."""
    n = past.contests or 1
    return {p: v / 100 * n / (past.stood.get(p, n) or n) for p, v in past.shares.items() if v > 0}


def _regions(election: Election) -> dict[str, dict[str, float]]:
    """Each party's mean share where it stood, over wards' latest earlier results by region; "" is the country."""
    found: dict[str, dict[str, list[float]]] = {}
    for contest in election.contests.values():
        if (latest := _latest(contest)) is not None:
            for place in (election.councils[contest.council].region, ""):
                for party, share in latest[0].items():
                    found.setdefault(place, {}).setdefault(party, []).append(share)
    return {place: {p: _mean(values) for p, values in by_party.items()} for place, by_party in found.items()}


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


def utility_before(design: Design, rows: Rows) -> Array:
    """What is expected of each slate before any swing: its baseline and the level that the polls give its party."""
    return np.where(rows.column >= 0, rows.mean + design.level_mean[np.maximum(rows.column, 0)], 0.0)
