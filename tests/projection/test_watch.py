"""A watched night: when it is projected, what is withdrawn, and a screen that never lies."""

from __future__ import annotations

import datetime as dt
import io
import json
import time
from dataclasses import replace

import pytest

from projection.bases import NetChange
from projection.board import called, status
from projection.changes import changes
from projection.desk import take
from projection.feeds import Feed, Reading, open_feed
from projection.items import Item
from projection.night import replay
from projection.outlets import Beat, append_line, write_night_page
from projection.page import render, write_page
from projection.projector import Projector
from projection.report import PARTY_ROWS
from projection.screen import screen
from projection.watch import Settings, Watch
from seeds import ModelError
from seeds.expected import Expected
from tests.command import run
from tests.projection.conftest import CASTLE, EAST, MOOR, NORTH, SOUTH, csv, standing


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class Fake:
    """In the projector's place: counts, fails when told to, and takes as long as told to."""

    def __init__(self, election, made):
        self.inner, self.made = Projector.__new__(Projector), made
        self.inner.election, self.inner.seed, self.inner.draws = election, 0, 1
        self.count, self.fail, self.sets = 0, None, []

    def key(self, state):
        return self.inner.key(state)

    def check(self, journal, **kw):
        return []

    def project(self, state):
        if self.fail:
            raise self.fail
        self.count += 1
        self.sets.append(len(state.standing))
        return self.made


@pytest.fixture
def watching(night, election, made):
    clock, said = Clock(), []
    feed = Feed("feed", poll=lambda: [Reading("feed", said.pop(0))] if said else [])
    feed.reached = 0.0
    projector = Fake(election, made)
    watch = Watch(
        night, election, [feed], projector, Settings(settle=2, longest=10, withdraw_after=30, retry=15), clock
    )

    def go(seconds, *data):
        """Let time pass, a tenth of a second a tick; ``data`` is what the feed says meanwhile."""
        said.extend(data)
        for _ in range(round(seconds * 10)):
            clock.now += 0.1
            watch.tick()
            for future in [*watch._asked.values(), watch._sampling]:
                if future is not None:
                    future.exception(timeout=10)
        watch.tick()

    watch.go, watch.fake, watch.feed = go, projector, feed
    yield watch
    watch.close()


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


def test_a_failed_projection_leaves_the_last_good_one_marked_with_its_age_and_the_reason(watching, made):
    from rich.console import Console

    def shown():
        out = Console(width=160, file=open("/dev/null", "w"), record=True)  # noqa: SIM115
        out.print(screen(watching, width=160, height=60))
        out.file.close()
        return out.export_text()

    watching.go(1)
    watching.fake.fail = ModelError("the variances have run away")
    watching.go(100, csv(NORTH))
    assert watching.projection is made
    assert "OLD PROJECTION, made 2 min ago: the latest failed" in shown()
    assert "the variances have run away" in shown()
    failures = sum("failed" in words for _, words in watching.changed)
    assert 2 <= failures <= 4  # tried again, less and less often
    watching.fake.fail = None
    watching.go(120)
    assert watching.failure == ""
    assert "OLD" not in shown()
    watching.fake.fail = ZeroDivisionError("a fault of ours")
    watching.go(5, csv(NORTH, SOUTH))
    assert "ZeroDivisionError: a fault of ours" in shown()


@pytest.mark.parametrize(("width", "height"), [(80, 40), (80, 44), (120, 40), (160, 60)])
def test_nothing_falls_off_the_bottom_of_a_narrow_screen_with_many_parties(watching, made, width, height):
    from rich.console import Console

    local = {
        f"Residents and Ratepayers of the Independent Parish {n}": replace(made.seats["LD"], mean=50.0)
        for n in range(12)
    }
    watching.fake.made = replace(made, seats={**made.seats, **local})
    watching.go(5, csv(NORTH))
    console = Console(width=width, file=io.StringIO())
    lines = console.render_lines(screen(watching, width=width, height=height))
    assert len(lines) < height
    assert "Trouble" in "".join(segment.text for line in lines for segment in line)


