"""A past night as a feed: a folder that fills as its councils declare, for ``pns watch`` to rehearse from."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from projection.items import items_of
from scenarios.replay import declared_by
from seeds import DeclarationError, Election, Outcome

#: What a council's declaration is called in the layout of feeds.
_NAMES = {"won": "seats", "after": "after", "shares": "share"}


def feed_lines(election: Election, outcome: Outcome, council: str) -> list[str]:
    """What a council declares, one JSON object a line (``docs/declarations.md``): its wards, then its totals.

    A ward of which the pack knows percentages only is left out: a feed carries votes.
    """
    out: list[dict[str, Any]] = []
    for item in items_of(declared_by(election, outcome, [council])):
        content = item.content
        if item.kind == "contest" and outcome.contests[item.key].unit == "percent":
            continue
        if item.kind == "council":
            out.append({"council": item.key} | {_NAMES[k]: v for k, v in content.items()})
        else:
            lot = {"elected": content["lot"]} if "lot" in content else {}
            lot |= {"turnout": content["turnout"]} if "turnout" in content else {}
            out.append({"ballot_paper_id": item.key, "votes": content["votes"]} | lot)
    return [json.dumps(o, ensure_ascii=False) for o in out]


def open_folder(folder: Path) -> None:
    """Make the folder of a feed.

    Raises
    ------
    DeclarationError
        If it holds files already: a watcher would take them for declarations.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(not f.name.startswith(".") for f in folder.iterdir()):
            raise DeclarationError(f"--feed: {folder} is not empty; give a new folder, or empty it")
    except OSError as why:
        raise DeclarationError(f"--feed: {folder} cannot be used as a folder ({why.strerror or why})") from None


def write_declaration(folder: Path, election: Election, outcome: Outcome, council: str) -> int:
    """Write what a council declares into the folder, in one piece; return the number of results in it."""
    lines = feed_lines(election, outcome, council)
    # A watcher passes over names that begin with a dot, so it never reads half a file.
    part = folder / f".{council}.part"
    part.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    os.replace(part, folder / f"{council}.jsonl")
    return len(lines)
