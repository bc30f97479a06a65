"""One unit of a backtest: the same questions to every method, none that has been answered, all with their truth."""

from __future__ import annotations

import csv
import dataclasses
import io
import json

import numpy as np
import pytest

from models.hyper import to_dict
from projection.engine import project_declared
from projection.session import make_session
from scenarios.replay import declared_by
from scenarios.skew import arranged
from scenarios.sources import digest, modules_behind
from scenarios.spread import STORE
from scenarios.truth import open_night
from scenarios.units import COLUMNS, METHODS, Unit, code_digest, contents_digest, run_unit
from seeds import PackError, PNSightError, load_election, load_outcome

SPREAD = {"totals main": 0.04, "totals local": 0.01, "councils 12 main": 0.01, "shares main": 4.0}
ENTRY = {"night": "2016", "date": "2016-05-05", "squares": {m: {"1": SPREAD} for m in METHODS[1:]}}


@pytest.fixture
def unit(toy_pack, learned):
    rivals = json.loads(STORE.read_text()) | {"nights": [ENTRY]}
    return Unit(
        pack=str(toy_pack),
        contents=contents_digest(str(toy_pack)),
        order="random",
        seed=5,
        at=(1.0, 5.0),
        draws=100,
        methods=METHODS,
        hyper=json.dumps(to_dict(learned)),
        rivals=json.dumps(rivals),
        code=code_digest(),
    )


def rows_of(unit):
    return [dict(zip(COLUMNS, r, strict=True)) for r in csv.reader(io.StringIO(run_unit(unit)))]


@pytest.fixture
def rows(unit):
    return rows_of(unit)


def test_a_unit_is_a_pure_function_of_its_values(unit):
    assert run_unit(unit) == run_unit(unit)
    assert run_unit(unit) != run_unit(dataclasses.replace(unit, seed=6))


def test_every_method_answers_the_same_questions(rows):
    keys = ("declared", "quantity", "area", "party", "truth", "at", "of")
    # The national share alone is the model's own.
    rows = [r for r in rows if r["quantity"] != "pns"]
    asked = {m: [tuple(r[k] for k in keys) for r in rows if r["method"] == m] for m in METHODS}
    assert all(asked[m] == asked["model"] for m in METHODS)
    assert len(set(asked["model"])) == len(asked["model"])
    # No result of one ward of delta is known: the night's share of the vote is not either.
    assert {r["quantity"] for r in rows} == {"seats", "control"}


def test_votes_are_scored_where_every_ward_is_known(toy_pack, unit, learned):
    file = toy_pack / "outcome" / "results.csv"
    file.write_text(file.read_text() + "local.delta.hill.2018-05-03,votes,Lab=500; LD=700,LD=1,,,,\n")
    rows = [r for r in rows_of(dataclasses.replace(unit, contents=contents_digest(unit.pack))) if r["declared"] == "1"]
    shares = [r for r in rows if r["quantity"] == "vote_share"]
    election, outcome = load_election(unit.pack), load_outcome(unit.pack)
    everything = declared_by(election, outcome, list(election.councils))
    end = project_declared(election, everything, draws=20, session=make_session(election, learned)).shares
    for r in shares:
        if r["party"] in end:  # independents only stood where there was no poll
            assert float(r["truth"]) == pytest.approx(end[r["party"]].mean, rel=1e-5)
    for method in METHODS:
        assert sum(float(r["mean"]) for r in shares if r["method"] == method) == pytest.approx(100, abs=1e-3)


def test_what_has_declared_is_not_asked(unit, rows):
    order = arranged(load_election(unit.pack), load_outcome(unit.pack), "random", 5)
    for declared in ("1", "2"):
        areas = {r["area"] for r in rows if r["declared"] == declared} - {"all"}
        assert areas <= set(order[int(declared) :])
        assert {r["area"] for r in rows if r["declared"] == declared and r["quantity"] == "seats"} == areas | {"all"}


def test_totals_of_the_night_are_what_our_count_makes_of_it(rows):
    total = {r["party"]: float(r["truth"]) for r in rows if r["quantity"] == "seats" and r["area"] == "all"}
    assert total == {"Lab": 1 + 2 + 3, "Con": 2 + 3 + 4, "LD": 6 + 1, "Ind": 1, "others": 0}
    model = [r for r in rows if r["quantity"] == "seats" and r["method"] == "model" and r["declared"] == "2"]
    assert sum(float(r["mean"]) for r in model if r["area"] == "all") == pytest.approx(23)


def test_a_lot_is_counted_as_it_was_drawn(unit, learned):
    night = open_night(load_election(unit.pack), load_outcome(unit.pack), learned)
    assert night.truth.seats["alpha"] == {"Con": 2, "Lab": 1, "LD": 0, "Ind": 1, "Alphaton First": 0}
    assert night.truth.control == {"alpha": "NOC", "beta": "Con", "gamma": "LD", "delta": "Lab"}


