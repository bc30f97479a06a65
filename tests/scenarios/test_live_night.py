"""A night typed in through a feed that misbehaves ends where the clean replay ends."""

from __future__ import annotations

import dataclasses
import http.server
import threading
import time
from email.utils import formatdate

import numpy as np
import pytest

from models.start import start
from projection.codec import dumps
from projection.engine import project_declared
from projection.feeds import http_feed
from projection.items import declared_of, in_order, items_of
from projection.journal import Journal
from projection.night import open_night, replay
from projection.projector import Projector
from projection.watch import Settings, Watch
from scenarios.feed import feed_lines
from scenarios.order import declaring
from scenarios.replay import declared_by
from seeds import load_election, load_outcome

DRAWS = 200


class Misbehaving(http.server.ThreadingHTTPServer):
    """Serves ``body``, but in one of many wrong ways while ``mood`` says so; counts what it did."""

    def __init__(self, rng):
        self.body, self.before, self.mood, self.rng = b"", b"", "well", rng
        self.version, self.did = 0, {}
        super().__init__(("127.0.0.1", 0), Handler)

    def publish(self, lines):
        lines = list(lines)
        self.rng.shuffle(lines)  # out of order
        again = [lines[i] for i in self.rng.integers(len(lines), size=len(lines) // 4)] if lines else []
        self.before, self.body = self.body, "".join(f"{line}\n" for line in lines + again).encode()
        self.version += 1


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        s = self.server
        s.did[s.mood] = s.did.get(s.mood, 0) + 1
        body, version, length = s.body, s.version, None
        if s.mood == "garbage":
            kinds = [b"<html>502 Bad Gateway</html>", s.rng.bytes(3000), b"", b'{"council": ', body[: len(body) // 2]]
            body = kinds[int(s.rng.integers(len(kinds)))]
            version = f"garbage-{s.rng.integers(10**9)}"
        elif s.mood == "torn":
            length, body = len(body) + 10, body[: len(body) // 3]
        elif s.mood == "lagging":
            body, version = s.before, s.version - 1
        if s.mood == "stalled":
            self.send_error(503)
            return
        if self.headers.get("If-None-Match") == f'"{version}"':
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("ETag", f'"{version}"')
        if s.mood != "garbage":
            self.send_header("Last-Modified", formatdate(1_336_000_000 + 60 * version, usegmt=True))
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def wrong(lines):
    """The same results with the first number changed: published by mistake."""
    return [line.replace("[", "[1", 1) if "votes" in line else line for line in lines]


def type_in(pack, tmp_path, *, seed, pace):
    """Watch a whole night from a feed that misbehaves; return the watch's last projection, state and figures."""
    election, outcome = load_election(pack), load_outcome(pack)
    order = declaring(election, outcome)
    rng = np.random.default_rng(seed)
    path = tmp_path / "live.night"
    open_night(pack, path)
    with Misbehaving(rng) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        feed = http_feed(f"http://127.0.0.1:{server.server_port}/night.json", every=0.03, clock=time.monotonic)
        settings = Settings(settle=0.2, longest=1.0, withdraw_after=4 * pace)
        watch = Watch(path, election, [feed], Projector(path, election, draws=DRAWS), settings)
        made = []
        watch.listeners.append(lambda w: made.append(w.projection))

        def go(seconds):
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                feed.due = min(feed.due, time.monotonic() + pace)  # a stall of minutes, at the pace of a test
                watch.tick()
                time.sleep(0.005)

        told: dict[str, list[str]] = {}
        withdrawn = order[len(order) // 2]
        for number, council in enumerate(order):
            told[council] = feed_lines(election, outcome, council)
            if number == len(order) // 3:  # published too early, and wrong
                told[withdrawn] = wrong(feed_lines(election, outcome, withdrawn))
            if number == len(order) // 3 + 2 and withdrawn in told and council != withdrawn:
                del told[withdrawn]
                server.publish(x for own in told.values() for x in own)
                go(12 * pace)
            server.publish(x for own in told.values() for x in own)
            server.mood = str(rng.choice(["well", "well", "garbage", "torn", "lagging", "stalled"]))
            go(pace)
            server.mood = "well"
            go(pace if number % 7 == 0 else 0)
        told[withdrawn] = feed_lines(election, outcome, withdrawn)
        server.publish(x for own in told.values() for x in own)
        everything = declared_by(election, outcome, order)
        until = time.monotonic() + 300
        while time.monotonic() < until:
            go(1)
            if watch.current and watch.state.declared() == declared_of(items_of(everything)):
                break
        watch.close()
        server.shutdown()
        thread.join()
    return election, everything, watch, server, made


def ends_as_the_clean_replay(election, declared, watch):
    assert watch.state.declared() == in_order(declared_of(items_of(declared)))
    clean = project_declared(election, declared, draws=DRAWS)
    assert dumps(dataclasses.replace(watch.projection, as_of=None)) == dumps(clean)


@pytest.fixture
def real_scales(monkeypatch):
    import projection.session as session

    design = session.build_design
    monkeypatch.setattr(session, "build_design", lambda election: design(election, start()))


def test_a_small_night_through_a_feed_that_misbehaves_ends_as_the_clean_replay(toy_pack, tmp_path, real_scales):
    text = (toy_pack / "outcome" / "results.csv").read_text()  # votes alone: a feed carries no percentages of a ward
    (toy_pack / "outcome" / "results.csv").write_text(
        text.replace("percent,Lab=52.5; LD=47.5", "votes,Lab=525; LD=475")
    )
    election, declared, watch, _, made = type_in(toy_pack, tmp_path, seed=3, pace=0.1)
    ends_as_the_clean_replay(election, declared, watch)
    assert made


@pytest.mark.slow
@pytest.mark.night
def test_the_night_of_2012_through_a_feed_that_misbehaves_ends_as_the_clean_replay(tmp_path, capsys):
    election, declared, watch, server, made = type_in("2012", tmp_path, seed=1, pace=0.4)
    ends_as_the_clean_replay(election, declared, watch)
    with Journal(tmp_path / "live.night") as journal:
        entries = journal.entries()
        kinds = [e.kind for e in entries]
    assert kinds.count("retract") >= 1
    assert set(server.did) == {"well", "garbage", "torn", "lagging", "stalled"}
    assert replay(entries).conflicts == ()
    with capsys.disabled():
        print(
            f"\n2012 through a misbehaving feed: answers {server.did}, {len(entries)} entries, {len(made)} projections"
        )
