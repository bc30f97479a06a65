"""Declarations as JSON: a list of objects, ``{"results": [...]}``, or one object per line.

An object is a row of one of the layouts (``{"ballot_paper_id": ..., "party": ..., "votes": ...}``), a whole contest
(``{"ballot_paper_id": ..., "votes": {"Con": [800], "Lab": 1100}, "elected": {"Lab": 1}}``) or a council
(``{"council": ..., "seats": {"Lab": 25}, "after": {...}, "share": {...}}``). Rows are counted by object, from 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from projection.tables import Row, Table
from seeds.errors import DeclarationError, at


def parse_json(name: str, text: str) -> list[Table]:
    """Rows of the objects, one table for each set of columns.

    Raises
    ------
    DeclarationError
        If the text is not JSON of this form.
    """
    tables: dict[tuple[str, ...], list[Row]] = {}
    for number, value in enumerate(_objects(name, text), start=1):
        if not isinstance(value, dict):
            raise DeclarationError(f"{at(name, number)}: is no object with the columns of a row")
        for cells in _rows(name, number, value):
            tables.setdefault(tuple(cells), []).append(Row(name, number, cells))
    if not tables:
        raise DeclarationError(f"{name}: holds no results")
    return [Table(name, list(header), rows) for header, rows in tables.items()]


def _objects(name: str, text: str) -> list[Any]:
    try:
        value = _load(text)
    except json.JSONDecodeError as why:
        lines = text.splitlines()
        try:
            return [_load(line) for line in lines if line.strip()]
        except (ValueError, RecursionError):
            raise DeclarationError(
                f"{at(name, why.lineno)}: is not JSON ({why.msg}), nor is each line an object"
            ) from None
    except (ValueError, RecursionError) as why:
        raise DeclarationError(f"{name}: is not JSON of results ({why})") from None
    if isinstance(value, dict) and isinstance(value.get("results"), list):
        return list(value["results"])
    return value if isinstance(value, list) else [value]


def _load(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        twice = next(k for i, (k, _) in enumerate(pairs) if k in [p for p, _ in pairs[:i]])
        raise ValueError(f"'{twice[:40]}' stands twice in one object")
    return out


def _rows(name: str, number: int, value: dict[str, Any]) -> Iterator[dict[str, str]]:
    """An object as flat rows: one, or one per candidate or party where values are given by party."""
    folded = {k.strip().casefold(): v for k, v in value.items()}
    by_party = {k: v for k, v in folded.items() if isinstance(v, dict)}
    if not by_party:
        yield {k: _cell(name, number, k, v) for k, v in folded.items()}
        return
    known = {"votes", "elected"} if "votes" in by_party else {"seats", "after", "share"}
    if wrong := [k for k in by_party if k not in known]:
        raise DeclarationError(f"{at(name, number, wrong[0])}: holds an object where a plain value belongs")
    rest = {k: _cell(name, number, k, v) for k, v in folded.items() if k not in by_party}
    if "votes" not in by_party:
        parties = dict.fromkeys(p for values in by_party.values() for p in values)
        for party in parties:
            yield rest | {"party": party} | {k: _cell(name, number, k, v.get(party)) for k, v in by_party.items()}
        return
    elected = by_party.get("elected")
    for party, votes in by_party["votes"].items():
        own = votes if isinstance(votes, list) else [votes]
        winners = (elected or {}).get(party, 0)
        if not isinstance(winners, int) or isinstance(winners, bool) or not 0 <= winners <= len(own):
            raise DeclarationError(
                f"{at(name, number, 'elected')}: {party} has {len(own)} candidates, not {winners} elected"
            )
        cells = [_cell(name, number, "votes", v) for v in own]
        cells.sort(key=lambda c: -int(c) if c.isdigit() and len(c) < 10 else 0)
        for place, cell in enumerate(cells):
            row = rest | {"party": party, "votes": cell}
            yield row if elected is None else row | {"elected": "t" if place < winners else "f"}
    if elected is not None and (lost := [p for p in elected if p not in by_party["votes"]]):
        raise DeclarationError(f"{at(name, number, 'elected')}: {lost[0]} has no votes in this object")


def _cell(name: str, number: int, column: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))[:60]
    if isinstance(value, (int, float)):
        return str(value)[:60]
    if isinstance(value, str):
        return value.strip()
    raise DeclarationError(f"{at(name, number, column)}: holds a list or object where a plain value belongs")
