"""Where declarations come from while a night is watched: files, folders, addresses. What a feed says of itself is how
long ago it was reached and changed, and what is wrong with it."""

from __future__ import annotations

import hashlib
import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

from seeds.errors import NightError

#: A file whose last line has no end is read once it has been left alone for so many seconds.
QUIET = 5.0
#: Most bytes that are read of one source.
MOST = 64_000_000
#: Seconds before an address that does not answer is given up, and the longest pause between two attempts.
ANSWER, LONGEST = 15.0, 300.0
#: How a line ends.
ENDS = (b"\n", b"\r")
SUFFIXES = (".csv", ".json", ".jsonl")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source says now, as a whole."""

    source: str
    data: bytes

    @property
    def cut(self) -> bool:
        """Whether the last line has no end: its last number may be cut short. JSON that is cut cannot be read."""
        return not self.data.endswith(ENDS) and not self.data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))


@dataclass(slots=True)
class Feed:
    """A source and how it is doing; times are of ``clock``, None for never.

    ``poll`` returns what is new, and never raises for what is wrong with the source; it is called again when ``due``.
    ``waiting``: something has changed but is not read yet, since it may be half written.
    """

    name: str
    poll: Callable[[], list[Reading]] = lambda: []
    reached: float | None = None
    changed: float | None = None
    failure: str = ""
    due: float = 0.0
    waiting: bool = False


def open_feed(target: str, *, every: float = 1.0, clock: Callable[[], float] = time.monotonic) -> Feed:
    """A feed of an http(s) address, a folder, or a file (which need not be there yet).

    Raises
    ------
    NightError
        If it is an address of another kind.
    """
    scheme = urllib.parse.urlsplit(target).scheme.lower()
    if scheme in ("http", "https"):
        return http_feed(target, every=max(every, 1.0), clock=clock)
    if "://" in target:
        raise NightError(f"{target}: only http and https addresses, folders and files can be watched")
    return path_feed(Path(target), every=every, clock=clock)


def path_feed(path: Path, *, every: float, clock: Callable[[], float]) -> Feed:
    """A file, or the CSV and JSON files of a folder, each a source of its own."""
    feed = Feed(str(path))
    files: dict[Path, _Watched] = {}

    def poll() -> list[Reading]:
        feed.due = clock() + every
        try:
            found = _files(path)
        except OSError as why:
            gone = isinstance(why, FileNotFoundError)
            feed.failure = f"{'is not there' if gone else 'cannot be read'} ({why.strerror or why})"
            return []
        readings, wrong = [], []
        for file in found:
            try:
                data = files.setdefault(file, _Watched()).read(file, clock())
            except OSError as why:
                wrong.append(f"{file.name}: cannot be read ({why.strerror or why})")
                continue
            if data is not None:
                readings.append(Reading(str(file), data))
        feed.failure = "; ".join(wrong)
        # What is handed over now counts as waiting until the next look, which comes after it was taken.
        feed.waiting = bool(readings) or any(f in files and files[f].pending != files[f].done for f in found)
        if not wrong:
            feed.reached = clock()
        if readings:
            feed.changed = clock()
        return readings

    feed.poll = poll
    return feed


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        inside = sorted(path.iterdir())
        return [f for f in inside if f.suffix.lower() in SUFFIXES and not f.name.startswith((".", "~"))]
    path.stat()
    return [path]


class _Watched:
    """One file: read when it has changed and is left alone, so that nothing half written is taken for whole."""

    def __init__(self) -> None:
        self.pending: tuple[int, ...] = ()
        self.since = 0.0
        self.done: tuple[int, ...] = ()
        self.digest = b""

    def read(self, file: Path, now: float) -> bytes | None:
        mark = _mark(file)
        if mark == self.done:
            return None
        if mark != self.pending:
            self.pending, self.since = mark, now
            return None
        with file.open("rb") as handle:
            data = handle.read(MOST + 1)
        if len(data) > MOST:
            raise OSError(27, f"is larger than {MOST // 1_000_000} MB")
        if _mark(file) != mark:
            return None
        if not data.endswith(ENDS) and now - self.since < QUIET:
            return None
        self.done = mark
        digest = hashlib.sha256(data).digest()
        if digest == self.digest:
            return None
        self.digest = digest
        return data


def _mark(file: Path) -> tuple[int, ...]:
    stat = file.stat()
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def http_feed(url: str, *, every: float, clock: Callable[[], float]) -> Feed:
    """An address, asked again only for what has changed; after a failure the pauses double."""
    parts = urllib.parse.urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    feed = Feed(urllib.parse.urlunsplit(parts._replace(netloc=host)))
    last: dict[str, str] = {}
    newest = ""
    failures = 0
    digest = b""

    def poll() -> list[Reading]:
        nonlocal failures, digest, newest
        feed.waiting = False
        try:
            data, headers = _ask(url, last)
        except _NotModifiedError:
            data, headers = None, {}
        except _AnswerError as why:
            failures += 1
            feed.failure = str(why)
            feed.due = clock() + max(why.pause, min(every * 2**failures, LONGEST))
            return []
        failures = 0
        feed.due = clock() + every
        if data is not None and _older(headers.get("Last-Modified"), newest):
            feed.failure = f"answered with an older state ({headers['Last-Modified']}); passed over"
            return []
        feed.failure, feed.reached = "", clock()
        if data is None:
            return []
        last.clear()
        last.update(headers)
        newest = headers.get("Last-Modified") or newest
        new = hashlib.sha256(data).digest()
        if new == digest:
            return []
        digest = new
        feed.changed, feed.waiting = clock(), True
        return [Reading(feed.name, data)]

    feed.poll = poll
    return feed


class _NotModifiedError(Exception):
    """The address has nothing new."""


class _AnswerError(Exception):
    """No usable answer; ``pause`` is what the server asks for, in seconds."""

    def __init__(self, words: str, pause: float = 0.0) -> None:
        super().__init__(words)
        self.pause = min(pause, LONGEST)


def _ask(url: str, last: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    headers = {"User-Agent": "PNSight", "Accept": "text/csv, application/json, */*;q=0.1"}
    headers |= {"If-None-Match": last["ETag"]} if "ETag" in last else {}
    headers |= {"If-Modified-Since": last["Last-Modified"]} if "Last-Modified" in last else {}
    try:
        request = urllib.request.Request(url, headers=headers)
        with urllib.request.urlopen(request, timeout=ANSWER) as answer:
            data = answer.read(MOST + 1)
            if len(data) > MOST:
                raise _AnswerError(f"is larger than {MOST // 1_000_000} MB")
            told = answer.headers.get("Content-Length")
            if told is not None and told.isdigit() and len(data) < int(told):
                raise _AnswerError(f"broke off after {len(data):,} of {int(told):,} bytes")
            return data, {k: v for k in ("ETag", "Last-Modified") if (v := answer.headers.get(k))}
    except urllib.error.HTTPError as why:
        with why:
            if why.code == 304:
                raise _NotModifiedError from None
            pause = why.headers.get("Retry-After") or ""
            raise _AnswerError(f"answered {why.code} {why.reason}", float(pause) if pause.isdigit() else 0.0) from None
    except (OSError, http.client.HTTPException, ValueError) as why:
        reason = getattr(why, "reason", None) or why
        raise _AnswerError(f"does not answer ({reason or type(why).__name__})") from None


def _older(new: str | None, old: str | None) -> bool:
    """Whether an answer's date is before that of the last one, as a cache that lags gives it."""
    try:
        return bool(new and old) and parsedate_to_datetime(new or "") < parsedate_to_datetime(old or "")
    except (TypeError, ValueError):
        return False
