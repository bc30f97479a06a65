"""What a guard doubts, what it holds back and what it refuses."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from projection.council_guards import PART_UP, most_up
from projection.declarations import from_frame
from projection.desk import confirm, take, undo
from projection.facts import Facts
from projection.guards import doubts
from projection.items import COUNTERMANDED, Item
from projection.journal import Journal
from projection.names import typed_seats
from projection.night import replay
from seeds import DeclarationError, NightError, embedded, load_election, load_outcome
from tests.command import run
from tests.projection.conftest import CASTLE, ME, NORTH, north, state

SWAPPED = Item("contest", NORTH, {"votes": {"Con": [1200], "Lab": [320], "LD": [700]}})


WRONG_DIGIT = north(11000)


def test_what_is_doubtful_is_taken_and_listed_until_it_is_confirmed_or_corrected(night, election):
    with Journal(night) as j:
        take(j, election, [Item("contest", NORTH, {"votes": {"Con": [800], "LD": [350], "Lab": [3400]}})], **ME)
        (doubt,) = state(night).doubts
        assert (doubt.guard, doubt.held) == ("turnout", False)
        confirm(j, [doubt.entry.id], why="rang them up", author="me")
        assert state(night).doubts == ()
        assert len(state(night).standing) == 1
        with pytest.raises(NightError, match="no open doubt"):
            confirm(j, [1], why="", author="me")
        take(j, election, [north(3390)], why="fewer", **ME)
        assert {d.guard for d in state(night).doubts} == {"turnout", "falls"}
        take(j, election, [north()], why="much fewer", **ME)
        assert {d.guard for d in state(night).doubts} == {"falls"}


def test_a_digit_too_many_in_every_figure_of_a_ward_is_doubted(election):
    contest = election.contests[NORTH]
    usual = north().content["votes"]
    tenfold = {p: [10 * v for v in vs] for p, vs in usual.items()}
    found = doubts(replace_electorate(election), Item("contest", NORTH, {"votes": tenfold}), Facts(), None)
    assert contest.earlier
    assert [g for g, _ in found] == ["digit"]
    assert "a digit too many throughout?" in found[0][1]
    assert doubts(replace_electorate(election), north(), Facts(), None) == []


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (Facts(turnout=37.5), None),
        (Facts(turnout=33), None),
        (Facts(turnout=3.75), "a turnout of 3.75% where votes and an electorate of 6,000 make it 37.5%"),
        (Facts(turnout=57.3), "a turnout of 57.3% where votes and an electorate of 6,000 make it 37.5%"),
        (Facts(turnout=37.5, electorate=60000), "an electorate of 60,000 make it 3.8%"),
    ],
)
def test_a_turnout_that_votes_and_electorate_do_not_make_is_doubted(election, told, words):
    found = doubts(election, north(), told, None)
    assert [g for g, _ in found] == (["turnout"] if words else [])
    assert not words or words in found[0][1]


def test_a_ballot_paper_holds_several_votes_and_need_not(election):
    votes = {"Con": [950, 700, 690], "Lab": [720, 500], "LD": [400]}

    def guards(turnout):
        return [g for g, _ in doubts(election, Item("contest", CASTLE, {"votes": votes}), Facts(turnout=turnout), None)]

    # 3,960 votes of 5,000 electors for three seats: 1,320 papers at least.
    assert [guards(x) for x in (20, 27, 70)] == [["turnout"], [], []]


def replace_electorate(election):
    """The same night, whose pack does not know how many may vote in the ward."""
    unknown = dataclasses.replace(election.contests[NORTH], electorate=None)
    return dataclasses.replace(election, contests=dict(election.contests) | {NORTH: unknown})


def test_seats_of_a_whole_council_are_doubted_where_only_a_third_can_be_up(election):
    gamma = dataclasses.replace(election.councils["gamma"], seats_up=None, cycle="thirds")
    thirds = dataclasses.replace(election, councils=dict(election.councils) | {"gamma": gamma})

    def guards(content):
        return [g for g, _ in doubts(thirds, Item("council", "gamma", content), Facts(), None)]

    assert guards({"won": {"Con": 4, "LD": 6}}) == ["whole"]
    assert guards({"won": {"Con": 1, "LD": 2}}) == []
    assert guards({"after": {"Con": 4, "LD": 6}}) == []
    # Typed in, ten seats of ten are those afterwards.
    table, _ = typed_seats(thirds, "gamma", "Con 4, LD 6")
    assert [dict(r.cells)["after"] for r in table.rows] == ["4", "6"]
    table, _ = typed_seats(thirds, "gamma", "Con 1, LD 2")
    assert [dict(r.cells)["seats"] for r in table.rows] == ["1", "2"]


@pytest.mark.parametrize("pack", embedded())
def test_no_council_of_the_embedded_packs_ever_filled_more_than_its_cycle_allows(pack):
    won = load_outcome(pack).councils
    for slug, council in load_election(pack, desk=True).councils.items():
        seats = won[slug].seats_won if slug in won else None
        if seats and council.cycle in PART_UP:
            assert sum(seats.values()) <= most_up(dataclasses.replace(council, seats_up=None))


def test_held_back_is_not_in_force_before_it_is_confirmed(night, election):
    with Journal(night) as j:
        take(j, election, [north()], **ME)
        take(j, election, [north(3400)], why="surely", strict=True, **ME)
        assert state(night).declared().contests[NORTH]["Lab"] == (1100,)
        assert [(d.entry.id, d.held) for d in state(night).doubts] == [(2, True)]
        confirm(j, [2], why="", author="me")
        assert state(night).declared().contests[NORTH]["Lab"] == (3400,)
        undo(j, author="me")
        assert state(night).declared().contests[NORTH]["Lab"] == (1100,)


def test_the_impossible_is_refused_unless_the_electorate_was_wrong(night, election):
    with Journal(night) as j:
        with pytest.raises(DeclarationError, match="turnout over 100%"):
            take(j, election, [WRONG_DIGIT], **ME)
        for facts, why in (
            (Facts(ballots=2000), "at least 2,250 ballot papers"),
            (Facts(turnout=101), "over 100%"),
            (Facts(electorate=2000), "electorate of 2,000"),
        ):
            with pytest.raises(DeclarationError, match=why):
                take(j, election, [north()], facts={NORTH: facts}, **ME)
        assert j.last_id() == 0
        take(j, election, [WRONG_DIGIT], facts={NORTH: Facts(electorate=40_000)}, **ME)


def test_wards_that_give_a_party_more_than_its_totals_are_more_than_complete(night, election):
    dock = Item("contest", "local.delta.dock.2018-05-03", {"votes": {"LD": [500], "Lab": [600]}})
    with Journal(night) as j:
        take(j, election, [Item("council", "delta", {"won": {"LD": 4}})], **ME)
        (entry,) = take(j, election, [dock], **ME).entries
        assert entry.flags == (("complete", "delta is more than complete: Lab 1 in wards, 0 in all"),)


def test_wards_against_totals_are_one_doubt_of_the_council(night, election):
    wards = [
        Item("contest", f"local.delta.{x}.2018-05-03", {"votes": {"LD": [500], "Lab": [600]}}) for x in ("dock", "hill")
    ]

    def open_doubts(j):
        return [d.guard for d in replay(j.entries()).doubts]

    with Journal(night) as j:
        take(j, election, [Item("council", "delta", {"won": {"LD": 4}})], **ME)
        entries = take(j, election, wards, **ME).entries
        assert [len(e.flags) for e in entries] == [1, 0]
        assert open_doubts(j) == ["complete"]
        again = [Item("contest", wards[1].key, {"votes": {"LD": [500], "Lab": [700]}})]
        take(j, election, again, why="a slip", **ME)
        assert open_doubts(j) == ["complete"], "it is open already"
        again = [Item("contest", wards[0].key, {"votes": {"LD": [500], "Lab": [700]}})]
        take(j, election, again, why="a slip", **ME)
        assert open_doubts(j) == ["complete"], "what bore it is replaced, and the new one bears it"


def test_held_back_each_ward_against_totals_has_its_own_doubt(night, election):
    wards = [
        Item("contest", f"local.delta.{x}.2018-05-03", {"votes": {"LD": [500], "Lab": [600]}}) for x in ("dock", "hill")
    ]
    with Journal(night) as j:
        take(j, election, [Item("council", "delta", {"won": {"LD": 4}})], **ME)
        assert all(e.held and e.flags for e in take(j, election, wards, strict=True, **ME).entries)


def test_where_no_poll_is_held_none_can_be_countermanded(night, election):
    west = "local.alpha.west.2018-05-03"
    with Journal(night) as j:
        with pytest.raises(DeclarationError, match=r"west\.2018-05-03: is uncontested: no poll is held there"):
            take(j, election, [Item("contest", west, COUNTERMANDED)], **ME)
        assert j.last_id() == 0
        assert take(j, election, [Item("contest", NORTH, COUNTERMANDED)], **ME).entries


@pytest.mark.parametrize("column", ["", ",electorate"])
def test_files_and_frames_to_project_are_held_against_the_electorate_in_the_words_of_the_desk(
    capsys, night, toy_pack, election, fake_model, tmp_path, column
):
    """North has 6,000 electors; 9,000 in a column of its own make it possible."""
    file = tmp_path / "results.csv"
    value = ",9000" if column else ""
    rows = "".join(f"{NORTH},{p},{v}{value}\n" for p, v in (("Con", 800), ("Lab", 6100), ("LD", 350)))
    file.write_text(f"ballot_paper_id,party,votes{column}\n{rows}")
    projected, declared = run(capsys, "project", toy_pack, file, "--draws", 20), run(capsys, "declare", night, file)
    if column:
        assert (projected[0], declared[0]) == (0, 0)
        return
    assert (projected[0], projected[1]) == (2, "")
    assert projected[2] == declared[2]
    assert "7,250 ballot papers at least from an electorate of 6,000 is a turnout over 100%" in projected[2]
    with pytest.raises(DeclarationError, match="an electorate of 6,000"):
        from_frame(election, pd.read_csv(file))
