"""From declarations and known draws to a projection, on the invented night (see tests/conftest.py)."""

from __future__ import annotations

import dataclasses
import json
import re

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from models.types import CouncilTotals, Declared
from projection.engine import project_declared
from projection.result import NOC
from projection.session import make_session
from projection.views import ward_dicts, wards_table
from projection.words import interval
from seeds import ArgumentError, DeclarationError, load_election

NORTH, SOUTH, EAST = (f"local.alpha.{w}.2018-05-03" for w in ("north", "south", "east"))
CASTLE, MOOR = (f"local.beta.{w}.2018-05-03" for w in ("castle", "moor"))
NOTHING = Declared({})
ALPHA = {
    NORTH: {"Con": (800.0,), "Lab": (1100.0,), "LD": (350.0,)},
    SOUTH: {"Con": (640.0,), "Lab": (641.0,), "Alphaton First": (200.0,)},
    EAST: {"Con": (1100.0,), "Lab": (1000.0,)},
}
BETA = {
    CASTLE: {"Con": (950.0, 700.0, 690.0), "Lab": (720.0, 500.0), "LD": (400.0,)},
    MOOR: {"Con": (500.0, 480.0), "Lab": (600.0, 450.0)},
}


@pytest.fixture
def election(toy_pack, fake_model):
    return load_election(toy_pack)


@pytest.fixture
def run(election):
    session = make_session(election)

    def go(declared, **kw):
        return project_declared(election, declared, session=session, **({"seed": 7, "draws": 400} | kw))

    return go


def only(summary):
    """The value of a certain summary."""
    assert summary.p05 == summary.p95 == pytest.approx(summary.mean)
    return summary.p50


def test_all_seats_up_are_won_by_someone_in_every_draw(run):
    nothing = run(NOTHING)
    # 4 in alpha, 5 in beta, 10 in gamma; delta has two known wards and two more seats beyond.
    assert sum(s.mean for s in nothing.seats.values()) == pytest.approx(23)
    assert nothing.declared == dataclasses.replace(
        nothing.declared, councils=0, councils_of=4, contests=0, contests_of=7
    )


def test_a_declared_council_is_counted_exactly_with_its_walkover_and_holdovers(run):
    alpha = run(Declared(ALPHA)).councils["alpha"]
    assert alpha.state == "declared"
    assert {p: only(s) for p, s in alpha.won.items() if s.mean} == {"Con": 1, "Lab": 2, "Ind": 1}
    assert {p: only(s) for p, s in alpha.after.items() if s.mean} == {"Con": 3, "Lab": 5, "Ind": 1}
    assert alpha.control == {"Lab": 1.0}


def test_net_change_is_seats_after_minus_seats_before_over_the_councils_where_both_are_known(run):
    everything = Declared(ALPHA | BETA, {"gamma": CouncilTotals({"Con": 4, "LD": 6})})
    p = run(dataclasses.replace(everything, councils=everything.councils | {"delta": CouncilTotals({"Lab": 4})}))
    # alpha Con 4 to 3, Lab 5, Ind 0 to 1; beta Con 5 to 3, Lab 0 to 2; gamma Con 6 to 4, LD 4 to 6; delta Lab 7 to 9.
    assert {party: only(s) for party, s in p.net.items()} == {"Con": -5, "Lab": 4, "LD": 0, "Ind": 1}
    assert p.scope.net_councils == 4
    assert p.before == {"Con": 2 + 5 + 6, "Lab": 2 + 2, "LD": 4 + 2}
    assert p.declared.councils == 4


def test_what_is_unknown_before_is_left_out_of_net_and_control_and_said_so(toy_pack, fake_model):
    file = toy_pack / "councils.csv"
    file.write_text(file.read_text().replace("Lab=5; Con=4,Lab=3; Con=2,Lab", ",,"))
    p = project_declared(load_election(toy_pack), NOTHING, draws=50)
    assert p.scope.net_councils == p.scope.control_councils == 3
    assert "alpha" not in p.control
    assert p.councils["alpha"].won
    assert not p.councils["alpha"].after


