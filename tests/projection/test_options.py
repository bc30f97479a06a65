"""Options of ``pns`` that contradict each other, and numbers that are none, are refused before anything is done."""

from __future__ import annotations

import pytest

from tests.command import run
from tests.projection.conftest import NORTH


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["declare", "--ward", NORTH, "--votes", "Con 3, Lab 2", "--countermanded"], "leave --votes"),
        (["declare", "results.csv", "--votes", "Con 1"], "give files, or --council or --ward"),
        (["retract", NORTH, "--council", "Alpha"], "give ballot ids, or --ward"),
        (["retract", NORTH, "--from", "typed"], "give ballot ids, or --ward"),
    ],
)
def test_an_option_that_would_be_passed_over_is_refused(capsys, night, args, words):
    code, _, err = run(capsys, args[0], night, *args[1:])
    assert code == 2
    assert words in err


@pytest.mark.parametrize("command", [["open", "2018", "--as"], ["pns-table", "--out"], ["fit-pns", "--out"]])
def test_a_file_in_a_folder_that_is_not_there_is_refused_at_once(capsys, tmp_path, command):
    code, out, err = run(capsys, *command, tmp_path / "none" / "x")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"{tmp_path}/none/x: its folder is not there; make it first: mkdir -p {tmp_path}/none" in err
    (tmp_path / "file").write_text("")
    code, _, err = run(capsys, *command, tmp_path / "file" / "x")
    assert code == 2
    assert f"{tmp_path}/file is a file, not a folder" in err


@pytest.mark.parametrize("command", [["replay", "2018"], ["show", "x.night"], ["report", "2012"], ["whatif", "2018"]])
def test_a_seed_is_not_negative(capsys, command):
    code, _, err = run(capsys, *command, "--seed", "-1")
    assert code == 2
    assert "--seed" in err


def test_a_folder_of_packs_that_cannot_be_made_is_told_in_a_line(capsys, tmp_path):
    (tmp_path / "data" / "leap").mkdir(parents=True)
    (tmp_path / "file").write_text("")
    code, _, err = run(capsys, "build-packs", tmp_path, "--only", "2018", "--out", tmp_path / "file" / "packs")
    assert (code, err.count("\n")) == (2, 1)
    assert "cannot be written" in err
