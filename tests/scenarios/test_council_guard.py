"""How often the guard that asks the model stops at councils' totals that were right, and at those with two swapped."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.types import CouncilTotals, Declared
from projection.council_surprise import council_surprises, drawn_of
from projection.engine import counted, fit, reduce
from projection.session import make_session
from scenarios.hidden import hide_wards
from scenarios.truth import open_night
from seeds import load_election, load_outcome

#: Part of the councils that has declared when the others are asked about.
PARTS = (0.0, 0.1, 0.3, 0.6)


def swapped(won):
    """The seats of the first two parties swapped, where they differ by a quarter of all; else None."""
    other = {"Con": 0, "Lab": 0}  # who wins all swaps with one of them
    first, second = sorted({**other, **won}, key=lambda p: -won.get(p, 0))[:2]
    if won[first] - won.get(second, 0) <= sum(won.values()) / 4:
        return None
    return {**won, first: won.get(second, 0), second: won[first]}


def stops(pack, orders, *, hidden, draws=2000):
    """Doubted and asked: of true seats, of swapped seats, of true shares, of shares of the first two swapped."""
    election, outcome = load_election(pack), load_outcome(pack)
    if hidden:
        election, outcome = hide_wards(election, outcome)
    truth = open_night(election, outcome).truth.seats
    told = {s: {p: n for p, n in seats.items() if n} for s, seats in truth.items() if any(seats.values())}
    for slug, result in outcome.councils.items():
        if slug in election.councils and election.councils[slug].detail in ("totals", "some wards"):
            told[slug] = {p: n for p, n in (result.seats_won or {}).items() if n}
    told = {s: w for s, w in told.items() if w and s in election.councils and election.councils[s].detail != "later"}
    shares = {s: dict(outcome.councils[s].shares) for s in told if s in outcome.councils and outcome.councils[s].shares}
    session = make_session(election)

    def declared(slugs):
        wards = {s for s in slugs if election.councils[s].detail == "wards"}
        polled = set(session.design.slots.ballots)
        contests = {
            b: r.votes for b, r in outcome.contests.items() if b in polled and election.contests[b].council in wards
        }
        return Declared(contests, {s: CouncilTotals(told[s], shares.get(s, {})) for s in slugs if s not in wards})

    counts = np.zeros((4, 2), dtype=int)
    rng = np.random.default_rng(1)
    for k in range(orders):
        order = [str(s) for s in rng.permutation(sorted(told))]
        for part in PARTS:
            n = math.ceil(part * len(order))
            known, coming = declared(order[:n]), order[n:]
            posterior = fit(session, known, seed=k, draws=draws)
            drawn = drawn_of(reduce(session, known, posterior, seed=k, draws=draws, counts=counted(session, known)))
            for row, totals in enumerate(
                (
                    {s: CouncilTotals(told[s]) for s in coming},
                    {s: CouncilTotals(w) for s in coming if (w := swapped(told[s]))},
                    {s: CouncilTotals({}, shares[s]) for s in coming if s in shares and not hidden},
                    {
                        s: CouncilTotals({}, w)
                        for s in coming
                        if s in shares and not hidden and len(shares[s]) > 1 and (w := swapped(shares[s]))
                    },
                )
            ):
                counts[row] += len(council_surprises(posterior, drawn, totals)), len(totals)
    return counts


def test_seats_of_the_first_two_are_swapped_where_that_can_be_told():
    assert swapped({"Con": 5, "Lab": 3, "LD": 1}) is None
    assert swapped({"Con": 6, "Lab": 2, "LD": 1}) == {"Con": 2, "Lab": 6, "LD": 1}
    assert swapped({"Con": 6}) == {"Con": 0, "Lab": 6}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pack", "hidden"),
    [("2012", False), ("2016", True), ("2018", True), ("2019", True), ("2018", False), ("2021", False)],
)
def test_true_totals_are_seldom_doubted_and_swapped_ones_often(pack, hidden):
    seats, swaps, shares, share_swaps = stops(pack, 4, hidden=hidden)
    print(pack, "hidden" if hidden else "as it is", *(f"{a} of {b}" for a, b in (seats, swaps, shares, share_swaps)))
    assert seats[0] <= 0.025 * seats[1]
    assert swaps[0] >= 0.25 * swaps[1]
