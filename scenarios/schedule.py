"""The order in which a replay has its councils declare, and the clock that goes with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from scenarios.order import by_time, declaring, imputed_note, times_of
from scenarios.order_file import read_order
from scenarios.skew import ALPHABETICAL, BY_REGION, BY_TYPE, IMPUTED, RANDOM, REAL, arranged, safest_of
from seeds import DeclarationError, Election, Outcome

#: Councils named before the rest is only counted.
NAMED = 4


@dataclass(frozen=True, slots=True)
class Schedule:
    """Councils as they declare.

    Attributes
    ----------
    councils
        In order.
    times
        When each declares, local time; empty where the order has no clock. Councils that a file does not name have
        none, and come last.
    known
        Councils whose time is known rather than imputed or made up.
    words
        How the order came about; empty for the pack's own, whose councils :func:`imputed_note` tells.
    late
        Councils that come last because the order does not name them.
    """

    councils: tuple[str, ...]
    outcome: Outcome
    name: str
    times: Mapping[str, dt.datetime] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    words: str = ""
    late: frozenset[str] = frozenset()

    def note(self, so_far: Sequence[str]) -> str:
        """What is not known, or was chosen, of the order and times of these councils."""
        return self.words or imputed_note(so_far, self.outcome)

    def at(self, so_far: Sequence[str]) -> dt.datetime | None:
        """Time of the last of these declarations; None where there is no clock, or one of them has no time."""
        if self.late.intersection(so_far):
            return None
        return max((self.times[c] for c in so_far if c in self.times), default=None)

    def first(self, councils: Sequence[str]) -> Schedule:
        """The same order, stopped after these councils."""
        return replace(self, councils=tuple(councils))

    def until(self, moment: dt.datetime) -> list[str]:
        """Councils that have declared by then.

        Raises
        ------
        DeclarationError
            If the order has no clock.
        """
        if not self.times and self.words:
            raise DeclarationError(f"--at needs an order with a clock; the order '{self.name}' has no clock")
        return by_time([c for c in self.councils if c not in self.late], self.times, moment)


def schedule(election: Election, outcome: Outcome, order: str, seed: int) -> Schedule:
    """Councils in an order given by name (see :func:`scenarios.skew.arranged`) or as a file of one's own.

    Raises
    ------
    DeclarationError
        If there is no such order, or something is wrong with the file.
    """
    if _is_file(order):
        return _from_file(election, outcome, Path(order), seed)
    councils = tuple(arranged(election, outcome, order, seed))
    if order in (REAL, IMPUTED):
        known = frozenset(c for c, r in outcome.councils.items() if r.time_known)
        return Schedule(councils, outcome, order, times_of(outcome), known)
    return Schedule(councils, outcome, order, words=_words(election, order, seed))


def _is_file(order: str) -> bool:
    return "/" in order or "\\" in order or "." in order or Path(order).is_file()


def _words(election: Election, order: str, seed: int) -> str:
    drawn = f"what that leaves open drawn with seed {seed}; no clock."
    if order == RANDOM:
        return f"Order of declaration drawn at random (seed {seed}): no clock."
    if order == ALPHABETICAL:
        return "Order of declaration: the alphabet, no clock."
    if order in (BY_REGION, BY_TYPE):
        return (
            f"Order of declaration: {'region by region' if order == BY_REGION else 'one type after another'}, {drawn}"
        )
    if party := safest_of(election, order):
        return f"Order of declaration: safest for {party} first, by its lead before tonight, {drawn}"
    return f"Order of declaration: {order}, {drawn}"


def _from_file(election: Election, outcome: Outcome, file: Path, seed: int) -> Schedule:
    """The file's councils; those that it does not name come last, drawn with the seed."""
    told = read_order(election, file)
    able = set(declaring(election, outcome))
    named = [c for c in told if c in able]
    if not named:
        raise DeclarationError(f"{file}: names no council that {election.key} has a result of")
    late = [c for c in arranged(election, outcome, RANDOM, seed) if c not in told]
    words = f"Order of declaration: {file.name}{'' if any(told.values()) else ', no clock'}."
    if late:
        words += f" {len(late)} councils that it does not name come last, drawn with seed {seed}: "
        words += f"{_some(election, late)}."
    if lost := [c for c in told if c not in able]:
        words += f" Passed over, since the pack has no result that can be counted: {_some(election, lost)}."
    times = {c: at for c in named if (at := told[c]) is not None}
    return Schedule((*named, *late), outcome, str(file), times, frozenset(times), words, frozenset(late))


def _some(election: Election, councils: Sequence[str]) -> str:
    names = [election.councils[c].name for c in councils[:NAMED]]
    return ", ".join(names) + (f" and {len(councils) - NAMED} more" if len(councils) > NAMED else "")
