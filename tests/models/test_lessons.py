import dataclasses

import numpy as np
import pytest

from models import fit, lessons
from models.covariates import COVARIATES
from models.design import build_design
from models.lessons import mean_effects
from models.training import night_of
from models.types import Declared
from tests.models.conftest import invent


def tilted(seed, factor):
    """A night on which Labour's votes in wards without a past are multiplied."""
    night = invent(seed, bare=4)
    result = {}
    for ballot, votes in night.result.items():
        lift = 1.0 if night.election.contests[ballot].earlier else factor
        result[ballot] = {p: tuple(x * (lift if p == "Lab" else 1.0) for x in v) for p, v in votes.items()}
    return night_of(night.election, Declared(result), f"night {seed}", fit.start())


def labour_where_new(mean):
    """How much better than the Conservatives Labour is expected to do in wards without a past."""
    return mean["no baseline"]["Lab"] - mean["no baseline"]["Con"]


def test_what_every_earlier_night_showed_is_expected_of_the_next(hyper):
    taught = mean_effects([tilted(s, 1.8) for s in range(4)], hyper)
    untaught = mean_effects([tilted(s, 1.0) for s in range(4)], hyper)
    assert labour_where_new(taught) > labour_where_new(untaught) + 0.2
    night = invent(11, bare=4)
    plain, moved = (build_design(night.election, dataclasses.replace(hyper, mean=m)) for m in ({}, taught))
    assert np.array_equal(plain.contests.mean, moved.contests.mean)
    new = np.flatnonzero(~moved.has_baseline)
    lab = moved.contests.column[new] == moved.columns.index("Lab")
    con = moved.contests.column[new] == moved.columns.index("Con")
    assert moved.contests.drift[new][lab].mean() > moved.contests.drift[new][con].mean() + 0.2
    assert (plain.contests.drift == 0).all()


def test_one_night_moves_an_expected_effect_by_half_at_most_of_what_it_showed(hyper):
    one = labour_where_new(mean_effects([tilted(1, 1.8)], hyper))
    many = labour_where_new(mean_effects([tilted(1, 1.8)] * 5, hyper))
    assert 0 < one < 0.62 * many + 0.05


def test_a_party_that_no_earlier_night_had_is_expected_to_do_nothing(hyper):
    mean = mean_effects([tilted(1, 1.8)], hyper)
    assert all("Ref" not in by_column for by_column in mean.values())
    assert set(mean) == set(COVARIATES)


def test_what_a_level_was_beyond_what_polls_let_expect_is_expected_again(hyper):
    def lifted(seed):
        night = invent(seed)
        result = {b: {p: tuple(x * (1.5 if p == "LD" else 1.0) for x in v) for p, v in votes.items()}
                  for b, votes in night.result.items()}  # fmt: skip
        return night_of(night.election, Declared(result), f"night {seed}", fit.start())

    plain, more = (mean_effects([make(s) for s in range(4)], hyper)["level"] for make in (even, lifted))
    assert (more["LD"] - more["Con"]) - (plain["LD"] - plain["Con"]) > 0.15


def even(seed):
    night = invent(seed)
    return night_of(night.election, Declared(night.result), f"night {seed}", fit.start())


def test_nights_in_a_corner_of_the_country_teach_only_where_there_is_no_other(hyper, monkeypatch):
    narrow = [tilted(s, 1.8) for s in (2, 3, 4)]
    alone = labour_where_new(mean_effects(narrow, hyper))
    monkeypatch.setattr(lessons, "FEW_COUNCILS", 9)
    assert mean_effects([*narrow, even_wide()], hyper) == mean_effects([even_wide()], hyper)
    assert labour_where_new(mean_effects(narrow, hyper)) == alone > 0.1


def even_wide():
    night = invent(7, councils=10)
    return night_of(night.election, Declared(night.result), "a wide night", fit.start())


@pytest.mark.parametrize("key", [("council", "Lab"), ("slope", "Con"), ("region", "factor"), ("covariate", "own ward")])
def test_exact_slopes_of_the_evidence_are_those_of_small_steps(key):
    fit._hand_over([tilted(3, 1.2)])
    at = fit.to_vector(fit.start())
    which = fit._keys().index(key)
    step = np.eye(len(at))[which] * 1e-3
    _, slope = fit._loss_and_exact(at)
    assert fit._is_exact()[which]
    assert slope[which] == pytest.approx((fit._loss(at + step) - fit._loss(at - step)) / 2e-3, rel=1e-3, abs=1e-5)
