"""Results come in other people's layouts, and nothing that is garbled is taken."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from projection.declarations import from_frame, read_declarations, read_tables
from projection.facts import Facts
from projection.names import find_contest, find_council, typed_seats, typed_votes
from projection.tables import parse_tables
from seeds import DeclarationError, load_outcome

NORTH, SOUTH, WEST, CASTLE, MOOR = (
    f"local.{x}.2018-05-03" for x in ("alpha.north", "alpha.south", "alpha.west", "beta.castle", "beta.moor")
)


def read(election, text, **kw):
    data = text.encode() if isinstance(text, str) else text
    return read_tables(election, parse_tables("feed", data, ragged=bool(kw)), **kw)


DC = (
    "person_id,person_name,election_id,ballot_paper_id,party_name,party_id,cancelled_poll,seats_contested,votes_cast,"
    "elected,tied_vote_winner,total_electorate,turnout_reported,turnout_percentage\n"
)


def dc(ballot, *rows, cancelled="f"):
    """Rows of Democracy Club's CSV: (name, party, party id, votes, elected, tied)."""
    return "".join(
        f"1,{n},local.x,{ballot},{p},{i},{cancelled},1,{v},{e},{t},6100,2300,37.7\n" for n, p, i, v, e, t in rows
    )


def test_democracy_clubs_results_are_read_as_they_come(election):
    text = (
        DC
        + dc(NORTH, ("A", "Conservative and Unionist Party", "PP52", 800, "f", ""),
             ("B", "Labour and Co-operative Party", "joint-party:53-119", 1100, "t", ""),
             ("C", "Liberal Democrats", "party:90", 350, "f", ""))
        + dc(SOUTH, ("A", "Tories", "PP52", 640, "", ""), ("B", "Labour Party", "PP53", 640, "t", "t"),
             ("C", "Alphaton First", "PP999", 200, "", ""))
        + dc(WEST, ("A", "Independent", "ynmp-party:2", "", "t", ""))
        + dc(CASTLE, ("A", "Labour Party", "PP53", "", "", ""))
        + dc(MOOR, ("A", "Labour Party", "PP53", "", "", ""), cancelled="t")
        + dc("mayor.alpha.2018-05-03", ("A", "Yorkshire Party", "PP2055", 99999, "t", ""))
        + dc("local.alpha.north.2017-05-04", ("A", "Labour Party", "PP53", 1, "t", ""))
    )  # fmt: skip
    batch = read(election, text)
    assert batch.declared.contests == {
        NORTH: {"Con": (800,), "Lab": (1100,), "LD": (350,)},
        SOUTH: {"Con": (640,), "Lab": (640,), "Alphaton First": (200,)},
    }
    assert batch.declared.lots == {SOUTH: {"Lab": 1}}
    assert batch.countermanded == {MOOR}
    assert batch.facts[NORTH] == Facts(electorate=6100, ballots=2300, turnout=37.7)
    assert batch.passed_over == 5


def test_a_mistake_in_their_file_is_told_in_their_words(election):
    text = DC + dc(NORTH, ("A", "", "PP52", "8x", "f", ""))
    with pytest.raises(DeclarationError, match="row 2, column votes_cast: '8x' is not a number"):
        read(election, text)
    with pytest.raises(DeclarationError, match=r"no ballot of the pack toy; did you mean local\.alpha\.north"):
        read(election, DC + dc("local.alpha.nroth.2018-05-03", ("A", "", "PP52", 8, "f", "")))
    with pytest.raises(DeclarationError, match="column votes_cast: is blank"):
        read(election, DC + dc(NORTH, ("A", "", "PP52", 8, "f", ""), ("A", "", "PP53", "", "f", "")))


ROWS = [(NORTH, "Con", 800), (NORTH, "Lab", 1100), (NORTH, "LD", 350)]
PLAIN = "ballot_paper_id,party,votes\n" + "".join(f"{b},{p},{v}\n" for b, p, v in ROWS)


@pytest.mark.parametrize(
    "value",
    [
        [{"ballot_paper_id": b, "party": p, "votes": v} for b, p, v in ROWS],
        {"results": [{"ballot_id": NORTH, "votes": {"Con": 800, "Lab": [1100], "LD": "350"}, "elected": {"Lab": 1}}]},
        {"Ballot_ID": NORTH, "votes": {"Con": 800, "Lab": [1100], "LD": 350}},
    ],
)
def test_json_says_the_same_as_a_table(election, value):
    assert read(election, json.dumps(value)).declared == read(election, PLAIN).declared
    assert read(election, "\ufeff" + json.dumps(value, indent=1)).declared.contests