def test_a_council_of_unknown_seats_is_not_scored(toy_pack, unit, learned):
    file = toy_pack / "outcome" / "councils.csv"
    told = file.read_text().replace("delta,Lab=3; LD=1,Lab=8; LD=4", "delta,,Lab=8; LD=4")
    file.write_text(told.replace("gamma,Con=4; LD=6,Con=4", "gamma,,Con=4"))
    # Of delta, a part of which was up, seats afterwards do not say for certain who won them; of gamma they do.
    won = open_night(load_election(unit.pack), load_outcome(unit.pack), learned).truth.seats["gamma"]
    assert {p: n for p, n in won.items() if n} == {"Con": 4, "LD": 6}
    night = open_night(load_election(unit.pack), load_outcome(unit.pack), learned)
    assert "delta" not in night.truth.seats
    assert "delta" not in night.truth.control
    changed = dataclasses.replace(unit, contents=contents_digest(unit.pack))
    assert "delta" not in {r["area"] for r in rows_of(changed)}
    total = {r["party"]: float(r["truth"]) for r in rows_of(changed) if r["quantity"] == "seats" and r["area"] == "all"}
    assert sum(total.values()) == 23 - 4


def test_chances_of_control_add_to_one_and_are_scored_by_brier(rows):
    chances = {}
    for r in rows:
        if r["quantity"] == "control":
            assert float(r["crps"]) == pytest.approx((float(r["mean"]) - float(r["truth"])) ** 2, abs=1e-5)
            assert (r["p50"], r["pit"]) == ("", "")
            key = r["declared"], r["method"], r["area"]
            chances.setdefault(key, []).append((float(r["mean"]), float(r["truth"])))
    assert chances
    for pairs in chances.values():
        assert np.sum(pairs, axis=0) == pytest.approx([1, 1], abs=1e-5)


def test_a_council_that_no_result_can_change_is_not_asked_about(toy_pack, unit):
    councils = toy_pack / "councils.csv"
    # Labour keeps five of nine whatever happens tonight.
    councils.write_text(councils.read_text().replace("Lab=5; Con=4,Lab=3; Con=2", "Lab=5; Con=4,Lab=5"))
    changed = dataclasses.replace(unit, contents=contents_digest(unit.pack), at=(1.0,), seed=0)
    rows = [r for r in rows_of(changed) if r["quantity"] == "control"]
    assert rows
    assert "alpha" not in {r["area"] for r in rows}


def test_rivals_have_intervals_only_if_they_had_an_earlier_night(unit, rows):
    rival = [r for r in rows if r["method"] == "ridge" and r["quantity"] == "seats" and r["area"] == "all"]
    assert all(float(r["p05"]) <= float(r["p95"]) for r in rival)
    without = dataclasses.replace(unit, rivals=json.dumps(json.loads(unit.rivals) | {"nights": []}))
    for r in rows_of(without):
        if r["method"] != "model" and r["quantity"] != "control":
            assert (r["p05"], r["p95"], r["pit"]) == ("", "", "")
            assert float(r["crps"]) == pytest.approx(abs(float(r["mean"]) - float(r["truth"])), rel=1e-4, abs=1e-4)


def test_the_models_rows_are_those_of_its_projection(unit, rows, learned):
    election, outcome = load_election(unit.pack), load_outcome(unit.pack)
    order = arranged(election, outcome, "random", 5)
    session = make_session(election, learned)
    shown = project_declared(election, declared_by(election, outcome, order[:1]), seed=5, draws=100, session=session)
    ours = {(r["area"], r["party"]): r for r in rows if r["method"] == "model" and r["declared"] == "1"}
    for party in ("Con", "Lab", "LD"):
        for name in ("mean", "p05", "p25", "p50", "p75", "p95"):
            assert float(ours["all", party][name]) == pytest.approx(getattr(shown.seats[party], name), rel=1e-5)
    control = {r["area"]: float(r["mean"]) for r in rows if r["declared"] == "1" and r["method"] == "model"
               and r["quantity"] == "control" and r["party"] == "NOC"}  # fmt: skip
    assert control == {c: pytest.approx(shown.control[c].get("NOC", 0.0), abs=1e-6) for c in control}


def test_a_unit_planned_with_another_pack_or_other_code_is_refused(unit):
    with pytest.raises(PackError, match="not the same here"):
        run_unit(dataclasses.replace(unit, contents="0"))
    with pytest.raises(PNSightError, match="code here is not the same"):
        run_unit(dataclasses.replace(unit, code="0"))


def test_a_units_name_holds_all_that_its_rows_depend_on(unit):
    others = [
        dataclasses.replace(unit, **{name: value})
        for name, value in {
            "contents": "x", "order": "x", "seed": 9, "at": (1.0,), "draws": 7, "methods": ("ridge",), "hyper": "x",
            "rivals": "x", "code": "x",
        }.items()
    ]  # fmt: skip
    assert len({u.digest for u in [unit, *others]}) == 10
    assert dataclasses.replace(unit, pack="elsewhere").digest == unit.digest


def test_the_code_behind_a_unit_is_the_engine_and_not_what_shows_it():
    behind = set(modules_behind("scenarios.units"))
    assert {"projection.engine", "projection.counting", "models.swing", "scenarios.ridge", "seeds.pack"} <= behind
    assert not {"projection.cli", "projection.report", "scenarios.backtest_cli", "scenarios.summary"} & behind


def test_other_code_has_another_hash(tmp_path):
    (tmp_path / "scenarios").mkdir()
    for name, text in {"__init__": "", "a": "from scenarios import b\n", "b": "x = 1\n", "c": "y = 1\n"}.items():
        (tmp_path / "scenarios" / f"{name}.py").write_text(text)
    before = digest("scenarios.a", tmp_path)
    (tmp_path / "scenarios" / "c.py").write_text("y = 2\n")
    assert digest("scenarios.a", tmp_path) == before
    (tmp_path / "scenarios" / "b.py").write_text("x = 2\n")
    assert digest("scenarios.a", tmp_path) != before
