"""Draws of two nights side by side: by party and council, cut down to those that meet a condition, and compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from projection.assemble import Tally
from projection.party_draws import PartyDraws, party_draws
from projection.result import LUMP, NOC
from projection.summary import Summary, summarise
from scenarios.changes import Condition
from seeds import DeclarationError

Array = NDArray[np.float64]

#: What is compared, in the order of the tables.
QUANTITIES = ("seats", "others", "net", "shares", "pns", "councils")
#: Half-widths of a 90% and a 50% interval, in standard errors.
Z90, Z50 = 1.6448536, 0.6744898


@dataclass(frozen=True, slots=True)
class Sampled:
    """Draws of a night.

    Attributes
    ----------
    figures
        Quantity -> party -> draws; "councils" are those under a party's control, "NOC" those under none. "others" are
        the seats of all the parties whose change "net" has together, under the name that it has there.
    control
        Council -> party (or "NOC") -> whether it has control; only where that can be said.
    """

    draws: int
    figures: Mapping[str, Mapping[str, Array]]
    control: Mapping[str, Mapping[str, NDArray[np.bool_]]]


def sampled(tally: Tally, keep: NDArray[np.bool_] | None = None) -> Sampled:
    """Draws by party and council of a counted night, or of those draws that are kept."""
    d = party_draws(tally)
    layout, national = tally.layout, tally.national
    use = np.ones(len(d.won), dtype=bool) if keep is None else keep

    def by_party(names: Sequence[str], x: NDArray[np.floating] | NDArray[np.integer]) -> dict[str, Array]:
        return {p: x[use, i].astype(np.float64) for i, p in enumerate(names) if x[:, i].any()}

    told = d.lump == np.arange(len(d.lump))
    net = {p: v for (p, v), apart in zip(_pairs(d.parties, d.change, use), told, strict=True) if apart}
    with_lump = d.lump == d.parties.index(LUMP) if not told.all() else np.zeros(len(told), dtype=bool)
    others = {LUMP: d.won[use][:, with_lump].sum(axis=1).astype(np.float64)} if with_lump.any() else {}
    councils = by_party(d.parties, d.controlled) | {NOC: d.no_control[use].astype(np.float64)}
    control: dict[str, dict[str, NDArray[np.bool_]]] = {}
    for c, slug in enumerate(layout.councils):
        if not (layout.total[c] and d.known[c]):
            continue
        lines = np.flatnonzero(layout.council == c)
        mine = d.in_control[np.ix_(use, lines)]
        chances = {layout.parties[layout.party[i]]: mine[:, k] for k, i in enumerate(lines) if mine[:, k].any()}
        control[slug] = chances | {NOC: ~mine.any(axis=1)}
    return Sampled(
        draws=int(use.sum()),
        figures={
            "seats": by_party(d.parties, d.won),
            "others": others,
            "net": {p: v for p, v in net.items() if v.any() or p in (*d.parties[:3], *others)},
            # Who does not stand has a share of 1e-26, which is none.
            "shares": by_party(d.parties, np.round(d.shares, 9)),
            "pns": {p: national.draws[use, i].astype(np.float64) for i, p in enumerate(national.parties)},
            "councils": councils,
        },
        control=control,
    )


def _pairs(names: Sequence[str], x: NDArray[np.integer], use: NDArray[np.bool_]) -> Iterable[tuple[str, Array]]:
    return ((p, x[use, i].astype(np.float64)) for i, p in enumerate(names))


def pooled(parts: Sequence[Sampled]) -> Sampled:
    """Batches of draws of one night together; who is missing in a batch won nothing there."""

    def join[T](items: Sequence[Mapping[str, NDArray[T]]]) -> dict[str, NDArray[T]]:  # type: ignore[type-var]
        names = dict.fromkeys(name for item in items for name in item)
        kind = next((v.dtype for item in items for v in item.values()), np.dtype(float))
        empty = [np.zeros(p.draws, dtype=kind) for p in parts]
        return {n: np.concatenate([item.get(n, e) for item, e in zip(items, empty, strict=True)]) for n in names}

    return Sampled(
        draws=sum(p.draws for p in parts),
        figures={q: join([p.figures[q] for p in parts]) for q in QUANTITIES},
        control={c: join([p.control.get(c, {}) for p in parts]) for c in parts[0].control},
    )


def meets(tally: Tally, conditions: Sequence[Condition], within: int) -> NDArray[np.bool_]:
    """Draws in which every condition holds; seats may be off by ``within``; shape ``(draw,)``.

    Raises
    ------
    DeclarationError
        If a council has declared already, or who is to control it cannot be said.
    """
    d: PartyDraws = party_draws(tally)
    layout = tally.layout
    ok = np.ones(len(d.won), dtype=bool)
    for condition in conditions:
        c = layout.councils.index(condition.council)
        name = layout.election.councils[condition.council].name
        lines = np.flatnonzero(layout.council == c)
        line = {layout.parties[layout.party[i]]: int(i) for i in lines}
        if not d.counted[c]:
            raise DeclarationError(f"set: not all seats of {name} are in the projection; it cannot be conditioned on")
        if not (d.seats[:, lines] != d.seats[:1, lines]).any():
            raise DeclarationError(f"set: {name} has declared already; what it did is in the projection")
        if condition.control or condition.after:
            if not (layout.total[c] and d.known[c]):
                raise DeclarationError(f"set: the seats held over in {name} are unknown, and so is who has control")
            if condition.control:
                mine = d.in_control[:, lines]
                who = line.get(condition.control)
                ok &= ~mine.any(axis=1) if condition.control == NOC else _column(d.in_control, who)
                continue
        have = d.after if condition.after else d.seats
        for party, seats in condition.seats.items():
            if party not in line and seats > within:
                raise DeclarationError(f"set: {party} can win no seat in {name}")
            ok &= np.abs(_column(have, line.get(party)).astype(np.int64) - seats) <= within
    return ok


def _column[T: np.generic](x: NDArray[T], at: int | None) -> NDArray[T]:
    return np.zeros(len(x), dtype=x.dtype) if at is None else x[:, at]


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of the night as it is, as it would be, and the difference."""

    before: Summary
    after: Summary
    difference: Summary


