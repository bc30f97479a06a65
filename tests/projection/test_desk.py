"""What is declared, corrected, retracted and undone adds up to its net effect, and to nothing else."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st

import projection
from models.fit import start
from models.types import CouncilTotals, Declared
from projection.cli import main, root
from projection.codec import dumps
from projection.desk import confirm, note, retract, take, undo
from projection.engine import open_session, project
from projection.facts import Facts
from projection.guards import PART_UP, doubts, most_up
from projection.items import COUNTERMANDED, Item, declared_of, items_of, merge, words
from projection.journal import Entry, Journal
from projection.names import find_contest, shell_councils, shell_wards, typed_seats
from projection.night import as_it_stands, open_night, replay
from projection.views import night_dict
from seeds import DeclarationError, NightError, embedded, load_election, load_outcome

HOME = Path(projection.__file__).resolve().parent.parent
NORTH, SOUTH, CASTLE = (f"local.{x}.2018-05-03" for x in ("alpha.north", "alpha.south", "beta.castle"))
ME = {"source": "test", "author": "me"}


@pytest.fixture
def night(toy_pack, tmp_path):
    path = tmp_path / "may.night"
    open_night(toy_pack, path)
    return path


@pytest.fixture
def election(toy_pack):
    return load_election(toy_pack)


def north(lab=1100):
    return Item("contest", NORTH, {"votes": {"Con": [800], "LD": [350], "Lab": [lab]}})


def south(**lot):
    votes = {"votes": {"Alphaton First": [200], "Con": [640], "Lab": [640]}}
    return Item("contest", SOUTH, votes | ({"lot": lot} if lot else {}))


def state(night):
    with Journal(night) as j:
        return replay(j.entries())


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


def test_a_note_that_says_nothing_is_refused(night):
    with Journal(night) as j, pytest.raises(NightError, match="the note is empty"):
        note(j, "  ", author="me")


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
    session = open_session(election, start())
    with Journal(night) as j:
        shown = []
        for item in (seats, castle, moor):
            take(j, election, [item], **ME)
            shown.append(project(election, replay(j.entries()).declared(), draws=100, session=session).councils["beta"])
        assert replay(j.entries()).doubts == ()
    for council in shown:
        assert council.state == "declared"
        assert {p: (s.p05, s.p95) for p, s in council.won.items() if s.mean} == {"Con": (3, 3), "Lab": (2, 2)}


RESULTS = {
    ("contest", NORTH): [north(v).content for v in (1100, 1101, 900)] + [COUNTERMANDED],
    ("contest", SOUTH): [south().content, south(Con=1).content, south(Lab=1).content],
    ("contest", CASTLE): [{"votes": {"Con": [c, 700, 690], "LD": [400], "Lab": [720, 500]}} for c in (950, 960)],
    ("council", "gamma"): [{"won": {"Con": c, "LD": 10 - c}} for c in (3, 4)] + [{"shares": {"Con": 40, "LD": 50}}],
}
results = st.dictionaries(st.sampled_from(sorted(RESULTS)), st.integers(0, 3), min_size=1, max_size=4)
commands = st.lists(
    st.tuples(st.just("declare"), results)
    | st.tuples(st.just("correct"), results)
    | st.tuples(st.just("retract"), st.sampled_from(sorted(RESULTS)))
    | st.tuples(st.just("undo"), st.none()),
    max_size=12,
)


def give(journal, election, commands):
    """Give commands to the desk; return their net effect as a person would keep it on paper."""
    paper = {}
    pages = []
    for name, about in commands:
        before = dict(paper)
        try:
            if name == "undo":
                undo(journal, author="me")
                paper = pages.pop()
                continue
            if name == "retract":
                retract(journal, lambda s, about=about: [about], why="", **ME)
                del paper[about]
            else:
                items = [Item(*k, RESULTS[k][v % len(RESULTS[k])]) for k, v in about.items()]
                if not take(journal, election, items, why="so" if name == "correct" else None, **ME).entries:
                    continue
                for item in items:
                    old = paper.get(item.subject)
                    both = item.content if old is None else {**old, **item.content}
                    agrees = old is not None and all(old[k] == v for k, v in item.content.items() if k in old)
                    agrees = agrees and ("status" in old) == ("status" in item.content)
                    paper[item.subject] = both if old is None or agrees else item.content
        except NightError:
            assert paper == before
            continue
        pages.append(before)
    return paper


@hypothesis.given(commands)
@hypothesis.settings(max_examples=60, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
def test_any_sequence_of_commands_is_its_net_effect(night, election, commands):
    adds_up(night, election, commands)


@pytest.mark.slow
@hypothesis.given(commands)
@hypothesis.settings(max_examples=2000, suppress_health_check=list(hypothesis.HealthCheck))
def test_any_of_two_thousand_sequences_of_commands_is_its_net_effect(night, election, commands):
    adds_up(night, election, commands)


def adds_up(night, election, commands):
    """What the journal says after these commands is what is on paper, and so is what the engine is given."""
    fresh = night.with_name(f"{os.urandom(6).hex()}.night")
    open_night(night.with_name("toy"), fresh)
    with Journal(fresh) as j:
        paper = give(j, election, commands)
        net = replay(j.entries())
        assert {i.subject: i.content for i in net.items()} == paper
        # The engine is given the very same thing, whatever the order in which it came about.
        assert repr(net.declared()) == repr(declared_of(Item(*k, paper[k]) for k in sorted(paper, reverse=True)))


@pytest.mark.parametrize("seed", range(4))
def test_the_projection_after_any_sequence_is_bit_for_bit_that_of_its_net_effect(night, election, seed):
    rng = np.random.default_rng(seed)
    keys = sorted(RESULTS)
    given = []
    for _ in range(14):
        name = str(rng.choice(["declare", "correct", "correct", "retract", "undo"]))
        about = {keys[k]: int(rng.integers(3)) for k in rng.permutation(4)[:2]}
        given.append((name, next(iter(about)) if name == "retract" else None if name == "undo" else about))
    with Journal(night) as j:
        paper = give(j, election, given)
        net = replay(j.entries())
    as_if = declared_of(Item(*k, v) for k, v in reversed(paper.items()))
    one, other = (
        project(e, d, seed=3, draws=200, session=open_session(e, start()))
        for e, d in ((as_it_stands(election, net), net.declared()), (as_it_stands(election, net), as_if))
    )
    assert dumps(one) == dumps(other)


def test_a_projection_after_a_retraction_is_bit_for_bit_one_of_a_night_without_it(night, election):
    session = open_session(election, start())
    with Journal(night) as j:
        take(j, election, [north()], **ME)
        plain = project(election, replay(j.entries()).declared(), draws=200, session=session)
        take(j, election, [Item("contest", CASTLE, RESULTS["contest", CASTLE][0])], **ME)
        more = project(election, replay(j.entries()).declared(), draws=200, session=session)
        retract(j, lambda s: [("contest", CASTLE)], why="", **ME)
        after = project(election, replay(j.entries()).declared(), draws=200, session=session)
    assert dumps(after) == dumps(plain) != dumps(more)


def test_a_projection_survives_its_way_through_the_cache_to_the_last_bit(night, election):
    from projection.codec import loads
    from projection.result import Projection

    made = project(election, declared_of([north(), south()]), draws=100, session=open_session(election, start()))
    back = loads(Projection, dumps(made))
    assert dumps(back) == dumps(made)
    assert back.to_dict() == made.to_dict()
    assert np.array_equal(back.wards.quantiles, made.wards.quantiles, equal_nan=True)
    assert [type(getattr(back, f.name)) for f in dataclasses.fields(back)] == [
        type(getattr(made, f.name)) for f in dataclasses.fields(made)
    ]


def test_what_the_desk_does_loads_nothing_heavy(night, toy_pack, tmp_path):
    file = tmp_path / "r.csv"
    file.write_text(f"ballot_id,party,votes\n{NORTH},Con,800\n{NORTH},Lab,1100\n{NORTH},LD,350\n")
    code = (
        "import sys; from projection.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print(*sorted({'numpy', 'numba', 'scipy', 'pandas', 'pymc', 'rich'} & set(sys.modules)))"
    )
    for args in (
        ["open", str(toy_pack), "--as", str(tmp_path / "other.night")],
        ["declare", str(night), str(file)],
        ["retract", str(night), NORTH],
        ["undo", str(night)],
        ["log", str(night)],
    ):
        done = subprocess.run(
            [sys.executable, "-c", code, *args],
            env=os.environ | {"PYTHONPATH": str(HOME)},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert done.stdout.splitlines()[-1] == "", args


def test_the_log_is_one_plain_object_an_entry(night, election, capsys):
    with Journal(night) as j:
        take(j, election, [north()], **ME)
        take(j, election, [north(1101)], why="misread", **ME)
        note(j, "quiet", author="me")
    told = [json.loads(line) for line in log_lines(night, capsys, "--json")]
    assert [(e["kind"], e["stands"]) for e in told] == [("declare", False), ("correct", True), ("note", False)]
    assert told[0]["content"] == north().content
    assert told[2]["content"] is None
    assert len(log_lines(night, capsys)) == 3
    assert len(log_lines(night, capsys, "--last", "1")) == 1


def log_lines(night, capsys, *options):
    main(["log", str(night), *options])
    return capsys.readouterr().out.splitlines()


def test_what_another_source_contradicts_can_be_written_as_json(night, election):
    with Journal(night) as j:
        take(j, election, [north()], **ME)
        j.append(lambda _: [Entry("note", "feed", "watch", subject="contest", key=NORTH, content=north(7).content)])
    told = json.loads(json.dumps(night_dict(state(night))))
    assert told["conflicts"][0]["content"] == north(7).content


def test_wards_are_typed_in_one_after_the_other_until_an_empty_line(election, capsys):
    from projection.typing_in import type_in

    lines = iter(
        [
            "beta/cast",
            "950+700+690",
            "720+500",
            "400",
            "nowhere",
            "alpha/n",
            "",
            "",
            "",
            "alpha/n",
            "8",
            "x",
            "3+4",
            "3",
            "2",
            "",
        ]
    )
    took = []
    type_in(election, took.append, ask=lambda _: next(lines))
    assert [list(b.declared.contests) for b in took] == [[CASTLE], [NORTH]]
    assert sorted(took[1].declared.contests[NORTH].values()) == [(2,), (3,), (8,)]
    said = capsys.readouterr()
    assert "'nowhere' is no ward" in said.err
    for text in ("x", "3+4"):
        assert f"'{text}' is not the votes of 1 candidate, such as 950" in said.out
    assert "nothing typed, nothing taken" in said.out


@pytest.mark.parametrize(
    ("args", "typed", "offered"),
    [
        (["declare", "NIGHT", "--council"], "Al", ["Alpha"]),
        (["retract", "NIGHT", "--council"], "al", ["Alpha"]),
        (["declare", "NIGHT", "--ward"], "be", ["Beta/"]),
        (["declare", "NIGHT", "--ward"], "Beta/ca", ["Beta/castle"]),
        (["declare", "NIGHT", "--council", "Beta", "--ward"], "", ["castle", "moor"]),
        (["show", "NIGHT", "--council"], "zz", []),
        (["declare", "nowhere.night", "--council"], "Al", []),
    ],
)
def test_a_shell_completes_names_that_are_then_understood(night, election, args, typed, offered):
    from click.shell_completion import BashComplete

    shell = BashComplete(root, {}, "pns", "_PNS_COMPLETE")
    found = [c.value for c in shell.get_completions([str(night) if a == "NIGHT" else a for a in args], typed)]
    assert found == offered
    council = "beta" if "Beta" in args else None
    for name in found:
        if args[-1] == "--ward" and not name.endswith("/"):
            assert find_contest(election, name, council).council == "beta"


def test_a_name_with_a_blank_is_offered_to_a_shell_as_its_slug():
    election = load_election("2018", desk=True)
    assert shell_councils(election, "Castle") == ["castle-point"]
    (ward,) = shell_wards(election, "broxbourne/broxbourne and")
    assert ward == "broxbourne/broxbourne-and-hoddesdon-south"
    assert find_contest(election, ward).ward == "Broxbourne and Hoddesdon South"


def test_the_desk_needs_only_part_of_a_pack(toy_pack, election):
    desk = load_election(toy_pack, desk=True)
    assert (desk.sha256, list(desk.contests), desk.polls) == (election.sha256, list(election.contests), ())
    for ballot, contest in election.contests.items():
        votes = [e for e in contest.earlier if e.unit == "votes"]
        assert desk.contests[ballot] == dataclasses.replace(contest, earlier=tuple(votes[-1:]))


def test_an_entry_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Entry("note", "s", "a").why = "x"
