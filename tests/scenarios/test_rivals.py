"""The rivals recover what they assume, and are as sure as their own earlier errors allow."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import numpy as np
import pytest

from models.fit import start
from models.types import Declared
from projection.engine import open_session
from scenarios.questions import Asked, Questions
from scenarios.ridge import ridge_forecast
from scenarios.scene import candidate_votes, count_point, expected_seats, set_scene
from scenarios.spread import STORE, Spread, council_class, rival_chances, rival_draws, spread_of
from scenarios.swings import starts_of, swing_forecast
from seeds import load_election
from seeds.types import Contest, Council, EarlierResult

BEFORE = {"east": (500, 300), "west": (300, 500), "north": (450, 350), "south": (420, 380)}
EARLIER, DAY = dt.date(2014, 5, 22), dt.date(2018, 5, 3)


def ward(council, name, before, standing=("Con", "Lab", "LD"), seats=1):
    earlier = EarlierResult(EARLIER, {p: (float(v),) for p, v in before.items()}, 1)
    return Contest(
        f"local.{council}.{name}.2018-05-03", council, name, seats, dict.fromkeys(standing, 1), earlier=(earlier,)
    )


@pytest.fixture
def night(toy_pack):
    """Two councils of four like wards each: Con and Lab as in BEFORE, LD 200."""
    base = load_election(toy_pack)
    councils = {
        c: Council(c, c.title(), "England", "North West", "MB", "wards", 4, 4, seats_before={"Con": 3, "Lab": 1})
        for c in ("gamma", "delta")
    }
    contests = [
        ward(c, name, {"Con": con, "Lab": lab, "LD": 200}) for c in councils for name, (con, lab) in BEFORE.items()
    ]
    return dataclasses.replace(base, councils=councils, contests={c.ballot_id: c for c in contests})


def results(election, council, change):
    """Votes of all wards of a council, from the earlier shares by ``change``."""
    out = {}
    for contest in election.contests_of(council):
        before = {p: v[0] / 1000 for p, v in contest.earlier[0].votes.items()}
        out[contest.ballot_id] = {p: (round(1e6 * s),) for p, s in change(before).items()}
    return Declared(out)


def forecast(election, declared, ratio, pull=0.0, doubt=0.0):
    session = open_session(election, start())
    scene = set_scene(session, declared)
    point = swing_forecast(scene, starts_of(election, session.design), ratio=ratio, pull=pull, doubt=doubt)
    return scene, point


def shares_of(scene, point, council):
    line = scene.layout.line
    votes = {p: point.votes[line[council, p]] for p in ("Con", "Lab", "LD")}
    return {p: v / sum(votes.values()) for p, v in votes.items()}


def test_a_uniform_swing_is_found_and_applied(night):
    declared = results(night, "gamma", lambda b: {"Con": b["Con"] - 0.08, "Lab": b["Lab"] + 0.1, "LD": b["LD"] - 0.02})
    scene, point = forecast(night, declared, ratio=False)
    mean = {
        p: np.mean([c.earlier[0].votes[p][0] / 1000 for c in night.contests_of("delta")]) for p in ("Con", "Lab", "LD")
    }
    expected = {"Con": mean["Con"] - 0.08, "Lab": mean["Lab"] + 0.1, "LD": mean["LD"] - 0.02}
    assert shares_of(scene, point, "delta") == pytest.approx(expected, abs=1e-6)
    # Labour gains the two wards in which it was less than 18 points behind: 45 to 35 and 42 to 38.
    seats = {p: point.seats[scene.layout.line["delta", p]] for p in ("Con", "Lab")}
    assert seats == {"Con": 1, "Lab": 3}


def test_a_proportional_swing_is_found_and_applied(night):
    declared = results(night, "gamma", lambda b: {"Con": b["Con"] * 0.8, "Lab": b["Lab"] * 1.1, "LD": b["LD"] * 1.4})
    scene, point = forecast(night, declared, ratio=True)
    wards = [c.earlier[0].votes for c in night.contests_of("delta")]
    moved = [{"Con": w["Con"][0] * 0.8, "Lab": w["Lab"][0] * 1.1, "LD": w["LD"][0] * 1.4} for w in wards]
    expected = {p: np.mean([m[p] / sum(m.values()) for m in moved]) for p in ("Con", "Lab", "LD")}
    # The declared ratios are those of votes before they are made shares of one: equal up to that.
    assert shares_of(scene, point, "delta") == pytest.approx(expected, abs=0.002)


def test_before_much_has_declared_doubt_pulls_the_swing_to_none(night):
    declared = results(night, "gamma", lambda b: {"Con": b["Con"] - 0.08, "Lab": b["Lab"] + 0.08, "LD": b["LD"]})
    labour = [
        shares_of(*forecast(night, declared, ratio=False, pull=1e9, doubt=d), "delta")["Lab"] for d in (0.0, 4.0, 1e6)
    ]
    before = np.mean([c.earlier[0].votes["Lab"][0] / 1000 for c in night.contests_of("delta")])
    assert [v - before for v in labour] == pytest.approx([0.08, 0.04, 0.0], abs=1e-4)


def test_a_party_that_enters_takes_its_mean_where_it_entered(night):
    contests = {}
    for b, c in night.contests.items():
        votes = {p: v for p, v in c.earlier[0].votes.items() if p != "LD"}
        contests[b] = dataclasses.replace(c, earlier=(dataclasses.replace(c.earlier[0], votes=votes),))
    entered = dataclasses.replace(night, contests=contests)
    declared = results(entered, "gamma", lambda b: {p: 0.8 * v / sum(b.values()) for p, v in b.items()} | {"LD": 0.2})
    for ratio in (False, True):
        scene, point = forecast(entered, declared, ratio=ratio)
        assert shares_of(scene, point, "delta")["LD"] == pytest.approx(0.2, abs=0.005)


def test_a_ridge_recovers_a_swing_in_logs(night):
    move = {"Con": -0.2, "Lab": 0.3, "LD": 0.0}

    def change(before):
        moved = {p: s * np.exp(move[p]) for p, s in before.items()}
        return {p: s / sum(moved.values()) for p, s in moved.items()}

    session = open_session(night, start())
    told, true = results(night, "gamma", change), results(night, "delta", change)
    scene = set_scene(session, told)
    point = ridge_forecast(scene, penalty=1e4, level=0.01)
    votes = list(true.contests.values())
    expected = {p: np.mean([v[p][0] / 1e6 for v in votes]) for p in move}
    assert shares_of(scene, point, "delta") == pytest.approx(expected, abs=0.02)


def test_wards_without_a_result_of_their_own_have_their_seats_in_parts(night):
    bare = dataclasses.replace(
        night,
        contests={b: dataclasses.replace(c, earlier=()) for b, c in night.contests.items() if c.council == "delta"},
    )
    assert starts_of(bare, open_session(bare, start()).design).year.tolist() == [0] * 4
    scene, point = forecast(bare, Declared({}), ratio=False)
    seats = point.seats[scene.layout.council == scene.layout.councils.index("delta")]
    assert seats.sum() == pytest.approx(4)
    assert np.all(seats % 1 > 0)


def test_parts_never_exceed_a_slates_candidates(night):
    one = next(iter(night.contests.values()))
    contest = dataclasses.replace(one, seats=3, standing={"Con": 1, "Lab": 3, "LD": 1})
    session = open_session(dataclasses.replace(night, contests={one.ballot_id: contest}), start())
    seats = expected_seats(session, np.array([[0.9, 0.09, 0.01]]))[0]
    assert seats.sum() == pytest.approx(3)
    assert seats[0] == pytest.approx(1)
    assert np.all(seats <= [1 + 1e-9, 3, 1])


def test_candidates_of_a_slate_follow_at_the_learned_gaps():
    slot = np.array([[0, 0, 1, -1]])
    gap = np.array([[0.0, 0.2, 0.0, 0.0]], dtype=np.float32)
    votes = candidate_votes(np.array([[0.6, 0.4]]), slot, gap)[0]
    assert votes == pytest.approx([0.6, 0.6 * np.exp(-0.2), 0.4, 0.0], rel=1e-6)


def test_a_point_count_of_declared_wards_is_their_count(night):
    declared = results(night, "gamma", lambda b: b)
    session = open_session(night, start())
    scene = set_scene(session, declared)
    point = count_point(scene, np.zeros(scene.line.shape), {})
    won = {p: point.seats[scene.layout.line["gamma", p]] for p in ("Con", "Lab", "LD")}
    assert won == {"Con": 3, "Lab": 1, "LD": 0}


RIVALS = {
    "nights": [
        {
            "night": "2016",
            "date": "2016-05-05",
            "squares": {"ridge": {"1": {"totals main": 4.0}, "5": {"totals main": 1.0}}},
        },
        {
            "night": "2019",
            "date": "2019-05-02",
            "squares": {"ridge": {"1": {"totals main": 2.0}, "5": {"totals main": 3.0}}},
        },
    ]
}


def test_a_rival_learns_its_spread_from_earlier_nights_only():
    assert spread_of(RIVALS, "ridge", 5, dt.date(2016, 5, 5)) is None
    assert spread_of(RIVALS, "ridge", 5, dt.date(2018, 5, 3)).squares == {"totals main": 1.0}
    assert spread_of(RIVALS, "ridge", 5, dt.date(2021, 5, 6)).squares == {"totals main": 2.0}
    # A checkpoint that was not learned takes the one before it.
    assert spread_of(RIVALS, "ridge", 3, dt.date(2021, 5, 6)).squares == {"totals main": 3.0}


def test_the_stored_spreads_are_of_2016_and_2019_only():
    stored = json.loads(STORE.read_text())
    assert {n["night"] for n in stored["nights"]} <= {"2016", "2019"}
    assert set(stored["settings"]) == {"uniform", "proportional", "ridge"}


def asked(areas, parties, truth, least, most):
    return Asked(tuple(areas), tuple(parties), *(np.array(v, dtype=float) for v in (truth, least, most)))


def questions():
    return Questions(
        councils=asked(["a", "a"], ["Con", "Lab"], [6, 4], [1, 0], [10, 9]),
        totals=asked(["all"], ["Con"], [60], [50], [100]),
        shares=asked(["all"], ["Con"], [40], [0], [100]),
        control=asked(["a", "a"], ["Con", "NOC"], [1, 0], [0, 0], [1, 1]),
        counted=frozenset("a"),
    )


MEANS = {"councils": np.array([5.0, 5.0]), "totals": np.array([55.0]), "shares": np.array([38.0])}


def test_a_rivals_draws_are_whole_seats_within_what_can_still_come_true():
    spread = Spread({"councils 12 main": 0.25, "totals main": 1.0, "shares main": 4.0})
    assert council_class("Con", 10) == "12 main"
    draws = rival_draws(questions(), MEANS, spread)
    seats = draws["councils"]
    assert np.all(seats == np.rint(seats))
    assert (seats.min(axis=0), seats.max(axis=0)) == (pytest.approx([1, 0]), pytest.approx([10, 9]))
    # A spread of totals is a part of the ten seats still to come; nothing below the fifty already won.
    assert draws["totals"].min() == 50
    assert np.quantile(draws["totals"], 0.84) == pytest.approx(55 + 10, abs=0.3)
    assert draws["shares"].std() == pytest.approx(2.0, rel=0.03)


def test_a_rival_without_a_spread_is_a_point():
    draws = rival_draws(questions(), MEANS, None)
    assert {k: v.shape for k, v in draws.items()} == {"councils": (1, 2), "totals": (1, 1), "shares": (1, 1)}
    chance = rival_chances(questions(), draws["councils"], {("a", "Con"): 3}, {"a": 14})
    assert chance.tolist() == [1.0, 0.0]  # five and three of fourteen


def test_chances_of_control_come_from_the_spread_and_add_to_one():
    draws = rival_draws(questions(), MEANS, Spread({"councils 12 main": 0.25, "totals main": 1.0, "shares main": 1.0}))
    chance = rival_chances(questions(), draws["councils"], {("a", "Con"): 2}, {"a": 14})
    assert chance.sum() == pytest.approx(1)
    assert chance[0] == pytest.approx(0.5, abs=0.15)  # needs six or more of a forecast of five, give or take five
