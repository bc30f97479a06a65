import dataclasses

import numpy as np
import pytest

from models.design import build_design
from models.swing import update
from models.types import Declared
from seeds.errors import ModelError
from tests.models.conftest import SWING, invent


@pytest.fixture(scope="module")
def design(night, hyper):
    return build_design(night.election, hyper)


def declared_by(night, *councils):
    return Declared({b: v for b, v in night.result.items() if night.election.contests[b].council in councils})


def shares(posterior, block=250):
    return np.concatenate([b.copy() for b in posterior.blocks(block)])


def test_shares_of_every_contest_sum_to_one_and_declared_contests_repeat_theirs(night, design):
    posterior = update(design, declared_by(night, "council-0"), seed=1, draws=200)
    x = shares(posterior)
    assert np.allclose(x.sum(axis=2), 1.0, atol=1e-5)
    votes = night.result[design.slots.ballots[0]]
    total = sum(v[0] for v in votes.values())
    expected = [votes[design.slots.parties[p]][0] / total for p in design.slots.party[0] if p >= 0]
    assert np.allclose(x[:, 0, : len(expected)], expected, atol=1e-6)


def test_the_order_of_arrival_leaves_no_trace(night, design):
    forth = declared_by(night, "council-0", "council-3")
    back = Declared(dict(reversed(forth.contests.items())))
    a, b = (update(design, d, seed=5, draws=100) for d in (forth, back))
    assert np.array_equal(shares(a), shares(b))


def test_a_retraction_leaves_the_posterior_as_if_it_had_never_been_declared(night, design):
    never = update(design, declared_by(night, "council-0"), seed=5, draws=100)
    update(design, declared_by(night, "council-0", "council-1"), seed=5, draws=100)
    after = update(design, declared_by(night, "council-0"), seed=5, draws=100)
    assert np.array_equal(shares(never), shares(after))


def test_the_size_of_a_block_changes_nothing(night, design):
    posterior = update(design, declared_by(night, "council-0"), seed=2, draws=120)
    assert np.array_equal(shares(posterior, 120), shares(posterior, 32))


def test_the_number_of_threads_changes_nothing(night, design, monkeypatch):
    declared = declared_by(night, "council-0", "council-3")
    drawn = []
    for threads in (1, 3):
        monkeypatch.setattr("numba.config.NUMBA_NUM_THREADS", threads)
        drawn.append(shares(update(design, declared, seed=2, draws=90)))
    assert np.array_equal(*drawn)


def test_another_seed_gives_other_draws_of_the_same_night(night, design):
    a, b = (shares(update(design, declared_by(night, "council-0"), seed=s, draws=600)) for s in (1, 2))
    assert not np.array_equal(a, b)
    assert np.abs(a.mean(axis=0) - b.mean(axis=0)).max() < 0.05


def test_a_known_swing_is_found_and_its_interval_narrows(night, design):
    lead = [design.columns.index("Lab"), design.columns.index("Con")]
    truth = SWING[1] - SWING[0]
    widths = []
    for councils in (1, 4, 8):
        posterior = update(design, declared_by(night, *(f"council-{k}" for k in range(councils))), seed=1, draws=1500)
        level = posterior.beta[:, 0, lead] + design.level_mean[lead]
        swing = level[:, 0] - level[:, 1]
        # levels are on the scale of the latest year's, where the two were level by construction of the baselines
        widths.append(swing.std())
        if councils == 8:
            base = design.contests.mean
            own = np.mean([base[i, 1] - base[i, 0] for i in range(len(base))])
            told = np.mean([np.log(v["Lab"][0] / v["Con"][0]) for v in night.result.values()])
            assert abs(swing.mean() - (told - own)) < 0.15
            assert told - own == pytest.approx(truth, abs=0.25)
    assert widths[0] > widths[1] > widths[2]


