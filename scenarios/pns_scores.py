"""The projected national share of past nights beside the one that was published: errors, coverage and width."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from projection.pns_only import project_national
from projection.pns_result import OTHERS_LINE, National
from projection.session import Session, make_session
from scenarios.order import declaring
from scenarios.replay import declared_by
from scenarios.skew import RANDOM, arranged, checkpoint, skewed
from seeds import Election, Outcome, load_election, load_outcome


@dataclass(frozen=True, slots=True)
class PnsRow:
    """One party's line at one checkpoint of one order.

    ``published`` is a whole number: the interval contains it if it reaches within half a point of it.
    """

    election: str
    order: str
    seed: int
    percent: float
    declared: int
    party: str
    published: float
    mean: float
    p05: float
    p95: float

    @property
    def error(self) -> float:
        """Ours less theirs, in points."""
        return self.mean - self.published

    @property
    def contains(self) -> bool:
        """Whether the 90% interval contains the published figure, give or take its rounding."""
        return self.p05 <= self.published + 0.5 and self.p95 >= self.published - 0.5

    @property
    def width(self) -> float:
        """Of the 90% interval."""
        return self.p95 - self.p05


@dataclass(frozen=True, slots=True)
class PastNight:
    """A past night, ready to be projected many times."""

    election: Election
    outcome: Outcome
    session: Session
    published: Mapping[str, float]

    @property
    def councils(self) -> list[str]:
        """Those that declare."""
        return declaring(self.election, self.outcome)


def past_night(pack: str) -> PastNight:
    """Load a pack with its outcome; only what was known before the night goes into the session."""
    election, outcome = load_election(pack), load_outcome(pack)
    return PastNight(election, outcome, make_session(election), outcome.national.get("PNS", {}))


def score(night: PastNight, national: National, order: str, seed: int, percent: float, declared: int) -> list[PnsRow]:
    """Rows of every named party that was published and has a line; those that a publisher lumps are not scored."""
    return [
        PnsRow(night.election.key, order, seed, percent, declared, party, published, s.mean, s.p05, s.p95)
        for party, published in night.published.items()
        if party != OTHERS_LINE and (s := national.lines.get(party)) is not None
    ]


def at_the_end(night: PastNight, *, draws: int, seed: int = 0) -> National:
    """The projection once everything that we know has declared."""
    return project_national(
        night.session, declared_by(night.election, night.outcome, night.councils), seed=seed, draws=draws
    )


def through_orders(
    night: PastNight, percents: Sequence[float], seeds: Sequence[int], *, draws: int
) -> Iterator[PnsRow]:
    """Rows of every random order and every skewed one of a night, checkpoint by checkpoint."""
    kinds = [(RANDOM, s) for s in seeds] + [(name, seeds[0]) for name in skewed(night.election, night.outcome)]
    for order, seed in kinds:
        councils = arranged(night.election, night.outcome, order, seed)
        for percent in percents:
            count = checkpoint(percent, len(councils))
            declared = declared_by(night.election, night.outcome, councils[:count])
            national = project_national(night.session, declared, seed=seed, draws=draws)
            yield from score(night, national, order, seed, percent, count)


def mean_error(rows: Sequence[PnsRow]) -> float:
    """Mean absolute error; NaN of nothing."""
    return float(np.mean([abs(r.error) for r in rows])) if rows else float("nan")


def coverage(rows: Sequence[PnsRow]) -> float:
    """Part of the intervals that contain the published figure."""
    return float(np.mean([r.contains for r in rows])) if rows else float("nan")


def largest_two(rows: Sequence[PnsRow]) -> list[PnsRow]:
    """Rows of the two parties with the largest published share of each night."""
    published: dict[str, dict[str, float]] = {}
    for r in rows:
        published.setdefault(r.election, {})[r.party] = r.published
    top = {e: sorted(p, key=lambda x: -p[x])[:2] for e, p in published.items()}
    return [r for r in rows if r.party in top[r.election]]
