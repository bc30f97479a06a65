"""What was expected of a night is what was printed before it, and nothing that it or a later one taught."""

from __future__ import annotations

import datetime as dt

import pytest

from seeds import PackError, embedded, load_election, load_outcome
from seeds.build.expected import clock_time, expected
from seeds.councils import find_council
from seeds.expected import EXPECTED_COLUMNS, load_expected
from tests.conftest import SHARED

POLLS = dt.date(2012, 5, 3)


@pytest.mark.parametrize("pack", embedded())
def test_a_pack_knows_no_expectation_of_a_later_night(pack):
    election = load_election(pack)
    told = load_expected(pack)
    assert set(told) <= set(election.councils)
    for e in told.values():
        assert e.year <= election.date.year
        assert e.source
        if e.at is not None:
            assert (
                dt.timedelta(hours=22) <= e.at - dt.datetime.combine(election.date, dt.time()) <= dt.timedelta(hours=46)
            )


def test_the_night_of_2012_knows_what_was_printed_and_not_when_it_declared():
    told, outcome = load_expected("2012"), load_outcome("2012")
    assert told["birmingham"].at == dt.datetime(2012, 5, 4)
    assert (told["birmingham"].year, told["birmingham"].count) == (2008, "night")
    assert (told["tamworth"].at, told["tamworth"].year) == (dt.datetime(2012, 5, 4), 2012)
    assert (told["glasgow-city"].at, told["glasgow-city"].count) == (None, "day")
    known = [c for c, r in outcome.councils.items() if r.time_known and c in told]
    assert known
    assert not any(told[c].at == outcome.councils[c].declared_at for c in known)


def test_a_pack_without_the_table_expects_nothing(toy_pack):
    assert load_expected(toy_pack) == {}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("omicron,2018-05-04T01:00:00,night,2018,x", "row 2, column council: 'omicron' is not known"),
        ("alpha,,,2018,x", "row 2, column at: is blank, and so is count"),
        ("alpha,teatime,,2018,x", "row 2, column at: Invalid isoformat string: 'teatime'"),
        ("alpha,,noon,2018,x", "row 2, column count: 'noon' is none of night, day"),
    ],
)
def test_what_is_wrong_in_the_table_is_named(toy_pack, row, said):
    (toy_pack / "expected.csv").write_text(f"{EXPECTED_COLUMNS}\n{row}\n", encoding="utf-8")
    with pytest.raises(PackError, match=said):
        load_expected(toy_pack)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("23:45", dt.datetime(2012, 5, 3, 23, 45)),
        ("just after 00:00", dt.datetime(2012, 5, 4)),
        ("from_14:00", dt.datetime(2012, 5, 4, 14)),
        ("among the first, about 2 hours after 22:00", dt.datetime(2012, 5, 4)),
        ("not declared by 06:56 on 4 May", None),
        ("Friday (count from 09:00)", None),
    ],
)
def test_only_a_time_of_declaration_is_read_as_one(text, at):
    assert clock_time(text, POLLS) == at


HEAD = "council,count_start,expected_time_bst,source_url\n"
NEWS = "https://www.theguardian.com/x"
BEFORE, AFTER = "http://www.huffingtonpost.co.uk/2012/05/03/x", "http://paper.example/4-may"


@pytest.fixture
def told(tmp_path):
    """Write the two tables; return what is expected of some councils on a day."""

    def run(this: str, other: str, date: dt.date, *names: str):
        (tmp_path / "expected_times.csv").write_text(HEAD + this, encoding="utf-8")
        (tmp_path / "expected_times_other_years.csv").write_text(
            "year,council,expected_time_bst,source_url\n" + other, encoding="utf-8"
        )
        entries = {e.council: e for e in (find_council(n, date) for n in names)}
        return {e.council: e for e in expected(tmp_path, date, entries)}

    return run


def test_the_latest_earlier_night_is_the_guide_but_never_a_later_one_nor_2021(told):
    other = "".join(f"{y},Bolton,0{h}:00,{NEWS}\n" for y, h in ((2008, 1), (2014, 2), (2021, 3), (2022, 4), (2023, 5)))
    for date, year in ((POLLS, 2008), (dt.date(2016, 5, 5), 2014), (dt.date(2021, 5, 6), 2021)):
        assert told("", other, date, "Bolton")["bolton"].year == year
    found = told("", other, dt.date(2024, 5, 2), "Bolton")["bolton"]
    assert (found.year, found.at, found.source) == (2023, dt.datetime(2024, 5, 3, 5), "The Guardian")


def test_pages_written_while_the_votes_were_counted_are_not_believed(told):
    rows = f"Bolton,overnight,soon,{AFTER}\nWigan,overnight,soon,{BEFORE}\n"
    assert set(told(rows, "", POLLS, "Bolton", "Wigan")) == {"wigan"}


def test_a_count_by_day_this_time_makes_another_years_time_of_night_worthless(told):
    found = told(f"Bolton,friday,Friday,{BEFORE}\n", f"2008,Bolton,01:00,{NEWS}\n", POLLS, "Bolton")["bolton"]
    assert (found.at, found.count, found.year) == (None, "day", 2012)


@pytest.mark.shared
def test_the_embedded_table_is_what_the_raw_data_give():
    election = load_election("2012")
    entries = {c.council: find_council(c.name, POLLS) for c in election.councils.values() if c.type != "GLA"}
    built = {e.council: e for e in expected(SHARED / "data" / "night-2012", POLLS, entries)}
    assert built == load_expected("2012")
