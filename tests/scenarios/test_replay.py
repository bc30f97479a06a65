"""A past night is fed to the engine in order, and nothing of it is read before its time."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from models.types import Declared
from projection.session import make_session
from scenarios.order import by_time, clock, declaring, first_part, times_of
from scenarios.replay import by_seats, declared_by, differences, replay
from scenarios.schedule import schedule
from seeds import DeclarationError, load_election, load_outcome
from tests.command import run

ORDER = ["beta", "alpha", "gamma", "delta"]


@pytest.fixture
def night(toy_pack, fake_model):
    return load_election(toy_pack), load_outcome(toy_pack)


def test_councils_declare_in_the_order_of_the_outcome_and_those_out_of_scope_never(night):
    assert declaring(*night) == ORDER


def test_a_clock_time_before_ten_in_the_evening_is_of_the_next_day():
    day = dt.date(2018, 5, 3)
    assert clock("23:30", day) == dt.datetime(2018, 5, 3, 23, 30)
    assert clock("7:00", day) == dt.datetime(2018, 5, 4, 7)
    assert clock("2018-05-05T01:00", day) == dt.datetime(2018, 5, 5, 1)
    for text in ("25:00", "soon", "7"):
        with pytest.raises(DeclarationError, match="is no time"):
            clock(text, day)


def test_a_replay_stops_at_a_time_or_a_share_of_the_councils(night):
    assert by_time(ORDER, times_of(night[1]), dt.datetime(2018, 5, 4, 2, 30)) == ["beta", "alpha"]
    assert [len(first_part(ORDER, s)) for s in ("0%", "25%", "26", "100%")] == [0, 1, 2, 4]
    for text in ("101%", "-1%", "half"):
        with pytest.raises(DeclarationError, match="no percentage"):
            first_part(ORDER, text)


def test_imputed_times_and_orders_are_told(night):
    real = schedule(*night, "real", 0)
    assert real.note(["beta"]) == ""
    assert "imputed for 1 of 2 councils (imputed from 2014)" in real.note(["beta", "alpha"])
    assert "drawn at random (seed 4)" in schedule(*night, "random", 4).note(["beta"])


def test_a_council_declares_its_wards_or_its_totals_and_lots_as_the_source_tells_them(night):
    alpha = declared_by(*night, ["alpha"])
    assert len(alpha.contests) == 3
    assert alpha.lots == {"local.alpha.south.2018-05-03": {"Con": 1}}
    assert not alpha.councils
    delta = declared_by(*night, ["delta"])
    assert list(delta.contests) == ["local.delta.dock.2018-05-03"]
    assert delta.councils["delta"].seats_won == {"Lab": 3, "LD": 1}


def test_at_the_end_of_the_night_the_projection_is_the_counted_result(night):
    election, outcome = night
    steps = list(
        replay(
            election, outcome, schedule(election, outcome, "real", 0), session=make_session(election), draws=50, every=3
        )
    )
    assert [(s.so_far, s.councils) for s in steps] == [(3, ("beta", "alpha", "gamma")), (4, ("delta",))]
    last = steps[-1].projection
    assert all(s.p05 == s.p95 for s in last.seats.values())
    assert {p: s.p50 for p, s in last.seats.items()} == {"Lab": 1 + 2 + 3, "Con": 2 + 3 + 4, "LD": 6 + 1, "Ind": 1}
    assert last.declared.councils == last.declared.councils_of == 4
    assert differences(election, outcome, last) == []
    assert last.as_of == dt.datetime(2018, 5, 4, 13)


def test_where_our_count_differs_from_the_source_the_council_is_named(toy_pack, fake_model):
    file = toy_pack / "outcome" / "councils.csv"
    file.write_text(file.read_text().replace("beta,Con=3; Lab=2", "beta,Con=4; Lab=1"))
    election, outcome = load_election(toy_pack), load_outcome(toy_pack)
    beta = schedule(election, outcome, "real", 0).first(["beta"])
    (step,) = replay(election, outcome, beta, session=make_session(election), draws=10)
    assert differences(election, outcome, step.projection) == [
        "Beta: Con 3 counted, 4 in the source, Lab 2 counted, 1 in the source"
    ]


def test_each_declaration_prints_a_line_and_the_end_a_table(capsys, toy_pack, fake_model):
    code, out, err = run(capsys, "replay", toy_pack, "--draws", 50, "--truth")
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "Toy elections 2018: 4 of 4 councils declare."
    assert lines[1].startswith("1/4  01:10 Beta: Con 3, Lab 2 | seats Con ")
    assert lines[2].strip().startswith("ward votes % ")
    assert "| councils " in lines[2]
    assert lines[3].startswith("2/4 ~02:30 Alpha: ")
    assert "4 of 4 councils" in out
    assert "Order and times imputed for 2 of 4 councils" in out
    assert "Result" in out
    assert "Preparing" in err


def test_the_result_stands_beside_a_projection_that_is_not_the_last(capsys, toy_pack, fake_model):
    out = run(capsys, "replay", toy_pack, "--draws", 50, "--truth", "--declared", "25%", "--councils", 0)[1]
    row = next(line for line in out.splitlines() if line.strip().startswith("Lab"))
    assert row.split()[-2:] == ["6", "+2"]


@pytest.mark.parametrize(("options", "sampled"), [((), 4), (("--last",), 1), (("--last", "--declared", "25%"), 2)])
def test_the_end_of_a_night_is_sampled_once_though_it_is_the_result_too(
    capsys, toy_pack, fake_model, monkeypatch, options, sampled
):
    args = ("replay", toy_pack, "--draws", 50, "--json", *options)
    alone = [json.loads(line) for line in run(capsys, *args)[1].splitlines()]
    calls = []
    monkeypatch.setattr("projection.engine.update", lambda *a, **k: calls.append(1) or fake_model.update(*a, **k))
    beside = [json.loads(line) for line in run(capsys, *args, "--truth")[1].splitlines()]
    assert len(calls) == sampled
    assert [{k: v for k, v in told.items() if k != "truth"} for told in beside] == alone


def test_control_and_the_published_share_of_the_result_stand_beside_too(capsys, toy_pack, fake_model):
    args = ("replay", toy_pack, "--draws", 50, "--truth", "--declared", "25%", "--last")
    out = run(capsys, *args)[1]
    rows = {line.split()[0]: line for line in out.splitlines() if line.strip()}
    assert " Result " in next(line for line in out.splitlines() if "Seats after" in line)
    assert " NOC" in rows["Alpha"]
    told = json.loads(run(capsys, *args, "--json")[1])["truth"]
    assert told["control"] == {"alpha": "NOC", "beta": "Con", "gamma": "LD", "delta": "Lab"}
    assert told["pns"] == {"Con": 35, "Lab": 35, "LD": 16}
    assert told["seats"]["Lab"]["p05"] == told["seats"]["Lab"]["p95"] == 6
    right = told["control_right"]
    assert (right["of"], right["of_to_come"]) == (4, 3)
    assert right["right"] == right["right_to_come"] + 1, "Beta has declared"
    words = f"in {right['right']} of 4 councils; of the 3 that had not declared in full, in {right['right_to_come']}."
    assert words in out
    assert ("(missed)" in out) == (right["right"] < 4)
    assert "published national share: Con 35, Lab 35, LD 16." in out


def test_without_truth_nothing_of_the_result_is_told(capsys, toy_pack, fake_model):
    args = ("replay", toy_pack, "--draws", 50, "--declared", "25%", "--last")
    assert "Result" not in run(capsys, *args)[1]
    assert "truth" not in json.loads(run(capsys, *args, "--json")[1])


def test_a_replay_in_batches_says_so(capsys, toy_pack, fake_model):
    out = run(capsys, "replay", toy_pack, "--draws", 20, "--every", 3)[1]
    assert "taken in batches of 3" in out
    assert "Gamma and 2 more: " in out


def test_json_has_one_object_per_projection(capsys, toy_pack, fake_model):
    code, out, _ = run(capsys, "replay", toy_pack, "--draws", 20, "--json", "--declared", "50%")
    assert code == 0
    told = [json.loads(line) for line in out.splitlines()]
    assert [t["declared"]["councils"] for t in told] == [1, 2]
    assert [t["as_of"] for t in told] == ["2018-05-04T01:10", "2018-05-04T02:30"]
    assert "time_note" in told[1]["diagnostics"]


def test_a_replay_can_stop_before_anyone_has_declared(capsys, toy_pack, fake_model):
    out = run(capsys, "replay", toy_pack, "--draws", 20, "--at", "22:30")[1]
    assert "nobody yet" in out
    assert "4 councils to come" in out


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--at", "07:00", "--declared", "5%"), "give one"),
        (("--at", "07:00", "--order", "random"), "has no clock"),
        (("--at", "dawn"), "is no time"),
        (("--order", "sideways"), "'sideways' is no order of declaration"),
        (("--order", "labor-first"), "did you mean labour-first"),
        (("--order", "order.csv"), "no such file"),
        (("--speed", "fast"), "'fast' is no speed"),
        (("--speed", "0x"), "'0x' is no speed"),
    ],
)
def test_contradictory_wishes_are_refused(capsys, toy_pack, args, words):
    code, out, err = run(capsys, "replay", toy_pack, *args)
    assert (code, out) == (2, "")
    assert words in err


def test_a_night_that_has_not_happened_cannot_be_replayed(capsys, toy_pack):
    for file in (toy_pack / "outcome").iterdir():
        file.unlink()
    (toy_pack / "outcome").rmdir()
    code, _, err = run(capsys, "replay", toy_pack)
    assert code == 2
    assert "cannot be replayed" in err


def test_a_council_of_which_only_the_seats_afterwards_are_known_settles_net_and_control_but_not_seats_won(
    toy_pack, fake_model
):
    councils, results = toy_pack / "councils.csv", toy_pack / "outcome" / "councils.csv"
    councils.write_text(councils.read_text().replace("Lab=7; LD=5,Lab=5; LD=3", "Lab=7; LD=5,"))
    results.write_text(results.read_text().replace("delta,Lab=3; LD=1", "delta,"))
    election, outcome = load_election(toy_pack), load_outcome(toy_pack)
    session = make_session(election)
    order = schedule(election, outcome, "real", 0).first(["delta"])
    before, after = (s.projection for s in replay(election, outcome, order, session=session, draws=400, first=0))
    assert before.scope.held_drawn == after.scope.held_drawn == 1
    assert before.net["Lab"].p05 < before.net["Lab"].p95
    delta = after.councils["delta"]
    assert delta.state == "declared"
    assert {p: (s.p05, s.p95) for p, s in delta.after.items() if s.mean} == {"Lab": (8, 8), "LD": (4, 4)}
    assert delta.control == {"Lab": 1.0}
    # Eight of twelve stay, at most seven of Labour's and four of the Liberal Democrats': Labour won one to four.
    assert 1 <= delta.won["Lab"].p05 < delta.won["Lab"].p95 <= 4
    assert sum(s.mean for s in delta.won.values()) == pytest.approx(4)


def test_change_is_lumped_where_compositions_do_not_tell_parties_apart(toy_pack, fake_model):
    file = toy_pack / "councils.csv"
    file.write_text(file.read_text().replace("Lab=5; Con=4,Lab=3; Con=2", "Lab=5; Con=3; Oth=1,Lab=3; Con=2"))
    election, outcome = load_election(toy_pack), load_outcome(toy_pack)
    (step,) = replay(
        election, outcome, schedule(election, outcome, "real", 0), session=make_session(election), draws=20, every=4
    )
    net = {p: s.p50 for p, s in step.projection.net.items()}
    assert set(step.projection.scope.net_lumped) == {"Ind", "Alphaton First"}
    assert net == {"Lab": 1 + 2 + 1 - 2 + 0, "Con": 4 - 3 - 2 - 2, "LD": 2 - 1, "Oth": 0}
    assert step.projection.seats["Ind"].p50 == 1


def test_a_night_told_by_seats_has_those_that_its_votes_give_and_those_of_who_stood_unopposed():
    election, outcome = load_election("2019"), load_outcome("2019")
    unopposed = dict.fromkeys(c.council for c in election.contests.values() if c.status == "uncontested")
    councils = list(unopposed)[:5]
    declared = declared_by(election, outcome, councils)
    told = by_seats(election, declared)
    assert not told.contests
    assert set(told.councils) == set(councils)
    for council in councils:
        own = [c for c in election.contests.values() if c.council == council]
        filled = sum(c.seats for c in own if c.ballot_id in declared.contests or c.status == "uncontested")
        assert sum(told.councils[council].seats_won.values()) == filled


def test_a_council_that_waits_for_a_lot_and_one_without_wards_declare_as_they_did():
    election, outcome = load_election("2012"), load_outcome("2012")
    totals = [slug for slug, c in election.councils.items() if c.detail == "totals" and slug in outcome.councils][:3]
    declared = declared_by(election, outcome, totals)
    assert by_seats(election, declared) == declared
    election = load_election("2018")
    ballot = next(b for b, c in election.contests.items() if c.seats == 1 and len(c.standing) > 2)
    first, second, *rest = election.contests[ballot].standing
    tied = Declared({ballot: {first: (500.0,), second: (500.0,)} | dict.fromkeys(rest, (1.0,))})
    assert by_seats(election, tied) == tied
