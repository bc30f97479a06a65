"""What is doubted, and what refused, of a council declared by its totals."""

from __future__ import annotations

import dataclasses

import pytest

from projection.council_guards import against_totals
from projection.facts import Facts
from projection.guards import doubts
from projection.items import Item
from seeds import embedded, load_election, load_outcome
from seeds.types import CouncilHistory, Party
from tests.command import run
from tests.projection.conftest import CASTLE, MOOR


@pytest.fixture
def election(election):
    """The toy night with a party of another nation and one of a town."""
    more = {
        "PC": Party("PC", "Plaid Cymru", "nationalist"),
        "Town First": Party("Town First", "Town First", "local"),
        "Oth": Party("Oth", "Other", "other"),
    }
    return dataclasses.replace(election, parties=dict(election.parties) | more)


def changed(election, council, **changes):
    new = dataclasses.replace(election.councils[council], **changes)
    return dataclasses.replace(election, councils=dict(election.councils) | {council: new})


def found(election, council, **content):
    return doubts(election, Item("council", council, content), Facts(), None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"won": {"LD": 4, "Lab": 1}}, "LD 4 where it can win 1 at most"),
        ({"won": {"Ind": 1, "Lab": 4}}, "Ind 1 where it can win 0 at most"),
        # The whole council is up: its seats afterwards are those won.
        ({"after": {"LD": 4, "Lab": 1}}, "LD 4 where it can win 1 at most"),
        ({"won": {"Con": 5}}, None),
        ({"won": {"Lab": 4, "Oth": 1}}, None),
    ],
)
def test_more_seats_than_candidates_are_doubted_where_all_wards_are_known(election, content, words):
    doubt = found(election, "beta", **content)
    assert [g for g, _ in doubt] == (["candidates"] if words else [])
    assert not words or words in doubt[0][1]


def test_a_ward_of_which_the_pack_does_not_know_who_stands_bounds_nothing(election):
    moor = dataclasses.replace(election.contests[MOOR], standing={})
    unknown = dataclasses.replace(election, contests=dict(election.contests) | {MOOR: moor})
    assert found(unknown, "beta", won={"LD": 4, "Lab": 1}) == []


def test_independents_may_have_stood_under_a_name_of_their_own(election):
    moor = dataclasses.replace(election.contests[MOOR], standing={"Con": 2, "Town First": 2})
    local = dataclasses.replace(election, contests=dict(election.contests) | {MOOR: moor})
    assert found(local, "beta", won={"Con": 3, "Ind": 2}) == []
    assert [g for g, _ in found(local, "beta", won={"Con": 2, "Ind": 3})] == ["candidates"]


@pytest.mark.parametrize(
    ("won", "doubtful"),
    [
        ({"PC": 4}, True),
        ({"Lab": 3, "PC": 1}, True),
        ({"Lab": 2, "Town First": 2}, True),
        ({"Lab": 3, "Town First": 1}, False),  # new ones of a town win a few seats each year
        ({"Con": 4}, False),
        ({"Oth": 4}, False),
    ],
)
def test_a_party_that_stands_nowhere_and_had_no_seat_is_doubted_where_wards_are_not_all_known(election, won, doubtful):
    doubt = found(election, "delta", won=won)
    assert [g for g, _ in doubt] == (["candidates"] if doubtful else [])
    known = CouncilHistory(election.date.replace(year=2014), None, None, dict.fromkeys(won, 10.0), {}, {})
    assert found(changed(election, "delta", history=(known,)), "delta", won=won) == []


def test_a_party_of_another_nation_is_doubted_though_it_stands_at_home(election):
    isle = dataclasses.replace(election.contests[MOOR], ballot_id="local.omega.x", council="omega", standing={"PC": 1})
    both = dataclasses.replace(election, contests=dict(election.contests) | {isle.ballot_id: isle})
    assert [g for g, _ in found(both, "delta", won={"PC": 4})] == ["candidates"]
    at_home = changed(both, "omega", nation="England")
    assert found(at_home, "delta", won={"PC": 4}) == []


