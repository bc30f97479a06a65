"""Wards like tonight's, for wards without an earlier result of their own."""

from __future__ import annotations

import datetime as dt

import pytest

import seeds
from seeds.likeness import alike, similar
from seeds.matching import match
from tests.seeds.test_matching import LONG_AGO, NOW, OF_2018, OLD, THEN, contest


def test_a_redrawn_ward_of_the_same_name_is_like_it_and_not_it() -> None:
    found = match([contest("Armley", OF_2018)], [contest("Armley", OLD, THEN)])
    assert not found.found[0]
    assert [(e.date, how) for e, how in found.alike[0]] == [(THEN, "redrawn")]


def test_a_ward_with_a_result_of_its_own_borrows_none() -> None:
    found = match([contest("Armley", OLD)], [contest("Armley", OLD, THEN), contest("Armley", OF_2018, LONG_AGO)])
    assert found.found[0]
    assert not found.alike


def test_of_several_wards_that_share_a_word_the_most_similar_is_taken_each_year() -> None:
    then = [
        contest(w, OLD, d) for w in ("Headingley", "Hyde Park and Woodhouse", "Kirkstall") for d in (THEN, LONG_AGO)
    ]
    found = alike([contest("Headingley and Hyde Park", OF_2018)], then, [0])
    assert [(e.ward, e.date, how) for e, how in found[0]] == [
        ("Hyde Park and Woodhouse", LONG_AGO, "alike"),
        ("Hyde Park and Woodhouse", THEN, "alike"),
    ]


@pytest.mark.parametrize(
    ("a", "b"), [("Tulse Hill", "Herne Hill"), ("St John", "St Mary"), ("North Town", "South Town")]
)
def test_words_that_every_town_has_make_no_likeness(a: str, b: str) -> None:
    assert similar(a, b) == 0


def test_nothing_of_the_night_itself_or_later_and_no_by_election_is_borrowed() -> None:
    later = NOW + dt.timedelta(days=300)
    then = [contest("Armley", OLD, NOW), contest("Armley", OLD, later), contest("Armley", OLD, THEN, by_election=True)]
    assert not alike([contest("Armley", OF_2018)], then, [0])


def test_a_council_that_took_over_a_county_looks_at_its_divisions() -> None:
    now = contest("Beaconsfield", "E05013120", dt.date(2021, 5, 6), council="buckinghamshire", key="BUC")
    then = contest("Beaconsfield", "E58000001", dt.date(2017, 5, 4), council="buckinghamshire", key="BKM")
    assert [how for _, how in alike([now], [then], [0])[0]] == ["redrawn"]


@pytest.mark.parametrize(("key", "slug"), [("CBD", "cumberland"), ("WAF", "westmorland-and-furness")])
def test_a_council_that_is_elected_before_it_takes_over_looks_at_the_countys_divisions_too(key: str, slug: str) -> None:
    now = contest("Belah", "E05014172", dt.date(2022, 5, 5), council=slug, key=key)
    then = contest("Belah", "E58000167", dt.date(2017, 5, 4), council="cumbria", key="CMA")
    assert [how for _, how in alike([now], [then], [0])[0]] == ["redrawn"]


@pytest.mark.parametrize("pack", ["2016", "2017", "2018", "2019", "2021", "2025"])
def test_packs_borrow_only_for_wards_without_votes_of_their_own_and_only_from_before(pack: str) -> None:
    election = seeds.load_election(pack)
    borrowing = [c for c in election.contests.values() if c.alike]
    assert borrowing
    for c in borrowing:
        assert not any(e.unit != "seats" for e in c.earlier)
        assert all(e.date < election.date and e.votes for e in c.alike)
        assert {e.matched_by for e in c.alike} <= {"redrawn", "alike"}
