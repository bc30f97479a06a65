"""A watched night: what feeds say goes into the journal once, a person is never overruled, the screen never lies."""

from __future__ import annotations

import datetime as dt
import json
import time
from dataclasses import replace

import pytest

from models.fit import start
from projection.board import called, status
from projection.changes import changes
from projection.cli import main
from projection.desk import retract, take
from projection.engine import open_session, project
from projection.feeds import Feed, Reading, open_feed
from projection.intake import intake
from projection.items import Item, declared_of
from projection.journal import Journal
from projection.night import open_night, replay
from projection.outlets import append_line, write_night_page
from projection.page import render, write_page
from projection.projector import Projector
from projection.screen import screen
from projection.watch import Settings, Watch
from seeds import ModelError, load_election
from seeds.expected import Expected

NORTH, SOUTH, EAST, CASTLE, MOOR = (
    f"local.{x}.2018-05-03" for x in ("alpha.north", "alpha.south", "alpha.east", "beta.castle", "beta.moor")
)
HEAD = "ballot_paper_id,party,votes\n"
ROWS = {
    NORTH: f"{NORTH},Con,800\n{NORTH},Lab,1100\n{NORTH},LD,350\n",
    SOUTH: f"{SOUTH},Con,640\n{SOUTH},Lab,641\n{SOUTH},Alphaton First,200\n",
    EAST: f"{EAST},Con,1100\n{EAST},Lab,1000\n",
    MOOR: f"{MOOR},Con,500\n{MOOR},Con,480\n{MOOR},Lab,600\n{MOOR},Lab,450\n",
}


def csv(*ballots, **changes):
    text = HEAD + "".join(ROWS[b] for b in ballots)
    for old, new in changes.items():
        text = text.replace(f",{old[1:]}\n", f",{new}\n")
    return text.encode()


@pytest.fixture
def night(toy_pack, tmp_path):
    path = tmp_path / "may.night"
    open_night(toy_pack, path)
    return path


@pytest.fixture
def election(toy_pack):
    return load_election(toy_pack)


@pytest.fixture
def journal(night):
    with Journal(night) as j:
        yield j


@pytest.fixture
def say(journal, election):
    """Let a source say something; return the kinds of entries that it made."""

    def run(data, source="feed", **kw):
        got = intake(journal, election, source, data, author="watch", **kw)
        return [(e.kind, e.key) for e in got.entries]

    return run


def standing(journal):
    return {k: e.content for (_, k), e in replay(journal.entries()).standing.items()}


def test_a_feed_is_heard_once(say, journal):
    assert say(csv(NORTH)) == [("declare", NORTH)]
    assert say(csv(NORTH)) == []
    assert say(csv(SOUTH, NORTH)) == [("declare", SOUTH)]
    assert say(csv(NORTH), source="another") == []


def test_a_feed_corrects_itself_but_never_a_person_or_another_source(say, journal, election):
    say(csv(NORTH, SOUTH))
    assert say(csv(NORTH, SOUTH, v1100=1101)) == [("correct", NORTH)]
    assert say(csv(NORTH, v1100=1102), source="another") == [("note", NORTH)]
    assert say(csv(NORTH, v1100=1102), source="another") == []  # told once
    assert standing(journal)[NORTH]["votes"]["Lab"] == [1101]
    (conflict,) = replay(journal.entries()).conflicts
    assert (conflict.source, conflict.content["votes"]["Lab"]) == ("another", [1102])
    right = Item("contest", NORTH, {"votes": {"Con": [800], "LD": [350], "Lab": [1103]}})
    take(journal, election, [right], source="typed", author="me", why="rang them up")
    assert say(csv(NORTH, SOUTH, v1100=1101)) == []
    assert say(csv(NORTH, SOUTH, v1100=1104)) == [("note", NORTH)]
    assert standing(journal)[NORTH]["votes"]["Lab"] == [1103]


def test_what_a_person_has_retracted_stays_so_until_the_feed_says_something_new(say, journal):
    say(csv(NORTH, SOUTH))
    retract(journal, lambda s: [("contest", NORTH)], why="wrong", source="typed", author="me")
    assert say(csv(NORTH, SOUTH)) == say(csv(NORTH, SOUTH, EAST))[1:] == []
    assert NORTH not in standing(journal)
    assert say(csv(NORTH, SOUTH, EAST, v350=351)) == [("declare", NORTH)]


