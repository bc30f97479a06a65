import json

import pytest
from click.testing import CliRunner

from models.hyper import SCORED, from_dict
from models.late import LEAN
from models.start import start
from scenarios import learning
from scenarios.backtest import plan
from scenarios.leaning import LEFT, in_england
from seeds import load_election, load_outcome


@pytest.fixture
def taught(monkeypatch, tmp_path):
    """``pns fit`` without the fit: scales as they begin, a lean that names the nights that taught it."""
    monkeypatch.setattr(learning, "STORE", tmp_path)
    monkeypatch.setattr(learning.store, "__defaults__", (tmp_path,))
    monkeypatch.setattr(learning, "nights_for", lambda pack: [])
    monkeypatch.setattr(learning, "learn", lambda nights, **options: start())
    monkeypatch.setattr(learning, "seat_lean", lambda packs: {"LD": 0.01 * len(packs)})

    def fit(*packs):
        result = CliRunner().invoke(learning.fit, [*packs, "--quiet"])
        assert result.exception is None, result.exception
        return {p: from_dict(json.loads((tmp_path / f"{p}.json").read_text(encoding="utf-8"))) for p in packs}

    return fit


def test_a_set_taught_by_whole_nights_has_the_lean_of_their_seats_and_doubts_it_less(taught):
    sets = taught("2018", "2021")
    assert sets["2018"].mean[LEAN] == {"LD": 0.02}, "2014 and 2016 teach it"
    assert sets["2021"].mean[LEAN] == {"LD": 0.03}, "and 2019"
    assert sets["2021"].spread[LEAN] == LEFT


def test_only_england_teaches_and_no_lean_comes_from_a_night_without_a_past():
    whole = load_election("2017"), load_outcome("2017")
    election, outcome = in_england(*whole)
    assert {c.nation for c in whole[0].councils.values()} == {"England", "Wales"}
    assert {c.nation for c in election.councils.values()} == {"England"}
    assert {election.contests[b].council for b in outcome.contests} == set(outcome.councils) == set(election.councils)
    assert set(outcome.order) <= set(election.councils)
    own = [any(e.unit == "votes" for e in c.earlier) for c in election.contests.values()]
    assert sum(own) < 0.05 * len(own)
    assert "2017" in learning.TEACHERS["2018"][1]
    assert all("2017" not in learning.leaning_nights(pack) for pack in learning.TEACHERS)


def test_what_seats_do_beyond_votes_is_learned_from_earlier_nights_2014_among_them():
    assert learning.leaning_nights("2014") == []
    assert learning.leaning_nights("2016") == ["2014"]
    assert learning.leaning_nights("2021") == ["2014", "2016", "2019"]
    for pack in learning.TEACHERS:
        assert all(night < pack for night in learning.leaning_nights(pack))
    for pack in ("2018", "2021"):
        assert not {"2018", "2021", "2025", "2012"} & set(learning.leaning_nights(pack))


def test_a_set_without_a_whole_night_to_learn_from_keeps_the_whole_doubt(taught):
    early = taught("2012")["2012"]
    assert LEAN not in early.mean
    assert early.spread[LEAN] == start().spread[LEAN]


def test_no_night_teaches_itself_or_an_earlier_one():
    for pack, (within, whole) in learning.TEACHERS.items():
        assert all(teacher < pack for teacher in whole), pack
        assert all(teacher <= pack for teacher in within), pack
        # A night that is scored teaches only sets that serve no other of them.
        assert not (SCORED.keys() & set(whole)) or pack not in SCORED


def test_a_backtest_may_be_told_to_learn_from_every_earlier_night():
    def teachers(**options):
        (unit,) = plan(["2025"], orders=1, at=(5.0,), skew=False, rivals="{}", **options)
        return set(json.loads(unit.hyper)["trained_on"])

    assert not teachers() & SCORED.keys()
    assert teachers(apart=False) & SCORED.keys() == {"2018", "2021"}
