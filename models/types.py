"""What goes into the swing model and what comes out, as plain arrays.

Axes are named in the order ``(draw, contest, slot)``: a *slot* is one party's slate in one contest, in the
order of ``Contest.standing``. Shares are those of each slate's *best candidate*, and sum to one over the slots
of a contest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seeds.types import Votes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


#: What of :class:`~seeds.types.Census` the model knows, in the order of its arrays.
PEOPLE = ("degree", "apprentice", "other")


@dataclass(frozen=True, slots=True)
class Slots:
    """Who stands where, of the contests counted by plurality and polled tonight.

    Attributes
    ----------
    ballots
        Ballot ids, in the pack's order; n of them.
    councils
        Council of each contest, as an index into ``council_names``; shape ``(n,)``.
    council_names
        Councils that have at least one such contest.
    parties
        Every party code that stands, in the pack's order.
    party
        Index into ``parties`` of each slot, -1 where there is none; shape ``(n, s)``.
    candidates
        Number of candidates on each slate, 0 where there is none; shape ``(n, s)``.
    seats
        Seats to be filled; shape ``(n,)``.
    incumbents
        Candidates of each slate who sit on the council already, 0 where nobody knows; shape ``(n, s)``.
    people
        Who lives in the ward: percentages in the order of :data:`PEOPLE`, its council's where the ward is not known,
        NaN where neither is; shape ``(n, 3)``.
    council_people
        The same of each council of ``council_names``; shape ``(c, 3)``.
    """

    ballots: tuple[str, ...]
    councils: NDArray[np.int64]
    council_names: tuple[str, ...]
    parties: tuple[str, ...]
    party: NDArray[np.int64]
    candidates: NDArray[np.int64]
    seats: NDArray[np.int64]
    incumbents: NDArray[np.int64]
    people: NDArray[np.float64]
    council_people: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CouncilTotals:
    """What a council known only by its totals has declared: seats won, and vote shares where known (percent).

    ``seats_won`` is empty where only ``seats_after``, the whole council afterwards, is known.
    """

    seats_won: Mapping[str, int]
    shares: Mapping[str, float] = field(default_factory=dict)
    seats_after: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """The net set of declarations that a projection is made from. Order of arrival plays no part.

    ``contests`` maps a ballot to the votes (or percentages) of each candidate by party, best first;
    ``councils`` a council known only by totals to them. ``lots`` maps a ballot whose last seats went by lot to the
    seats won by party; the model has no use for it, nor for ``turnout``, a ballot's turnout in percent where told.
    """

    contests: Mapping[str, Votes]
    councils: Mapping[str, CouncilTotals] = field(default_factory=dict)
    lots: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    turnout: Mapping[str, float] = field(default_factory=dict)
