import dataclasses

import numpy as np
import pytest

from models.design import build_design
from models.start import start
from models.swing import update
from models.types import Declared
from projection.tonight import learn_tonight, overlap
from seeds.winners import count_contest
from tests.models.conftest import invent


@pytest.fixture(scope="module")
def half():
    """A night at half declared: its posterior, and its declared contests."""
    night = invent(bare=0)
    declared = {b: v for b, v in night.result.items() if night.election.contests[b].council < "council-4"}
    return update(build_design(night.election, start()), Declared(declared), seed=3, draws=600), declared


def won_by(declared, party):
    """The contests counted, with every second one in which the party stands given to it."""
    counts = {b: count_contest(v, 1) for b, v in declared.items()}
    for b in [b for b, v in declared.items() if party in v][::2]:
        counts[b] = dataclasses.replace(counts[b], seats={party: 1})
    return counts


def of(posterior, party):
    return posterior.late_seats[:, posterior.design.columns.index(party)]


def better(posterior, party, times):
    """The same fit beside declared shares in which the party had so many times what it has."""
    mine = posterior.design.contests.column == posterior.design.columns.index(party)
    shares = posterior.declared_shares * np.where(mine, times, 1.0)
    return dataclasses.replace(posterior, declared_shares=shares / shares.sum(axis=1, keepdims=True))


def to_come(posterior, party):
    """Mean share of the party by contest still to declare in which it stands."""
    slate, contests = posterior.design.contests.column, posterior.undeclared
    mean = np.concatenate(list(posterior.blocks())).mean(axis=0)
    return mean[contests][slate[contests] == posterior.design.columns.index(party)]


def test_a_party_that_wins_more_than_its_votes_say_is_expected_to_go_on_and_its_shares_are_not(half):
    posterior, declared = half
    as_counted, ahead = (learn_tonight(posterior, won_by(declared, p)) for p in ("none", "LD"))
    assert of(ahead, "LD").mean() > of(as_counted, "LD").mean() + 0.03
    assert of(ahead, "Con").mean() < of(as_counted, "Con").mean()
    assert all(np.array_equal(a, b) for a, b in zip(as_counted.blocks(), ahead.blocks(), strict=True))


def test_shares_that_come_higher_than_the_fit_has_them_are_expected_higher_in_places_to_come(half):
    posterior, declared = half
    counts = won_by(declared, "none")
    as_fitted, more = (learn_tonight(better(posterior, "LD", t), counts) for t in (1.0, 1.3))
    rise = to_come(more, "LD") / to_come(as_fitted, "LD")
    assert (rise > 1.05).all(), "a third more than the fit has, of which a part is believed"
    assert (rise < 1.3).all()
    assert to_come(more, "Con").mean() < to_come(as_fitted, "Con").mean()


def test_a_fit_whose_shares_are_right_is_left_nearly_as_it_is(half):
    posterior, declared = half
    told = learn_tonight(posterior, won_by(declared, "none")).diagnostics["shares_beyond_fit_tonight"]
    assert max(abs(v) for v in told.values()) < 0.05


def test_a_council_that_has_begun_to_declare_keeps_the_level_that_its_own_wards_give_it(half):
    posterior, declared = half
    moved = learn_tonight(better(posterior, "LD", 1.3), won_by(declared, "none")).level - posterior.level
    assert (moved[:, posterior.told] == 0).all()
    assert (moved[:, ~posterior.told, posterior.design.columns.index("LD")] > 0.05).all()


def test_what_shares_explain_seats_do_not_explain_again(half):
    posterior, declared = half
    counts = won_by(declared, "LD")
    as_fitted, more = (learn_tonight(better(posterior, "LD", t), counts) for t in (1.0, 1.3))
    assert of(more, "LD").mean() < of(as_fitted, "LD").mean() - 0.03


def test_shares_of_places_unlike_those_to_come_move_nothing(half, monkeypatch):
    posterior, declared = half
    monkeypatch.setattr("projection.tonight.overlap", lambda *which: 0.0)
    after = learn_tonight(better(posterior, "LD", 1.3), won_by(declared, "none"))
    assert np.array_equal(after.level, posterior.level)


def test_what_was_learned_is_told_by_party(half):
    posterior, declared = half
    told = learn_tonight(posterior, won_by(declared, "LD")).diagnostics["seats_beyond_votes_tonight"]
    assert told["LD"] > 0 > told["Con"]
    told = learn_tonight(better(posterior, "LD", 1.3), won_by(declared, "LD")).diagnostics["shares_beyond_fit_tonight"]
    assert told["LD"] > 0 > told["Con"]


def test_seats_that_have_declared_leave_less_to_wonder_at(half):
    posterior, declared = half
    after = learn_tonight(posterior, won_by(declared, "none"))
    narrower = after.late_seats.std(axis=0) / posterior.late_seats.std(axis=0)
    assert (narrower < 1).all()
    assert (narrower >= 0.5 - 1e-6).all(), "a quarter of the variance is never learned from other councils"


def test_nothing_declared_nothing_is_learned(half):
    posterior, _ = half
    before = update(posterior.design, Declared({}), seed=3, draws=50)
    assert learn_tonight(before, {}) is before


def test_a_seat_that_waits_for_a_lot_teaches_nothing(half):
    posterior, declared = half
    open_lots = {
        b: dataclasses.replace(c, lot={"Con": 1, "Lab": 1}, lot_seats=1) for b, c in won_by(declared, "LD").items()
    }
    assert learn_tonight(posterior, open_lots) is posterior


def test_it_does_not_matter_in_which_order_contests_were_counted(half):
    posterior, declared = half
    counts = won_by(declared, "LD")
    turned = dict(reversed(counts.items()))
    assert np.array_equal(learn_tonight(posterior, counts).late_seats, learn_tonight(posterior, turned).late_seats)


def test_places_unlike_those_to_come_teach_less(half):
    posterior, _ = half
    design = posterior.design
    north = design.region[design.contests.council] == design.regions.index("North West")
    begun = np.zeros(len(design.councils), dtype=bool)
    begun[design.contests.council[north]] = True
    assert overlap(design, north, begun) == 0
    mixed = design.contests.council < 6
    begun = np.arange(len(design.councils)) < 6
    assert 0.3 < overlap(design, mixed, begun) <= 1
