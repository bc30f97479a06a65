"""Scores of the national share."""

import pytest

from scenarios.pns_scores import PnsRow, coverage, largest_two, mean_error


def row(party="Con", published=35.0, mean=36.0, p05=34.0, p95=38.0, election="2018"):
    return PnsRow(election, "random", 0, 25.0, 10, party, published, mean, p05, p95)


def test_an_interval_contains_a_rounded_figure_if_it_reaches_within_half_a_point():
    assert row(p05=35.5).contains
    assert not row(p05=35.6).contains
    assert row(published=38.4).contains
    assert not row(published=38.6).contains


def test_errors_are_ours_less_theirs_and_their_mean_is_of_sizes():
    rows = [row(mean=36.0), row(mean=33.0)]
    assert [r.error for r in rows] == [1.0, -2.0]
    assert mean_error(rows) == 1.5
    assert coverage([row(), row(p05=36.0)]) == 0.5


def test_the_largest_two_are_by_the_published_share_of_each_night():
    rows = [
        row("Con", 15),
        row("Lab", 20),
        row("Ref", 30),
        row("Lab", 35, election="2012"),
        row("LD", 16, election="2012"),
    ]
    assert [(r.election, r.party) for r in largest_two(rows)] == [
        ("2018", "Lab"),
        ("2018", "Ref"),
        ("2012", "Lab"),
        ("2012", "LD"),
    ]


def test_nothing_has_no_mean():
    assert mean_error([]) != mean_error([])
    assert coverage([]) != pytest.approx(0.0)
