"""Whatever a notebook passes to the public functions, what is wrong is told in words."""

from __future__ import annotations

import pandas as pd
import pytest

import projection as pns
from models.start import start
from seeds import PNSightError

NORTH = "local.alpha.north.2018-05-03"


@pytest.fixture
def frame():
    return pd.DataFrame({"ballot_id": [NORTH] * 3, "party": ["Con", "Lab", "LD"], "votes": [800, 1100, 350]})


@pytest.mark.parametrize("function", ["project", "posterior"])
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"election": "2018"}, "'2018' is no election; load one with"),
        ({"election": None}, "election: None"),
        ({"declared": "results.csv"}, "'results.csv' is no table of declarations"),
        ({"declared": [1, 2]}, r"\[1, 2\] \(a list\) is no table"),
        ({"declared": pns.Declared([NORTH])}, "contests is .* no mapping"),
        ({"draws": "many"}, "draws: 'many' is no whole number from 1 to 65,535"),
        ({"draws": 70_000}, "draws: 70000"),
        ({"seed": -1}, "seed: -1 is no whole number of 0 or more"),
        ({"seed": 1.5}, "seed: 1.5"),
        ({"session": "2018"}, "session: '2018' is no session"),
    ],
)
def test_a_wrong_argument_is_told_before_anything_is_computed(election, frame, function, arguments, words):
    given = {"election": election, "declared": frame} | arguments
    with pytest.raises(PNSightError, match=words):
        getattr(pns, function)(**given)


def test_a_session_of_another_election_is_refused(election, frame):
    other = pns.open_session(pns.load_election("2025"), start())
    with pytest.raises(PNSightError, match="session: is of 2025, and the election is toy"):
        pns.project(election, frame, session=other)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda e: pns.load_election(None), "None: is no election pack; give a key"),
        (lambda e: pns.load_election(2018), "2018: is no election pack"),
        (lambda e: pns.load_election("2013"), "no such election pack"),
        (lambda e: pns.open_session("2018"), "'2018' is no election"),
        (lambda e: pns.open_session(e, hyper=3), "hyper: 3 are no scales"),
        (lambda e: pns.open_session(e, standing="nowhere"), "'nowhere' is no standing; there are as it stands"),
        (lambda e: pns.from_frame(e, None), "None is no table of declarations"),
        (lambda e: pns.from_frame(None, pd.DataFrame()), "election: None"),
        (lambda e: pns.read_declarations(e, 3), "3 is no name of a file"),
        (lambda e: pns.count_contest(None, 1), "are no contest"),
        (lambda e: pns.count_contest({"Lab": 950}, 1), "are no contest"),
        (lambda e: pns.count_contest({"Lab": (950,), "Con": ("many",)}, 1), "are no contest"),
        (lambda e: pns.count_contest({"Lab": (950,)}, "1"), "are no contest"),
    ],
)
def test_other_doors_tell_what_they_cannot_take(election, call, words):
    with pytest.raises(PNSightError, match=words):
        call(election)
