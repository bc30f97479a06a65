"""Every row is read and checked; nothing is half taken."""

from __future__ import annotations

import hypothesis
import pandas as pd
import pytest
from hypothesis import strategies as st

from projection.declarations import from_frame, read_declarations
from seeds import DeclarationError, load_election

NORTH = "local.alpha.north.2018-05-03"
CASTLE = "local.beta.castle.2018-05-03"
GOOD = f"ballot_paper_id,party,votes\n{NORTH},Con,800\n{NORTH},Lab,1100\n{NORTH},LD,350\n"


@pytest.fixture
def read(toy_pack, tmp_path):
    election = load_election(toy_pack)

    def run(text, *, encoding="utf-8"):
        file = tmp_path / "results.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return read_declarations(election, file)

    return run


def problems(read, text, **kw):
    """The lines of what is wrong, without the folder."""
    with pytest.raises(DeclarationError) as error:
        read(text, **kw)
    return [line.split("/")[-1] for line in str(error.value).split("\n")]


def test_a_contest_is_read_with_its_candidates_best_first(read):
    text = "ballot_id,party,votes,candidate\n" + "".join(
        f"{CASTLE},{p},{v},{n}\n"
        for p, v, n in [
            ("Con", 7, "A"),
            ("Lab", 9, "B"),
            ("Con", 8, "C"),
            ("LD", 1, "D"),
            ("Con", 6, "E"),
            ("Lab", 2, "F"),
        ]
    )
    assert read(text).contests == {CASTLE: {"Con": (8, 7, 6), "Lab": (9, 2), "LD": (1,)}}


def test_parties_may_be_written_by_code_or_name_in_any_case(read):
    text = GOOD.replace(",Con,", ",conservative party,").replace(",Lab,", ",LAB,")
    assert read(text) == read(GOOD)


def test_byte_order_mark_blank_lines_and_extra_columns_are_no_trouble(read):
    text = "\ufeff" + GOOD.replace("votes\n", "votes,remark\n").replace("0\n", "0,x\n") + "\n ,, ,\n\n"
    assert read(text) == read(GOOD)


def test_windows_and_old_mac_line_ends_are_no_trouble(read):
    assert read(GOOD.replace("\n", "\r\n")) == read(GOOD) == read(GOOD.replace("\n", "\r"))


def test_a_contest_twice_with_the_same_votes_is_taken_once(read):
    assert read(GOOD + GOOD.partition("\n")[2]) == read(GOOD)


@pytest.mark.parametrize(
    ("change", "row", "column", "words"),
    [
        (lambda t: t.replace("north", "nroth"), 2, "ballot_paper_id", f"did you mean {NORTH}"),
        (lambda t: t.replace(f"{NORTH},LD", ",LD"), 4, "ballot_paper_id", "is blank"),
        (lambda t: t.replace(",LD,", ",Alphaton First,"), 4, "party", "did not stand"),
        (lambda t: t.replace(",LD,", ",Lib Dems,"), 4, "party", "no party of this election; did you mean"),
        (lambda t: t.replace("1100", "-1100"), 3, "votes", "is negative"),
        (lambda t: t.replace("1100", "11.5"), 3, "votes", "is not a whole number"),
        (lambda t: t.replace("1100", "1100.5"), 3, "votes", "is not a whole number"),
        (lambda t: t.replace("1100", '"1,100"'), 3, "votes", "write 1100"),
        (lambda t: t.replace("1100", ""), 3, "votes", "is blank"),
        (lambda t: t.replace("1100", "many"), 3, "votes", "is not a number"),
        (lambda t: t.replace("1100", "²"), 3, "votes", "is not a number"),
        (lambda t: t.replace("1100", "1e3"), 3, "votes", "is not a number"),
        (lambda t: t.replace("1100", "9" * 5000), 3, "votes", "too large"),
        (lambda t: t + f"{NORTH},LD,12\n", 5, "party", "one more LD candidate"),
        (lambda t: t.replace(f"{NORTH},LD,350\n", ""), 3, "party", "lacks the votes of 1 LD"),
        (lambda t: t.replace("800", "0").replace("1100", "0").replace("350", "0"), 4, "votes", "nobody has a vote"),
        (lambda t: t + t.partition("\n")[2].replace("1100", "1101"), 6, "votes", "stands twice"),
        (lambda t: t.replace("alpha.north", "omega.isle"), 2, "ballot_paper_id", "counted by stv, which is not built"),
        (lambda t: t.replace("alpha.north", "alpha.west"), 2, "ballot_paper_id", "is uncontested"),
    ],
)
def test_one_mistake_gives_one_line_that_names_file_row_and_column(read, change, row, column, words):
    lines = problems(read, change(GOOD))
    assert len(lines) == 1
    assert lines[0].startswith(f"results.csv, row {row}, column {column}: ")
    assert words in lines[0]


