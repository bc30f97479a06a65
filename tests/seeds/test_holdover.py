"""Seats that are not up tonight: who holds them, and when that is not known."""

from __future__ import annotations

import datetime as dt

from seeds.build.composition import Composition, Councillor, as_composition, finer, listed_ward
from seeds.build.councils import cycle_of
from seeds.build.holdover import DERIVED, held_over
from seeds.readers.contest import Candidate, SourceContest

DAY = dt.date(2018, 5, 3)
UP, ROLLED, LATER = "2018-05-03", "2022-05-05", "2019-05-02"


def contest(ward: str, winner: str = "Lab", seats: int = 1) -> SourceContest:
    return SourceContest(
        council="wirral",
        key="WRL",
        ward=ward,
        date=DAY,
        seats=seats,
        candidates=tuple(Candidate(winner, 10, True) for _ in range(seats)),
        file="f.csv",
        rows=(1, 1),
    )


def councillors(*rows: tuple[str, str | None, str]) -> list[Councillor]:
    return [Councillor(listed_ward(ward), party, day) for ward, party, day in rows]


LISTED = councillors(
    *(("Bebington", "Lab", UP), ("Bebington", "Lab", LATER), ("Bebington", "Con", "2020-05-07")),
    *(("West-Kirby", "Con", ROLLED), ("West-Kirby", "LD", LATER), ("West-Kirby", "LD", "2020-05-07")),
)


def test_the_list_of_councillors_says_whose_seats_are_not_up() -> None:
    found = held_over([contest("Bebington"), contest("West Kirby")], DAY, 6, LISTED, None, False)
    assert found.seats == {"Con": 1, "Lab": 1, "LD": 2}
    assert found.how == "held over: councillors of 2017 whose seats were not up"


def test_a_vacancy_is_known_only_where_a_wards_others_are_of_one_party() -> None:
    one = held_over([contest("Bebington"), contest("West Kirby", seats=2)], DAY, 6, LISTED, None, False)
    assert one.seats == {"Con": 1, "Lab": 1, "LD": 1}
    two = held_over([contest("Bebington", seats=2), contest("West Kirby")], DAY, 6, LISTED, None, False)
    assert two.seats is None


def test_without_a_list_the_seats_after_less_those_won_are_taken_and_say_so() -> None:
    after = Composition(6, {"Con": 2, "Lab": 3, "LD": 1})
    found = held_over([contest("Bebington"), contest("West Kirby", "Con")], DAY, 6, [], after, False)
    assert (found.seats, found.how) == ({"Con": 1, "Lab": 2, "LD": 1}, DERIVED)


def test_a_difference_that_cannot_be_is_left_unknown() -> None:
    after = Composition(6, {"Con": 5, "LD": 1})
    found = held_over([contest("Bebington"), contest("West Kirby")], DAY, 6, [], after, False)
    assert found.seats is None


def test_the_two_ways_are_compared() -> None:
    won = [contest("Bebington"), contest("West Kirby", "Con")]
    agrees = held_over(won, DAY, 6, LISTED, Composition(6, {"Con": 2, "Lab": 2, "LD": 2}), False)
    differs = held_over(won, DAY, 6, LISTED, Composition(6, {"Con": 3, "Lab": 2, "LD": 1}), False)
    assert (agrees.agrees, differs.agrees) == (True, False)
    assert agrees.seats == differs.seats, "the list of before goes before what is derived from after"


def test_of_a_whole_council_nothing_is_held_over() -> None:
    assert held_over([contest("Bebington", seats=6)], DAY, 6, LISTED, None, True).seats == {}


def test_control_needs_more_than_half() -> None:
    assert Composition(10, {"Lab": 5, "Con": 5}).control == "NOC"
    assert Composition(11, {"Lab": 6, "Con": 5}).control == "Lab"


def test_local_parties_are_told_apart_only_where_list_and_composition_agree() -> None:
    known = councillors(("A", "Con", UP), ("B", "Morley Borough Independents", UP), ("C", None, UP))
    assert finer(Composition(3, {"Con": 1, "Oth": 2}), known) == {"Con": 1, "Morley Borough Independents": 1}
    assert finer(Composition(3, {"Con": 2, "Oth": 1}), known) is None


def test_compositions_before_2016_do_not_tell_greens_and_ukip() -> None:
    won = {"Con": 1, "Grn": 2, "UKIP": 3, "Ind": 1}
    assert as_composition(won, {}, 2014) == {"Con": 1, "Oth": 6}
    assert as_composition(won, {}, 2018) == {"Con": 1, "Grn": 2, "UKIP": 3, "Oth": 1}


def test_the_cycle_is_told_from_the_part_of_the_seats_that_are_up() -> None:
    assert [cycle_of(n, 60) for n in (60, 30, 21, 2)] == ["all", "halves", "thirds", None]
