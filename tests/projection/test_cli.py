"""The command: light at its root, clear about bad input, and honest in its figures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import projection
from projection.cli import COMMANDS, root
from projection.report import chance, interval
from projection.summary import Summary
from projection.words import change
from tests.command import run

NORTH = "local.alpha.north.2018-05-03"
GOOD = f"ballot_paper_id,party,votes\n{NORTH},Con,800\n{NORTH},Lab,1100\n{NORTH},LD,350\n"


@pytest.fixture
def results(tmp_path):
    file = tmp_path / "results.csv"
    file.write_text(GOOD)
    return file


def python(*args, cwd):
    """Run this interpreter elsewhere, with the packages on its path."""
    home = Path(projection.__file__).resolve().parent.parent
    env = os.environ | {"PYTHONPATH": str(home)}
    return subprocess.run(
        [sys.executable, *args], cwd=cwd, env=env, capture_output=True, text=True, timeout=60, check=False
    )


def test_help_names_every_command_and_loads_none_of_them(tmp_path):
    code = (
        "import sys; from projection.cli import main\n"
        "try: main(['--help'])\n"
        "finally: print(*sorted({'numpy', 'numba', 'pandas', 'pymc', 'rich', 'scenarios.cli'} & set(sys.modules)),"
        " file=sys.stderr)"
    )
    done = python("-c", code, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr.strip() == ""
    assert all(f"  {name}" in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_exists_and_its_help_says_what_it_does(name):
    command = root.get_command(None, name)
    assert command.help
    assert COMMANDS[name].help.endswith(".")


def test_a_projection_as_json_has_the_documented_keys(capsys, toy_pack, fake_model, results):
    code, out, _ = run(capsys, "project", toy_pack, results, "--json", "--draws", 100)
    assert code == 0
    told = json.loads(out)
    assert list(told) == [
        *("as_of", "declared", "seats", "net", "net_by", "pns", "turnout", "turnout_note", "national"),
        *("parliament", "control", "scope", "seed", "draws", "diagnostics"),
    ]
    assert told["declared"] == {"councils": 0, "councils_of": 4, "contests": 1, "contests_of": 7}
    assert list(told["seats"]["Con"]) == ["mean", "p05", "p25", "p50", "p75", "p95"]
    assert told["scope"]["missing"] == ["omega"]


def test_a_projection_as_a_table_says_what_has_declared_what_is_missing_and_what_it_covers(
    capsys, toy_pack, fake_model, results
):
    code, out, err = run(capsys, "project", toy_pack, results, "--draws", 100)
    assert code == 0
    for words in (
        "0 of 4 councils and 1 of 7 ward contests declared",
        "4 councils to come",
        "4 of 5 councils",
        "23 seats up",
    ):
        assert words in out
    assert "Fitting" in err
    assert run(capsys, "project", toy_pack, results, "--draws", 100, "--quiet")[2] == ""
    assert "\x1b[" not in out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD.replace("north", "nroth"), "results.csv, row 2, column ballot_paper_id: "),
        (GOOD.replace("LD,350", "LD,-350"), "results.csv, row 4, column votes: -350 is negative"),
        ("", "results.csv: is empty"),
        ("\0\1\2", "zero byte"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_two(capsys, toy_pack, results, text, words):
    results.write_text(text)
    code, out, err = run(capsys, "project", toy_pack, results)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("pns: ")
    assert words in err


def test_bad_input_leaves_no_traceback_in_a_process_of_its_own(toy_pack, results, tmp_path):
    results.write_bytes(b"\xff\xfe\x00rubbish")
    done = python("-m", "projection", "project", str(toy_pack), str(results), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_misspelt_command_or_pack_is_met_with_what_there_is(capsys):
    code, _, err = run(capsys, "replya", "2018")
    assert code == 2
    assert "Did you mean 'replay'?" in err
    code, _, err = run(capsys, "project", "1066", "x.csv")
    assert code == 2
    assert "1066: no such election pack" in err


def test_the_packs_are_listed(capsys, toy_pack, monkeypatch):
    import projection.commands as commands

    monkeypatch.setattr(commands, "embedded", lambda: [str(toy_pack)])
    code, out, _ = run(capsys, "elections", "--json")
    assert code == 0
    told = json.loads(out)
    assert (told["pack"], told["date"], told["councils"], told["contests"], told["seats"]) == (
        "toy",
        "2018-05-03",
        5,
        9,
        43,
    )
    assert told["baseline"] == pytest.approx(4 / 7)
    assert "2018-05-03" in run(capsys, "elections")[1]


def test_what_has_not_happened_is_never_nought_or_a_hundred_percent():
    assert [chance(p) for p in (0.0, 0.004, 0.5, 0.996, 1.0)] == ["<1%", "<1%", "50%", ">99%", ">99%"]


def test_an_interval_is_shown_unless_the_figure_is_certain():
    spread = Summary(10.2, -3.0, 5.0, 10.0, 15.0, 1234.0)
    assert interval(spread) == "10 (-3 to 1,234)"
    assert interval(Summary(10.2, 3.0, 5.0, 10.0, 15.0, 1234.0)) == "10 (3–1,234)"
    assert interval(spread, signed=True) == "+10 (-3 to +1,234)"
    certain = Summary(4.0, 4.0, 4.0, 4.0, 4.0, 4.0)
    assert interval(certain, signed=True) == "+4"
    assert interval(Summary(*[0.0] * 6), signed=True) == "0"
    parts = Summary(1.0, 0.9, 1.0, 1.0, 1.0, 1.4)  # between two draws
    assert (interval(parts), interval(parts, digits=1)) == ("1", "1.0 (0.9–1.4)")


def test_a_change_is_the_seats_shown_less_those_before_where_these_are_a_fixed_number():
    seats = Summary(1374.4, 1200.0, 1300.0, 1374.5, 1400.0, 1500.5)
    net = Summary(*(getattr(seats, name) - 1411 for name in Summary.__slots__))
    assert interval(seats) == "1,374 (1,200–1,500)"
    assert interval(net, signed=True) == "-36 (-211 to +90)", "its halves fall the other way"
    assert change(net, seats, 1411) == "-37 (-211 to +89)"
    assert change(net, seats, 1410) == "-36 (-211 to +90)", "medians of different things stay what they are"
    assert change(net, None, 0) == "-36 (-211 to +90)"
    assert change(None, seats, 1411) == ""


def test_a_stray_package_that_shadows_ours_is_named_by_its_path(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "__init__.py").write_text("")
    done = python("-c", "import projection", cwd=tmp_path)
    assert done.returncode == 1
    assert f"{tmp_path}/models shadows PNSight's own package 'models'" in done.stderr


def test_the_public_door_opens_every_name_it_lists():
    import projection as pns

    assert all(getattr(pns, name) is not None for name in pns.__all__)
    with pytest.raises(AttributeError, match="no attribute 'tides'"):
        _ = pns.tides


def test_the_readme_documents_every_command():
    readme = (Path(projection.__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`pns {name}" not in readme] == []
