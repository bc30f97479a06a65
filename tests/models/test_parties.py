"""The noise of each party tonight, learned from the declared wards."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from models.design import build_design
from models.parties import SPREAD, _moments, noise_by_party
from models.posterior import make_kernel
from models.scales import contrast_precision
from models.swing import update
from models.types import Declared
from tests.models.conftest import invent


@pytest.fixture(scope="module")
def design(hyper):
    return build_design(invent(councils=16, wards=20).election, hyper)


def night_of(design, **noise):
    """One night as the model itself would have it, but for the size of parties' noise (on the variance)."""
    kernel = make_kernel(design)
    column = design.contests.column
    size = np.sqrt([noise.get(c, 1.0) for c in design.columns])
    root = kernel.root * np.where(column >= 0, size[np.maximum(column, 0)], 1.0)[:, :, None].astype(np.float32)
    prior = update(design, Declared({}), seed=11, draws=6, kernel=dataclasses.replace(kernel, root=root))
    shares = next(iter(prior.blocks(6)))[0]
    slots = design.slots
    return {
        b: {slots.parties[p]: (1e5 * float(shares[n, j]),) for j, p in enumerate(slots.party[n]) if p >= 0}
        for n, b in enumerate(slots.ballots)
    }


def some(design, votes, councils=12):
    told = {b: v for n, (b, v) in enumerate(votes.items()) if design.contests.council[n] < councils}
    return update(design, Declared(told), seed=1, draws=120)


def test_a_party_that_is_noisier_than_it_was_is_found_out_and_the_others_are_not(design):
    usual = noise_by_party(some(design, night_of(design))).diagnostics["party_noise"]
    noisy = noise_by_party(some(design, night_of(design, LD=6.0))).diagnostics["party_noise"]
    assert all(0.6 < f < 1.6 for f in usual.values())
    assert noisy["LD"] > 2
    assert all(noisy[p] < 1.3 for p in usual if p != "LD")


def test_wards_to_come_are_drawn_so_and_declared_ones_and_swings_stay_as_they_are(design):
    before = some(design, night_of(design, LD=6.0))
    after = noise_by_party(before)
    slate = [(n, list(before.design.contests.column[n]).index(design.columns.index("LD"))) for n in before.undeclared
             if design.columns.index("LD") in before.design.contests.column[n]]  # fmt: skip
    wide = [
        np.mean([np.log(np.concatenate([b[:, n, j] for b in p.blocks()])).std() for n, j in slate])
        for p in (before, after)
    ]
    assert wide[1] > 1.2 * wide[0]
    assert after.beta is before.beta
    assert after.level is before.level
    assert np.array_equal(after.kernel.precision[0], before.kernel.precision[0])
    told = before.declared
    assert all(np.array_equal(a[:, told], b[:, told]) for a, b in zip(before.blocks(), after.blocks(), strict=True))


def test_nothing_declared_nothing_is_learned(design):
    posterior = noise_by_party(some(design, night_of(design), councils=0))
    assert set(posterior.diagnostics["party_noise"].values()) == {1.0}


def test_little_declared_leaves_the_factors_near_one(design):
    votes = dict(list(night_of(design, LD=6.0).items())[:1])
    factors = noise_by_party(update(design, Declared(votes), seed=1, draws=60)).diagnostics["party_noise"]
    assert all(np.exp(-SPREAD) < f < np.exp(SPREAD) for f in factors.values())


def test_the_moments_are_the_slope_of_the_log_density_of_contrasts(design):
    kernel, rows = make_kernel(design), design.contests
    which = np.flatnonzero((rows.column >= 0).sum(axis=1) > 2)[:5]
    column = rows.column[which]
    stands = column >= 0
    root = kernel.root[which].astype(float)
    cov = root @ root.transpose(0, 2, 1)
    resid = np.where(stands, np.random.default_rng(2).normal(0, 0.3, stands.shape), 0.0)

    def density(log_factor):
        f = np.where(stands, np.exp(log_factor[np.maximum(column, 0)] / 2), 1.0)
        precision, logdet = contrast_precision(cov * f[:, :, None] * f[:, None, :], stands)
        return -0.5 * (np.einsum("ni,nij,nj->n", resid, precision, resid) + logdet).sum()

    weigh = np.linalg.inv(cov) * (stands[:, :, None] & stands[:, None, :])
    found, foreseen = np.zeros(column.shape), np.zeros(column.shape)
    # A t of so many degrees of freedom is a Gaussian.
    _moments(0, len(which), column, weigh, resid[:, :, None].astype(np.float32), 1e9, found, foreseen)
    for p in range(len(design.columns)):
        step = 1e-4 * np.eye(len(design.columns))[p]
        slope = (density(step) - density(-step)) / 2e-4
        assert 0.5 * (found - foreseen)[column == p].sum() == pytest.approx(slope, abs=1e-4)