def test_garbage_is_listed_and_touches_nothing_that_stands(say, journal, election):
    say(csv(NORTH))
    for garbage in (b"", b"\0\1", b"<html>502</html>", HEAD.encode(), b"\xff\xfe", b"{", csv(NORTH)[:40]):
        got = intake(journal, election, "feed", garbage, author="watch")
        assert got.problems
        assert (got.entries, got.missing) == ((), frozenset())
    mixed = intake(journal, election, "feed", csv(EAST, v1000="1o00") + csv(SOUTH)[len(HEAD) :], author="watch")
    assert [e.key for e in mixed.entries] == [SOUTH]
    assert len(mixed.problems) == 1
    assert mixed.missing == frozenset()  # NORTH may be in what was garbled
    impossible = intake(journal, election, "feed", csv(NORTH, SOUTH, EAST, v1000=99000), author="watch")
    assert "turnout over 100%" in impossible.problems[0]
    assert set(standing(journal)) == {NORTH, SOUTH}


def test_what_is_doubtful_in_a_feed_is_held_back_where_asked(say, journal):
    say(csv(NORTH, v1100=3400), strict=True)
    assert standing(journal) == {}
    assert [d.held for d in replay(journal.entries()).doubts] == [True]
    assert say(csv(NORTH, v1100=3400), strict=True) == []


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
def made(election):
    return project(election, declared_of([]), draws=20, session=open_session(election, start()))


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


def test_a_web_page_where_results_were_expected_is_told_as_what_it_is(say, journal, election):
    got = intake(journal, election, "feed", b"<!DOCTYPE html>\n<html><body>log in</body></html>", author="w")
    assert got.problems == (
        "feed: is a web page, not CSV or JSON; does it ask for a password, or has it moved?",
    )  # fmt: skip


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


@pytest.fixture
def real_scales(monkeypatch):
    """The scales that fits start from, whatever is stored."""
    import projection.engine as engine

    design = engine.build_design
    monkeypatch.setattr(engine, "build_design", lambda election: design(election, start()))


def run(capsys, *args):
    code = 0
    try:
        main([str(a) for a in args])
    except SystemExit as leave:
        code = leave.code
    out = capsys.readouterr()
    return code, out.out, out.err


def test_a_night_from_opening_to_page_on_the_command_line(capsys, toy_pack, tmp_path, real_scales):
    night, file, page, lines = (tmp_path / n for n in ("toy.night", "feed.csv", "index.html", "all.jsonl"))
    assert run(capsys, "open", toy_pack, "--as", night)[0] == 0
    file.write_bytes(csv(NORTH, SOUTH))
    draws = ("--draws", 60)
    code, out, err = run(
        capsys, "watch", night, file, "--once", "--every", 0.05, "--settle", 0, "--html", page, "--jsonl", lines, *draws
    )
    assert (code, err) == (0, "")
    assert "2 of 7 ward contests declared" in out
    told = [json.loads(line) for line in lines.read_text().splitlines()]
    assert told[-1]["declared"]["contests"] == 2
    assert "2 of 7 ward contests declared" in page.read_text()
    code, out, err = run(capsys, "show", night, "--json", *draws)
    assert (code, err) == (0, "")  # kept by the watch: nothing is sampled, so nothing is said
    shown = json.loads(out)
    assert shown == {k: v for k, v in told[-1].items() if k != "made"}
    run(capsys, "retract", night, NORTH)
    code, out, err = run(capsys, "show", night, "--quiet", "--ward", "north", *draws)
    assert "to come" in out
    code, out, err = run(capsys, "show", night, "--council", "alpha", "--as-of", "23:59", "--quiet", *draws)
    assert code == 0
    assert "Alpha (North West): 0 of 3 wards declared" in out or "to come" in out or "1 of 3" in out


def test_the_model_is_asked_about_what_is_out_of_line(night, election, real_scales, journal):
    projector = Projector(night, election, draws=2000)
    ok = Item("contest", NORTH, {"votes": {"Con": [700], "LD": [300], "Lab": [1200]}})
    odd = Item("contest", EAST, {"votes": {"Con": [3], "Lab": [1900]}})
    take(journal, election, [ok, odd], source="typed", author="me")
    flags = projector.check(journal, author="watch")
    assert [(f.key, f.refers) for f in flags] == [(EAST, 1)]
    assert "out of line with the model" in flags[0].flags[0][1]
    assert [d.guard for d in replay(journal.entries()).doubts] == ["model"]
    assert projector.check(journal, author="watch") == []
    projector.cache.path.unlink()  # thrown away: asked again, told once
    assert projector.check(journal, author="watch") == []


def test_a_cache_that_is_garbled_or_gone_costs_a_sampling_and_nothing_else(night, election, real_scales, journal):
    said = []
    projector = Projector(night, election, draws=40, say=said.append)
    state = replay(journal.entries())
    first = projector.project(state).to_dict()
    assert projector.project(state).to_dict() == first
    assert len([s for s in said if s.startswith("Sampling")]) == 1
    projector.cache.path.write_bytes(b"rubbish" * 1000)
    assert projector.project(state).to_dict() == first
    projector.project(state)
    assert len([s for s in said if s.startswith("Sampling")]) == 2


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
