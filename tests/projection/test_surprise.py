"""What the model finds out of line, and that its sentence names what is."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from models.types import CouncilTotals
from projection.council_surprise import Drawn, council_surprises
from projection.layout import lay_out
from projection.surprise import _odd

RNG = np.random.default_rng(5)


def shares_of(logs):
    raised = np.exp(logs)
    return raised / raised.sum(axis=1, keepdims=True)


def test_the_party_named_is_one_that_is_outside_its_range():
    # The large party is off by more points but may be so; the small one may not.
    logs = np.log([0.5, 0.47, 0.03]) + RNG.normal(0, [0.5, 0.5, 0.1], (2000, 3))
    words = _odd(["Con", "Lab", "Grn"], np.array([0.6, 0.25, 0.15]), shares_of(logs))
    assert words.startswith("Grn 15% where ")


def test_where_no_party_is_the_two_that_do_not_go_together_are_named():
    common, third = RNG.normal(0, 0.6, 4000), RNG.normal(0, 0.1, 4000)
    logs = np.log([0.2, 0.2, 0.6]) + np.stack([common + third, common, 0 * common], axis=1)
    drawn, seen = shares_of(logs), np.array([0.28, 0.17, 0.55])
    low, high = np.quantile(drawn, [0.05, 0.95], axis=0)
    assert ((low < seen) & (seen < high)).all()
    words = _odd(["Ind", "LD", "Con"], seen, drawn)
    assert words == (
        "Ind 28% beside LD 17% is 1.6 times as many where 0.85–1.2 was expected, "
        "though neither is out of line by itself"
    )


def test_a_range_does_not_hold_by_rounding_what_lies_outside():
    drawn = np.stack([np.linspace(0.2, 0.3, 2000), np.linspace(0.8, 0.7, 2000)], axis=1)
    assert _odd(["Con", "Lab"], np.array([0.2962, 0.7038]), drawn) == "Con 29.6% where 20.5–29.5% was expected"


@pytest.fixture
def ask(election):
    """A night in which beta draws 2 or 3 Conservatives of 5 and gamma 5 to 7 of 10, in votes 50 to 60 of 100."""
    layout = lay_out(election, [("gamma", "Lab")])
    draws = 400
    seats = np.zeros((draws, len(layout.council)), dtype=np.int16)
    votes = np.zeros(seats.shape, dtype=np.float32)
    few, many = np.arange(draws) % 2, np.arange(draws) % 3
    for council, party, drawn in (
        ("beta", "Con", 2 + few), ("beta", "Lab", 3 - few), ("gamma", "Con", 5 + many), ("gamma", "LD", 5 - many)
    ):  # fmt: skip
        seats[:, layout.line[council, party]] = drawn
    for party, drawn in (("Con", 50 + 10 * few), ("Lab", 40 - 10 * few), ("LD", 10 + 0 * few)):
        votes[:, layout.line["beta", party]] = drawn
    coarse = np.stack([0.5 + 0.05 * many, 0.4 - 0.05 * many, 0.1 + 0 * many], axis=1).astype(np.float32)[:, None]
    posterior = SimpleNamespace(
        totals_councils=("gamma",), totals_parties=("Con", "LD", "Oth"), totals_votes=lambda: coarse
    )

    def go(council, won, shares=None, after=None):
        told = {council: CouncilTotals(won, shares or {}, after)}
        found = council_surprises(posterior, Drawn(layout, seats, votes), told)
        assert {g for d in found.values() for g, _ in d} <= {"model"}
        return [words for _, words in found.get(council, ())]

    return go


def test_seats_far_outside_what_was_drawn_are_doubted_and_the_expected_range_is_told(ask):
    assert ask("beta", {"Con": 3, "Lab": 2}) == []
    assert ask("beta", {"Con": 4, "Lab": 1}) == [], "one seat off is not far"
    (words,) = ask("beta", {"Con": 5})
    assert words == (
        "out of line with the model (fewer than 1 in 200): Con 5 won where 2–3 was expected, Lab 0 where 2–3"
    )
    (words,) = ask("gamma", {"Con": 3, "LD": 7})
    assert words.endswith(
        "Con 3 won where 5–7 was expected, LD 7 where 3–5; "
        "with the seats of Con and LD swapped it would be unremarkable"
    )


def test_of_a_council_that_elects_as_a_whole_the_seats_afterwards_are_asked_about(ask):
    assert ask("beta", {}, after={"Con": 2, "Lab": 3}) == []
    assert len(ask("beta", {}, after={"Con": 5})) == 1
    assert ask("alpha", {}, after={"Con": 9}) == []


def test_a_party_that_the_model_does_not_tell_apart_is_one_of_the_others_but_keeps_its_name(ask):
    (words,) = ask("gamma", {"Con": 1, "Lab": 9})
    assert "Lab 9 won where 0–0 was expected, Con 1 where 5–7, LD 0 where 3–5" in words


@pytest.mark.parametrize("council", ["beta", "gamma"])
def test_shares_far_outside_are_doubted_too(ask, council):
    second = {"beta": "Lab", "gamma": "LD"}[council]
    won = {"beta": {"Con": 3, "Lab": 2}, "gamma": {"Con": 6, "LD": 4}}[council]
    assert ask(council, won, {"Con": 57, second: 33}) == []
    (words,) = ask(council, won, {"Con": 20, second: 70})
    assert words.endswith(f"{second} 78% of the votes listed where 33–44% was expected, Con 22% where 56–67%")
    # One alone says nothing.
    assert ask(council, won, {"Con": 20}) == []
