"""A posterior as frames: the same draws that the engine counts."""

from __future__ import annotations

import numpy as np
import pytest

import projection as pns
from projection.declarations import from_frame
from seeds import ModelError, load_election

NORTH, EAST = "local.alpha.north.2018-05-03", "local.alpha.east.2018-05-03"


@pytest.fixture
def night(toy_pack):
    import pandas as pd

    election = load_election(toy_pack)
    frame = pd.DataFrame(
        [(NORTH, "Con", 800), (NORTH, "Lab", 1100), (NORTH, "LD", 350)], columns=["ballot_id", "party", "votes"]
    )
    return election, frame


def test_a_posterior_has_a_row_for_every_slate_and_shares_of_a_contest_add_to_one(night):
    election, frame = night
    rows = pns.posterior(election, frame, draws=400).to_frame()
    slates = sum(len(c.standing) for c in election.contests.values() if c.status == "poll" and c.rule == "plurality")
    assert len(rows) == slates
    np.testing.assert_allclose(rows.groupby("ballot_id")["mean"].sum(), 1.0, atol=1e-5)
    assert (rows[["p05", "p25", "p50", "p75", "p95"]].diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)


def test_a_posterior_says_who_of_a_slate_sits_already(toy_pack):
    (toy_pack / "incumbents.csv").write_text(f"ballot_id,date,incumbents\n{NORTH},2018-05-03,Con=1\n")
    rows = pns.posterior(load_election(toy_pack), draws=20).to_frame().set_index(["ballot_id", "party"])["incumbents"]
    assert rows[rows > 0].to_dict() == {(NORTH, "Con"): 1}


def test_a_declared_contest_is_known_exactly_and_the_others_are_not(night):
    election, frame = night
    rows = pns.posterior(election, frame, draws=400).to_frame().set_index(["ballot_id", "party"])
    assert rows.loc[(NORTH, "Lab"), "mean"] == pytest.approx(1100 / 2250, abs=1e-6)
    assert rows.loc[NORTH, "sd"].max() < 1e-6
    assert rows.loc[EAST, "sd"].min() > 0.01
    assert list(rows.index[rows["declared"]].unique("ballot_id")) == [NORTH]


def test_posterior_and_projection_are_of_the_same_draws(night):
    election, frame = night
    wards = pns.project(election, frame, draws=400).to_frame("wards").set_index(["ballot_id", "party"])
    rows = pns.posterior(election, from_frame(election, frame), draws=400).to_frame().set_index(["ballot_id", "party"])
    np.testing.assert_allclose(wards["share"].loc[rows.index], rows["mean"], atol=1e-6)


def test_some_ballots_can_be_asked_for_and_an_unknown_one_is_refused(night):
    posterior = pns.posterior(night[0], draws=50)
    assert set(posterior.to_frame([EAST])["ballot_id"]) == {EAST}
    with pytest.raises(ModelError, match="nowhere"):
        posterior.to_frame(["nowhere"])


def test_a_posterior_shows_itself_in_a_notebook_and_in_one_line_elsewhere(night):
    posterior = pns.posterior(*night, draws=50)
    assert "Posterior of toy" in posterior._repr_html_()
    assert "1 of " in posterior._repr_html_()
    assert len(repr(posterior)) < 200


def test_arviz_gets_named_dimensions(night):
    tree = pns.posterior(*night, draws=50).to_datatree()
    assert tree["posterior"]["council_level"].dims == ("chain", "draw", "council", "column")
    assert "alpha" in tree["posterior"].coords["council"]
