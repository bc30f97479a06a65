"""What may be changed of a night, by name, and how it is written: plain values in a notebook, words in a command.

========== ====================================== =====================================================
kind       value                                  what it does
========== ====================================== =====================================================
swing      ``{"Lab": 3, "Con": -3}``              points of the vote still to come, on top
region     ``{"London": {"Lab": 2}}``             the same in one region alone
factor     ``{"Lab": 0.9}``                       a party's votes times so much in every ward to come
drop       ``"UKIP"`` or ``["UKIP", "Grn"]``      does not stand where nothing has declared
turnout    ``{"Lab": -10}``                       percent fewer votes in the wards that it leads
polls      ``{"Con": 30, "Lab": 42}``             the last polls before the day said this (a new fit)
declare    a ``Declared``                         results supposed, as if they had come in (a new fit)
set        ``{"Thurrock": {"Lab": 25}}``          seats that a council would have: all else conditioned on it
           ``{"Thurrock": "Lab"}``                the same with who would control it, or "NOC"
========== ====================================== =====================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.types import Declared
from projection.layout import all_seats
from projection.names import find_council
from projection.reading import nearest, start_reading
from projection.result import NOC
from seeds import DeclarationError, Election
from seeds.labels import fold

KINDS = ("swing", "region", "factor", "drop", "turnout", "polls", "declare", "set")
_AMOUNT = re.compile(r"(?P<party>.*?\S)[\s=:]+(?P<number>[+-]?\d+(?:\.\d+)?)\s*%?")

Change = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """A council's seats by party (won tonight, or all afterwards), or who controls it ("NOC" for no one)."""

    council: str
    seats: Mapping[str, int] = field(default_factory=dict)
    after: bool = False
    control: str = ""


def in_words(election: Election, change: Change) -> str:
    """A checked change as a reader is told of it."""
    kind, value = change
    if kind == "drop":
        return f"{' and '.join(value)} do{'es' * (len(value) == 1)} not stand where nothing has declared"
    if kind == "declare":
        return f"supposed results: {len(value.contests):,} wards, {len(value.councils)} councils by totals"
    if kind == "set":
        name = election.councils[value.council].name
        if value.control:
            return f"{name}: " + ("no overall control" if value.control == NOC else f"{value.control} control")
        seats = ", ".join(f"{p} {n}" for p, n in value.seats.items())
        return f"{name}: {seats} {'on the council afterwards' if value.after else 'of the seats up'}"
    if kind == "region":
        return "; ".join(f"{region}: {_signed(points, ' points')}" for region, points in value.items())
    unit = {"swing": " points", "turnout": "% votes cast in the wards it leads"}.get(kind, "")
    if kind in ("swing", "turnout"):
        return _signed(value, unit) + (" of the vote to come" if kind == "swing" else "")
    words = ", ".join(f"{p} {x:g}" for p, x in value.items())
    return f"last polls: {words}%" if kind == "polls" else f"votes times: {words}"


def _signed(values: Mapping[str, float], unit: str) -> str:
    return ", ".join(f"{p} {x:+g}{unit}" for p, x in values.items())


def checked(election: Election, changes: Sequence[Change]) -> list[Change]:
    """Changes with every name resolved to this election's and every number a number; one condition per council.

    Raises
    ------
    DeclarationError
        If a kind, party, council, region or number is not one.
    """
    out: list[Change] = []
    if isinstance(changes, str | Mapping) or not isinstance(changes, Iterable):
        raise DeclarationError(f"{changes!r}: changes are a list of pairs, such as [('swing', {{'Lab': 3}})]")
    for change in changes:
        if not (isinstance(change, tuple | list) and len(change) == 2):
            raise DeclarationError(f"{change!r}: a change is a pair of its kind ({', '.join(KINDS)}) and its value")
        kind, value = change
        if kind not in KINDS:
            raise DeclarationError(f"'{kind}' is no kind of change; there are {', '.join(KINDS)}")
        if kind == "declare":
            if not isinstance(value, Declared):
                raise DeclarationError("declare: give declarations, as read_declarations makes them")
            out.append((kind, value))
        elif kind == "drop":
            parties = [value] if isinstance(value, str) else list(value) if isinstance(value, Iterable) else []
            if not parties:
                raise DeclarationError(f"drop: {value!r} names no party; give one, or a list of them")
            out.append((kind, tuple(party_of(election, kind, p) for p in parties)))
        elif not isinstance(value, Mapping) or not value:
            raise DeclarationError(f"{kind}: {value!r} is not a mapping, such as {{'Lab': 3}}; see scenarios.changes")
        elif kind == "region":
            out.append((kind, {region_of(election, r): _amounts(election, kind, v) for r, v in value.items()}))
        elif kind == "set":
            out += [(kind, _condition(election, c, v)) for c, v in value.items()]
        else:
            out.append((kind, _amounts(election, kind, value)))
    told = [v.council for k, v in out if k == "set"]
    for council in told:
        if told.count(council) > 1:
            raise DeclarationError(f"set: {election.councils[council].name} stands twice; put it in one")
    return out


