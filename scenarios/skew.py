"""Orders of declaration for backtests and replays: at random, and skewed as the early hours of a night can be.

An order knows only what was known before the polls closed: a council's safety is by its earlier results.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from projection.reading import nearest
from scenarios.order import declaring
from seeds import DeclarationError, Election, Outcome
from seeds.types import Council

RANDOM = "random"
#: Orders that a replay offers beside those that backtests score; what they leave open is drawn too.
ALPHABETICAL, BY_REGION, BY_TYPE, LARGEST = "alphabetical", "by-region", "by-type", "largest-first"
#: Parties that orders call by name rather than by code.
_CALLED = {"labour": "Lab", "conservative": "Con"}
#: The order in the pack's outcome: ``real`` where every time in it is known, ``imputed`` where the source or a rule
#: had to supply most of them.
REAL, IMPUTED = "real", "imputed"
#: A region with fewer councils than this is too small to be "the last one".
LEAST_IN_REGION = 8
#: Seats exaggerate votes; a margin in seats is worth about half of one in votes.
SEATS_TO_VOTES = 0.5


def margin(council: Council, party: str) -> float | None:
    """How far a party was ahead of the best other, in points, at the council's latest earlier election.

    From the votes of that election; where none is known, from half of the lead in seats before tonight; else None.
    """
    shares: Mapping[str, float] = next((h.shares for h in reversed(council.history) if h.shares), {})
    if shares:
        return shares.get(party, 0.0) - max((v for p, v in shares.items() if p != party), default=0.0)
    seats = council.seats_before or {}
    if not seats:
        return None
    lead = seats.get(party, 0) - max((v for p, v in seats.items() if p != party), default=0)
    return SEATS_TO_VOTES * 100 * lead / sum(seats.values())


def size(election: Election, council: str) -> int:
    """Seats up tonight."""
    up = election.councils[council].seats_up
    return sum(c.seats for c in election.contests_of(council)) if up is None else up


def region_slug(region: str) -> str:
    """``North West`` as ``north-west``; a party's code likewise."""
    return region.casefold().replace(" ", "-")


def offered(election: Election, outcome: Outcome) -> list[str]:
    """Every order that a replay of this night can be given by name."""
    inside = declaring(election, outcome)
    regions = sorted({region_slug(election.councils[c].region) for c in inside})
    standing = {p for c in election.contests.values() for p in c.standing}
    standing |= {p for c in inside for p in election.councils[c].seats_before or {}}
    called = set(_CALLED.values())
    safest = [*(f"{name}-first" for name in _CALLED)]
    safest += sorted(f"{region_slug(p)}-first" for p in standing - called)
    rest = [BY_REGION, BY_TYPE, "metropolitan-first", "smallest-first", LARGEST]
    return [REAL, RANDOM, ALPHABETICAL, *rest, *(f"{w}-{r}" for r in regions for w in ("first", "last")), *safest]


def skewed(election: Election, outcome: Outcome) -> list[str]:
    """The skewed orders that this night can be replayed in."""
    councils = declaring(election, outcome)
    regions = Counter(election.councils[c].region for c in councils)
    names = ["labour-first", "conservative-first"]
    kinds = {election.councils[c].type == "MB" for c in councils}
    # A night with one metropolitan borough puts a single council in front: that is no skew.
    if kinds == {True, False} and sum(election.councils[c].type == "MB" for c in councils) > 1:
        names.append("metropolitan-first")
    names.append("smallest-first")
    if len(regions) > 1:
        names += [f"last-{region_slug(r)}" for r in sorted(regions) if regions[r] >= LEAST_IN_REGION]
    told = [outcome.councils[c] for c in councils if c in outcome.councils]
    times = [r for r in told if r.declared_at is not None]
    if times and all(r.time_known for r in told):
        names.append(REAL)
    elif 2 * len(times) > len(councils):
        names.append(IMPUTED)
    return names


def arranged(election: Election, outcome: Outcome, order: str, seed: int) -> list[str]:
    """The councils in one of the orders; what the order leaves open is drawn with the seed.

    Raises
    ------
    DeclarationError
        If there is no such order.
    """
    councils = declaring(election, outcome)
    if order in (REAL, IMPUTED):
        return councils
    # Before shuffling, in the pack's order: nothing of when they declared may show.
    inside = set(councils)
    shuffled = [c for c in election.councils if c in inside]
    np.random.default_rng(seed).shuffle(shuffled)
    if order == RANDOM:
        return shuffled
    if order in (BY_REGION, BY_TYPE):
        # Shuffled councils name their groups in a drawn order; each group then declares whole.
        groups = dict.fromkeys(_group(election, c, order) for c in shuffled)
        return [c for g in groups for c in shuffled if _group(election, c, order) == g]
    if order == ALPHABETICAL:
        return sorted(shuffled, key=lambda c: election.councils[c].name)
    rank = {c: r for c in shuffled if (r := _rank(election, c, order)) is not None}
    if len(rank) < len(shuffled):
        raise DeclarationError(
            f"{election.key}: '{order}' is no order of declaration{nearest(order, offered(election, outcome))}; "
            f"there are {RANDOM}, {', '.join(skewed(election, outcome))}, {ALPHABETICAL}, {BY_REGION}, {BY_TYPE}, "
            f"{LARGEST}, first-REGION, last-REGION and PARTY-first"
        )
    return sorted(shuffled, key=rank.__getitem__)


def _group(election: Election, council: str, order: str) -> str:
    known = election.councils[council]
    return known.region if order == BY_REGION else known.type


def _rank(election: Election, council: str, order: str) -> float | None:
    """Where a council comes in a skewed order, lowest first; None if there is no such order."""
    known = election.councils[council]
    if order == "metropolitan-first":
        return float(known.type != "MB")
    if order in ("smallest-first", LARGEST):
        return float(size(election, council)) * (1 if order == "smallest-first" else -1)
    place, _, region = order.partition("-")
    if place in ("first", "last") and region in {region_slug(c.region) for c in election.councils.values()}:
        return float((region == region_slug(known.region)) == (place == "last"))
    party = safest_of(election, order)
    if party is None:
        return None
    # A council of which nothing earlier is known comes last.
    lead = margin(known, party)
    return np.inf if lead is None else -lead


def safest_of(election: Election, order: str) -> str | None:
    """The party whose safest councils come first in ``labour-first``, ``ld-first`` and the like; None if it is none."""
    name = order.removesuffix("-first")
    if name == order:
        return None
    return _CALLED.get(name) or next((p for p in election.parties if region_slug(p) == name), None)


#: Fewest councils at a checkpoint of at least so many percent: with 23 councils, 1% and 5% are not the same thing.
FEWEST = ((25.0, 10), (10.0, 5), (5.0, 2), (0.0, 1))


def checkpoint(percent: float, councils: int) -> int:
    """How many councils have declared at a checkpoint: at least 1, 2 from 5%, 5 from 10% and 10 from 25% on.

    Never the last one of a night, after which there is nothing to foresee.
    """
    fewest = next(n for floor, n in FEWEST if percent >= floor)
    return min(max(councils - 1, 1), max(fewest, round(percent / 100 * councils)))


def checkpoints(percents: Sequence[float], councils: int) -> dict[int, float]:
    """Councils declared at each checkpoint -> percent; a percent that a small night cannot tell from the one before
    is left out."""
    out: dict[int, float] = {}
    for percent in percents:
        out.setdefault(checkpoint(percent, councils), percent)
    return out
