"""Turnout tonight, from declared wards against their own earlier turnout."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from models.types import Declared
from projection.summary import Summary, summarise
from seeds.types import Election

#: Standard deviations, in points, of the change in a ward's turnout around its council's, and of a council's around the
#: country's: wards of five cities and of Lancashire between the local elections of 2011 and 2012 (3.4 and 1.1), and
#: a little more for places less alike.
WARD, COUNCIL = 4.0, 1.5
#: Fewest wards with a turnout then, and declared with one tonight.
LEAST_KNOWN, LEAST_DECLARED = 60, 5
#: Number of the stream of random numbers.
STREAM = 5


@dataclass(frozen=True, slots=True)
class Turnout:
    """Projected turnout in percent over the wards that can be compared, or None; ``note`` says over which, or why."""

    projected: Summary | None
    note: str


def project_turnout(election: Election, declared: Declared, *, seed: int, draws: int) -> Turnout:
    """Project turnout over the wards whose turnout at one earlier election is known.

    Wards to come are given their earlier turnout, the mean change so far, and noise of councils and wards. Wards are
    weighed by electorate, tonight's or the earlier one.
    """
    dates = Counter(
        e.date
        for c in election.contests.values()
        if c.status == "poll"
        for e in c.earlier
        if e.turnout is not None and e.date < election.date
    )
    if not dates or dates.most_common(1)[0][1] < LEAST_KNOWN:
        known = max(dates.values(), default=0)
        return Turnout(None, f"an earlier turnout is known of {known} wards only")
    # The day that most wards know; of equals the latest.
    date = max(dates, key=lambda d: (dates[d], d))
    wards = [
        (c, e) for c in election.contests.values() if c.status == "poll" for e in c.earlier
        if e.date == date and e.turnout is not None
    ]  # fmt: skip
    then = np.array([e.turnout for _, e in wards], dtype=float)
    size = np.array([c.electorate or e.electorate or np.nan for c, e in wards], dtype=float)
    size = np.where(np.isfinite(size), size, np.nanmedian(size) if np.isfinite(size).any() else 1.0)
    now = np.array([declared.turnout.get(c.ballot_id, np.nan) for c, _ in wards])
    names = sorted({c.council for c, _ in wards})
    council = np.array([names.index(c.council) for c, _ in wards])
    told = np.isfinite(now)
    where = f"{len(wards):,} wards in {len(names)} councils whose turnout of {date.year} is known"
    if told.sum() < LEAST_DECLARED:
        return Turnout(None, f"turnout is declared in {told.sum()} of {where}")
    change = np.where(told, now - then, 0.0)
    count = np.bincount(council[told], minlength=len(names))
    mean = np.bincount(council, weights=change, minlength=len(names)) / np.maximum(count, 1)
    precision = np.where(count > 0, 1 / (COUNCIL**2 + WARD**2 / np.maximum(count, 1)), 0.0)
    centre = float(precision @ mean / precision.sum())
    pull = count / (count + WARD**2 / COUNCIL**2)
    rng = np.random.default_rng([seed, STREAM])
    country = centre + rng.standard_normal(draws) / np.sqrt(precision.sum())
    own = rng.standard_normal((draws, len(names))) * COUNCIL * np.sqrt(1 - pull)
    effect = (1 - pull) * country[:, None] + pull * mean + own
    ward = then + effect[:, council] + WARD * rng.standard_normal((draws, len(wards)))
    total = np.where(told, np.nan_to_num(now), ward.clip(0, 100)) @ (size / size.sum())
    note = f"over {where}; {told.sum():,} of them declared"
    return Turnout(summarise(total[:, None])[0], note)