def test_json_may_come_an_object_a_line_with_contests_and_councils(election):
    lines = [
        {
            "ballot_id": CASTLE,
            "votes": {"Con": [690, 950, 700], "Lab": [500, 720], "LD": 400},
            "elected": {"Con": 2, "Lab": 1},
        },
        {"council": "gamma", "seats": {"Con": 4, "LD": 6}, "after": {"Con": 4, "LD": 6}, "share": {"Con": 44.1}},
    ]
    declared = read(election, "\n".join(map(json.dumps, lines))).declared
    assert declared.contests[CASTLE] == {"Con": (950, 700, 690), "Lab": (720, 500), "LD": (400,)}
    assert declared.councils["gamma"].seats_after == {"Con": 4, "LD": 6}
    assert declared.councils["gamma"].shares == {"Con": 44.1}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[{"ballot_id": "x", "ballot_id": "y"}]', "'ballot_id' stands twice"),
        ('[{"ballot_id": "x"', "is not JSON"),
        ("[1]", "is no object"),
        ("[]", "holds no results"),
        ("{}", "lacks the column"),
        ('{"ballot_id": ["x"], "party": "Con", "votes": 1}', "holds a list"),
        ('{"ballot_id": "' + NORTH + '", "party": {"a": 1}, "votes": {"Con": 1}}', "holds an object"),
        ('{"ballot_id": "' + NORTH + '", "votes": {"Con": 800.5, "Lab": 1, "LD": 1}}', "is not a whole number"),
        (
            '{"ballot_id": "' + NORTH + '", "votes": {"Con": 8, "Lab": 1, "LD": 1}, "elected": {"Con": 2}}',
            "not 2 elected",
        ),
        (
            '{"ballot_id": "' + NORTH + '", "votes": {"Con": 8, "Lab": 1, "LD": 1}, "elected": {"Grn": 1}}',
            "Grn has no votes",
        ),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_json_of_another_form_is_refused_in_a_line(election, text, words):
    with pytest.raises(DeclarationError, match=words):
        read(election, text)


def test_seats_afterwards_add_to_the_whole_council(election):
    good = "council,party,after\ndelta,Lab,8\ndelta,LD,4\n"
    assert read(election, good).declared.councils["delta"].seats_after == {"Lab": 8, "LD": 4}
    with pytest.raises(DeclarationError, match="adds to 11 seats where 12 are on the council"):
        read(election, good.replace("LD,4", "LD,3"))
    with pytest.raises(DeclarationError, match="has a share of the vote but no seats"):
        read(election, "council,party,seats,share\ndelta,Lab,,50\n")


def test_what_is_typed_is_completed_where_only_one_thing_can_be_meant(election):
    assert find_council(election, "alph") == find_council(election, "E01") == "alpha"
    with pytest.raises(DeclarationError, match="may be Gamma or Omega"):
        find_council(election, "m")
    with pytest.raises(DeclarationError, match="did you mean gamma"):
        find_council(election, "gama")
    assert find_contest(election, "cas").ballot_id == find_contest(election, "beta/castle").ballot_id == CASTLE
    with pytest.raises(DeclarationError, match="did you mean Castle"):
        find_contest(election, "Cattle", "beta")
    with pytest.raises(DeclarationError, match="may be "):
        find_contest(election, "o")
    with pytest.raises(DeclarationError, match="'beta' is a council; write Beta/ and the ward"):
        find_contest(election, "beta")


def test_typed_votes_and_seats_are_checked_as_a_file_is(election):
    def contest(text):
        return read_tables(election, [typed_votes(election.contests[CASTLE], text)]).declared

    assert contest("Con 700+950+690; Lab=720+500, LD: 400").contests[CASTLE]["Con"] == (950, 700, 690)
    for text, words in (
        ("Con", "not written as party and number"),
        ("Con 1+2+3, Lab 3+4", "lacks the votes of 1 LD"),
        ("Con 634, Lab -5", "--votes: 'Lab -5': votes cannot be negative"),
        ("Con 634+-7, Lab 5", "votes cannot be negative"),
    ):
        with pytest.raises(DeclarationError, match=words):
            contest(text)
    south = typed_votes(election.contests[SOUTH], "Con 640*, Lab 640, Alphaton First 200")
    assert read_tables(election, [south]).declared.lots == {SOUTH: {"Con": 1}}
    table, unnamed = typed_seats(election, "delta", "Lab 3, LD 1", "Lab 55.5")
    assert read_tables(election, [table]).declared.councils["delta"].seats_won == {"Lab": 3, "LD": 1}
    table, unnamed = typed_seats(election, "delta", "Lab 8, LD 4")
    assert (read_tables(election, [table]).declared.councils["delta"].seats_after, unnamed) == ({"Lab": 8, "LD": 4}, 0)


