"""A backtest is resumed, counts nothing twice, and is the same bytes however many work on it."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

import scenarios.backtest as backtest
from scenarios.backtest import file_of, gather, plan, run
from scenarios.units import COLUMNS
from scenarios.workers import in_processes, on_cluster
from seeds import PNSightError
from tests.command import run as command


@pytest.fixture
def units(toy_pack, learned):
    return plan([str(toy_pack)], orders=2, at=(1.0, 5.0), methods=("uniform", "ridge"), draws=20)


def test_a_plan_has_the_random_orders_and_then_the_skewed_ones(units):
    skewed = ["labour-first", "conservative-first", "smallest-first", "imputed"]
    assert [(u.order, u.seed) for u in units] == [("random", 1), ("random", 2), *((order, 0) for order in skewed)]


def test_finished_units_are_not_run_again(units, tmp_path, monkeypatch):
    ran = []
    real = backtest.run_unit

    def counted(unit):
        ran.append((unit.order, unit.seed))
        return real(unit)

    monkeypatch.setattr(backtest, "run_unit", counted)
    told = []
    run(units[:2], tmp_path / "work", progress=told.append)
    # What a killed run leaves behind is not taken for a result.
    (tmp_path / "work" / f"{units[2].digest}.csv.gz.99.part").write_bytes(b"half")
    run(units, tmp_path / "work", progress=told.append)
    assert ran == [(u.order, u.seed) for u in units]
    assert [(p.done, p.found) for p in told] == [(0, 0), (1, 0), (2, 0), (2, 2), (3, 2), (4, 2), (5, 2), (6, 2)]
    gather(units, tmp_path / "work", tmp_path / "a.csv")
    rows = (tmp_path / "a.csv").read_text().splitlines()
    assert rows[0] == ",".join(COLUMNS)
    assert len(rows) == len(set(rows))


def test_a_unit_given_twice_is_run_once(units, tmp_path):
    told = []
    run([units[0], units[0]], tmp_path / "work", progress=told.append)
    assert (told[-1].done, told[-1].of) == (1, 1)


def test_other_settings_are_other_work(units, toy_pack, tmp_path, learned):
    run(units[:1], tmp_path)
    again = plan([str(toy_pack)], orders=1, at=(1.0,), methods=("uniform", "ridge"), draws=20)
    assert file_of(tmp_path, units[0]).is_file()
    assert not file_of(tmp_path, again[0]).is_file()


@pytest.mark.slow
def test_two_workers_give_the_same_bytes_as_one(units, tmp_path):
    run(units, tmp_path / "one")
    run(units, tmp_path / "two", workers=2)
    for name in ("one", "two"):
        gather(units, tmp_path / name, tmp_path / f"{name}.csv")
        gather(units, tmp_path / name, tmp_path / f"{name}.csv.gz")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    assert (tmp_path / "one.csv.gz").read_bytes() == (tmp_path / "two.csv.gz").read_bytes()
    assert gzip.decompress((tmp_path / "one.csv.gz").read_bytes()) == (tmp_path / "one.csv").read_bytes()


HELPER = """
import os
from pathlib import Path

def square(item):
    number, folder = item
    if number == 3 and not (Path(folder) / "died").exists():
        (Path(folder) / "died").touch()
        os.kill(os.getpid(), 9)
    return number ** 2

def wait_for_ever(folder):
    import time
    (Path(folder) / f"{os.getpid()}.pid").touch()
    time.sleep(600)

def always_dies(item):
    os.kill(os.getpid(), 9)
"""


@pytest.fixture
def helper(tmp_path, monkeypatch):
    (tmp_path / "worker_that_dies.py").write_text(HELPER)
    monkeypatch.syspath_prepend(tmp_path)
    import worker_that_dies

    yield worker_that_dies
    del sys.modules["worker_that_dies"]


def test_a_worker_that_is_killed_loses_nothing_and_counts_nothing_twice(helper, tmp_path):
    found = list(in_processes(helper.square, [(n, str(tmp_path)) for n in range(8)], 2))
    assert (tmp_path / "died").exists()
    assert sorted(found) == [(n, n**2) for n in range(8)]


def test_workers_that_always_die_are_told_and_not_tried_for_ever(helper):
    with pytest.raises(PNSightError, match="killed before they could finish"):
        list(in_processes(helper.always_dies, [1, 2], 1))


ORPHANS = """
import os, sys
from pathlib import Path
from scenarios.workers import in_processes
from worker_that_dies import wait_for_ever

