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


@pytest.mark.parametrize("command", [["replay", "2018"], ["show", "x.night"], ["report", "2012"], ["whatif", "2018"]])
def test_a_seed_is_not_negative(capsys, command):
    code, _, err = run(capsys, *command, "--seed", "-1")
    assert code == 2
    assert "--seed" in err