ELECTED = (
    "ballot_paper_id,party,votes,elected,candidate\n"
    f"{NORTH},Con,800,{{}},Ann\n{NORTH},Lab,1100,{{}},Bob\n{NORTH},LD,350,{{}},Cy\n"
)


@pytest.mark.parametrize(
    ("elected", "row", "words"),
    [
        (("true", "true", ""), 3, "more than the 1 seat"),
        (("f", "f", "f"), 4, "fewer than the 1 seat"),
        (("1", "0", "0"), 2, "but Lab (row 3) is not with 1100"),
        (("perhaps", "0", "0"), 2, "neither true nor false"),
    ],
)
def test_the_elected_are_those_with_the_most_votes(read, elected, row, words):
    lines = problems(read, ELECTED.format(*elected))
    assert len(lines) == 1
    assert lines[0].startswith(f"results.csv, row {row}, column elected: ")
    assert words in lines[0]


def test_a_named_candidate_with_two_counts_of_votes_is_a_contradiction(read):
    text = ELECTED.format("", "", "")
    assert (
        "stands twice: Lab Bob has 1099 votes here and 1100 in row 3"
        in problems(read, text + f"{NORTH},Lab,1099,,Bob\n")[0]
    )
    assert read(text + f"{NORTH},Lab,1100,,Bob\n") == read(text)


def test_a_lot_decides_a_tie_and_nothing_else(read):
    tied = ELECTED.replace("800", "1100")
    assert read(tied.format("yes", "no", "no")).lots == {NORTH: {"Con": 1}}
    assert read(tied.format("", "", "")).lots == {}
    assert read(ELECTED.format("no", "yes", "no")).lots == {}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"ballot_paper_id,party,votes\n", "has a header but no rows"),
        (GOOD.encode("utf-16"), "is UTF-16"),
        (GOOD.replace("LD", "Lib\xe9raux").encode("latin-1"), "row 4: byte 0xe9 is not UTF-8"),
        (b"PK\x03\x04rest of a workbook", "is a spreadsheet"),
        (GOOD.encode() + b"\0\0", "row 5: holds a zero byte"),
        (GOOD.replace(",", ";").encode(), "is separated by semicolons"),
        (GOOD.replace("votes", "ballots").encode(), "row 1: lacks the column votes"),
        (GOOD.replace("party,votes", "votes,votes").encode(), "column votes: stands twice in the header"),
        (GOOD.replace("350", "350,7").encode(), "row 4: has 4 cells where the header has 3"),
        (GOOD.replace("350", '"350').encode(), "cannot be read as comma-separated text"),
    ],
)
def test_a_file_that_is_no_table_of_results_says_what_it_is(read, data, words):
    lines = problems(read, data)
    assert len(lines) == 1
    assert words in lines[0]


def test_a_missing_file_and_a_folder_are_told_as_such(toy_pack, tmp_path):
    election = load_election(toy_pack)
    for path, words in ((tmp_path / "none.csv", "no such file"), (tmp_path, "cannot be read")):
        with pytest.raises(DeclarationError, match=words):
            read_declarations(election, path)


def test_all_mistakes_are_told_at_once_but_not_by_the_thousand(read):
    text = "ballot_paper_id,party,votes\n" + "".join(f"wrong.{i},Con,1\n" for i in range(500))
    lines = problems(read, text)
    assert len(lines) == 11
    assert lines[-1] == "and 490 more problems; nothing was taken"


def test_good_rows_of_a_file_with_a_bad_one_are_not_taken(read):
    with pytest.raises(DeclarationError):
        read(GOOD + f"{CASTLE},Con,x\n")


TOTALS = "council,party,seats,share\ngamma,Con,4,44\ngamma,LD,6,47.5\n"


def test_a_council_known_by_totals_is_declared_by_slug_name_or_code(read):
    totals = read(TOTALS).councils["gamma"]
    assert (totals.seats_won, totals.shares) == ({"Con": 4, "LD": 6}, {"Con": 44, "LD": 47.5})
    assert read(TOTALS.replace("gamma", "GAMMA")) == read(TOTALS) == read(TOTALS.replace("gamma", "E03"))


@pytest.mark.parametrize(
    ("change", "row", "column", "words"),
    [
        (lambda t: t.replace("gamma,LD", "gama,LD"), 3, "council", "did you mean gamma"),
        (lambda t: t.replace("6,", "7,"), 3, "seats", "adds to 11 seats where 10 were up"),
        (lambda t: t.replace("6,", "5,"), 3, "seats", "give the rest to the party 'vacant'"),
        (lambda t: t.replace("6,", "-6,"), 3, "seats", "is negative"),
        (lambda t: t.replace("47.5", "58"), 3, "share", "add to 102.0%"),
        (lambda t: t.replace("47.5", "half"), 3, "share", "is not a percentage"),
        (lambda t: t.replace("gamma", "alpha"), 3, "seats", "alpha adds to 10 seats where 4 were up"),
        (lambda t: t.replace("gamma", "omega"), 2, "council", "its counting is not built"),
        (lambda t: t + "gamma,LD,5,\n", 4, "seats", "has declared 6 for LD already"),
    ],
)
def test_totals_must_add_to_the_seats_that_were_up(read, change, row, column, words):
    lines = problems(read, change(TOTALS))
    assert len(lines) == 1
    assert lines[0].startswith(f"results.csv, row {row}, column {column}: ")
    assert words in lines[0]


