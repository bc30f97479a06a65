"""One declared result as plain values: what is journalled, compared, hashed, and told in a line.

Content of a contest: ``{"votes": {party: [best, ...]}}`` with ``lot`` (seats by party) where a lot was drawn and
``turnout`` (percent) where it was told, or ``{"status": "countermanded"}``. Content of a council: any of ``won``,
``after`` (seats by party) and ``shares`` (percent), with ``vacant`` (seats that nobody holds, of ``won`` and ``after``)
where it was told: nothing is reckoned from it, but who reads the journal must see it. Keys are sorted, so that equal
results are equal text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from models.types import CouncilTotals, Declared

Kind = Literal["contest", "council"]
Content = Mapping[str, Any]
#: Turnouts that differ by no more, in points, are one turnout, rounded.
ROUNDING = 0.5
COUNTERMANDED: Content = {"status": "countermanded"}


@dataclass(frozen=True, slots=True)
class Item:
    """What is declared of one contest (``key``: ballot id) or of one council as a whole (``key``: slug)."""

    kind: Kind
    key: str
    content: Content

    @property
    def subject(self) -> tuple[Kind, str]:
        """What it is about."""
        return self.kind, self.key


def canonical(content: Content) -> str:
    """The one way to write a content."""
    return json.dumps(dict(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(content: Content) -> str:
    """Hash of a content."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def _tidy(number: float) -> float:
    return int(number) if float(number).is_integer() else float(number)


def items_of(declared: Declared, vacant: Mapping[str, Mapping[str, int]] | None = None) -> list[Item]:
    """Declarations as items, contests first, each in order of key.

    Parameters
    ----------
    declared
        The declarations.
    vacant
        Seats of councils that nobody holds, as ``won`` and ``after`` count them, where that was told.
    """
    out = []
    for ballot in sorted(declared.contests):
        votes = declared.contests[ballot]
        content: dict[str, Any] = {"votes": {p: [_tidy(v) for v in votes[p]] for p in sorted(votes)}}
        if lot := declared.lots.get(ballot):
            content["lot"] = {p: lot[p] for p in sorted(lot)}
        if (turnout := declared.turnout.get(ballot)) is not None:
            content["turnout"] = _tidy(turnout)
        out.append(Item("contest", ballot, content))
    for council in sorted(declared.councils):
        totals = declared.councils[council]
        told: dict[str, Any] = {}
        if totals.seats_won:
            told["won"] = dict(totals.seats_won)
        if totals.seats_after is not None:
            told["after"] = dict(totals.seats_after)
        if totals.shares:
            told["shares"] = {p: _tidy(v) for p, v in totals.shares.items()}
        if empty := (vacant or {}).get(council):
            told["vacant"] = {k: empty[k] for k in sorted(empty)}
        out.append(Item("council", council, told))
    return out


def declared_of(items: Iterable[Item]) -> Declared:
    """Items as the engine takes them, in order of key whatever they come in; a countermanded poll is no result."""
    contests, councils, lots, turnout = {}, {}, {}, {}
    for item in sorted(items, key=lambda i: i.subject):
        content = item.content
        if item.kind == "council":
            councils[item.key] = CouncilTotals(
                _sorted(content.get("won", {})),
                {p: float(v) for p, v in _sorted(content.get("shares", {})).items()},
                _sorted(content["after"]) if "after" in content else None,
            )
        elif "votes" in content:
            contests[item.key] = {p: tuple(float(v) for v in vs) for p, vs in _sorted(content["votes"]).items()}
            if "lot" in content:
                lots[item.key] = _sorted(content["lot"])
            if "turnout" in content:
                turnout[item.key] = float(content["turnout"])
    return Declared(contests, councils, lots, turnout)


def in_order(declared: Declared) -> Declared:
    """The same declarations in order of key: sums of floats must not depend on the order of arrival."""
    return Declared(
        {b: _sorted(v) for b, v in _sorted(declared.contests).items()},
        {
            c: CouncilTotals(
                _sorted(t.seats_won), _sorted(t.shares), None if t.seats_after is None else _sorted(t.seats_after)
            )
            for c, t in _sorted(declared.councils).items()
        },
        {b: _sorted(v) for b, v in _sorted(declared.lots).items()},
        _sorted(declared.turnout),
    )


def _sorted(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: values[k] for k in sorted(values)}


def merge(old: Content, new: Content) -> Content | None:
    """What both say together, or None if they contradict: a lot told later completes a result, other votes do not.

    Of turnouts that are the same but for rounding the one that stands stays.
    """
    if any(not _same(k, old[k], new[k]) for k in old.keys() & new.keys()) or ("status" in old) != ("status" in new):
        return None
    return {**new, **old}


def _same(key: str, old: Any, new: Any) -> bool:
    return abs(old - new) <= ROUNDING if key == "turnout" else bool(old == new)


def words(content: Content) -> str:
    """A content in a few words: ``Con 950+700, Lab 720`` or ``won Lab 25, Con 21; after ...``."""
    if "status" in content:
        return str(content["status"])
    if "votes" in content:
        ranked = sorted(content["votes"].items(), key=lambda x: -max(x[1], default=0))
        text = ", ".join(f"{p} {'+'.join(f'{v:g}' if v < 1e6 else str(v) for v in vs)}" for p, vs in ranked)
        text += f" (by lot: {_counts(content['lot'])})" if "lot" in content else ""
        return text + (f"; turnout {content['turnout']:g}%" if "turnout" in content else "")
    parts = []
    for name, head in (("won", "won "), ("after", "afterwards "), ("shares", "% of the vote ")):
        if name in content:
            empty = content.get("vacant", {}).get(name)
            parts.append(head + _counts(content[name]) + (f", {empty} vacant" if empty else ""))
    return "; ".join(parts)


def _counts(values: Mapping[str, float]) -> str:
    ranked = sorted(values.items(), key=lambda x: (-x[1], x[0]))
    return ", ".join(f"{p} {v:g}" for p, v in ranked if v) or "none"
