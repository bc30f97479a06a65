"""Seats from votes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projection.counting import Count, control, count_contest, draw_lots, elect


@pytest.mark.parametrize(
    ("votes", "seats", "expected"),
    [
        ({"Con": (5.0,), "Lab": (6.0,)}, 1, {"Lab": 1}),
        ({"Con": (9.0, 7.0, 6.0), "Lab": (8.0, 5.0)}, 3, {"Con": 2, "Lab": 1}),
        ({"Con": (9.0,)}, 2, {"Con": 1}),  # fewer stand than seats: one stays vacant
        ({"Con": (5.0, 5.0), "Lab": (4.0,)}, 1, {"Con": 1}),  # a tie within a party needs no lot here
        ({"Con": (5.0,), "Lab": (5.0,)}, 2, {"Con": 1, "Lab": 1}),
        ({}, 1, {}),
    ],
)
def test_the_candidates_with_the_most_votes_are_elected(votes, seats, expected):
    assert count_contest(votes, seats) == Count(expected)


def test_a_tie_between_parties_stays_open_until_the_lot_is_told():
    votes = {"Con": (7.0, 5.0), "Lab": (5.0,)}
    assert count_contest(votes, 2) == Count({"Con": 1}, {"Con": 1, "Lab": 1}, 1)
    assert count_contest(votes, 2, {"Con": 1, "Lab": 1}) == Count({"Con": 1, "Lab": 1})
    assert count_contest(votes, 2, {"Con": 2}) == Count({"Con": 2})


@pytest.mark.parametrize("told", [{"Lab": 2}, {"Con": 1}, {"Con": 1, "LD": 1}, {"Con": 3}])
def test_a_told_winner_whom_the_votes_exclude_is_not_believed(told):
    assert count_contest({"Con": (7.0, 5.0), "Lab": (5.0,)}, 2, told).lot


def test_the_count_decides_even_where_the_publisher_differs():
    assert count_contest({"Con": (7.0,), "Lab": (5.0,)}, 1, {"Lab": 1}) == Count({"Con": 1})


def test_lots_give_each_tied_candidate_the_same_chance_and_all_the_seats():
    count = count_contest({"Con": (5.0, 5.0), "Lab": (5.0,)}, 2)
    drawn = draw_lots(count, 6000, np.random.default_rng(1))
    assert (drawn["Con"] + drawn["Lab"] == 2).all()
    assert drawn["Lab"].mean() == pytest.approx(2 / 3, abs=0.03)


@st.composite
def contests(draw):
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=6))
    votes = draw(st.lists(st.integers(0, 10_000), min_size=sum(sizes), max_size=sum(sizes), unique=True))
    ends = np.cumsum(sizes)
    return [votes[b - n : b] for b, n in zip(ends, sizes, strict=True)], draw(st.integers(1, 4))


@given(contests())
def test_the_fast_count_agrees_with_the_exact_one_where_votes_do_not_tie(contest):
    slates, seats = contest
    flat = [v for slate in slates for v in slate]
    slot = np.repeat(np.arange(len(slates)), [len(s) for s in slates])
    won = np.zeros((1, len(slates)), dtype=np.int16)
    wins = np.zeros((1, len(slates)), dtype=np.int64)
    elect(
        np.array(flat, dtype=np.float32)[None, None],
        np.array([0]),
        np.array([0, 1]),
        np.array([seats]),
        slot[None],
        np.arange(len(slates))[None],
        won,
        wins,
    )
    exact = count_contest({str(i): tuple(map(float, s)) for i, s in enumerate(slates)}, seats).seats
    assert won[0].tolist() == [exact.get(str(i), 0) for i in range(len(slates))]
    assert (wins[0] > 0).tolist() == (won[0] > 0).tolist()


def test_control_is_more_than_half_of_all_seats_vacant_ones_too():
    council, total = np.array([0, 0, 1, 1]), np.array([10, 9])
    after = np.array([[5, 5, 5, 4], [6, 3, 4, 4]])  # the last: one of nine is vacant
    assert control(after, council, total).tolist() == [[False, False, True, False], [True, False, False, False]]
    assert not control(after, council, np.array([0, 0])).any()
