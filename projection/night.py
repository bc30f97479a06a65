"""A night: what its journal says as of any moment.

State is always the replay of the journal; nothing else is kept. Of each contest and council the last declaration or
correction in force stands, unless it was retracted; an undone command is as if it had never been given; what is held
back waits for its confirmation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from models.types import Declared
from projection.items import Item, Kind, declared_of, merge
from projection.journal import Entry, Journal, create
from seeds.errors import NightError
from seeds.pack import PACKS, find, load_election
from seeds.types import Election

Subject = tuple[str, str]


class Open(NamedTuple):
    """A doubt that nobody has confirmed or corrected; ``held`` keeps the entry out of force."""

    entry: Entry
    guard: str
    words: str
    held: bool


@dataclass(frozen=True, slots=True)
class State:
    """A night as of a moment.

    ``standing`` maps a subject (``("contest", ballot)`` or ``("council", slug)``) to the entry that says what is
    declared of it; ``conflicts`` are results of other sources that contradict it, as notes; ``doubts`` are open.
    """

    standing: Mapping[Subject, Entry]
    doubts: tuple[Open, ...]
    conflicts: tuple[Entry, ...]
    undone: frozenset[int]
    last: Entry | None

    def items(self) -> list[Item]:
        """The net set of declarations."""
        return [Item(_kind(e.subject), str(e.key), e.content or {}) for e in self.standing.values()]

    def declared(self) -> Declared:
        """The net set of declarations as the engine takes it."""
        return declared_of(self.items())

    def countermanded(self) -> frozenset[str]:
        """Ballots whose poll did not take place."""
        return frozenset(e.key or "" for e in self.standing.values() if "status" in (e.content or {}))


def council_of(election: Election, subject: Subject) -> str:
    """The council that a declaration is about, whether of the whole of it or of one of its contests."""
    kind, key = subject
    return key if kind == "council" else election.contests[key].council


def _kind(subject: str | None) -> Kind:
    return "council" if subject == "council" else "contest"


def undone_batches(entries: Sequence[Entry]) -> frozenset[int]:
    """Batches that are undone; an undo that was itself undone undoes nothing."""
    undone: set[int] = set()
    for e in reversed(entries):
        if e.kind == "undo" and e.batch not in undone and e.refers is not None:
            undone.add(e.refers)
    return frozenset(undone)


def replay(entries: Sequence[Entry]) -> State:
    """The state that a journal's entries lead to."""
    undone = undone_batches(entries)
    live = [e for e in entries if e.batch not in undone]
    confirmed = {e.refers for e in live if e.kind == "confirm"}
    raised: dict[int, list[Open]] = {}
    by_id = {e.id: e for e in live}
    for e in live:
        if e.kind == "flag":
            about = by_id.get(e.refers or 0)
            found = [Open(about, g, w, e.held) for g, w in e.flags] if about else []
        else:
            found = [Open(e, g, w, e.held) for g, w in e.flags]
        for doubt in found:
            raised.setdefault(doubt.entry.id, []).append(doubt)
    standing: dict[Subject, Entry] = {}
    waiting: dict[Subject, Entry] = {}
    notes: dict[tuple[str, Subject], Entry] = {}
    for e in live:
        if e.subject is None or e.key is None:
            continue
        subject = (e.subject, e.key)
        if e.kind == "note":
            notes[e.source, subject] = e
        if e.kind not in ("declare", "correct", "retract"):
            continue
        notes.pop((e.source, subject), None)
        if any(d.held for d in raised.get(e.id, ())) and e.id not in confirmed:
            waiting[subject] = e
            continue
        waiting.pop(subject, None)
        if e.kind == "retract":
            standing.pop(subject, None)
        else:
            standing[subject] = e
    listed = [e for e in (*standing.values(), *waiting.values()) if e.id not in confirmed]
    return State(
        standing=standing,
        doubts=tuple(d for e in sorted(listed, key=lambda e: e.id) for d in raised.get(e.id, ())),
        conflicts=tuple(n for (_, s), n in notes.items() if s in standing and _contradict(standing[s], n)),
        undone=undone,
        last=live[-1] if live else None,
    )


def _contradict(standing: Entry, note: Entry) -> bool:
    return note.content is not None and merge(standing.content or {}, note.content) is None


def open_night(pack: str | Path, path: str | Path) -> Election:
    """Make a night from a pack; the pack's hash goes with it.

    Raises
    ------
    PackError, NightError
        If there is no such pack, or something is at ``path`` already.
    """
    election = load_election(pack)
    folder = find(pack)
    embedded = folder.parent == PACKS
    create(
        Path(path),
        {
            "pack": folder.name if embedded else str(folder.resolve()),
            "pack_sha256": election.sha256,
            "key": election.key,
            "name": election.name,
            "date": election.date.isoformat(),
        },
    )
    return election


def election_of(journal: Journal, *, desk: bool = False) -> Election:
    """The pack that a night was opened with; ``desk`` leaves out what only a projection needs.

    Raises
    ------
    NightError
        If the pack has changed since: what is declared might mean something else.
    """
    election = load_election(journal.meta["pack"], desk=desk)
    if election.sha256 != journal.meta["pack_sha256"]:
        raise NightError(
            f"{journal.path}: the pack {journal.meta['pack']} has changed since the night was opened; restore it, or "
            "open a new night and declare the results there"
        )
    return election


def as_it_stands(election: Election, state: State) -> Election:
    """The election with the polls that did not take place taken out; the pack itself where there are none."""
    off = state.countermanded()
    if not off:
        return election
    contests = {b: replace(c, status="countermanded") if b in off else c for b, c in election.contests.items()}
    return replace(election, contests=contests)
