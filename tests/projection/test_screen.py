"""A screen that never lies, and what it says has changed."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from projection.board import called, status
from projection.changes import changes
from projection.desk import take
from projection.items import Item
from projection.screen import screen
from seeds import ModelError
from tests.projection.conftest import CASTLE, NORTH, SOUTH, csv


def test_a_failed_projection_leaves_the_last_good_one_marked_with_its_age_and_the_reason(watching, made):
    from rich.console import Console

    def shown():
        out = Console(width=160, file=open("/dev/null", "w"), record=True)  # noqa: SIM115
        out.print(screen(watching, width=160, height=60))
        out.file.close()
        return out.export_text()

    watching.go(1)
    watching.fake.fail = ModelError("the variances have run away")
    watching.go(100, csv(NORTH))
    assert watching.projection is made
    assert "OLD PROJECTION, made 2 min ago: the latest failed" in shown()
    assert "the variances have run away" in shown()
    failures = sum("failed" in words for _, words in watching.changed)
    assert 2 <= failures <= 4  # tried again, less and less often
    watching.fake.fail = None
    watching.go(120)
    assert watching.failure == ""
    assert "OLD" not in shown()
    watching.fake.fail = ZeroDivisionError("a fault of ours")
    watching.go(5, csv(NORTH, SOUTH))
    assert "ZeroDivisionError: a fault of ours" in shown()


@pytest.mark.parametrize(("width", "height"), [(80, 40), (80, 44), (120, 40), (160, 60)])
def test_nothing_falls_off_the_bottom_of_a_narrow_screen_with_many_parties(watching, made, width, height):
    from rich.console import Console

    local = {
        f"Residents and Ratepayers of the Independent Parish {n}": replace(made.seats["LD"], mean=50.0)
        for n in range(12)
    }
    watching.fake.made = replace(made, seats={**made.seats, **local})
    watching.go(5, csv(NORTH))
    console = Console(width=width, file=io.StringIO())
    lines = console.render_lines(screen(watching, width=width, height=height))
    assert len(lines) < height
    assert "Trouble" in "".join(segment.text for line in lines for segment in line)


def test_a_source_in_trouble_is_told_beside_a_projection_that_is_up_to_date(watching):
    watching.go(5, csv(NORTH))
    assert "up to date. Fit: " in status(watching)
    watching.feed.failure = "answered 500"
    assert "up to date with what could be read; TROUBLE WITH 1 OF 1 SOURCES" in status(watching)


def test_councils_are_called_latest_first_and_only_once_they_have_declared(watching, journal, election, made):
    """Beta, then alpha: in the alphabet it is the other way round."""
    control = {
        "alpha": {"Con": 1.0},
        "beta": {"Lab": 1.0},
        "gamma": {"LD": 0.995, "Con": 0.005},
    }
    councils = {
        slug: replace(c, control=control.get(slug, {}), state="to come" if slug == "gamma" else "declared")
        for slug, c in made.councils.items()
    }
    watching.fake.made = replace(made, councils=councils)
    take(journal, election, [Item("contest", CASTLE, {"votes": {"Con": [9, 8, 7], "Lab": [6, 5], "LD": [4]}})],
         source="typed", author="me")  # fmt: skip
    take(journal, election, [Item("contest", NORTH, {"votes": {"Con": [800], "Lab": [1100], "LD": [350]}})],
         source="typed", author="me")  # fmt: skip
    watching.go(5)
    assert called(watching) == ["Con gain Alpha from Lab", "Lab gain Beta from Con"]


def test_what_changed_says_after_whose_results_the_country_first_then_each_council(made):
    def with_pns(p, lab):
        lines = {"Lab": replace(p.seats["Lab"], p50=lab)}
        return replace(p, national=replace(p.national, lines=lines))

    beta = replace(made.councils["beta"], state="declared", contests=2)
    after = replace(made, councils=dict(made.councils) | {"beta": beta})
    lines = changes(with_pns(made, 35.0), with_pns(after, 36.5))
    assert lines[0] == "PNS Lab 35.0 to 36.5 (+1.5), after Beta"
    assert lines[-1].startswith("Beta declared")


def test_a_change_of_less_than_half_a_seat_elsewhere_is_no_minus_nought(made):
    def won(p, lab):
        return replace(p, seats=dict(p.seats) | {"Lab": replace(p.seats["Lab"], mean=lab)})

    beta = made.councils["beta"]
    more = replace(beta, state="declared", won=dict(beta.won) | {"Lab": replace(beta.won["Lab"], mean=1.2)})
    less = replace(beta, won=dict(beta.won) | {"Lab": replace(beta.won["Lab"], mean=0.0)})
    old = replace(won(made, 10.0), councils=dict(made.councils) | {"beta": less})
    new = replace(won(made, 10.9), councils=dict(made.councils) | {"beta": more})
    assert "Lab seats 10 to 11 (+1): Beta +1, elsewhere +0" in changes(old, new)


def test_the_difference_told_is_that_of_the_figures_told(made):
    def at(pns, seats):
        con = replace(made.seats["Con"], mean=seats)
        national = replace(made.national, lines={"Con": replace(con, p50=pns)})
        return replace(made, seats=dict(made.seats) | {"Con": con}, national=national)

    lines = changes(at(35.56, 1479.6), at(35.54, 1323.4))
    assert "PNS Con 35.6 to 35.5 (-0.1)" in lines
    assert "Con seats 1,480 to 1,323 (-157): elsewhere -157" in lines
