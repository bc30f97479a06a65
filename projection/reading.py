"""What the readers of both layouts share: names, whole numbers, and problems told once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from projection.tables import Problems, Row
from seeds.councils import find_council
from seeds.errors import SourceError
from seeds.labels import fold, full_names
from seeds.types import Election

#: A whole number; one that was a float on its way here ("444.0") is one too.
_WHOLE = re.compile(r"([0-9]{1,9})(\.0*)?")
#: Letters from which on a part of a name says which is meant.
_PART = 4
#: How like the name of a council that is up must be, to be told beside one that is not.
CLOSE = 0.8


@dataclass(frozen=True)
class Reading:
    """A reading under way.

    ``spoilt`` are contests and councils with a bad row, of which nothing more is said; ``unknown`` are names already
    complained of. While any name is unknown, rows may be missing from where they belong.
    """

    election: Election
    parties: dict[str, str]
    problems: Problems = field(default_factory=Problems)
    spoilt: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)

    def unknown_name(
        self, row: Row, column: str, kind: str, known: Iterable[str], stands_for: Mapping[str, str] | None = None
    ) -> None:
        """Complain once of a name that this election does not have, and name the nearest (:func:`nearest`)."""
        name = row.cells[column]
        if name in self.unknown:
            return
        self.unknown.add(name)
        if not name:
            self.problems.add(row, column, f"is blank; name the {kind}")
            return
        if kind in ("ballot", "council") and (words := not_up(self.election, name, ballot=kind == "ballot")):
            self.problems.add(row, column, words)
            return
        # Looking for the nearest of thousands takes a tenth of a second: not for every row of a wrong file.
        hint = "" if self.problems.many else nearest(name, known, stands_for)
        self.problems.add(row, column, f"'{name}' is no {kind} of the pack {self.election.key}{hint}")

    def party(self, row: Row, likely: Iterable[str]) -> str | None:
        """Code of the party of a row, or None with a complaint."""
        label = row.cells["party"]
        code = self.parties.get(fold(label))
        if code is None:
            near = [*likely, *(self.election.parties[p].name for p in likely if p in self.election.parties)]
            what = (
                f"'{label}' is no party of this election{nearest(label, near)}" if label else "is blank; name the party"
            )
            self.problems.add(row, "party", what)
        return code

    def whole(self, row: Row, column: str) -> int | None:
        """A whole number of zero or more, or None with a complaint that says what it is instead."""
        text = row.cells[column]
        if found := _WHOLE.fullmatch(text):
            return int(found[1])
        if not text:
            what = "is blank; leave out what has not declared in full"
        elif re.fullmatch(r"[0-9]{10,}", text):
            what = f"{text[:12]}... is too large to be true"
        elif re.fullmatch(r"-[0-9.]+", text):
            what = f"{text} is negative"
        elif re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+", text):
            what = f"'{text}' has a separator; write {text.replace(',', '')}"
        elif re.fullmatch(r"[0-9]*\.[0-9]*", text):
            what = f"{text} is not a whole number"
        else:
            what = f"'{text}' is not a number"
        self.problems.add(row, column, what)
        return None


def start_reading(election: Election) -> Reading:
    """A reading of declarations of this election; parties go by code, by the pack's name or by a known full name."""
    names = {label: code for label, code in full_names().items() if code in election.parties}
    names |= {fold(p.name): code for code, p in election.parties.items()}
    return Reading(election, names | {fold(code): code for code in election.parties})


def not_up(election: Election, name: str, *, ballot: bool = False) -> str:
    """Says so where a council, or the council of a ballot id, is a real one that this election does not have.

    Empty for all else, which may be a slip of the pen.
    """
    council = name
    if ballot:
        parts = name.casefold().split(".")
        council = parts[1].replace("-", " ") if len(parts) > 2 else ""
    try:
        known = find_council(council, election.date, None if ballot else name)
    except SourceError:
        return ""
    if known.council in election.councils:
        return ""
    names = {c.name: c.name for c in election.councils.values()}
    hint = "" if ballot else nearest(known.name, names, cutoff=CLOSE)
    day = f"{election.date.day} {election.date:%B %Y}"
    return (
        f"'{name}' is outside the projection: {known.name} is not up in the pack {election.key} ({day}); leave it "
        f"out{hint}"
    )


def ballots_near(election: Election, ballot: str) -> list[str]:
    """Ballots among which the nearest to a mistyped one stands: those of its council, if that is written right."""
    head = ".".join(ballot.casefold().split(".")[:2]) + "."
    return [b for b in election.contests if b.casefold().startswith(head)] or list(election.contests)


def nearest(
    name: str,
    known: Iterable[str],
    stands_for: Mapping[str, str] | None = None,
    count: int = 3,
    cutoff: float = 0.6,
) -> str:
    """``; did you mean A or B?`` with the nearest known names, or nothing where none is near.

    Parameters
    ----------
    name
        As it was written; capitals do not count.
    known
        Names that would have been right. Where none is written nearly so, those of which ``name`` is a part are near.
    stands_for
        What known names stand for, where several stand for one thing: it is told in their place, once.
    count
        How many are told at most.
    cutoff
        How like a name must be, from 0 to 1.
    """
    wanted, folded = name.casefold(), {k.casefold(): k for k in known}
    # Of things with three names each, three near names may be those of one.
    close = difflib.get_close_matches(wanted, folded, n=3 * count, cutoff=cutoff)
    if len(wanted) >= _PART:
        close = close or [k for k in folded if wanted in k]
    told = dict.fromkeys((stands_for or {}).get(folded[k], folded[k]) for k in close)
    return f"; did you mean {' or '.join(list(told)[:count])}?" if told else ""
