"""Our own tables: party labels, councils, residents' associations; and the writing of a pack."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from seeds import load_election, load_outcome
from seeds.councils import council_at, councils, find_council
from seeds.errors import PackError, SourceError
from seeds.labels import in_order, parties, party_code, read_table
from seeds.write import Source, write_election, write_outcome


@pytest.mark.parametrize(
    ("source", "label", "code"),
    [
        ("leap", "C", "Con"),
        ("leap", " lab ", "Lab"),
        ("commons-2025", "Labour and Co-operative Party", "Lab"),
        ("commons-2021", "GREEN", "Grn"),
        ("commons-2021", "ND", "Ind"),
        ("commons-2021", "REF", "Ref"),
        ("five-cities", "UK IND", "UKIP"),
        ("lancashire", "Reform UK", "Ref"),
        ("opencouncil", "The Brexit Party", "Brexit"),
        ("leap", "MF", "Middlewich First"),
        ("commons-2021", "MF", "Mexborough First"),
        ("leap", "Yorks1st", "Yorkshire Party"),
    ],
)
def test_labels(source: str, label: str, code: str) -> None:
    assert party_code(source, label) == code  # type: ignore[arg-type]


def test_an_unknown_label_names_file_and_row() -> None:
    with pytest.raises(SourceError, match=r"f\.csv, row 7, column party: party label 'Whig' is not known for leap"):
        party_code("leap", "Whig", "f.csv", 7, "party")


def test_an_abbreviation_of_one_publisher_is_unknown_to_another() -> None:
    with pytest.raises(SourceError):
        party_code("lancashire", "C")


def test_every_label_stands_for_a_party_of_the_table_and_every_party_can_be_written_in_a_cell() -> None:
    assert {r["code"] for r in read_table("party_labels.csv")} == set(parties())
    for code in parties():
        assert code == code.strip()
        assert not set(code) & set("=;+,")


def test_parties_are_listed_in_the_tables_order() -> None:
    assert in_order({"Loughton Residents Association", "LD", "Con", "Lab", "Own Party"}) == [
        *("Con", "Lab", "LD"),
        "Loughton Residents Association",
        "Own Party",
    ]


@pytest.mark.parametrize(
    ("name", "year", "key"),
    [
        ("Buckinghamshire", 2017, "BKM"),
        ("Buckinghamshire", 2021, "BUC"),
        ("Bournemouth", 2015, "BMH"),
        ("East Riding", 2019, "ERY"),
        ("Bristol, City Of", 2021, "BST"),
        ("Kingston upon Hull", 2016, "KHL"),
        ("Stratford On Avon", 2025, "STR"),
        ("Newcastle-under-Lyme", 2018, "NEC"),
        ("Shepway", 2015, "SHE"),
        ("City of London", 2017, "LND"),
    ],
)
def test_councils_by_the_names_that_publishers_use(name: str, year: int, key: str) -> None:
    assert find_council(name, dt.date(year, 5, 5)).key == key


def test_a_code_goes_before_a_name() -> None:
    assert find_council("whatever", dt.date(2018, 5, 3), "E08000035").council == "leeds"
    assert find_council("Gateshead", dt.date(2012, 5, 3), "E08000020").council == "gateshead"


def test_an_unknown_council_is_named_with_its_row() -> None:
    with pytest.raises(SourceError, match=r"f\.csv, row 3: 'Atlantis' is no council known on 2018-05-03"):
        find_council("Atlantis", dt.date(2018, 5, 3), None, "f.csv", 3)
    with pytest.raises(SourceError, match="'bournemouth' is no council"):
        council_at("bournemouth", dt.date(2021, 5, 6))


def test_every_council_has_a_region_and_one_slug_at_a_time() -> None:
    assert len(councils()) > 400
    assert all(c.region and c.nation and c.gss for c in councils().values())
    for year in range(2012, 2026):
        slugs = [c.council for c in councils().values() if c.exists(dt.date(year, 5, 5))]
        assert len(slugs) == len(set(slugs))


def test_a_pack_written_and_loaded_is_the_same(toy_pack: Path, tmp_path: Path) -> None:
    election, outcome = load_election(toy_pack), load_outcome(toy_pack)
    copy = tmp_path / "copy" / "toy"
    source = Source("all", 'invented "here"', "CC0", "nobody", "")
    write_election(copy, election, [source])
    write_outcome(copy, outcome)
    again = load_election(copy)
    assert replace(again, sha256="", sources=()) == replace(election, sha256="", sources=())
    assert again.sources == ('all: invented "here" (CC0). nobody',)
    assert load_outcome(copy) == outcome


def test_no_seat_held_over_is_not_the_same_as_unknown(toy_pack: Path, tmp_path: Path) -> None:
    election = load_election(toy_pack)
    beta = replace(election.councils["beta"], held_over={})
    write_election(tmp_path, replace(election, councils={**election.councils, "beta": beta}), [])
    again = load_election(tmp_path)
    assert again.councils["beta"].held_over == {}
    assert again.councils["omega"].held_over is None


def test_an_unknown_unit_is_refused(toy_pack: Path) -> None:
    file = toy_pack / "earlier.csv"
    file.write_text(file.read_text().replace("percent", "per mille"))
    with pytest.raises(PackError, match=r"earlier\.csv, row 5, column unit: 'per mille'"):
        load_election(toy_pack)


def test_a_new_council_is_elected_in_the_year_before_it_takes_over() -> None:
    day = dt.date(2022, 5, 5)
    assert find_council("Cumberland", day).key == council_at("cumberland", day).key == "CBD"
    assert find_council("Westmorland and Furness Council", day, "E06000064").key == "WAF"
    # The county council of Somerset was elected then, though the publisher may have the code of what it became.
    assert find_council("Somerset", day, "E06000066").key == council_at("somerset", day).key == "SOM"
    assert find_council("Allerdale", day).key == "ALL"
    with pytest.raises(SourceError, match="no council known on 2021-05-06"):
        find_council("Cumberland", dt.date(2021, 5, 6), "E06000063")
