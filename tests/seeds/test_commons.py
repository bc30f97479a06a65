"""Workbooks of the Commons Library, in the shapes of two years."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from seeds.build.incumbents import Sitting, incumbents
from seeds.errors import SourceError
from seeds.readers.commons import read_commons

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("python_calamine")

DAY = dt.date(2021, 5, 6)
CANDIDATES = [
    ["Local election results by candidate, 2021"],
    [
        "County code",
        "County name",
        "Local authority code",
        "Local authority name",
        "Ward/ED code",
        "Ward/ED name",
        "Candidate name",
        "Votes",
        "Votes (%)",
        "Elected",
        "Total valid votes",
        "Party name",
    ],
    ["E10000003", "Cambridgeshire", "E07000008", "Cambridge", "E58000050", "Abbey", "A", 1178, 0.5, 1, 2000, "LAB"],
    ["E10000003", "Cambridgeshire", "E07000008", "Cambridge", "E58000050", "Abbey", "B", 822, 0.5, 0, 2000, "GREEN"],
    ["E10000003", "Cambridgeshire", "E07000008", "Cambridge", "E05013050", "Abbey", "C", 1129, 0.5, 1, 2000, "GREEN"],
    ["E10000003", "Cambridgeshire", "E07000008", "Cambridge", "E05013050", "Abbey", "D", 90, 0.5, 1, 2000, "IND"],
    [None, None, "E06000051", "Shropshire", "E05008137", "Albrighton", "E", 0, None, 1, 0, "CON"],
]
WARDS = [
    ["Local election results by ward, 2021"],
    [
        "County code",
        "County name",
        "Local authority code",
        "Local authority name",
        "Ward/ED code",
        "Ward/ED name",
        "Vacancies",
        "Type",
        "Electorate",
        "Turnout (%)",
        "LAB",
    ],
    ["E10000003", "Cambridgeshire", "E07000008", "Cambridge", "E58000050", "Abbey", 1, "SC", 7085, 31.2, 1178],
    ["E10000003", "Cambridgeshire", "E07000008", "Cambridge", "E05013050", "Abbey", "NA", "SDT", 7388, 0.305, 0],
]


def book(file: Path, candidates: list[list[object]], wards: list[list[object]]) -> Path:
    made = openpyxl.Workbook()
    for title, rows in (("Candidates-results", candidates), ("Wards-results", wards)):
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.remove(made["Sheet"])
    made.save(file)
    return file


def test_a_county_division_and_a_district_ward_of_one_name_are_two_contests(tmp_path: Path) -> None:
    county, district, _ = read_commons(book(tmp_path / "b.xlsx", CANDIDATES, WARDS), DAY).contests
    assert (county.council, county.gss, county.seats, county.area) == ("cambridgeshire", "E58000050", 1, "Cambridge")
    assert (district.council, district.gss, district.area) == ("cambridge", "E05013050", None)
    assert district.seats == 2, "a blank count of vacancies takes the number elected"
    assert (county.turnout, district.turnout) == (31.2, 30.5), "a percentage or a fraction"
    assert county.electorate == 7085


def test_an_uncontested_ward_missing_from_the_sheet_of_wards_is_kept(tmp_path: Path) -> None:
    reading = read_commons(book(tmp_path / "b.xlsx", CANDIDATES, WARDS), DAY)
    last = reading.contests[-1]
    assert (last.council, last.seats, last.uncontested, last.electorate) == ("shropshire", 1, True, None)
    assert "E05008137" in str(reading.problems[0])


def test_marks_that_do_not_fit_the_seats_are_named(tmp_path: Path) -> None:
    wards = [*WARDS[:3], [*WARDS[3][:6], 1, *WARDS[3][7:]]]
    reading = read_commons(book(tmp_path / "b.xlsx", CANDIDATES, wards), DAY)
    assert reading.contests[1].seats == 1
    assert any("1 seats, but 2 are marked as elected" in str(p) for p in reading.problems)


def test_a_missing_column_sheet_or_file_stops_the_reading(tmp_path: Path) -> None:
    without = [row[:-1] for row in CANDIDATES]
    with pytest.raises(SourceError, match="party name"):
        read_commons(book(tmp_path / "b.xlsx", without, WARDS), DAY)
    percent = [[c for i, c in enumerate(row) if i != 7] if len(row) > 1 else row for row in CANDIDATES]
    with pytest.raises(SourceError, match="lacks a column named votes"):
        read_commons(book(tmp_path / "b.xlsx", percent, WARDS), DAY)  # "Votes (%)" is no substitute
    made = openpyxl.Workbook()
    made.save(tmp_path / "empty.xlsx")
    with pytest.raises(SourceError, match="no sheet of candidates"):
        read_commons(tmp_path / "empty.xlsx", DAY)
    (tmp_path / "text.xlsx").write_text("not a workbook")
    with pytest.raises(SourceError, match="not a workbook"):
        read_commons(tmp_path / "text.xlsx", DAY)


def test_an_unknown_party_is_named_with_its_row(tmp_path: Path) -> None:
    rows = [*CANDIDATES[:3], [*CANDIDATES[3][:-1], "WHIG"], *CANDIDATES[4:]]
    with pytest.raises(SourceError, match="row 4: 'WHIG'"):
        read_commons(book(tmp_path / "b.xlsx", rows, WARDS), DAY)


def test_a_workbook_of_another_year_than_is_said_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"b.xlsx: is of 2021 .* and not of 2022-05-05"):
        read_commons(book(tmp_path / "b.xlsx", CANDIDATES, WARDS), dt.date(2022, 5, 5))


def test_a_written_out_name_may_stand_for_a_party_of_its_own_where_that_is_asked_for(tmp_path: Path) -> None:
    def year(rows: list[list[object]]) -> list[list[object]]:
        return [[str(rows[0][0]).replace("2021", "2023")], *rows[1:]]

    names = {"LAB": "Labour Party", "GREEN": "Green Party", "IND": "Whigs of Abbey", "CON": "Conservative"}
    rows = [*CANDIDATES[:2], *([*r[:-1], names[str(r[-1])]] for r in CANDIDATES[2:])]
    file, day = book(tmp_path / "b.xlsx", year(rows), year(WARDS)), dt.date(2023, 5, 4)
    with pytest.raises(SourceError, match="'Whigs of Abbey'"):
        read_commons(file, day)
    assert read_commons(file, day, names=True).contests[1].standing() == {"Grn": 1, "Whigs of Abbey": 1}


@pytest.mark.parametrize("heading", ["Inumbent", "Incumbent"])
def test_marks_of_who_sits_already_are_read_where_there_are_any(tmp_path: Path, heading: str) -> None:
    marks = [None, heading, 1, 0, "True", 0, 0]
    marked = [row if mark is None else [*row, mark] for row, mark in zip(CANDIDATES, marks, strict=True)]
    contests = read_commons(book(tmp_path / "b.xlsx", marked, WARDS), DAY).contests
    assert [c.name for x in contests for c in x.candidates if c.sits] == ["A", "C"]
    plain = read_commons(book(tmp_path / "c.xlsx", CANDIDATES, WARDS), DAY).contests
    assert {c.sits for x in plain for c in x.candidates} == {None}
    # The file's own marks go before names, and only where that is asked for.
    nobody = Sitting(None, [])
    assert incumbents(contests, nobody, marked=True) == [{"Lab": 1}, {"Grn": 1}, {}]
    assert incumbents(contests, nobody) == incumbents(plain, nobody, marked=True) == [{}, {}, {}]


def test_the_header_may_stand_elsewhere_and_columns_have_other_names(tmp_path: Path) -> None:
    names = {"Ward/ED name": "Ward name", "Ward/ED code": "Ward code", "Local authority name": "Local authority"}

    def other(rows: list[list[object]]) -> list[list[object]]:
        header = [names.get(str(c), c) for c in rows[1]]
        return [[], rows[0], ["Source: somebody"], header[::-1], *(row[::-1] for row in rows[2:])]

    made = openpyxl.Workbook()
    wards = [[c for i, c in enumerate(row) if len(row) == 1 or i not in (8, 9)] for row in WARDS]
    for title, rows in (("Candidate results", CANDIDATES), ("Ward results", wards)):
        sheet = made.create_sheet(title)
        for row in other(rows):
            sheet.append(row)
    made.save(tmp_path / "other.xlsx")
    found = read_commons(tmp_path / "other.xlsx", DAY).contests
    usual = read_commons(book(tmp_path / "b.xlsx", CANDIDATES, WARDS), DAY).contests
    assert [(c.council, c.ward, c.gss, c.seats, [(x.party, x.votes) for x in c.candidates]) for c in found] == [
        (c.council, c.ward, c.gss, c.seats, [(x.party, x.votes) for x in c.candidates]) for c in usual
    ]
    assert {c.electorate for c in found} == {None}, "the sheet has none"
    with pytest.raises(SourceError, match="is of 2021"):
        read_commons(tmp_path / "other.xlsx", dt.date(2022, 5, 5))


@pytest.mark.parametrize(("yes", "no"), [("Yes", "No"), ("true", "false"), ("1", "0"), (True, False), ("Y", None)])
def test_marks_are_read_however_a_person_writes_them(tmp_path: Path, yes: object, no: object) -> None:
    rows = [*CANDIDATES[:2], *([*r[:9], yes if r[9] else no, *r[10:]] for r in CANDIDATES[2:])]
    assert [c.won() for c in read_commons(book(tmp_path / "b.xlsx", rows, WARDS), DAY).contests] == [
        {"Lab": 1},
        {"Grn": 1, "Ind": 1},
        {"Con": 1},
    ]


def test_another_mark_is_refused_and_so_is_a_count_of_seats_in_words(tmp_path: Path) -> None:
    rows = [*CANDIDATES[:2], [*CANDIDATES[2][:9], "won", *CANDIDATES[2][10:]], *CANDIDATES[3:]]
    with pytest.raises(SourceError, match=r"b.xlsx, row 3, column elected: 'won' says neither yes nor no"):
        read_commons(book(tmp_path / "b.xlsx", rows, WARDS), DAY)
    wards = [*WARDS[:3], [*WARDS[3][:6], "two", *WARDS[3][7:]]]
    with pytest.raises(SourceError, match=r"c.xlsx, row 4, column seats: 'two' is not a number; write how many"):
        read_commons(book(tmp_path / "c.xlsx", CANDIDATES, wards), DAY)


def test_seats_told_from_marks_are_named_and_a_ward_without_either_is_left_out(tmp_path: Path) -> None:
    said = read_commons(book(tmp_path / "b.xlsx", CANDIDATES, WARDS), DAY).problems
    assert any("row 4: no count of seats; those who are marked as elected are taken for all" in str(p) for p in said)
    rows = [*CANDIDATES[:4], *([*r[:9], 0, *r[10:]] for r in CANDIDATES[4:6]), CANDIDATES[6]]
    reading = read_commons(book(tmp_path / "c.xlsx", rows, WARDS), DAY)
    assert len(reading.contests) == 2
    assert any(
        "Cambridge, Abbey: no count of seats, and nobody is marked as elected" in str(p) for p in reading.problems
    )


def test_a_ward_without_a_candidate_keeps_its_seats_unless_its_candidates_may_stand_under_another_code(tmp_path):
    extra = [*WARDS[2][:4], "E58000051", "Arbury", 2, *WARDS[2][7:]]
    reading = read_commons(book(tmp_path / "b.xlsx", CANDIDATES[:4], [*WARDS[:3], extra]), DAY)
    assert [(c.ward, c.seats, c.countermanded, c.council) for c in reading.contests] == [
        ("Abbey", 1, False, "cambridgeshire"),
        ("Arbury", 2, True, "cambridgeshire"),
    ]
    assert "Arbury: no candidate is listed; taken for a poll that was not held" in str(reading.problems[-1])
    astray = [
        *CANDIDATES[:4],
        [*CANDIDATES[3][:4], "E58009999", "Elsewhere", *CANDIDATES[3][6:9], 1, *CANDIDATES[3][10:]],
    ]
    reading = read_commons(book(tmp_path / "c.xlsx", astray, [*WARDS[:3], extra]), DAY)
    assert [c.ward for c in reading.contests] == ["Abbey", "Elsewhere"]
    assert any("Arbury: no candidate is listed; the ward is left out" in str(p) for p in reading.problems)


def test_a_workbook_without_candidates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no contest of 2021-05-06"):
        read_commons(book(tmp_path / "b.xlsx", CANDIDATES[:2], WARDS[:2]), DAY)
