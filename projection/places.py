"""Where a command is to write a file: looked at before it works for minutes."""

from __future__ import annotations

from pathlib import Path

from seeds.errors import PNSightError


def no_place(file: Path) -> str:
    """Why a file cannot be made there and what to do, as a line that names it; empty where it can."""
    if file.is_dir():
        return f"{file}: is a folder; name a file"
    folder = file.parent
    if not folder.exists():
        return f"{file}: its folder is not there; make it first: mkdir -p {folder}"
    return "" if folder.is_dir() else f"{file}: {folder} is a file, not a folder; name another place"


def write(file: Path, text: str) -> None:
    """Write a file.

    Raises
    ------
    PNSightError
        If it cannot be written.
    """
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as why:
        raise PNSightError(f"{file}: cannot be written ({why.strerror or why})") from None
