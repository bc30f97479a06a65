"""Councils whose wards are known and that tell their seats first: what these say of the votes, and to whom."""

from __future__ import annotations

import numpy as np
import pytest

from models import build_design, reading, update
from models.reading import read_seats
from models.swing import observe_totals
from models.types import CouncilTotals, Declared
from tests.models.conftest import invent

FIRST = "council-0"


@pytest.fixture(scope="module")
def invented():
    return invent(wards=24, bare=0)


@pytest.fixture(scope="module")
def design(invented, hyper):
    return build_design(invented.election, hyper)


def seats_of(design, **won):
    return np.array([float(won.get(c, 0)) for c in design.columns])


def expected(design, council=0):
    """Seats by column that the council's wards are expected to give, by the reading's own draws."""
    who, votes, seats = reading._draw(reading._Same(design), council)
    rank = np.argsort(np.argsort(-votes, axis=2), axis=2)
    elected = (rank < seats[:, None]) & (who >= 0)
    return np.array([(elected & (who == p)).sum(axis=(1, 2)).mean() for p in range(len(design.columns))])


def at(design, party):
    return design.columns.index(party)


def test_seats_that_come_as_expected_leave_votes_as_they_are_expected(design):
    shift, _ = read_seats(design, 0, expected(design))
    main = expected(design) >= 1
    assert np.ptp(shift[main]) < 0.01, "what all have in common changes nothing"


def test_who_wins_more_than_expected_had_more_votes_and_who_wins_fewer_had_fewer(design):
    as_expected = expected(design)
    move = np.zeros(len(as_expected))
    move[at(design, "Lab")], move[at(design, "Con")] = 4, -4
    shift, variance = read_seats(design, 0, np.maximum(as_expected + move, 0))
    assert shift[at(design, "Lab")] > 0.05
    assert shift[at(design, "Con")] < -0.05
    assert variance[at(design, "Lab")] < 0.3


def test_seats_of_a_party_that_wins_none_either_way_say_nothing_of_its_votes(design):
    hopeless = int(np.argmin(np.where(expected(design) > 0, expected(design), np.inf)))
    _, variance = read_seats(design, 0, expected(design) * (np.arange(len(design.columns)) != hopeless))
    absent = [p for p in range(len(design.columns)) if expected(design)[p] == 0]
    assert all(variance[p] == reading.NOTHING for p in absent)
    assert variance[hopeless] > 2 * variance[at(design, "Lab")]


def test_more_seats_than_a_party_has_candidates_say_nothing_of_its_votes(design):
    shift, variance = read_seats(design, 0, seats_of(design, Lab=25))
    assert variance[at(design, "Lab")] == reading.NOTHING
    assert shift[at(design, "Lab")] == 0
    _, variance = read_seats(design, 0, seats_of(design, Lab=24))
    assert variance[at(design, "Lab")] < reading.NOTHING or expected(design)[at(design, "Lab")] > 23


def test_a_reading_is_the_same_again_and_is_not_spoiled_by_who_read_it(design):
    won = seats_of(design, Lab=14, Con=10)
    first, _ = read_seats(design, 0, won)
    kept = first.copy()
    first += 1.0
    assert np.array_equal(read_seats(design, 0, won)[0], kept)


def test_a_council_that_tells_its_seats_is_a_row_and_one_with_a_ward_in_is_told_by_its_wards(design, invented):
    totals = {FIRST: CouncilTotals({"Lab": 14, "Con": 10})}
    told = observe_totals(design, Declared({}, totals))
    assert [design.councils[told.rows.council[q]] for q in told.which] == [FIRST]
    assert not told.seats_only.any(), "the coarse layer's own reading is for councils without wards"
    ballot = next(b for b, c in invented.election.contests.items() if c.council == FIRST)
    assert not len(observe_totals(design, Declared({ballot: invented.result[ballot]}, totals)).which)


def test_shares_that_are_told_are_taken_before_seats(design):
    shares = {"Lab": 50.0, "Con": 40.0, "LD": 10.0}
    told = observe_totals(design, Declared({}, {FIRST: CouncilTotals({"Con": 24}, shares)}))
    rows, which, log_share = told.rows, told.which, told.log_share
    slates = [design.columns[c] for c in rows.column[which[0]] if c >= 0]
    found = dict(zip(slates, log_share[which[0]], strict=False))
    assert found["Lab"] - found["Con"] == pytest.approx(np.log(50.2 / 40.2))


def test_seats_of_some_councils_move_what_is_expected_of_the_others_and_less_surely_than_their_wards(design, invented):
    heard = [f"council-{k}" for k in range(4)]
    won = {name: CouncilTotals({"Lab": 22, "Con": 2}) for name in heard}
    before = update(design, Declared({}), seed=1, draws=400)
    after = update(design, Declared({}, won), seed=1, draws=400)
    by_wards = update(
        design,
        Declared({b: v for b, v in invented.result.items() if invented.election.contests[b].council in heard}),
        seed=1, draws=400,
    )  # fmt: skip
    later = [i for i, name in enumerate(design.councils) if name not in heard]

    def lead(posterior, of=0.0):
        """Labour's lead in logs in places to come: of votes, or where seats are counted."""
        x = posterior.beta[:, 0] + posterior.level[:, later].mean(axis=1) + of * posterior.late_seats
        return x[:, at(design, "Lab")] - x[:, at(design, "Con")]

    assert lead(after).mean() > lead(before).mean() + 0.05
    assert lead(after, of=1.0).std() < lead(before, of=1.0).std()
    # Of votes seats tell less: what seats do beyond votes is in them.
    assert lead(by_wards).std() < lead(before).std()
    assert lead(by_wards).std() < lead(after).std()
    assert after.told.tolist() == [name in heard for name in design.councils]
    assert after.diagnostics["declared_totals"] == 4
