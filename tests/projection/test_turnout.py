"""Turnout from declared wards against their own earlier turnout."""

from dataclasses import replace

import pytest

from models.types import Declared
from projection.turnout import project_turnout
from seeds import load_election


@pytest.fixture(scope="module")
def election():
    return load_election("2025")


def earlier(election):
    return {
        b: e.turnout
        for b, c in election.contests.items()
        for e in c.earlier
        if e.turnout is not None and e.date.year == 2021 and c.status == "poll"
    }


def test_a_turnout_three_points_lower_everywhere_is_projected_three_points_lower(election):
    then = earlier(election)
    told = dict(list({b: t - 3 for b, t in then.items()}.items())[::3])
    part = project_turnout(election, Declared({}, turnout=told), seed=0, draws=1000).projected
    whole = project_turnout(election, Declared({}, turnout={b: t - 3 for b, t in then.items()}), seed=0, draws=1000)
    assert whole.projected.p05 == whole.projected.p95
    assert part.p05 < whole.projected.mean < part.p95
    assert part.mean == pytest.approx(whole.projected.mean, abs=0.3)


def test_without_declared_turnout_there_is_a_reason(election):
    got = project_turnout(election, Declared({}), seed=0, draws=100)
    assert got.projected is None
    assert "turnout is declared in 0 of" in got.note


def test_a_night_whose_wards_have_no_earlier_turnout_says_so(election):
    contests = {b: replace(c, earlier=()) for b, c in election.contests.items()}
    got = project_turnout(replace(election, contests=contests), Declared({}), seed=0, draws=100)
    assert got.projected is None
    assert got.note == "an earlier turnout is known of 0 wards only"