def test_a_council_that_is_not_up_is_told_from_a_slip_and_the_nearest_ballots_are_named(read):
    found = problems(read, "council,party,seats\nLeeds,Con,4\nGamme,Con,4\n")
    leeds = "'Leeds' is outside the projection: Leeds is not up in the pack toy (3 May 2018); leave it out"
    assert found[0] == f"results.csv, row 2, column council: {leeds}"
    assert found[1].endswith("'Gamme' is no council of the pack toy; did you mean gamma?")
    (near,) = problems(read, GOOD.replace("north", "norht"))
    assert f"did you mean {NORTH}" in near
    assert near.count(" or ") == 2


def test_a_seat_that_no_one_holds_is_vacant(read):
    assert read(TOTALS.replace("6,", "5,") + "gamma,vacant,1,\n").councils["gamma"].seats_won == {"Con": 4, "LD": 5}


def with_turnout(*told, column="turnout"):
    lines = GOOD.splitlines()
    return "\n".join([f"{lines[0]},{column}", *(f"{x},{t}" for x, t in zip(lines[1:], told, strict=True))]) + "\n"


def test_a_turnout_over_a_hundred_and_two_of_one_ballot_are_refused_where_they_stand(read):
    over = problems(read, with_turnout("", 140, ""))
    assert over == [
        f"results.csv, row 3, column turnout: {NORTH}: a turnout of 140% is over 100%; correct it or leave it blank"
    ]
    two = problems(read, with_turnout("37.7%", "", 61))
    assert two == [f"results.csv, row 4, column turnout: 61% here, 37.7% in another row of {NORTH}; keep the right one"]
    more = problems(read, with_turnout("6100,6500", ",", ",", column="electorate,ballots"))
    assert more == [
        f"results.csv, row 2, column ballots: {NORTH}: 6,500 from an electorate of 6,100 is a turnout over 100%; "
        "correct one of them"
    ]


@pytest.mark.parametrize("text", ["0.347", "0", "1.9%"])
def test_a_turnout_written_as_a_part_of_one_is_refused(read, text):
    (line,) = problems(read, with_turnout(text, "", ""))
    assert line.endswith("is too low to be true; write percent, 34.7 and not 0.347, or leave it blank")
    assert f"{NORTH}: a turnout of {text.rstrip('%')}%" in line


def test_a_turnout_told_twice_may_be_rounded_once(read):
    assert read(with_turnout(100, "", 100)).turnout == {NORTH: 100}
    assert read(with_turnout(37.7, "", 38)).turnout == {NORTH: 37.7}


def test_a_frame_is_read_as_a_file_is(read, toy_pack):
    frame = pd.DataFrame({"ballot_id": [NORTH] * 3, "party": ["Con", "Lab", "LD"], "votes": [800.0, 1100.0, 350.0]})
    election = load_election(toy_pack)
    assert from_frame(election, frame) == read(GOOD)
    frame.loc[1, "votes"] = float("nan")
    with pytest.raises(DeclarationError, match="frame, row 2, column votes: is blank"):
        from_frame(election, frame)
    with pytest.raises(DeclarationError, match="lacks the column votes"):
        from_frame(election, frame.drop(columns="votes"))


@st.composite
def mutations(draw):
    """A good file with some bytes deleted, replaced, doubled or moved."""
    data = bytearray((GOOD + f"{CASTLE},Con,950\n").encode())
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        until = min(at + draw(st.integers(0, 12)), len(data))
        kind = draw(st.sampled_from(["delete", "replace", "double"]))
        new = draw(st.binary(max_size=6) | st.sampled_from([b"\n", b",", b'"', b"\r", b"-", "é²".encode()]))
        data[at:until] = {"delete": b"", "replace": new, "double": data[at:until] * 2}[kind]
    return bytes(data)


@hypothesis.given(mutations())
@hypothesis.settings(max_examples=300, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
def test_a_mutated_file_is_refused_or_taken_by_whole_contests_and_never_a_traceback(read, data):
    try:
        declared = read(data)
    except DeclarationError:
        return
    # What was taken is a whole contest with votes for everyone who stood; a changed digit cannot be known for one.
    assert set(declared.contests) <= {NORTH}
    for votes in declared.contests.values():
        assert {p: len(v) for p, v in votes.items()} == {"Con": 1, "Lab": 1, "LD": 1}
        assert all(v >= 0 and v.is_integer() for vs in votes.values() for v in vs)
