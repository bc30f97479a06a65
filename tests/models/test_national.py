"""Predicting a country from the places that voted."""

import datetime as dt

import numpy as np
import pytest

from models.national import (
    Frame,
    Scales,
    combine,
    error_covariance,
    predict,
    predict_change,
    within,
)
from models.national_fit import Sample, fit_scales
from models.national_scales import load_national_scales
from seeds import load_election

SCALES = Scales(slope=0.8, region=0.6, council=1.5, ward=4.0, drift=3.0)
PLACES, REGIONS = 60, 6


@pytest.fixture
def frame():
    rng = np.random.default_rng(1)
    weight = rng.uniform(1, 3, PLACES)
    weight /= weight.sum()
    character = rng.standard_normal((PLACES, 2))
    return Frame(weight, np.arange(PLACES) % REGIONS, character - weight @ character, np.ones(PLACES))


def observed(which):
    return np.eye(PLACES)[np.array(which)]


def test_a_change_that_is_the_same_everywhere_is_the_countrys(frame):
    p = predict(frame.covariance(SCALES), observed(range(0, 30, 2)), np.full(15, 2.0), frame.weight)
    assert p.weights.sum() == pytest.approx(1.0)


def test_when_every_place_is_seen_without_noise_the_country_is_their_mean(frame):
    p = predict(frame.covariance(SCALES), np.eye(PLACES), np.full(PLACES, 1e-9), frame.weight)
    assert p.weights == pytest.approx(frame.weight, abs=1e-6)
    assert p.variance == pytest.approx(0.0, abs=1e-6)


def test_the_stated_variance_is_the_errors_own(frame):
    rng = np.random.default_rng(2)
    seen, noise = list(range(0, 40, 3)), 1.5
    p = predict(frame.covariance(SCALES), observed(seen), np.full(len(seen), noise), frame.weight)
    root = np.linalg.cholesky(frame.covariance(SCALES))
    places = 3.0 + rng.standard_normal((20_000, PLACES)) @ root.T
    data = places[:, seen] + np.sqrt(noise) * rng.standard_normal((20_000, len(seen)))
    error = data @ p.weights - places @ frame.weight
    assert error.mean() == pytest.approx(0.0, abs=0.02)
    assert error.var() == pytest.approx(p.variance, rel=0.05)


def test_no_other_weights_that_add_to_one_do_better(frame):
    seen = list(range(0, 40, 3))
    covariance, place, noise = frame.covariance(SCALES), observed(seen), np.full(len(seen), 2.0)
    best = predict(covariance, place, noise, frame.weight)
    rng = np.random.default_rng(3)
    for _ in range(20):
        other = best.weights + 0.02 * (step := rng.standard_normal(len(seen))) - 0.02 * step.mean()
        error = place.T @ other - frame.weight
        assert error @ covariance @ error + (other**2 * noise).sum() > best.variance


