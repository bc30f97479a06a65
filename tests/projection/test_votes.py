"""Votes expected of wards: by their size where they have none of their own, and learned by where they come from."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from models.history import slots_of
from models.start import start
from models.types import Declared
from projection.engine import project_declared
from projection.known import contest_weights, counted_shares
from projection.session import make_session
from projection.votes import GENERAL, GUESS, OWN, SIZE, best, expect, learn
from scenarios.replay import declared_by
from scenarios.skew import arranged
from seeds import load_election, load_outcome
from seeds.types import EarlierResult, FrameCouncil
from tests.models.conftest import invent, votes_of

#: People in a borough of twelve wards and in a district of twelve.
BOROUGH, DISTRICT = 12 * 12_000, 12 * 3_000


def frame(councils):
    """Every third council is a borough of large wards; the others are districts of small ones."""
    people = {c.council: BOROUGH if c.type == "MB" else DISTRICT for c in councils}
    return tuple(FrameCouncil(c.council, c.name, c.nation, c.region, c.type, people[c.council]) for c in councils)


@pytest.fixture(scope="module")
def world():
    """Boroughs whose wards have earlier results and cast 3,000 votes; Conservative districts without, that cast 750."""
    ground = invent(councils=12, wards=12, bare=0)
    councils, contests, result = ground.election.councils, {}, {}
    for ballot, contest in ground.election.contests.items():
        if councils[contest.council].type == "MB":
            contests[ballot], result[ballot] = contest, ground.result[ballot]
            continue
        raised = {p: v[0] * (8 if p == "Con" else 1) for p, v in ground.result[ballot].items()}
        contests[ballot] = replace(contest, earlier=())
        result[ballot] = votes_of({p: v / sum(raised.values()) for p, v in raised.items()}, total=750)
    return replace(ground.election, contests=contests, frame=frame(councils.values())), result


def votes_by(election, **changes):
    """Expected votes and origin by ballot, of the pack with changes."""
    election = replace(election, **changes)
    slots = slots_of(election)
    expected = expect(election, slots)
    return dict(zip(slots.ballots, zip(expected.votes, expected.origin, strict=True), strict=True))


def change(election, ballot, **changes):
    return {"contests": election.contests | {ballot: replace(election.contests[ballot], **changes)}}


def small(election):
    return next(b for b, c in election.contests.items() if not c.earlier)


def large(election):
    return next(b for b, c in election.contests.items() if c.earlier)


def half(election):
    """Every other council, boroughs and districts alike."""
    names = list(election.councils)
    return {*names[::6], *names[1::6], *names[2::6]}


def conservative(result, weight=None):
    """Conservative share of the votes in percent, of wards weighed by what they cast, or otherwise."""
    cast = np.array([best(v) for v in result.values()]) if weight is None else weight
    return 100 * cast @ [counted_shares(v).get("Con", 0.0) for v in result.values()] / cast.sum()


def test_small_wards_without_earlier_votes_do_not_weigh_like_the_large_ones_that_have_them(world):
    election, result = world
    told = {b: v for b, v in result.items() if election.contests[b].council in half(election)}
    share = project_declared(
        election, Declared(told), draws=400, seed=1, session=make_session(election, start())
    ).shares["Con"]
    # Were all wards of one size, as many as eight points more.
    assert conservative(result, np.ones(len(result))) > conservative(result) + 8
    assert share.mean == pytest.approx(conservative(result), abs=2)
    assert share.p05 < conservative(result) < share.p95


def test_before_anything_declares_wards_are_in_proportion_to_their_electors(world):
    election, _ = world
    votes = votes_by(election)
    assert votes[large(election)][1] == OWN
    assert votes[small(election)][1] == SIZE
    # 12,000 people against 3,000.
    assert 2.5 < votes[large(election)][0] / votes[small(election)][0] < 5.5


def test_a_wards_own_electorate_goes_before_its_part_of_the_councils(world):
    election, _ = world
    ballot = small(election)
    usual = votes_by(election)[ballot][0]
    assert votes_by(election, **change(election, ballot, electorate=2 * 2_100))[ballot][0] == pytest.approx(2 * usual)


def test_a_ward_of_three_seats_casts_three_times_the_votes_of_one_since_it_has_the_electors_of_three(world):
    election, _ = world
    ballot = small(election)
    slates = dict.fromkeys(election.contests[ballot].standing, 3)
    usual = votes_by(election)[ballot][0]
    tripled = votes_by(election, **change(election, ballot, seats=3, standing=slates))[ballot][0]
    assert tripled == pytest.approx(3 * usual)
    # But of the same electors three seats draw no more votes than one.
    same = change(election, ballot, seats=3, standing=slates, electorate=2_100)
    assert votes_by(election, **same)[ballot][0] == pytest.approx(usual)


def test_where_a_third_of_a_council_is_up_each_seat_stands_for_three(world):
    election, _ = world
    name = election.contests[small(election)].council
    thirds = election.councils | {name: replace(election.councils[name], seats_total=36, seats_up=12)}
    usual, third = (votes_by(election, **c)[small(election)][0] for c in ({}, {"councils": thirds}))
    # The same people behind twelve seats, at the rate of councils elected in parts.
    assert third == pytest.approx(usual, rel=0.3)


def test_a_county_has_the_people_of_its_districts(world):
    election, _ = world
    name = election.contests[small(election)].council
    districts = tuple(
        FrameCouncil(f"district-{i}", "", "England", "South East", "SD", DISTRICT // 4, county=name) for i in range(4)
    )
    rest = tuple(f for f in election.frame if f.council != name)
    assert votes_by(election, frame=rest + districts) == votes_by(election)


def test_a_pack_without_a_frame_has_the_people_of_the_last_one_before_it():
    election = load_election("2016")
    slots = slots_of(election)
    own, none = expect(election, slots), expect(replace(election, frame=()), slots)
    bare = own.origin == SIZE
    # The frame of 2014 has other populations only where a council is new since.
    assert bare.sum() > 100
    assert (none.origin == own.origin).mean() > 0.99
    assert np.median(np.abs(none.votes[bare] / own.votes[bare] - 1)) < 0.01


def test_votes_of_the_day_of_a_general_election_are_many(world):
    election, _ = world
    ballot, then = large(election), dt.date(2015, 5, 7)
    (earlier,) = election.contests[ballot].earlier
    usual = votes_by(election)[ballot]
    votes, origin = votes_by(election, **change(election, ballot, earlier=(replace(earlier, date=then),)))[ballot]
    assert origin == GENERAL
    assert 0.4 < votes / usual[0] < 0.7
    # Beside votes of another day they are not looked at.
    both = (earlier, EarlierResult(then, votes_of({"Con": 0.5, "Lab": 0.5}, total=9000), 1))
    assert votes_by(election, **change(election, ballot, earlier=both))[ballot] == usual


def test_where_labour_is_strong_wards_of_the_same_size_cast_fewer_votes(world):
    election, _ = world
    slots = slots_of(election)
    bare = np.array([not election.contests[b].earlier for b in slots.ballots])
    lean = np.where(np.arange(len(bare)) % 2, 0.6, 0.1)
    even, leaning = expect(election, slots).votes, expect(election, slots, lean).votes
    ratio = leaning / even
    assert ratio[bare & (lean > 0.5)].max() < ratio[bare & (lean < 0.5)].min()
    assert ratio[~bare] == pytest.approx(1)


def test_without_any_number_the_typical_ward_is_taken_and_the_night_teaches_otherwise(world):
    election, result = world
    guessed = votes_by(election, frame=())
    assert guessed[small(election)][1] == GUESS
    assert guessed[small(election)][0] == pytest.approx(guessed[large(election)][0], rel=0.5)
    session = make_session(replace(election, frame=()), start())
    told = {b: v for b, v in result.items() if election.contests[b].council in half(election)}
    weight = contest_weights(session, Declared(told))
    assert conservative(result, session.weight) > conservative(result) + 8
    assert conservative(result, weight) == pytest.approx(conservative(result), abs=1)


def ratios(world, factor, councils):
    """What wards are then expected to cast over what they were, where some councils cast a factor, by origin."""
    election, _ = world
    slots = slots_of(election)
    expected = expect(election, slots)
    told = np.isin(slots.councils, councils)
    cast = np.where(told, expected.votes * np.where(expected.origin == SIZE, factor, 1.0), np.nan)
    after = learn(election, slots, expected.origin, expected.votes, cast)
    assert after[told] == pytest.approx(cast[told])
    moved = after / expected.votes
    return [moved[~told & (expected.origin == o)] for o in (OWN, SIZE)]


def test_wards_of_one_origin_learn_from_their_own_and_the_others_stay(world):
    # Councils 0, 3, 6 and 9 are boroughs.
    own, size = ratios(world, 0.7, [0, 1, 2, 3, 4, 5, 7, 8])
    assert own == pytest.approx(1, abs=0.06)
    # Six councils of it say 0.7; what is usual of the origin holds back a little.
    assert 0.7 < size.min() <= size.max() < 0.82


def test_one_council_teaches_the_level_of_the_night_more_than_that_of_its_origin(world):
    own, size = ratios(world, 0.7, [1])
    assert own == pytest.approx(0.7, abs=0.02)
    assert size == pytest.approx(0.7, abs=0.02)


def test_a_slip_of_a_digit_in_one_ward_moves_the_others_little(world):
    election, result = world
    session = make_session(election, start())
    told = {b: v for b, v in result.items() if election.contests[b].council in half(election)}
    slip = told | {large(election): {p: (10 * v[0],) for p, v in result[large(election)].items()}}
    before, after = (contest_weights(session, Declared(t)) for t in (told, slip))
    open_to = np.array([b not in told for b in session.design.slots.ballots])
    assert after[open_to] == pytest.approx(before[open_to], rel=0.12)


def test_a_result_in_percent_weighs_what_was_expected_of_it(world):
    election, result = world
    session = make_session(election, start())
    told = {b: v for b, v in result.items() if election.contests[b].council in half(election)}
    percent = {p: (100 * s,) for p, s in counted_shares(result[small(election)]).items()}
    where = session.design.slots.ballots.index(small(election))
    weight = contest_weights(session, Declared(told | {small(election): percent}))
    assert weight[where] == pytest.approx(750, rel=0.3)


def test_nothing_declared_leaves_what_was_expected(world):
    election, _ = world
    session = make_session(election, start())
    assert (contest_weights(session, Declared({})) == session.weight).all()


def test_on_a_real_night_the_votes_that_wards_will_cast_do_not_move_the_share():
    """With every ward's shares of 2019 known and only the votes to come not, a tenth and a half declared."""
    election, outcome = load_election("2019"), load_outcome("2019")
    session = make_session(election)
    result = declared_by(election, outcome, list(election.councils)).contests
    ballots = session.design.slots.ballots
    shares = np.array([[counted_shares(result[b]).get(p, 0.0) for p in ("Con", "Lab", "LD")] for b in ballots])
    cast = np.array([best(result[b]) for b in ballots])
    truth = 100 * cast @ shares / cast.sum()
    order = arranged(election, outcome, "random", 1)
    for part in (0.1, 0.5):
        told = declared_by(election, outcome, order[: round(part * len(order))])
        weight = contest_weights(session, told)
        # The median of wards with earlier results, as all others' size: 2.3 points too many Conservatives, then 1.3.
        assert 100 * weight @ shares / weight.sum() == pytest.approx(truth, abs=0.6)


def test_where_nobody_says_how_many_seats_a_council_has_a_ward_is_a_typical_ward(world):
    """As in a pack that was imported: wards of one seat of three that come up, and wards with all three up."""
    election, _ = world
    councils = {k: replace(c, seats_total=None, seats_up=None) for k, c in election.councils.items()}
    three = {b: replace(c, seats=1 if c.earlier else 3) for b, c in election.contests.items()}
    votes = votes_by(replace(election, councils=councils, contests=three), frame=())
    known = [v for b, (v, _) in votes.items() if election.contests[b].earlier]
    guessed = [v for b, (v, origin) in votes.items() if origin == GUESS]
    assert guessed
    assert np.median(guessed) < 2 * np.median(known), "three seats are not three wards"
