"""Wards and their earlier results: the same ward is found, a redrawn one is not."""

from __future__ import annotations

import datetime as dt

import pytest

from seeds.matching import assign_codes, in_force, match
from seeds.readers.contest import Candidate, SourceContest

NOW, THEN, LONG_AGO = dt.date(2018, 5, 3), dt.date(2016, 5, 5), dt.date(2014, 5, 22)
OLD, OF_2015, OF_2018 = "E05001000", "E05009500", "E05011400"


def contest(ward: str, gss: str | None = None, day: dt.date = NOW, **more: object) -> SourceContest:
    fields: dict[str, object] = {
        **{"council": "leeds", "key": "LDS", "ward": ward, "date": day, "seats": 1, "file": "f.csv", "rows": (1, 2)},
        **{"candidates": (Candidate("Lab", 100, True), Candidate("Con", 50, False)), "gss": gss},
        **more,
    }
    return SourceContest(**fields)  # type: ignore[arg-type]


def reasons(now: list[SourceContest], then: list[SourceContest]) -> list[str]:
    found = match(now, then)
    assert not any(found.found)
    return [d.reason for d in found.dropped]


def test_a_ward_with_the_same_code_is_the_same() -> None:
    found = match([contest("Armley", OLD)], [contest("Armley", OLD, THEN)]).found
    assert [(e.date, how) for e, how in found[0]] == [(THEN, "gss")]


def test_the_same_name_with_another_code_is_another_ward() -> None:
    assert reasons([contest("Armley", OF_2018)], [contest("Armley", OLD, THEN)]) == ["other code"]


def test_a_file_without_codes_is_tested_by_the_age_of_the_wards_code() -> None:
    assert reasons([contest("Armley", OF_2015)], [contest("Armley", None, LONG_AGO)]) == ["redrawn since"]
    found = match([contest("Armley", OLD)], [contest("Armley", None, LONG_AGO)]).found
    assert [how for _, how in found[0]] == ["name"]


def test_a_code_that_does_not_tell_its_age_gives_no_match_by_name() -> None:
    division = contest("Abbey", "E58000050", council="kent", key="KEN")
    then = contest("Abbey", None, LONG_AGO, council="kent", key="KEN")
    assert reasons([division], [then]) == ["boundaries unknown"]


def test_a_renamed_ward_is_found_by_its_code() -> None:
    found = match([contest("Marple South and High Lane", OLD)], [contest("Marple South", OLD, THEN)])
    assert [e.ward for e, _ in found.found[0]] == ["Marple South"]
    assert len(found.renamed) == 1


def test_a_code_under_quite_another_name_is_not_believed() -> None:
    assert reasons([contest("St Thomas", OLD)], [contest("St James", OLD, THEN)]) == ["other name"]


def test_of_two_wards_with_one_code_each_keeps_its_own_result() -> None:
    now = [contest("Westlands", OLD), contest("Wolstanton", "E05001001")]
    then = [contest("Westlands", OLD, THEN), contest("Wolstanton", OLD, THEN)]
    found = match(now, then)
    assert [e.ward for e, _ in found.found[0]] == ["Westlands"]
    assert [d.reason for d in found.dropped] == ["other code"]


def test_an_electorate_that_doubled_is_not_of_the_same_ward() -> None:
    now, then = contest("Armley", OLD, electorate=20000), contest("Armley", OLD, THEN, electorate=10000)
    assert reasons([now], [then]) == ["other electorate"]
    near = contest("Armley", OLD, THEN, electorate=17000)
    assert match([now], [near]).found[0]


def test_names_that_changed_all_over_a_council_show_a_new_map() -> None:
    now = [contest(w) for w in ("Armley", "Burley", "Kirkstall", "Otley")]
    then = [contest(w, None, THEN) for w in ("Armley", "Hunslet", "Roundhay", "Wetherby")]
    assert reasons(now, then) == ["council redrawn"]


def test_another_number_of_seats_in_a_whole_election_shows_a_new_ward() -> None:
    now = [contest("Armley", None, seats=3), contest("Burley", None, seats=3)]
    then = [contest("Armley", None, THEN, seats=2), contest("Burley", None, THEN, seats=3)]
    found = match(now, then)
    assert [bool(f) for f in found.found] == [False, True]
    assert [d.reason for d in found.dropped] == ["other seats"]


def test_a_vacancy_filled_beside_the_ordinary_seat_is_the_same_ward() -> None:
    now = [contest("Armley", None, seats=2), *(contest(w) for w in ("Burley", "Otley", "Pudsey"))]
    assert match(now, [contest(c.ward, None, THEN) for c in now]).found[0]


def test_an_uncontested_ward_says_nothing_of_votes() -> None:
    silent = contest("Armley", OLD, THEN, candidates=(Candidate("Lab", 0, True),))
    assert reasons([contest("Armley", OLD)], [silent]) == ["no vote"]


def test_first_preferences_are_no_base_for_plurality() -> None:
    now = contest("North East", "S13002985", council="dundee-city", key="DND")
    then = contest("North East", "S13002985", THEN, council="dundee-city", key="DND")
    assert reasons([now], [then]) == ["stv"]


def test_nothing_of_the_night_itself_or_later_is_matched() -> None:
    later = [contest("Armley", OLD, NOW), contest("Armley", OLD, dt.date(2019, 5, 2))]
    assert match([contest("Armley", OLD)], later).found == [[]]


def test_a_result_that_its_publisher_matched_says_so() -> None:
    then = contest("Armley", None, LONG_AGO, file="burnley.json")
    assert match([contest("Armley", OLD)], [then], ["burnley.json"]).found[0][0][1] == "publisher"


def test_of_several_codes_of_a_name_the_youngest_that_existed_counts() -> None:
    later = [contest("Armley", code, NOW) for code in (OLD, OF_2015, OF_2018)]
    coded = assign_codes([contest("Armley", None, THEN)], later)
    assert (coded[0].gss, coded[0].coded) == (OF_2015, False)
    assert assign_codes([contest("Armley", None, LONG_AGO)], later)[0].gss == OLD


def test_the_counts_say_what_was_matched_and_dropped() -> None:
    now = [contest("Armley", OLD), contest("Burley", OF_2018)]
    counts = match(now, [contest("Armley", OLD, THEN), contest("Burley", OLD, THEN)]).counts()
    assert counts == {
        **{"contests": 2, "with an earlier result": 1, "results of 2016": 1, "dropped: other code": 1},
        "without, but redrawn wards have": 1,
    }


@pytest.mark.parametrize(
    ("code", "since"),
    [("E05001350", 2004), ("E05009318", 2014), ("E05010890", 2016), ("E05011382", 2018), ("E05013050", 2019)],
)
def test_codes_tell_since_when_their_wards_exist(code: str, since: int) -> None:
    found = in_force(code)
    assert found is not None
    assert found.year == since
    assert in_force("E58000050") is None
