"""A rehearsal: a past night in time, and as a feed that a watch follows."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from projection.cli import main
from projection.declarations import read_declarations
from projection.feeds import open_feed
from scenarios.feed import open_folder, write_declaration
from scenarios.pace import SPACING, elapsed, pace_words, pacer, read_speed
from scenarios.replay import declared_by
from scenarios.schedule import schedule
from seeds import DeclarationError, load_election, load_outcome


@pytest.fixture
def toy(toy_pack, fake_model):
    return load_election(toy_pack), load_outcome(toy_pack)


class Watch:
    """A clock that only sleeping (and working) moves."""

    def __init__(self):
        self.now, self.slept = 100.0, []

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def test_a_rehearsal_waits_as_the_night_did_only_faster(toy):
    hand = Watch()
    wait = pacer(60, clock=hand.clock, sleep=hand.sleep)
    assert [wait(d) for d in elapsed(schedule(*toy, "real", 0))] == [0, 0, 0, 0]
    # 01:10, 02:30, 04:00, 13:00
    assert hand.slept == [80, 90, 540]


def test_time_spent_projecting_is_not_waited_for_again_and_lateness_is_told():
    hand = Watch()
    wait = pacer(60, clock=hand.clock, sleep=hand.sleep)
    wait(dt.timedelta(0))
    hand.now += 30
    assert wait(dt.timedelta(minutes=80)) == 0
    assert hand.slept == [50]
    hand.now += 25
    assert wait(dt.timedelta(minutes=90)) == pytest.approx(15)
    assert hand.slept == [50]


def test_an_order_without_a_clock_is_spaced_evenly_and_says_so(toy):
    order = schedule(*toy, "random", 1)
    assert elapsed(order) == [k * SPACING for k in range(4)]
    assert pace_words(order, 60) == (
        "At 60 times the night's pace: 18 seconds from the first declaration to the last; no council has a time: "
        "there 6 minutes of the night lie between two."
    )


def test_councils_that_a_file_does_not_time_follow_those_that_it_does(toy, tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("council,time\nalpha,01:00\nbeta,02:00\n")
    order = schedule(*toy, str(file), 0)
    hour = dt.timedelta(hours=1)
    assert elapsed(order) == [0 * hour, hour, hour + SPACING, hour + 2 * SPACING]
    assert "2 councils have no time" in pace_words(order, 1)


def test_a_speed_is_a_number_above_zero_with_or_without_its_x():
    assert [read_speed(t) for t in ("60x", "60", " 1.5X ")] == [60, 60, 1.5]
    for text in ("0", "x", "-2x", "fast", "1e9", "nan"):
        with pytest.raises(DeclarationError, match="is no speed"):
            read_speed(text)


def test_a_feed_holds_what_was_declared_wards_totals_and_lots(toy, tmp_path):
    folder = tmp_path / "feed"
    open_folder(folder)
    for council in ("alpha", "delta"):
        write_declaration(folder, *toy, council)
    assert sorted(f.name for f in folder.iterdir()) == ["alpha.jsonl", "delta.jsonl"]
    told = read_declarations(toy[0], *sorted(folder.iterdir()))
    truth = declared_by(*toy, ["alpha", "delta"])
    # Delta's one ward is known in percent, which no feed carries.
    assert told.contests == {b: v for b, v in truth.contests.items() if ".alpha." in b}
    assert len(told.contests) == 3
    assert told.lots == truth.lots
    assert told.councils == truth.councils
    open_feed(str(folder), every=1.0)  # a layout that a watch follows


def test_a_folder_with_files_in_it_is_refused_as_a_feed(tmp_path):
    (tmp_path / "old.csv").write_text("x")
    with pytest.raises(DeclarationError, match="is not empty"):
        open_folder(tmp_path)
    with pytest.raises(DeclarationError, match="cannot be used as a folder"):
        open_folder(tmp_path / "old.csv")


def run(capsys, *args):
    with pytest.raises(SystemExit) as leave:
        main([str(a) for a in args])
    return leave.value.code, *capsys.readouterr()


def test_a_feed_is_filled_in_the_order_asked_for(capsys, toy, toy_pack, tmp_path):
    main(["replay", str(toy_pack), "--feed", str(tmp_path / "feed"), "--order", "labour-first", "--declared", "50%"])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[2].rstrip(":") for line in lines[1:]] == ["Delta", "Alpha"]
    assert sorted(f.name for f in (tmp_path / "feed").iterdir()) == ["alpha.jsonl", "delta.jsonl"]


def test_a_replay_in_time_prints_what_one_without_does(capsys, toy_pack, fake_model, monkeypatch):
    hand = Watch()
    monkeypatch.setattr("scenarios.cli.pacer", lambda speed: pacer(speed, clock=hand.clock, sleep=hand.sleep))
    args = ["replay", str(toy_pack), "--draws", "20", "--json", "--quiet"]
    main(args)
    plain = capsys.readouterr().out
    main([*args, "--speed", "60x"])
    assert capsys.readouterr().out == plain
    assert len(json.loads(plain.splitlines()[-1])["net"]) > 1
    assert hand.slept == [80, 90, 540]


def test_control_c_in_a_rehearsal_leaves_with_130_and_no_traceback(capsys, toy_pack, fake_model, monkeypatch):
    def interrupted(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr("scenarios.cli.pacer", lambda speed: pacer(speed, sleep=interrupted))
    code, out, err = run(capsys, "replay", toy_pack, "--draws", 20, "--speed", "60x", "--quiet")
    assert code == 130
    assert "1/4  01:10 Beta" in out
    assert err.strip() == "pns: interrupted"
