"""Scores against an independent implementation, and against what they are for."""

from __future__ import annotations

import numpy as np
import pytest
import scoringrules

from scenarios.scores import crps, pit, score
from scenarios.spread import _Z


def test_crps_is_that_of_the_draws_distribution():
    rng = np.random.default_rng(1)
    draws, truth = rng.poisson(3.0, (300, 40)).astype(float), rng.poisson(3.5, 40).astype(float)
    theirs = scoringrules.crps_ensemble(truth, draws.T, estimator="nrg")
    assert crps(draws, truth) == pytest.approx(theirs, rel=1e-10)
    fair = scoringrules.crps_ensemble(truth, draws.T, estimator="fair")
    assert np.all(crps(draws, truth) > fair)


def test_crps_of_a_rivals_quantiles_is_that_of_a_normal():
    truth = np.array([0.0, 3.0, -1.0])
    ours = crps(1.0 + 2.0 * np.repeat(_Z[:, None], 3, axis=1), truth)
    assert ours == pytest.approx(scoringrules.crps_normal(truth, 1.0, 2.0), rel=0.01)


def test_crps_of_one_draw_is_the_absolute_error():
    assert crps(np.array([[3.0, 5.0]]), np.array([1.0, 9.0])).tolist() == [2.0, 4.0]


def test_closed_intervals_of_counts_cover_too_often_and_the_transform_does_not():
    rng = np.random.default_rng(2)
    rates = rng.gamma(1.0, 1.0, 4000)
    draws, truth = rng.poisson(rates, (400, 4000)).astype(float), rng.poisson(rates).astype(float)
    s = score(draws, truth, rng)
    closed = np.mean((s.quantiles[:, 0] <= truth) & (truth <= s.quantiles[:, 4]))
    assert closed > 0.95
    assert np.mean((s.pit > 0.05) & (s.pit < 0.95)) == pytest.approx(0.9, abs=0.02)
    assert np.histogram(s.pit, bins=10, range=(0, 1))[0] / 4000 == pytest.approx(np.full(10, 0.1), abs=0.02)


def test_the_transform_of_a_truth_beyond_all_draws_is_at_the_end():
    draws = np.zeros((99, 2))
    assert pit(draws, np.array([1.0, -1.0]), np.random.default_rng(0)) == pytest.approx([0.995, 0.005], abs=0.005)


def test_no_rows_have_no_scores():
    s = score(np.zeros((10, 0)), np.zeros(0), np.random.default_rng(0))
    assert s.quantiles.shape == (0, 5)
    assert s.crps.shape == s.pit.shape == (0,)
