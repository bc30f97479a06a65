"""Adding to a night: declare, correct, retract, undo, confirm. Each is one durable step, all or nothing."""

from __future__ import annotations

import getpass
import os
import socket
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from projection.council_guards import against_totals
from projection.facts import Doubt, Facts
from projection.guards import doubts, refuse_impossible
from projection.items import Content, Item, merge, words
from projection.journal import Entry, Journal
from projection.night import State, Subject, council_of, replay, undone_batches
from seeds.errors import NightError
from seeds.types import Election

#: Sources that are named where another was asked for.
SOURCES = 5


def whoami() -> str:
    """Who writes: ``PNS_AUTHOR``, else user and machine."""
    if name := os.environ.get("PNS_AUTHOR"):
        return name
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = "unknown"
    return f"{user}@{socket.gethostname()}"


@dataclass(frozen=True, slots=True)
class Took:
    """What became of a batch: new entries, and how many results stood there already."""

    entries: tuple[Entry, ...]
    unchanged: int


def take(
    journal: Journal,
    election: Election,
    items: Iterable[Item],
    *,
    source: str,
    author: str,
    facts: Mapping[str, Facts] | None = None,
    sources: Mapping[str, str] | None = None,
    why: str | None = None,
    strict: bool = False,
) -> Took:
    """Declare, all or nothing, durably.

    Parameters
    ----------
    items
        What is declared; the same again changes nothing, and what completes a result without contradicting it is added.
    facts
        What else was told of a ballot, for the guards.
    sources
        Where each ballot or council comes from, if not all are from ``source``.
    why
        The reason of a correction: a result that contradicts what stands is then taken in its place.
    strict
        Hold back what is doubtful until it is confirmed.

    Raises
    ------
    NightError
        If something contradicts what stands, naming both, and no reason is given.
    DeclarationError
        If something is impossible.
    """
    items = sorted(items, key=lambda i: i.subject)
    origin = sources or {}
    refuse_impossible(election, items, facts or {})

    def decide(known: list[Entry]) -> list[Entry]:
        state = replay(known)
        out, conflicts = [], []
        for item in items:
            old = state.standing.get(item.subject)
            content = item.content if old is None else merge(old.content or {}, item.content)
            if old is not None and content == old.content:
                continue
            if old is not None and content is None and why is None:
                conflicts.append(conflict_words(item, old, origin.get(item.key, source)))
                continue
            kind = "correct" if content is None else "declare"
            content = corrected(old.content or {} if old else {}, item) if content is None else content
            whole = replace(item, content=content)
            found = doubts(election, whole, (facts or {}).get(item.key, Facts()), old.content if old else None)
            out.append(
                Entry(
                    kind="correct" if kind == "correct" else "declare",
                    source=origin.get(item.key, source),
                    author=author,
                    subject=item.kind,
                    key=item.key,
                    content=content,
                    why=(why or "") if kind == "correct" else "",
                    refers=old.id if old else None,
                    held=strict and bool(found),
                    flags=tuple(found),
                )
            )
        if conflicts:
            more = f"\nand {len(conflicts) - 10} more conflicts" if len(conflicts) > 10 else ""
            raise NightError("\n".join(conflicts[:10]) + more)
        return with_completeness(election, state, out, strict)

    entries = journal.append(decide)
    return Took(tuple(entries), len(items) - len(entries))


def conflict_words(item: Item, old: Entry, source: str) -> str:
    """Both sides of a conflict, and what to do."""
    return (
        f"{item.key}: {words(item.content)} ({source}) contradicts {words(old.content or {})} "
        f"(entry {old.id}, {old.source}, by {old.author}); nothing was taken. If the new one is right: "
        '--correct "why"'
    )


def corrected(old: Content, item: Item) -> Content:
    """What stands of a result once it is corrected: of a council, what the correction does not speak of stays."""
    if item.kind == "contest":
        return item.content
    # A vacancy is one of the seats won tonight, and goes with them.
    gone = {"vacant"} if "won" in item.content else set()
    return {**{k: v for k, v in old.items() if k not in gone}, **item.content}


def _content(entry: Entry | None) -> Content:
    return {} if entry is None or entry.content is None else entry.content


