"""Where seats that were up do not add to those that are, a note says why, wherever they stand."""

from __future__ import annotations

import json

import pytest

from models.types import Declared
from projection.bases import on_basis
from projection.engine import project_declared
from projection.sizes import sizes_words
from seeds import load_election
from tests.command import run

BETA = "beta,Beta,E02,England,South East,SD,all,wards,20000,5,5,Con=5,,Con,"


@pytest.fixture
def redrawn(toy_pack, fake_model):
    """Beta had nine seats before its wards were redrawn."""
    for name, old, new in (
        ("councils.csv", BETA, BETA.replace("Con=5", "Con=9")),
        ("defended.csv", "", "council,basis,year,seats,how\nbeta,may,2017,Con=9,\ngamma,last,2014,Con=6; LD=4,\n"),
    ):
        file = toy_pack / name
        file.write_text(file.read_text().replace(old, new) if old else new)
    return toy_pack


def test_councils_of_another_size_are_named_where_sums_differ():
    told = sizes_words([("Alpha", 4, 4), ("Beta", 60, 44), ("Gamma", 30, 32)])
    assert told == (
        "The seats that were up add to 94, those that are up in the same councils to 80: 2 councils have another "
        "number of seats than before (Beta 60 before, 44 now; Gamma 30 before, 32 now), so that changes add to -14."
    )
    assert "; and 2 more)" in sizes_words([(str(n), 5 + n, 5) for n in range(1, 6)])
    assert sizes_words([("Alpha", 4, 4)]) == sizes_words([("Alpha", 4, 5), ("Beta", 5, 4)]) == sizes_words([]) == ""


def test_the_note_is_of_the_basis_that_is_shown(redrawn):
    p = project_declared(load_election(redrawn), Declared({}), draws=20)
    assert sum(p.before.values()) == 27
    assert sum(s.mean for s in p.net.values()) == pytest.approx(23 - 27)
    assert "add to 27, those that are up in the same councils to 23: 1 council has" in p.scope.net_sizes
    assert "add to 9, those that are up in the same councils to 5: " in on_basis(p, "may").scope.net_sizes
    assert on_basis(p, "last").scope.net_sizes == ""


def test_the_note_stands_under_the_table_and_in_json(capsys, redrawn):
    args = ("replay", redrawn, "--draws", 20, "--declared", "0%")
    out = run(capsys, *args)[1]
    assert "Beta 9 before, 5 now" in out
    assert out.index("Were up") < out.index("Beta 9 before") < out.index("Control of councils")
    assert "Beta 9 before" in json.loads(run(capsys, *args, "--json")[1])["scope"]["net_sizes"]
