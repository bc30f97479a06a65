"""Elections that never were, with the truth known: drawn from the model on a pack's ground, or from something harsher.

Everything known before the polls close is the pack's own (who stands, earlier results, polls); what happens is a draw
of all that the model leaves open. A harsher night adds what the model does not expect.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.coarse import draw_seats, draw_votes
from models.design import Design, build_design
from models.history import modelled
from models.hyper import Hyper, load_hyper
from projection.counting import count_contest
from projection.layout import all_seats, holdovers, in_scope, walkover
from projection.result import NOC
from scenarios import generative
from scenarios.generative import Array, Effects
from scenarios.sizes import of_size
from seeds import DeclarationError, Election, Outcome
from seeds.outcome import ContestResult, CouncilResult
from seeds.types import Contest, Votes

#: What a night can be harsher by, in words.
HARSH = {
    "shock": "a third of the councils move for or against one party by half a unit of log share beyond what is usual",
    "baselines": "the earlier results of a seventh of the wards are those of another ward of the council",
    "collapse": "one party loses nine tenths of a unit of log share everywhere",
    "late": "the councils that declare in the second half share a move that the first half does not show",
}
SHOCKED, SHOCK = 1 / 3, 0.5
MISTAKEN = 1 / 7
COLLAPSE = 0.9
#: Size of the late move, in standard deviations of a council's own effect.
LATE = 1.0
#: The parties of which one may collapse.
LARGE = ("Con", "Lab", "LD", "UKIP", "Ref", "Grn")
#: Councils declare from 23:30 on the day to 18:00 on the next.
FIRST, MINUTES = dt.time(23, 30), 1110


@dataclass(frozen=True, slots=True)
class Synthetic:
    """A synthetic night.

    Attributes
    ----------
    election, outcome
        As of any night.
    effects
        What the model would have to find.
    shares
        True shares of the best candidates before they become whole votes, shape ``(n, s)``.
    design
        The design that the night was drawn on, before any baseline was made wrong.
    shift
        What was added to the utilities beyond the model, shape ``(n, s)``; ``happened`` says it in words.
    """

    election: Election
    outcome: Outcome
    effects: Effects
    shares: Array
    design: Design
    shift: Array
    happened: tuple[str, ...]


def harsh_of(text: str) -> tuple[str, ...]:
    """``shock,baselines,collapse`` as a tuple of kinds; a party may follow: ``collapse=UKIP``.

    Raises
    ------
    DeclarationError
        If one of them is no kind.
    """
    kinds = tuple(part.strip() for part in text.split(",") if part.strip())
    for kind in kinds:
        name, equals, party = kind.partition("=")
        if name not in HARSH or (equals and (name != "collapse" or not party)):
            raise DeclarationError(f"--harsh: '{kind}' is none of {', '.join(HARSH)} (or collapse=PARTY)")
    return kinds


def draw_night(
    election: Election,
    *,
    seed: int = 0,
    harsh: Sequence[str] = (),
    wards: int | None = None,
    hyper: Hyper | None = None,
) -> Synthetic:
    """Draw a night on a pack's ground.

    Parameters
    ----------
    election
        The pack.
    seed
        Of everything that is drawn.
    harsh
        Kinds of :data:`HARSH`, from :func:`harsh_of`.
    wards
        About how many wards (see :func:`scenarios.sizes.of_size`); the pack's own if None.
    hyper
        Scales of the model; those stored for the night's date if None.

    Raises
    ------
    DeclarationError
        If a party that is to collapse does not stand.
    ModelError
        If the pack holds nothing to model.
    """
    rng = np.random.default_rng([seed, 12])
    ground = election if wards is None else of_size(election, wards, seed)
    design = build_design(ground, hyper if hyper is not None else load_hyper(ground))
    effects = generative.draw_effects(design, rng)
    order = list(in_scope(ground))
    order = [order[i] for i in rng.permutation(len(order))]
    shift, happened = _beyond(ground, design, harsh, order, rng)
    shares = generative.draw_shares(design, effects, rng, shift)
    votes = generative.draw_votes(ground, design, shares, rng)
    outcome = _outcome(ground, design, effects, votes, order, rng)
    if "baselines" in harsh:
        ground, words = _mistake(ground, rng)
        happened.append(words)
    night = dataclasses.replace(
        ground,
        key=f"{election.key}-synthetic-{seed}",
        name=f"Synthetic night on the ground of {election.name}, seed {seed}",
        scope=f"{len(ground.councils)} councils of a night that never was; "
        + ("; ".join(happened) or "as the model has it"),
        sha256="",
    )
    return Synthetic(night, outcome, effects, shares, design, shift, tuple(happened))


def _beyond(
    election: Election, design: Design, harsh: Sequence[str], order: Sequence[str], rng: np.random.Generator
) -> tuple[Array, list[str]]:
    """What harsher kinds add to each utility, shape ``(n, s)``, and in words."""
    rows, happened = design.contests, []
    shift = np.zeros(rows.column.shape)
    safe = np.maximum(rows.column, 0)
    for kind in harsh:
        name, _, wanted = kind.partition("=")
        if name == "shock":
            hit = rng.permutation(len(design.councils))[: max(1, round(SHOCKED * len(design.councils)))]
            move = np.zeros((len(design.councils), len(design.columns)))
            large = [design.columns.index(p) for p in LARGE[:3] if p in design.columns] or [0]
            move[hit, rng.choice(large, len(hit))] = SHOCK * rng.choice([-1.0, 1.0], len(hit))
            shift += move[rows.council[:, None], safe]
            happened.append(f"a shock of {SHOCK} in log share in {len(hit)} councils")
        elif name == "collapse":
            party = wanted or str(rng.choice(_widespread(election, design)))
            number = design.slots.parties.index(party) if party in design.slots.parties else -2
            stands = design.slots.party == number
            if not stands.any():
                raise DeclarationError(f"--harsh: {party} stands in no contest of {election.key}; it cannot collapse")
            shift -= COLLAPSE * stands
            happened.append(f"{party} loses {COLLAPSE} in log share everywhere")
        elif name == "late":
            late = np.isin(design.councils, order[len(order) // 2 :])
            size = LATE * np.sqrt(design.hyper.of("council", design.columns))
            move = late[:, None] * (size * rng.standard_normal(len(size)))
            shift += move[rows.council[:, None], safe]
            happened.append("the second half of the councils share a move of one council's size")
    return np.where(rows.column >= 0, shift, 0.0), happened


def _widespread(election: Election, design: Design) -> list[str]:
    """Large parties that stand in at least a third of the contests; else whoever stands most."""
    counts = dict.fromkeys(design.slots.parties, 0)
    for contest in modelled(election):
        for p in contest.standing:
            counts[p] += 1
    wide = [p for p in LARGE if 3 * counts.get(p, 0) >= len(design.slots.ballots)]
    return wide or [max(counts, key=counts.__getitem__)]


def _mistake(election: Election, rng: np.random.Generator) -> tuple[Election, str]:
    """Exchange the earlier results of some wards within their councils."""
    by_council: dict[str, list[str]] = {}
    for contest in modelled(election):
        if contest.earlier:
            by_council.setdefault(contest.council, []).append(contest.ballot_id)
    contests = dict(election.contests)
    moved = 0
    for ballots in by_council.values():
        chosen = [ballots[i] for i in rng.permutation(len(ballots))[: round(MISTAKEN * len(ballots))]]
        if len(chosen) > 1:
            for ballot, other in zip(chosen, [*chosen[1:], chosen[0]], strict=True):
                contests[ballot] = dataclasses.replace(contests[ballot], earlier=election.contests[other].earlier)
            moved += len(chosen)
    return dataclasses.replace(election, contests=contests), f"{moved} wards have the earlier results of another ward"


def _outcome(
    election: Election,
    design: Design,
    effects: Effects,
    votes: Mapping[str, Votes],
    order: Sequence[str],
    rng: np.random.Generator,
) -> Outcome:
    """What would be published of the night: votes, seats, councils and the time at which each declared."""
    results = {b: _result(election.contests[b], v, rng) for b, v in votes.items()}
    beyond, shares = _totals(design, effects, rng)
    by_council: dict[str, list[Contest]] = {}
    for contest in election.contests.values():
        by_council.setdefault(contest.council, []).append(contest)
    start = dt.datetime.combine(election.date, FIRST)
    minutes = np.sort(rng.integers(0, MINUTES + 1, len(order)))
    councils = {}
    for slug, minute in zip(order, minutes, strict=True):
        council = election.councils[slug]
        won: dict[str, int] = dict(beyond.get(slug, {}))
        cast: dict[str, float] = {}
        for contest in by_council.get(slug, []):
            if contest.ballot_id in results:
                for p, n in results[contest.ballot_id].elected.items():
                    won[p] = won.get(p, 0) + n
                for p, v in results[contest.ballot_id].votes.items():
                    cast[p] = cast.get(p, 0.0) + max(v)
            elif contest.status == "uncontested":
                for p, n in walkover(contest).items():
                    won[p] = won.get(p, 0) + n
        held = holdovers(council)
        after = None if held is None else {p: won.get(p, 0) + held.get(p, 0) for p in won | held}
        total = all_seats(council)
        in_control = next((p for p, n in (after or {}).items() if 2 * n > total), NOC)
        of = sum(cast.values()) or 1.0
        councils[slug] = CouncilResult(
            council=slug,
            seats_won=won,
            seats_after=after,
            control_after=in_control if after is not None and total else None,
            shares=shares.get(slug, {p: round(100 * v / of, 2) for p, v in cast.items()}),
            declared_at=start + dt.timedelta(minutes=int(minute)),
            time_known=True,
            time_source="drawn",
        )
    return Outcome(election.key, results, councils, tuple(order), {})


def _result(contest: Contest, votes: Votes, rng: np.random.Generator) -> ContestResult:
    """A contest's result; where votes tie for the last seats, a lot is drawn."""
    count = count_contest(votes, contest.seats)
    elected = dict(count.seats)
    tied = [p for p, n in count.lot.items() for _ in range(n)]
    for i in rng.permutation(len(tied))[: count.lot_seats]:
        elected[tied[i]] = elected.get(tied[i], 0) + 1
    return ContestResult(contest.ballot_id, votes, elected, electorate=contest.electorate)


def _totals(
    design: Design, effects: Effects, rng: np.random.Generator
) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, float]]]:
    """Seats beyond the pack's contests, and shares in percent, of councils known only by totals."""
    if not design.totals_names:
        return {}, {}
    beta, level = (x[None].astype(np.float32) for x in (effects.beta, effects.level))
    key = int(rng.integers(2**31))
    # Seats draw their votes first, from the same numbers: these are the votes behind those seats.
    none = np.zeros((1, len(design.totals_names), len(design.columns)), dtype=np.float32)
    cast = draw_votes(design, beta, level, none, np.random.default_rng(key))[0]
    seats: NDArray[np.int16] = draw_seats(design, beta, level, none, np.random.default_rng(key))[0]
    won: dict[str, dict[str, int]] = {}
    shares: dict[str, dict[str, float]] = {}
    for q, name in enumerate(design.totals_names):
        won[name] = {p: int(n) for p, n in zip(design.columns, seats[q], strict=True) if n}
        columns = design.totals.column[q]
        shares[name] = {
            design.columns[j]: round(100 * float(v), 2) for j, v in zip(columns, cast[q], strict=True) if j >= 0
        }
    return won, shares
