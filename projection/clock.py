"""Times of the night as people write them: British local time, whatever the machine's zone."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from seeds.errors import DeclarationError

#: Polls close at ten in the evening; earlier clock times are of the next day.
CLOSE = dt.time(22, 0)


def clock(text: str, polling_day: dt.date, option: str = "--at") -> dt.datetime:
    """Read ``07:00`` or ``2012-05-04T07:00`` as a local time of the night.

    Raises
    ------
    DeclarationError
        If it is neither.
    """
    if re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?", text):
        try:
            time = dt.time.fromisoformat(text if text[2] == ":" else f"0{text}")
        except ValueError:
            pass
        else:
            return dt.datetime.combine(polling_day + dt.timedelta(days=time < CLOSE), time)
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        raise DeclarationError(f"{option}: '{text}' is no time; write 07:00 or {polling_day}T07:00") from None
    return at if at.tzinfo is None else local(at)


def zone() -> dt.tzinfo:
    """London's time; the machine's own where it has no table of zones."""
    try:
        return ZoneInfo("Europe/London")
    except ZoneInfoNotFoundError:
        return dt.datetime.now().astimezone().tzinfo or dt.UTC


def local(at: dt.datetime) -> dt.datetime:
    """A journal's time as local time, without its zone."""
    return at.astimezone(zone()).replace(tzinfo=None)


def moment(text: str | None, polling_day: dt.date, last: dt.datetime | None = None) -> dt.datetime | None:
    """``--as-of`` as a moment of the journal; None for now.

    A clock time alone is of the night of the polls, but where the journal was kept on another night (a rehearsal, a
    replay) it is the latest such time that is not after ``last``, the journal's latest entry.

    Raises
    ------
    DeclarationError
        If it is no time.
    """
    if text is None:
        return None
    at = clock(text, polling_day, "--as-of").replace(tzinfo=zone())
    if "T" not in text and "-" not in text and last is not None:
        shown = last.astimezone(zone())
        if abs((shown - at).total_seconds()) > 36 * 3600:
            at = at.replace(year=shown.year, month=shown.month, day=shown.day)
            if at > shown:
                at -= dt.timedelta(days=1)
    return at
