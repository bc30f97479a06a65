"""Reading a table makes thousands of objects that are all kept."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def all_kept() -> Iterator[None]:
    """Do not look for rubbish among objects that are being made to stay.

    Python's collector goes over all of them again and again as their number grows: a fifth of the time that a command
    of the desk takes to answer. May be nested.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
