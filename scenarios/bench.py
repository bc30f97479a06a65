"""How long an update takes, how much memory, and whether the quick posterior is that of the reference.

One *warm update* is a declaration in and a fresh projection out: posterior, draws of every undeclared contest streamed
into seats, control, national share and ward summaries. Whatever is measured runs in a process of its own, so that
nothing of the caller counts.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.types import Declared
from scenarios.order import declaring
from scenarios.replay import declared_by
from scenarios.skew import RANDOM, arranged
from seeds import Election, Outcome, PNSightError, load_election, load_outcome

#: The steps of one update, as the engine takes them.
STEPS = ("posterior", "counting", "summary")
#: Wards of the synthetic nights on which growth is measured, and shares of councils declared.
SIZES = (2700, 8000, 27000)
GROWTH_AT = (0.1, 0.25, 0.5)


@dataclass(frozen=True, slots=True)
class Update:
    """One warm update: councils and contests declared, seconds by the clock and of all threads together, by step."""

    councils: int
    contests: int
    seconds: float
    cpu: float
    steps: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Night:
    """Updates over a night of ``wards`` contests, and the most memory that the process held, in MB.

    ``load`` is how many processes wanted the machine's ``processors`` meanwhile, this one included: times by the clock
    mean little where it is larger.
    """

    pack: str
    wards: int
    of: int
    draws: int
    setup: float
    updates: tuple[Update, ...]
    memory: float
    load: float
    processors: int

    def at(self, percent: float) -> float:
        """Seconds by the clock that this share of the updates stays below."""
        return float(np.percentile([u.seconds for u in self.updates], percent))


@dataclass(frozen=True, slots=True)
class Cold:
    """From the command to the end of the first projection, with nothing compiled yet and then again.

    Seconds by the clock, and of all threads together.
    """

    pack: str
    first: tuple[float, float]
    again: tuple[tuple[float, float], ...]


def in_child[T](function: Callable[..., T], *args: object) -> T:
    """Call a function in a fresh process and return what it returns.

    Raises
    ------
    PNSightError
        If the process was killed.
    """
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            return pool.submit(function, *args).result()
        except BrokenProcessPool:
            raise PNSightError("the measured process was killed before it could finish (out of memory?)") from None


def peak_memory() -> float:
    """Most memory that this process has held, in MB."""
    try:
        # Where it can be had, that of this program alone: the figure of getrusage starts with the parent's.
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024**2 if sys.platform == "darwin" else 1024)


def measure_night(
    pack: str,
    every: int = 5,
    draws: int = 2000,
    seed: int = 0,
    wards: int | None = None,
    shares: tuple[float, ...] = (),
) -> Night:
    """Time updates over a night, here and now; call it through :func:`in_child` to measure memory.

    Parameters
    ----------
    every
        Every so many-th declaration is timed, from the first to the last but one.
    wards
        Instead of the night itself: a synthetic one of about so many wards on its ground.
    shares
        Instead of ``every``: the shares of councils declared at which to time.
    """
    election, outcome = _night_of(pack, wards, seed)
    order = arranged(election, outcome, RANDOM, seed)
    stops = [round(s * len(order)) for s in shares] or list(range(1, len(order), every))
    start = time.perf_counter()
    from projection.session import make_session

    session = make_session(election)
    _update(session, declared_by(election, outcome, order[:1]), 50, seed)
    setup = time.perf_counter() - start
    updates = []
    for stop in stops:
        declared = declared_by(election, outcome, order[:stop])
        cpu = time.process_time()
        steps = _update(session, declared, draws, seed)
        cpu = time.process_time() - cpu
        updates.append(Update(stop, len(declared.contests), sum(steps), cpu, steps))
    wards = len(session.design.slots.ballots)
    return Night(
        pack, wards, len(order), draws, setup, tuple(updates), peak_memory(), os.getloadavg()[0], os.cpu_count() or 1
    )


def _night_of(pack: str, wards: int | None, seed: int) -> tuple[Election, Outcome]:
    """The night of a pack, or a synthetic one on its ground."""
    if wards is None:
        return load_election(pack), load_outcome(pack)
    from scenarios.synthetic import draw_night

    night = draw_night(load_election(pack), seed=seed, wards=wards)
    return night.election, night.outcome


def _update(session: object, declared: Declared, draws: int, seed: int) -> tuple[float, ...]:
    """Seconds of each step of :func:`projection.project`, which takes the same three."""
    from projection.assemble import assemble
    from projection.engine import belongs, counted, fit, reduce
    from projection.session import Session

    assert isinstance(session, Session)
    ticks = [time.perf_counter()]
    belongs(session, declared)
    counts = counted(session, declared)
    posterior = fit(session, declared, seed=seed, draws=draws, counts=counts)
    ticks.append(time.perf_counter())
    tally = reduce(session, declared, posterior, seed=seed, draws=draws, counts=counts)
    ticks.append(time.perf_counter())
    assemble(tally, as_of=None, time_note="")
    ticks.append(time.perf_counter())
    return tuple(float(b) for b in np.diff(ticks))


def write_results(election: Election, outcome: Outcome, councils: list[str], file: Path) -> None:
    """What these councils declared, as a file for ``pns project``."""
    lines = ["ballot_paper_id,party,votes"]
    for ballot, votes in declared_by(election, outcome, councils).contests.items():
        lines += [f'{ballot},"{party}",{round(v)}' for party, each in votes.items() for v in each]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def measure_cold(pack: str, repeats: int = 2) -> Cold:
    """Run ``pns project`` in fresh processes: first with no compiled code on disk, then with what that left there."""
    election, outcome = load_election(pack), load_outcome(pack)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "results.csv"
        write_results(election, outcome, declaring(election, outcome)[:1], file)
        home = str(Path(__file__).resolve().parent.parent)
        path = os.pathsep.join([home, *filter(None, [os.environ.get("PYTHONPATH")])])
        env = os.environ | {"NUMBA_CACHE_DIR": str(Path(folder) / "compiled"), "PYTHONPATH": path}
        command = [sys.executable, "-m", "projection", "project", pack, str(file), "--quiet"]

        def processor() -> float:
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            return used.ru_utime + used.ru_stime

        def once() -> tuple[float, float]:
            start, before = time.perf_counter(), processor()
            done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
            if done.returncode:
                raise PNSightError(f"pns project {pack} failed: {done.stderr.strip()}")
            return time.perf_counter() - start, processor() - before

        first = once()
        return Cold(pack, first, tuple(once() for _ in range(repeats)))


@dataclass(frozen=True, slots=True)
class Growth:
    """Synthetic nights of growing size: seconds of a warm update at each share declared, their median, and memory.

    ``cpu`` is the median of the seconds of all threads together, which mean something on a busy machine too.
    """

    wards: int
    councils: int
    setup: float
    at: tuple[float, ...]
    seconds: float
    cpu: float
    memory: float
    load: float


def measure_growth(pack: str, sizes: Sequence[int] = SIZES, draws: int = 2000, seed: int = 0) -> Iterator[Growth]:
    """Time warm updates of synthetic nights of each size, each in a process of its own."""
    for wards in sizes:
        night = in_child(measure_night, pack, 1, draws, seed, wards, GROWTH_AT)
        at = tuple(u.seconds for u in night.updates)
        cpu = float(np.median([u.cpu for u in night.updates]))
        yield Growth(night.wards, night.of, night.setup, at, night.at(50), cpu, night.memory, night.load)