@pytest.mark.parametrize(
    ("text", "lot"),
    [
        ("Con 900+640*+300, Lab 640+100, LD 700", {"Con": 2, "LD": 1}),
        ("Con 300 + 640 * + 900, Lab 640+100, LD 700", {"Con": 2, "LD": 1}),
        ("Con 900+640+300, Lab 640*+100, LD 700", {"Con": 1, "LD": 1, "Lab": 1}),
        ("Con 900+640+300, Lab 100+640*, LD 700", {"Con": 1, "LD": 1, "Lab": 1}),
        ("Con 700+640*+640, Lab 640*+100, LD 300", {"Con": 2, "Lab": 1}),
        ("Con 900+640+300*, Lab 640+100, LD 700", "Con is elected in .* with 300 votes, but Con .* is not with 640"),
        ("Con 900+640**, Lab 640+100, LD 700", "not written as party and number"),
    ],
)
def test_a_star_marks_the_candidate_before_it(election, text, lot):
    def lots():
        return read_tables(election, [typed_votes(election.contests[CASTLE], text)]).declared.lots[CASTLE]

    if isinstance(lot, dict):
        assert lots() == lot
        return
    with pytest.raises(DeclarationError, match=lot):
        lots()


def test_contest_by_contest_the_right_ones_are_taken_and_the_wrong_ones_listed(election):
    text = (
        PLAIN + "<html>502 Bad Gateway</html>\n" + f"{MOOR},Con,500\n{MOOR},Con,480\n{MOOR},Lab,6oo\n{MOOR},Lab,450\n"
        f"local.alpha.suoth.2018-05-03,Con,640\n{SOUTH},Lab,640\n{SOUTH},Alphaton First,200\n"
    )
    batch = read(election, text, by_contest=True)
    assert set(batch.declared.contests) == {NORTH}
    assert batch.spoilt == {MOOR, SOUTH}
    assert [p.split(": ", 1)[0] for p in batch.problems] == [
        "feed, row 5",
        "feed, row 8, column votes",
        "feed, row 10, column ballot_paper_id",
    ]


def mutate(data: bytes, rng: np.random.Generator) -> bytes:
    """Delete, double, move, replace or insert a few bytes or lines."""
    out = bytearray(data)
    for _ in range(int(rng.integers(1, 4))):
        at = int(rng.integers(len(out) + 1))
        until = min(at + int(rng.integers(1, 14)), len(out))
        kind = rng.choice(["delete", "double", "noise", "text", "line", "swap"])
        if kind == "delete":
            del out[at:until]
        elif kind == "double":
            out[at:at] = out[at:until]
        elif kind == "noise":
            out[at:until] = rng.bytes(int(rng.integers(1, 6)))
        elif kind == "text":
            bits = [b",", b'"', b"\n", b"\r", b"-", b";", b"\xc2\xb2", b"1e3", b"NaN", b"0", b"{", b"}", b"null", b"\0"]
            out[at:at] = bits[int(rng.integers(len(bits)))]
        else:
            lines = bytes(out).split(b"\n")
            i, k = rng.integers(len(lines), size=2)
            lines[i], lines[k] = (lines[k], lines[i]) if kind == "swap" else (lines[k], lines[k])
            out = bytearray(b"\n".join(lines))
    return bytes(out)


IDS = {"Con": "PP52", "Lab": "PP53", "LD": "PP90", "Alphaton First": ""}


def originals(toy_pack):
    """The invented night in each layout, with every number of votes different from every other."""
    outcome = load_outcome(toy_pack)
    results = {b: r.votes for b, r in outcome.contests.items() if r.unit == "votes"}
    plain = "ballot_paper_id,party,votes,candidate\n"
    club = DC
    nested = []
    for ballot, votes in results.items():
        for party, own in votes.items():
            plain += "".join(f"{ballot},{party},{v:.0f},{party} {n}\n" for n, v in enumerate(own))
            club += dc(ballot, *((f"{party} {n}", party, IDS[party], f"{v:.0f}", "", "") for n, v in enumerate(own)))
        nested.append({"ballot_paper_id": ballot, "votes": {p: [int(v) for v in own] for p, own in votes.items()}})
    totals = "council,party,seats,after\ngamma,Con,4,4\ngamma,LD,6,6\ndelta,Lab,3,8\ndelta,LD,1,4\n"
    return [plain.encode(), club.encode(), json.dumps(nested, indent=0).encode(), totals.encode()]


