"""What is acknowledged is there, whole and for good; what is not, is not."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import projection
from projection import journal as module
from projection.journal import Entry, Journal, create
from seeds import NightError

HOME = Path(projection.__file__).resolve().parent.parent
META = {"pack": "toy", "pack_sha256": "", "date": "2018-05-03"}


@pytest.fixture
def night(tmp_path):
    path = tmp_path / "may.night"
    create(path, META)
    return path


def entry(key="a", **kw):
    return Entry("declare", "test", "me", subject="contest", key=key, content={"votes": {"Con": [1]}}, **kw)


def test_a_night_is_never_made_over_another_file(night, tmp_path):
    for path in (night, tmp_path):
        with pytest.raises(NightError, match="exists already"):
            create(path, META)
    with pytest.raises(NightError, match=r"x\.night: its folder is not there; make it first: mkdir -p "):
        create(tmp_path / "none" / "x.night", META)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["may.night"]


@pytest.mark.parametrize("data", [b"", b"rubbish" * 1000, b"SQLite format 3\0"])
def test_a_file_that_is_no_night_is_told_as_such(tmp_path, data):
    file = tmp_path / "x.night"
    file.write_bytes(data)
    with pytest.raises(NightError, match="is no night of PNSight"):
        Journal(file)
    with pytest.raises(NightError, match="no such night"):
        Journal(tmp_path / "misspelt.night")
    assert not (tmp_path / "misspelt.night").exists()


def test_a_journal_of_a_later_schema_is_refused(night):
    with sqlite3.connect(night) as db:
        db.execute(f"PRAGMA user_version = {module.SCHEMA + 1}")
    with pytest.raises(NightError, match="schema 2, this PNSight reads 1"):
        Journal(night)


def test_an_entry_comes_back_as_it_was_appended(night):
    with Journal(night) as j:
        (new,) = j.append(lambda _: [entry(why="because", held=True, flags=(("digit", "too many?"),))])
    with Journal(night) as j:
        assert j.entries() == [new]
        assert (new.id, new.batch, j.last_id()) == (1, 1, 1)
        assert j.meta["pack"] == "toy"
        assert j.check() == "ok"


def test_nothing_in_the_journal_can_be_changed_or_removed(night):
    with Journal(night) as j:
        j.append(lambda _: [entry()])
    with sqlite3.connect(night) as db:
        for statement in ("UPDATE entry SET why = 'x'", "DELETE FROM entry"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(statement)


def test_a_refusal_leaves_the_journal_as_it_was(night):
    def decide(known):
        raise NightError("no")

    with Journal(night) as j:
        j.append(lambda _: [entry()])
        with pytest.raises(NightError, match="no"):
            j.append(decide)
        assert j.last_id() == 1
        j.append(lambda _: [entry("b"), entry("c")])
        assert [(e.id, e.batch) for e in j.entries()] == [(1, 1), (2, 2), (3, 2)]


def test_times_never_run_backwards_though_the_clock_does(night, monkeypatch):
    times = iter([dt.datetime(2018, 5, 4, 3, 15, tzinfo=dt.UTC), dt.datetime(2018, 5, 4, 3, 10, tzinfo=dt.UTC)] * 2)
    monkeypatch.setattr(module, "now", lambda: next(times))
    with Journal(night) as j:
        for key in "abc":
            j.append(lambda _, k=key: [entry(k)])
        ats = [e.at for e in j.entries()]
        assert ats == sorted(ats)
        assert len(j.entries(until=dt.datetime(2018, 5, 4, 3, 14, tzinfo=dt.UTC))) == 0
        assert len(j.entries(until=ats[0])) == 3


def test_readers_read_while_a_writer_writes(night):
    with Journal(night) as writer, Journal(night) as reader:
        writer.append(lambda _: [entry()])

        def slow(known):
            started = time.monotonic()
            assert len(reader.entries()) == 1
            assert time.monotonic() - started < 5
            return [entry("b")]

        writer.append(slow)
        assert len(reader.entries()) == 2


WRITER = """
import sys
from projection.journal import Entry, Journal
name, path, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
with Journal(path) as j:
    for i in range(count):
        def batch(known):
            content = {"votes": {"Con": [i, len(known)]}}
            keys = [f"{name}.{i}.{k}" for k in (1, 2, 3)]
            return [Entry("declare", name, name, subject="contest", key=key, content=content) for key in keys]
        j.append(batch)
        print(i, flush=True)
"""


def start_writer(name, night, count):
    env = os.environ | {"PYTHONPATH": str(HOME)}
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, name, str(night), str(count)],
        env=env,
        stdout=subprocess.PIPE,
        text=True,
    )


def kill_at_random(night, times, rng):
    """Kill a writer ``times`` times, at a random moment each; return how many batches it had acknowledged in all, how
    often more than the first, and how often one came through that it had no time to acknowledge."""
    batches = productive = unheard = 0
    for number in range(times):
        name = f"w{number}"
        with start_writer(name, night, 100_000) as writer:
            assert writer.stdout.readline() == "0\n"
            time.sleep(rng.uniform(0, 0.05))
            writer.send_signal(signal.SIGKILL)
            acknowledged = [0, *(int(line) for line in writer.stdout.read().splitlines() if line)]
        with Journal(night) as j:
            assert j.check() == "ok"
            found = [e.key for e in j.entries() if e.author == name]
        whole = {int(key.split(".")[1]) for key in found}
        # Every acknowledged batch is there, none is there in part, and at most one came through unacknowledged.
        assert set(acknowledged) <= whole <= {*acknowledged, acknowledged[-1] + 1}
        assert sorted(found) == sorted(f"{name}.{i}.{k}" for i in whole for k in (1, 2, 3))
        batches += len(acknowledged)
        productive += len(acknowledged) > 1
        unheard += len(whole) > len(acknowledged)
    return batches, productive, unheard


def test_a_killed_writer_leaves_each_acknowledged_declaration_and_no_half_one(night):
    assert kill_at_random(night, 12, np.random.default_rng(1))[1] > 3


@pytest.mark.slow
def test_two_hundred_killed_writers_leave_each_acknowledged_declaration_and_no_half_one(night, capsys):
    batches, productive, unheard = kill_at_random(night, 200, np.random.default_rng(2))
    with capsys.disabled():
        print(f"\n200 kills: {batches:,} batches acknowledged, {unheard} more came through unheard")
    assert productive > 50


def test_four_writers_at_once_lose_nothing(night):
    names = ["north", "south", "east", "west"]
    writers = [start_writer(n, night, 25) for n in names]
    seen = 0
    with Journal(night) as reader:
        while any(w.poll() is None for w in writers):
            count = len(reader.entries())
            assert count >= seen
            assert count % 3 == 0
            seen = count
            time.sleep(0.01)
    for w in writers:
        w.stdout.close()
    assert [w.returncode for w in writers] == [0] * 4
    with Journal(night) as j:
        entries = j.entries()
        assert j.check() == "ok"
    assert [e.id for e in entries] == list(range(1, 301))
    assert {e.key for e in entries} == {f"{n}.{i}.{k}" for n in names for i in range(25) for k in (1, 2, 3)}
    # Each writer decided on all that was there before it, and no one else wrote in between.
    assert all(e.content["votes"]["Con"][1] == e.batch - 1 for e in entries)


def test_of_many_who_make_the_same_night_one_does(tmp_path):
    path = tmp_path / "race.night"

    def attempt(_):
        try:
            create(path, META)
        except NightError:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(16))) == 1
    with Journal(path) as j:
        assert j.entries() == []
