"""What is declared, corrected, retracted and undone is taken down as it was said."""

from __future__ import annotations

import dataclasses

import pytest

from models.start import start
from models.types import CouncilTotals, Declared
from projection.declarations import read_tables
from projection.desk import note, retract, take, undo
from projection.engine import project_declared
from projection.items import COUNTERMANDED, Item, declared_of, items_of, merge, words
from projection.journal import Entry, Journal
from projection.log_command import entry_line
from projection.names import typed_seats
from projection.night import as_it_stands, replay
from projection.session import make_session
from projection.tables import parse_tables
from seeds import NightError
from tests.command import run
from tests.projection.conftest import CASTLE, EAST, ME, MOOR, NORTH, SOUTH, csv, north, south, state


def test_items_and_declarations_say_the_same():
    declared = Declared(
        {SOUTH: {"Lab": (640.0,), "Con": (640.0,), "Alphaton First": (200.0,)}},
        {"gamma": CouncilTotals({"LD": 6, "Con": 4}, {"Con": 44.5}, {"LD": 6, "Con": 4})},
        {SOUTH: {"Con": 1}},
    )
    items = items_of(declared)
    assert declared_of(items) == declared == declared_of(reversed(items))
    assert words(items[0].content) == "Con 640, Lab 640, Alphaton First 200 (by lot: Con 1)"
    assert words(items[1].content) == "won LD 6, Con 4; afterwards LD 6, Con 4; % of the vote Con 44.5"


def test_what_completes_a_result_is_added_and_what_contradicts_it_is_not():
    votes, lot = south().content, south(Con=1).content
    assert merge(votes, lot) == merge(lot, votes) == lot
    assert merge(lot, south(Lab=1).content) is None
    assert merge(north().content, north(1101).content) is None
    assert merge(north().content, COUNTERMANDED) is None
    assert merge({"won": {"Con": 4}}, {"shares": {"Con": 44}}) == {"won": {"Con": 4}, "shares": {"Con": 44}}


def test_a_turnout_goes_with_its_result_and_rounding_is_no_contradiction(night, election):
    exact = Item("contest", NORTH, dict(north().content) | {"turnout": 31.4})
    told = declared_of(items_of(declared_of([exact, south()])))
    assert told.turnout == {NORTH: 31.4}
    assert words(exact.content).endswith("; turnout 31.4%")
    with Journal(night) as j:
        take(j, election, [north()], **ME)
        assert len(take(j, election, [exact], **ME).entries) == 1  # it completes the result
        for same in (north().content, dict(north().content) | {"turnout": 31}):
            assert take(j, election, [Item("contest", NORTH, same)], **ME).unchanged == 1
        with pytest.raises(NightError, match="contradicts"):
            take(j, election, [Item("contest", NORTH, dict(north().content) | {"turnout": 41})], **ME)
    assert state(night).declared().turnout == {NORTH: 31.4}


def test_the_same_again_changes_nothing(night, election):
    with Journal(night) as j:
        assert take(j, election, [north(), south(Con=1)], **ME).unchanged == 0
        again = take(j, election, [south(), north(), south(Con=1)], **ME)
        assert (again.entries, again.unchanged) == ((), 3)
        assert j.last_id() == 2


def test_a_different_result_is_a_conflict_that_names_both_and_a_correction_takes_it(night, election):
    with Journal(night) as j:
        take(j, election, [north()], **ME)
        with pytest.raises(NightError) as error:
            take(j, election, [north(1011), south()], **ME)
        for part in (NORTH, "Lab 1100", "Lab 1011", "entry 1, test, by me", "--correct"):
            assert part in str(error.value)
        assert j.last_id() == 1  # nor was the other contest taken
        took = take(j, election, [north(1201), south()], why="typing error", **ME)
        assert [(e.kind, e.why, e.refers) for e in took.entries] == [
            ("correct", "typing error", 1),
            ("declare", "", None),
        ]
    assert state(night).declared().contests[NORTH]["Lab"] == (1201,)


