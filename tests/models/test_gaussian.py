"""The eliminated system against the whole one, written out densely."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from models.covariates import COVARIATES
from models.design import build_design
from models.effects import draw_effects
from models.gaussian import gather, lay_system, solve
from models.scales import contrast_precision, effect_prior, ward_cov
from models.swing import observe, update
from models.types import Declared


def dense(design, which, log_share, cov, prior):
    """Design matrix, contrasts and covariance of the declared contests, and the prior covariance of everything."""
    p, k, c = len(design.columns), len(COVARIATES), len(design.councils)
    nr, nt = len(design.regions), len(design.kinds)
    blocks = {"slopes": 0, "region": k * p, "kind": (k + nr) * p, "council": (k + nr + nt) * p}
    rows = design.contests
    xs, ys, covs = [], [], []
    for i in which:
        m = (rows.column[i] >= 0).sum()
        x = np.zeros((m, (k + nr + nt + c) * p))
        for j in range(m):
            col, council = rows.column[i, j], rows.council[i]
            x[j, np.arange(k) * p + col] = rows.covariates[i, j]
            x[j, blocks["region"] + design.region[council] * p + col] = 1
            x[j, blocks["kind"] + design.kind[council] * p + col] = 1
            x[j, blocks["council"] + council * p + col] = 1
        y = log_share[i, :m] - rows.mean[i, :m] - design.level_mean[rows.column[i, :m]]
        contrast = np.eye(m)[1:] - np.eye(m)[:1]
        xs.append(contrast @ x)
        ys.append(contrast @ y)
        covs.append(contrast @ cov[i, :m, :m] @ contrast.T)
    noise = np.zeros((sum(map(len, ys)),) * 2)
    at = 0
    for block in covs:
        noise[at : at + len(block), at : at + len(block)] = block
        at += len(block)
    variances = [prior.slopes.ravel(), np.tile(prior.region, nr), np.tile(prior.kind, nt)]
    variances += list(prior.council)
    return np.concatenate(xs), np.concatenate(ys), noise, np.diag(np.concatenate(variances))


def test_posterior_and_evidence_equal_those_of_the_dense_system(night, hyper):
    design = build_design(night.election, hyper)
    some = [b for b in design.slots.ballots if "council-1" in b or "council-4" in b]
    which, log_share = observe(design, Declared({b: night.result[b] for b in some}))
    cov, prior = ward_cov(design), effect_prior(design)
    evidence = gather(design, design.contests, which, log_share, contrast_precision(cov, design.contests.column >= 0))
    post = solve(design, lay_system(design, evidence), prior)

    x, y, noise, before = dense(design, which, log_share, cov, prior)
    marginal = x @ before @ x.T + noise
    gain = before @ x.T @ np.linalg.inv(marginal)
    mean, after = gain @ y, before - gain @ x @ before
    d = len(post.mean)
    assert np.allclose(post.mean, mean[:d], atol=1e-8)
    assert np.allclose(np.linalg.inv(post.chol @ post.chol.T), after[:d, :d], atol=1e-8)
    p = len(design.columns)
    council = np.zeros((len(design.councils), p))
    council[post.told] = post.council_mean - post.council_gain @ post.mean
    assert np.allclose(council.ravel(), mean[d:], atol=1e-8)
    gain = np.zeros((len(design.councils), p, d))
    gain[post.told] = post.council_gain
    for k in (4, 5):  # one that has declared, one that has not
        spread = gain[k] @ after[:d, :d] @ gain[k].T + post.council_root[k] @ post.council_root[k].T
        assert np.allclose(spread, after[d + k * p : d + (k + 1) * p, d + k * p : d + (k + 1) * p], atol=1e-8)

    # The density of the contrasts against one slate: |C S C'| = |S| 1'W1 for that basis.
    exact = multivariate_normal(np.zeros(len(y)), marginal).logpdf(y)
    assert np.isclose(post.log_evidence, exact, atol=1e-6)


def test_draws_of_effects_have_the_posterior_s_moments(night, hyper):
    design = build_design(night.election, hyper)
    which, log_share = observe(design, Declared({b: v for b, v in night.result.items() if "council-2" in b}))
    precision = contrast_precision(ward_cov(design), design.contests.column >= 0)
    evidence = gather(design, design.contests, which, log_share, precision)
    post = solve(design, lay_system(design, evidence), effect_prior(design))
    beta, level, _ = draw_effects(design, post, 20_000, np.random.default_rng(3))
    p, k = len(design.columns), len(COVARIATES)
    sd = np.sqrt(np.diag(np.linalg.inv(post.chol @ post.chol.T)))[: k * p].reshape(k, p)
    mean = post.mean[: k * p].reshape(k, p)
    assert np.abs((beta.mean(axis=0) - mean) / sd).max() < 4.5 / np.sqrt(20_000) * 1.2
    assert np.abs(beta.std(axis=0) / sd - 1).max() < 0.03
    # a council that has not declared is as wide as its prior, with its region and type
    undeclared = level[:, design.councils.index("council-7")].var(axis=0)
    assert (undeclared > effect_prior(design).council[7] * 0.95).all()


def test_levels_anew_know_the_night_s_effects_and_nothing_of_a_council_s_own_declarations(night, hyper):
    design = build_design(night.election, hyper)
    mine = [b for b, c in night.election.contests.items() if c.council != "council-7"]
    moved = {
        b: {p: tuple(x * (3.0 if p == "Lab" and "council-2" in b else 1.0) for x in v) for p, v in votes.items()}
        for b, votes in night.result.items()
        if b in mine
    }
    posterior = update(design, Declared(moved), seed=2, draws=3000)
    lab, con = design.columns.index("Lab"), design.columns.index("Con")
    few = len(posterior.anew)
    own, anew = ((x[:, :, lab] - x[:, :, con])[:few] for x in (posterior.level, posterior.anew))
    stood_out, like_it, never = (design.councils.index(f"council-{k}") for k in (2, 4, 7))
    # The council that moved by itself is known to have, and is not once its declarations are left aside.
    assert own[:, stood_out].mean() > own[:, like_it].mean() + 0.3
    noise = 4 * np.hypot(*anew[:, [stood_out, like_it]].std(axis=0)) / np.sqrt(few)
    assert abs(anew[:, stood_out].mean() - anew[:, like_it].mean()) < noise
    # A council that has not declared is the same either way.
    assert anew[:, never].std() == pytest.approx(own[:, never].std(), rel=0.3)


def test_a_contest_with_one_slate_says_nothing(night, hyper):
    design = build_design(night.election, hyper)
    precision, logdet = contrast_precision(ward_cov(design), design.contests.column >= 0)
    assert np.isfinite(precision).all()
    assert np.isfinite(logdet).all()
    assert np.allclose(precision.sum(axis=2), 0.0, atol=1e-9)
