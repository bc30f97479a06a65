"""What is due next: by the clock, with what is late and what nobody knows told apart."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from models.start import start
from projection.due import due
from projection.engine import project_declared
from projection.items import declared_of
from projection.screen import shares
from projection.session import make_session
from seeds import load_election
from seeds.expected import Expected

POLLS = dt.date(2018, 5, 3)


@pytest.fixture
def night(toy_pack):
    election = load_election(toy_pack)
    return project_declared(election, declared_of([]), draws=20, session=make_session(election, start()))


def at(hour, minute=0):
    return dt.datetime(2018, 5, 4, hour, minute)


TOLD = {
    "alpha": Expected("alpha", at(2), "night", 2018, ""),
    "beta": Expected("beta", at(1), "night", 2014, ""),
    "gamma": Expected("gamma", None, "day", 2018, ""),
}


def test_the_next_comes_first_and_a_habit_is_no_timetable(night):
    assert due(night, TOLD, POLLS, at(0)) == [
        "01:00 Beta (its time in 2014)",
        "02:00 Alpha",
        "by day, time unknown: Gamma",
        "no time was printed before the night for 1 of the 4 councils to come",
    ]


def test_what_is_late_is_told_apart_on_the_night_itself_and_not_in_a_rehearsal(night):
    assert due(night, TOLD, POLLS, at(1, 30))[:2] == ["02:00 Alpha", "late: Beta (01:00)"]
    assert due(night, TOLD, POLLS, dt.datetime(2026, 5, 4, 1, 30))[:2] == [
        "01:00 Beta (its time in 2014)",
        "02:00 Alpha",
    ]


def test_what_has_declared_is_due_no_more_and_what_is_under_way_says_how_far(night):
    councils = dict(night.councils)
    councils["beta"] = replace(councils["beta"], state="declared")
    councils["alpha"] = replace(councils["alpha"], state="partly", contests=1)
    lines = due(replace(night, councils=councils), TOLD, POLLS)
    assert lines[0].startswith("02:00 Alpha, 1 of ")
    assert not any("Beta" in x for x in lines)
    assert due(replace(night, councils={"beta": councils["beta"]}), TOLD, POLLS) == []


def test_without_any_time_the_screen_says_how_to_give_them(night):
    assert due(night, {}, POLLS) == [
        "no time was printed before the night for 4 of the 4 councils to come (--expected FILE gives them)"
    ]


def test_the_lists_of_the_screen_share_the_room_that_there_is():
    assert shares([9, 1, 4], 8) == [4, 1, 3]
    assert shares([2, 0, 1], 50) == [2, 0, 1]
    assert shares([9, 9, 9], 0) == [1, 1, 1]
