"""An order of declaration of one's own: a council a line, or a table with columns ``council`` and ``time``."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from projection.clock import clock
from projection.names import find_council
from projection.tables import Problems, Row, decode, parse_rows
from seeds.errors import DeclarationError, at
from seeds.types import Election

#: What a plain line may end in after its last comma: a time, not a part of a council's name.
_TIME = re.compile(r"\d{1,2}:\d{2}(:\d{2})?|\d{4}-\d{2}-\d{2}T\S+")


def read_order(election: Election, file: Path) -> dict[str, dt.datetime | None]:
    """Councils in the file's order, or in order of their times where it gives them.

    Without a header each line is a council (slug, name, GSS code, or any beginning that can mean only one), optionally
    followed by a comma and a time (``03:30`` or ISO). With the header ``council`` or ``council,time`` it is a CSV;
    other columns are ignored. Blank lines and lines that begin with ``#`` are passed over.

    Raises
    ------
    DeclarationError
        Naming file and row: a council that the pack does not have (with the nearest), one that stands twice, a time
        that is none, or times of some councils only.
    """
    rows = _rows(file)
    problems = Problems()
    first: dict[str, int] = {}
    out: dict[str, dt.datetime | None] = {}
    for row in rows:
        try:
            slug = find_council(election, row.cells["council"])
        except DeclarationError as why:
            problems.add(row, "council", str(why))
            continue
        if slug in out:
            problems.add(
                row, "council", f"{election.councils[slug].name} stands in row {first[slug]} already; keep one"
            )
            continue
        first[slug], out[slug] = row.number, None
        if text := row.cells.get("time", ""):
            try:
                out[slug] = clock(text, election.date, "time")
            except DeclarationError as why:
                problems.add(row, "time", str(why).removeprefix("time: "))
        elif any(r.cells.get("time") for r in rows):
            problems.add(row, "time", "is blank where other councils have a time; give all of them one, or none")
    problems.raise_if_any()
    # Sorting is stable: councils of one time stay as the file has them.
    return dict(sorted(out.items(), key=lambda x: x[1] or dt.datetime.min))


def _rows(file: Path) -> list[Row]:
    try:
        text = decode(str(file), file.read_bytes())
    except FileNotFoundError:
        raise DeclarationError(
            f"{file}: no such file; --order takes a file of one council a line, or the name of an order"
        ) from None
    except OSError as why:
        raise DeclarationError(f"{file}: cannot be read ({why.strerror or why})") from None
    lines = text.splitlines()
    head = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    if head.split(",")[0].strip().strip('"').casefold() == "council":
        # Remarks become blank lines, so that rows keep their numbers.
        _, rows, problems = parse_rows(str(file), "\n".join("" if x.startswith("#") else x for x in lines))
        problems.raise_if_any()
    else:
        rows = [_plain(file, n, x) for n, x in enumerate(lines, start=1) if x.strip() and not x.startswith("#")]
    if not rows:
        raise DeclarationError(f"{at(file)}: names no council; it needs one a line")
    return rows


def _plain(file: Path, number: int, line: str) -> Row:
    """A line without a header: a council, and a time if what follows the last comma is one."""
    name, comma, time = line.rpartition(",")
    if not comma or not _TIME.fullmatch(time.strip()):
        name, time = line, ""
    return Row(str(file), number, {"council": name.strip().strip('"'), "time": time.strip()})
