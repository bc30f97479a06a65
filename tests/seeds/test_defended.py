"""Seats after last May, and who won tonight's seats when they were last fought: known wholly or not at all."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from seeds import CouncilHistory, EarlierResult, embedded, load_election
from seeds.build.defended import defended
from seeds.defended import winners


@pytest.mark.parametrize("key", embedded())
def test_the_winners_of_the_last_contest_are_as_many_as_the_seats_that_are_up(key):
    election = load_election(key)
    last = [d for d in election.defended if d.basis == "last"]
    assert last
    for d in last:
        assert sum(d.seats.values()) == election.councils[d.council].seats_up, d
        assert d.year in (election.date.year - 4, 2016 if election.date.year == 2021 else 0)


@pytest.mark.parametrize("key", embedded())
def test_the_seats_before_of_the_embedded_packs_are_those_of_the_may_before(key):
    election = load_election(key)
    may = {d.council: d for d in election.defended if d.basis == "may"}
    assert {c for c, x in election.councils.items() if x.seats_before is not None} == set(may)
    for slug, d in may.items():
        assert d.seats == election.councils[slug].seats_before
        assert d.year == election.date.year - 1


def test_the_sources_say_where_the_table_comes_from():
    for key in embedded():
        assert any(
            s.startswith("defended: Open Council Data UK") and "CC BY-SA" in s for s in load_election(key).sources
        )


def test_winners_are_those_with_most_votes_unless_a_tie_leaves_a_seat_open():
    assert winners({"Con": (900, 850, 800), "Lab": (860,)}, 3) == {"Con": 2, "Lab": 1}
    assert winners({"Con": (5,), "Lab": (5,)}, 1) is None
    assert winners({"Con": (9, 5, 5), "Lab": (1,)}, 2) == {"Con": 2}
    assert winners({"Con": (5,)}, 2) is None


@pytest.mark.parametrize(
    ("votes", "seats", "won"),
    [
        ({"Con": (5,), "Lab": (5, 5)}, 1, None),  # whichever of the three stands first in an order
        ({"Con": (5, 5), "Lab": (5,)}, 1, None),
        ({"Con": (9, 5), "Lab": (5,), "LD": (5,)}, 2, None),
        ({"Con": (9, 5), "Lab": (5,), "LD": (5,)}, 3, None),
        ({"Con": (9, 5), "Lab": (5,), "LD": (5,)}, 4, {"Con": 2, "Lab": 1, "LD": 1}),
        ({"Con": (5, 5, 5), "Lab": (1,)}, 2, {"Con": 2}),
    ],
)
def test_a_seat_is_open_where_candidates_of_several_parties_tie_for_it(votes, seats, won):
    assert winners(votes, seats) == won


def rows(election, whole=(), then=()):
    return {(d.council, d.basis): d for d in defended(election, dict(then), set(whole))}


def test_the_last_contest_is_read_from_the_council_then_its_wards_then_its_composition(toy_pack):
    election = load_election(toy_pack)
    assert ("beta", "last") not in rows(election)
    # Beta's other ward: with both wards known, they add up.
    moor = election.contests["local.beta.moor.2018-05-03"]
    known = EarlierResult(dt.date(2014, 5, 22), {"Con": (500, 480), "Lab": (300,)}, 2)
    contests = {**election.contests, moor.ballot_id: dataclasses.replace(moor, earlier=(known,))}
    by_ward = dataclasses.replace(election, contests=contests)
    assert dict(rows(by_ward)["beta", "last"].seats) == {"Con": 5}
    # Gamma was elected whole, with as many seats; delta's results of the day say more than any composition.
    then = {("gamma", 2014): {"Con": 7, "LD": 3}, ("alpha", 2014): {"Lab": 9}}
    assert dict(rows(election, whole={"gamma"}, then=then)["gamma", "last"].seats) == {"Con": 7, "LD": 3}
    assert ("gamma", "last") not in rows(election, then=then)
    assert ("alpha", "last") not in rows(election, whole={"alpha"}, then=then)  # a third is up


def test_results_that_do_not_fill_every_seat_tell_nothing(toy_pack):
    election = load_election(toy_pack)
    delta = election.councils["delta"]
    for won, told in (({"Lab": 3, "LD": 1}, True), ({"Lab": 3}, False)):
        h = CouncilHistory(dt.date(2014, 5, 22), None, 4, {}, {}, won)
        councils = {**election.councils, "delta": dataclasses.replace(delta, history=(h,))}
        assert (("delta", "last") in rows(dataclasses.replace(election, councils=councils))) == told


def test_as_many_seats_are_not_the_same_seats(toy_pack):
    election = load_election(toy_pack)
    delta, day = election.councils["delta"], dt.date(2014, 5, 22)
    then = CouncilHistory(day, None, 4, {}, {}, {"Lab": 3, "LD": 1})

    def told(*history, contests=election.contests):
        councils = {**election.councils, "delta": dataclasses.replace(delta, history=history, detail="wards")}
        return ("delta", "last") in rows(dataclasses.replace(election, councils=councils, contests=contests))

    bare = {b: dataclasses.replace(c, earlier=()) for b, c in election.contests.items()}
    assert told(then, contests=bare), "no ward tells of the day"
    whole = CouncilHistory(dt.date(2016, 5, 5), None, 12, {}, {}, {"Lab": 12})
    assert not told(then, whole, contests=bare), "elected whole since"
    other = EarlierResult(day, {"Lab": (500,)}, 9)
    wards = {b: dataclasses.replace(c, earlier=(other,) if c.council == "delta" else ()) for b, c in bare.items()}
    assert not told(then, contests=wards), "a ward filled other seats that day"


@pytest.mark.parametrize(("key", "council"), [("2018", "city-of-lincoln"), ("2018", "leeds"), ("2019", "sheffield")])
def test_councils_elected_whole_since_or_in_parts_have_no_last_contest(key, council):
    assert (council, "last") not in {(d.council, d.basis) for d in load_election(key).defended}
