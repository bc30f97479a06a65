"""Compiled kernels on several threads.

Kernels are plain loops over a range of independent pieces that release the interpreter's lock; they are split here.
numba's own parallel loops would do the same, but take three times as long to compile, and may not be entered by two
threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

#: Pieces per thread, so that a thread that is held up holds up little.
PIECES = 4


@lru_cache(maxsize=1)
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="kernel")


def _threads() -> int:
    """As many as numba would take: ``NUMBA_NUM_THREADS``, else the processors."""
    return int(numba.config.NUMBA_NUM_THREADS)


def each[T, R](function: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """Results of a function that spends its time outside the interpreter's lock, in the order of the items.

    It must not split its own work over threads.
    """
    threads = _threads()
    return list(map(function, items)) if threads == 1 else list(_pool(threads).map(function, items))


def in_parts(kernel: Callable[..., None], size: int, *args: Any) -> None:
    """Call ``kernel(low, high, *args)`` over consecutive ranges that make up ``range(size)``.

    The kernel must write to places that no other range writes to; then the result does not depend on the number of
    threads.
    """
    threads = _threads()
    if threads == 1 or size < 2 * threads:
        kernel(0, size, *args)
        return
    cuts = sorted({round(k * size / (threads * PIECES)) for k in range(threads * PIECES + 1)})
    for done in [_pool(threads).submit(kernel, low, high, *args) for low, high in pairwise(cuts)]:
        done.result()


def add_by_council(
    kernel: Callable[..., None],
    draws: NDArray[np.float32],
    contests: NDArray[np.int64],
    starts: NDArray[np.int64],
    line: NDArray[np.int64],
    sums: NDArray[Any],
    *args: Any,
) -> None:
    """Reduce a block of draws of contests, adding to ``sums`` in place.

    Parameters
    ----------
    kernel
        ``kernel(low, high, draws, contests, starts, line, sums, *args)`` reduces groups ``low`` to ``high``; draws
        are the last axis of what it is given.
    draws
        Shape ``(draw, contest, slot)``; quickest where the draws of a slot lie together in memory.
    contests, starts
        The contests to reduce, grouped by council: group g is ``contests[starts[g]:starts[g + 1]]``. A council's lines
        are written by one thread only.
    line
        Column of ``sums`` of each slot, -1 for none; shape ``(contest, slot)``.
    sums
        Shape ``(draw, line)``.
    """
    added = np.zeros(sums.shape[::-1], dtype=sums.dtype)
    beside = np.ascontiguousarray(draws.transpose(1, 2, 0))
    in_parts(kernel, len(starts) - 1, beside, contests, starts, line, added, *args)
    sums += added.T