def test_a_source_in_trouble_is_told_beside_a_projection_that_is_up_to_date(watching):
    watching.go(5, csv(NORTH))
    assert "up to date. Fit: " in status(watching)
    watching.feed.failure = "answered 500"
    assert "up to date with what could be read; TROUBLE WITH 1 OF 1 SOURCES" in status(watching)


def test_councils_are_called_latest_first_and_only_once_they_have_declared(watching, journal, election, made):
    """Beta, then alpha: in the alphabet it is the other way round."""
    control = {
        "alpha": {"Con": 1.0},
        "beta": {"Lab": 1.0},
        "gamma": {"LD": 0.995, "Con": 0.005},
    }
    councils = {
        slug: replace(c, control=control.get(slug, {}), state="to come" if slug == "gamma" else "declared")
        for slug, c in made.councils.items()
    }
    watching.fake.made = replace(made, councils=councils)
    take(journal, election, [Item("contest", CASTLE, {"votes": {"Con": [9, 8, 7], "Lab": [6, 5], "LD": [4]}})],
         source="typed", author="me")  # fmt: skip
    take(journal, election, [Item("contest", NORTH, {"votes": {"Con": [800], "Lab": [1100], "LD": [350]}})],
         source="typed", author="me")  # fmt: skip
    watching.go(5)
    assert called(watching) == ["Con gain Alpha from Lab", "Lab gain Beta from Con"]


def test_what_changed_says_after_whose_results_the_country_first_then_each_council(made):
    def with_pns(p, lab):
        lines = {"Lab": replace(p.seats["Lab"], p50=lab)}
        return replace(p, national=replace(p.national, lines=lines))

    beta = replace(made.councils["beta"], state="declared", contests=2)
    after = replace(made, councils=dict(made.councils) | {"beta": beta})
    lines = changes(with_pns(made, 35.0), with_pns(after, 36.5))
    assert lines[0] == "PNS Lab 35.0 to 36.5 (+1.5), after Beta"
    assert lines[-1].startswith("Beta declared")


def test_a_line_cut_off_by_a_kill_does_not_take_the_next_one_with_it(watching, tmp_path):
    file = tmp_path / "all.jsonl"
    file.write_bytes(b'{"made": "2018-05-04T01:00')
    watching.go(2)
    append_line(watching, file)
    append_line(watching, file)
    half, *whole = file.read_text(encoding="utf-8").splitlines()
    assert half == '{"made": "2018-05-04T01:00'
    assert [json.loads(x)["declared"]["councils"] for x in whole] == [0, 0]


def test_the_page_says_what_the_screen_says(watching, tmp_path):
    watching.go(5, csv(NORTH))
    watching.feed.failure = "answered 500 <b>"
    page = tmp_path / "index.html"
    told = {"gamma": Expected("gamma", dt.datetime(2018, 5, 4, 2), "night", 2018, "")}
    write_night_page(watching, page, told)
    text = page.read_text(encoding="utf-8")
    for words in (
        "Fit: ",
        "TROUBLE WITH 1 OF 1",
        "02:00 Gamma",
        "answered 500 &lt;b&gt;",
        "Were up",
        "No overall control",
    ):
        assert words in text


def test_change_is_shown_on_the_basis_asked_for_and_written_as_ever(watching, made, tmp_path):
    may = NetChange("may", made.net, made.before, None, 1, {"1999": 1}, ())
    watching.fake.made = replace(made, nets={"may": may})
    watching.settings = replace(watching.settings, net="may")
    watching.go(5, csv(NORTH))
    page, lines = tmp_path / "index.html", tmp_path / "night.jsonl"
    write_night_page(watching, page, {})
    append_line(watching, lines)
    assert may.label in page.read_text(encoding="utf-8")
    assert json.loads(lines.read_text())["scope"]["net_label"] == made.scope.net_label
    # A night of which no council in scope has the basis says what it shows instead.
    watching.settings = replace(watching.settings, net="last")
    assert watching.view is watching.projection


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


