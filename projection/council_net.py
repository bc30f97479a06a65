"""The change in seats of one council, on each basis that it may be measured against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from projection.bases import Basis
from projection.before import before_words
from projection.lumps import LUMP, TOLD_APART
from projection.result import CouncilProjection
from projection.summary import Summary
from seeds.types import Election


@dataclass(frozen=True, slots=True)
class CouncilNet:
    """Change in a council's seats by party.

    Attributes
    ----------
    base
        Seats by party that it is measured against; None where nobody knows them.
    change
        By party; without those that the base does not tell apart.
    held, label
        What ``base`` is and what ``change`` is on, for heads of columns.
    words
        Which change this is, in a sentence.
    """

    base: Mapping[str, int] | None
    change: Mapping[str, Summary]
    held: str
    label: str
    words: str


def council_net(election: Election, council: CouncilProjection, basis: Basis = "before") -> CouncilNet:
    """Change in the seats of one council: in all of them, or, on the last contest, in those that are up tonight."""
    slug = council.council
    if basis == "before":
        base: Mapping[str, int] | None = council.before or None
        held, (label, words) = "Before", before_words(election, [slug])
    else:
        told = next((d for d in election.defended if d.council == slug and d.basis == basis), None)
        base = told.seats if told else None
        year = str(told.year) if told else "last May" if basis == "may" else "the last contest"
        held = f"May {year}" if told and basis == "may" else f"Won in {year}" if told else "Then"
        label = f"on May {year}" if told and basis == "may" else f"on the contests of {year}" if told else f"on {year}"
        words = (
            f"Change is May on May: all seats less those that the council had in May {year}."
            if basis == "may"
            else f"Change is in the seats that are up tonight, against their last contest ({year})."
        )
    if base is None:
        missing = "seats before" if basis == "before" else f"row with the basis '{basis}' in defended.csv"
        return CouncilNet(None, {}, held, label, f"No change of {council.name}: the pack has no {missing} of it.")
    now = council.won if basis == "last" else council.after
    if not now:
        return CouncilNet(base, {}, held, label, f"No change of {council.name}: its seats afterwards cannot be said.")
    # What the base calls other may be any of the parties that it does not name.
    mixed = {p for p in now if p not in base and p not in TOLD_APART and now[p].p95 > 0} if base.get(LUMP) else set()
    if mixed:
        words += f" {LUMP} then may be {' or '.join(sorted(mixed))} now: no change is told of them."
    told_of = [p for p in dict.fromkeys([*now, *base]) if p not in (mixed | {LUMP} if mixed else mixed)]
    return CouncilNet(base, {p: _less(now.get(p), base.get(p, 0)) for p in told_of}, held, label, words)


def _less(now: Summary | None, base: int) -> Summary:
    """Seats less a number of them; nobody's are none."""
    s = now or Summary(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    return Summary(*(getattr(s, name) - base for name in Summary.__slots__))
