"""From counted draws to the frozen projection: totals, net change, control, shares, wards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.types import Declared, Slots
from projection.counting import Count, control
from projection.layout import Layout
from projection.result import NOC, CouncilProjection, DeclaredCount, Projection, Scope, State, WardTable
from projection.summary import LEVELS, Summary, histogram_quantiles, summarise


@dataclass(frozen=True, slots=True)
class Tally:
    """Everything counted, before it is summarised.

    ``seats`` and ``votes`` have shape ``(draw, line)``; ``declared_shares`` (NaN where not declared),
    ``share_sum`` and ``wins`` have shape ``(contest, slot)``, ``histogram`` ``(contest, slot, bin)``. ``by_totals``
    are councils declared by totals, ``modelled`` those whose seats beyond known wards the model draws.
    """

    layout: Layout
    slots: Slots
    declared: Declared
    counts: Mapping[str, Count]
    by_totals: frozenset[str]
    modelled: frozenset[str]
    seats: NDArray[np.int16]
    votes: NDArray[np.float64]
    declared_shares: NDArray[np.float64]
    share_sum: NDArray[np.float64]
    histogram: NDArray[np.uint16]
    wins: NDArray[np.int64]
    seed: int
    diagnostics: dict[str, Any]


def assemble(tally: Tally, *, as_of: dt.datetime | None, time_note: str) -> Projection:
    """Summarise a tally."""
    layout, election = tally.layout, tally.layout.election
    counted = np.array(
        [
            election.councils[c].detail == "wards" or c in tally.by_totals or c in tally.modelled
            for c in layout.councils
        ],
        dtype=bool,
    )
    line_counted = counted[layout.council]
    seats = tally.seats.astype(np.int64)
    parties = layout.parties
    won = _by_party(seats * line_counted, layout)
    compared = counted & layout.held_known & layout.before_known
    change = (seats + layout.held - layout.before) * compared[layout.council]
    defended = (layout.before - layout.held) * compared[layout.council]
    net = _by_party(change, layout)
    before = _by_party(defended[None], layout)[0]
    councils = _councils(tally, seats, counted)
    states = [c.state for c in councils.values()]
    votes = _by_party(tally.votes, layout)
    everything = votes.sum(axis=1, keepdims=True)
    shares = 100 * votes / np.where(everything > 0, everything, 1.0)
    stands = _by_party(np.maximum(tally.votes, 0.0), layout).any(axis=0)
    keep = won.any(axis=0) | (before != 0)
    moved = keep | net.any(axis=0)
    calls = {c: v.control for c, v in councils.items() if v.control}
    return Projection(
        election=election.key,
        name=election.name,
        as_of=as_of,
        time_note=time_note,
        declared=DeclaredCount(
            states.count("declared"), len(states), len(tally.declared.contests), len(tally.slots.ballots)
        ),
        seats=_named(parties, won, keep),
        net=_named(parties, net, moved),
        before={p: int(n) for p, n in zip(parties, before, strict=True) if n},
        shares=_named(parties, shares, stands),
        control=calls,
        councils=councils,
        wards=_wards(tally),
        scope=_scope(tally, counted, int(compared.sum()), len(calls)),
        seed=tally.seed,
        draws=len(seats),
        diagnostics=tally.diagnostics | {"open_lots": [b for b, c in tally.counts.items() if c.lot]},
    )


def _by_party(lines: NDArray[Any], layout: Layout) -> NDArray[Any]:
    """Sum lines to parties; shape ``(draw, party)``. Always in the same order, so sums do not wander."""
    out = np.zeros((len(lines), len(layout.parties)), dtype=lines.dtype)
    for p in range(len(layout.parties)):
        out[:, p] = lines[:, layout.party == p].sum(axis=1)
    return out


def _named(parties: tuple[str, ...], draws: NDArray[Any], keep: NDArray[np.bool_]) -> dict[str, Summary]:
    """Summaries by party, largest mean first."""
    summaries = summarise(draws[:, keep])
    named = zip((p for p, k in zip(parties, keep, strict=True) if k), summaries, strict=True)
    return dict(sorted(named, key=lambda x: -x[1].mean))


def _councils(tally: Tally, seats: NDArray[np.int64], counted: NDArray[np.bool_]) -> dict[str, CouncilProjection]:
    layout, election = tally.layout, tally.layout.election
    after = seats + layout.held
    in_control = control(after, layout.council, np.where(layout.held_known & counted, layout.total, 0))
    chance = in_control.mean(axis=0)
    won = summarise(seats)
    then = summarise(after)
    waiting: dict[str, list[int]] = {c: [0, 0] for c in layout.councils}
    for ballot in tally.slots.ballots:
        entry = waiting[election.contests[ballot].council]
        entry[0] += ballot in tally.declared.contests
        entry[1] += 1
    out = {}
    for c, slug in enumerate(layout.councils):
        council = election.councils[slug]
        lines = np.flatnonzero(layout.council == c)
        names = [layout.parties[layout.party[i]] for i in lines]
        called = bool(layout.total[c] and layout.held_known[c] and counted[c])
        chances = {p: float(chance[i]) for p, i in zip(names, lines, strict=True) if chance[i] > 0}
        noc = 1.0 - sum(chances.values())
        if noc > 1e-9:
            chances[NOC] = noc
        out[slug] = CouncilProjection(
            council=slug,
            name=council.name,
            region=council.region,
            type=council.type,
            state=_state(tally, slug, *waiting[slug]),
            contests=waiting[slug][0],
            contests_of=waiting[slug][1],
            seats_up=council.seats_up,
            seats_total=int(layout.total[c]) or None,
            won={p: won[i] for p, i in zip(names, lines, strict=True)} if counted[c] else {},
            after={p: then[i] for p, i in zip(names, lines, strict=True)}
            if counted[c] and layout.held_known[c]
            else {},
            before=dict(council.seats_before or {}),
            control=dict(sorted(chances.items(), key=lambda x: -x[1])) if called else {},
            control_before=council.control_before,
        )
    return out


def _state(tally: Tally, council: str, contests: int, of: int) -> State:
    if council in tally.by_totals:
        return "declared"
    if tally.layout.election.councils[council].detail == "wards" and contests == of:
        return "declared"
    return "partly" if contests else "to come"


def _wards(tally: Tally) -> WardTable:
    slots, election, draws = tally.slots, tally.layout.election, len(tally.seats)
    n, s = np.nonzero(slots.party >= 0)
    declared = np.isfinite(tally.declared_shares[n, s])
    share = np.where(declared, tally.declared_shares[n, s], tally.share_sum[n, s] / draws)
    quantiles = np.repeat(tally.declared_shares[n, s][:, None], len(LEVELS), axis=1)
    quantiles[~declared] = histogram_quantiles(tally.histogram[n[~declared], s[~declared]])
    win = tally.wins[n, s] / draws
    contests = [election.contests[b] for b in slots.ballots]
    party = [slots.parties[p] for p in slots.party[n, s]]
    for i in np.flatnonzero(declared):
        count = tally.counts[slots.ballots[n[i]]]
        tied = count.lot.get(party[i], 0)
        others = sum(count.lot.values()) - tied
        left_out = comb(others, count.lot_seats) / comb(others + tied, count.lot_seats)
        win[i] = 1.0 if count.seats.get(party[i]) else 1.0 - left_out
    return WardTable(
        ballot=tuple(slots.ballots[i] for i in n),
        council=tuple(contests[i].council for i in n),
        ward=tuple(contests[i].ward for i in n),
        party=tuple(party),
        declared=declared,
        seats=slots.seats[n],
        share=share,
        quantiles=quantiles,
        win=win,
    )


def _scope(tally: Tally, counted: NDArray[np.bool_], compared: int, calls: int) -> Scope:
    layout, election = tally.layout, tally.layout.election
    inside = [c for c, k in zip(layout.councils, counted, strict=True) if k]
    seats = 0
    for slug in inside:
        council = election.councils[slug]
        seats += council.seats_up if council.seats_up is not None else sum(x.seats for x in election.contests_of(slug))
    return Scope(
        words=election.scope,
        councils=len(inside),
        councils_of=len(election.councils),
        seats=seats,
        share_contests=len(tally.slots.ballots),
        net_councils=compared,
        control_councils=calls,
        missing=tuple(c for c in election.councils if c not in set(inside)),
    )
