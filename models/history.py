"""Earlier results as arrays: who stood in each ward, or in one like it, then and now, and their log shares.

The arrays hold no estimate; :mod:`models.baseline` makes one of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.columns import column_of, columns_standing
from models.types import PEOPLE, Slots
from seeds.errors import ModelError
from seeds.types import Census, Contest, Election, Votes

#: Kinds of result in ``Past.likeness``; all others are the ward's own.
LIKENESS = {"redrawn": 1, "alike": 2}


@dataclass(frozen=True, slots=True)
class Past:
    """Earlier results of the wards and councils of tonight's contests.

    The *extended* slots of a ward are tonight's slates followed by the parties that stood in an earlier contest of
    the ward and do not stand tonight, one per party.

    Attributes
    ----------
    columns
        The P columns that occur tonight or in the past.
    column
        Column of each extended slot, -1 where there is none; shape ``(n, e)``.
    tonight
        Number of slates standing tonight in each contest; shape ``(n,)``.
    dates
        The T distinct dates of earlier elections, oldest first.
    log_share
        Log of the best candidate's share of each extended slot at each date, NaN where it did not stand or nothing
        is known; shares are of the sum over *all* slates' best candidates; shape ``(n, T, e)``.
    likeness
        Whose result that is: the ward's own (0), of one of its name on other boundaries (1) or of one that shares a
        word of its name (2); shape ``(n, T)``.
    more_seats
        Log of how many times more seats are filled tonight than in the latest of those contests, or, where there is
        none, than in a contest of the council's latest election of which that is known, else 0; shape ``(n,)``.
    council_log_share
        Log of the mean share where it stood, by council, date and column, NaN where unknown; shape ``(c, T, P)``.
    council_wards
        Number of contests behind each council and date, 0 where there is none; shape ``(c, T)``.
    sitting
        Share of the ward's sitting councillors that each extended slot's party has, NaN where they are not known;
        shape ``(n, e)``.
    composition
        Log share of the council's seats, half a seat added to each column, NaN where unknown; shape ``(c, P)``.
    """

    columns: tuple[str, ...]
    column: NDArray[np.int64]
    tonight: NDArray[np.int64]
    dates: tuple[dt.date, ...]
    log_share: NDArray[np.float64]
    likeness: NDArray[np.int64]
    more_seats: NDArray[np.float64]
    council_log_share: NDArray[np.float64]
    council_wards: NDArray[np.float64]
    sitting: NDArray[np.float64]
    composition: NDArray[np.float64]


def top_shares(votes: Votes, unit: str = "votes") -> dict[str, float]:
    """Each party's best candidate as a share of the sum of the best candidates.

    Half a vote is added to none and to zero votes alike, so that a logarithm exists; with percentages the half is
    taken of 0.05.
    """
    floor = 0.5 if unit == "votes" else 0.05
    best = {p: max(max(v), floor) for p, v in votes.items() if v}
    total = sum(best.values())
    return {p: v / total for p, v in best.items()} if total > 0 else {}


def modelled(election: Election) -> list[Contest]:
    """Contests that the swing model speaks of: polled tonight and counted by plurality."""
    return [c for c in election.contests.values() if c.rule == "plurality" and c.status == "poll" and c.standing]


def slots_of(election: Election) -> Slots:
    """Who stands where tonight.

    Raises
    ------
    ModelError
        If the pack holds no contest counted by plurality.
    """
    contests = modelled(election)
    if not contests:
        raise ModelError(f"{election.key}: no contest of this pack is counted by plurality; there is nothing to model")
    parties = tuple(dict.fromkeys(p for c in contests for p in c.standing))
    names = tuple(dict.fromkeys(c.council for c in contests))
    width = max(len(c.standing) for c in contests)
    party = np.full((len(contests), width), -1, dtype=np.int64)
    candidates, incumbents = np.zeros_like(party), np.zeros_like(party)
    number, place = {p: i for i, p in enumerate(parties)}, {c: i for i, c in enumerate(names)}
    for i, contest in enumerate(contests):
        for j, (code, count) in enumerate(contest.standing.items()):
            party[i, j], candidates[i, j] = number[code], count
            incumbents[i, j] = contest.incumbents.get(code, 0)
    return Slots(
        ballots=tuple(c.ballot_id for c in contests),
        councils=np.array([place[c.council] for c in contests]),
        council_names=names,
        parties=parties,
        party=party,
        candidates=candidates,
        seats=np.array([c.seats for c in contests]),
        incumbents=incumbents,
        people=np.array([people_of(c.census or election.councils[c.council].census) for c in contests]),
        council_people=np.array([people_of(election.councils[name].census) for name in names]),
    )


def people_of(census: Census | None) -> list[float]:
    """Percentages in the order of :data:`PEOPLE`, NaN where nothing is known."""
    return [np.nan if census is None else float(getattr(census, kind)) for kind in PEOPLE]


def totals_councils(election: Election) -> tuple[str, ...]:
    """Councils with seats up beyond those of the contests that the pack holds."""
    return tuple(c.council for c in election.councils.values() if c.detail in ("totals", "some wards"))


def councils_of(election: Election, slots: Slots) -> tuple[str, ...]:
    """Every council that the model speaks of: those with contests first, in their order."""
    return tuple(dict.fromkeys((*slots.council_names, *totals_councils(election))))


def _more_seats(election: Election, contests: Sequence[Contest]) -> NDArray[np.float64]:
    out = np.zeros(len(contests))
    for i, contest in enumerate(contests):
        wards = sorted((e for e in (*contest.alike, *contest.earlier) if e.unit != "seats"), key=lambda e: e.date)
        known = [h for h in election.councils[contest.council].history if h.seats and h.contests]
        if wards:
            then = float(wards[-1].seats)
        elif known:
            then = (known[-1].seats or 0) / (known[-1].contests or 1)
        else:
            continue
        out[i] = np.log(contest.seats / max(then, 1.0))
    return out


def past_of(election: Election, slots: Slots) -> Past:
    """Gather earlier results of wards and councils, strictly before the election's date."""
    contests = [election.contests[b] for b in slots.ballots]
    councils = [election.councils[c] for c in councils_of(election, slots)]
    dates = sorted(
        {e.date for c in contests for e in (*c.earlier, *c.alike) if e.date < election.date and e.unit != "seats"}
        | {h.date for k in councils for h in k.history if h.date < election.date}
    )
    when = {d: t for t, d in enumerate(dates)}
    extended = []
    for contest in contests:
        stood: dict[str, None] = dict.fromkeys(contest.standing)
        for e in (*contest.earlier, *contest.alike):
            if e.unit != "seats":
                stood.update(dict.fromkeys(e.votes))
        extended.append(list(stood))
    columns = columns_standing(
        [p for codes in extended for p in codes]
        + [p for k in councils for h in k.history for p in h.shares]
        + [p for k in councils if k.detail != "wards" for p in k.seats_before or {}]
    )
    index = {c: i for i, c in enumerate(columns)}
    column = np.full((len(contests), max(map(len, extended))), -1, dtype=np.int64)
    log_share = np.full((len(contests), len(dates), column.shape[1]), np.nan)
    likeness = np.zeros((len(contests), len(dates)), dtype=np.int64)
    sitting = np.full(column.shape, np.nan)
    for i, (contest, codes) in enumerate(zip(contests, extended, strict=True)):
        column[i, : len(codes)] = [index[column_of(p)] for p in codes]
        place = {p: j for j, p in enumerate(codes)}
        for e in (*contest.alike, *contest.earlier):
            if e.unit == "seats":
                if any(f.unit != "seats" for f in contest.earlier):
                    continue  # the votes behind those seats, or later ones, are known: seats say no more
                held = sum(sum(v) for v in e.votes.values())
                sitting[i, : len(codes)] = [sum(e.votes.get(p, (0.0,))) / held for p in codes]
                continue
            likeness[i, when[e.date]] = LIKENESS.get(e.matched_by, 0)
            for p, share in top_shares(e.votes, e.unit).items():
                log_share[i, when[e.date], place[p]] = np.log(share)
    council_log_share = np.full((len(councils), len(dates), len(columns)), np.nan)
    council_wards = np.zeros((len(councils), len(dates)))
    for k, council in enumerate(councils):
        for h in council.history:
            if h.date not in when or not h.shares:
                continue
            n = float(h.contests or 1)
            council_wards[k, when[h.date]] = n
            by_column: dict[int, list[float]] = {}
            for p, share in h.shares.items():
                if share > 0:
                    # mean share where the party stood; where the count is unknown it is taken to have stood everywhere
                    fought = h.stood.get(p, n) or n
                    by_column.setdefault(index[column_of(p)], []).append(share / 100 * n / fought)
            for j, values in by_column.items():
                council_log_share[k, when[h.date], j] = np.log(np.mean(values))
    composition = np.full((len(councils), len(columns)), np.nan)
    for k, council in enumerate(councils):
        if not council.seats_before:
            continue
        seats = np.full(len(columns), 0.5)
        for p, held_seats in council.seats_before.items():
            if column_of(p) in index:
                seats[index[column_of(p)]] += held_seats
        composition[k] = np.log(seats / seats.sum())
    return Past(
        columns=columns,
        column=column,
        tonight=np.array([len(c.standing) for c in contests]),
        dates=tuple(dates),
        log_share=log_share,
        likeness=likeness,
        more_seats=_more_seats(election, contests),
        council_log_share=council_log_share,
        council_wards=council_wards,
        sitting=sitting,
        composition=composition,
    )
