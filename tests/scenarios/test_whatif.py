"""What if: changes act on what is to come, differences are of the same draws, and a condition says how many it has."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from models.start import start
from models.types import Declared
from projection.cli import main
from projection.engine import project_declared
from projection.session import make_session
from scenarios import moves as move
from scenarios.changes import checked, parse_amounts, parse_placed
from scenarios.moved import moved, no_moves
from scenarios.synthetic import draw_night
from scenarios.whatif import what_if, with_polls
from seeds import DeclarationError, ModelError, PNSightError
from tests.models.conftest import invent


@pytest.fixture(scope="module")
def world():
    """An invented election, a session of it, and what three of its eight councils declared."""
    ground = invent(councils=8, wards=12)
    told = {b: v for b, v in ground.result.items() if ground.election.contests[b].council in ("council-0", "council-3")}
    return make_session(ground.election, start()), Declared(told), ground.result


@pytest.fixture(scope="module")
def ask(world):
    session, declared, _ = world

    def go(*changes, **kw):
        return what_if(session, declared, list(changes), **({"seed": 3, "draws": 400} | kw))

    return go


def figure(answer, quantity, party, part="difference"):
    return getattr(answer.tables[quantity][party], part)


def to_come(world):
    """Part of the votes that is still to come."""
    session, declared, _ = world
    from projection.known import contest_weights

    weight = contest_weights(session, declared)
    known = np.array([b in declared.contests for b in session.design.slots.ballots])
    return weight[~known].sum() / weight.sum()


def test_a_change_of_nothing_changes_nothing_draw_for_draw(ask):
    answer = ask(("swing", {"Lab": 0}))
    for rows in answer.tables.values():
        for c in rows.values():
            assert c.difference.p05 == c.difference.p95 == 0
    assert all(a == b for a, b in answer.control.values())


def test_a_swing_of_three_points_is_three_points_of_the_vote_to_come(ask, world):
    answer = ask(("swing", {"Lab": 3, "Con": -3}))
    for party, points in (("Lab", 3), ("Con", -3)):
        assert figure(answer, "shares", party).mean == pytest.approx(points * to_come(world), abs=0.1)
    assert figure(answer, "seats", "Lab").mean > 1
    assert figure(answer, "seats", "Con").mean < -1
    # The same draws: the difference is far surer than either night.
    lab = answer.tables["seats"]["Lab"]
    assert lab.difference.p95 - lab.difference.p05 < 0.5 * (lab.before.p95 - lab.before.p05)


def test_the_rest_gives_way_in_proportion_and_votes_still_add_to_a_hundred(ask):
    answer = ask(("swing", {"Lab": 5}))
    after = {p: c.after.mean for p, c in answer.tables["shares"].items()}
    assert sum(after.values()) == pytest.approx(100, abs=0.01)
    assert all(figure(answer, "shares", p).mean < 0 for p in ("Con", "LD", "Ind"))


def test_swings_in_a_row_add_up_to_one(ask):
    twice = ask(("swing", {"Lab": 2}), ("swing", {"Lab": 2}))
    once = ask(("swing", {"Lab": 4}))
    assert figure(twice, "shares", "Lab").mean == pytest.approx(figure(once, "shares", "Lab").mean, abs=0.02)


def test_a_region_moves_alone(world):
    session, declared, _ = world
    from projection.engine import fit
    from scenarios.whatif import _moves

    posterior = fit(session, declared, seed=3, draws=200)
    plan = checked(session.election, [("region", {"north": {"LD": 2}})])
    shift = _moves(session, posterior, declared, plan).shift
    councils = session.design.contests.council[np.abs(shift).max(axis=1) > 0]
    assert {session.election.councils[session.design.councils[c]].region for c in councils} == {"North West"}
    assert (shift[posterior.declared] == 0).all()


def test_a_party_that_does_not_stand_wins_nothing_to_come_and_keeps_what_it_has(ask, world):
    _, declared, _ = world
    answer = ask(("drop", "LD"))
    from projection.counting import count_contest

    kept = sum(count_contest(v, 1).seats.get("LD", 0) for v in declared.contests.values())
    assert figure(answer, "seats", "LD", "after").p05 == figure(answer, "seats", "LD", "after").p95 == kept
    before, after = (sum(getattr(c, x).mean for c in answer.tables["seats"].values()) for x in ("before", "after"))
    assert before == pytest.approx(after)
    assert answer.tables["pns"] == {}
    assert any("No projected national share" in n for n in answer.notes)


def test_who_leaves_is_known_to_the_model_as_in_an_election_without_it(world):
    session, declared, _ = world
    moves = move.drop(session, declared, no_moves(session), ["LD"])
    from models.covariates import COVARIATES

    column = COVARIATES.index("LD leaves")
    stood = [
        i for i, b in enumerate(session.design.slots.ballots)
        if b not in declared.contests and "LD" in session.election.contests[b].standing
        and any("LD" in e.votes for e in session.election.contests[b].earlier)
    ]  # fmt: skip
    assert len(stood) > 10
    assert (session.kernel.covariates[stood, 0, column] == 0).all()
    assert (moves.covariates[stood, 0, column] > 0).all()


def test_seats_that_nobody_is_left_to_fill_stay_empty(toy_pack):
    from seeds import load_election

    session = make_session(load_election(toy_pack), start())
    answer = what_if(session, Declared({}), [("drop", "Con")], seed=1, draws=100)
    won = {p: c.after.mean for p, c in answer.tables["seats"].items()}
    assert won["Con"] == 0
    # beta had five seats and six Conservatives' worth of rivals: moor's two Labour candidates, castle's two and an LD.
    assert won["Lab"] >= 4


def test_turnout_moves_votes_and_no_seat(ask):
    answer = ask(("turnout", {"Lab": -20}))
    assert all(c.difference.p05 == c.difference.p95 == 0 for c in answer.tables["seats"].values())
    assert figure(answer, "shares", "Lab").mean < -0.2


def test_a_factor_on_votes_is_a_constant_in_logs(ask, world):
    session, declared, _ = world
    from projection.engine import fit

    posterior = fit(session, declared, seed=3, draws=50)
    moves = move.factor(session, posterior, declared, no_moves(session), {"Lab": 0.8})
    some = posterior.undeclared[:5]
    a, b = posterior.shares_of(some), moved(posterior, moves).shares_of(some)
    lab, con = (session.design.slots.parties.index(p) for p in ("Lab", "Con"))
    j, k = (np.argmax(session.design.slots.party[some] == p, axis=1) for p in (lab, con))
    rows = np.arange(5)
    ratio = (b[:, rows, j] / b[:, rows, k]) / (a[:, rows, j] / a[:, rows, k])
    assert np.allclose(ratio, 0.8, atol=1e-3)


def test_supposed_results_give_the_projection_of_a_night_in_which_they_came(ask, world):
    session, declared, result = world
    more = {b: v for b, v in result.items() if session.election.contests[b].council == "council-5"}
    answer = ask(("declare", Declared(more)))
    plain = project_declared(
        session.election, Declared({**declared.contests, **more}), seed=3, draws=400, session=session
    )
    assert figure(answer, "seats", "Lab", "after") == plain.seats["Lab"]
    with pytest.raises(DeclarationError, match="declared already"):
        ask(("declare", declared))
    rows = [(b, p, v) for b, votes in more.items() for p, own in votes.items() for v in own]
    table = pd.DataFrame(rows, columns=["ballot_id", "party", "votes"])
    assert ask(("declare", table)).tables["seats"] == answer.tables["seats"], "a table is as good"
    with pytest.raises(DeclarationError, match="is no ballot"):
        ask(("declare", table.assign(ballot_id="local.nowhere.x.2018-05-03")))


def test_better_polls_help_most_before_anything_has_declared(world):
    session, declared, _ = world
    gain = {}
    for name, told in (("nothing", Declared({})), ("some", declared)):
        answer = what_if(session, told, [("polls", {"Lab": 48})], seed=3, draws=400)
        gain[name] = figure(answer, "shares", "Lab").mean
    assert gain["nothing"] > 1 > gain["some"] > -0.5


def test_supposed_polls_take_the_place_of_the_last_ones_and_of_no_others(world):
    session, _, _ = world
    polls = with_polls(session.election, {"Lab": 48.0}).polls
    assert [p.shares["Lab"] for p in polls] == [34.0, 48.0]
    assert polls[-1].shares["Con"] == 32.0


def test_given_who_controls_a_council_the_others_lean_the_same_way(ask):
    plain = ask(("swing", {"Lab": 0}))
    council, (before, _) = max(
        ((c, v) for c, v in plain.control.items() if 0.1 < v[0].get("Lab", 0) < 0.9),
        key=lambda x: x[1][0].get("Lab", 0),
    )
    lab, con = (ask(("set", {council: party}), draws=1000) for party in ("Lab", "Con"))
    assert lab.control[council][1] == {"Lab": 1.0}
    assert figure(lab, "seats", "Lab", "after").mean > figure(con, "seats", "Lab", "after").mean + 3
    assert not lab.paired
    assert lab.effective >= 400
    assert before["Lab"] < 1


def test_seats_set_by_hand_are_kept_exactly_and_more_draws_are_taken_until_there_are_enough(ask):
    answer = ask(("set", {"council-5": {"Lab": 6, "Con": 5}}), draws=300, limit=20_000)
    assert answer.drawn > 300
    assert answer.effective >= 300
    assert answer.enough
    # Twelve seats: none has a majority.
    assert answer.control["council-5"][1] == {"NOC": 1.0}


def test_a_condition_that_hardly_any_draw_meets_says_so(ask):
    with pytest.raises(ModelError, match="too few to say anything"):
        ask(("set", {"council-5": {"Ind": 12}}), limit=2000)
    few = ask(("set", {"council-5": {"Lab": 6, "Con": 5}}), draws=4000, limit=4000)
    assert not few.enough
    assert 50 <= few.effective < 400
    wider = ask(("set", {"council-5": {"Lab": 6, "Con": 5}}), draws=4000, limit=4000, within=1)
    assert wider.effective > 2 * few.effective


def test_a_council_that_has_declared_can_not_be_set(ask):
    with pytest.raises(DeclarationError, match="has declared already"):
        ask(("set", {"council-0": "Lab"}))


def test_the_same_question_has_the_same_answer_to_the_last_bit(ask):
    question = [("swing", {"Con": 2}), ("set", {"council-5": "NOC"})]
    assert ask(*question).to_dict() == ask(*question).to_dict()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("swing", {"Green Alliance": 1}), "no party"),
        (("swing", {"Lab": "much"}), "not a number"),
        (("swing", {"Lab": 80}), "leaves a party without votes"),
        (("swing", 3), "not a mapping"),
        (("region", {"Mercia": {"Lab": 1}}), "none of North West, South East"),
        (("factor", {"Lab": 0}), "not above zero"),
        (("drop", ["Con", "Lab", "LD", "Ind"]), "nobody stands"),
        (("turnout", {"Lab": -100}), "leaves no votes"),
        (("polls", {"Lab": 70, "Con": 40}), "no shares of a hundred"),
        (("set", {"council-5": {"Lab": 99}}), "12 seats in all"),
        (("set", {"council-5": {"Lab": 2.5}}), "whole numbers"),
        (("weather", "rain"), "no kind of change"),
        ("rain", "pair of its kind"),
        (None, "pair of its kind"),
        (("swing", None), "not a mapping"),
        (("swing", {}), "not a mapping"),
        (("swing", {"Lab": None}), "None for Lab is not a number"),
        (("swing", {None: 1}), "'None' is no party"),
        (("region", {"London": None}), "is none of|not a mapping"),
        (("region", {"north": None}), "not a mapping"),
        (("region", {3: {"Lab": 1}}), "region: '3' is none of"),
        (("drop", None), "names no party"),
        (("drop", []), "names no party"),
        (("drop", "Monster Raving"), "no party of this election"),
        (("set", {None: "Lab"}), "'None' is no council"),
        (("set", {"Atlantis": "Lab"}), "no council"),
        (("set", {"council-5": None}), "not a mapping"),
        (("set", {"council-5": 7}), "not a mapping"),
        (("set", {"council-5": "Monster Raving"}), "no party"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_in_words(ask, change, words):
    with pytest.raises(DeclarationError, match=words):
        ask(change)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"draws": "100"}, "draws: '100' is no whole number from 1 to 65,535"),
        ({"draws": 0}, "draws: 0 is no whole number"),
        ({"draws": True}, "draws: True is no whole number"),
        ({"seed": None}, "seed: None is no whole number of 0 or more"),
        ({"within": -1}, "within: -1"),
        ({"limit": 2.5}, "limit: 2.5"),
        ({"night": "2018"}, "'2018' is no election; load one"),
        ({"night": None}, "election: None"),
        ({"declared": None}, "None is no table of declarations"),
        ({"declared": Declared({"local.x": None})}, "local.x has None for votes"),
        ({"declared": Declared({"local.x": {"Lab": "950"}})}, "'950' for Lab; give each candidate's votes"),
        ({"declared": Declared({}, {"council-1": {"Lab": 3}})}, "give a CouncilTotals"),
        ({"changes": None}, "changes are a list of pairs"),
        ({"changes": {"swing": {"Lab": 3}}}, "changes are a list of pairs"),
    ],
)
def test_a_wrong_argument_is_told_in_words(world, arguments, words):
    session, declared, _ = world
    given = {"night": session, "declared": declared, "changes": [("swing", {"Lab": 1})], "draws": 100} | arguments
    with pytest.raises(PNSightError, match=words):
        what_if(**given)


def test_a_table_that_an_answer_has_not_is_told_with_those_that_it_has(ask):
    with pytest.raises(PNSightError, match="'tides' is no table; there are seats, others, net"):
        ask(("swing", {"Lab": 0})).to_frame("tides")


def test_changes_are_written_as_a_person_writes_them():
    assert parse_amounts("swing", "Lab +3, Con -3") == parse_amounts("swing", "Lab +3 Con -3")
    assert parse_amounts("turnout", "Lab -10%") == {"Lab": "-10"}
    assert parse_placed("set", "Thurrock: Lab control") == ("Thurrock", "Lab")
    assert parse_placed("set", "Thurrock: no overall control") == ("Thurrock", "NOC")
    assert parse_placed("set", "Thurrock: Lab 25, Con 21") == ("Thurrock", {"Lab": "25", "Con": "21"})


def test_a_synthetic_night_can_be_asked_too():
    night = draw_night(invent(councils=6, wards=10).election, seed=1, hyper=start())
    answer = what_if(make_session(night.election, start()), Declared({}), [("swing", {"Con": 4})], draws=100)
    assert figure(answer, "seats", "Con").mean > 0
    assert answer.to_frame("seats").loc["Con", "difference"] == pytest.approx(figure(answer, "seats", "Con").mean)


def test_the_command_answers_for_a_pack_and_for_a_live_night_alike(toy_pack, tmp_path, capsys):
    results = tmp_path / "results.csv"
    ward = "local.alpha.north.2018-05-03"
    results.write_text(f"ballot_id,party,votes\n{ward},Con,800\n{ward},Lab,1100\n{ward},LD,350\n")
    tail = ["--swing", "Lab +3", "--draws", "100", "--json", "--quiet"]
    main(["whatif", str(toy_pack), str(results), *tail])
    pack = json.loads(capsys.readouterr().out)
    night = tmp_path / "toy.night"
    main(["open", str(toy_pack), "--as", str(night)])
    main(["declare", str(night), str(results)])
    capsys.readouterr()
    main(["whatif", str(night), *tail])
    assert json.loads(capsys.readouterr().out) == pack
    assert pack["declared"]["contests"] == 1
    assert pack["effective_draws"] == 100


@pytest.fixture
def with_others(toy_pack):
    """Where the seats before do not tell the independent and the local party apart."""
    for name, old, new in (
        ("councils.csv", "4,Lab=5; Con=4,", "4,Lab=5; Con=3; Oth=1,"),
        ("parties.csv", "Ind,Independent,independent", "Ind,Independent,independent\nOth,Others,other"),
    ):
        text = (toy_pack / name).read_text()
        assert old in text
        (toy_pack / name).write_text(text.replace(old, new))
    return toy_pack


def test_the_change_of_all_others_stands_beside_the_seats_of_all_others(with_others, capsys):
    command = ["whatif", str(with_others), "--swing", "Con +3", "--draws", "100", "--quiet"]
    main([*command, "--json"])
    told = json.loads(capsys.readouterr().out)["tables"]
    both = sum(told["seats"][p]["before"]["mean"] for p in ("Ind", "Alphaton First") if p in told["seats"])
    assert told["others"]["Oth"]["before"]["mean"] == pytest.approx(both, abs=0.01)
    main(command)
    lines = {line[:15].rstrip(): line for line in capsys.readouterr().out.splitlines()}
    seats, change = told["others"]["Oth"]["before"], told["net"]["Oth"]["before"]
    others = lines[" All others"]
    assert f" {seats['p50']:.0f} " in others
    assert f" {change['p50']:+.0f} " in others.replace(" 0 ", " +0 ")
    assert lines["   Ind"].split()[-1] == "0", "the independent has seats and their difference, no change of its own"


def test_nothing_of_the_answer_is_cut_off_in_eighty_columns(with_others, capsys, monkeypatch):
    monkeypatch.setattr("projection.report.WIDTH", 80)
    main(["whatif", str(with_others), "--swing", "Con +3", "--draws", "100", "--quiet"])
    out = capsys.readouterr().out
    assert "…" not in out
    assert out.count("difference") == 1 + 2  # of seats, votes and councils: there is no national share here


def test_a_council_known_by_totals_can_be_supposed_whole_or_in_part(toy_pack, capsys):
    tail = ["--draws", "200", "--json", "--quiet"]
    main(["whatif", str(toy_pack), "--set", "Gamma: Con 4, LD 6", *tail])
    whole = json.loads(capsys.readouterr().out)
    assert whole["paired"]
    assert whole["control"]["gamma"]["after"] == {"LD": 1.0}
    main(["whatif", str(toy_pack), "--set", "Gamma: LD control", *tail])
    part = json.loads(capsys.readouterr().out)
    assert not part["paired"]
    assert part["control"]["gamma"]["after"] == {"LD": 1.0}


@pytest.mark.parametrize("supposed", ["Gamma: Con 4, LD 6", "Gamma: LD control"])
def test_a_control_that_is_supposed_reads_as_one_that_has_declared(toy_pack, capsys, supposed):
    main(["whatif", str(toy_pack), "--set", supposed, "--draws", "200", "--quiet"])
    (row,) = [line for line in capsys.readouterr().out.splitlines() if line.strip().startswith("Gamma ")]
    assert row.rstrip().endswith("LD yes")
    assert "yes" not in row.split("LD yes")[0]  # as it is, it has not declared


def test_the_tables_name_the_changes_and_say_how_sure_they_are(toy_pack, capsys):
    main(["whatif", str(toy_pack), "--drop", "LD", "--turnout", "Con -5", "--draws", "100", "--quiet"])
    out = " ".join(capsys.readouterr().out.split())
    assert "If LD does not stand where nothing has declared; Con -5% votes cast" in out
    assert "draw for draw" in out
    assert "100 draws, seed 0" in out
    with pytest.raises(SystemExit) as leave:
        main(["whatif", str(toy_pack), "--quiet"])
    assert leave.value.code == 2
    assert "nothing is changed" in capsys.readouterr().err