def test_a_country_with_a_region_that_did_not_vote_is_less_sure(frame):
    everywhere = [i for i in range(PLACES) if i < 36]
    part = [i for i in range(PLACES) if frame.region[i] < 3][: len(everywhere) // 2]
    whole = predict(frame.covariance(SCALES), observed(everywhere[: len(part)]), np.full(len(part), 1.0), frame.weight)
    bare = predict(frame.covariance(SCALES), observed(part), np.full(len(part), 1.0), frame.weight)
    assert bare.variance > whole.variance


def test_a_party_that_loses_where_it_is_strong_loses_less_in_a_country_where_it_is_weaker(frame):
    council = np.repeat(np.arange(20), 3)
    own = np.repeat(np.linspace(0, 30, 20), 3)  # the wards that vote are the party's better ones
    change = predict_change(
        frame, SCALES, observed(range(20)), council, np.ones(60, dtype=bool), own, 2.0, frame.weight
    )
    loss = -2.0 - 0.3 * own
    assert loss.mean() < change.ward_weights @ loss < 0


def test_wards_that_are_not_key_wards_have_no_weight(frame):
    key = np.arange(60) % 3 > 0
    council = np.repeat(np.arange(20), 3)
    change = predict_change(frame, SCALES, observed(range(20)), council, key, np.zeros(60), 2.0, frame.weight, 0.5)
    assert (change.ward_weights[~key] == 0).all()
    assert change.ward_weights.sum() == pytest.approx(1.0)


def test_the_errors_of_two_baselines_agree_with_each_ones_variance_and_are_alike(frame):
    council, key = np.repeat(np.arange(20), 3), np.ones(60, dtype=bool)
    both = [
        predict_change(frame, SCALES, observed(range(20)), council, key, np.zeros(60), years, frame.weight)
        for years in (2.0, 4.0)
    ]
    covariance = error_covariance(SCALES, both)
    assert covariance.diagonal() == pytest.approx([c.prediction.variance for c in both])
    assert 0 < covariance[0, 1] < np.sqrt(covariance[0, 0] * covariance[1, 1])


def test_the_more_precise_baseline_has_more_say_and_none_has_less_than_nothing():
    weights, variance = combine(np.diag([1.0, 4.0]))
    assert weights == pytest.approx([0.8, 0.2])
    assert variance == pytest.approx(0.8)
    weights, _ = combine(np.array([[1.0, 1.9], [1.9, 4.0]]))
    assert weights == pytest.approx([1.0, 0.0])


def test_nothing_is_drawn_out_beyond_what_voted():
    character = np.linspace(-3, 3, 13)[:, None]
    cut = within(character, np.eye(13)[4:9], 0.0)
    assert cut.min() == character[4]
    assert cut.max() == character[8]
    assert (cut[4:9] == character[4:9]).all()


def test_scales_are_found_again_in_an_invented_country(frame):
    rng = np.random.default_rng(5)
    samples = []
    for years in (1.0, 3.0):
        root = np.linalg.cholesky(frame.covariance(SCALES) * years)
        places = root @ rng.standard_normal(PLACES)
        wards = np.full(PLACES, 12.0)
        noise = SCALES.noise(years)
        samples.append(
            Sample(
                frame,
                np.eye(PLACES),
                places + np.sqrt(noise / wards) * rng.standard_normal(PLACES),
                wards,
                float(noise * rng.chisquare(PLACES * 11)),
                PLACES * 11.0,
                years,
                np.ones(PLACES),
                np.zeros(PLACES),
            )
        )
    found = fit_scales(samples)
    assert found.council == pytest.approx(SCALES.council, rel=0.3)
    assert found.noise(2.0) == pytest.approx(SCALES.noise(2.0), rel=0.1)


@pytest.mark.parametrize("pack", ["2012", "2014", "2016", "2017", "2018", "2019", "2021", "2025"])
def test_a_night_takes_scales_learned_before_it_and_never_from_a_scored_night(pack):
    date = load_election(pack).date
    scales = load_national_scales(date)
    assert scales.until < date
    assert not {"2012", "2018", "2021", "2025"} & set(scales.trained_on)


def test_a_night_that_is_not_scored_takes_what_every_earlier_one_taught():
    assert {"2018", "2021"} <= set(load_national_scales(dt.date(2022, 5, 5)).trained_on)
    assert "2025" not in load_national_scales(dt.date(2024, 5, 2)).trained_on
    assert "2025" in load_national_scales(dt.date(2027, 5, 6)).trained_on


@pytest.mark.parametrize("size", [1e-12, 1e9])
def test_a_search_that_goes_astray_comes_back(frame, size):
    mean = size * np.linspace(-3.0, 3.0, PLACES)
    freedom = PLACES * 11.0
    sample = Sample(
        frame,
        np.eye(PLACES),
        mean,
        np.full(PLACES, 12.0),
        freedom * size,
        freedom,
        1.0,
        np.ones(PLACES),
        np.zeros(PLACES),
    )
    found = fit_scales([sample])
    assert np.isfinite([found.slope, found.region, found.council, found.ward, found.drift]).all()