def test_after_a_retraction_nothing_is_left(night, election):
    with Journal(night) as j:
        take(j, election, [north()], **ME)
        take(j, election, [south(), Item("council", "gamma", {"won": {"Con": 4, "LD": 6}})], **ME)
        retract(j, lambda s: [("contest", SOUTH), ("council", "gamma")], why="wrong ward", **ME)
        with pytest.raises(NightError, match="nothing is declared there"):
            retract(j, lambda s: [("contest", SOUTH)], why="", **ME)
    assert state(night).items() == [north()]


def test_undo_takes_back_ones_own_last_command_and_an_undone_undo_puts_it_back(night, election):
    with Journal(night) as j:
        take(j, election, [north(), south()], **ME)
        take(j, election, [Item("council", "gamma", {"won": {"Con": 4, "LD": 6}})], source="feed", author="feed")
        note(j, "tea", author="me")
        assert [e.kind for e in undo(j, author="me")[1]] == ["note"]
        entry, undid = undo(j, author="me")
        assert [e.key for e in undid] == [NORTH, SOUTH]
        assert list(state(night).standing) == [("council", "gamma")]
        with pytest.raises(NightError, match="nothing left to undo"):
            undo(j, author="me")
        undo(j, author="me", entry=entry.id)
        assert len(state(night).standing) == 3
        undo(j, author="me", entry=3)
        assert ("council", "gamma") not in state(night).standing
        for number, why in ((3, "undone already"), (99, "there is none")):
            with pytest.raises(NightError, match=why):
                undo(j, author="me", entry=number)


def test_a_night_is_seen_as_of_any_moment(night, election):
    with Journal(night) as j:
        moments = []
        for item in (north(), south()):
            moments.append(take(j, election, [item], **ME).entries[0].at)
        retract(j, lambda s: [("contest", NORTH)], why="", **ME)
        assert [len(replay(j.entries(until=m)).standing) for m in moments] == [1, 2]
    assert [k for _, k in state(night).standing] == [SOUTH]


def test_a_note_that_says_nothing_is_refused(night):
    with Journal(night) as j, pytest.raises(NightError, match="the note is empty"):
        note(j, "  ", author="me")


def test_a_poll_that_did_not_take_place_is_no_poll(night, election):
    with Journal(night) as j:
        take(j, election, [Item("contest", NORTH, COUNTERMANDED), south(Lab=1)], **ME)
        with pytest.raises(NightError, match="contradicts countermanded"):
            take(j, election, [north()], **ME)
    now = state(night)
    assert set(now.declared().contests) == {SOUTH}
    assert as_it_stands(election, now).contests[NORTH].status == "countermanded"
    assert as_it_stands(election, replay([])) is election


def test_a_night_whose_pack_has_changed_is_refused(night, toy_pack):
    from projection.night import election_of

    file = toy_pack / "contests.csv"
    file.write_text(file.read_text().replace("6000", "6001"))
    with Journal(night) as j, pytest.raises(NightError, match="has changed since"):
        election_of(j)


def test_a_council_of_wards_may_declare_its_seats_first_and_its_wards_later(night, election):
    seats = Item("council", "beta", {"won": {"Con": 3, "Lab": 2}})
    castle = Item("contest", CASTLE, {"votes": {"Con": [950, 700, 690], "LD": [400], "Lab": [720, 500]}})
    moor = Item("contest", "local.beta.moor.2018-05-03", {"votes": {"Con": [500, 480], "Lab": [600, 450]}})
    session = make_session(election, start())
    with Journal(night) as j:
        shown = []
        for item in (seats, castle, moor):
            take(j, election, [item], **ME)
            shown.append(
                project_declared(election, replay(j.entries()).declared(), draws=100, session=session).councils["beta"]
            )
        assert replay(j.entries()).doubts == ()
    for council in shown:
        assert council.state == "declared"
        assert {p: (s.p05, s.p95) for p, s in council.won.items() if s.mean} == {"Con": (3, 3), "Lab": (2, 2)}


