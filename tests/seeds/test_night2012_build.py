"""How the night of 2012 is put together: what is believed, what is left unknown, what stops the build."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from seeds.build.national import monthly_means
from seeds.build.night2012 import build
from seeds.build.night2012_clock import clock_rows
from seeds.build.night2012_history import implied, told
from seeds.build.night2012_sources import archives, regular_seats
from seeds.build.night2012_times import moment, order
from seeds.build.night2012_totals import blocs, rulings, totals
from seeds.build.night2012_wards import ballot_id, wards_listed
from seeds.build.raw import Raw
from seeds.errors import SourceError
from seeds.labels import in_order
from seeds.pack import find
from seeds.readers.contest import fold_ward
from seeds.readers.night2012 import (
    Candidate,
    ClockRow,
    Composition,
    CouncilYears,
    ExpectedTime,
    Line,
    WardList,
    YearLine,
    read_lines,
    read_wards,
)

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def line(label: str, won: int | None = None, source: str = "page", **more: object) -> Line:
    values: dict[str, object] = {
        "net": None,
        "after": None,
        "votes": None,
        "percent": None,
        "change": None,
        "base": "",
        "turnout": None,
        "note": "",
    }
    return Line(label=label, won=won, source=source, **(values | more))  # type: ignore[arg-type]


def council(cycle: str = "thirds") -> CouncilYears:
    before = Composition(12, 6, 5, 1, 0, 0, "NOC")
    after = Composition(12, 4, 7, 1, 0, 0, "Lab")
    return CouncilYears("Testing", "SD", cycle, {2011: before, 2012: after})


def ward(*candidates: tuple[str, int | None, float | None, bool]) -> list[WardList]:
    return [WardList("Testing", "Central", tuple(Candidate(*c) for c in candidates), "page")]


# Council totals


def test_seats_held_over_are_the_council_after_less_the_seats_won() -> None:
    t = totals("Testing", council(), "England", [line("Labour", 3), line("Conservative", 1)], {}, 4, None)
    assert t.won == {"Con": 1, "Lab": 3}
    assert t.seats_up == 4
    assert t.held_over == {"Con": 3, "Lab": 4, "LD": 1}


def test_seats_won_that_the_council_after_cannot_hold_leave_the_held_over_unknown() -> None:
    t = totals("Testing", council(), "England", [line("Labour", 2), line("Liberal Democrats", 2)], {}, 4, None)
    assert t.held_over is None
    assert any("unknown" in n for n in t.notes_before)


def test_nothing_said_of_seats_won_is_unknown_and_the_regular_number_is_marked_as_derived() -> None:
    t = totals("Testing", council(), "England", [], {}, 4, None)
    assert (t.won, t.held_over, t.seats_up) == (None, None, 4)
    assert "derived" in t.notes_before[0]
    assert totals("Testing", council(), "England", [], {}, None, None).seats_up is None


def test_pages_that_disagree_stop_the_build_until_someone_rules() -> None:
    lines = [line("Labour", 3), line("Labour", 2, source="another page")]
    with pytest.raises(SourceError, match=r"Testing: pages disagree on the seats won by Labour.*rulings_2012"):
        totals("Testing", council(), "England", lines, {}, 4, None)


def test_more_seats_won_than_wards_and_two_vacancies_stop_the_build() -> None:
    with pytest.raises(SourceError, match="Testing: 7 seats won where 4 come up"):
        totals("Testing", council(), "England", [line("Labour", 7)], {}, 4, None)


def test_a_council_elected_whole_has_won_what_it_holds() -> None:
    t = totals("Testing", council("whole"), "England", [], {}, None, None)
    assert t.won == {"Con": 4, "Lab": 7, "LD": 1}
    assert t.held_over == {}
    assert t.seats_up == 12


def test_shares_that_add_to_more_than_a_hundred_stop_the_build() -> None:
    lines = [line("Labour", percent=80.0), line("Conservative", percent=40.0)]
    with pytest.raises(SourceError, match=r"shares add to 120\.0 percent"):
        totals("Testing", council(), "England", lines, {}, None, None)


def test_a_party_missing_from_a_table_of_shares_is_unknown_and_said_so() -> None:
    t = totals("Testing", council(), "England", [line("Labour", percent=50.0)], {}, None, None)
    assert t.shares == {"Lab": 50.0}
    assert "add to 50.0" in t.notes_after[0]


def test_labels_of_one_party_on_a_page_are_added_and_a_label_transcribed_twice_is_not() -> None:
    twice = [line("Labour", percent=30.0), line("Labour", percent=30.0), line("Labour Co-op", percent=5.0)]
    assert totals("Testing", council(), "England", twice, {}, None, None).shares == {"Lab": 35.0}


def test_blocs_put_every_smaller_party_together() -> None:
    assert blocs({"Lab": 3, "Grn": 1, "Ind": 2}) == {"Lab": 3, "Oth": 3}


def test_every_ruling_has_a_reason_and_names_each_decision_once() -> None:
    found = rulings()
    assert len({(r.council, r.ward, r.about) for r in found}) == len(found)
    assert all(r.why or r.about == "name" for r in found)


# Earlier elections of a council


def test_an_earlier_share_is_todays_less_its_change_where_the_page_says_since_when() -> None:
    lines = [
        line("Labour", percent=40.0, change=5.0, base="2008"),
        line("Conservative", percent=30.0, change=-10.0, base="2008"),
        line("Green", percent=4.0, change=4.0, base="2008"),
    ]
    (h,) = implied(lines)
    assert h.date == dt.date(2008, 5, 1)
    assert h.shares == {"Con": 40.0, "Lab": 35.0}
    assert h.basis == "all"


@pytest.mark.parametrize(("base", "note"), [("", ""), ("2011?", ""), ("2011", "base year inferred"), ("2014", "")])
def test_a_change_of_uncertain_year_implies_nothing(base: str, note: str) -> None:
    lines = [
        line("Labour", percent=40.0, change=5.0, base=base, note=note),
        line("Conservative", percent=30.0, change=-10.0, base=base, note=note),
    ]
    assert implied(lines) == []


def test_elections_after_2012_are_no_history_of_it() -> None:
    assert told([YearLine(2014, "Labour", 3, 1000, 40.0, "")]) == []


def test_seats_won_at_an_earlier_election_are_used_only_where_every_party_has_them() -> None:
    rows = [YearLine(2010, "Labour", 3, None, 40.0, ""), YearLine(2010, "Conservative", None, None, 50.0, "")]
    (h,) = told(rows)
    assert (h.won, h.seats) == ({}, None)
    assert h.shares == {"Con": 50.0, "Lab": 40.0}


# Wards


def test_votes_and_shares_that_agree_make_a_ward() -> None:
    (w,) = wards_listed(ward(("Labour", 600, 60.0, True), ("Conservative", 400, 40.0, False)))
    assert dict(w.votes) == {"Lab": (600.0,), "Con": (400.0,)}
    assert w.elected == {"Lab": 1}
    assert w.note == ""


def test_votes_and_shares_that_disagree_stop_the_build() -> None:
    with pytest.raises(SourceError, match=r"Testing, Central: votes and shares differ by 10\.0 points"):
        wards_listed(ward(("Labour", 600, 50.0, True), ("Conservative", 400, 30.0, False)))


def test_a_ward_of_which_only_the_winner_is_known_has_no_votes() -> None:
    (w,) = wards_listed(ward(("Labour", None, None, True)))
    assert dict(w.votes) == {}
    assert w.elected == {"Lab": 1}


def test_a_list_without_shares_is_used_and_marked_as_not_confirmed() -> None:
    (w,) = wards_listed(ward(("Labour", 600, None, True), ("Conservative", 400, None, False)))
    assert w.votes
    assert "not confirmed" in w.note


def test_votes_of_some_candidates_only_stop_the_build() -> None:
    with pytest.raises(SourceError, match="votes of some candidates only"):
        wards_listed(ward(("Labour", 600, None, True), ("Conservative", None, None, False)))


def test_a_ward_in_which_nobody_is_marked_stops_the_build() -> None:
    with pytest.raises(SourceError, match="nobody is marked as elected"):
        wards_listed(ward(("Labour", 600, None, False), ("Conservative", 400, None, False)))


def test_a_ballot_id_is_democracy_clubs() -> None:
    assert ballot_id("leeds", "Kirkstall") == "local.leeds.kirkstall.2012-05-03"


# The order of declaration


def clock(time: str, name: str, value: str = "10", kind: str = "council_declared") -> ClockRow:
    return ClockRow(time, kind, (name,), "Labour", value, "", "", "page", "")


def test_a_clock_time_belongs_to_the_night_or_the_day_after() -> None:
    assert moment("<=23:45") == dt.datetime(2012, 5, 3, 23, 45)
    assert moment("about 00:30") == dt.datetime(2012, 5, 4, 0, 30)
    assert moment("Friday afternoon") is None


def test_a_reported_result_has_its_time_and_every_other_is_imputed() -> None:
    kinds = {"A": ("SD", "England"), "B": ("MB", "England"), "C": ("SC", "Scotland"), "D": ("SD", "England")}
    times = [
        ExpectedTime("A", "", "01:00", 2008),
        ExpectedTime("B", "", "03:00", 2022),
        ExpectedTime("C", "", "13:00", 2022),
        ExpectedTime("D", "", "15:00", 2019),
    ]
    found = order(kinds, [clock("<=01:41", "A")], times)
    assert list(found) == ["A", "B", "C", "D"]
    assert found["A"].known
    assert found["A"].at == dt.datetime(2012, 5, 4, 1, 41)
    assert not any(found[c].known for c in "BCD")
    assert found["B"].at == dt.datetime(2012, 5, 4, 3)


def test_nobody_outside_the_round_up_is_imputed_before_it() -> None:
    found = order({"A": ("MB", "England")}, [], [ExpectedTime("A", "", "00:30", 2008)])
    assert found["A"].at == dt.datetime(2012, 5, 4, 1, 42)


def test_a_council_named_as_declared_is_not_imputed_after_that() -> None:
    rows = [clock("<=07:00", "A", value="")]
    found = order({"A": ("UA", "England")}, rows, [ExpectedTime("A", "", "08:00", 2008)])
    assert found["A"].at == dt.datetime(2012, 5, 4, 7)
    assert not found["A"].known


def test_a_page_of_2012_decides_who_counts_on_friday() -> None:
    times = [
        ExpectedTime("A", "friday", "Friday morning"),
        ExpectedTime("A", "", "02:00", 2008),
        ExpectedTime("B", "", "15:00", 2019),
    ]
    found = order({"A": ("MB", "England"), "B": ("SD", "England")}, [], times)
    assert found["A"].at >= dt.datetime(2012, 5, 4, 9)
    assert "a page of 2012 says" in found["A"].source


def test_the_counts_of_2021_say_nothing_of_2012() -> None:
    times = [ExpectedTime("A", "", "15:00", 2021), ExpectedTime("B", "", "02:00", 2022)]
    found = order({"A": ("MB", "England"), "B": ("MB", "England")}, [], times)
    assert found["A"].at == dt.datetime(2012, 5, 4, 2)


def test_the_clock_keeps_facts_and_not_the_pages_words() -> None:
    row = ClockRow(
        "<=01:41", "council_declared", ("Harlow",), "Labour", "20", "+5", "17", "http://www.bbc.com/x", "words"
    )
    (found,) = clock_rows([row], [], str.lower)
    assert found == ("2012-05-04T01:41:00", "1", "seats after", "harlow", "Lab", 20.0, "", "BBC News")


# Readers of the transcriptions


def test_a_cell_that_is_no_number_is_named_by_file_row_and_column(tmp_path: Path) -> None:
    (tmp_path / "ward_results.csv").write_text(
        "council,ward,party,votes,vote_pct,elected,source_url\nLeeds,Kirkstall,Labour,many,,1,x\n", encoding="utf-8"
    )
    with pytest.raises(SourceError, match=r"ward_results\.csv, row 2, column votes: 'many' is not a number"):
        read_wards(tmp_path)


def test_a_missing_column_and_a_missing_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"ward_results\.csv: is missing"):
        read_wards(tmp_path)
    (tmp_path / "council_results.csv").write_text("council,party\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"row 1: lacks the column seats_won_2012"):
        read_lines(tmp_path)


def test_the_month_of_a_general_election_is_two_months(tmp_path: Path) -> None:
    (tmp_path / "monthly_averages.csv").write_text(
        "Year,Month,Conservative,Labour,LD,UKIP,SDP,TIG,BXP,Green\n"
        "2010,May-10,35.8,28.1,27.0,,,,,\n,GE,36.9,29.7,23.6,,,,,\n,May-10,38.0,32.4,21.0,,,,,\n,Jun-10,40,33,18,,,,,\n",
        encoding="utf-8",
    )
    before, after, june = monthly_means(tmp_path, dt.date(2011, 5, 5), dt.date(2004, 1, 1))
    assert (before.start, before.end) == (dt.date(2010, 5, 1), dt.date(2010, 5, 5))
    assert (after.start, after.end) == (dt.date(2010, 5, 7), dt.date(2010, 5, 31))
    assert june.shares == {"Con": 40.0, "Lab": 33.0, "LD": 18.0}


# The real thing


@pytest.mark.shared
def test_building_again_gives_the_same_bytes(tmp_path: Path) -> None:
    build(Raw(SHARED), tmp_path)
    embedded = find("2012")
    built = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*.*")}
    assert built == {p.relative_to(embedded): p.read_bytes() for p in embedded.rglob("*.*")}


@pytest.mark.shared
def test_two_accounts_of_one_ward_agree_but_for_those_named() -> None:
    raw = Raw(SHARED)
    archived = {(slug, fold_ward(w.ward)): w for slug, wards in archives(raw).wards.items() for w in wards}
    slugs = {"Manchester": "manchester", "Newcastle upon Tyne": "newcastle-upon-tyne", "Burnley": "burnley"}
    slugs |= {"Blackburn with Darwen": "blackburn-with-darwen", "Chorley": "chorley", "Hyndburn": "hyndburn"}
    slugs |= {
        "Pendle": "pendle",
        "Preston": "preston",
        "Rossendale": "rossendale",
        "West Lancashire": "west-lancashire",
    }
    differ, same = set(), 0
    for w in wards_listed(read_wards(SHARED / "night-2012")):
        twin = archived.get((slugs.get(w.council, ""), fold_ward(w.ward)))
        if twin is None or not w.votes:
            continue
        assert w.elected == twin.elected, w
        if dict(w.votes) == dict(twin.votes):
            same += 1
        else:
            differ.add((w.council, w.ward))
    # Ewood: an Independent is missing from the page; Helmshore: 647 or 674.
    assert differ == {("Blackburn with Darwen", "Ewood"), ("Rossendale", "Helmshore")}
    assert same == 40


@pytest.mark.shared
def test_the_wards_of_2016_are_the_seats_of_2012_but_for_chance_vacancies() -> None:
    """Where seats won are known, the number derived for other councils would have been right or one or two short."""
    from seeds import load_election, load_outcome

    election, outcome = load_election("2012"), load_outcome("2012")
    off = [
        sum((outcome.councils[k].seats_won or {}).values()) - n
        for k, n in regular_seats(Raw(SHARED)).items()
        if k in election.councils and election.councils[k].cycle != "all" and outcome.councils[k].seats_won is not None
    ]
    assert len(off) == 53
    assert (off.count(0), off.count(1), off.count(2)) == (42, 9, 2)


def test_parties_come_in_the_tables_order() -> None:
    assert in_order(frozenset({"LD", "Lab", "Con"})) == ["Con", "Lab", "LD"]
