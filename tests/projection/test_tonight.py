import dataclasses

import numpy as np
import pytest

from models.design import build_design
from models.fit import start
from models.swing import update
from models.types import Declared
from projection.tonight import lean_tonight, overlap
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


def test_a_party_that_wins_more_than_its_votes_say_is_expected_to_go_on_and_no_share_moves(half):
    posterior, declared = half
    as_counted, ahead = (lean_tonight(posterior, won_by(declared, p)) for p in ("none", "LD"))
    assert of(ahead, "LD").mean() > of(as_counted, "LD").mean() + 0.03
    assert of(ahead, "Con").mean() < of(as_counted, "Con").mean()
    assert all(np.array_equal(a, b) for a, b in zip(posterior.blocks(), ahead.blocks(), strict=True))


def test_what_was_learned_is_told_by_party(half):
    posterior, declared = half
    told = lean_tonight(posterior, won_by(declared, "LD")).diagnostics["seats_beyond_votes_tonight"]
    assert told["LD"] > 0 > told["Con"]


def test_seats_that_have_declared_leave_less_to_wonder_at(half):
    posterior, declared = half
    after = lean_tonight(posterior, won_by(declared, "none"))
    narrower = after.late_seats.std(axis=0) / posterior.late_seats.std(axis=0)
    assert (narrower < 1).all()
    assert (narrower >= 0.5 - 1e-6).all(), "a quarter of the variance is never learned from other councils"


def test_nothing_declared_nothing_is_learned(half):
    posterior, _ = half
    before = update(posterior.design, Declared({}), seed=3, draws=50)
    assert lean_tonight(before, {}) is before


def test_a_seat_that_waits_for_a_lot_teaches_nothing(half):
    posterior, declared = half
    open_lots = {
        b: dataclasses.replace(c, lot={"Con": 1, "Lab": 1}, lot_seats=1) for b, c in won_by(declared, "LD").items()
    }
    assert lean_tonight(posterior, open_lots) is posterior


def test_it_does_not_matter_in_which_order_contests_were_counted(half):
    posterior, declared = half
    counts = won_by(declared, "LD")
    turned = dict(reversed(counts.items()))
    assert np.array_equal(lean_tonight(posterior, counts).late_seats, lean_tonight(posterior, turned).late_seats)


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
