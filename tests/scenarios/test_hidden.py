"""Councils known by totals, on nights whose wards are known and were hidden."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

import seeds
from projection.engine import count_draws
from scenarios.hidden import hide, hide_wards
from scenarios.questions import add_up, ask, line_up
from scenarios.replay import declared_by
from scenarios.scene import set_scene
from scenarios.skew import arranged
from scenarios.truth import open_night


@pytest.fixture(scope="module")
def hidden():
    return hide_wards(seeds.load_election("2016"), seeds.load_outcome("2016"))


@pytest.mark.night
def test_hiding_wards_changes_no_council_s_result(hidden):
    whole = open_night(seeds.load_election("2016"), seeds.load_outcome("2016")).truth
    now = open_night(*hidden).truth
    assert len(now.seats) > 100
    for council, seats in now.seats.items():
        assert sum(seats.values()) == sum(whole.seats[council].values())
        assert {p: seats.get(p, 0) for p in ("Con", "Lab")} == {
            p: whole.seats[council].get(p, 0) for p in ("Con", "Lab")
        }


@pytest.mark.night
def test_councils_known_by_totals_are_projected_as_surely_as_it_says(hidden):
    night = open_night(*hidden)
    order = arranged(night.election, night.outcome, "random", 1)
    inside, error, naive = [], [], []
    for count in (8, 40):
        declared = declared_by(night.election, night.outcome, order[:count])
        scene = set_scene(night.session, declared)
        asked = ask(night, scene)
        tally = count_draws(night.session, declared, seed=1, draws=300)
        rows = line_up(night, asked, tally.layout).councils
        seats = add_up(tally.seating.seats, rows, len(asked.councils))
        low, high = np.quantile(seats, [0.05, 0.95], axis=0)
        truth = asked.councils.truth
        inside.append(((low <= truth) & (truth <= high)).mean())
        error.append(np.abs(seats.mean(axis=0) - truth).mean())
        naive.append(np.abs(truth - truth.mean()).mean())
    assert min(inside) > 0.85
    assert max(error) < 0.6 * min(naive)


def test_a_pack_with_hidden_wards_is_written_and_read_like_any_other(tmp_path):
    out = tmp_path / "hidden"
    done = CliRunner().invoke(hide, ["2025", "--out", str(out), "--keep", "8"])
    assert done.exit_code == 0, done.output
    election = seeds.load_election(out)
    assert {c.detail for c in election.councils.values()} == {"wards", "totals"}
    assert seeds.load_outcome(out).councils["kent"].seats_won
    again = CliRunner().invoke(hide, ["2025", "--out", str(out)])
    assert "is there already" in str(again.exception)
