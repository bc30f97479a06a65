"""Who lives in a ward: the table of the census, a pack's own, and how wards are found in it."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from seeds import PackError, load_election
from seeds.build.census import add_census, council_census, ground, ward_census
from seeds.build.census_table import build
from seeds.councils import council_at, councils
from seeds.errors import SourceError
from seeds.labels import read_table
from seeds.pack import find
from seeds.readers.contest import SourceContest


def key_of(slug: str, year: int) -> str:
    return council_at(slug, dt.date(year, 5, 5)).key


def test_the_table_has_every_council_of_england_and_wales_and_all_their_residents() -> None:
    rows = read_table("census_2011.csv")
    south = [r for r in rows if councils()[r["council"]].nation != "Scotland"]
    day = dt.date(2011, 3, 27)
    stood = {k for k, c in councils().items() if c.nation != "Scotland" and c.type != "CC" and c.exists(day)} - {"LND"}
    assert {r["council"] for r in south} == stood
    residents = sum(int(r["residents"]) for r in south)
    # 45,496,780 by the census; the City of London is left out.
    assert residents == pytest.approx(45_496_780 - 6_700, rel=2e-4)
    assert sum(int(r["degree"]) for r in south) / residents == pytest.approx(0.272, abs=5e-4)
    assert len({r["council"] for r in rows} - stood) == 32


def test_wards_are_those_of_their_own_council() -> None:
    # A list of the raw data gives Lincoln's wards to Craven.
    assert ward_census(key_of("city-of-lincoln", 2018), "Carholme") is not None
    assert ward_census(key_of("craven", 2018), "Carholme") is None
    cambridge, fenland = (council_census(key_of(c, 2018)) for c in ("cambridge", "fenland"))
    assert cambridge is not None
    assert fenland is not None
    assert cambridge.degree > 45 > 20 > fenland.degree


def test_a_council_stands_on_the_ground_of_those_that_it_replaced_and_a_county_on_its_districts() -> None:
    districts = {key_of(c, 2018) for c in ("aylesbury-vale", "chiltern", "south-bucks", "wycombe")}
    assert set(ground(key_of("buckinghamshire", 2018))) == districts
    assert set(ground(key_of("buckinghamshire", 2021))) == districts
    assert set(ground(key_of("somerset", 2023))) >= {key_of("west-somerset", 2018), key_of("mendip", 2018)}


def test_a_redrawn_ward_is_like_the_wards_of_its_words_and_a_new_name_like_its_council() -> None:
    leeds = key_of("leeds", 2018)
    assert getattr(ward_census(leeds, "Headingley"), "matched_by", None) == "ward"
    assert getattr(ward_census(leeds, "Headingley and Hyde Park"), "matched_by", None) == "alike"
    assert ward_census(leeds, "Xanadu") is None
    assert getattr(council_census(leeds), "matched_by", None) == "council"


def test_nine_wards_in_ten_of_a_later_night_are_found_and_none_of_2012() -> None:
    for year in ("2014", "2016", "2018", "2019"):
        contests = load_election(year).contests.values()
        assert sum(c.census is not None for c in contests) > 0.9 * len(contests), year
        assert all(c.census for c in load_election(year).councils.values() if c.nation == "England"), year
    # Its figures of qualifications came out in January 2013.
    election = load_election("2012")
    assert not any(c.census for c in (*election.contests.values(), *election.councils.values()))
    assert all(c.degree is None for c in election.frame)
    entries = {"leeds": council_at("leeds", election.date)}
    assert add_census(election, entries) is election
    later = add_census(replace(election, date=dt.date(2013, 5, 2)), entries)
    assert later.councils["leeds"].census == council_census(entries["leeds"].key)


def test_every_council_of_a_later_frame_has_its_share_of_degrees() -> None:
    for year in ("2014", "2021", "2025"):
        assert all(c.degree is not None for c in load_election(year).frame)


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("leeds,{ballot},101,3,4,ward", "column degree: '101' is more than a hundred per cent"),
        ("leeds,{ballot},20,x,4,ward", "column apprentice"),
        ("adur,{ballot},20,3,4,ward", "column council: '{ballot}' is of 'leeds' in contests.csv"),
        ("leeds,local.nowhere,20,3,4,ward", "'local.nowhere' is not known to this pack"),
        ("atlantis,,20,3,4,council", "'atlantis' is not known to this pack"),
        ("leeds,,20,3,4,council\nleeds,,20,3,4,council", "row 3, column ballot_id: 'leeds' stands twice"),
        ("leeds,,20,3,4,guess", "'guess' is none of ward, alike, council"),
        ("leeds,,20,3,,council", "column other: is blank"),
    ],
)
def test_a_table_that_does_not_fit_the_pack_is_named(row: str, what: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(find("2018"), tmp_path / "2018"))
    ballot = next(b for b, c in load_election("2018").contests.items() if c.council == "leeds")
    text = "council,ballot_id,degree,apprentice,other,matched_by\n" + row.format(ballot=ballot) + "\n"
    (folder / "census.csv").write_text(text, encoding="utf-8")
    with pytest.raises(PackError, match=r"census\.csv") as caught:
        load_election(folder)
    assert what.format(ballot=ballot) in str(caught.value)


def test_a_frames_degrees_are_percentages_and_may_be_left_out(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(find("2018"), tmp_path / "2018"))
    frame = (folder / "frame.csv").read_text(encoding="utf-8").splitlines()
    (folder / "frame.csv").write_text("\n".join(line.rpartition(",")[0] for line in frame) + "\n", encoding="utf-8")
    assert all(c.degree is None for c in load_election(folder).frame)
    (folder / "frame.csv").write_text("\n".join([*frame[:-1], frame[-1].rpartition(",")[0] + ",120"]) + "\n")
    with pytest.raises(PackError, match="column degree: '120' is more than a hundred"):
        load_election(folder)


HEADER = (
    "date,geography,WD11CD,"
    "Qualifications: All categories: Highest level of qualification; measures: Value,"
    "Qualifications: Highest level of qualification: Level 4 qualifications and above; measures: Value,"
    "Qualifications: Highest level of qualification: Apprenticeship; measures: Value,"
    "Qualifications: Highest level of qualification: Other qualifications; measures: Value"
)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Raw data with two councils' wards, and lists that name none."""
    geography = tmp_path / "raw" / "geography"
    geography.mkdir(parents=True)
    for kind, code in (("CTY_NMD", "NMDCD"), ("MD", "MDCD"), ("UA", "UACD"), ("LB", "LBCD")):
        (geography / f"CTRY_GOR_{kind}_WD.csv").write_text(f"WDNM,{code}\n")
    (tmp_path / "raw" / "scotland").mkdir()
    for name in ("contests_index.csv", "first_prefs_by_candidate.csv"):
        shutil.copy(SCOTLAND / name, tmp_path / "raw" / "scotland")
    return tmp_path / "raw"


