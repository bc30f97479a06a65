"""Packs that a command makes on the ground of another: the folder, its tables, and the credits that go with them."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Sequence
from pathlib import Path

from seeds import Election, Outcome, PackError
from seeds.write import Source, write_election, write_outcome


def check_new(out: Path) -> None:
    """See that a folder may be written into.

    Raises
    ------
    PackError
        If it holds something already.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise PackError(f"{out}: is there already; name a folder that is not, or is empty")


def credits_of(ground: Path) -> list[Source]:
    """Origin, licence, credit and hash of a pack's tables."""
    meta = tomllib.loads((ground / "election.toml").read_text(encoding="utf-8"))
    return [
        Source(s["table"], s["origin"], s["licence"], s["credit"], s["sha256"])
        for s in meta.get("source", [])
        if s["table"] != "outcome/national"
    ]


def write_pack(out: Path, election: Election, outcome: Outcome, ground: Path, sources: Sequence[Source] = ()) -> None:
    """Write a pack with its outcome, and with the frame and the credits of the pack that it stands on.

    Parameters
    ----------
    ground
        Folder of that pack.
    sources
        Of what is new; they come first.

    Raises
    ------
    PackError
        If the folder cannot be written.
    """
    try:
        write_election(out, election, [*sources, *credits_of(ground)])
        write_outcome(out, outcome)
        if (ground / "frame.csv").is_file():
            shutil.copyfile(ground / "frame.csv", out / "frame.csv")
    except OSError as why:
        raise PackError(f"{out}: cannot be written ({why.strerror})") from None
