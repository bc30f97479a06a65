"""The tree of errors that a user can meet.

PNSightError
├── PackError          a pack is missing, malformed or inconsistent
├── SourceError        a publisher's file cannot be read (``pns import``, the build)
├── DeclarationError   a declared result is impossible or unknown
├── ModelError         the model cannot be fitted to what it was given
├── NightError         the journal of a night refuses (conflict, unknown entry, not a night)
└── ArgumentError      a function of a notebook was given what it cannot take (a ValueError too)

Every message says what is wrong, where (file, row, column, ballot) and what to do.
"""

from __future__ import annotations

from pathlib import Path


class PNSightError(Exception):
    """Base of everything that PNSight raises for bad input; never a bug."""


class PackError(PNSightError):
    """An election pack is missing, malformed or inconsistent."""


class SourceError(PNSightError):
    """A publisher's file cannot be read as what it claims to be."""


class DeclarationError(PNSightError):
    """A declared result cannot be taken: unknown ballot, impossible votes, a conflict."""


class ModelError(PNSightError):
    """The model cannot be fitted to what it was given."""


class NightError(PNSightError):
    """The journal of a night refuses what was asked of it."""


class ArgumentError(PNSightError, ValueError):
    """A public function was given an argument that it cannot take."""


def at(file: str | Path, row: int | None = None, column: str | None = None) -> str:
    """Say where in a file something stands: ``results.csv, row 12, column votes``.

    ``row`` counts lines as an editor does: the header of a file is row 1.
    """
    parts = [str(file)]
    if row is not None:
        parts.append(f"row {row}")
    if column is not None:
        parts.append(f"column {column}")
    return ", ".join(parts)