def test_a_whole_council_up_holds_nothing_over_even_where_the_pack_is_silent(toy_pack, fake_model):
    file = toy_pack / "councils.csv"
    assert ",5,5,Con=5,," in file.read_text()
    assert project_declared(load_election(toy_pack), NOTHING, draws=50).councils["beta"].control


def test_chances_of_control_add_to_one(run):
    for chances in run(NOTHING).control.values():
        assert sum(chances.values()) == pytest.approx(1)
    assert run(NOTHING).control["alpha"][NOC] > 0


def test_councils_under_control_are_counted_in_each_draw(run):
    p = run(NOTHING)
    assert sum(s.mean for s in p.controlled.values()) == pytest.approx(4)
    for party in ("Con", "Lab"):
        assert p.controlled[party].mean == pytest.approx(sum(c.get(party, 0) for c in p.control.values()))


def test_an_undeclared_council_known_by_totals_has_the_seats_the_model_draws(run):
    assert only(run(NOTHING).councils["gamma"].won["Con"]) == 10
    assert run(NOTHING).councils["gamma"].state == "to come"


def test_declared_totals_replace_the_draws_of_a_council_and_its_wards(run):
    delta = run(Declared({}, {"delta": CouncilTotals({"LD": 4})})).councils["delta"]
    assert delta.state == "declared"
    assert {p: only(s) for p, s in delta.won.items() if s.mean} == {"LD": 4}


def test_a_council_with_some_known_wards_is_partly_declared_by_them(run):
    dock = Declared({"local.delta.dock.2018-05-03": {"Lab": (52.5,), "LD": (47.5,)}})
    delta = run(dock).councils["delta"]
    assert delta.state == "partly"
    # One seat each beyond the known wards; of those, Dock is Labour's and Hill open.
    assert 2 < delta.won["Lab"].mean < 3


def test_a_party_that_wins_by_totals_but_stands_nowhere_else_is_counted(run):
    p = run(Declared({}, {"gamma": CouncilTotals({"Alphaton First": 10})}))
    assert only(p.councils["gamma"].won["Alphaton First"]) == 10


def test_the_order_of_declarations_leaves_no_trace(run):
    forward = Declared(ALPHA | BETA)
    backward = Declared(dict(reversed((ALPHA | BETA).items())))
    assert run(forward).to_dict() == run(backward).to_dict()


def test_the_same_seed_gives_the_same_projection_and_another_seed_another(run):
    assert run(Declared(BETA)).to_dict() == run(Declared(BETA)).to_dict()
    assert run(Declared(BETA)).seats != run(Declared(BETA), seed=8).seats


def test_seats_that_nobody_polled_for_tell_the_model_nothing(run, monkeypatch):
    import projection.engine as engine

    asked = []
    as_it_was = engine.update
    monkeypatch.setattr(
        engine, "update", lambda design, declared, **kw: asked.append(declared) or as_it_was(design, declared, **kw)
    )
    # West of Alpha returned an independent unopposed; he is one of the council's two.
    run(Declared({}, {"alpha": CouncilTotals({"Con": 1, "Lab": 1, "Ind": 2})}))
    assert asked[0].councils["alpha"].seats_won == {"Con": 1, "Lab": 1, "Ind": 1}


