"""A watched night: when it is projected, what is withdrawn, and what it says of its sources."""

from __future__ import annotations

import time

import pytest

from projection.board import troubles
from projection.desk import take
from projection.feeds import Feed, Reading, open_feed
from projection.items import Item
from projection.night import replay
from projection.watch import CUT, Settings, Watch
from projection.words import FEW
from tests.command import run
from tests.projection.conftest import EAST, MOOR, NORTH, SOUTH, Clock, Fake, csv, north, standing


def test_a_burst_of_declarations_is_one_projection(watching):
    watching.go(1)
    assert watching.fake.sets == [0]
    watching.go(0.5, csv(NORTH), csv(NORTH, SOUTH), csv(NORTH, SOUTH, EAST))
    assert watching.fake.sets == [0]
    watching.go(3)
    assert watching.fake.sets == [0, 3]
    assert watching.current
    watching.go(30)
    assert watching.fake.count == 2


def test_a_burst_that_never_ends_is_projected_all_the_same(watching):
    watching.go(1)
    for votes in range(1100, 1116):
        watching.go(1, csv(NORTH, v1100=votes))
    assert 2 <= watching.fake.count <= 4


def test_a_fault_of_ours_in_one_source_does_not_end_the_night(watching, monkeypatch, journal):
    monkeypatch.setattr("projection.watch.intake", lambda *a, **kw: 1 / 0)
    watching.go(1, csv(NORTH))
    assert "ZeroDivisionError" in watching.problems["feed"][0]
    monkeypatch.undo()
    watching.go(15)  # nor is what it said lost
    assert set(standing(journal)) == {NORTH}
    assert watching.problems["feed"] == ()


def test_what_a_source_no_longer_carries_is_withdrawn_after_a_while(watching, journal):
    watching.go(1, csv(NORTH, SOUTH))
    watching.go(20, csv(NORTH))
    assert SOUTH in standing(journal)
    watching.go(5, csv(NORTH, SOUTH))  # only a stutter
    watching.go(60)
    assert SOUTH in standing(journal)
    watching.go(10, csv(NORTH))
    watching.go(25, csv(NORTH, EAST))
    assert set(standing(journal)) == {NORTH, EAST}
    last = [e for e in journal.entries() if e.kind == "retract"]
    assert [(e.key, e.why) for e in last] == [(SOUTH, "withdrawn by the source")]


def test_a_source_that_loses_most_of_what_it_said_withdraws_nothing(watching, journal, monkeypatch):
    monkeypatch.setattr("projection.watch.BULK", 2)
    watching.go(1, csv(NORTH, SOUTH, EAST, MOOR))
    watching.go(60, csv(NORTH))
    assert len(standing(journal)) == 4
    assert any("nothing was withdrawn" in words for words in watching.problems["feed"])


def test_what_another_source_carries_too_survives_the_withdrawal(night, election, made, journal):
    clock, said = Clock(), {"a": [csv(NORTH)], "b": [csv(NORTH, SOUTH)]}
    feeds = [Feed(n, poll=lambda n=n: [Reading(n, said[n].pop(0))] if said[n] else []) for n in said]
    watch = Watch(night, election, feeds, Fake(election, made), Settings(withdraw_after=3), clock)

    def go():
        for _ in range(60):
            clock.now += 0.1
            watch.tick()
            for future in [*watch._asked.values(), watch._sampling]:
                if future is not None:
                    future.exception(timeout=10)

    go()
    said["a"] = [csv(EAST)]
    go()
    watch.close()
    assert {k: e.source for (_, k), e in replay(journal.entries()).standing.items()} == {
        SOUTH: "b",
        EAST: "a",
        NORTH: "b",
    }


def test_what_others_declare_meanwhile_is_projected_too(watching, journal, election):
    watching.go(1)
    item = Item("council", "gamma", {"won": {"Con": 4, "LD": 6}})
    take(journal, election, [item], source="typed", author="somebody else")
    watching.go(4)
    assert watching.fake.sets == [0, 1]


def test_a_file_that_is_watched_for_real_reaches_the_journal(night, election, made, tmp_path, journal):
    file = tmp_path / "feed.csv"
    watch = Watch(night, election, [open_feed(str(file), every=0.01)], Fake(election, made), Settings(settle=0))
    file.write_bytes(csv(NORTH))
    until = time.monotonic() + 20
    while not watch.current and time.monotonic() < until:
        watch.tick()
        time.sleep(0.01)
    watch.close()
    assert set(standing(journal)) == {NORTH}


def test_a_source_that_cannot_be_read_is_told_each_time_that_changes(watching):
    def told():
        return [words for _, words in watching.changed if words.startswith("feed: ")][::-1]

    watching.feed.failure = "is not there"
    watching.go(3)
    assert told() == ["feed: is not there; tried again"]
    watching.feed.failure = "does not answer"
    watching.go(3)
    watching.feed.failure = ""
    watching.go(3)
    assert told() == ["feed: is not there; tried again", "feed: does not answer; tried again", "feed: can be read"]
    assert troubles(watching) == []
    watching.go(3, b"no such layout\n1\n")
    assert any("feed" in line for line in troubles(watching))


