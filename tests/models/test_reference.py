"""The live update against the model written out in PyMC, on the same declarations."""

import warnings

import numpy as np
import pytest

from models.design import build_design
from models.swing import update
from models.types import Declared
from tests.models.conftest import invent

pytest.importorskip("nutpie", reason="the comparison needs the extra 'fast'")


def test_the_live_update_agrees_with_nuts_on_a_small_night(hyper):
    from models.reference import sample, to_posterior

    night = invent(seed=9, councils=5, wards=9)
    design = build_design(night.election, hyper)
    declared = Declared(
        {b: v for b, v in night.result.items() if night.election.contests[b].council in {"council-0", "council-3"}}
    )
    live = update(design, declared, seed=1, draws=6000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = sample(design, declared, seed=3, draws=3000, tune=1000)
        reference = to_posterior(design, declared, tree, seed=1, draws=6000)
    assert reference.diagnostics["lowest_ess"] >= 2000
    assert reference.diagnostics["highest_rhat"] < 1.01
    for mine, theirs in ((live.beta, reference.beta), (live.level, reference.level)):
        sd = theirs.std(axis=0)
        assert (np.abs(mine.mean(axis=0) - theirs.mean(axis=0)) / sd).max() < 0.1 + 4 * np.sqrt(2 / 2000)
        ratio = mine.std(axis=0) / sd
        assert 0.9 < np.median(ratio) < 1.1
    stands = design.contests.column[live.undeclared] >= 0
    a, b = (np.concatenate([x.copy() for x in p.blocks()])[:, live.undeclared][:, stands] for p in (live, reference))
    assert (np.abs(a.mean(axis=0) - b.mean(axis=0)) / b.std(axis=0)).max() < 0.1 + 4 * np.sqrt(2 / 2000)
    assert np.abs(a.std(axis=0) / b.std(axis=0) - 1).mean() < 0.1
