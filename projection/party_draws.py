"""Totals by party in every draw of a tally, before they are summarised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from projection.bases import NAMED_BY
from projection.counting import control
from projection.layout import Layout
from projection.result import LUMP

if TYPE_CHECKING:
    from projection.assemble import Tally


@dataclass(frozen=True, slots=True)
class PartyDraws:
    """Draws of what a projection tells.

    Attributes
    ----------
    parties
        Of the layout; P of them.
    won, change, shares
        Seats won tonight, change in all seats, percent of the votes of the best candidates; shape ``(draw, party)``.
    defended
        Seats that were up, on average where seats held over are drawn; shape ``(party,)``.
    defended_drawn
        Where they are, so that the average moves as councils declare; shape ``(party,)``.
    lump
        Party under which each party's change is told; shape ``(party,)``.
    seats, after
        Seats won, and held afterwards, by line; shape ``(draw, line)``.
    in_control
        Lines that hold more than half of their council; shape ``(draw, line)``.
    controlled, no_control
        Councils under each party's control, shape ``(draw, party)``, and under none, ``(draw,)``.
    counted, known, compared
        Councils of which all seats are counted or drawn; of which those held over are known or drawn too; and those
        before; shape ``(council,)``.
    """

    parties: tuple[str, ...]
    won: NDArray[np.int64]
    change: NDArray[np.int64]
    shares: NDArray[np.float64]
    defended: NDArray[np.float64]
    defended_drawn: NDArray[np.bool_]
    lump: NDArray[np.int64]
    seats: NDArray[np.int16]
    after: NDArray[np.int16]
    in_control: NDArray[np.bool_]
    controlled: NDArray[np.int64]
    no_control: NDArray[np.int64]
    counted: NDArray[np.bool_]
    known: NDArray[np.bool_]
    compared: NDArray[np.bool_]


def party_draws(tally: Tally) -> PartyDraws:
    """Add up a tally by party, draw for draw."""
    layout, seating = tally.layout, tally.seating
    counted = np.array([_is_counted(tally, c) for c in layout.councils], dtype=bool)
    # A line's draws side by side: everything below runs along them.
    seats, held = (np.ascontiguousarray(x.T).T for x in (seating.seats, seating.held))
    known = counted & (seating.held_known | seating.held_drawn)
    compared = known & layout.before_known
    # Compositions lump small parties together: so must change.
    lump = _lump(layout, compared)
    told = compared[layout.council]
    stay = _by_party(held, layout, told, lump)
    before = _by_party(layout.before[None], layout, told, lump)
    in_control = control(seats + held, layout.council, np.where(known, layout.total, 0))
    controlled = _by_party(in_control.view(np.int8), layout)
    votes = _by_party(tally.votes, layout)
    everything = votes.sum(axis=1, keepdims=True)
    return PartyDraws(
        parties=layout.parties,
        won=_by_party(seats, layout, counted[layout.council]),
        change=_by_party(seats, layout, told, lump) + stay - before,
        shares=100 * votes / np.where(everything > 0, everything, 1.0),
        defended=before[0] - stay.mean(axis=0),
        defended_drawn=(stay != stay[:1]).any(axis=0),
        lump=lump,
        seats=seats,
        after=seats + held,
        in_control=in_control,
        controlled=controlled,
        no_control=int((known & (layout.total > 0)).sum()) - controlled.sum(axis=1),
        counted=counted,
        known=known,
        compared=compared,
    )


def _is_counted(tally: Tally, council: str) -> bool:
    """Whether all of a council's seats are counted or drawn."""
    detail = tally.layout.election.councils[council].detail
    return detail == "wards" or council in tally.seating.settled or council in tally.seating.modelled


def _lump(layout: Layout, compared: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Which party each party's change in seats is told with: itself, or "Oth"; shape ``(party,)``.

    Published compositions put small parties under "Oth". Where any council does, a party that the compositions name in
    fewer than one council of :data:`projection.bases.NAMED_BY` is counted with "Oth" everywhere: its seats tonight have
    nothing to compare with.
    """
    out = np.arange(len(layout.parties))
    inside = compared[layout.council]
    sat = (layout.before > 0) & inside
    if LUMP not in layout.parties or not sat[layout.party == layout.parties.index(LUMP)].any():
        return out
    named = np.bincount(layout.party[sat], minlength=len(layout.parties))
    out[named < compared.sum() / NAMED_BY] = layout.parties.index(LUMP)
    return out


def _by_party(
    lines: NDArray[Any],
    layout: Layout,
    inside: NDArray[np.bool_] | None = None,
    lump: NDArray[np.int64] | None = None,
) -> NDArray[Any]:
    """Sum lines to parties; shape ``(draw, party)``. Always in the same order, so sums do not wander.

    ``inside`` says which lines count; ``lump`` under which party each party does.
    """
    party = layout.party if lump is None else lump[layout.party]
    order = np.argsort(party, kind="stable")
    if inside is not None:
        order = order[inside[order]]
    some, first = np.unique(party[order], return_index=True)
    wide = np.float64 if lines.dtype.kind == "f" else np.int64
    out = np.zeros((len(layout.parties), len(lines)), dtype=wide)
    if len(some):
        ordered = lines.T[order]
        for p, low, high in zip(some, first, [*first[1:], len(order)], strict=True):
            out[p] = ordered[low:high].sum(axis=0, dtype=wide)
    return out.T