def take_mutated(election, toy_pack, count, seed):
    """Read mutated files; return how many were refused, taken in part, and taken whole."""
    rng = np.random.default_rng(seed)
    good = originals(toy_pack)
    truth = [read(election, g).declared for g in good]
    tally = {"refused": 0, "in part": 0, "whole": 0}
    for number in range(count):
        which = number % len(good)
        data = mutate(good[which], rng)
        try:
            batch = read(election, data, by_contest=True)
        except DeclarationError:
            tally["refused"] += 1
            continue
        for ballot, votes in batch.declared.contests.items():
            contest = election.contests[ballot]
            assert {p: len(v) for p, v in votes.items()} == dict(contest.standing)
            if votes == truth[which].contests.get(ballot):
                continue
            # A result that differs was written so: each number stands, for that party, in the file as it is now.
            for party, own in votes.items():
                for v in own:
                    assert stands(election, data, which, ballot, party, int(v)), (ballot, party, v, data)
        for council, totals in batch.declared.councils.items():
            known = election.councils[council]
            assert not totals.seats_won or sum(totals.seats_won.values()) <= known.seats_up
            assert not totals.seats_after or sum(totals.seats_after.values()) <= known.seats_total
        some = len(batch.declared.contests) + len(batch.declared.councils)
        every = len(truth[which].contests) + len(truth[which].councils)
        tally["whole" if some == every else "in part" if some else "refused"] += 1
    return tally


def stands(election, data, which, ballot, party, votes):
    """Whether a file as text, without our reader, gives a party this number in this ballot."""
    text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    names = {party.casefold(), election.parties[party].name.casefold(), IDS[party].casefold()}
    if which == 2:
        found = json.loads(text)
        for o in found if isinstance(found, list) else [found]:
            for p, own in o["votes"].items():
                here = o["ballot_paper_id"].strip() == ballot and " ".join(p.casefold().split()) in names
                if here and votes in [int(v) for v in (own if isinstance(own, list) else [own])]:
                    return True
        return False
    for line in text.split("\n"):
        cells = [" ".join(c.strip().strip('"').casefold().split()) for c in line.split(",")]
        numbers = [int(c) for c in cells if c.isascii() and c.isdigit()]
        if ballot in cells and names & set(cells) and votes in numbers:
            return True
    return False


def test_mutated_files_end_in_no_traceback_and_no_wrong_row(election, toy_pack):
    tally = take_mutated(election, toy_pack, 800, seed=1)
    assert all(n > 40 for n in tally.values()), tally


@pytest.mark.slow
def test_ten_thousand_mutated_files_end_in_no_traceback_and_no_wrong_row(election, toy_pack, capsys):
    tally = take_mutated(election, toy_pack, 10_000, seed=2)
    with capsys.disabled():
        print(f"\n10,000 mutated files: {tally}")
    assert all(n > 500 for n in tally.values()), tally


def test_files_of_both_kinds_are_read_together(election, tmp_path):
    (tmp_path / "a.csv").write_text(PLAIN)
    (tmp_path / "b.json").write_text('{"council": "gamma", "seats": {"Con": 4, "LD": 6}}')
    declared = read_declarations(election, tmp_path / "a.csv", tmp_path / "b.json")
    assert (list(declared.contests), list(declared.councils)) == ([NORTH], ["gamma"])


def test_a_whole_number_that_was_a_float_is_one_in_every_layout(election):
    import pandas as pd

    whole = {"Con": 800.0, "Lab": 1100, "LD": 350}
    rows = [{"ballot_id": NORTH, "party": p, "votes": n} for p, n in whole.items()]
    csv = "ballot_id,party,votes\n" + "".join(f"{NORTH},{p},{n}\n" for p, n in whole.items())
    assert "800.0" in csv
    told = [
        read(election, t).declared for t in (csv, json.dumps(rows), json.dumps({"ballot_id": NORTH, "votes": whole}))
    ]
    told.append(from_frame(election, pd.DataFrame(rows)))
    assert all(t.contests == {NORTH: {"Con": (800,), "Lab": (1100,), "LD": (350,)}} for t in told)
    for text in (csv.replace("800.0", "800.5"), json.dumps(rows).replace("800.0", "800.5")):
        with pytest.raises(DeclarationError, match=r"800\.5 is not a whole number"):
            read(election, text)
    with pytest.raises(DeclarationError, match=r"800\.5 is not a whole number"):
        from_frame(election, pd.DataFrame(rows).replace(800.0, 800.5))


def test_a_by_elections_ward_is_found_by_its_name(election):
    ballot = "local.beta.old-town.by.2018-05-03"
    by = dataclasses.replace(election.contests[CASTLE], ballot_id=ballot, ward="Old Town", by_election=True)
    more = dataclasses.replace(election, contests={**election.contests, ballot: by})
    for text in ("beta/old-town", "old-town", "beta/Old Town", "beta/old-town.by"):
        assert find_contest(more, text) is by
    beside = dataclasses.replace(by, ballot_id="local.beta.castle.by.2018-05-03", ward="Castle")
    more = dataclasses.replace(election, contests={**election.contests, beside.ballot_id: beside})
    with pytest.raises(DeclarationError, match="write COUNCIL/WARD or the ballot id"):
        find_contest(more, "beta/castle")