@pytest.mark.parametrize("step", ["update", "noise_by_party", "learn_tonight", "elect"])
def test_no_step_of_an_update_leaves_its_last_digits_to_the_number_of_cores(run, monkeypatch, step):
    import projection.engine as engine

    threads = []
    as_it_was = getattr(engine, step)

    def watched(*args, **kw):
        threads.extend(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas")
        return as_it_was(*args, **kw)

    monkeypatch.setattr(engine, step, watched)
    with threadpool_limits(limits=2, user_api="blas"):
        run(Declared(BETA))
    assert set(threads) == {1}


def test_the_size_of_a_block_of_draws_changes_nothing(run, monkeypatch):
    import projection.engine as engine

    whole = run(NOTHING).to_dict()
    monkeypatch.setattr(engine, "BLOCK", 37)
    assert run(NOTHING).to_dict() == whole


def test_an_open_lot_is_drawn_and_a_told_one_is_not(run):
    tied = ALPHA | {SOUTH: {"Con": (640.0,), "Lab": (640.0,), "Alphaton First": (200.0,)}}
    drawn = run(Declared(tied))
    assert drawn.diagnostics["open_lots"] == [SOUTH]
    assert drawn.councils["alpha"].won["Con"].mean == pytest.approx(1.5, abs=0.1)
    told = run(Declared(tied, lots={SOUTH: {"Con": 1}}))
    assert told.diagnostics["open_lots"] == []
    assert only(told.councils["alpha"].won["Con"]) == 2
    win = told.wards.win[[b == SOUTH and p == "Con" for b, p in zip(told.wards.ballot, told.wards.party, strict=True)]]
    assert win.tolist() == [1.0]


def test_wards_carry_the_draws_mean_quantiles_and_chances(run, election, fake_model):
    table = run(NOTHING, draws=2000).to_frame("wards").set_index(["ballot_id", "party"])
    north = table.loc[NORTH]
    assert north["share"].sum() == pytest.approx(1)
    assert north["win"].sum() == pytest.approx(1)  # one seat, no ties
    posterior = fake_model.update(fake_model.build(election), NOTHING, seed=7, draws=2000)
    exact = np.quantile(posterior.shares[:, 0, 0], [0.05, 0.25, 0.5, 0.75, 0.95])
    assert np.abs(north.loc["Con", ["p05", "p25", "p50", "p75", "p95"]].to_numpy(float) - exact).max() < 0.0025


def test_a_declared_ward_has_no_spread(run):
    table = run(Declared(ALPHA)).to_frame("wards").set_index(["ballot_id", "party"])
    row = table.loc[(NORTH, "Lab")]
    assert row["declared"]
    assert row["share"] == row["p05"] == row["p95"] == pytest.approx(1100 / 2250)
    assert row["win"] == 1


def test_shares_of_a_night_that_is_over_are_those_of_the_best_candidates(run):
    delta = {
        "local.delta.dock.2018-05-03": {"Lab": (10.0,), "LD": (30.0,)},
        "local.delta.hill.2018-05-03": {"Lab": (50.0,), "LD": (10.0,)},
    }
    shares = run(Declared(ALPHA | BETA | delta)).shares
    best = {"Con": 800 + 640 + 1100 + 950 + 500, "Lab": 1100 + 641 + 1000 + 720 + 600 + 60, "LD": 350 + 400 + 40}
    assert {p: only(shares[p]) for p in best} == pytest.approx({p: 100 * v / 9101 for p, v in best.items()}, rel=1e-12)
    assert sum(s.mean for s in shares.values()) == pytest.approx(100)


def test_frames_hold_every_party_council_and_slate(run):
    p = run(Declared(ALPHA))
    assert p.to_frame("seats").loc["Lab", "mean"] == pytest.approx(p.seats["Lab"].mean)
    assert set(p.to_frame("control").index) == {"alpha", "beta", "gamma", "delta"}
    assert set(p.to_frame("councils")["council"]) == {"alpha", "beta", "gamma", "delta"}
    assert len(p.to_frame("wards")) == 3 + 3 + 2 + 3 + 2 + 2 + 2
    assert "<table" in p._repr_html_()
    assert "Medians with 90% intervals" in p._repr_html_()
    with pytest.raises(ValueError, match="is no table"):
        p.to_frame("tides")


def test_a_notebook_shows_the_change_of_all_others_beside_the_seats_of_all_others(toy_pack, fake_model):
    for name, old, new in (
        ("councils.csv", "4,Lab=5; Con=4,", "4,Lab=5; Con=3; Oth=1,"),
        ("parties.csv", "Ind,Independent,independent", "Ind,Independent,independent\nOth,Others,other"),
    ):
        (toy_pack / name).write_text((toy_pack / name).read_text().replace(old, new))
    election = load_election(toy_pack)
    p = project_declared(election, Declared(ALPHA), session=make_session(election), draws=40)
    cells = r"<th>{}.*?</th>\s*<td>(.*?)</td>\s*<td>(.*?)</td>"
    shown = {name: re.search(cells.format(name), p._repr_html_()).groups() for name in ("Ind", "All others")}
    assert shown == {"Ind": ("1", ""), "All others": (interval(p.others), interval(p.net["Oth"], signed=True))}


def test_wards_say_how_many_of_a_slate_sit_already(toy_pack, fake_model):
    (toy_pack / "incumbents.csv").write_text(f"ballot_id,date,incumbents\n{NORTH},2018-05-03,Con=1\n")
    election = load_election(toy_pack)
    p = project_declared(election, Declared(ALPHA), session=make_session(election), draws=40)
    wards = p.to_frame("wards").set_index(["ballot_id", "party"])["incumbents"]
    assert wards[wards > 0].to_dict() == {(NORTH, "Con"): 1}
    told = {(w["party"], w["incumbents"]) for w in ward_dicts(p, {NORTH})}
    assert json.loads(json.dumps(sorted(told))) == [["Con", 1], ["LD", 0], ["Lab", 0]]

    def heads(ballot):
        return [c.header for c in wards_table(p, {ballot}).columns]

    assert "Sit already" in heads(NORTH)
    assert "Sit already" not in heads(SOUTH), "nobody who sits stands there, or nobody knows: no column of blanks"


def test_wards_of_a_council_that_told_its_seats_say_that_their_chances_do_not_use_them(run):
    whole = run(Declared({}, {"alpha": CouncilTotals({"Lab": 5})}))
    assert whole.councils["alpha"].state == "declared"
    assert "The seats of Alpha have been declared as a whole" in str(wards_table(whole, {NORTH}).caption)
    assert wards_table(run(NOTHING), {NORTH}).caption is None
    assert wards_table(run(Declared(ALPHA)), {NORTH}).caption is None, "its wards are known one by one"


def test_what_does_not_belong_to_the_night_is_refused(run):
    with pytest.raises(DeclarationError, match="'nowhere' is no contest"):
        run(Declared({"nowhere": {"Con": (1.0,)}}))
    with pytest.raises(DeclarationError, match="Ind did not stand"):
        run(Declared({NORTH: {"Ind": (1.0,)}}))
    with pytest.raises(DeclarationError, match="'nowhere' is no council"):
        run(Declared({}, {"nowhere": CouncilTotals({"Con": 1})}))
    with pytest.raises(ArgumentError, match="draws: 0 is no whole number from 1 to 65,535"):
        run(NOTHING, draws=0)


def test_a_fit_that_is_not_healthy_is_not_shown_as_if_it_were(run):
    import io

    from projection.report import console, print_projection

    def printed(projection):
        out = io.StringIO()
        print_projection(projection, console(out))
        return out.getvalue()

    well = run(NOTHING)
    assert "NOT HEALTHY" not in printed(well)
    ill = dataclasses.replace(
        well, diagnostics={"healthy": False, "trouble": ["too few nodes"], "unlike": ["councils"]}
    )
    assert "THIS FIT IS NOT HEALTHY: too few nodes. Do not quote" in " ".join(printed(ill).split())
    odd = dataclasses.replace(well, diagnostics={"healthy": True, "unlike": ["councils differ 3.7 times as much"]})
    assert "Unlike the nights that taught the model: councils differ 3.7 times as much." in printed(odd)
