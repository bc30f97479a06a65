"""A council's composition afterwards is the last word on who sits there, and on what was held over."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from models.types import CouncilTotals, Declared
from projection.assemble import _controller
from projection.council_guards import against_totals
from projection.engine import project_declared
from projection.facts import Facts
from projection.guards import doubts
from projection.holdover import Room, fit_in
from projection.items import Item
from projection.names import typed_seats
from projection.result import NOC
from projection.session import make_session
from seeds import DeclarationError, load_election
from tests.projection.test_engine import ALPHA, only


@pytest.fixture
def election(toy_pack, fake_model):
    return load_election(toy_pack)


@pytest.fixture
def alpha(election):
    """Alpha as projected from a composition; three of its nine seats are up by vote, one was won without."""
    session = make_session(election)

    def go(after, won=None, contests=None):
        told = Declared(contests or {}, {"alpha": CouncilTotals(won or {}, {}, after)})
        return project_declared(election, told, session=session, seed=3, draws=400).councils["alpha"]

    return go


def told(summaries):
    return {p: only(s) for p, s in summaries.items() if s.mean}


@pytest.mark.parametrize("won", [None, {"Con": 1, "Lab": 2, "Ind": 1}])
def test_seats_afterwards_are_those_declared_beside_the_seats_won_too(alpha, won):
    # Held over were Con 2, Lab 3: with those won it would be Lab 5, but a member has left the party.
    council = alpha({"Con": 4, "Lab": 4, "Ind": 1}, won)
    assert told(council.after) == {"Con": 4, "Lab": 4, "Ind": 1}
    assert council.control == {NOC: 1.0}
    if won:
        assert told(council.won) == won


def test_seats_afterwards_are_those_declared_once_all_wards_are_in_too(alpha):
    council = alpha({"Con": 4, "Lab": 4, "Ind": 1}, None, ALPHA)
    assert told(council.won) == {"Con": 1, "Lab": 2, "Ind": 1}
    assert told(council.after) == {"Con": 4, "Lab": 4, "Ind": 1}
    assert council.control == {NOC: 1.0}


def test_no_more_seats_are_won_than_were_up_where_a_party_lost_members_it_had_not_to_defend(alpha):
    # Two Conservatives were not up; none is left.
    council = alpha({"Lab": 7, "Ind": 2})
    assert told(council.after) == {"Lab": 7, "Ind": 2}
    assert sum(s.mean for s in council.won.values()) == pytest.approx(4)
    assert all(s.p05 >= 0 for s in council.won.values())
    assert council.control == {"Lab": 1.0}


def held(draws=4000, **kw):
    room = {"least": [0, 0, 0], "most": [9, 9, 9], "unnamed": [False, False, True], "stay": 5} | kw
    room = {k: v if k == "stay" else np.array(v) for k, v in room.items()}
    before = np.broadcast_to(np.array([3, 2, 0], dtype=np.int16), (draws, 3))
    return fit_in(before, Room(**room), np.random.default_rng(1))


def test_seats_held_over_stay_but_for_the_few_that_change_sides():
    drawn = held()
    assert (drawn.sum(axis=1) == 5).all()
    assert 0.97 < (drawn == [3, 2, 0]).all(axis=1).mean() < 1


def test_a_seat_without_room_goes_first_to_parties_that_the_list_before_did_not_name():
    drawn = held(most=[1, 9, 9])
    assert (drawn[:, 0] <= 1).all()
    assert (drawn[:, 2] >= 2).mean() > 0.97
    crowded = held(most=[1, 9, 1])
    assert (crowded.sum(axis=1) == 5).all()
    assert (crowded[:, 1] >= 3).mean() > 0.97


def test_candidates_a_party_did_not_put_up_leave_its_seats_held_over():
    assert (held(least=[0, 0, 2])[:, 2] >= 2).all()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"after": {"Lab": 7, "Ind": 2}}, "Con 0 of 2"),
        ({"after": {"Con": 1, "Lab": 7, "Ind": 1}}, "Con 1 of 2"),
        ({"after": {"Con": 4, "Lab": 4, "Ind": 1}, "won": {"Con": 1, "Lab": 2, "Ind": 1}}, "Lab 4 where 5 would be"),
        ({"after": {"Con": 3, "Lab": 5, "Oth": 1}, "won": {"Con": 1, "Lab": 2, "Ind": 1}}, None),
        ({"after": {"Con": 4, "Lab": 4, "Ind": 1}}, None),
    ],
)
def test_a_composition_that_seats_won_and_not_up_cannot_make_is_doubted(election, content, words):
    found = doubts(election, Item("council", "alpha", content), Facts(), None)
    assert [g for g, _ in found] == (["held"] if words else [])
    assert not words or words in found[0][1]


def test_the_same_is_doubted_against_the_wards_once_all_are_in(election):
    standing = {("contest", b): {"votes": v} for b, v in ALPHA.items()}

    def found(after, some=standing):
        return against_totals(election, "alpha", lambda s: {**some, ("council", "alpha"): {"after": after}}.get(s, {}))

    assert found({"Con": 3, "Lab": 5, "Ind": 1}) == []
    assert [g for g, _ in found({"Con": 4, "Lab": 4, "Ind": 1})] == ["held"]
    assert found({"Con": 4, "Lab": 4, "Ind": 1}, dict([*standing.items()][:2])) == []


def test_seats_that_are_neither_those_won_nor_all_afterwards_are_refused(election):
    with_others = dataclasses.replace(election, parties=dict(election.parties) | {"Oth": election.parties["Ind"]})
    with pytest.raises(DeclarationError, match="5 seats are named where the council has 9"):
        typed_seats(with_others, "alpha", "Lab 4, Con 1")
    assert typed_seats(with_others, "alpha", "Lab 4, Con 4, vacant 1")[1] == 0


@pytest.mark.parametrize(
    ("before", "seats", "expected"),
    [
        ("Ind", {"Con": 3, "Oth": 6}, "Ind"),
        ("Ind", {"Con": 3, "Ind": 5, "Oth": 1}, "Oth"),
        ("NOC", {"Con": 3, "Oth": 6}, "Oth"),
        ("Con", {"Con": 6, "Oth": 3}, "Oth"),
        (None, None, "Oth"),
    ],
)
def test_a_lump_with_a_majority_is_the_party_in_it_that_had_control(election, before, seats, expected):
    council = dataclasses.replace(election.councils["alpha"], control_before=before, seats_before=seats)
    assert _controller(council, "Oth") == expected
    assert _controller(council, "Con") == "Con"


SOUTH = {"local.alpha.south.2018-05-03": {"Con": (600.0,), "Lab": (640.0,), "Alphaton First": (700.0,)}}


@pytest.mark.parametrize(
    ("after", "then"),
    [
        # Ind has a seat without a poll, Alphaton First one by its ward's votes: the lump holds the rest.
        ({"Con": 3, "Lab": 3, "Oth": 3}, {"Con": 3, "Lab": 3, "Ind": 1, "Alphaton First": 1, "Oth": 1}),
        ({"Con": 4, "Lab": 3, "Oth": 2}, {"Con": 4, "Lab": 3, "Ind": 1, "Alphaton First": 1}),
        # A composition that names a party means it.
        ({"Con": 3, "Lab": 3, "Ind": 1, "Oth": 2}, {"Con": 3, "Lab": 3, "Ind": 1, "Alphaton First": 1, "Oth": 1}),
        # Of a lump with a majority it cannot be said who has control, nor of one that is too small who is in it.
        ({"Con": 2, "Lab": 2, "Oth": 5}, {"Con": 2, "Lab": 2, "Oth": 5}),
        ({"Con": 4, "Lab": 4, "Oth": 1}, {"Con": 4, "Lab": 4, "Oth": 1}),
    ],
)
def test_what_declared_wards_gave_a_party_stays_its_own_in_a_composition_that_lumps_it(alpha, after, then):
    council = alpha(after, None, SOUTH)
    assert told(council.after) == then
    if "Alphaton First" in then:
        assert (only(council.won["Alphaton First"]), only(council.won["Ind"])) == (1, 1)
    assert sum(s.mean for s in council.won.values()) == pytest.approx(4)
