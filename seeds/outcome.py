"""What happened: the result of a past election and when it became known.

Kept apart from :class:`seeds.types.Election`: only replays and backtests call :func:`seeds.load_outcome`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from seeds.types import Unit, Votes


@dataclass(frozen=True, slots=True)
class ContestResult:
    """Result of one contest. ``elected`` is the publisher's own count of seats by party."""

    ballot_id: str
    votes: Votes
    elected: Mapping[str, int]
    unit: Unit = "votes"
    electorate: int | None = None
    ballots: int | None = None
    turnout: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CouncilResult:
    """Totals of one council and when it declared.

    ``shares`` in percent (empty where unknown), with ``basis`` as in
    :class:`seeds.types.CouncilHistory`. ``declared_at`` is local time (BST) or None;
    ``time_known`` is False where the time or the order was imputed, and ``time_source`` says how.
    """

    council: str
    seats_won: Mapping[str, int] | None
    seats_after: Mapping[str, int] | None
    control_after: str | None
    shares: Mapping[str, float]
    basis: str = "top"
    turnout: float | None = None
    declared_at: dt.datetime | None = None
    time_known: bool = False
    time_source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """All results of a past election; ``order`` lists councils as they declared (or as imputed)."""

    key: str
    contests: Mapping[str, ContestResult]
    councils: Mapping[str, CouncilResult]
    order: tuple[str, ...]
    national: Mapping[str, Mapping[str, float]]
