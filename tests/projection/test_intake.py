"""What feeds say goes into the journal once, and a person is never overruled."""

from __future__ import annotations

import pytest

from projection.desk import retract, take
from projection.intake import intake
from projection.items import Item
from projection.night import replay
from tests.projection.conftest import EAST, HEAD, NORTH, SOUTH, csv, standing


@pytest.fixture
def say(journal, election):
    """Let a source say something; return the kinds of entries that it made."""

    def run(data, source="feed", **kw):
        got = intake(journal, election, source, data, author="watch", **kw)
        return [(e.kind, e.key) for e in got.entries]

    return run


def test_a_feed_is_heard_once(say, journal):
    assert say(csv(NORTH)) == [("declare", NORTH)]
    assert say(csv(NORTH)) == []
    assert say(csv(SOUTH, NORTH)) == [("declare", SOUTH)]
    assert say(csv(NORTH), source="another") == []


def test_a_feed_corrects_itself_but_never_a_person_or_another_source(say, journal, election):
    say(csv(NORTH, SOUTH))
    assert say(csv(NORTH, SOUTH, v1100=1101)) == [("correct", NORTH)]
    assert say(csv(NORTH, v1100=1102), source="another") == [("note", NORTH)]
    assert say(csv(NORTH, v1100=1102), source="another") == []  # told once
    assert standing(journal)[NORTH]["votes"]["Lab"] == [1101]
    (conflict,) = replay(journal.entries()).conflicts
    assert (conflict.source, conflict.content["votes"]["Lab"]) == ("another", [1102])
    right = Item("contest", NORTH, {"votes": {"Con": [800], "LD": [350], "Lab": [1103]}})
    take(journal, election, [right], source="typed", author="me", why="rang them up")
    assert say(csv(NORTH, SOUTH, v1100=1101)) == []
    assert say(csv(NORTH, SOUTH, v1100=1104)) == [("note", NORTH)]
    assert standing(journal)[NORTH]["votes"]["Lab"] == [1103]


def test_a_conflict_is_over_once_its_source_comes_round(say, journal):
    say(csv(NORTH))
    assert say(csv(NORTH, v1100=1102), source="another") == [("note", NORTH)]
    assert say(csv(NORTH), source="another") == [("note", NORTH)]
    assert not replay(journal.entries()).conflicts
    assert say(csv(NORTH), source="another") == []  # told once
    assert say(csv(NORTH, v1100=1103), source="another") == [("note", NORTH)]
    assert len(replay(journal.entries()).conflicts) == 1


def test_what_a_person_has_retracted_stays_so_until_the_feed_says_something_new(say, journal):
    say(csv(NORTH, SOUTH))
    retract(journal, lambda s: [("contest", NORTH)], why="wrong", source="typed", author="me")
    assert say(csv(NORTH, SOUTH)) == say(csv(NORTH, SOUTH, EAST))[1:] == []
    assert NORTH not in standing(journal)
    assert say(csv(NORTH, SOUTH, EAST, v350=351)) == [("declare", NORTH)]


def test_garbage_is_listed_and_touches_nothing_that_stands(say, journal, election):
    say(csv(NORTH))
    for garbage in (b"", b"\0\1", b"<html>502</html>", HEAD.encode(), b"\xff\xfe", b"{", csv(NORTH)[:40]):
        got = intake(journal, election, "feed", garbage, author="watch")
        assert got.problems
        assert (got.entries, got.missing) == ((), frozenset())
    mixed = intake(journal, election, "feed", csv(EAST, v1000="1o00") + csv(SOUTH)[len(HEAD) :], author="watch")
    assert [e.key for e in mixed.entries] == [SOUTH]
    assert len(mixed.problems) == 1
    assert mixed.missing == frozenset()  # NORTH may be in what was garbled
    impossible = intake(journal, election, "feed", csv(NORTH, SOUTH, EAST, v1000=99000), author="watch")
    assert "turnout over 100%" in impossible.problems[0]
    assert set(standing(journal)) == {NORTH, SOUTH}


def test_what_is_doubtful_in_a_feed_is_held_back_where_asked(say, journal):
    say(csv(NORTH, v1100=3400), strict=True)
    assert standing(journal) == {}
    assert [d.held for d in replay(journal.entries()).doubts] == [True]
    assert say(csv(NORTH, v1100=3400), strict=True) == []


def test_a_web_page_where_results_were_expected_is_told_as_what_it_is(say, journal, election):
    got = intake(journal, election, "feed", b"<!DOCTYPE html>\n<html><body>log in</body></html>", author="w")
    assert got.problems == (
        "feed: is a web page, not CSV or JSON; does it ask for a password, or has it moved?",
    )  # fmt: skip


def test_what_a_feed_adds_to_a_result_is_doubted_beside_what_stands_of_it(say, journal, election):
    won = Item("council", "gamma", {"won": {"Con": 7, "LD": 3}})
    take(journal, election, [won], source="typed", author="me")
    assert say(b"council,party,after\ngamma,Con,3\ngamma,LD,7\n") == [("declare", "gamma")]
    assert [d.guard for d in replay(journal.entries()).doubts] == ["held"]
