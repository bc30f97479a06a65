"""Nights to learn scales from: past elections with their results, and older ones hidden in a pack's own past.

A night for training is an :class:`~seeds.types.Election` as it stood before its polls closed, and what was then
declared. For thirteen councils the packs hold every result since 2004; :func:`nights_within` makes of each
of those dates a night of its own.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.design import Design, Ground, lay_out, prepare
from models.gaussian import Evidence, gather
from models.hyper import Hyper
from models.scales import contrast_precision, ward_cov
from models.swing import observe
from models.types import Declared
from seeds.outcome import Outcome
from seeds.types import Contest, Election

#: A night with fewer contests than this teaches too little of its councils and columns.
FEWEST_CONTESTS = 150


@dataclass(frozen=True, slots=True)
class Night:
    """One election to learn from: its ground, the declared contests and their log shares ``(n, s)``."""

    name: str
    date: dt.date
    ground: Ground
    declared: Declared
    which: NDArray[np.int64]
    log_share: NDArray[np.float64]

    def design(self, hyper: Hyper) -> Design:
        """The night laid out with these scales."""
        return lay_out(self.ground, hyper)

    def told(self, hyper: Hyper) -> tuple[Design, tuple[NDArray[np.float64], NDArray[np.float64]], Evidence]:
        """The night laid out, the precision of its contests, and what they say of the effects."""
        design = self.design(hyper)
        precision = contrast_precision(ward_cov(design), design.contests.column >= 0)
        return design, precision, gather(design, design.contests, self.which, self.log_share, precision)


def night_of(election: Election, declared: Declared, name: str, hyper: Hyper) -> Night:
    """A night whose contests' results are all (or partly) known."""
    ground = prepare(election)
    which, log_share = observe(lay_out(ground, hyper), declared)
    return Night(name, election.date, ground, declared, which, log_share)


def outcome_night(election: Election, outcome: Outcome, hyper: Hyper) -> Night:
    """A past election whole."""
    declared = Declared(
        {
            b: r.votes
            for b, r in outcome.contests.items()
            if r.unit == "votes" and set(r.votes) == set(election.contests[b].standing)
        }
    )
    return night_of(election, declared, election.key, hyper)


def nights_within(election: Election, hyper: Hyper) -> list[Night]:
    """Older nights hidden among a pack's earlier results: one for each date with enough contests before it.

    Each sees only what was earlier than itself: results, histories, polls.
    """
    dates: dict[dt.date, int] = {}
    for contest in election.contests.values():
        for e in contest.earlier:
            if e.unit == "votes" and any(f.date < e.date and f.unit == "votes" for f in contest.earlier):
                dates[e.date] = dates.get(e.date, 0) + 1
    return [_within(election, day, hyper) for day, count in sorted(dates.items()) if count >= FEWEST_CONTESTS]


def _within(election: Election, day: dt.date, hyper: Hyper) -> Night:
    contests: dict[str, Contest] = {}
    votes = {}
    for contest in election.contests.values():
        result = next((e for e in contest.earlier if e.date == day and e.unit == "votes"), None)
        if result is None or len(result.votes) < 2:
            continue
        contests[contest.ballot_id] = dataclasses.replace(
            contest,
            seats=result.seats,
            standing={p: len(v) for p, v in result.votes.items()},
            earlier=tuple(e for e in contest.earlier if e.date < day),
            alike=tuple(e for e in contest.alike if e.date < day),
            incumbents=result.incumbents,
            rule="plurality",
            status="poll",
        )
        votes[contest.ballot_id] = result.votes
    councils = {
        k: dataclasses.replace(
            election.councils[k],
            detail="wards",
            seats_before=None,
            held_over=None,
            history=tuple(h for h in election.councils[k].history if h.date < day),
        )
        for k in dict.fromkeys(c.council for c in contests.values())
    }
    past = dataclasses.replace(
        election,
        key=f"{election.key} at {day}",
        date=day,
        contests=contests,
        councils=councils,
        polls=tuple(p for p in election.polls if p.end < day),
        national=tuple(n for n in election.national if n.year < day.year),
    )
    return night_of(past, Declared(votes), f"{day.year} in {len(councils)} councils", hyper)
