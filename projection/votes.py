"""Votes that each ward is expected to cast: from what the pack holds, then from what has declared.

What is counted is the sum of each party's best candidate: about one a ballot paper, whatever the number of seats. So it
grows with the ward's electorate, and with how many parties share it.

The figures below are of wards of 2014, 2016 and 2019, against what their packs held before the night.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.types import Slots
from seeds.frame import GENERAL_DAYS, known_frame
from seeds.types import Contest, Council, Election, Votes

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: Where an expectation comes from: the ward's own earlier votes; those of the day of a general election, where there
#: are no others; the size of the ward; the size of a typical ward, where nothing tells the council's.
OWN, GENERAL, SIZE, GUESS = range(4)
#: By origin, standard deviations of the ratio of votes to what is expected: of all its wards around the night, of
#: councils, and of wards.
SHARED = np.array([0.03, 0.10, 0.10, 0.60])
COUNCIL = np.array([0.055, 0.10, 0.15, 0.30])
WARD = np.array([0.10, 0.14, 0.23, 0.30])
#: The same of regions.
REGION = 0.03
#: A ward's ratio counts as no further than this factor from the usual one of its origin.
FURTHEST = 3.0

#: Log of votes at other local elections over those on the day of a general election.
GENERAL_DAY = -0.6
_GENERAL = frozenset(GENERAL_DAYS.values())
#: Log of votes per elector where a council is elected whole, and in parts; standard deviation of a night's.
RATE = {True: -1.00, False: -1.15}
RATE_SD = 0.1
#: What a full range of Labour shares adds to it. Wards of Labour's strength turn out less; in councils elected in parts
#: they are also those of three members, which the electorate per seat does not show.
LEAN = {True: -0.6, False: -0.15}
#: What it adds that more parties stand (per log of their number over the usual four), and the part of each slate that
#: is left empty (its voters have votes to spare for others).
PARTIES, USUAL_PARTIES, EMPTY = 0.15, 4, 0.10
#: What it adds in a council elected in parts, most of whose wards have earlier results, that a ward has none: it has
#: few members and polls in few years. Metropolitan wards have three members and poll always.
RARE = -0.65
#: Electors per head of population, and per seat where nothing is known.
PER_HEAD, PER_SEAT = 0.70, 1800.0
#: A council with a smaller part of its seats up elects them at by-elections.
LEAST_PART = 0.25


@dataclass(frozen=True, slots=True)
class Expected:
    """Votes that each contest is expected to cast, and where that comes from (:data:`OWN` and so on); shapes ``(n,)``.

    Only ratios between contests matter.
    """

    votes: Array
    origin: Index


def expect(election: Election, slots: Slots, lean: Array | None = None) -> Expected:
    """Votes that the best candidates of each contest are expected to take together, before any ward declares.

    From the ward's latest earlier votes (those of the day of a general election only if there are no others), scaled by
    the electorate where both are known. Else from the ward's electors, by the rate of its council's other wards as far
    as they are known, or of councils elected as it is.

    Parameters
    ----------
    lean
        Labour's expected share of each contest, shape ``(n,)``; None to do without.
    """
    contests = [election.contests[b] for b in slots.ballots]
    known = [election.councils[c] for c in slots.council_names]
    whole = np.array([c.whole for c in known])[slots.councils]
    own, origin = _own(contests)
    size, guessed = _size(election, slots, own - np.where(whole, RATE[True], RATE[False]))
    origin = np.where((origin == SIZE) & guessed, GUESS, origin)
    log = np.log(size) + _standing(slots) + RARE * _rare(known, slots, np.isfinite(own) | whole)
    if lean is not None:
        log += np.where(whole, LEAN[True], LEAN[False]) * (lean - lean.mean())
    log += _rates(own - log, slots.councils, whole)
    # The mean of a log-normal is above its median.
    log += (COUNCIL[origin] ** 2 + WARD[origin] ** 2) / 2
    return Expected(np.exp(np.where(np.isfinite(own), own, log)), origin)


def expected_votes(election: Election, slots: Slots) -> Array:
    """:func:`expect` without a model's shares; shape ``(n,)``."""
    return expect(election, slots).votes


