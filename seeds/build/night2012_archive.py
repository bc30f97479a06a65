"""Ward contests of 3 May 2012 from archives that hold every year, with their earlier results and councils' history."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from seeds.build.night import past
from seeds.build.night2012_wards import Ward
from seeds.labels import in_order
from seeds.readers.contest import SourceContest, fold_ward
from seeds.types import CouncilHistory, EarlierResult
from seeds.winners import count_contest
from seeds.write import rounded

NIGHT = dt.date(2012, 5, 3)


@dataclass(slots=True)
class Archive:
    """Contests of the night by council (slug), earlier results by council and ward, history by council."""

    wards: dict[str, list[Ward]] = field(default_factory=dict)
    earlier: dict[tuple[str, str], tuple[EarlierResult, ...]] = field(default_factory=dict)
    history: dict[str, list[CouncilHistory]] = field(default_factory=dict)
    ties: list[str] = field(default_factory=list)


def as_ward(c: SourceContest) -> Ward:
    """A contest of an archive; seats by party as it says, or counted where it does not."""
    return Ward(c.council, c.ward, c.seats, c.votes(), c.won(), c.note, c.electorate, c.turnout)


def history_of(contests: list[SourceContest]) -> CouncilHistory:
    """One election of a council from all of its contests: shares of the sum of each party's best candidate."""
    top: Counter[str] = Counter()
    stood: Counter[str] = Counter()
    won: Counter[str] = Counter()
    for c in contests:
        for party, votes in c.votes().items():
            top[party] += int(votes[0])
            stood[party] += 1
        won.update(c.won())
    cast = sum(top.values())
    order = in_order(frozenset(top))
    return CouncilHistory(
        date=contests[0].date,
        contests=len(contests),
        seats=sum(c.seats for c in contests),
        shares=rounded({p: 100 * top[p] / cast for p in order}),
        stood={p: stood[p] for p in order},
        won={p: won[p] for p in in_order(frozenset(won)) if won[p]},
        basis="top",
    )


def archive(contests: Iterable[SourceContest], matched_by: str, complete: frozenset[str] | None = None) -> Archive:
    """Sort an archive's contests into the night, what came before it in the same wards, and councils' history.

    Parameters
    ----------
    contests
        Contests of any years; those after the night are ignored. A ward is the same where name and ward map
        (``area``) are.
    matched_by
        How the publisher's wards were recognised across years ("name" or "publisher").
    complete
        Councils of which the archive holds every ward (None: all): only these get a history.
    """
    out = Archive()
    before: dict[tuple[str, str | None, str], list[SourceContest]] = defaultdict(list)
    years: dict[tuple[str, dt.date], list[SourceContest]] = defaultdict(list)
    tonight: list[SourceContest] = []
    for c in contests:
        if c.date == NIGHT:
            tonight.append(c)
        elif c.date < NIGHT and not c.by_election:
            before[c.council, c.area, fold_ward(c.ward)].append(c)
            years[c.council, c.date].append(c)
    for c in tonight:
        ward = as_ward(c)
        out.wards.setdefault(c.council, []).append(ward)
        found = before.get((c.council, c.area, fold_ward(c.ward)), [])
        out.earlier[c.council, c.ward] = tuple(past(e, matched_by) for e in sorted(found, key=lambda e: e.date))
        if count_contest(ward.votes, ward.seats).lot:
            out.ties.append(f"{c.council}, {c.ward}")
    for (council, _), held in sorted(years.items(), key=lambda item: item[0]):
        if council in out.wards and (complete is None or council in complete):
            out.history.setdefault(council, []).append(history_of(held))
    return out
