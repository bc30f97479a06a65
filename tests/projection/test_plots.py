"""Pictures: figures are returned, hold what they are asked for, and nothing is shown."""

from __future__ import annotations

import pytest

import projection as pns
from models.types import Declared
from seeds import PNSightError, load_election, load_outcome

pytest.importorskip("matplotlib")
plots = pytest.importorskip("projection.plots")
NORTH, EAST = "local.alpha.north.2018-05-03", "local.alpha.east.2018-05-03"


@pytest.fixture
def night(toy_pack):
    election, outcome = load_election(toy_pack), load_outcome(toy_pack)
    declared = Declared({NORTH: outcome.contests[NORTH].votes})
    result = {b: r.votes for b, r in outcome.contests.items()}
    return election, pns.posterior(election, draws=100), pns.posterior(election, declared, draws=100), result


def words(figure):
    return [t.get_text() for a in figure.axes for t in (a.title, a._left_title, a.yaxis.label, *a.get_yticklabels())]


def test_a_ward_has_a_panel_for_each_party_that_stands(night):
    election, prior, posterior, result = night
    figure = plots.ward_plot(election, prior, posterior, EAST, result[EAST])
    assert {"Con", "Lab"} <= set(words(figure))
    assert len(figure.axes) == 2
    assert "1 of" in words(figure)[1]


def test_a_declared_ward_says_what_was_declared(night):
    election, prior, posterior, _ = night
    figure = plots.ward_plot(election, prior, posterior, NORTH)
    assert any("48.9% declared" in t.get_text() for a in figure.axes for t in a.texts)


def test_a_council_has_a_row_for_each_ward_and_marks_what_has_declared(night):
    election, prior, posterior, result = night
    figure = plots.council_plot(election, prior, posterior, "alpha", result)
    assert {"North", "South", "East", "Con", "Lab"} <= set(words(figure))
    markers = [line.get_marker() for line in figure.axes[0].lines if len(line.get_xdata())]
    assert "D" in markers
    assert "o" in markers


def test_every_ward_of_the_night_is_in_the_picture_of_the_night(night):
    _, prior, posterior, _ = night
    figure = plots.night_plot(prior, posterior, ("Con", "Lab"))
    stand = (posterior.to_frame()["party"] == "Lab").sum()
    points = [line for line in figure.axes[1].lines if line.get_marker() in (".", "x")]
    assert sum(len(line.get_xdata()) for line in points) == stand


def test_a_picture_is_displayed_without_pyplot(night):
    _, prior, posterior, _ = night
    assert plots.night_plot(prior, posterior, ("Con",))._repr_png_().startswith(b"\x89PNG")


def test_an_unknown_ward_or_council_is_named(night):
    election, prior, posterior, _ = night
    with pytest.raises(PNSightError, match="nowhere"):
        plots.ward_plot(election, prior, posterior, "nowhere")
    with pytest.raises(PNSightError, match="omega"):
        plots.council_plot(election, prior, posterior, "omega")
