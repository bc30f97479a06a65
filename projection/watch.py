"""Watching a night: feeds go into the journal, the journal into projections, a burst of declarations into one.

Feeds are asked and projections sampled in threads, so that neither holds up the other or the screen. If a projection
fails the last good one stays, marked with its age and the reason, and it is tried again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from projection.bases import Basis, on_basis
from projection.changes import changes
from projection.feeds import Feed, Reading
from projection.intake import intake, withdraw
from projection.journal import Journal
from projection.night import State, Subject, replay
from projection.projector import Projector
from projection.result import Projection
from projection.words import few
from seeds.errors import NightError, PNSightError
from seeds.types import Election

#: Lines of what changed that are kept.
KEPT = 200
#: A source that drops more than half of what stands from it, and more than so many results, has broken down.
BULK = 5
#: Seconds before a source or reading that we stumbled over is tried again.
FAULT = 10.0
#: Of a source whose last line has no end. It is read, since files saved by hand end so too.
CUT = "the last line has no end and was read as it is; if it was still being written, its last number may be cut short"


@dataclass(frozen=True, slots=True)
class Settings:
    """How a night is watched; times in seconds.

    A projection is sampled when nothing new has come for ``settle``, or ``longest`` after the first that is new. What
    a source no longer carries is withdrawn after ``withdraw_after``. A failed projection is tried again after
    ``retry``, then after twice that, and so on. ``net`` is what change is shown against.
    """

    settle: float = 2.0
    longest: float = 15.0
    withdraw_after: float = 30.0
    retry: float = 15.0
    strict: bool = False
    check: bool = True
    author: str = "watch"
    net: Basis = "before"


class Watch:
    """A night being watched. Call :meth:`tick` again and again.

    Attributes
    ----------
    state, projection
        The journal as it stands, and the last good projection (None before the first) with ``made``, when it was made.
    failure, failed
        Why the latest attempt at a projection failed, and when; empty if it did not.
    changed
        What changed, newest first, as ``(time, words)``.
    problems
        By source, what of its last reading was not taken.
    cut
        Sources that were read with a last line that has no end (:attr:`projection.feeds.Reading.cut`).
    unwritten
        By listener, why what it writes could not be written the last time.
    """

    def __init__(
        self,
        night: Path,
        election: Election,
        feeds: Sequence[Feed],
        projector: Projector,
        settings: Settings | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.night, self.election, self.feeds, self.projector = night, election, feeds, projector
        self.settings, self.clock = settings or Settings(), clock
        self.journal = Journal(night)
        self.state: State = replay([])
        self.projection: Projection | None = None
        self.made = self.failed = 0.0
        self.failure = ""
        self.changed: list[tuple[float, str]] = []
        self.problems: dict[str, tuple[str, ...]] = {}
        self.listeners: list[Callable[[Watch], None]] = []
        self.cut: set[str] = set()
        self.unwritten: dict[Callable[[Watch], None], str] = {}
        self._failures: dict[int, str] = {}
        self._pool = ThreadPoolExecutor(max_workers=len(feeds) + 1, thread_name_prefix="watch")
        self._asked: dict[int, Future[list[Reading]]] = {}
        self._sampling: Future[tuple[State, Projection]] | None = None
        self._last_id = -1
        self._shown = ""
        self._tries = 0
        self._first_new = self._last_new = 0.0
        self._key = ""
        self._missing: dict[str, dict[Subject, float]] = {}
        self._readings: dict[str, Reading] = {}
        self._again: dict[str, tuple[float, Reading]] = {}

    def close(self) -> None:
        """Stop; a sampling under way is waited for."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self.journal.__exit__()

    @property
    def view(self) -> Projection | None:
        """The last good projection as it is shown: its change on the basis asked for, as far as a council has it."""
        p, net = self.projection, self.settings.net
        return on_basis(p, net) if p is not None and net in p.nets else p

    @property
    def sampling(self) -> bool:
        """Whether a projection is being sampled."""
        return self._sampling is not None

    @property
    def current(self) -> bool:
        """Whether the projection is that of the journal as it stands, and no source has more to say."""
        waiting = bool(self._again) or any(f.waiting or (f.reached is None and not f.failure) for f in self.feeds)
        return not waiting and not self.sampling and self.projection is not None and self._shown == self._key

    def tick(self) -> None:
        """Look at everything once: feeds, what they no longer carry, the journal, the projection."""
        for number, feed in enumerate(self.feeds):
            asked = self._asked.get(number)
            if asked is None and self.clock() >= feed.due:
                self._asked[number] = self._pool.submit(feed.poll)
            elif asked is not None and asked.done():
                del self._asked[number]
                try:
                    readings = asked.result()
                except Exception as error:  # a fault of ours in one source must not end the night
                    feed.failure, readings = _fault(error), []
                    feed.due = self.clock() + FAULT
                for reading in readings:
                    self._take(reading)
                self._say_failure(number, feed)
        for due, reading in list(self._again.values()):
            if self.clock() >= due:
                self._take(reading)
        self._withdraw()
        self._read_journal()
        self._harvest()
        self._sample()

    def attempt(self, write: Callable[[Watch], None]) -> None:
        """Have something written; what cannot be is told, once until it is something else."""
        try:
            write(self)
        except OSError as why:
            words = f"cannot be written: {why}"
            if self.unwritten.get(write) != words:
                self.say(words)
            self.unwritten[write] = words
        else:
            self.unwritten.pop(write, None)

    def _say_failure(self, number: int, feed: Feed) -> None:
        before, self._failures[number] = self._failures.get(number, ""), feed.failure
        if feed.failure and feed.failure != before:
            self.say(f"{feed.name}: {feed.failure}; tried again")
        elif before and not feed.failure:
            self.say(f"{feed.name}: can be read")

    def say(self, *lines: str) -> None:
        """Add to what changed."""
        now = self.clock()
        self.changed[:0] = [(now, line) for line in lines]
        del self.changed[KEPT:]

    def _take(self, reading: Reading) -> None:
        s = self.settings
        try:
            got = intake(self.journal, self.election, reading.source, reading.data, author=s.author, strict=s.strict)
        except Exception as error:  # the journal is busy, or a fault of ours: nothing is lost, it is taken later
            words = str(error) if isinstance(error, NightError) else _fault(error)
            self.problems[reading.source] = (f"{words}; tried again",)
            self._again[reading.source] = (self.clock() + FAULT, reading)
            return
        self._again.pop(reading.source, None)
        self._readings[reading.source] = reading
        before, self.problems[reading.source] = self.problems.get(reading.source, ()), got.problems
        if fresh := [line for line in got.problems if line not in before]:
            self.say(
                *few([named(reading.source, line) for line in fresh], f"{reading.source}: and {{}} more not taken")
            )
        if not reading.cut:
            self.cut.discard(reading.source)
        elif reading.source not in self.cut:
            self.cut.add(reading.source)
            self.say(f"{reading.source}: {CUT}")
        if not got.problems:  # where anything is garbled, what is missing may be among it
            since = self._missing.get(reading.source, {})
            self._missing[reading.source] = {s: since.get(s, self.clock()) for s in got.missing}

    def _withdraw(self) -> None:
        """Retract what a source has not carried for a while, and give other sources that do their say again."""
        for source, since in self._missing.items():
            missing = frozenset(s for s, at in since.items() if self.clock() - at >= self.settings.withdraw_after)
            if not missing:
                continue
            for subject in missing:
                del since[subject]
            stands = [x for x, e in replay(self.journal.entries()).standing.items() if e.source == source]
            if len(missing) > max(BULK, len(stands) / 2):
                words = (
                    f"no longer carries {len(missing)} of the {len(stands)} results that stand from it; nothing was "
                    f'withdrawn. If it is right: pns retract NIGHT --from "{source}"'
                )
                self.problems[source] = (*self.problems.get(source, ()), words)
                self.say(f"{source}: {words}")
                continue
            try:
                withdraw(self.journal, source, missing, author=self.settings.author)
            except NightError as error:  # the journal is busy: again later
                self.say(str(error))
                since.update(dict.fromkeys(missing, self.clock()))
                continue
            for other in [r for name, r in self._readings.items() if name != source]:
                self._take(other)

    def _read_journal(self) -> None:
        last = self.journal.last_id()
        if last == self._last_id:
            return
        before, self._last_id = self._key, last
        self.state = replay(self.journal.entries())
        self._key = self.projector.key(self.state)
        if self._key != before:
            now = self.clock()
            if self._first_new <= self.made:
                self._first_new = now
            self._last_new = now
            self._tries = 0

    def _due(self) -> bool:
        now, s = self.clock(), self.settings
        if self._key == self._shown:
            return False
        if self._tries:
            return now - self.failed >= s.retry * 2 ** min(self._tries - 1, 6)
        first = self.projection is None and not self.failure
        return first or now - self._last_new >= s.settle or now - self._first_new >= s.longest

    def _sample(self) -> None:
        if self._sampling is None and self._due():
            self._sampling = self._pool.submit(self._run)

    def _run(self) -> tuple[State, Projection]:
        """In a thread of its own, with a connection of its own."""
        with Journal(self.night) as journal:
            if self.settings.check:
                self.projector.check(journal, author=self.settings.author, strict=self.settings.strict)
            state = replay(journal.entries())
        return state, self.projector.project(state)

    def _harvest(self) -> None:
        if self._sampling is None or not self._sampling.done():
            return
        done, self._sampling = self._sampling, None
        try:
            state, projection = done.result()
        except Exception as error:  # whatever it is, the last good projection stays on the screen
            self.failure = str(error) if isinstance(error, PNSightError) else f"{type(error).__name__}: {error}"
            self.failed = self.clock()
            self._tries += 1
            self.say(f"projection failed: {self.failure}")
            self._tell()
            return
        self.say(*changes(self.projection, projection))
        self.projection, self.made, self.failure, self._tries = projection, self.clock(), "", 0
        self._shown = self.projector.key(state)
        self._tell()

    def _tell(self) -> None:
        for listener in self.listeners:
            self.attempt(listener)


def named(source: str, line: str) -> str:
    """A line about a source that says which source."""
    return line if line.startswith(source) else f"{source}: {line}"


def _fault(error: Exception) -> str:
    return f"{type(error).__name__}: {error} (our fault, please report it)"
