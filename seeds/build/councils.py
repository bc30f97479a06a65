"""Rows of councils: what is known of each before the polls close, and its earlier elections as a whole."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from seeds.labels import in_order
from seeds.readers.contest import SourceContest
from seeds.types import CouncilHistory
from seeds.write import rounded

#: Part of a council's seats that are up, from which the cycle is told.
_CYCLES = ((0.9, "all"), (0.42, "halves"), (0.22, "thirds"))


def cycle_of(seats_up: int, seats_total: int) -> str | None:
    """Cycle of tonight's election; None if only by-elections are held."""
    part = seats_up / seats_total if seats_total else 1.0
    return next((name for least, name in _CYCLES if part >= least), None)


def best_votes(contests: Iterable[SourceContest]) -> dict[str, float]:
    """Percent of the sum over contests of each party's best candidate; contests without a vote do not count."""
    top: Counter[str] = Counter()
    for c in contests:
        if not (c.uncontested or c.countermanded):
            top.update({party: int(votes[0]) for party, votes in c.votes().items()})
    total = sum(top.values())
    return rounded({p: 100 * top[p] / total for p in in_order(frozenset(top))}) if total else {}


def seats_won(contests: Iterable[SourceContest]) -> dict[str, int]:
    """Seats by party."""
    won: Counter[str] = Counter()
    for c in contests:
        won.update(c.won())
    return {p: won[p] for p in in_order(frozenset(won)) if won[p]}


def history(contests: Iterable[SourceContest], before: dt.date) -> dict[str, list[CouncilHistory]]:
    """Earlier elections of each council (by key), whatever its wards were then.

    Each is summed over the contests that the files have of the day; ``contests`` says how many.
    """
    days: dict[tuple[str, dt.date], list[SourceContest]] = defaultdict(list)
    for c in contests:
        if c.date < before:
            days[c.key, c.date].append(c)
    out: dict[str, list[CouncilHistory]] = defaultdict(list)
    for (key, date), held in sorted(days.items()):
        stood = Counter(p for c in held for p in c.standing())
        out[key].append(
            CouncilHistory(
                date=date,
                contests=len(held),
                seats=sum(c.seats for c in held),
                shares=best_votes(held),
                stood={p: stood[p] for p in in_order(frozenset(stood))},
                won=seats_won(held),
            )
        )
    return dict(out)


def complete(
    contests: Sequence[SourceContest], like: Iterable[SourceContest], part: float = 0.8
) -> list[SourceContest]:
    """Contests of the days on which most of a council's wards are there, judged by the wards that vote in ``like``."""
    usual: Counter[str] = Counter()
    for (key, _), n in Counter((c.key, c.date) for c in like).items():
        usual[key] = max(usual[key], n)
    days = Counter((c.key, c.date) for c in contests)
    return [c for c in contests if usual[c.key] and days[c.key, c.date] >= part * usual[c.key]]
