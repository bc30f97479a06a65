"""What a past night came to, to stand beside a projection made during it. Only replays have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from projection.lumps import LUMP, perhaps_one
from projection.result import Projection
from seeds.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Hindsight:
    """The result of a night.

    Attributes
    ----------
    counted
        The projection from everything that declared: our count of it.
    control
        Council -> who controls it, or "NOC"; only where that is known. By our count, since it knows parties by the
        same names as the projection; by the pack's ``control_after`` where the count cannot say.
    pns
        The published projected national share in percent; empty where the pack has none.
    """

    counted: Projection
    control: Mapping[str, str]
    pns: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Right:
    """Of how many councils the most likely outcome came true; ``open_`` ones had not declared in full.

    ``unsure`` are not among them: councils where it or the result is "Oth", which may be the other one.
    """

    right: int
    of: int
    open_right: int
    open_: int
    unsure: int

    @property
    def words(self) -> str:
        """The same in a sentence."""
        told = f"the most likely outcome is the result in {self.right} of {self.of} councils"
        if self.open_:
            told += f"; of the {self.open_} that had not declared in full, in {self.open_right}"
        if self.unsure:
            told += f'; {self.unsure} more cannot be compared, since "{LUMP}" does not say which party'
        return f"Result, control: {told}."


def hindsight(outcome: Outcome, counted: Projection) -> Hindsight:
    """The result of a night from its outcome, and from the projection of everything that declared."""
    control = {}
    for slug in counted.councils:
        chances = counted.control.get(slug, {})
        sure = next((p for p, v in chances.items() if v == 1.0), None)
        told = outcome.councils.get(slug)
        if known := sure or (told.control_after if told else None):
            control[slug] = known
    return Hindsight(counted, control, outcome.national.get("PNS", {}))


def control_right(projection: Projection, truth: Hindsight) -> Right:
    """How often the most likely outcome of a council is its result, where both are known."""
    known = {c: came_true(projection, truth, c) for c in projection.control if c in truth.control}
    both = [c for c, came in known.items() if came is not None]
    right = {c for c in both if known[c]}
    waiting = [c for c in both if projection.councils[c].state != "declared"]
    return Right(len(right), len(both), sum(c in right for c in waiting), len(waiting), len(known) - len(both))


def came_true(projection: Projection, truth: Hindsight, council: str) -> bool | None:
    """Whether the most likely outcome of a council is its result, for one of which both are known.

    None where nobody can say: a composition has "Oth" where the other names a party, which may be the same.
    """
    most, result = next(iter(projection.control[council])), truth.control[council]
    return None if perhaps_one(most, result) else most == result


def truth_dict(projection: Projection, truth: Hindsight) -> dict[str, Any]:
    """The result as plain values for JSON, with how a projection's calls of control stand against it."""
    right = control_right(projection, truth)
    return {
        "seats": {p: s.as_dict() for p, s in truth.counted.seats.items()},
        "net": {p: s.as_dict() for p, s in truth.counted.net.items()},
        "control": dict(truth.control),
        "control_right": {
            "right": right.right,
            "of": right.of,
            "right_to_come": right.open_right,
            "of_to_come": right.open_,
            "unsure": right.unsure,
        },
        "pns": dict(truth.pns),
    }
