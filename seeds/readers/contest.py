"""What every reader returns: contests as their publisher gives them, and what could not be read."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from seeds.cells import BETWEEN
from seeds.errors import SourceError, at
from seeds.labels import LabelSource, fold, parties, party_by_id, party_code


@dataclass(frozen=True, slots=True)
class Candidate:
    """One candidate. ``elected``, and ``sits`` (on the council already), are None where the source does not say;
    ``label`` is the source's party label."""

    party: str
    votes: int
    elected: bool | None = None
    name: str = ""
    label: str = ""
    sits: bool | None = None


@dataclass(frozen=True, slots=True)
class SourceContest:
    """One contest as a publisher gives it.

    ``council`` is Democracy Club's slug, ``key`` the register's three letters (see
    :class:`seeds.councils.CouncilEntry`). ``turnout`` is a percentage. ``area`` is the district in which a county's
    division lies, where given. ``code_by_name`` marks a ``gss`` that the file does not give: another file gives it to
    the ward of this name. ``rows`` are the first and last row in ``file``; ``ballot_id`` is published by some. Of a
    contest that is ``countermanded`` no poll was held: its seats are vacant.
    """

    council: str
    key: str
    ward: str
    date: dt.date
    seats: int
    candidates: tuple[Candidate, ...]
    file: str
    rows: tuple[int, int]
    gss: str | None = None
    electorate: int | None = None
    ballots: int | None = None
    turnout: float | None = None
    area: str | None = None
    by_election: bool = False
    note: str = ""
    code_by_name: bool = False
    ballot_id: str = ""
    countermanded: bool = False

    @property
    def coded(self) -> bool:
        """Whether the file itself gives the ward's code."""
        return bool(self.gss) and not self.code_by_name

    @property
    def uncontested(self) -> bool:
        """No more candidates than seats, and no vote counted."""
        voted = self.countermanded or any(c.votes for c in self.candidates)
        return not voted and len(self.candidates) <= self.seats

    def votes(self) -> dict[str, tuple[float, ...]]:
        """Votes of each party's candidates, best first; the strongest party first."""
        out: dict[str, list[int]] = {}
        for c in self.candidates:
            out.setdefault(c.party, []).append(c.votes)
        ordered = sorted(out.items(), key=lambda item: (-max(item[1]), item[0]))
        return {party: tuple(float(v) for v in sorted(votes, reverse=True)) for party, votes in ordered}

    def standing(self) -> dict[str, int]:
        """Candidates of each party."""
        return dict(Counter(c.party for c in self.candidates))

    def won(self) -> dict[str, int]:
        """Seats by party: as the source says, or else those of the top ``seats`` candidates."""
        if self.countermanded:
            return {}
        if any(c.elected is None for c in self.candidates):
            top = sorted(self.candidates, key=lambda c: (-c.votes, c.party))[: self.seats]
            return dict(Counter(c.party for c in top))
        return dict(Counter(c.party for c in self.candidates if c.elected))


@dataclass(frozen=True, slots=True)
class Problem:
    """Rows that were left out, or taken although something is odd (``kept``), and why."""

    file: str
    row: int
    why: str
    rows: int = 1
    kept: bool = False

    def __str__(self) -> str:
        what = "odd" if self.kept else "not read"
        return f"{what}: {at(self.file, self.row)}: {self.why}" + (f" ({self.rows} rows)" if self.rows > 1 else "")


Publisher = Literal["leap", "commons", "democracy-club", "pack"]


@dataclass(frozen=True, slots=True)
class Reading:
    """Contests of one file and what could not be read of it. ``sha256`` is the file's hash, ``publisher`` its maker."""

    file: str
    contests: tuple[SourceContest, ...]
    problems: tuple[Problem, ...] = ()
    sha256: str = ""
    publisher: Publisher = "leap"