@pytest.mark.parametrize("held_over", [None, {}])
def test_where_all_seats_were_up_those_afterwards_are_those_won(election, held_over):
    whole = changed(election, "gamma", held_over=held_over)
    assert found(whole, "gamma", won={"Con": 7, "LD": 3}, after={"Con": 7, "LD": 3}) == []
    ((guard, words),) = found(whole, "gamma", won={"Con": 7, "LD": 3}, after={"Con": 3, "LD": 7})
    assert guard == "held"
    assert words.startswith("not the seats won, though all were up: Con 3 where 7 would be, LD 7 where 3 would be")


@pytest.mark.parametrize("seats_up", [4, None])
def test_nobody_has_fewer_seats_afterwards_than_were_won_tonight(election, seats_up):
    unknown = changed(election, "delta", held_over=None, seats_up=seats_up, seats_before=None)
    assert found(unknown, "delta", won={"Lab": 2, "LD": 2}, after={"Lab": 9, "LD": 3}) == []
    ((guard, words),) = found(unknown, "delta", won={"Lab": 2, "LD": 2}, after={"Lab": 11, "LD": 1})
    assert (guard, words) == ("held", "fewer afterwards than won tonight: LD 1 of 2: is one of them wrong?")


def test_nor_than_its_wards_have_given_a_party(election):
    votes = {CASTLE: {"Con": [950, 700, 690], "Lab": [720, 500], "LD": [800]}, MOOR: {"Con": [500], "Lab": [600, 550]}}

    def doubted(election, after, wards=votes):
        standing = {("contest", b): {"votes": votes[b]} for b in wards} | {("council", "beta"): {"after": after}}
        return against_totals(election, "beta", lambda s: standing.get(s, {}))

    # Castle gives Con 1, LD 1, Lab 1; Moor Lab 2.
    assert doubted(election, {"Con": 1, "Lab": 3, "LD": 1}) == []
    assert "Con 5 where 1 would be" in doubted(election, {"Con": 5})[0][1]
    unknown = changed(election, "beta", seats_up=None, held_over=None)
    assert doubted(unknown, {"Con": 2, "Lab": 3}, [CASTLE])[0] == (
        "held",
        "fewer afterwards than won tonight: LD 0 of 1: is one of them wrong?",
    )
    assert doubted(unknown, {"Con": 1, "Lab": 3, "LD": 1}, [CASTLE]) == []


def test_shares_whose_first_party_won_fewer_seats_by_far_are_doubted(election):
    won = {"Con": 3, "LD": 7}
    ((guard, words),) = found(election, "gamma", won=won, shares={"Con": 80, "LD": 10})
    assert guard == "shares"
    assert words == "Con 80% of the vote and 3 seats, LD 10% and 7: are shares or seats swapped?"
    assert found(election, "gamma", won=won, shares={"Con": 48, "LD": 40}) == []
    assert found(election, "gamma", won=won, shares={"Con": 10, "LD": 80}) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--seats", "Con 10", "--shares", "Con 0.60, LD 0.25"], "add to 0.85%; write percent, 60 and not 0.60"),
        (["--after", "vacant 10"], "the seats of gamma are nobody's"),
        (["--seats", "vacant 10"], "the seats of gamma are nobody's"),
        (["--after", "Con 0, vacant 10"], "the seats of gamma are nobody's"),
    ],
)
def test_fractions_and_seats_of_nobody_are_refused(capsys, night, options, words):
    code, out, err = run(capsys, "declare", night, "--council", "Gamma", *options)
    assert (code, out) == (2, "")
    assert words in err


@pytest.mark.parametrize("pack", embedded())
def test_hardly_any_true_totals_of_the_embedded_packs_are_doubted(pack):
    election, outcome, doubted = load_election(pack), load_outcome(pack), []
    told = {s: r for s, r in outcome.councils.items() if r.seats_won}
    for slug, result in told.items():
        content = {"won": {p: n for p, n in result.seats_won.items() if n}, "shares": result.shares}
        doubted += [g for g, _ in found(election, slug, **content)]
    assert doubted in ([], ["shares"]), len(told)
