"""What a notebook passes to the public functions, checked before anything is computed: a wrong one is told in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from numbers import Real
from operator import index
from typing import TYPE_CHECKING, SupportsIndex

from models.types import CouncilTotals, Declared
from seeds.errors import ArgumentError
from seeds.types import Election

if TYPE_CHECKING:
    import pandas as pd

    from projection.session import Session


def whole(name: str, value: object, least: int, most: int | None = None) -> int:
    """A whole number within bounds, as an ``int``.

    Raises
    ------
    ArgumentError
        If it is none, or beyond them.
    """
    number = index(value) if isinstance(value, SupportsIndex) and not isinstance(value, bool) else None
    if number is None or number < least or (most is not None and number > most):
        bounds = f"of {least:,} or more" if most is None else f"from {least:,} to {most:,}"
        raise ArgumentError(f"{name}: {_told(value)} is no whole number {bounds}")
    return number


def an_election(value: object) -> Election:
    """An election, as :func:`seeds.load_election` gives it.

    Raises
    ------
    ArgumentError
        If it is something else.
    """
    if not isinstance(value, Election):
        raise ArgumentError(f"election: {_told(value)} is no election; load one with load_election('2018')")
    return value


def a_session(value: object, election: Election) -> Session | None:
    """A session of this election, or None.

    Raises
    ------
    ArgumentError
        If it is something else, or of another election.
    """
    from projection.session import Session

    if value is None:
        return None
    if not isinstance(value, Session):
        raise ArgumentError(f"session: {_told(value)} is no session; open one with open_session(election)")
    if value.election.key != election.key:
        raise ArgumentError(f"session: is of {value.election.key}, and the election is {election.key}; open another")
    return value


def declarations(election: Election, value: object) -> Declared:
    """Declarations as the engine takes them, of themselves or of a DataFrame.

    Raises
    ------
    ArgumentError
        If they are something else, or hold what is no number.
    DeclarationError
        If a DataFrame has anything wrong, by row and column.
    """
    if not isinstance(value, Declared):
        from projection.declarations import from_frame

        return from_frame(election, a_frame(value))
    for name in ("contests", "councils", "lots", "turnout"):
        if not isinstance(getattr(value, name), Mapping):
            raise ArgumentError(f"declared: {name} is {_told(getattr(value, name))}, no mapping")
    for ballot, votes in value.contests.items():
        if not isinstance(votes, Mapping):
            raise ArgumentError(f"declared: {ballot} has {_told(votes)} for votes, such as {{'Lab': (950.0,)}}")
        for party, own in votes.items():
            if isinstance(own, str) or not isinstance(own, Iterable) or not all(map(_is_votes, own)):
                raise ArgumentError(
                    f"declared: {ballot} has {_told(own)} for {party}; give each candidate's votes, such as (950, 700)"
                )
    for council, totals in value.councils.items():
        if not isinstance(totals, CouncilTotals):
            raise ArgumentError(f"declared: {council} has {_told(totals)}; give a CouncilTotals")
    return value


def a_frame(value: object) -> pd.DataFrame:
    """A DataFrame.

    Raises
    ------
    ArgumentError
        If it is something else.
    """
    import pandas as pd

    if not isinstance(value, pd.DataFrame):
        raise ArgumentError(
            f"declared: {_told(value)} is no table of declarations; give a DataFrame of ballot_id, party and votes, "
            "or what read_declarations gives"
        )
    return value


def one_of(name: str, value: object, known: Iterable[str]) -> str:
    """One of some names.

    Raises
    ------
    ArgumentError
        If it is none of them.
    """
    names = list(known)
    if not isinstance(value, str) or value not in names:
        raise ArgumentError(f"{_told(value)} is no {name}; there are {', '.join(names)}")
    return value


def _is_votes(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and 0 <= float(value) < math.inf


def _told(value: object) -> str:
    """A value in a line, with its type unless that is plain to see."""
    text = repr(value)
    text = text if len(text) <= 60 and "\n" not in text else "what was given"
    return text if value is None or isinstance(value, str | int | float) else f"{text} (a {type(value).__name__})"