def _amounts(election: Election, kind: str, values: Any) -> dict[str, float]:
    out: dict[str, float] = {}
    if not isinstance(values, Mapping) or not values:
        raise DeclarationError(f"{kind}: {values!r} is not a mapping of parties to numbers, such as {{'Lab': 3}}")
    for party, value in values.items():
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = float("nan")
        if not abs(number) < 1e6:
            raise DeclarationError(f"{kind}: {value!r} for {party} is not a number")
        code = party_of(election, kind, party)
        if code in out:
            raise DeclarationError(f"{kind}: {code} stands twice")
        out[code] = number
    if kind == "polls" and (min(out.values()) <= 0 or sum(out.values()) > 100):
        raise DeclarationError(f"polls: {', '.join(f'{p} {x:g}' for p, x in out.items())} are no shares of a hundred")
    return out


def _condition(election: Election, council: str, value: Any) -> Condition:
    slug = find_council(election, str(council))
    known = election.councils[slug]
    if known.detail == "later":
        raise DeclarationError(f"set: {known.name} is outside the projection: its counting is not built")
    if isinstance(value, str):
        if value.casefold() in ("noc", "no overall control"):
            return Condition(slug, control=NOC)
        return Condition(slug, control=party_of(election, "set", value))
    amounts = _amounts(election, "set", value)
    if any(n < 0 or n != int(n) for n in amounts.values()):
        raise DeclarationError(f"set: seats of {known.name} are whole numbers of none or more")
    seats = {p: int(n) for p, n in amounts.items()}
    total, up = sum(seats.values()), known.seats_up
    if up is None:
        up = sum(c.seats for c in election.contests_of(slug)) if known.detail == "wards" else all_seats(known)
    if total > max(up, all_seats(known)):
        raise DeclarationError(f"set: {known.name} has {max(up, all_seats(known))} seats in all, not {total}")
    # As in pns declare: more than were up are those of the whole council afterwards.
    return Condition(slug, seats, after=total > up)


def party_of(election: Election, kind: str, text: str) -> str:
    """Code of a party by code or name.

    Raises
    ------
    DeclarationError
        If this election has no such party.
    """
    reading = start_reading(election)
    code = reading.parties.get(fold(str(text)))
    if code is None:
        raise DeclarationError(f"{kind}: '{text}' is no party of this election{nearest(str(text), election.parties)}")
    return code


def region_of(election: Election, text: str) -> str:
    """A region by its name or the beginning of it.

    Raises
    ------
    DeclarationError
        If none or several are meant.
    """
    regions = sorted({c.region for c in election.councils.values()})
    wanted = str(text).strip().casefold()
    exact = [r for r in regions if r.casefold() == wanted]
    hits = exact or [r for r in regions if wanted and r.casefold().startswith(wanted)]
    if len(hits) != 1:
        raise DeclarationError(f"region: '{text}' is none of {', '.join(regions)}")
    return hits[0]


def parse_amounts(kind: str, text: str) -> dict[str, str]:
    """``Lab +3, Con -3`` as a mapping; the comma may be left out after a number.

    Raises
    ------
    DeclarationError
        If it is not written so.
    """
    out: dict[str, str] = {}
    for part in re.split(r"[,;]|(?<=\d)%?\s+(?=\D)", text):
        if not part.strip():
            continue
        found = _AMOUNT.fullmatch(part.strip())
        if found is None:
            raise DeclarationError(
                f"--{kind}: '{part.strip()}' is not written as party and number, such as: Lab +3, Con -3"
            )
        if found["party"] in out:
            raise DeclarationError(f"--{kind}: {found['party']} stands twice")
        out[found["party"]] = found["number"]
    if not out:
        raise DeclarationError(f"--{kind}: is empty; write it as: Lab +3, Con -3")
    return out


def parse_placed(kind: str, text: str) -> tuple[str, dict[str, str] | str]:
    """``London: Lab +2`` or ``Thurrock: Lab control`` as place and value.

    Raises
    ------
    DeclarationError
        If it is not written so.
    """
    place, colon, rest = text.partition(":")
    if not colon or not place.strip() or not rest.strip():
        example = "London: Lab +2" if kind == "region" else "Thurrock: Lab 25, Con 21, or Thurrock: Lab control"
        raise DeclarationError(f"--{kind}: '{text}' has no place and colon; write it as: {example}")
    if kind == "set" and not re.search(r"\d", rest):
        return place.strip(), re.sub(r"\s+control$", "", rest.strip()) if "overall" not in rest else NOC
    return place.strip(), parse_amounts(kind, rest)
