"""From counted draws to the frozen projection: totals, net change, control, shares, wards."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.types import Declared, Slots
from projection.bases import held_over, net_bases
from projection.before import before_words
from projection.counting import Count
from projection.layout import Layout
from projection.lumps import perhaps_one
from projection.party_draws import PartyDraws, party_draws
from projection.pns_result import National
from projection.result import LUMP, NOC, CouncilProjection, DeclaredCount, Projection, Scope, State, WardTable
from projection.seating import Seating
from projection.sizes import council_sizes, sizes_words
from projection.summary import LEVELS, Summary, histogram_quantiles, summarise
from projection.turnout import Turnout
from seeds.types import Council


@dataclass(frozen=True, slots=True)
class Tally:
    """Everything counted, before it is summarised.

    ``votes`` has shape ``(draw, line)``; ``declared_shares`` (NaN where not declared), ``share_sum`` and ``wins``
    have shape ``(contest, slot)``, ``histogram`` ``(contest, slot, bin)``.
    """

    layout: Layout
    slots: Slots
    declared: Declared
    counts: Mapping[str, Count]
    seating: Seating
    votes: NDArray[np.float64]
    declared_shares: NDArray[np.float64]
    share_sum: NDArray[np.float64]
    histogram: NDArray[np.uint16]
    wins: NDArray[np.int64]
    national: National
    turnout: Turnout
    seed: int
    diagnostics: dict[str, Any]


def assemble(tally: Tally, *, as_of: dt.datetime | None, time_note: str) -> Projection:
    """Summarise a tally."""
    layout, election = tally.layout, tally.layout.election
    d = party_draws(tally)
    won, change, defended, lump, compared = d.won, d.change, d.defended, d.lump, d.compared
    councils = _councils(tally, d)
    states = [c.state for c in councils.values()]
    apart = lump == np.arange(len(lump))
    moved = change.any(axis=0) | (np.rint(defended) != 0) | (won.any(axis=0) & apart)
    calls = {c: v.control for c, v in councils.items() if v.control}
    return Projection(
        election=election.key,
        name=election.name,
        as_of=as_of,
        time_note=time_note,
        declared=DeclaredCount(
            states.count("declared"), len(states), len(tally.declared.contests), len(tally.slots.ballots)
        ),
        seats=_named(layout.parties, won, won.any(axis=0) | moved),
        others=None if apart.all() else summarise(_others(won, layout, lump))[0],
        net=_named(layout.parties, change, moved),
        before={p: int(n) for p, n in zip(layout.parties, np.rint(defended), strict=True) if n},
        nets=net_bases(
            layout, d.seats, d.after - d.seats, d.counted, d.known, tally.seating.held_known, tally.seating.up
        ),
        shares=_named(layout.parties, d.shares, d.shares.any(axis=0)),
        control=calls,
        controlled=_controlled(d),
        councils=councils,
        wards=_wards(tally),
        scope=_scope(tally, d, compared, len(calls), apart),
        national=tally.national,
        turnout=tally.turnout,
        seed=tally.seed,
        draws=len(won),
        diagnostics=tally.diagnostics | {"open_lots": [b for b, c in tally.counts.items() if c.lot]},
    )


def _others(won: NDArray[np.int64], layout: Layout, lump: NDArray[np.int64]) -> NDArray[np.int64]:
    """Seats won by all parties that change is told together for; shape ``(draw, 1)``."""
    return won[:, lump == layout.parties.index(LUMP)].sum(axis=1, keepdims=True)


def _named(parties: tuple[str, ...], draws: NDArray[Any], keep: NDArray[np.bool_]) -> dict[str, Summary]:
    """Summaries by party, largest mean first."""
    summaries = summarise(draws[:, keep])
    named = zip((p for p, k in zip(parties, keep, strict=True) if k), summaries, strict=True)
    return dict(sorted(named, key=lambda x: -x[1].mean))


def _controlled(draws: PartyDraws) -> dict[str, Summary]:
    """How many councils each party controls, and how many are under no overall control."""
    out = _named(draws.parties, draws.controlled, draws.controlled.any(axis=0))
    return out | {NOC: summarise(draws.no_control[:, None])[0]}


def _councils(tally: Tally, draws: PartyDraws) -> dict[str, CouncilProjection]:
    layout, election = tally.layout, tally.layout.election
    counted, known = draws.counted, draws.known
    chance = draws.in_control.mean(axis=0)
    won = summarise(draws.seats)
    then = summarise(draws.after)
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
        called = bool(layout.total[c] and known[c])
        chances = {
            _controller(council, p): float(chance[i]) for p, i in zip(names, lines, strict=True) if chance[i] > 0
        }
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
            after={p: then[i] for p, i in zip(names, lines, strict=True)} if known[c] else {},
            before=dict(council.seats_before or {}),
            control=dict(sorted(chances.items(), key=lambda x: -x[1])) if called else {},
            control_before=council.control_before,
        )
    return out


def _controller(council: Council, party: str) -> str:
    """Who has control with the majority of a line: of a lump, the party in it that had control before, if any did."""
    before = council.control_before or NOC
    inside = party == LUMP and perhaps_one(before, party) and before not in (council.seats_before or {})
    return before if inside else party


def _state(tally: Tally, council: str, contests: int, of: int) -> State:
    if council in tally.seating.settled:
        return "declared"
    if tally.layout.election.councils[council].detail == "wards" and contests == of:
        return "declared"
    return "partly" if contests else "to come"


def _wards(tally: Tally) -> WardTable:
    slots, election, draws = tally.slots, tally.layout.election, len(tally.seating.seats)
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
        incumbents=slots.incumbents[n, s],
        share=share,
        quantiles=quantiles,
        win=win,
    )


def _scope(tally: Tally, draws: PartyDraws, compared: NDArray[np.bool_], calls: int, apart: NDArray[np.bool_]) -> Scope:
    layout, election, counted = tally.layout, tally.layout.election, draws.counted
    seats = int(tally.seating.up[counted].sum())
    inside = {c for c, k in zip(layout.councils, counted, strict=True) if k}
    missing = [slug for slug in election.councils if slug not in inside]
    words = f"Seats won tonight in {counted.sum()} of {len(election.councils)} councils, {seats:,} seats up"
    if missing:
        regions = Counter(election.councils[c].region for c in missing)
        left_out = ", ".join(f"{n} in {region}" for region, n in regions.most_common())
        words += f"; left out, for want of a count: {left_out}"
    label, change = before_words(election, [c for c, k in zip(layout.councils, compared, strict=True) if k])
    before = np.bincount(layout.council, layout.before, minlength=len(layout.councils)).astype(np.int64)
    were = before - held_over(layout, tally.seating.held)
    return Scope(
        words=f"{words}. The pack: {election.scope.rstrip('.')}.",
        councils=int(counted.sum()),
        councils_of=len(election.councils),
        seats=seats,
        share_contests=len(tally.slots.ballots),
        net_councils=int(compared.sum()),
        net_lumped=tuple(p for p, k in zip(layout.parties, apart, strict=True) if not k),
        net_label=label,
        net_words=change,
        net_sizes=sizes_words(council_sizes(layout, compared, were, tally.seating.up)),
        control_councils=calls,
        held_drawn=int((tally.seating.held_drawn & counted).sum()),
        before_drawn=tuple(p for p, k in zip(layout.parties, draws.defended_drawn, strict=True) if k),
        missing=tuple(missing),
    )
