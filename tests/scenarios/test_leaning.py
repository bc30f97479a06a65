import pytest

from scenarios import leaning


def test_the_more_nights_agree_the_more_is_believed(monkeypatch):
    monkeypatch.setattr(leaning, "lean_of", lambda pack: {"LD": 0.04} if pack == "a" else {"LD": 0.04, "UKIP": -0.1})
    one, two = leaning.seat_lean(["a"]), leaning.seat_lean(["a", "b"])
    assert one == pytest.approx({"LD": 0.03})
    assert two["LD"] == pytest.approx(0.04 * 6 / 7)
    assert two["UKIP"] == pytest.approx(-0.1 * 3 / 4), "a party that one of the nights had"


def test_a_party_that_wins_more_than_foreseen_leans_up(monkeypatch):
    counts = {"Con": (120.0, 90.0), "LD": (40.0, 60.0)}
    monkeypatch.setattr(leaning, "_to_come", lambda night, councils, seed: counts)
    lean = leaning.lean_of("2014")
    assert lean["LD"] > 0 > lean["Con"]


def test_the_lean_of_a_night_is_measured_without_that_of_earlier_ones(monkeypatch):
    seen = []

    def to_come(night, councils, seed):
        seen.append(dict(night.session.design.hyper.mean))
        return {}

    monkeypatch.setattr(leaning, "_to_come", to_come)
    leaning.lean_of("2019")
    assert leaning.load_hyper(leaning.load_election("2019")).mean[leaning.LEAN]
    assert all(leaning.LEAN not in mean for mean in seen)
    assert seen


def test_what_is_taught_is_measured_before_a_night_teaches_itself(monkeypatch):
    def never(posterior, counts):
        raise AssertionError("the night's own seats were learned from")

    monkeypatch.setattr("projection.engine.learn_tonight", never)
    monkeypatch.setattr(leaning, "AT", (50.0,))
    monkeypatch.setattr(leaning, "ORDERS", 1)
    monkeypatch.setattr(leaning, "DRAWS", 20)
    assert set(leaning.lean_of("2014")) >= {"Con", "Lab", "LD"}