def test_declared_wards_pull_their_council_more_than_the_rest(night, design):
    council = "council-5"
    own = [b for b in design.slots.ballots if night.election.contests[b].council == council]
    strong = {b: dict.fromkeys(night.election.contests[b].standing, (100.0,)) | {"Con": (4000.0,)} for b in own[:6]}
    before = shares(update(design, Declared({}), seed=1, draws=800)).mean(axis=0)[:, 0]
    after = shares(update(design, Declared(strong), seed=1, draws=800)).mean(axis=0)[:, 0]
    index = {b: i for i, b in enumerate(design.slots.ballots)}
    inside = np.mean([after[index[b]] - before[index[b]] for b in own[6:]])
    outside = np.mean([after[i] - before[i] for b, i in index.items() if night.election.contests[b].council != council])
    assert inside > outside + 0.02 > 0.02


def test_one_freak_ward_moves_the_rest_little(night, design):
    usual = declared_by(night, "council-0", "council-1", "council-2")
    freak = dict(usual.contests)
    ballot = next(iter(freak))
    freak[ballot] = dict.fromkeys(freak[ballot], (1.0,)) | {"Con": (5000.0,)}
    a = update(design, usual, seed=1, draws=800)
    b = update(design, Declared(freak), seed=1, draws=800)
    still = a.undeclared
    moved = np.abs(shares(a)[:, still].mean(axis=0) - shares(b)[:, still].mean(axis=0))
    assert moved.max() < 0.04
    assert b.diagnostics["lowest_weight"] < 0.2


def test_a_declaration_without_a_party_that_stood_is_refused_by_name(night, design):
    ballot = design.slots.ballots[0]
    with pytest.raises(ModelError, match="no votes are given for Lab"):
        update(design, Declared({ballot: {"Con": (10.0,)}}), seed=1)


def test_a_contest_that_the_model_does_not_speak_of_is_passed_over(night, design):
    a = update(design, Declared({}), seed=1, draws=50)
    b = update(design, Declared({"local.elsewhere.somewhere.2018-05-03": {"Con": (1.0,)}}), seed=1, draws=50)
    assert np.array_equal(shares(a), shares(b))


def test_the_posterior_is_a_datatree_with_named_dimensions(night, design):
    tree = update(design, declared_by(night, "council-0"), seed=1, draws=50).to_datatree()
    effect = tree["posterior"]["effect"]
    assert effect.dims == ("chain", "draw", "covariate", "column")
    assert float(effect.sel(covariate="level", column="Lab").std()) > 0


def test_intervals_of_undeclared_wards_hold_the_truth_as_often_as_they_say(hyper):
    """Ninety in a hundred, over many invented nights: the noise of the invention is what the scales expect."""
    inside, count = 0, 0
    for seed in range(6):
        night = invent(seed=100 + seed, councils=6, wards=10)
        design = build_design(night.election, hyper)
        posterior = update(design, declared_by(night, "council-0", "council-1", "council-2"), seed=1, draws=400)
        x = shares(posterior)
        low, high = np.quantile(x, [0.05, 0.95], axis=0)
        for i in posterior.undeclared:
            votes = night.result[design.slots.ballots[i]]
            total = sum(v[0] for v in votes.values())
            for j, p in enumerate(design.slots.party[i]):
                if p >= 0:
                    share = votes[design.slots.parties[p]][0] / total
                    inside += low[i, j] <= share <= high[i, j]
                    count += 1
    assert count > 400
    assert 0.82 < inside / count < 0.98


def test_scales_of_one_hyperparameter_set_are_not_those_of_another(night, hyper):
    wide = dataclasses.replace(
        hyper, column={**hyper.column, "tonight": {c: 4 * v for c, v in hyper.column["tonight"].items()}}
    )
    a, b = (
        shares(update(build_design(night.election, h), Declared({}), seed=1, draws=400)).std(axis=0).mean()
        for h in (hyper, wide)
    )
    assert b > 1.05 * a


def test_a_few_contests_drawn_alone_are_the_same_draws(night, design):
    posterior = update(design, declared_by(night, "council-0"), seed=2, draws=60)
    some = posterior.undeclared[[3, 9, 20]]
    assert np.allclose(posterior.shares_of(some), shares(posterior)[:, some], atol=1e-6)


def test_fewer_draws_than_the_cubature_has_nodes_are_draws_all_the_same(night, hyper):
    design = build_design(night.election, hyper)
    posterior = update(design, Declared(night.result), seed=1, draws=3)
    assert len(posterior.level) == len(posterior.anew) == 3
    assert np.isfinite(posterior.level).all()
    assert np.isfinite(posterior.anew).all()
