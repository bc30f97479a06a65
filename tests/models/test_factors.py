"""The night's factors: exact slope and curvature, and the point that the climb ends at."""

import numpy as np
import pytest

from models.design import build_design
from models.factors import (
    CLOSE,
    Observed,
    _system,
    distances,
    factor_slopes,
    fit_factors,
    log_prior,
    posterior_at,
)
from models.gaussian import gather
from models.scales import contrast_precision, totals_cov, ward_cov
from models.swing import observe, observe_totals
from models.types import Declared


@pytest.fixture(scope="module")
def design(night, hyper):
    return build_design(night.election, hyper)


def observed_of(night, design, *councils):
    declared = Declared({b: v for b, v in night.result.items() if night.election.contests[b].council in councils})
    which, log_share = observe(design, declared)
    told = observe_totals(design, declared)
    precision = contrast_precision(totals_cov(design, told.rows, told.seats_only), told.rows.column >= 0)
    return Observed(
        which=which,
        log_share=log_share,
        precision=contrast_precision(ward_cov(design), design.contests.column >= 0),
        totals=gather(design, told.rows, told.which, told.log_share, precision),
    )


def test_slope_and_curvature_are_those_of_small_differences(night, design):
    observed = observed_of(night, design, "council-0", "council-2", "council-3")
    system = _system(design, observed, np.random.default_rng(1).gamma(3, 1 / 3, len(observed.which)))
    at, width = np.array([0.1, -0.3, 0.2]), 1e-4

    def density(theta):
        return posterior_at(design, system, theta).log_evidence + log_prior(design, theta)

    def slope_at(theta):
        return factor_slopes(design, system, theta, posterior_at(design, system, theta))[0]

    slope, curvature = factor_slopes(design, system, at, posterior_at(design, system, at))
    axes = np.eye(3) * width
    assert np.allclose(slope, [(density(at + a) - density(at - a)) / (2 * width) for a in axes], atol=1e-4)
    assert np.allclose(curvature, [(slope_at(at + a) - slope_at(at - a)) / (2 * width) for a in axes], atol=1e-4)


def test_at_the_end_of_the_climb_the_density_is_level_and_the_weights_agree_with_themselves(night, design):
    observed = observed_of(night, design, *(f"council-{k}" for k in range(6)))
    fit = fit_factors(design, observed)
    assert fit.last_step < CLOSE
    post = posterior_at(design, fit.system, fit.theta)
    slope, _ = factor_slopes(design, fit.system, fit.theta, post)
    # in standard deviations
    assert (np.abs(slope * fit.sd) < 2 * CLOSE).all()
    df, noise = design.hyper.tail, np.exp(fit.theta[0])
    square, m = distances(design, observed, post).T
    stretched = square * max(1 / noise, m.sum() / (fit.weight @ square)) * df / (df - 2)
    assert fit.weight == pytest.approx((df + m) / (df + stretched) * df / (df - 2), abs=0.02)


def test_with_nothing_declared_the_factors_are_their_prior(night, design):
    fit = fit_factors(design, observed_of(night, design))
    assert fit.theta.tolist() == [0.0, 0.0, 0.0]
    assert fit.sd.tolist() == [design.hyper.spread[f] for f in ("ward", "council", "between")]
