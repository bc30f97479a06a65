"""Why the seats that were up need not add to those that are: councils of another size since new wards were drawn."""

from __future__ import annotations

from collections.abc import Iterable

#: Councils that are named before the rest is only counted.
NAMES = 3


def sizes_words(councils: Iterable[tuple[str, int, int]]) -> str:
    """A note on seats that were up beside those that are, in a sentence or two; empty where both add to the same.

    Parameters
    ----------
    councils
        Name, seats that were up as change counts them, and seats that are up tonight.
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
