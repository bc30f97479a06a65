"""The rivals recover what they assume, and are as sure as their own earlier errors allow."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import numpy as np
import pytest

from models.start import start
from models.types import Declared
from projection.session import make_session
from scenarios.questions import Asked, Questions
from scenarios.ridge import ridge_forecast
from scenarios.scene import candidate_votes, count_point, expected_seats, set_scene
from scenarios.spread import STORE, Spread, council_class, rival_chances, rival_draws, spread_of
from scenarios.starts import baseline_starts, council_starts
from scenarios.swings import FLOOR, _beyond, _entering, _shrunk, swing_forecast
from scenarios.truth import open_night
from scenarios.units import RIVALS as NAMES
from scenarios.units import starts_of
from seeds import load_election, load_outcome
from seeds.types import Contest, Council, CouncilHistory, EarlierResult

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


def forecast(election, declared, ratio, pull=0.0, doubt=0.0, starts=council_starts):
    session = make_session(election, start())
    scene = set_scene(session, declared)
    point = swing_forecast(scene, starts(election, session.design), ratio=ratio, pull=pull, doubt=doubt)
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

    session = make_session(night, start())
    told, true = results(night, "gamma", change), results(night, "delta", change)
    scene = set_scene(session, told)
    point = ridge_forecast(scene, penalty=1e4, level=0.01)
    votes = list(true.contests.values())
    expected = {p: np.mean([v[p][0] / 1e6 for v in votes]) for p in move}
    assert shares_of(scene, point, "delta") == pytest.approx(expected, abs=0.02)


@pytest.fixture
def bare(night):
    """The wards of delta have no result of their own; gamma's have."""
    contests = {b: dataclasses.replace(c, earlier=()) if c.council == "delta" else c for b, c in night.contests.items()}
    return dataclasses.replace(night, contests=contests)


def delta_before(election, *elections):
    """Delta with earlier elections of the whole council: day, shares in percent, contests in which stood."""
    past = tuple(CouncilHistory(day, 4, 4, shares, stood, {}) for day, shares, stood in elections)
    delta = dataclasses.replace(election.councils["delta"], history=past)
    return dataclasses.replace(election, councils=election.councils | {"delta": delta})


def delta_starts(election, starts=council_starts):
    session = make_session(election, start())
    found = starts(election, session.design)
    here = [i for i, b in enumerate(session.design.slots.ballots) if election.contests[b].council == "delta"]
    return found.share[here], found.year[here], found.own[here]


@pytest.mark.parametrize("starts", [council_starts, baseline_starts])
@pytest.mark.parametrize("past", [(), ((EARLIER, {"Con": 45.0, "Lab": 40.0, "LD": 15.0}, {}),)])
def test_wards_without_a_result_of_their_own_have_their_seats_in_parts(bare, starts, past):
    election = delta_before(bare, *past)
    assert not delta_starts(election, starts)[2].any()
    scene, point = forecast(election, Declared({}), ratio=False, starts=starts)
    seats = point.seats[scene.layout.council == scene.layout.councils.index("delta")]
    assert seats.sum() == pytest.approx(4)
    assert np.all(seats % 1 > 0)


def test_a_ward_without_a_result_starts_from_its_councils_latest_earlier_election(bare):
    """Con stood in all four wards, Lab in two; LD did not stand, UKIP does not stand tonight; 2012 is too old."""
    election = delta_before(
        bare,
        (dt.date(2012, 5, 3), {"Con": 10.0, "Lab": 80.0, "LD": 10.0}, {"Con": 4, "Lab": 4, "LD": 4}),
        (dt.date(2015, 5, 7), {"Con": 36.0, "Lab": 12.0, "UKIP": 52.0}, {"Con": 4, "Lab": 2, "UKIP": 4}),
    )
    share, year, own = delta_starts(election)
    assert year.tolist() == [2015] * 4
    assert not own.any()
    # 36% where it stood, and 12% of the council's votes as 24% where it stood; of these two, shares of one.
    assert share[:, :2] == pytest.approx(np.tile([0.6, 0.4], (4, 1)))
    assert np.isnan(share[:, 2]).all()


def test_a_party_new_to_a_council_takes_its_mean_where_it_entered(bare):
    election = delta_before(bare, (dt.date(2014, 5, 22), {"Con": 50.0, "Lab": 50.0}, {"Con": 4, "Lab": 4}))
    contests = {}
    for b, c in election.contests.items():
        earlier = [dataclasses.replace(e, votes={"Con": e.votes["Con"], "Lab": e.votes["Lab"]}) for e in c.earlier]
        contests[b] = dataclasses.replace(c, earlier=tuple(earlier))
    election = dataclasses.replace(election, contests=contests)
    declared = results(election, "gamma", lambda b: {p: 0.8 * v / sum(b.values()) for p, v in b.items()} | {"LD": 0.2})
    for ratio in (False, True):
        scene, point = forecast(election, declared, ratio=ratio, pull=1.0)
        assert shares_of(scene, point, "delta")["LD"] == pytest.approx(0.2, abs=0.005)


def test_an_election_of_the_day_itself_or_later_is_no_earlier_one(bare):
    election = delta_before(bare, (DAY, {"Con": 10.0, "Lab": 80.0, "LD": 10.0}, {}))
    assert delta_starts(election)[1].tolist() == [0] * 4