def test_the_page_is_one_file_whole_and_harmless(tmp_path, made, journal):
    file = tmp_path / "out" / "index.html"
    state = replay(journal.entries())
    text = render(
        made, state, made=dt.datetime(2018, 5, 4, 3, 15), warning="<script>alert(1)</script>", changed=["a & b"]
    )
    write_page(file, text)
    assert file.read_text(encoding="utf-8") == text
    assert [p.name for p in file.parent.iterdir()] == ["index.html"]
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "a &amp; b" in text
    assert "http://" not in text
    assert "https://" not in text
    assert "03:15:00 on 4 May 2018" in text


def test_a_page_of_a_pack_that_tells_every_party_apart_folds_those_with_little_at_stake(made, journal):
    local = {f"Local {n}": replace(made.seats["LD"], mean=n / 100) for n in range(40)}
    text = render(
        replace(made, seats={**made.seats, **local}), replay(journal.entries()), made=dt.datetime(2018, 5, 4, 3, 15)
    )
    open_rows, folded = text.split("<details>", 1)[0], text.split("<summary>Parties with less at stake", 1)[1]
    assert "Lab</td>" in open_rows
    assert 0 < open_rows.count("Local ") < PARTY_ROWS
    assert open_rows.count("Local ") + folded.count("<td>Local ") == 40


def test_a_page_has_no_column_for_a_national_share_that_there_is_not(made, journal, monkeypatch):
    state, when = replay(journal.entries()), dt.datetime(2018, 5, 4, 3, 15)
    assert not made.pns, "the toy pack has no frame"
    without = render(made, state, made=when)
    monkeypatch.setattr(type(made), "pns", property(lambda p: {"Lab": p.shares["Lab"]}))
    shown = render(made, state, made=when)
    assert ("PNS %" in without, "PNS %" in shown) == (False, True)
    for text in (without, shown):
        head, body = text.split("<tbody>", 1)
        first = body.split("</tr>", 1)[0]
        assert head.rsplit("<thead>", 1)[1].count("<th ") == first.count("<td>")


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


def test_a_change_of_less_than_half_a_seat_elsewhere_is_no_minus_nought(made):
    def won(p, lab):
        return replace(p, seats=dict(p.seats) | {"Lab": replace(p.seats["Lab"], mean=lab)})

    beta = made.councils["beta"]
    more = replace(beta, state="declared", won=dict(beta.won) | {"Lab": replace(beta.won["Lab"], mean=1.2)})
    less = replace(beta, won=dict(beta.won) | {"Lab": replace(beta.won["Lab"], mean=0.0)})
    old = replace(won(made, 10.0), councils=dict(made.councils) | {"beta": less})
    new = replace(won(made, 10.9), councils=dict(made.councils) | {"beta": more})
    assert "Lab seats 10 to 11 (+1): Beta +1, elsewhere +0" in changes(old, new)


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
    assert watching.troubles() == []
    watching.go(3, b"no such layout\n1\n")
    assert any("feed" in line for line in watching.troubles())


def test_what_cannot_be_written_is_told_once_until_it_can_be(watching, tmp_path):
    page = tmp_path / "file" / "index.html"
    (tmp_path / "file").write_text("in the way")
    beat = Beat(watching, page, {})
    watching.listeners.append(beat.write)
    watching.go(1)
    for _ in range(3):
        watching.attempt(beat.write)
    assert sum("cannot be written" in words for _, words in watching.changed) == 1
    assert any("cannot be written" in line for line in watching.troubles())
    (tmp_path / "file").unlink()
    watching.attempt(beat.write)
    assert watching.troubles() == []
    assert page.is_file()


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


def test_the_difference_told_is_that_of_the_figures_told(made):
    def at(pns, seats):
        con = replace(made.seats["Con"], mean=seats)
        national = replace(made.national, lines={"Con": replace(con, p50=pns)})
        return replace(made, seats=dict(made.seats) | {"Con": con}, national=national)

    lines = changes(at(35.56, 1479.6), at(35.54, 1323.4))
    assert "PNS Con 35.6 to 35.5 (-0.1)" in lines
    assert "Con seats 1,480 to 1,323 (-157): elsewhere -157" in lines
