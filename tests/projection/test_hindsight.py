"""A projection's calls of control beside the result: parties of different names are never taken for one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.types import Declared
from projection.engine import project_declared
from projection.hindsight import Hindsight, came_true, control_right, truth_dict
from projection.lumps import perhaps_one
from projection.report import console, councils_table
from seeds import load_election


@pytest.fixture
def called(toy_pack, fake_model):
    """Of a night on which the change of "Ind" and of a local party is counted with "Oth"."""
    file = toy_pack / "councils.csv"
    file.write_text(file.read_text().replace("Lab=5; Con=4,Lab=3; Con=2", "Lab=5; Con=3; Oth=1,Lab=3; Con=2"))
    projection = project_declared(load_election(toy_pack), Declared({}), draws=20)
    assert set(projection.scope.net_lumped) == {"Ind", "Alphaton First"}
    return projection


def calling(projection, **control):
    """The projection with other calls: from whom to whom, by council."""
    councils = {
        slug: replace(projection.councils[slug], control={after: 1.0}, control_before=before)
        for slug, (before, after) in control.items()
    }
    calls = {slug: council.control for slug, council in councils.items()}
    return replace(projection, control=calls, councils={**projection.councils, **councils})


def test_two_parties_that_compositions_lump_are_not_one_party(called):
    p = calling(called, alpha=("Con", "Ind"))
    assert came_true(p, Hindsight(called, {"alpha": "Alphaton First"}, {}), "alpha") is False
    assert came_true(p, Hindsight(called, {"alpha": "Ind"}, {}), "alpha") is True


def test_a_lump_that_may_be_the_party_is_neither_right_nor_wrong_and_it_is_said_so(called, capsys):
    p = calling(called, alpha=("Con", "Ind"), beta=("Con", "Con"), delta=("Lab", "Lab"))
    truth = Hindsight(called, {"alpha": "Oth", "beta": "Con", "delta": "Oth"}, {})
    assert [came_true(p, truth, c) for c in ("alpha", "beta", "delta")] == [None, True, False]
    right = control_right(p, truth)
    assert (right.right, right.of, right.unsure) == (1, 2, 1)
    assert '; 1 more cannot be compared, since "Oth" does not say which party' in right.words
    assert truth_dict(p, truth)["control_right"]["unsure"] == 1
    console().print(councils_table(p, truth=truth))
    out = capsys.readouterr().out
    assert "Oth (perhaps Ind)" in out
    assert "Oth (missed)" in out


def test_a_council_that_goes_from_one_lumped_party_to_another_stands_with_those_that_change(called, capsys):
    # Gamma has the most seats, and comes first of those that do not change.
    p = calling(called, alpha=("Ind", "Alphaton First"), gamma=("Con", "Con"), delta=("Ind", "Oth"))
    console().print(councils_table(p))
    out = capsys.readouterr().out
    assert out.index("Alpha ") < out.index("Delta ") < out.index("Gamma ")


def test_only_the_lump_and_what_it_may_hold_are_perhaps_one():
    assert perhaps_one("Ind", "Oth")
    assert perhaps_one("Oth", "Grn")
    assert not any(perhaps_one(*x) for x in (("Ind", "Grn"), ("Oth", "Lab"), ("NOC", "Oth"), ("Oth", "Oth")))
