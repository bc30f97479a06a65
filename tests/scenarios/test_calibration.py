"""Truth falls among the draws as it should on nights drawn from the model, and a wrong inference is found out."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from models.late import LEAN
from models.start import start
from models.swing import update
from models.types import Declared
from projection.cli import main
from projection.engine import fit
from scenarios import generative
from scenarios.calibration import hotelling, open_ground, pit, rank_nights, uniformity, without_late
from scenarios.predictive import check
from scenarios.sizes import of_size
from scenarios.synthetic import draw_night
from seeds import load_election
from tests.models.conftest import invent


def scaled(hyper, times, *names):
    """The same scales with some variances so many times as large."""
    column = {k: {c: v * (times if k in names else 1) for c, v in vs.items()} for k, vs in hyper.column.items()}
    return dataclasses.replace(hyper, column=column)


@pytest.fixture(scope="module")
def ground():
    return invent(councils=10, wards=10).election


@pytest.fixture(scope="module")
def session(ground):
    return open_ground(ground, start())


def test_nothing_declared_the_update_draws_what_the_model_says_and_so_do_we(session):
    rng = np.random.default_rng(1)
    design = session.design
    ours = np.array([generative.draw_shares(design, generative.draw_effects(design, rng), rng) for _ in range(1500)])
    posterior = update(design, Declared({}), seed=1, draws=1500)
    theirs = np.concatenate([b.copy() for b in posterior.blocks()])
    stands = design.contests.column >= 0
    a, b = ours[:, stands], theirs[:, stands]
    error = np.sqrt((a.var(axis=0) + b.var(axis=0)) / 1500)
    # Wards share their effects, and so their errors: 5 standard errors for the worst of hundreds.
    assert (np.abs(a.mean(axis=0) - b.mean(axis=0)) / error).max() < 5
    assert np.median(b.std(axis=0) / a.std(axis=0)) == pytest.approx(1, abs=0.04)
    # The tails of single wards too.
    assert np.median(np.percentile(b, 95, axis=0) - np.percentile(a, 95, axis=0)) == pytest.approx(0, abs=0.01)


def test_the_truth_falls_anywhere_among_the_draws_alike(session):
    rows = uniformity(list(rank_nights(session, 40, declared=0.4, draws=150, seed=5)), bins=5)
    assert {r.kind for r in rows} >= {"national swing", "councils to come", "wards to come", "seats to come, totals"}
    for r in rows:
        assert r.nights == 40
        assert r.p > 1e-4, r
        assert abs(r.mean - 0.5) < 4 * r.mean_error
        assert sum(r.bins) == pytest.approx(1)
    wards = next(r for r in rows if r.kind == "wards to come")
    assert wards.inside90 == pytest.approx(0.9, abs=0.03)


def test_a_night_rougher_than_the_update_believes_is_found_out(ground, session):
    rough = open_ground(ground, scaled(start(), 8.0, "tonight", "new", "noise"))
    rows = uniformity(list(rank_nights(session, 40, declared=0.4, draws=150, seed=5, truth=rough)), bins=5)
    wards = next(r for r in rows if r.kind == "wards to come")
    assert wards.p < 1e-5
    assert wards.inside90 < 0.87


def test_the_nights_of_a_calibration_have_no_late_effect(session):
    assert session.design.hyper.spread["late"] == 0
    assert LEAN not in without_late(dataclasses.replace(start(), mean={LEAN: {"LD": 0.1}})).mean
    assert without_late(start()).spread["ward"] == start().spread["ward"]


def test_ranks_among_equals_are_drawn_so_that_whole_numbers_are_uniform_too():
    rng = np.random.default_rng(3)
    drawn = rng.poisson(1.0, size=(500, 4000))
    ranks = pit(rng.poisson(1.0, size=4000).astype(float), drawn, rng)
    assert np.abs(np.histogram(ranks, 10, (0, 1))[0] / 4000 - 0.1).max() < 0.02


def test_hotellings_test_takes_nights_and_not_figures_as_its_units():
    rng = np.random.default_rng(4)
    # A hundred equal figures a night say no more than one.
    night = np.eye(5)[rng.integers(0, 5, 200)] - 0.2
    assert 0.001 < hotelling(night) == pytest.approx(hotelling(100 * night))
    assert hotelling(np.eye(5)[rng.choice(5, 200, p=[0.5, 0.2, 0.1, 0.1, 0.1])] - 0.2) < 1e-6
    assert np.isnan(hotelling(night[:4]))


def test_the_command_prints_one_json_object_and_refuses_what_is_no_share(toy_pack, capsys):
    tail = ["--nights", "12", "--draws", "50", "--declared", "40%", "--quiet"]
    main(["calibrate", str(toy_pack), *tail, "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["at"][0]["nights"] == 12
    assert {"national swing", "factor: ward"} <= {r["kind"] for r in told["at"][0]["rows"]}
    main(["calibrate", str(toy_pack), *tail, "--markdown"])
    assert "| national swing |" in capsys.readouterr().out
    with pytest.raises(SystemExit) as leave:
        main(["calibrate", str(toy_pack), "--declared", "half"])
    assert leave.value.code == 2


def checks_of(truth_hyper, ground, seed=2):
    """Checks of a night drawn with some scales and fitted with the usual ones."""
    night = draw_night(ground, seed=seed, hyper=truth_hyper)
    session = open_ground(night.election, start())
    declared = Declared({b: r.votes for b, r in night.outcome.contests.items()})
    posterior = fit(session, declared, seed=1, draws=400)
    return {(c.party, c.figure): c for c in check(session, declared, posterior)}


def test_a_night_drawn_from_the_model_looks_like_its_replicates(ground):
    found = checks_of(start(), ground)
    assert {p for p, _ in found} == {"Con", "Lab", "LD", "Ind"}
    assert np.mean([0.01 < c.p < 0.99 for c in found.values()]) > 0.85
    first = found["Con", "first"]
    assert first.low <= first.declared <= first.high


def test_a_party_that_is_far_steadier_than_the_model_has_it_is_seen(ground):
    steady = start()
    column = {k: dict(v) for k, v in steady.column.items()}
    column["tonight"]["LD"] /= 30
    column["noise"]["LD"] /= 30
    column["ward"]["LD"] /= 30
    usual = checks_of(steady, ground)
    found = checks_of(dataclasses.replace(steady, column=column), ground)
    assert found["LD", "spread"].declared < 0.8 < usual["LD", "spread"].declared
    assert found["LD", "spread"].p > 0.975


def test_the_predictive_command_shows_what_is_out_of_line_and_says_how_much_is_not(toy_pack, capsys):
    main(["predictive", str(toy_pack), "--declared", "100%", "--draws", "60", "--quiet"])
    out = " ".join(capsys.readouterr().out.split())
    assert "figures lie within the central 95% of their replicates (60 of them, seed 1)" in out
    main(["predictive", str(toy_pack), "--draws", "60", "--json", "--quiet"])
    assert json.loads(capsys.readouterr().out)["seed"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("declared", [0.1, 0.5])
def test_with_normal_noise_every_rank_is_uniform_on_the_ground_of_2016(declared):
    """The exact part of the update; with its t noise see docs/calibration.md."""
    election = of_size(load_election("2016"), 600, 1)
    from models.hyper import load_hyper

    session = open_ground(election, dataclasses.replace(load_hyper(election), tail=1000.0))
    for r in uniformity(list(rank_nights(session, 300, declared=declared, draws=300, seed=2))):
        assert r.p > 0.0005, r
        assert r.inside90 == pytest.approx(0.9, abs=max(0.01, 4 * r.inside90_error)), r