def compare(before: Sampled, after: Sampled, paired: bool) -> dict[str, dict[str, Compared]]:
    """Every figure side by side, by quantity and party; largest first.

    Paired draws give the difference of the two nights draw for draw, with its spread. Draws that are not paired (a
    condition picks among them) give the difference of the means, and its interval is its Monte Carlo error.
    """
    out: dict[str, dict[str, Compared]] = {}
    for q in QUANTITIES:
        old, new = before.figures[q], after.figures[q]
        names = dict.fromkeys([*old, *new])
        rows = {p: _compared(old.get(p), new.get(p), before.draws, after.draws, paired) for p in names}
        out[q] = dict(sorted(rows.items(), key=lambda x: -max(x[1].before.mean, x[1].after.mean)))
    return out


def _compared(old: Array | None, new: Array | None, before: int, after: int, paired: bool) -> Compared:
    a = np.zeros(before) if old is None else old
    b = np.zeros(after) if new is None else new
    one, two = summarise(a[:, None])[0], summarise(b[:, None])[0]
    if paired:
        return Compared(one, two, summarise((b - a)[:, None])[0])
    apart = two.mean - one.mean
    error = float(np.sqrt(a.var() / len(a) + b.var() / len(b)))
    spread = (apart + k * error for k in (-Z90, -Z50, 0.0, Z50, Z90))
    return Compared(one, two, Summary(apart, *spread))


def control_chances(sample: Sampled) -> dict[str, dict[str, float]]:
    """Chance of control by council and party, largest first."""
    out = {}
    for council, flags in sample.control.items():
        chances = {p: float(v.mean()) for p, v in flags.items() if v.any()}
        out[council] = dict(sorted(chances.items(), key=lambda x: -x[1]))
    return out
