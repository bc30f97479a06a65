"""Control where a table lumps parties together: several parties together have no majority."""

from __future__ import annotations

import datetime as dt

import pytest

from seeds.build.control import last_winners, settled
from seeds.types import CouncilHistory

HARTLEPOOL = {"Con": 2, "Lab": 14, "Oth": 17}


@pytest.mark.parametrize(
    ("winners", "control"),
    [
        ({"Lab": 5, "Ind": 3, "Putting Hartlepool First": 2}, "NOC"),
        ({"Lab": 5, "Ind": 3}, None),
        ({"Lab": 5, "UKIP": 4}, None),
        ({}, None),
    ],
)
def test_a_lump_of_several_parties_has_no_majority(winners: dict[str, int], control: str | None) -> None:
    got, why = settled("Oth", HARTLEPOOL, winners, 2018)
    assert got == control
    assert ("several parties', none" in why) == (control == "NOC")
    assert "the 17 seats of Oth" in why


def test_a_lump_that_is_nearly_one_partys_may_have_a_majority() -> None:
    seats = {"Con": 4, "Lab": 3, "Oth": 31}
    assert settled("Oth", seats, {"Residents": 30, "Ind": 1}, 2018)[0] is None
    assert settled("Oth", seats, {"Residents": 18, "Ind": 13}, 2018)[0] == "NOC"
    assert settled("Con", {"Con": 40, "Oth": 3}, {}, 2018) == ("Con", "")


def test_until_2016_the_table_has_ukip_in_the_lump() -> None:
    seats = {"Con": 20, "Oth": 21}
    assert settled("Oth", seats, {"Con": 7, "Canvey Island Independent Party": 2, "UKIP": 5}, 2014)[0] == "NOC"
    assert settled("Oth", seats, {"Con": 7, "Canvey Island Independent Party": 2, "UKIP": 5}, 2016)[0] is None


def test_seats_that_were_fought_again_since_are_not_counted() -> None:
    def day(year: int, seats: int, won: dict[str, int]) -> CouncilHistory:
        return CouncilHistory(dt.date(year, 5, 3), seats, seats, {}, {}, won)

    past = [day(2012, 30, {"Old": 30}), day(2014, 30, {"A": 30}), day(2016, 10, {"B": 10}), day(2017, 1, {"C": 1})]
    past += [day(2015, 10, {"D": 10}), day(2018, 10, {"E": 10})]
    assert last_winners(past, 30, dt.date(2019, 5, 2)) == {"E": 10, "B": 10, "D": 10}, "2017 had a by-election"
    assert last_winners(past[:2], 30, dt.date(2018, 5, 3)) == {"A": 30}
    assert not last_winners(past[:1], 30, dt.date(2018, 5, 3)), "six years ago"