def learn(election: Election, slots: Slots, origin: Index, votes: Array, cast: Array) -> Array:
    """Votes of each contest: as cast, else as expected at the ratio of the two in wards like it; shape ``(n,)``.

    The ratio of all declared wards, moved by effects of origin, region, and the council's own declared wards, all
    shrunk towards it: the best linear prediction under the variances of this module (Henderson, 1975). It is
    estimated in votes, not in logarithms, so that sums come out right.

    Parameters
    ----------
    origin, votes
        As in :class:`Expected`; shape ``(n,)``.
    cast
        NaN where nothing has declared, or only percentages; shape ``(n,)``.
    """
    told = np.isfinite(cast) & (cast > 0)
    if not told.any():
        return votes
    ratio = cast[told] / votes[told]
    middle = _medians(ratio, origin[told])
    ratio = np.clip(ratio, middle / FURTHEST, middle * FURTHEST)
    weight = votes[told] / votes[told].mean()
    overall = weight @ ratio / weight.sum()
    names, region = np.unique([election.councils[c].region for c in slots.council_names], return_inverse=True)
    x = np.hstack([np.ones((len(votes), 1)), np.eye(len(WARD))[origin], np.eye(len(names))[region[slots.councils]]])
    # The night's level is left to the data.
    prior = np.concatenate([[0.0], SHARED**-2, np.full(len(names), REGION**-2)])

    # A cell is a council's wards of one origin: they share its effect, which takes a part of their mean.
    cell = slots.councils * len(WARD) + origin
    cells = np.arange(len(slots.council_names) * len(WARD)) % len(WARD)
    here = cell[told]
    size = np.bincount(here, weight, minlength=len(cells))
    pull = COUNCIL[cells] ** 2 * size / (COUNCIL[cells] ** 2 * size + WARD[cells] ** 2)

    def pulled(values: Array) -> Array:
        return pull * np.bincount(here, weight * values, minlength=len(cells)) / np.where(size > 0, size, 1.0)

    left = x[told] - np.column_stack([pulled(v)[here] for v in x[told].T])
    left *= (weight / WARD[origin[told]] ** 2)[:, None]
    seen = ratio / overall - 1
    effect = np.linalg.solve(np.diag(prior) + left.T @ x[told], left.T @ seen)
    moved = 1 + x @ effect + pulled(seen - x[told] @ effect)[cell]
    return np.where(told, cast, votes * overall * np.clip(moved, 1 / FURTHEST, FURTHEST))


def best(votes: Votes) -> float:
    """Votes of each party's best candidate together."""
    return sum(max(v, default=0.0) for v in votes.values())


def _own(contests: list[Contest]) -> tuple[Array, Index]:
    """Log of each ward's own earlier votes, NaN without any, and where they come from."""
    out, origin = np.full(len(contests), np.nan), np.full(len(contests), SIZE)
    for n, contest in enumerate(contests):
        earlier = [e for e in reversed(contest.earlier) if e.unit == "votes" and best(e.votes) > 0]
        if not earlier:
            continue
        latest = next((e for e in earlier if e.date not in _GENERAL), earlier[0])
        origin[n] = GENERAL if latest.date in _GENERAL else OWN
        grown = contest.electorate / latest.electorate if contest.electorate and latest.electorate else 1.0
        out[n] = np.log(best(latest.votes) * grown) + (GENERAL_DAY if origin[n] == GENERAL else 0.0)
    return out, origin


