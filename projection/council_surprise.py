"""The guard that asks the model about a council's totals: how likely were they, given what had declared before?

Seats and shares are doubted if hardly any draw gives a party as many, or as few, and a good part of them lies outside
the ranges that were expected. The second is needed beside the first: true results are a seat or two of a small party
off far more often than draws are, and seldom more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from models import Posterior
from models.types import CouncilTotals
from projection.assemble import Tally
from projection.facts import Doubt
from projection.layout import Layout
from seeds.types import Election

Array = NDArray[np.float64]

#: Fewer draws than this give a party so many or so few.
RARE = 1 / 200
#: Part of the seats up, or of the vote, outside the 90% ranges of the parties. With both, 0 to 3% of true results are
#: doubted, depending on the year, and a half of those with the first two parties' seats swapped (docs/reliability.md).
FAR = 0.2
#: Seats outside that are never too few to tell.
LEAST = 2
#: Two parties are named as swapped if that many draws are as far off as the swapped result.
PLAIN = 0.1
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a projection drew of councils: seats won, and votes in the pack's contests; shape ``(draw, line)``."""

    layout: Layout
    seats: NDArray[np.int16]
    votes: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Expected:
    """One council's draws by party, shape ``(draw, party)``, beside what it declared, ``(party,)``."""

    parties: list[str]
    drawn: Array
    seen: Array


def drawn_of(tally: Tally) -> Drawn:
    """What the guard needs of a projection; the rest of it need not be kept."""
    return Drawn(tally.layout, tally.seating.seats, tally.votes.astype(np.float32))


def council_surprises(
    posterior: Posterior, drawn: Drawn, told: Mapping[str, CouncilTotals]
) -> dict[str, tuple[Doubt, ...]]:
    """Councils whose seats won or shares are far outside what was drawn of them.

    Parameters
    ----------
    posterior, drawn
        Of the night before these councils declared their totals.
    told
        What they declared; a council that elects as a whole may tell its seats afterwards instead of those won.
    """
    coarse = posterior.totals_councils
    # Votes of councils without wards in the pack: drawn for this alone.
    votes = posterior.totals_votes() if any(told[c].shares for c in coarse if c in told) else None
    out: dict[str, tuple[Doubt, ...]] = {}
    for slug in sorted(told):
        if slug not in drawn.layout.councils:
            continue
        names, lines = _lines(drawn.layout, slug)
        found = _seats(drawn, slug, told[slug], coarse=slug in coarse)
        if votes is not None and slug in coarse:
            found += _shares(drawn, posterior.totals_parties, votes[:, coarse.index(slug)], told[slug])
        else:
            found += _shares(drawn, names, drawn.votes[:, lines], told[slug])
        if found:
            out[slug] = tuple(found)
    return out


def _lines(layout: Layout, slug: str) -> tuple[list[str], NDArray[np.int64]]:
    lines = np.flatnonzero(layout.council == layout.councils.index(slug))
    return [layout.parties[layout.party[i]] for i in lines], lines


def _seats(drawn: Drawn, slug: str, told: CouncilTotals, *, coarse: bool) -> list[Doubt]:
    council = drawn.layout.election.councils[slug]
    won = told.seats_won or (council.whole and told.seats_after) or {}
    names, lines = _lines(drawn.layout, slug)
    seats = drawn.seats[:, lines].astype(np.float64)
    # Of a council that the model says nothing of, nothing is drawn.
    if not won or not seats.any():
        return []
    # The coarse layer draws parties that it does not tell apart there as "Oth".
    apart = {p for p, n in zip(names, seats.any(axis=0), strict=True) if n} if coarse else None
    found = _beside(drawn.layout.election, names, seats, won, apart)
    if not _far(found, max(FAR * found.seen.sum(), LEAST)):
        return []
    return [("model", _words(found, "seats"))]


