"""What is said of a fit: that it did not settle, that its nodes do not count, that the night is unlike earlier ones."""

import dataclasses

import numpy as np
import pytest

from models.design import build_design
from models.factors import CLOSE, FactorFit
from models.health import FAR, health, trouble_words, unlike_words
from models.swing import update
from models.types import Declared
from tests.models.conftest import invent

EVEN = np.full(6, 1 / 6)


@pytest.fixture(scope="module")
def design(night, hyper):
    return build_design(night.election, hyper)


def fit_of(theta=(0.0, 0.0, 0.0), step=0.0):
    return FactorFit(np.array(theta), np.ones(3), np.ones(1), None, step)


def test_a_fit_that_settled_on_a_usual_night_has_nothing_to_say(design):
    told = health(design, fit_of(), EVEN)
    assert told == {"effective_nodes": 6.0, "trouble": [], "unlike": [], "healthy": True}
    assert trouble_words(told) == unlike_words(told) == ""


def test_each_kind_of_trouble_is_named_by_itself(design):
    restless = health(design, fit_of(step=4 * CLOSE), EVEN)
    narrow = health(design, fit_of(), np.array([0.9, 0.1, 0.0]))
    assert not restless["healthy"]
    assert "did not settle" in trouble_words(restless)
    assert "nodes" not in trouble_words(restless)
    assert not narrow["healthy"]
    assert "1.2 of 3 nodes count" in trouble_words(narrow)
    assert "did not settle" not in trouble_words(narrow)


def test_a_factor_far_from_what_earlier_nights_taught_is_told_but_is_no_fault_of_the_fit(design):
    far = 1.1 * FAR * design.hyper.spread["council"]
    told = health(design, fit_of((0.0, far, 0.0)), EVEN)
    assert told["healthy"]
    assert unlike_words(told) == (
        "Unlike the nights that taught the model: councils differ from one another "
        f"{np.exp(far / 2):.1f} times as much."
    )
    quiet = -1.1 * FAR * design.hyper.spread["ward"]
    assert f" {np.exp(quiet / 2):.1f} times as much" in unlike_words(health(design, fit_of((quiet, 0.0, 0.0)), EVEN))


def test_a_night_of_councils_that_differ_far_less_than_was_learned_says_so(hyper):
    night = invent(councils=40, bare=0)
    declared = Declared(dict(night.result))

    def unlike(part):
        scales = {**hyper.column, "council": {c: part * v for c, v in hyper.column["council"].items()}}
        design = build_design(night.election, dataclasses.replace(hyper, column=scales))
        return update(design, declared, seed=1, draws=100).diagnostics["unlike"]

    assert not any("councils differ" in x for x in unlike(1.0))
    assert any("councils differ" in x for x in unlike(100.0))