def test_a_last_line_without_an_end_is_taken_and_told_until_it_has_one(watching, journal):
    def told():
        return [words for _, words in watching.changed if "no end" in words]

    watching.go(3, csv(NORTH, SOUTH).rstrip(b"\n"))
    assert set(standing(journal)) == {NORTH, SOUTH}
    assert told() == [f"feed: {CUT}"]
    watching.go(3, csv(NORTH, SOUTH, EAST).rstrip(b"\n"))
    assert (told(), watching.cut) == ([f"feed: {CUT}"], {"feed"})
    watching.go(3, csv(NORTH, SOUTH, EAST))
    assert (watching.cut, troubles(watching)) == (set(), [])


def test_json_that_ends_without_a_line_end_is_whole():
    assert not Reading("feed", b'\xef\xbb\xbf [{"ballot_id": "x"}]').cut
    assert Reading("feed", b"ballot_id,party,votes\nx,Con,12").cut


def test_leaving_at_once_warns_of_a_last_line_that_may_be_cut_short(night, made, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("projection.projector.Projector", lambda night, election, **kw: Fake(election, made))
    monkeypatch.setattr("projection.feeds.QUIET", 0.1)
    monkeypatch.chdir(tmp_path)
    for name, text in (("cut.csv", csv(NORTH).rstrip(b"\n")), ("whole.csv", csv(SOUTH))):
        (tmp_path / name).write_bytes(text)
    code, _, err = run(capsys, "watch", night, "cut.csv", "whole.csv", "--once", "--every", 0.05, "--settle", 0)
    assert (code, err) == (0, f"cut.csv: {CUT}\n")


@pytest.mark.parametrize(
    ("source", "text", "html", "why"),
    [
        ("nowhere.csv", None, "out.html", "nowhere.csv: is not there (No such file"),
        ("here.csv", "ballot,Con\nx,12\n", "out.html", "here.csv, row 1"),
        ("here.csv", csv(NORTH).decode(), "here.csv/out.html", "cannot be written: "),
        ("here.csv", csv(NORTH).decode(), "out.html", None),
    ],
)
def test_leaving_at_once_says_with_its_exit_code_what_went_wrong(
    night, made, tmp_path, monkeypatch, capsys, source, text, html, why
):
    monkeypatch.setattr("projection.projector.Projector", lambda night, election, **kw: Fake(election, made))
    monkeypatch.chdir(tmp_path)
    if text is not None:
        (tmp_path / source).write_text(text)
    options = ("--once", "--every", 0.05, "--settle", 0, "--html", html)
    code, _, err = run(capsys, "watch", night, source, *options)
    assert (code, "Traceback" in err) == (0 if why is None else 2, False)
    assert (why or "") in err
    assert err.startswith("pns: ") == (why is not None)


@pytest.mark.parametrize("strict", [False, True])
def test_plain_lines_tell_doubts_conflicts_and_what_was_not_taken(
    night, election, journal, made, tmp_path, monkeypatch, capsys, strict
):
    monkeypatch.setattr("projection.projector.Projector", lambda night, election, **kw: Fake(election, made))
    monkeypatch.chdir(tmp_path)
    take(journal, election, [north()], source="typed", author="me")
    (tmp_path / "feed.csv").write_bytes(csv(NORTH, EAST, v1100=1101, v1000=100) + f"{SOUTH},Con,x\n".encode())
    options = ("--strict",) if strict else ()
    args = ("watch", night, "feed.csv", "--once", "--every", 0.05, "--settle", 0, *options)
    code, out, err = run(capsys, *args)
    assert code == 2
    (conflict,) = [line for line in out.splitlines() if line.startswith("Conflict")]
    assert (NORTH in conflict, "feed.csv says" in conflict, f"pns: {conflict}" in err) == (True, True, True)
    doubtful = [line for line in out.splitlines() if line.startswith("Held back" if strict else "Doubtful")]
    assert len(doubtful) >= 1
    assert all(EAST in line for line in doubtful)
    # What is held back stands nowhere, what is only doubtful does.
    assert all((line in err) == strict for line in doubtful)
    assert sum("row 7, column votes" in line for line in out.splitlines()) == 1


def test_a_conflict_alone_is_something_that_was_not_taken(
    night, election, journal, made, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr("projection.projector.Projector", lambda night, election, **kw: Fake(election, made))
    monkeypatch.chdir(tmp_path)
    take(journal, election, [north()], source="typed", author="me")
    (tmp_path / "feed.csv").write_bytes(csv(NORTH, v1100=1102))
    args = ("watch", night, "feed.csv", "--once", "--every", 0.05, "--settle", 0)
    assert [run(capsys, *args)[0] for _ in range(2)] == [2, 2]  # as long as it stands
    take(journal, election, [north(1102)], source="typed", author="me", why="misread")
    assert run(capsys, *args)[0] == 0


def test_of_many_things_not_taken_the_first_few_are_told_and_none_again(watching):
    bad = [f"{NORTH},Party {n},1\n" for n in range(FEW + 3)]
    watching.go(1, csv() + "".join(bad).encode())
    told = [words for _, words in watching.changed if "feed" in words]
    assert len(told) == FEW + 1
    assert told[-1] == "feed: and 3 more not taken"
    watching.go(1, csv() + "".join(bad).encode() + b"\n")
    assert [words for _, words in watching.changed if "feed" in words] == told
