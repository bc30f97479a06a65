"""What a desk is told of its sources."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from projection.board import sources


@pytest.mark.parametrize("place", ["", "desk/"])
def test_a_source_has_its_own_trouble_and_not_that_of_another_whose_name_begins_alike(place):
    names = [f"{place}may", f"{place}may2", "http://a/x", "http://a/x.csv"]
    feeds = [
        SimpleNamespace(name=str(Path(n)) if "http" not in n else n, failure="", reached=None, changed=None)
        for n in names
    ]
    problems = {
        f"{place}may/one.csv": ("in one",),
        f"{place}may2/two.csv": ("in two",),
        "http://a/x.csv": ("at x.csv",),
    }
    told = sources(SimpleNamespace(clock=lambda: 0.0, feeds=feeds, problems=problems))
    assert [s.trouble.removeprefix("1 not taken: ") for s in told] == ["in one", "in two", "", "at x.csv"]
