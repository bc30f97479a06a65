"""Publishers' CSVs as text: no letter is replaced unasked, and what is no CSV with commas is told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from seeds.build.import_files import read_file
from seeds.errors import SourceError

DAY = dt.date(2026, 5, 7)
LEAP = '"Adur","E07000223","Buckingham","E05007562","Zoë","C","520","1"\n'
HEADER = "person_name,ballot_paper_id,election_date,party_name,post_label,seats_contested\n"
CANDIDATES = HEADER + "Zoë,local.adur.buckingham.2026-05-07,2026-05-07,Green Party,Buckingham,1\n"


@pytest.mark.parametrize("text", [LEAP, CANDIDATES])
def test_a_file_in_windows_1252_is_read_as_that_and_it_is_said(tmp_path: Path, text: str) -> None:
    file = tmp_path / "f.csv"
    file.write_bytes(text.encode("cp1252"))
    reading = read_file(file, DAY, {})
    assert [x.name for c in reading.contests for x in c.candidates] == ["Zoë"]
    (said,) = map(str, reading.problems)
    assert "is not UTF-8 text; the file is read as Windows-1252" in said
    file.write_text(text, encoding="utf-8")
    assert read_file(file, DAY, {}).problems == ()


def test_what_a_page_has_left_in_a_name_is_resolved(tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    file.write_text(LEAP.replace("Buckingham", "Corris/&#8203;Mawddwy &ndash; A &amp; B\u200b"), encoding="utf-8")
    assert [c.ward for c in read_file(file, DAY, {}).contests] == ["Corris/Mawddwy – A & B"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (LEAP.encode().replace(b"\xc3\xab", b"\x81"), "row 1: is neither UTF-8 nor Windows-1252"),
        (LEAP.encode("utf-16"), "is UTF-16 text"),
        (CANDIDATES.encode("utf-16-le"), "is UTF-16 text"),
        (CANDIDATES.replace(",", ";").encode(), "row 1: its cells are divided by semicolons"),
        (LEAP.replace(",", "\t").encode(), "row 1: its cells are divided by tabs"),
        (b"PK\x03\x04 and so on", "is a workbook by its contents"),
        (b"Local elections 2025\nWard name,Ward code,County,Electorate,Turnout\n", "one sheet of a workbook"),
        (b"Local elections 2021\nCounty name,Ward/ED name,Candidate name,Votes\n", "one sheet of a workbook"),
        (CANDIDATES.encode() + b'"Never closed,' + b"x" * 140_000, "is no CSV"),
    ],
)
def test_what_is_no_csv_with_commas_is_refused_in_words(tmp_path: Path, data: bytes, why: str) -> None:
    file = tmp_path / "f.csv"
    file.write_bytes(data)
    with pytest.raises(SourceError, match=why):
        read_file(file, DAY, {})