def with_completeness(election: Election, state: State, new: list[Entry], strict: bool) -> list[Entry]:
    """Doubt new entries of councils whose wards and totals cannot both be right.

    That is one doubt of the council, whichever of its figures is wrong, and so one entry bears it: the totals if they
    are among the new ones, else the first ward; none while one is open. To be held back each entry needs its own.
    """
    fresh: dict[Subject, Entry] = {(e.subject or "", e.key or ""): e for e in new}
    standing: dict[Subject, Entry] = {**state.standing, **fresh}
    open_ = {
        _council(election, d.entry)
        for d in state.doubts
        if d.guard == "complete" and (d.entry.subject or "", d.entry.key or "") not in fresh
    }
    bears: dict[str, Entry] = {}
    for e in new:
        if e.subject == "council" or _council(election, e) not in bears:
            bears[_council(election, e)] = e
    checked: dict[str, list[Doubt]] = {}
    out = []
    for e in new:
        council = _council(election, e)
        if council not in checked:
            checked[council] = against_totals(election, council, lambda s: _content(standing.get(s)))
        own = strict or (bears[council] is e and council not in open_)
        found = e.flags + (tuple(checked[council]) if own else ())
        out.append(replace(e, flags=found, held=e.held or (strict and bool(found))))
    return out


def _council(election: Election, entry: Entry) -> str:
    return council_of(election, (entry.subject or "", entry.key or ""))


def retract(
    journal: Journal, choose: Callable[[State], Iterable[Subject]], *, why: str, source: str, author: str
) -> list[Entry]:
    """Take declarations back, so that the projection is as if they had never been made.

    Raises
    ------
    NightError
        If nothing is declared there.
    """

    def decide(known: list[Entry]) -> list[Entry]:
        state = replay(known)
        out = []
        for subject in sorted(set(choose(state))):
            old = state.standing.get(subject)
            if old is None:
                raise NightError(f"{subject[1]}: nothing is declared there, so nothing can be retracted")
            out.append(Entry("retract", source, author, subject=subject[0], key=subject[1], why=why, refers=old.id))
        if not out:
            raise NightError("nothing is declared there, so nothing can be retracted")
        return out

    return journal.append(decide)


def standing_from(state: State, source: str) -> list[Subject]:
    """What stands from a source.

    Raises
    ------
    NightError
        If nothing does, naming what there is: journals of before had one source for all files of a command.
    """
    if found := [s for s, e in state.standing.items() if e.source == source]:
        return found
    known = Counter(e.source for e in state.standing.values())
    joint = next((s for s in known if source in s.split(", ")), None)
    if joint is not None:
        raise NightError(
            f"{source}: was declared in one command with other files, and the journal does not tell whose its results "
            f'are; all {known[joint]} of them: --from "{joint}"'
        )
    names = ", ".join(s for s, _ in known.most_common(SOURCES)) or "nothing"
    more = f" and {len(known) - SOURCES} more" if len(known) > SOURCES else ""
    raise NightError(f"{source}: nothing that stands came from there; sources are: {names}{more}")


def undo(journal: Journal, *, author: str, entry: int | None = None) -> tuple[Entry, list[Entry]]:
    """Undo a whole command: the author's last that is not undone yet, or the one that ``entry`` belongs to.

    Undoing an undo puts the command back in force. Returns the undo and the entries that it undid.

    Raises
    ------
    NightError
        If there is none.
    """
    undid: list[Entry] = []

    def decide(known: list[Entry]) -> list[Entry]:
        gone = undone_batches(known)
        if entry is not None:
            batch = next((e.batch for e in known if e.id == entry), None)
            if batch is None:
                raise NightError(f"entry {entry}: there is none; pns log lists them")
            if batch in gone:
                raise NightError(f"entry {entry}: is undone already")
        else:
            mine = (e.batch for e in reversed(known) if e.author == author and e.kind not in ("undo", "flag"))
            batch = next((b for b in mine if b not in gone), None)
            if batch is None:
                raise NightError(f"{author} has nothing left to undo; name an entry of pns log to undo another's")
        undid.extend(e for e in known if e.batch == batch)
        return [Entry("undo", "typed", author, refers=batch)]

    return journal.append(decide)[0], undid


def confirm(journal: Journal, entries: Sequence[int], *, why: str, author: str) -> list[Entry]:
    """Confirm doubtful entries: their flags are settled, and what was held back comes into force.

    Raises
    ------
    NightError
        If one of them has no open doubt.
    """

    def decide(known: list[Entry]) -> list[Entry]:
        doubtful = {d.entry.id: d.entry for d in replay(known).doubts}
        for number in entries:
            if number not in doubtful:
                raise NightError(f"entry {number}: has no open doubt; pns log --doubts lists those that have")
        return [
            Entry("confirm", "typed", author, subject=doubtful[n].subject, key=doubtful[n].key, why=why, refers=n)
            for n in entries
        ]

    return journal.append(decide)


def note(journal: Journal, text: str, *, author: str, source: str = "typed") -> Entry:
    """Write a remark into the journal.

    Raises
    ------
    NightError
        If it says nothing.
    """
    if not text.strip():
        raise NightError("the note is empty; write what the journal should remember")
    return journal.append(lambda _: [Entry("note", source, author, why=text)])[0]