def _size(election: Election, slots: Slots, seen: Array) -> tuple[Array, Mask]:
    """Electors of each ward, and whether they are guessed; shapes ``(n,)``.

    The ward's own number, else its part of its council's, by seats: where a third of a council is up, each seat stands
    for three. Of a council without a number, a seat has the electors of a typical one of the council, of its type, or
    of the pack; ``seen`` are logs of electors judged by earlier votes, for want of others. Where nobody says how many
    seats a council has, it is not known how many stand behind one that is up, and a ward is a typical ward.
    """
    frame = known_frame(election)
    people = Counter({f.council: f.population for f in frame})
    for f in frame:
        if f.county:
            people[f.county] += f.population
    known = [election.councils[c] for c in slots.council_names]
    electors = np.array([c.electorate or PER_HEAD * people[c.council] for c in known], dtype=float)
    total = np.array([c.seats_total or 0 for c in known], dtype=float)
    stand = np.array([_stands_for(c) for c in known])[slots.councils]
    seats = np.where((total > 0)[slots.councils], slots.seats * stand, 1.0)
    fits = (electors > 0) & (total > 0)
    each = np.where(fits, electors / np.where(fits, total, 1.0), np.nan)[slots.councils]
    own = np.array([election.contests[b].electorate or np.nan for b in slots.ballots], dtype=float)
    guessed = np.isnan(own) & np.isnan(each)
    each = np.where(guessed, np.exp(seen) / seats, each)
    kinds = np.unique([c.type for c in known], return_inverse=True)[1][slots.councils]
    for group in (slots.councils, kinds, np.zeros_like(kinds)):
        each = np.where(np.isfinite(each), each, _medians(each, group))
    return np.where(np.isfinite(own), own, seats * np.where(np.isfinite(each), each, PER_SEAT)), guessed


def _stands_for(council: Council) -> float:
    """How many of the council's seats stand behind each that is up tonight."""
    part = council.seats_up / council.seats_total if council.seats_up and council.seats_total else 1.0
    return 1 / part if LEAST_PART <= part <= 1 else 1.0


def _medians(values: Array, group: Index) -> Array:
    """Median of the finite values of each one's group, NaN where it has none; shape ``(n,)``."""
    out = np.full(len(values), np.nan)
    for g in np.unique(group[np.isfinite(values)]):
        out[group == g] = np.nanmedian(values[group == g])
    return out


def _standing(slots: Slots) -> Array:
    """What the slates add to the log of votes per elector; shape ``(n,)``."""
    stands = slots.party >= 0
    filled = np.minimum(slots.candidates / slots.seats[:, None], 1.0)
    empty = np.where(stands, 1 - filled, 0.0).sum(axis=1)
    parties = np.log(np.maximum(stands.sum(axis=1), 1) / USUAL_PARTIES)
    return PARTIES * parties + EMPTY * empty


def _rare(councils: list[Council], slots: Slots, known: Mask) -> Mask:
    """Wards that poll in few years: without an earlier result among wards that have one; shape ``(n,)``."""
    share = np.bincount(slots.councils, known, len(councils)) / np.maximum(np.bincount(slots.councils), 1)
    here = (share >= 0.5) & np.array([c.type != "MB" for c in councils])
    return ~known & here[slots.councils]


def _rates(seen: Array, council: Index, whole: Mask) -> Array:
    """Log of votes per elector in each ward's council, by those of its wards and its like (NaN elsewhere)."""
    told = np.isfinite(seen)
    out = np.zeros(len(seen))
    for way, usual in RATE.items():
        mine = told & (whole == way)
        count = np.bincount(council[mine], minlength=council.max(initial=0) + 1)
        mean = np.bincount(council[mine], seen[mine], minlength=len(count)) / np.maximum(count, 1)
        pull = count / (count + WARD[SIZE] ** 2 / COUNCIL[SIZE] ** 2)
        precision = pull / COUNCIL[SIZE] ** 2
        rate = (usual / RATE_SD**2 + precision @ mean) / (1 / RATE_SD**2 + precision.sum())
        out = np.where(whole == way, (rate + pull * (mean - rate))[council], out)
    return out
