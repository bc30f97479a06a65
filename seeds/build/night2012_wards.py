"""Ward contests of 3 May 2012 from the hand-made lists: which are whole, which are cut, which give the winner only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from seeds.build.night import slug
from seeds.build.night2012_totals import Ruling, rulings
from seeds.errors import SourceError
from seeds.labels import in_order, party_code
from seeds.readers.night2012 import Candidate, WardList
from seeds.types import Votes

DATE = "2012-05-03"


@dataclass(frozen=True, slots=True)
class Ward:
    """One contest. ``votes`` empty: not all candidates are known, or none of the votes; ``elected`` always is known."""

    council: str
    ward: str
    seats: int
    votes: Votes
    elected: dict[str, int]
    note: str = ""
    electorate: int | None = None
    turnout: float | None = None


def ballot_id(council: str, ward: str) -> str:
    """Democracy Club's id of a contest on 3 May 2012.

    >>> ballot_id("rugby", "Revel & Binley Woods"), ballot_id("pendle", "St Andrew's")
    ('local.rugby.revel-binley-woods.2012-05-03', 'local.pendle.st-andrews.2012-05-03')
    """
    return f"local.{council}.{slug(ward)}.{DATE}"


def _ruled() -> dict[tuple[str, str], dict[str, Ruling]]:
    out: dict[tuple[str, str], dict[str, Ruling]] = {}
    for r in rulings():
        if r.ward:
            out.setdefault((r.council, r.ward), {})[r.about] = r
    return out


def _votes(candidates: tuple[Candidate, ...]) -> dict[str, tuple[float, ...]]:
    found: dict[str, list[float]] = {}
    for c in candidates:
        if c.votes is not None:
            found.setdefault(party_code("night-2012", c.label), []).append(float(c.votes))
    best = {p: tuple(sorted(v, reverse=True)) for p, v in found.items()}
    return {p: best[p] for p in sorted(best, key=lambda p: (-best[p][0], p))}


def _quality(w: WardList, ruled: Mapping[str, Ruling]) -> tuple[str, str]:
    """How much of a ward's list can be used ("full", "cut", "winner") and a note."""
    if "list" in ruled:
        return ruled["list"].ruling, ruled["list"].why
    if all(c.votes is None for c in w.candidates):
        return "winner", "the page names the winner only"
    if any(c.votes is None for c in w.candidates):
        raise SourceError(f"{w.council}, {w.ward}: votes of some candidates only; add a ruling to rulings_2012.csv")
    if all(c.percent is None for c in w.candidates):
        return "full", "the page gives no shares, so that its list is whole is not confirmed"
    cast = sum(c.votes or 0 for c in w.candidates)
    off = max(abs((c.percent or 0) - 100 * (c.votes or 0) / cast) for c in w.candidates)
    if off > 0.6:
        raise SourceError(
            f"{w.council}, {w.ward}: votes and shares differ by {off:.1f} points; add a ruling to rulings_2012.csv"
        )
    return "full", ""


def wards_listed(lists: list[WardList]) -> list[Ward]:
    """Contests as the pages list them, in the pages' order.

    Raises
    ------
    SourceError
        If votes and shares disagree, or nobody is marked as elected, and no ruling decides.
    """
    decisions = _ruled()
    out = []
    for w in lists:
        ruled = decisions.get((w.council, "*"), {}) | decisions.get((w.council, w.ward), {})
        if "skip" in ruled:
            continue
        won = Counter(party_code("night-2012", c.label) for c in w.candidates if c.elected)
        if not won:
            raise SourceError(f"{w.council}, {w.ward}: nobody is marked as elected; add a ruling to rulings_2012.csv")
        seats = int(ruled["seats"].ruling) if "seats" in ruled else sum(won.values())
        if seats != sum(won.values()) and len(won) == 1:
            won = Counter(dict.fromkeys(won, seats))
        quality, why = _quality(w, ruled)
        notes = [why] if why else []
        votes = _votes(w.candidates)
        if quality != "full":
            said = ", ".join(f"{p} {'+'.join(str(int(v)) for v in vs)}" for p, vs in votes.items())
            notes += [f"listed: {said}"] if said else []
            votes = {}
        notes += [r.why for about, r in ruled.items() if about not in ("list", "skip") and r.why]
        name = ruled["name"].ruling if "name" in ruled else w.ward
        elected = {p: won[p] for p in in_order(frozenset(won))}
        out.append(Ward(w.council, name, seats, votes, elected, "; ".join(notes)))
    return out
