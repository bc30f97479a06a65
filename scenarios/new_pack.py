"""Packs that a command makes on the ground of another: the folder, its tables, and the credits that go with them."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Sequence
from pathlib import Path

from seeds import Election, Outcome, PackError
from seeds.expected import load_expected
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


def write_pack(
    out: Path, election: Election, outcome: Outcome, ground: Path, sources: Sequence[Source] = (), *, timed: bool = True
) -> None:
    """Write a pack with its outcome, and with what still holds of the pack that it stands on.

    That is its frame, the seats that its councils defend, when they were expected to declare, and its credits.

    Parameters
    ----------
    ground
        Folder of that pack.
    sources
        Of what is new; they come first.
    timed
        Whether councils declare when they did; expectations of another night are left out.

    Raises
    ------
    PackError
        If the folder cannot be written.
    """
    from seeds.build.defended import write_defended  # as the build does, of which a replay needs nothing
    from seeds.build.expected import write_expected

    defended = [d for d in election.defended if d.council in election.councils]
    expected = [e for c, e in load_expected(ground).items() if c in election.councils] if timed else []
    gone = {name for name, rows in (("defended", defended), ("expected", expected)) if not rows}
    try:
        write_election(out, election, [*sources, *(s for s in credits_of(ground) if s.table not in gone)])
        write_outcome(out, outcome)
        if defended:
            write_defended(out, defended)
        if expected:
            write_expected(out, expected)
        if (ground / "frame.csv").is_file():
            shutil.copyfile(ground / "frame.csv", out / "frame.csv")
    except OSError as why:
        raise PackError(f"{out}: cannot be written ({why.strerror})") from None