def test_a_correction_of_a_councils_seats_leaves_the_rest_of_what_it_told(night, election):
    whole = {"won": {"Lab": 3, "LD": 1}, "after": {"Lab": 8, "LD": 4}, "shares": {"Lab": 55.0}, "vacant": 1}
    with Journal(night) as j:
        take(j, election, [Item("council", "delta", whole)], **ME)
        take(j, election, [Item("council", "delta", {"won": {"Lab": 2, "LD": 2}})], why="recount", **ME)
        (entry,) = replay(j.entries()).standing.values()
        assert entry.content == {"won": {"Lab": 2, "LD": 2}, "after": {"Lab": 8, "LD": 4}, "shares": {"Lab": 55.0}}
        # What is doubtful of the two together is doubted, though the correction names one of them alone.
        assert {d.guard for d in replay(j.entries()).doubts} == {"held"}
        take(j, election, [Item("council", "delta", {"after": {"Lab": 7, "LD": 5}})], why="defection", **ME)
        (entry,) = replay(j.entries()).standing.values()
        assert entry.content["won"] == {"Lab": 2, "LD": 2}
        assert entry.content["after"] == {"Lab": 7, "LD": 5}


def test_an_entry_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Entry("note", "s", "a").why = "x"


def test_a_vacancy_that_was_told_is_seen_in_the_journal(night, election):
    with Journal(night) as j:
        table, _ = typed_seats(election, "delta", "vacant 1, Lab 3")
        batch = read_tables(election, [table])
        (entry,) = take(j, election, items_of(batch.declared, batch.vacant), **ME).entries
        assert entry_line(entry).endswith("declare delta: won Lab 3, 1 vacant")
        file = "council,party,seats,after\ndelta,Lab,3,10\ndelta,vacant,1,2\n"
        batch = read_tables(election, parse_tables("x.csv", file.encode()))
        (item,) = items_of(batch.declared, batch.vacant)
        assert words(item.content) == "won Lab 3, 1 vacant; afterwards Lab 10, 2 vacant"
    assert declared_of([item]).councils["delta"] == CouncilTotals({"Lab": 3}, {}, {"Lab": 10})


def test_of_several_files_in_one_command_each_result_has_its_own_for_a_source(night, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, ballots in (("one.csv", (NORTH,)), ("two.csv", (MOOR, EAST))):
        (tmp_path / name).write_bytes(csv(*ballots))
    off = "ballot_paper_id,party_name,votes_cast,cancelled_poll\n" + f"{CASTLE},Con,,t\n"
    (tmp_path / "off.csv").write_text(off)
    (tmp_path / "gamma.json").write_text('{"council": "gamma", "seats": {"Con": 4, "LD": 6}}')
    assert run(capsys, "declare", night, "one.csv", "two.csv", "off.csv", "gamma.json")[0] == 0
    sources = {k: e.source for (_, k), e in state(night).standing.items()}
    assert sources == {NORTH: "one.csv", MOOR: "two.csv", EAST: "two.csv", CASTLE: "off.csv", "gamma": "gamma.json"}
    (tmp_path / "new.csv").write_bytes(csv(NORTH, v1100=1102))
    code, _, err = run(capsys, "declare", night, "new.csv", "two.csv")
    assert (code, "LD 350 (new.csv) contradicts" in err, ", one.csv, by " in err) == (2, True, True)
    code, _, err = run(capsys, "retract", night, "--from", "no.csv")
    assert (code, "sources are: two.csv, " in err) == (2, True)
    assert run(capsys, "retract", night, "--from", "two.csv")[0] == 0
    assert set(sources) - {k for _, k in state(night).standing} == {MOOR, EAST}


def test_a_journal_with_one_source_for_several_files_is_read_as_before(night, election, capsys):
    with Journal(night) as j:
        take(j, election, [north()], source="one.csv, two.csv", author="me")
    code, _, err = run(capsys, "retract", night, "--from", "two.csv")
    assert (code, 'all 1 of them: --from "one.csv, two.csv"' in err) == (2, True)
    assert run(capsys, "retract", night, "--from", "one.csv, two.csv")[0] == 0
    assert state(night).standing == {}
