"""A replay's order: by name, or a file of one's own."""

from __future__ import annotations

import datetime as dt

import pytest

from scenarios.schedule import schedule
from scenarios.skew import offered
from seeds import DeclarationError, load_election, load_outcome


@pytest.fixture
def toy(toy_pack):
    return load_election(toy_pack), load_outcome(toy_pack)


def ordered(toy, tmp_path, text, seed=0):
    file = tmp_path / "mine.txt"
    file.write_text(text)
    return schedule(*toy, str(file), seed)


def test_every_order_that_is_offered_has_each_council_once(toy):
    councils = sorted(schedule(*toy, "real", 0).councils)
    for name in offered(*toy):
        order = schedule(*toy, name, 1)
        assert sorted(order.councils) == councils, name
        assert name == "real" or "no clock" in order.words, name


def test_a_region_or_type_declares_whole_before_the_next_and_the_seed_says_which_is_first(toy):
    election = toy[0]
    for name, of in (("by-region", "region"), ("by-type", "type")):
        firsts = set()
        for seed in range(12):
            groups = [getattr(election.councils[c], of) for c in schedule(*toy, name, seed).councils]
            assert (
                len([g for g, before in zip(groups[1:], groups, strict=False) if g != before]) == len(set(groups)) - 1
            )
            firsts.add(groups[0])
        assert len(firsts) > 1


def test_a_region_can_be_first_and_the_largest_councils_too(toy):
    assert set(schedule(*toy, "first-north-west", 3).councils[:2]) == {"alpha", "delta"}
    assert set(schedule(*toy, "last-north-west", 3).councils[2:]) == {"alpha", "delta"}
    assert schedule(*toy, "largest-first", 0).councils[:2] == ("gamma", "beta")


def test_any_party_has_an_order_of_its_safest_councils(toy):
    # The Liberal Democrats trail by 2 of 10 seats in gamma, by 2 of 12 in delta, by 5 of 9 in alpha, by all in beta.
    order = schedule(*toy, "ld-first", 0)
    assert order.councils == ("delta", "gamma", "alpha", "beta")
    assert "safest for LD first" in order.words
    assert schedule(*toy, "lab-first", 2).councils == schedule(*toy, "labour-first", 2).councils


def test_a_file_lists_councils_by_slug_name_code_or_beginning(toy, tmp_path):
    order = ordered(toy, tmp_path, "# my order\ngamma\nE01\n\nDel\nBETA\n")
    assert order.councils == ("gamma", "alpha", "delta", "beta")
    assert order.times == {}
    assert order.words == "Order of declaration: mine.txt, no clock."


def test_times_in_a_file_make_the_order_and_its_clock(toy, tmp_path):
    for text in ("alpha,03:00\nbeta,2018-05-04T01:00\ngamma,23:15\ndelta,03:00\n",
                 "council,note,time\nalpha,x,03:00\nbeta,,01:00\ngamma,,23:15\ndelta,,03:00\n"):  # fmt: skip
        order = ordered(toy, tmp_path, text)
        assert order.councils == ("gamma", "beta", "alpha", "delta")
        assert order.at(["gamma", "beta"]) == dt.datetime(2018, 5, 4, 1)
        assert order.until(dt.datetime(2018, 5, 4, 2)) == ["gamma", "beta"]


def test_councils_that_a_file_leaves_out_come_last_and_are_named(toy, tmp_path):
    order = ordered(toy, tmp_path, "gamma,02:00\n", seed=5)
    assert order.councils[0] == "gamma"
    assert sorted(order.councils[1:]) == ["alpha", "beta", "delta"]
    assert "3 councils that it does not name come last, drawn with seed 5" in order.words
    assert order.at(order.councils) is None
    assert order.until(dt.datetime(2018, 5, 5)) == ["gamma"]
    assert len({ordered(toy, tmp_path, "gamma\n", seed=s).councils for s in range(10)}) > 1


def test_a_council_of_which_no_result_can_be_counted_is_passed_over_and_named(toy, tmp_path):
    order = ordered(toy, tmp_path, "omega\nbeta\nalpha\ngamma\ndelta\n")
    assert order.councils == ("beta", "alpha", "gamma", "delta")
    assert "Passed over" in order.words
    assert "Omega" in order.words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("alpa\n", "row 1, column council: 'alpa' is no council of the pack toy; did you mean alpha"),
        ("alpha\nbeta\n# again\nAlpha\n", "row 4, column council: Alpha stands in row 1 already"),
        ("council,time\nalpha,noon\nbeta,01:00\n", "row 2, column time: 'noon' is no time"),
        ("alpha,01:00\nbeta\n", "row 2, column time: is blank where other councils have a time"),
        ("council,time\nalpha\n", "row 2: has 1 cells where the header has 2"),
        ("\n\n", "names no council"),
        ("omega\n", "names no council that toy has a result of"),
        ("al\xe9ph", "is not UTF-8"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_row(toy, tmp_path, text, words):
    file = tmp_path / "mine.txt"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(DeclarationError, match=words):
        schedule(*toy, str(file), 0)