@pytest.mark.parametrize("region", ["North West", "South East"])
def test_without_an_earlier_election_of_the_council_wards_start_from_their_regions_mean(bare, region):
    """Gamma is of the North West, a third council of London with other shares; elsewhere it is the country's mean."""
    far = Council("far", "Far", "England", "London", "LB", "wards", 1, 1, seats_before={"Con": 1})
    other = ward("far", "one", {"Con": 100, "Lab": 100, "LD": 800})
    election = dataclasses.replace(
        bare,
        councils=bare.councils | {"far": far, "delta": dataclasses.replace(bare.councils["delta"], region=region)},
        contests=bare.contests | {other.ballot_id: other},
    )
    share, year, _ = delta_starts(election)
    near = np.append(np.mean(list(BEFORE.values()), axis=0) / 1000, 0.2)
    expected = near if region == "North West" else (4 * near + [0.1, 0.1, 0.8]) / 5
    assert share == pytest.approx(np.tile(expected / expected.sum(), (4, 1)))
    assert year.tolist() == [0] * 4


def test_a_ward_that_starts_from_its_council_swings_with_wards_that_have_a_result_of_their_own(bare):
    election = delta_before(bare, (EARLIER, {"Con": 40.0, "Lab": 40.0, "LD": 20.0}, {"Con": 4, "Lab": 4, "LD": 4}))
    declared = results(bare, "gamma", lambda b: {"Con": b["Con"] - 0.1, "Lab": b["Lab"] + 0.1, "LD": b["LD"]})
    scene, point = forecast(election, declared, ratio=False, pull=1.0)
    assert shares_of(scene, point, "delta") == pytest.approx({"Con": 0.3, "Lab": 0.5, "LD": 0.2}, abs=1e-6)


def as_it_was(scene, starts, *, ratio, pull, doubt):
    """The swing of before there were two ways to start: by the year of a ward's own result, 0 where it has none."""
    design = scene.session.design
    column, known, region = design.contests.column, scene.known, design.region[design.slots.councils]
    years, year = np.unique(starts.year, return_inverse=True)
    regions, none = len(design.regions), 1.0 if ratio else 0.0
    shares = np.zeros(column.shape)
    for p, name in enumerate(design.columns):
        n, s = np.nonzero(column == p)
        then, now = starts.share[n, s], np.where(known[n], scene.shares[n, s], np.nan)
        told = known[n] & ~np.isnan(then)
        own = told & (starts.year[n] > 0)
        whole = _shrunk(now[own], then[own], np.zeros(own.sum(), dtype=np.int64), 1, np.array([none]), doubt, ratio)
        by_year = _shrunk(
            now[told], then[told], year[n][told], len(years), np.where(years > 0, whole, none), pull, ratio
        )
        cell = year[n] * regions + region[n]
        by_cell = _shrunk(
            now[told], then[told], cell[told], len(years) * regions, np.repeat(by_year, regions), pull, ratio
        )
        moved = then * by_cell[cell] if ratio else then + by_cell[cell]
        enters = np.isnan(then)
        entering = _entering(scene.session.election, name, now, enters & known[n], region[n], regions, pull)
        shares[n, s] = np.where(enters, entering, moved)
    stands = column >= 0
    shares = np.where(stands, np.maximum(shares, FLOOR), 0.0)
    shares /= shares.sum(axis=1, keepdims=True)
    return count_point(scene, shares, _beyond(scene, ratio=ratio, doubt=doubt), in_parts=starts.year == 0)


@pytest.mark.parametrize("ratio", [False, True])
def test_from_the_models_baseline_the_swing_is_to_the_bit_what_it_was(bare, ratio):
    # Half of each council has declared; delta has a past that must not be looked at.
    election = delta_before(bare, (EARLIER, {"Con": 10.0, "Lab": 70.0, "LD": 20.0}, {}))
    session = make_session(election, start())
    starts = baseline_starts(election, session.design)
    assert sorted(set(starts.year.tolist())) == [0, 2014]
    votes = results(election, "gamma", lambda b: {"Con": b["Con"] / 2, "Lab": b["Lab"], "LD": b["LD"]})
    told = dict(list(votes.contests.items())[:2])
    told |= {b: {"Con": (310,), "Lab": (420,), "LD": (77,)} for b in list(election.contests)[-2:]}
    scene = set_scene(session, Declared(told))
    for pull, doubt in ((2.5, 20.0), (0.0, 0.0), (6.0, 8.0)):
        new = swing_forecast(scene, starts, ratio=ratio, pull=pull, doubt=doubt)
        old = as_it_was(scene, starts, ratio=ratio, pull=pull, doubt=doubt)
        assert new.votes.tobytes() == old.votes.tobytes()
        assert new.seats.tobytes() == old.seats.tobytes()


def test_which_swing_starts_where(toy_pack):
    election = load_election(toy_pack)
    night = open_night(election, load_outcome(toy_pack), start())
    starts = starts_of(night)
    assert set(starts) == set(NAMES) - {"ridge"}
    assert {m for m, s in starts.items() if s.polled} == {"uniform+", "proportional+"}


def test_parts_never_exceed_a_slates_candidates(night):
    one = next(iter(night.contests.values()))
    contest = dataclasses.replace(one, seats=3, standing={"Con": 1, "Lab": 3, "LD": 1})
    session = make_session(dataclasses.replace(night, contests={one.ballot_id: contest}), start())
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
    session = make_session(night, start())
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
    assert set(stored["settings"]) == set(NAMES)
    assert all(set(n["squares"]) == set(NAMES) for n in stored["nights"])


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
