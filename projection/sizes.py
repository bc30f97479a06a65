"""Why the seats that were up need not add to those that are: councils of another size since new wards were drawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from projection.layout import Layout

#: Councils that are named before the rest is only counted.
NAMES = 3


def council_sizes(
    layout: Layout, inside: NDArray[np.bool_], were: NDArray[np.int64], up: NDArray[np.int64]
) -> list[tuple[str, int, int]]:
    """Of each council its name, the seats that were up, and those that are.

    Parameters
    ----------
    inside
        Councils whose change is told; shape ``(council,)``.
    were, up
        Seats that were up as change counts them, and seats that are up tonight; shape ``(council,)``.
    """
    return [
        (layout.election.councils[layout.councils[c]].name, int(were[c]), int(up[c])) for c in np.flatnonzero(inside)
    ]


def sizes_words(councils: Iterable[tuple[str, int, int]]) -> str:
    """A note on seats that were up beside those that are, in a sentence or two; empty where both add to the same.

    Parameters
    ----------
    councils
        As :func:`council_sizes` gives them.
    """
    told = list(councils)
    were, are = sum(x for _, x, _ in told), sum(x for _, _, x in told)
    other = sorted((x for x in told if x[1] != x[2]), key=lambda x: (-abs(x[1] - x[2]), x[0]))
    if were == are:
        return ""
    names = [f"{name} {before:,} before, {now:,} now" for name, before, now in other[:NAMES]]
    more = f"; and {len(other) - NAMES} more" if len(other) > NAMES else ""
    which = "1 council has" if len(other) == 1 else f"{len(other)} councils have"
    return (
        f"The seats that were up add to {were:,}, those that are up in the same councils to {are:,}: {which} another "
        f"number of seats than before ({'; '.join(names)}{more}), so that changes add to {are - were:+,}."
    )
