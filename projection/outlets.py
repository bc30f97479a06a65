"""Where a watched night goes besides the screen: a page that is rewritten, and a file that grows by a line."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from projection import board
from projection.clock import local
from projection.due import due
from projection.journal import now
from projection.page import render, write_page
from projection.views import night_dict
from projection.watch import Watch
from seeds.expected import Expected

#: Seconds between two pages where nothing new has come.
PAGE = 30.0


class Beat:
    """Rewrites the page as a listener of a watch, and now and then, so that it tells of a quiet source too."""

    def __init__(self, it: Watch, html: Path | None, expected: Mapping[str, Expected]) -> None:
        self.it, self.html, self.expected, self.last = it, html, expected, time.monotonic()

    def __call__(self) -> None:
        """Rewrite the page if it is time."""
        if self.html is not None and time.monotonic() - self.last >= PAGE:
            self.last = time.monotonic()
            self.it.attempt(self.write)

    def write(self, it: Watch) -> None:
        """Rewrite the page; raises OSError if it cannot."""
        if self.html is not None:
            write_night_page(it, self.html, self.expected)


def write_night_page(it: Watch, path: Path, expected: Mapping[str, Expected]) -> None:
    """Rewrite the page of a watched night at once, if there is a projection to show; raises OSError if it cannot."""
    shown = it.view
    if shown is None:
        return
    wall, clock = local(now()), it.clock()

    def told(at: float) -> str:
        return f"{wall - dt.timedelta(seconds=clock - at):%H:%M:%S}"

    text = render(
        shown,
        it.state,
        made=wall,
        warning=board.status(it) if it.failure else "",
        status="" if it.failure else board.status(it),
        changed=[f"{told(at)} {words}" for at, words in it.changed[:40]],
        called=board.called(it),
        due=due(shown, expected, it.election.date, wall),
        sources=[
            (s.name, *("never" if x is None else told(clock - x) for x in (s.reached, s.changed)), s.trouble)
            for s in board.sources(it)
        ],
    )
    write_page(path, text)


def append_line(it: Watch, path: Path) -> None:
    """Append the projection as a line of JSON, unless the latest attempt failed; raises OSError if it cannot."""
    if it.projection is None or it.failure:
        return
    told = {"made": now().isoformat()} | it.projection.to_dict() | {"night": night_dict(it.state)}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as handle:
        # What was killed in the middle of a line must not take the next one with it.
        if handle.tell() and _last_byte(handle) != b"\n":
            handle.write(b"\n")
        handle.write(json.dumps(told, ensure_ascii=False).encode() + b"\n")


def _last_byte(handle: IO[bytes]) -> bytes:
    handle.seek(-1, os.SEEK_END)
    return handle.read(1)
