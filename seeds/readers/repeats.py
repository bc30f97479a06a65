"""Candidates who stand in a file twice: the same row again is dropped, two results of one person are refused."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from seeds.errors import SourceError, at
from seeds.readers.contest import Problem


def once[T](
    file: str,
    contest: str,
    rows: Sequence[tuple[int, T]],
    who: Callable[[T], Hashable | None],
    problems: list[Problem],
    *,
    namesakes: bool = False,
) -> list[tuple[int, T]]:
    """Rows of one contest, each candidate's once.

    Parameters
    ----------
    file, contest
        For messages.
    rows
        Numbers of rows and what stands in them.
    who
        Who a row is of; None where it does not tell.
    problems
        Takes down what was dropped.
    namesakes
        Whether two rows of one name that differ may be two people, as where only initials are given: both are kept.

    Raises
    ------
    SourceError
        Naming both rows, if they are of one person and differ.
    """
    seen: dict[Hashable, list[tuple[int, T]]] = {}
    kept = []
    for number, row in rows:
        person = who(row)
        before = seen.setdefault(person, []) if person is not None else []
        same = next((n for n, other in before if other == row), None)
        if same is not None:
            problems.append(Problem(file, number, f"{contest}: the same as row {same}; taken once"))
            continue
        if before and not namesakes:
            raise SourceError(
                f"{at(file, number)}: {contest}: is of the same candidate as row {before[0][0]} and says something "
                "else; leave the one that is right, or tell their names apart if they are two people"
            )
        if person is not None:
            before.append((number, row))
        kept.append((number, row))
    return kept
