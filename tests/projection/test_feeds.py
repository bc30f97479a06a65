"""A source is read when it has something new, whole, and says of itself how it is doing."""

from __future__ import annotations

import http.server
import os
import threading

import pytest

from projection import feeds
from projection.feeds import QUIET, open_feed
from seeds import NightError


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def poll(feed, clock, times=1, step=1.0):
    """What a feed brings in so many looks."""
    out = []
    for _ in range(times):
        clock.now += step
        out += [r.data for r in feed.poll()]
    return out


def test_a_file_is_read_once_it_is_left_alone_and_again_when_it_changes(tmp_path, clock):
    file = tmp_path / "night.csv"
    feed = open_feed(str(file), clock=clock)
    assert poll(feed, clock) == []
    assert "No such file" in feed.failure
    assert feed.reached is None
    file.write_text("a\n")
    assert poll(feed, clock) == []
    assert feed.waiting
    assert poll(feed, clock) == [b"a\n"]
    assert feed.waiting  # for whoever asked to take it
    assert poll(feed, clock, 3) == []
    assert (feed.failure, feed.waiting) == ("", False)
    with file.open("a") as handle:
        handle.write("b\n")
    assert poll(feed, clock, 3) == [b"a\nb\n"]
    os.utime(file, (1, 1))  # touched, with nothing new in it
    assert poll(feed, clock, 3) == []


def test_a_last_line_without_an_end_waits_until_the_writer_is_surely_done(tmp_path, clock):
    file = tmp_path / "night.csv"
    file.write_text("ballot,Con,12")
    feed = open_feed(str(file), clock=clock)
    assert poll(feed, clock, int(QUIET)) == []
    file.write_text("ballot,Con,1234")
    assert poll(feed, clock, int(QUIET)) == []
    assert poll(feed, clock, 2) == [b"ballot,Con,1234"]


def test_a_folder_is_each_of_its_files_but_not_drafts(tmp_path, clock):
    for name in ("b.csv", "a.json", ".a.csv", "~b.csv", "c.tmp"):
        (tmp_path / name).write_text(f"{name}\n")
    feed = open_feed(str(tmp_path), clock=clock)
    assert poll(feed, clock, 2) == [b"a.json\n", b"b.csv\n"]
    (tmp_path / "a.json").unlink()
    (tmp_path / "c.csv").write_text("c\n")
    assert poll(feed, clock, 2) == [b"c\n"]


def test_only_http_addresses_files_and_folders_can_be_watched():
    with pytest.raises(NightError, match="only http"):
        open_feed("ftp://example.org/results.csv")


class Server(http.server.ThreadingHTTPServer):
    """Answers with what a test has put into ``answers``: (status, headers, body), the last one again and again."""

    def __init__(self):
        self.answers = []
        self.asked = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self):
        return f"http://user:secret@127.0.0.1:{self.server_port}/results.csv"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(dict(self.headers))
        answers = self.server.answers
        status, headers, body = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


NEW = "Fri, 04 May 2012 03:15:00 GMT"
OLD = "Fri, 04 May 2012 03:05:00 GMT"


def test_an_address_is_asked_only_for_what_is_new(server, clock):
    feed = open_feed(server.url.replace("user:secret@", ""), clock=clock)
    server.answers = [
        (200, {"ETag": '"1"', "Last-Modified": OLD}, b"a\n"),
        (304, {}, b""),
        (200, {"ETag": '"2"'}, b"b\n"),
    ]
    assert poll(feed, clock, 3) == [b"a\n", b"b\n"]
    assert "If-None-Match" not in server.asked[0]
    assert (server.asked[1]["If-None-Match"], server.asked[1]["If-Modified-Since"]) == ('"1"', OLD)
    assert feed.failure == ""


def test_an_address_that_fails_is_asked_less_and_less_often_and_says_why(server, clock):
    feed = open_feed(server.url.replace("user:secret@", ""), clock=clock)
    server.answers = [(500, {}, b""), (500, {}, b""), (503, {"Retry-After": "120"}, b""), (200, {}, b"a\n")]
    pauses = []
    for _ in range(3):
        assert poll(feed, clock) == []
        assert feed.failure.startswith("answered 50")
        pauses.append(feed.due - clock.now)
    assert pauses == [2.0, 4.0, 120.0]
    assert feed.reached is None
    assert poll(feed, clock) == [b"a\n"]
    assert (feed.failure, feed.due - clock.now) == ("", 1.0)


def test_an_answer_that_breaks_off_or_is_older_is_passed_over(server, clock):
    feed = open_feed(server.url.replace("user:secret@", ""), clock=clock)
    server.answers = [
        (200, {"Content-Length": "100"}, b"half"),
        (200, {"Last-Modified": NEW}, b"new\n"),
        (200, {"Last-Modified": OLD}, b"old\n"),
        (200, {"Last-Modified": NEW}, b"new\n"),
    ]
    assert poll(feed, clock) == []
    assert "broke off" in feed.failure or "IncompleteRead" in feed.failure
    assert poll(feed, clock) == [b"new\n"]
    assert poll(feed, clock) == []
    assert "older state" in feed.failure
    assert poll(feed, clock) == []
    assert feed.failure == ""


def test_an_address_where_nobody_listens_is_trouble_and_no_traceback(server, clock):
    url = server.url
    server.server_close()
    feed = open_feed(url, clock=clock)
    assert poll(feed, clock) == []
    assert "does not answer" in feed.failure
    assert "secret" not in feed.name


def test_a_source_too_large_is_not_read(tmp_path, clock, monkeypatch):
    monkeypatch.setattr(feeds, "MOST", 10)
    (tmp_path / "x.csv").write_text("0123456789\n")
    feed = open_feed(str(tmp_path), clock=clock)
    assert poll(feed, clock, 3) == []
    assert "larger" in feed.failure