if __name__ == "__main__":
    list(in_processes(wait_for_ever, [sys.argv[1]] * 2, 2))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes under /proc")
def test_workers_do_not_outlive_a_killed_command(helper, tmp_path):
    (tmp_path / "orphans.py").write_text(ORPHANS)
    home = Path(backtest.__file__).resolve().parent.parent
    command = subprocess.Popen(
        [sys.executable, tmp_path / "orphans.py", tmp_path],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(home), str(tmp_path)])},
    )
    within(60, lambda: len(list(tmp_path.glob("*.pid"))) == 2)
    workers = [int(p.stem) for p in tmp_path.glob("*.pid")]
    command.kill()
    command.wait()
    within(30, lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))


def within(seconds, done):
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)


def test_a_scheduler_without_dask_is_a_clear_refusal(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(PNSightError, match=r"install pnsight\[dask\]"):
        list(on_cluster(abs, [1], "tcp://127.0.0.1:1"))


def test_a_scheduler_that_goes_away_is_told_and_what_is_finished_is_kept(monkeypatch):
    """As dask.distributed does it: the rest of the futures come back with a cancellation for a result."""

    class Future:
        def __init__(self, key):
            self.key = key

        def release(self):
            pass

    class Client:
        def __init__(self, *args, **kw):
            self.futures = []

        def __enter__(self):
            return self

        def __exit__(self, *args):
            return None

        def as_current(self):
            return self

        def map(self, function, items, pure):
            return [Future(str(i)) for i in range(len(items))]

        def cancel(self, futures):
            pass

    class CancelledError(Exception):
        pass

    def as_completed(futures, with_results):
        yield futures[1], 4
        yield futures[0], CancelledError("lost connection to the scheduler")

    fake = SimpleNamespace(
        Client=Client, CancelledError=CancelledError, KilledWorker=KeyError, as_completed=as_completed
    )
    monkeypatch.setitem(sys.modules, "distributed", fake)
    coming = on_cluster(abs, [-2, -4], "tcp://127.0.0.1:1")
    assert next(coming) == (1, 4)
    with pytest.raises(PNSightError, match=r"the cluster gave up .*lost connection.*goes on from there"):
        next(coming)


KILLED = """
import os, signal, sys
from pathlib import Path
from scenarios import workers
from scenarios.backtest import plan, run

pack, folder = sys.argv[1:]

def kill_one_worker(progress):
    # After the first unit, one of the two processes that work on the rest.
    if progress.done == 1 and not (mark := Path(folder) / "killed").exists():
        children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
        victim = next(int(c) for c in reversed(children) if b"spawn_main" in Path(f"/proc/{c}/cmdline").read_bytes())
        os.kill(victim, signal.SIGKILL)
        mark.write_text(str(victim))

if __name__ == "__main__":
    units = plan([pack], orders=2, at=(1.0, 5.0), methods=("uniform", "ridge"), draws=20)
    run(units, Path(folder) / "work", workers=2, progress=kill_one_worker)
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds the workers under /proc")
def test_a_worker_killed_in_the_middle_of_a_backtest_changes_no_byte(toy_pack, tmp_path):
    (tmp_path / "killed.py").write_text(KILLED)
    home = Path(backtest.__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, tmp_path / "killed.py", toy_pack, tmp_path],
        env=os.environ | {"PYTHONPATH": str(home)},
        capture_output=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert (tmp_path / "killed").exists()
    units = plan([str(toy_pack)], orders=2, at=(1.0, 5.0), methods=("uniform", "ridge"), draws=20)
    kept = sorted(p.name for p in (tmp_path / "work").iterdir())
    assert kept == sorted(file_of(tmp_path, u).name for u in units)
    run(units, tmp_path / "one")
    for u in units:
        assert file_of(tmp_path / "work", u).read_bytes() == file_of(tmp_path / "one", u).read_bytes()


@pytest.mark.slow
def test_a_dask_worker_killed_in_the_middle_changes_no_byte(units, tmp_path):
    distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")
    killed = []

    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:

        def kill_one(progress):
            if progress.done == 1 and not killed:
                nanny = next(iter(cluster.workers.values()))
                killed.append(nanny.pid)
                os.kill(nanny.pid, signal.SIGKILL)

        run(units, tmp_path / "many", scheduler=cluster.scheduler_address, progress=kill_one)
    assert killed
    run(units, tmp_path / "one")
    for u in units:
        assert file_of(tmp_path / "many", u).read_bytes() == file_of(tmp_path / "one", u).read_bytes()
    assert len(list((tmp_path / "many").iterdir())) == len(units)


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes(units, tmp_path):
    distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        run(units, tmp_path / "many", scheduler=cluster.scheduler_address)
    run(units, tmp_path / "one")
    for name in ("one", "many"):
        gather(units, tmp_path / name, tmp_path / f"{name}.csv")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "many.csv").read_bytes()


def test_the_command_writes_rows_and_a_summary_and_goes_on_from_there(toy_pack, tmp_path, learned, capsys):
    out = tmp_path / "scores.csv"
    args = ["backtest", toy_pack, "--orders", 1, "--at", "1,5%", "--draws", 20, "--out", out]
    code, shown, told = command(capsys, *args)
    assert code == 0
    assert "5 units of work" in told
    assert "5/5 units" in told
    assert "toy, skewed orders: seats by council and party" in shown
    first = out.read_bytes()
    out.unlink()
    code, _, told = command(capsys, *args, "--markdown", tmp_path / "summary.md")
    assert code == 0
    assert "5 units of work (a night in one order); 5 found finished" in told
    assert out.read_bytes() == first
    assert "| 1% | ridge |" in (tmp_path / "summary.md").read_text()
    code, shown, told = command(capsys, "backtest", "--summary", out, "--json")
    assert (code, told) == (0, "")
    figures = json.loads(shown)["figures"]
    assert {f["method"] for f in figures} == {"model", "uniform", "proportional", "ridge", "uniform+", "proportional+"}
    quiet = command(capsys, *args, "--quiet", "--methods", "uniform", "--no-skewed", "--work", tmp_path / "elsewhere")
    assert quiet[2] == ""
    assert len(list((tmp_path / "elsewhere").iterdir())) == 1


@pytest.mark.parametrize(
    ("args", "what"),
    [
        ([], "give one or more ELECTIONs and --out"),
        (["2018"], "give one or more ELECTIONs and --out"),
        (["2018", "--out", "x.csv", "--at", "5,1"], "rising"),
        (["2018", "--out", "x.csv", "--at", "soon"], "is not a list of percentages"),
        (["2018", "--out", "x.csv", "--at", "100"], "between 0 and 100"),
        (["2018", "--out", "x.csv", "--methods", "hunch"], "'hunch' is none of model, uniform"),
        (["2018", "--out", "nowhere/x.csv"], "its folder is not there"),
        (["2018", "--out", "x.csv", "--markdown", "nowhere/x.md"], "nowhere/x.md: its folder is not there"),
        (["--summary", "x.csv", "--markdown", "nowhere/x.md"], "nowhere/x.md: its folder is not there"),
        (["1066", "--out", "x.csv"], "1066: no such election pack"),
        (["2018", "--summary", "x.csv"], "give no ELECTION"),
        (["--summary", "nowhere.csv"], "there is no such file of scores"),
        (["2018", "--out", "x.csv", "--orders", "0", "--no-skewed"], "nothing to do"),
    ],
)
def test_what_cannot_be_run_is_told_in_a_line(args, what, tmp_path, monkeypatch, capsys, learned):
    monkeypatch.chdir(tmp_path)
    code, _, told = command(capsys, "backtest", *args)
    assert code == 2
    assert what in told
    assert "Traceback" not in told
    assert not list(tmp_path.iterdir())


def test_councils_that_tell_their_seats_alone_are_for_the_model(tmp_path):
    from click.testing import CliRunner

    from scenarios.backtest_cli import backtest

    out = str(tmp_path / "s.csv")
    refused = CliRunner().invoke(backtest, ["2016", "--by-seats", "--out", out])
    assert refused.exit_code == 2
    assert "--methods model" in refused.output