SCOTLAND = Path(__file__).resolve().parents[3] / "shared" / "data" / "scotland"


def contest(key: str, ward: str) -> SourceContest:
    return SourceContest("", key, ward, dt.date(2014, 5, 22), 1, (), "night.csv", (1, 1))


def census_file(raw: Path, *wards: str) -> None:
    rows = [f"2011,{ward},E3600000{i},200,50,6,8" for i, ward in enumerate(wards)]
    (raw / "geography" / "education_level.csv").write_text("\n".join([HEADER, *rows]) + "\n")


@pytest.mark.shared
def test_runs_of_the_alphabet_are_told_apart_by_the_names_of_wards(raw: Path) -> None:
    census_file(raw, "Manor", "Peverel", "Ancton", "Bersted", '"Fish, Salt"')
    named = [contest("ADU", w) for w in ("Manor", "Peverel")] + [contest("ARU", w) for w in ("Ancton", "Bersted")]
    build(raw, named, raw)
    rows = (raw / "census_2011.csv").read_text().splitlines()
    assert rows[0] == "council,ward,residents,degree,apprentice,other"
    assert {"ADU,Manor,200,50,6,8", "ARU,Ancton,200,50,6,8", "ARU,Salt,100,25,3,4"} <= set(rows)


@pytest.mark.shared
def test_a_run_that_two_councils_might_have_stops_the_building(raw: Path) -> None:
    census_file(raw, "Central", "Park")
    with pytest.raises(SourceError, match="which council are these wards of\\? Central, Park"):
        build(raw, [contest(k, w) for k in ("ADU", "ARU") for w in ("Central", "Park")], raw)
