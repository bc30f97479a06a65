"""What `pns bench` measures is the night it says, and larger nights are the same night several times."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from projection.cli import main
from scenarios.agreement import _differ, compare
from scenarios.bench import in_child, measure_growth, measure_night, peak_memory, write_results
from scenarios.order import declaring
from scenarios.replay import declared_by
from seeds import PNSightError, load_election, load_outcome


def test_growth_is_measured_on_synthetic_nights_of_the_sizes_asked_for(toy_pack):
    small, large = measure_growth(str(toy_pack), (20, 60), draws=50)
    assert small.wards == pytest.approx(20, abs=4)
    assert large.wards == pytest.approx(60, abs=4)
    assert len(small.at) == 3
    assert min(small.at) <= small.seconds <= max(small.at)


def test_sizes_that_are_none_are_refused(toy_pack, capsys):
    for wrong in ("many", "5", "2700;8000", ""):
        with pytest.raises(SystemExit) as leave:
            main(["bench", "--pack", str(toy_pack), "--sizes", wrong or ",", "--quiet"])
        assert leave.value.code == 2
        assert "such as 2700,8000,27000" in capsys.readouterr().err


def test_the_measured_updates_are_those_of_the_night_from_first_to_last_but_one(toy_pack):
    night = measure_night(str(toy_pack), 1, 50)
    councils = len(declaring(load_election(toy_pack), load_outcome(toy_pack)))
    assert [u.councils for u in night.updates] == list(range(1, councils))
    assert all(u.seconds == pytest.approx(sum(u.steps)) for u in night.updates)
    assert night.at(0) <= night.at(50) <= night.at(95)
    assert night.wards == 7


def test_a_childs_memory_is_its_own():
    held = np.ones(60_000_000)
    assert peak_memory() > held.nbytes / 1024**2
    assert in_child(peak_memory) < peak_memory()


def test_a_child_that_is_killed_is_told_in_words():
    with pytest.raises(PNSightError, match="killed"):
        in_child(os._exit, 1)


def test_results_are_written_as_the_command_reads_them(toy_pack, tmp_path):
    from projection.declarations import read_declarations

    election, outcome = load_election(toy_pack), load_outcome(toy_pack)
    file = tmp_path / "results.csv"
    write_results(election, outcome, ["alpha"], file)
    assert read_declarations(election, file).contests == declared_by(election, outcome, ["alpha"]).contests


def test_the_command_prints_one_json_object(toy_pack, capsys):
    main_args = ["bench", "--pack", str(toy_pack), "--every", "1", "--draws", "50", "--no-cold", "--quiet"]
    main([*main_args, "--json"])
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"night"}
    assert {"median", "p95", "memory", "load", "updates"} <= told["night"].keys()
    main([*main_args, "--markdown"])
    assert "| median |" in capsys.readouterr().out


def test_equal_draws_agree_and_shifted_or_narrower_ones_do_not():
    draws = np.random.default_rng(1).normal(size=(4000, 3))
    same = _differ(draws, draws, 4000)
    assert same["mean apart, sd"] == 0
    assert same["sd within a tenth"] == 1
    assert _differ(draws + 0.5, draws, 4000)["within 4 errors"] == 0
    assert _differ(draws * 0.8, draws, 4000)["sd within a tenth"] == 0


@pytest.mark.slow
@pytest.mark.skipif("PNS_NUTS" not in os.environ, reason="compiles the PyMC model for a minute or more; set PNS_NUTS=1")
def test_the_comparison_with_the_reference_runs_on_a_small_night(toy_pack):
    agreement = compare(str(toy_pack), 0.5, 500, 1, 500, 2)
    assert agreement.declared
    assert agreement.ratio > 1
    assert agreement.rows.loc["national swing", "means within a tenth"] > 0.5
