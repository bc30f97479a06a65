"""What councils known only by totals say: shares that are listed, seats for want of them, nothing of the rest."""

from __future__ import annotations

import numpy as np
import pytest

from models import build_design, update
from models.swing import observe_totals
from models.types import CouncilTotals, Declared
from seeds import load_election

COUNCIL = "tamworth"
SEATS = {"Lab": 6, "Con": 4}


@pytest.fixture(scope="module")
def design():
    return build_design(load_election("2012"))


def read(design, seats=SEATS, **shares):
    """The council's columns and log shares by party, and whether it is read from seats; None where it says nothing."""
    told = observe_totals(design, Declared({}, {COUNCIL: CouncilTotals(seats, shares)}))
    rows, which, log_share, seats_only = told.rows, told.which, told.log_share, told.seats_only
    q = design.totals_names.index(COUNCIL)
    if not len(which):
        return None
    assert which.tolist() == [q]
    slates = {design.columns[c]: s for c, s in zip(rows.column[q], log_share[q], strict=True) if c >= 0}
    # What is known stands in front, as everywhere.
    assert (rows.column[q, : len(slates)] >= 0).all()
    assert (rows.cov[q, len(slates) :, : len(slates)] == 0).all()
    return slates, bool(seats_only[q])


def test_a_party_that_is_not_listed_is_unknown_and_not_nothing(design):
    slates, from_seats = read(design, Lab=48.7, Con=30.0)
    assert set(slates) == {"Lab", "Con"}
    assert not from_seats
    assert slates["Lab"] - slates["Con"] == pytest.approx(np.log(48.9 / 30.2))


def test_the_order_of_slates_plays_no_part_in_what_they_say(design):
    whole, _ = read(design, seats={}, Con=30.0, Lab=40.0, UKIP=20.0, Grn=4.0, Ind=3.0, Oth=2.0)
    last, first = list(whole)[-1], next(iter(whole))
    some, _ = read(design, seats={}, **{last: 20.0, first: 40.0})
    assert set(some) == {last, first} < set(whole)
    assert list(some) == [first, last]
    assert some[first] - some[last] == pytest.approx(np.log(40.2 / 20.2))


def test_one_share_alone_says_nothing_and_seats_are_read_for_it(design):
    assert read(design, Lab=48.7) == read(design)
    assert read(design)[1]
    assert read(design, seats={}, Lab=48.7) is None


def test_two_councils_that_list_one_party_do_not_send_the_night_astray(design):
    few = {
        COUNCIL: CouncilTotals(SEATS, {"Lab": 48.7}),
        "exeter": CouncilTotals({"Lab": 10, "Con": 4}, {"LD": 14.0, "Grn": 8.0, "UKIP": 6.0}),
    }
    factors = update(design, Declared({}, few), seed=0, draws=60).diagnostics["factors"]
    assert 0.5 < factors["between"] < 2
    assert 0.5 < factors["council"] < 2


def test_shares_that_leave_out_who_won_seats_are_not_read(design):
    assert read(design, Con=30.0, UKIP=6.0) == read(design), "Labour won six seats"
