"""A replay in time, for a rehearsal: the night's own clock, so many times faster."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable

from scenarios.schedule import Schedule
from seeds import DeclarationError

#: Time of the night between two councils where the order has no clock: 149 councils in fifteen hours.
SPACING = dt.timedelta(minutes=6)


def read_speed(text: str) -> float:
    """``60x`` as 60: an hour of the night in a minute.

    Raises
    ------
    DeclarationError
        If it is no number above zero.
    """
    number = text.strip().casefold().removesuffix("x")
    if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", number) or not float(number):
        raise DeclarationError(f"--speed: '{text}' is no speed; write 60x for an hour of the night in a minute")
    return float(number)


def elapsed(order: Schedule) -> list[dt.timedelta]:
    """Time of the night from the first declaration to each; councils without a time follow one another evenly."""
    out: list[dt.timedelta] = []
    start = order.at(order.councils[:1])
    for council in order.councils:
        at = None if council in order.late else order.times.get(council)
        if not out:
            out.append(dt.timedelta())
        elif at is None or start is None:
            out.append(out[-1] + SPACING)
        else:
            out.append(max(at - start, out[-1]))
    return out


def pacer(
    speed: float, *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
) -> Callable[[dt.timedelta], float]:
    """A function that waits until so much of the night has passed, and returns by how many seconds it was late.

    The night begins with its first call. What takes long between two calls is not waited for again.
    """
    began: list[float] = []

    def wait(passed: dt.timedelta) -> float:
        if not began:
            began.append(clock() - passed.total_seconds() / speed)
        left = began[0] + passed.total_seconds() / speed - clock()
        if left > 0:
            sleep(left)
        return max(0.0, -left)

    return wait


def pace_words(order: Schedule, speed: float) -> str:
    """How long a rehearsal takes, and what its clock is worth."""
    passed = elapsed(order)
    minutes = passed[-1].total_seconds() / 60 / speed if passed else 0.0
    takes = f"{minutes:.0f} minutes" if minutes >= 2 else f"{60 * minutes:.0f} seconds"
    words = f"At {speed:g} times the night's pace: {takes} from the first declaration to the last"
    without = sum(c in order.late or c not in order.times for c in order.councils)
    if not without:
        return f"{words}."
    which = "no council has a time" if without == len(order.councils) else f"{without} councils have no time"
    return f"{words}; {which}: there {SPACING.seconds // 60} minutes of the night lie between two."
