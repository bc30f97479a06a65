"""Lines are as wide as the terminal, or as ``COLUMNS`` says where there is none."""

from __future__ import annotations

import io

import pytest

from projection.report import WIDTH, console
from tests.command import run


@pytest.mark.parametrize(("columns", "width"), [("60", 60), ("", WIDTH), ("wide", WIDTH), ("0", WIDTH), ("-3", WIDTH)])
def test_what_is_piped_heeds_columns(monkeypatch, columns, width):
    monkeypatch.setenv("COLUMNS", columns)
    assert console(io.StringIO()).width == width


def test_councils_to_come_are_wrapped(capsys, night, fake_model, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    lines = run(capsys, "show", night, "--draws", 20, "--quiet")[1].splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("Still to come (4): "))
    assert " ".join(x.strip() for x in lines[start : start + 2]) == "Still to come (4): Gamma, Beta, Alpha, Delta."
    assert max(map(len, lines[start:])) <= 40
