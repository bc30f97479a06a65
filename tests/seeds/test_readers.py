"""Publishers' files: what is read, what is left out by name, and what stops the reading."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from seeds.errors import SourceError
from seeds.readers.contest import SourceContest, fold_ward
from seeds.readers.five_cities import read_five_cities
from seeds.readers.lancashire import read_lancashire, recognise
from seeds.readers.leap import read_leap

DAY = dt.date(2018, 5, 3)
LEAP = """
"Adur","E07000223","Buckingham","E05007562","Emma","C","634","1"
"Adur","E07000223","Buckingham","E05007562","Carol","Lab","315","0"
"Hackney","E09000012","Elected Mayor","NULL","NULL","NULL","NULL","NULL"
"Barnet","E09000003","Oakleigh","E05000056","A","Lab","20","0"
"Barnet","E09000003","Oakleigh","E05000056","B","Ind","70","1"
"Barnet","E09000003","Oakleigh","E05000056","C","Ind","50","1"
"""


def write(folder: Path, text: str, name: str = "leap-2018-05-03.csv") -> Path:
    file = folder / name
    file.write_text(text.lstrip("\n"), encoding="utf-8")
    return file


def test_a_leap_file_without_a_header(tmp_path: Path) -> None:
    reading = read_leap(write(tmp_path, LEAP), DAY)
    adur, barnet = reading.contests
    assert (adur.council, adur.key, adur.ward, adur.gss, adur.seats) == ("adur", "ADU", "Buckingham", "E05007562", 1)
    assert adur.votes() == {"Con": (634.0,), "Lab": (315.0,)}
    assert adur.rows == (1, 2)
    assert barnet.seats == 2
    assert barnet.votes()["Ind"] == (70.0, 50.0), "each independent is a person of its own"
    assert barnet.won() == {"Ind": 2}
    assert [str(p) for p in reading.problems] == [
        "not read: leap-2018-05-03.csv, row 3: Hackney: a contest for mayor, without candidates; left out"
    ]


def test_a_leap_file_with_the_header_of_2014(tmp_path: Path) -> None:
    text = "Ward,Council,Candidate,Party,Votes,Elected\nBuckingham,Adur,Emma,C,678,1\n,Adur,Nobody,LD,5,0\n"
    reading = read_leap(write(tmp_path, text), dt.date(2014, 5, 22))
    assert [c.ward for c in reading.contests] == ["Buckingham"]
    assert reading.contests[0].gss is None
    assert [p.row for p in reading.problems] == [3]


def test_every_unknown_party_label_is_named_with_its_row(tmp_path: Path) -> None:
    text = LEAP.replace('"C","634"', '"Whigs","634"').replace('"Lab","20"', '"Tories","20"')
    with pytest.raises(SourceError, match=r"(?s)row 1: 'Whigs'.*row 4: 'Tories'"):
        read_leap(write(tmp_path, text), DAY)
    reading = read_leap(write(tmp_path, text), DAY, {"whigs": "LD", "tories": "Con"})
    assert reading.contests[0].won() == {"LD": 1}


@pytest.mark.parametrize(
    ("old", "new", "why"), [('"634"', '"6 34"', "votes '6 34'"), ('"315","0"', '"315","x"', "elected 'x'")]
)
def test_an_unreadable_number_leaves_its_contest_out_by_name(tmp_path: Path, old: str, new: str, why: str) -> None:
    reading = read_leap(write(tmp_path, LEAP.replace(old, new)), DAY)
    assert [c.council for c in reading.contests] == ["barnet"]
    assert any(why in str(p) for p in reading.problems)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a,b\n", "has 2 cells"),
        ("", "holds no contest"),
        (LEAP.replace("Adur", "Atlantis").replace("E07000223", "NULL"), "Atlantis"),
    ],
)
def test_what_is_no_leap_file_is_refused(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(SourceError, match=why):
        read_leap(write(tmp_path, text), DAY)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.csv: cannot be read"):
        read_leap(tmp_path / "nowhere.csv", DAY)


CITIES = """
id,election_id,upper_tier,lower_tier,current_council,election_date,year,ward_id,ward_name,candidate,party,vote,female,vacancies,electorate,ballots_cast,turnout,vote_share,source,notes
1,,Leeds,Leeds,Leeds,,2003,leeds5001,Armley,A,LAB,10,0,1,9000,,,,,
2,,Leeds,Leeds,Leeds,,2015,leeds6001,Armley,A,LAB,6000,0,1,2040,,,,,
3,,Leeds,Leeds,Leeds,,2015,leeds6001,Armley,B,CON,900,0,1,2040,,,,,
4,,Leeds,Leeds,Leeds,,2016,leeds6001,Armley,A,LAB,3000,0,1,16895,,31.9,,,
5,,Leeds,Leeds,Leeds,,2016,leeds6001,Armley,B,UK Ind,100,0,1,16895,,31.9,,,
6,,Leeds,Leeds,Leeds,,2011,leeds6002,Byker,B,LD,100,0,1,9000,,,,,Poll abandoned: held 16th June
"""


def test_the_five_cities_have_no_elected_column_so_the_first_are_elected(tmp_path: Path) -> None:
    reading = read_five_cities(write(tmp_path, CITIES, "Leeds.csv"))
    first, second = reading.contests
    assert (first.date, first.won(), first.area) == (dt.date(2015, 5, 7), {"Lab": 1}, "leeds6")
    assert first.electorate is None, "fewer electors than votes"
    assert (second.electorate, second.turnout) == (16895, 31.9)
    assert set(second.votes()) == {"Lab", "UKIP"}
    assert "abandoned" in str(reading.problems[0])


def history(*polls: tuple[str, list[tuple[str, int, bool]]]) -> dict[str, object]:
    return {
        "history": [
            {
                "date": day,
                "turnout": 0.374,
                "electorate": 4055,
                "candidates": [{"name": "x", "party": p, "votes": v, "elected": e} for p, v, e in candidates],
            }
            for day, candidates in polls
        ],
        "seats": 1,
    }


def lancashire(folder: Path, **wards: dict[str, object]) -> Path:
    file = folder / "burnley.json"
    file.write_text(json.dumps({"meta": {"council_name": "Burnley"}, "wards": wards}), encoding="utf-8")
    return file


def leap_contest(folder: Path, ward: str, votes: tuple[int, ...], day: dt.date) -> SourceContest:
    text = "".join(
        f'"Burnley","NULL","{ward}","NULL","x{i}","Lab","{v}","{int(i == 0)}"\n' for i, v in enumerate(votes)
    )
    return read_leap(write(folder, text), day).contests[0]


def test_a_ward_of_lancashire_gets_the_name_that_its_votes_have_in_leap(tmp_path: Path) -> None:
    old, now = "2010-05-05", "2014-05-22"
    wards = {
        "Bastwell and Daisyfield": history(
            (old, [("Labour", 900, True)]), (now, [("Labour", 800, True), ("UKIP", 90, False)])
        ),
        "Audley and Queens Park": history(
            (old, [("Labour", 700, True)]), (now, [("Labour", 611, True), ("UKIP", 62, False)])
        ),
    }
    found = list(read_lancashire(lancashire(tmp_path, **wards)).contests)
    day = dt.date(2014, 5, 22)
    votes = {"Bastwell": (800, 90), "Audley": (611,), "Queen's Park": (62,)}
    leap = [leap_contest(tmp_path, ward, v, day) for ward, v in votes.items()]
    known, problems = recognise(found, leap, dt.date(2014, 12, 31))
    assert {(c.ward, c.date) for c in known} == {("Bastwell", dt.date(2010, 5, 6)), ("Bastwell", day)}
    assert known[0].turnout == 37.4
    assert "Audley and Queen's Park" in str(problems[0]), "two old wards in one are left out"


def test_more_elected_than_seats_are_two_old_wards(tmp_path: Path) -> None:
    file = lancashire(tmp_path, Park=history(("2012-05-03", [("Labour", 9, True), ("UKIP", 8, True)])))
    reading = read_lancashire(file)
    assert reading.contests == ()
    assert "two old wards in one" in str(reading.problems[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St. James's Ward", "St James"),
        ("Leigh & St Mary’s", "Leigh and St Mary's"),
        ("Saint Mark", "St. Mark"),
        ("The Wakerings", "Wakerings"),
        ("Coates", "COATES"),
    ],
)
def test_spellings_of_one_ward(one: str, other: str) -> None:
    assert fold_ward(one) == fold_ward(other)


def test_a_final_s_tells_two_wards_apart() -> None:
    assert fold_ward("St John") != fold_ward("St Johns")
    assert fold_ward("St John's") == fold_ward("St Johns")