def _shares(drawn: Drawn, names: Sequence[str], votes: NDArray[np.float32], told: CouncilTotals) -> list[Doubt]:
    """Parties that are not listed are others where others are, and else left out of the draws too."""
    shares = {p: v for p, v in told.shares.items() if v > 0}
    if len(shares) < 2:
        return []
    apart = {p for p, n in zip(names, votes.any(axis=0), strict=True) if n} & set(shares)
    found = _beside(drawn.layout.election, names, votes.astype(np.float64), shares, apart)
    listed = (found.seen > 0) & found.drawn.any(axis=0)
    if listed.sum() < 2:
        return []
    percent = found.drawn[:, listed] / np.maximum(found.drawn[:, listed].sum(axis=1, keepdims=True), 1e-9) * 100
    seen = found.seen[listed] / found.seen[listed].sum() * 100
    found = Expected([p for p, k in zip(found.parties, listed, strict=True) if k], percent, seen)
    if not _far(found, 100 * FAR):
        return []
    return [("model", _words(found, "shares"))]


def _beside(
    election: Election, names: Sequence[str], draws: Array, told: Mapping[str, float], apart: set[str] | None
) -> Expected:
    """Draws and declaration by party; small ones, and those not in ``apart``, together: lists name them variously."""

    def group(party: str) -> str:
        known = election.parties.get(party)
        large = known is not None and known.family in ("national", "nationalist")
        return party if large and (apart is None or party in apart) else OTHERS

    parties = list(dict.fromkeys([*(group(p) for p in [*names, *told]), OTHERS]))
    place = {p: i for i, p in enumerate(parties)}
    drawn, seen = np.zeros((len(draws), len(parties))), np.zeros(len(parties))
    for j, party in enumerate(names):
        drawn[:, place[group(party)]] += draws[:, j]
    for party, value in told.items():
        seen[place[group(party)]] += value
    small = [p for p, n in told.items() if n and group(p) == OTHERS]
    if len(small) == 1:
        parties[place[OTHERS]] = small[0]
    return Expected(parties, drawn, seen)


def _range(drawn: Array) -> Array:
    return np.asarray(np.quantile(drawn, [0.05, 0.95], axis=0))


def _far(found: Expected, least: float) -> bool:
    """Whether hardly any draw has it so, and at least so much lies outside the ranges, above them or below."""
    if _chance(found.drawn, found.seen) >= RARE:
        return False
    low, high = _range(found.drawn)
    above, below = (np.maximum(x, 0).sum() for x in (found.seen - high, low - found.seen))
    return bool(max(above, below) >= least)


def _chance(drawn: Array, seen: Array) -> float:
    """Probability of as many or as few of the party that is furthest off."""
    fewer, more = ((1 + x.sum(axis=0)) / (1 + len(drawn)) for x in (drawn <= seen, drawn >= seen))
    return float(min(1.0, 2 * np.minimum(fewer, more).min()))


def _words(found: Expected, what: str) -> str:
    of, per = (" won", "") if what == "seats" else ("% of the votes listed", "%")
    low, high = _range(found.drawn)
    out = np.maximum(found.seen - high, low - found.seen)
    worst = [int(i) for i in np.argsort(-out, kind="stable") if out[i] > 0][:3]
    first, *more = ((found.parties[i], f"{found.seen[i]:.0f}", f"{low[i]:.0f}–{high[i]:.0f}") for i in worst)
    words = (
        f"out of line with the model (fewer than 1 in {1 / RARE:.0f}): {first[0]} {first[1]}{of} where {first[2]}{per} "
    )
    words += "was expected" + "".join(f", {p} {n}{per} where {expected}{per}" for p, n, expected in more)
    best, pair = 0.0, ("", "")
    for a, b in combinations(range(len(found.seen)), 2):
        other = found.seen.copy()
        other[[a, b]] = other[[b, a]]
        chance = _chance(found.drawn, other)
        if chance > best:
            best, pair = chance, (found.parties[a], found.parties[b])
    if best > PLAIN:
        words += f"; with the {what} of {pair[0]} and {pair[1]} swapped it would be unremarkable"
    return words
