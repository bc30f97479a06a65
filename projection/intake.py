"""A reading of a feed goes into the journal, contest by contest.

What a feed said before is no news when it says it again, whatever a person has made of it since: a retraction by hand
holds until the feed changes the result. A feed corrects itself; it never overrules a person or another source, that is
a conflict, noted once. A contest with anything wrong is left out whole, with the rows that are wrong listed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from projection.declarations import Batch, read_tables
from projection.desk import with_completeness
from projection.facts import Facts
from projection.guards import doubts, impossible
from projection.items import Item, merge
from projection.journal import Entry, Journal
from projection.night import State, Subject, replay
from projection.tables import parse_tables
from seeds.errors import DeclarationError
from seeds.types import Election


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of a reading.

    ``problems`` are lines about what was not taken; ``missing`` what stands from this source but is no longer in it
    (empty where anything was wrong: it may only be garbled).
    """

    entries: tuple[Entry, ...] = ()
    problems: tuple[str, ...] = ()
    missing: frozenset[Subject] = frozenset()


def intake(
    journal: Journal, election: Election, source: str, data: bytes, *, author: str, strict: bool = False
) -> Intake:
    """Take what is new in a reading of ``source``; never raises for what is wrong with the data."""
    try:
        batch = read_tables(election, parse_tables(source, data, ragged=True), by_contest=True)
    except DeclarationError as error:
        return Intake(problems=tuple(str(error).splitlines()))
    items, refused = _possible(election, batch)
    problems = [*batch.problems, *refused]
    carried = frozenset(i.subject for i in items)

    def decide(known: list[Entry]) -> list[Entry]:
        state = replay(known)
        prior = _prior(known, source)
        out = []
        for item in items:
            facts = batch.facts.get(item.key, Facts())
            entry = _news(election, state, prior, item, facts, source=source, author=author, strict=strict)
            if entry is not None:
                out.append(entry)
        declared = [e for e in out if e.kind != "note"]
        return with_completeness(election, state, declared, strict) + [e for e in out if e.kind == "note"]

    entries = journal.append(decide)
    missing: frozenset[Subject] = frozenset()
    if not problems:
        standing = replay(journal.entries()).standing
        missing = frozenset(s for s, e in standing.items() if e.source == source and s not in carried)
    return Intake(tuple(entries), tuple(problems), missing)


def withdraw(journal: Journal, source: str, subjects: frozenset[Subject], *, author: str) -> list[Entry]:
    """Retract what a source no longer carries, where it still stands from that source."""

    def decide(known: list[Entry]) -> list[Entry]:
        standing = replay(known).standing
        return [
            Entry("retract", source, author, subject=s[0], key=s[1], why="withdrawn by the source", refers=e.id)
            for s, e in sorted(standing.items())
            if s in subjects and e.source == source
        ]

    return journal.append(decide)


def _possible(election: Election, batch: Batch) -> tuple[list[Item], list[str]]:
    items = batch.items()
    refused = {i.subject: impossible(election, i, batch.facts.get(i.key, Facts())) for i in items}
    lines = [line for found in refused.values() for line in found]
    return [i for i in items if not refused[i.subject]], lines


def _prior(known: Sequence[Entry], source: str) -> dict[Subject, Entry]:
    """The last thing that this source said of each subject, in force or not."""
    out: dict[Subject, Entry] = {}
    for e in known:
        if e.source == source and e.subject is not None and e.kind in ("declare", "correct", "retract", "note"):
            out[e.subject, e.key or ""] = e
    return out


def _news(
    election: Election,
    state: State,
    prior: Mapping[Subject, Entry],
    item: Item,
    facts: Facts,
    *,
    source: str,
    author: str,
    strict: bool,
) -> Entry | None:
    """The entry that an item makes, if it is news."""
    old, said = state.standing.get(item.subject), prior.get(item.subject)
    both = item.content if old is None else merge(old.content or {}, item.content)
    if old is not None and both == old.content:
        if said is None or said.kind != "note" or merge(old.content or {}, said.content or {}) is not None:
            return None
        why = f"agrees with entry {old.id} now"
        return Entry(
            "note", source, author, subject=item.kind, key=item.key, content=item.content, refers=old.id, why=why
        )
    if said is not None and said.content is not None and merge(said.content, item.content) == said.content:
        return None
    draft = Entry("declare", source, author, subject=item.kind, key=item.key, content=both)
    if old is not None:
        draft = replace(draft, refers=old.id)
    if both is None and old is not None:
        if old.source != source:
            return replace(draft, kind="note", content=item.content, why=f"contradicts entry {old.id}; not taken")
        draft = replace(draft, kind="correct", content=item.content, why="changed by the source")
    # What completes a result is doubted beside what stands of it.
    whole = replace(item, content=draft.content or item.content)
    found = doubts(election, whole, facts, old.content if old is not None else None)
    return replace(draft, flags=tuple(found), held=strict and bool(found))
