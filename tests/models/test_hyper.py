import dataclasses
import datetime as dt
import json

import pytest

import seeds
from models.fit import from_vector, to_vector
from models.hyper import SCORED, from_dict, load_hyper, to_dict
from models.start import start
from models.training import nights_within
from seeds.errors import ModelError


@pytest.mark.parametrize("pack", seeds.embedded())
def test_a_night_takes_scales_learned_from_earlier_elections_only(pack):
    election = seeds.load_election(pack)
    hyper = load_hyper(election)
    assert hyper.until < election.date
    assert hyper.trained_on


def test_a_night_before_all_that_was_learned_has_no_scales(night):
    early = dataclasses.replace(night.election, date=dt.date(1999, 5, 6))
    with pytest.raises(ModelError, match="pns fit"):
        load_hyper(early)


def test_scales_survive_being_stored():
    hyper = dataclasses.replace(start(), trained_on=("x",), until=dt.date(2011, 5, 5))
    assert from_dict(to_dict(hyper)) == hyper


def test_what_is_fitted_survives_its_vector():
    vector = to_vector(start())
    assert to_vector(from_vector(vector + 0.3, start())) == pytest.approx(vector + 0.3)


def test_a_column_that_no_training_night_had_takes_its_kin_s_scale():
    hyper = start()
    assert hyper.of("ward", ["Ref", "UKIP"])[0] == hyper.column["ward"]["UKIP"]


def test_older_nights_within_a_pack_see_only_what_was_before_them():
    election = seeds.load_election("2012")
    nights = nights_within(election, start())
    assert len(nights) >= 4
    for night in nights:
        ground = night.ground
        assert all(e.date < night.date for c in ground.election.contests.values() for e in c.earlier)
        assert all(h.date < night.date for k in ground.election.councils.values() for h in k.history)
        assert all(p.end < night.date for p in ground.election.polls)
        assert max(ground.past.dates) < night.date


def test_a_set_from_before_a_covariate_was_added_is_named_with_what_to_do(night, tmp_path, monkeypatch):
    old = to_dict(dataclasses.replace(start(), until=dt.date(2016, 5, 5)))
    del old["covariate"]["incumbent"]
    (tmp_path / "2018.json").write_text(json.dumps(old), encoding="utf-8")
    monkeypatch.setattr("models.hyper.STORE", tmp_path)
    with pytest.raises(ModelError, match=r"2018\.json: has no scale for the covariate 'incumbent'; run pns fit 2018"):
        load_hyper(night.election)


@pytest.mark.parametrize("pack", [p for p in seeds.embedded() if p in SCORED])
def test_no_night_that_is_scored_teaches_another(pack):
    election = seeds.load_election(pack)
    assert election.date == SCORED[pack]
    assert not SCORED.keys() & set(load_hyper(election).trained_on)


def test_nights_that_are_not_scored_learn_from_all_before_them():
    election = seeds.load_election("2025")
    for date, teachers in ((dt.date(2023, 5, 4), {"2018", "2021"}), (dt.date(2027, 5, 6), set(SCORED) - {"2012"})):
        hyper = load_hyper(dataclasses.replace(election, date=date))
        assert SCORED.keys() & set(hyper.trained_on) == teachers
        assert hyper.until < date
