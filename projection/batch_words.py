"""What became of a batch of declarations, in the words of the desk."""

from __future__ import annotations

from collections.abc import Sequence

from projection.items import words
from projection.journal import Entry
from projection.night import council_of
from seeds.types import Election


def told(election: Election, entries: Sequence[Entry], unchanged: int) -> str:
    """What became of a batch, for the person who sent it."""
    lines = []
    if len(entries) == 1:
        e = entries[0]
        lines.append(f"Entry {e.id}: {e.key} {'corrected to ' if e.kind == 'correct' else ''}{words(e.content or {})}")
    elif entries:
        councils = {council_of(election, (e.subject or "", e.key or "")) for e in entries}
        corrected = sum(e.kind == "correct" for e in entries)
        lines.append(
            f"Entries {entries[0].id} to {entries[-1].id}: {len(entries)} results of {len(councils)} councils"
            + (f", {corrected} of them corrections" if corrected else "")
        )
    if unchanged:
        lines.append(f"{unchanged} stood already.")
    if not entries and not unchanged:
        lines.append("Nothing has declared in it.")
    for e in entries:
        for _, doubt in e.flags:
            state = "held back" if e.held else "doubtful"
            lines.append(
                f"{state}: entry {e.id}, {e.key}: {doubt} (pns confirm, pns declare --correct, or pns retract)"
            )
    return "\n".join(lines)
