"""Scotland's first preferences and London's totals: read whole, checked against themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from seeds.errors import SourceError
from seeds.readers.london import read_assembly_2012, read_mayor_2012
from seeds.readers.scotland import clean_ward, read_scotland

HEAD = (
    "council,year,ward_key,ward_name,seats,cand_no,name,party,party_short,first_prefs,valid_ballots,elected,"
    "elected_order"
)
ROWS = [
    "glasgow,2012,ward1,Ward 1 Linn,2,1,A,Labour (Lab),Lab,60,100,1,1",
    "glasgow,2012,ward1,Ward 1 Linn,2,2,B,Scottish National Party (SNP),SNP,30,100,1,2",
    "glasgow,2012,ward1,Ward 1 Linn,2,3,C,Green (Gr),Gr,10,100,0,0",
]


def scotland(folder: Path, rows: list[str]) -> Path:
    (folder / "first_prefs_by_candidate.csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Ward 17 Springburn", "Springburn"),
        ("Ward 05 - Ardrossan and Arran", "Ardrossan and Arran"),
        ("OBAN NORTH AND LORN WARD", "Oban North and Lorn"),
        ("Stonehaven and Lower Deeside Ward", "Stonehaven and Lower Deeside"),
        ("Drum Brae_Gyle", "Drum Brae/Gyle"),
        ("Torry & Ferryhill", "Torry and Ferryhill"),
    ],
)
def test_a_wards_name_loses_its_number_and_the_word_ward(name: str, clean: str) -> None:
    assert clean_ward(name) == clean


def test_a_ward_has_its_candidates_preferences_and_who_was_elected(tmp_path: Path) -> None:
    (w,) = read_scotland(scotland(tmp_path, ROWS), 2012)
    assert (w.council, w.ward, w.seats, w.valid) == ("Glasgow", "Linn", 2, 100)
    assert [(c.party, c.votes, c.elected) for c in w.candidates] == [
        ("Lab", 60, True),
        ("SNP", 30, True),
        ("Grn", 10, False),
    ]
    assert read_scotland(tmp_path, 2017) == []


def test_first_preferences_that_do_not_add_up_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="glasgow ward 1: 90 first preferences of 100 ballots"):
        read_scotland(scotland(tmp_path, ROWS[:2]), 2012)


def test_a_seat_nobody_fills_is_refused(tmp_path: Path) -> None:
    rows = [r.replace(",1,2", ",0,0") if ",B," in r else r for r in ROWS]
    with pytest.raises(SourceError, match="1 elected of 2 seats"):
        read_scotland(scotland(tmp_path, rows), 2012)


def test_an_unknown_party_is_named_with_its_row(tmp_path: Path) -> None:
    rows = [ROWS[0].replace("Labour (Lab)", "Nobody's Party"), *ROWS[1:]]
    with pytest.raises(SourceError, match=r"row 2, column party: party label 'Nobody's Party' is not known"):
        read_scotland(scotland(tmp_path, rows), 2012)


def mayor(folder: Path, shares: str) -> Path:
    head = "ONSCode,borough,total_2012_first_pref_valid,ConPct,LabPct,LDemPct,GreenPct,OtherPct"
    (folder / "london_borough_mayor_2012_2016.csv").write_text(
        f"{head}\nE09000002,Barking and Dagenham,200.0,{shares}\n", encoding="utf-8"
    )
    return folder


def test_a_boroughs_votes_are_its_shares_of_its_valid_votes(tmp_path: Path) -> None:
    (b,) = read_mayor_2012(mayor(tmp_path, "0.5,0.25,0.1,0.1,0.05"))
    assert b.votes == {"Con": 100, "Lab": 50, "LD": 20, "Grn": 20, "Oth": 10}


def test_shares_of_a_borough_that_leave_votes_over_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="row 2: shares of Barking and Dagenham give 150 of 200 votes"):
        read_mayor_2012(mayor(tmp_path, "0.5,0.25,0,0,0"))


def test_seats_before_are_seats_less_the_change(tmp_path: Path) -> None:
    (tmp_path / "london_assembly_2012_totals.csv").write_text(
        "party,constituency_votes,constituency_pct,constituency_change,list_votes,list_pct,list_change,seats,seat_change\n"
        "Labour,933438,42.3,+14.3,911204,41.1,+13.5,12,+4\n",
        encoding="utf-8",
    )
    (found,) = read_assembly_2012(tmp_path)
    assert (found.party, found.seats, found.seats_before) == ("Lab", 12, 8)