@dataclass(slots=True)
class Labels:
    """Turns labels into codes and collects the unknown ones, so that one run names them all.

    ``extra`` holds a user's own labels (folded) and goes before the table. With ``by_name`` labels are registered
    names, and a party that the table lacks is known by its own. ``taken`` is what was read as a party of ours although
    the table does not have the label, with its first row and how many there are.
    """

    source: LabelSource
    file: str
    extra: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    by_name: bool = False
    taken: dict[tuple[str, str, str], tuple[int, int]] = field(default_factory=dict)

    def code(self, label: str, row: int, party_id: str = "") -> str:
        """Code of a label; an unknown one is remembered, and :meth:`check` stops the reading.

        Parameters
        ----------
        label, row
            The label, and where it stands.
        party_id
            The registration of the Electoral Commission as Democracy Club writes it ("PP:52"), where the source has it.
            It goes before the label, which must not name another party of ours.
        """
        folded = fold(label)
        if folded in self.extra:
            return self.extra[folded]
        try:
            named = party_code(self.source, label, self.file, row)
        except SourceError:
            named = None
        registered = party_by_id(party_id)
        if registered and named and registered != named:
            if {registered, named} == {"Ref", "Brexit"}:  # one registration, renamed in January 2021
                return named
            why = f"'{label}' is our {named}, but its party_id {party_id} is that of {registered}"
            self.unknown.setdefault(f"{folded} {party_id}", f"{at(self.file, row)}: {why}")
            return "?"
        if named:
            return named
        plain = " ".join(BETWEEN.sub(" ", label).split()) if self.by_name else ""
        code = registered or plain
        if code in parties() and fold(code) != folded:
            first, n = self.taken.get((label, party_id, code), (row, 0))
            self.taken[label, party_id, code] = first, n + 1
        if not code:
            what = f"'{label}'" if label else "no party is named"
            self.unknown.setdefault(folded, f"{at(self.file, row)}: {what}")
        return code or "?"

    def check(self) -> None:
        """Stop if any label was unknown.

        Raises
        ------
        SourceError
            Naming the first of each unknown label with its file and row.
        """
        if not self.unknown:
            return
        listed = "\n  ".join(list(self.unknown.values())[:40])
        raise SourceError(
            f"{len(self.unknown)} party label(s) are not known for {self.source}:\n  {listed}\n"
            "Add each to seeds/tables/party_labels.csv, or give a table of label,code with --labels."
        )

    def remarks(self) -> list[Problem]:
        """What was taken as what: no party becomes another without being told."""
        told = []
        for (label, party_id, code), (row, n) in self.taken.items():
            mark = f" ({party_id})" if party_id else ""
            told.append(Problem(self.file, row, f"party '{label}'{mark} is taken as {code}", n, kept=True))
        return told


_APOSTROPHES = re.compile(r"['’`.]")
_GENITIVE = re.compile(r"s['’]s\b")
_OTHERS = re.compile(r"[^a-z0-9]+")
_DROPPED = {"and", "the", "ward", "division", "ed"}


def fold_ward(name: str) -> str:
    """A ward's name as it is compared: "St. James's & Town Ward" and "St James and Town" are one.

    A final s counts: Worcestershire has a St John and a St Johns.
    """
    text = _APOSTROPHES.sub("", _GENITIVE.sub("s", name.casefold()))
    words = _OTHERS.sub(" ", text.replace("&", " and ")).split()
    kept = [("st" if w == "saint" else w) for w in words if w not in _DROPPED]
    return " ".join(kept) or " ".join(words)


def digest(files: Iterable[Path]) -> str:
    """Hash of some files together, by name and content; of one file its plain SHA-256."""
    listed = sorted(files)
    if len(listed) == 1:
        return hashlib.sha256(listed[0].read_bytes()).hexdigest()
    h = hashlib.sha256()
    for file in listed:
        h.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return h.hexdigest()


def whole(text: object, fail: Callable[[str], SourceError]) -> int:
    """A whole number of zero or more, or the caller's error."""
    try:
        value = float(str(text).replace(",", ""))
    except ValueError:
        raise fail(f"'{text}' is not a number") from None
    if not 0 <= value < float("inf") or value != int(value):
        raise fail(f"'{text}' is not a whole number of zero or more")
    return int(value)


def read_bytes(file: Path) -> bytes:
    """A file's bytes.

    Raises
    ------
    SourceError
        If it cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as why:
        raise SourceError(f"{file}: cannot be read ({why.strerror}); check the path") from None
