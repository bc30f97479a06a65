"""Councils known by totals, on nights whose wards are known and were hidden."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

import seeds
from projection.engine import count_draws
from scenarios.hidden import hide, hide_wards
from scenarios.new_pack import write_pack
from scenarios.questions import add_up, ask, line_up
from scenarios.replay import declared_by
from scenarios.scene import set_scene
from scenarios.skew import arranged
from scenarios.truth import open_night
from seeds.expected import load_expected


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


@pytest.mark.parametrize("timed", [True, False])
def test_a_pack_made_of_another_keeps_what_still_holds_of_the_councils_that_it_has(toy_pack, tmp_path, timed):
    head = "[[source]]\n" + "".join(f'{k} = ""\n' for k in ("origin", "licence", "credit", "sha256"))
    with (toy_pack / "election.toml").open("a") as meta:
        meta.writelines(f'{head}table = "{table}"\n' for table in ("defended", "expected"))
    seats = "council,basis,year,seats,how\nbeta,may,2017,Con=5,known\ngamma,may,2017,Con=6; LD=4,known\n"
    (toy_pack / "defended.csv").write_text(seats)
    times = "council,at,count,year,source\nalpha,2018-05-04T02:00:00,night,2018,print\ngamma,,day,2018,print\n"
    (toy_pack / "expected.csv").write_text(times)
    whole = seeds.load_election(toy_pack)
    councils = {c: x for c, x in whole.councils.items() if c != "gamma"}
    write_pack(tmp_path / "out", replace(whole, councils=councils), seeds.load_outcome(toy_pack), toy_pack, timed=timed)
    made = seeds.load_election(tmp_path / "out")
    assert [d.council for d in made.defended] == ["beta"]
    assert list(load_expected(tmp_path / "out")) == (["alpha"] if timed else [])
    assert [s.split(":")[0] for s in made.sources] == ["contests", "defended", *(["expected"] if timed else [])]


def test_a_pack_with_hidden_wards_is_written_and_read_like_any_other(tmp_path):
    out = tmp_path / "hidden"
    done = CliRunner().invoke(hide, ["2025", "--out", str(out), "--keep", "8"])
    assert done.exit_code == 0, done.output
    election = seeds.load_election(out)
    assert {c.detail for c in election.councils.values()} == {"wards", "totals"}
    assert seeds.load_outcome(out).councils["kent"].seats_won
    whole = seeds.load_election("2025")
    assert election.defended == tuple(d for d in whole.defended if d.council in election.councils) != ()
    again = CliRunner().invoke(hide, ["2025", "--out", str(out)])
    assert "is there already" in str(again.exception)
