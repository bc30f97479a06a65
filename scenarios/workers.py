"""Run units of work here, in processes of this machine, or on a Dask cluster: the same results, as they come."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from seeds import PNSightError

#: How often a pool that lost a process is started again without any result in between.
RESTARTS = 3
#: One thread of linear algebra in each process: see projection.engine.
_SINGLE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def here[T, R](function: Callable[[T], R], items: Sequence[T]) -> Iterator[tuple[int, R]]:
    """One after the other in this process; yields an item's number and result."""
    for i, item in enumerate(items):
        yield i, function(item)


def in_processes[T, R](function: Callable[[T], R], items: Sequence[T], workers: int) -> Iterator[tuple[int, R]]:
    """On several processes of this machine, in the order in which they finish.

    A process that is killed takes its pool with it: what had not come back is given to a new pool.

    Raises
    ------
    PNSightError
        If processes die again and again without a result.
    """
    left = dict(enumerate(items))
    deaths = 0
    threads = max(1, (os.cpu_count() or 1) // workers)
    while left:
        before = len(left)
        with _environment(_SINGLE | {"NUMBA_NUM_THREADS": str(threads)}):
            # Fresh processes: a fork would inherit the thread pools of compiled code in a state that cannot be used.
            spawn = multiprocessing.get_context("spawn")
            pool = ProcessPoolExecutor(workers, mp_context=spawn, initializer=_settle_in)
            try:
                running = {pool.submit(function, item): i for i, item in left.items()}
                for future in _as_they_finish(running):
                    i = running[future]
                    result = future.result()
                    del left[i]
                    yield i, result
            except BrokenProcessPool:
                deaths = deaths + 1 if len(left) == before else 0
                if deaths >= RESTARTS:
                    raise PNSightError(
                        "worker processes were killed before they could finish (out of memory?); "
                        "use fewer --workers; what is finished is kept, and the same command goes on from there"
                    ) from None
            finally:
                # Interrupted with work under way: nobody waits for its end.
                under_way = list(pool._processes.values()) if pool._processes else []
                pool.shutdown(wait=not left, cancel_futures=True)
                for process in under_way if left else []:
                    process.terminate()


def _settle_in() -> None:
    """Leave interrupts to the parent, and do not outlive it: a killed parent tells nobody to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=follow, name="follow the parent", daemon=True).start()


def _as_they_finish[R](running: dict[Future[R], int]) -> Iterator[Future[R]]:
    waiting = set(running)
    while waiting:
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        # Results that are there come before the news of a death, so that none is lost.
        yield from sorted(done, key=lambda f: (f.exception() is not None, running[f]))


class _environment:
    """Set environment variables for the processes started meanwhile."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values

    def __enter__(self) -> None:
        self.before = {k: os.environ.get(k) for k in self.values}
        os.environ.update(self.values)

    def __exit__(self, *_: object) -> None:
        for k, v in self.before.items():
            if v is None:
                os.environ.pop(k, None)
            else:
                os.environ[k] = v


def on_cluster[T, R](function: Callable[[T], R], items: Sequence[T], address: str) -> Iterator[tuple[int, R]]:
    """On the workers of a Dask cluster, in the order in which they finish.

    A lost worker's items are given to others by the scheduler.

    Raises
    ------
    PNSightError
        If dask.distributed is not installed, no scheduler answers at the address, or the cluster gives up.
    """
    try:
        from distributed import CancelledError, Client, KilledWorker, as_completed
    except ImportError:
        raise PNSightError(
            "--scheduler needs dask.distributed, which is not installed; install pnsight[dask] here and on the workers"
        ) from None
    try:
        client: Any = Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as why:
        raise PNSightError(f"--scheduler {address}: no Dask scheduler answers there ({why})") from None
    with client, client.as_current():
        futures = client.map(function, list(items), pure=False)
        number = {f.key: i for i, f in enumerate(futures)}
        try:
            for future, result in as_completed(futures, with_results=True):
                # A scheduler that goes away hands out its cancellations as if they were results.
                if isinstance(result, CancelledError):
                    raise result
                yield number[future.key], result
                future.release()
        except (KilledWorker, CancelledError, OSError) as why:
            raise PNSightError(
                f"--scheduler {address}: the cluster gave up ({why}); what is finished is kept, and the same command "
                "goes on from there"
            ) from None
        finally:
            client.cancel(futures)
