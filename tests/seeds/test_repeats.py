"""A candidate who stands in a file twice is counted once or stops the reading; namesakes are two people."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from seeds.errors import SourceError
from seeds.readers.commons import read_commons
from seeds.readers.democracy_club import read_democracy_club
from seeds.readers.leap import read_leap
from tests.seeds.test_commons import CANDIDATES, WARDS, book
from tests.seeds.test_commons import DAY as COMMONS_DAY
from tests.seeds.test_democracy_club import DAY, file_of, row

LEAP = '"Adur","E07000223","Buckingham","E05007562","Ann Day","C","520","1"\n'


def test_the_same_row_of_leap_again_is_dropped_and_another_result_of_somebody_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "leap.csv"
    file.write_text(LEAP * 2 + LEAP.replace("Ann Day", "Bob Day").replace('"520","1"', '"5","0"'))
    reading = read_leap(file, dt.date(2026, 5, 7))
    assert reading.contests[0].votes() == {"Con": (520.0, 5.0)}
    assert reading.contests[0].seats == 1
    assert "row 2: Adur, Buckingham: the same as row 1; taken once" in str(reading.problems[0])
    file.write_text(LEAP + LEAP.replace("520", "250"))
    with pytest.raises(SourceError, match=r"leap.csv, row 2: Adur, Buckingham: is of the same candidate as row 1"):
        read_leap(file, dt.date(2026, 5, 7))


def test_people_of_democracy_club_go_by_number_and_by_name_where_there_is_none(tmp_path: Path) -> None:
    one, other = row("adur", "A", "Green Party", person_id="7"), row("adur", "A", "Green Party", person_id="8")
    assert read_democracy_club(file_of(tmp_path, [one, other]), DAY).contests[0].standing() == {"Grn": 2}
    reading = read_democracy_club(file_of(tmp_path, [one, one, other]), DAY)
    assert reading.contests[0].standing() == {"Grn": 2}
    assert "row 3: local.adur.a.2026-05-07: the same as row 2; taken once" in str(reading.problems[0])
    with pytest.raises(SourceError, match=r"row 3: .* the same candidate as row 2"):
        read_democracy_club(file_of(tmp_path, [one, one | {"votes_cast": "9"}]), DAY)
    unnumbered = [row("adur", "A", "Green Party", person_id="")] * 2
    assert read_democracy_club(file_of(tmp_path, unnumbered), DAY).contests[0].standing() == {"Grn": 1}


def test_initials_of_a_workbook_may_be_two_people_unless_their_party_has_too_many(tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    again = [*CANDIDATES[5][:7], 77, *CANDIDATES[5][8:]]
    wards = [*WARDS[:3], [*WARDS[3][:6], 2, *WARDS[3][7:]]]
    reading = read_commons(book(tmp_path / "b.xlsx", [*CANDIDATES[:6], again], wards), COMMONS_DAY)
    assert reading.contests[1].standing() == {"Grn": 1, "Ind": 2}
    assert any("row 7: Cambridge, Abbey: has the name and party of row 6" in str(p) for p in reading.problems)
    same = read_commons(book(tmp_path / "c.xlsx", [*CANDIDATES[:6], CANDIDATES[5]], wards), COMMONS_DAY)
    assert same.contests[1].standing() == {"Grn": 1, "Ind": 1}
    repeated = [*CANDIDATES[:3], [*CANDIDATES[2][:7], 1187, *CANDIDATES[2][8:]], *CANDIDATES[3:]]
    with pytest.raises(SourceError, match=r"row 4: .*row 3, and their party has more candidates than there are seats"):
        read_commons(book(tmp_path / "d.xlsx", repeated, WARDS), COMMONS_DAY)
