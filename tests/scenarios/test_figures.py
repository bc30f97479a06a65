"""The summary's figures are what the rows say, and a bar is passed by its number alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scenarios.bars import bars
from scenarios.figures import Sums, read_scores, sums
from scenarios.summary import markdown, plain, sheets
from scenarios.units import COLUMNS
from seeds import PNSightError


def row(**values):
    blank = dict.fromkeys(COLUMNS, "")
    usual = {"election": "2018", "order": "random", "seed": 1, "declared": 8, "method": "model", "quantity": "seats"}
    usual |= {"area": "all", "party": "Lab", "at": 5, "of": 154}
    return blank | usual | values


def interval(mean, p05, p25, p75, p95, **more):
    return {"mean": mean, "p05": p05, "p25": p25, "p50": mean, "p75": p75, "p95": p95, "sd": 1, "pit": 0.5, **more}


@pytest.fixture
def table(tmp_path):
    def make(rows):
        file = tmp_path / "scores.csv"
        pd.DataFrame(rows, columns=list(COLUMNS)).to_csv(file, index=False)
        return Sums(sums(read_scores(file)))

    return make


def value(table, *args, **kw):
    return table.figure(*args, **kw).value


def night(election, method, error, crps, *, seed=1, order="random"):
    """Totals of five parties, of which the smallest is not one of the four largest."""
    truth = {"Lab": 1000, "Con": 800, "LD": 300, "Grn": 50, "UKIP": 3, "Ind": 400}
    return [
        row(election=election, method=method, party=p, truth=t, seed=seed, order=order, crps=crps,
            **interval(t + error, t + error - 20, t + error - 8, t + error + 8, t + error + 20))
        for p, t in truth.items()
    ]  # fmt: skip


def test_error_score_width_and_coverage_are_over_the_four_largest_parties(table):
    rows = night("2018", "model", 10, 6.0)
    rows[4]["mean"], rows[5]["mean"] = 500, 9000  # UKIP and the independents do not count here
    t = table(rows)
    where = ("model", "totals")
    assert value(t, *where, "error", ["2018"], "random", [5.0]) == 10
    assert value(t, *where, "crps", ["2018"], None, [5.0]) == 6
    assert value(t, *where, "width", ["2018"], "random", [5.0]) == 40
    assert value(t, *where, "in90", ["2018"], "random", [5.0]) == 1
    assert value(t, *where, "in50", ["2018"], "random", [5.0]) == 0
    assert t.figure(*where, "error", ["2018"], "random", [5.0]).rows == 4
    assert value(t, "model", "main totals", "error", ["2018"], "random", [5.0]) == 10
    assert not t.figure(*where, "error", ["2018"], "skewed", [5.0]).known


def test_coverage_is_told_with_and_without_what_is_certain(table):
    certain = {"area": "a", "party": "LD", "truth": 0} | interval(0, 0, 0, 0, 0) | {"sd": 0, "pit": 0.5}
    missed = {"area": "a", "party": "Lab", "truth": 9} | interval(3, 1, 2, 4, 5) | {"pit": 0.99}
    t = table([row(**certain, crps=0), row(**missed, crps=4), *night("2018", "model", 0, 1)])
    args = (["2018"], "random", [5.0])
    assert value(t, "model", "councils", "in90", *args) == 0.5
    assert value(t, "model", "open councils", "in90", *args) == 0
    assert value(t, "model", "open councils", "pit90", *args) == 0


def test_a_forecast_without_intervals_has_an_error_and_no_coverage(table):
    t = table([row(method="ridge", truth=1000, mean=990, crps=10)])
    args = (["2018"], "random", [5.0])
    assert value(t, "ridge", "totals", "error", *args) == 10
    assert not t.figure("ridge", "totals", "in90", *args).known
    assert "| 5% | ridge | 10.0 | 10.0 | 10.0 | – | – | – | 1 |" in markdown(t)


def control(area, party, truth, mean, **more):
    return row(quantity="control", area=area, party=party, truth=truth, mean=mean, crps=(mean - truth) ** 2, **more)


def test_brier_is_per_council_and_calls_are_counted(table):
    t = table([
        control("a", "Lab", 1, 0.96), control("a", "NOC", 0, 0.04),
        control("b", "Con", 0, 0.97), control("b", "NOC", 1, 0.03),
        control("c", "Con", 1, 0.5), control("c", "NOC", 0, 0.5),
    ])  # fmt: skip
    args = (["2018"], "random", [5.0])
    assert value(t, "model", "control", "brier", *args) == pytest.approx((2 * 0.04**2 + 2 * 0.97**2 + 2 * 0.25) / 3)
    called = t.figure("model", "control", "called", *args)
    assert (called.value, called.rows) == (0.5, 2)


def test_the_error_of_a_figure_is_over_whole_nights(table):
    one = table(night("2018", "model", 10, 6.0))
    assert np.isnan(one.figure("model", "totals", "error", ["2018"], None, [5.0]).error)
    rows = [r for seed in range(50) for r in night("2018", "model", 10, 6.0, seed=seed)]
    rows += night("2021", "model", 10, 6.0)
    same = table(rows).figure("model", "totals", "error", ["2018", "2021"], None, [5.0])
    assert same.error == pytest.approx(0)
    apart = table(night("2018", "model", 10, 6.0) + night("2021", "model", 30, 6.0))
    # Two nights: 10, 20, 20 or 30.
    assert apart.figure("model", "totals", "error", ["2018", "2021"], None, [5.0]).error == pytest.approx(
        50**0.5, rel=0.05
    )


def found(table, name):
    (bar,) = [b for b in bars(table) if b.name.startswith(name)]
    return bar


def test_a_bar_is_a_number_beside_what_is_needed(table):
    rows = night("2018", "model", 50, 20.0) + night("2018", "ridge", 70, 40.0) + night("2018", "uniform", 60, 22.0)
    t = table(rows)
    ridge = found(t, "absolute error as a part of ridge's, totals, 5%")
    assert (ridge.reached.value, ridge.needed, ridge.passed) == (pytest.approx(5 / 7), "at most 1", True)
    swing = found(t, "absolute error as a part of uniform's, totals, 5%")
    assert (swing.needed, swing.passed) == ("at most 0.6667", False)
    assert found(t, "CRPS as a part of ridge's").passed
    assert not found(t, "CRPS as a part of uniform's").passed
    quick = found(t, "seats missed per main party, 2018")
    assert (quick.reached.value, quick.needed, quick.passed) == (50, "at most 77.25", True)
    coverage = found(t, "coverage of 90%, four largest parties' totals, random orders, closed")
    assert (coverage.reached.value, coverage.needed, coverage.passed) == (0, "85 to 95", False)
    sheet = sheets(t)[0]
    assert sheet.title == "Bars, of 2018"
    assert {r[-1] for r in sheet.rows} == {"yes", "no"}
    assert plain(t)["bars"][0]["bar"] == sheet.rows[0][0]


def test_rivals_given_more_than_asked_have_the_same_bars_and_are_marked(table):
    rows = [r for m, error in (("model", 50), ("uniform", 90), ("uniform+", 60), ("proportional+", 90))
            for r in night("2018", m, error, error / 2)]  # fmt: skip
    t = table(rows + [dict(r, at=1) for r in rows])
    by_name = {b.name: b for b in bars(t)}
    for figure, at in (("absolute error", 5), ("CRPS", 5), ("absolute error", 1)):
        what = f"{figure} as a part of {{}}, totals, {at}% declared, all orders"
        asked, more = (
            by_name[what.format("uniform's")],
            by_name[what.format("uniform+'s (ours, not asked)")],
        )
        assert asked.needed == more.needed
        assert (asked.asked, more.asked) == (True, False)
        assert more.reached.value == pytest.approx(5 / 6)
    ours = [(b["bar"].split(" of ")[1].split("'")[0], b["passed"]) for b in plain(t)["bars"] if not b["asked"]]
    # At 1%, below is enough; at 5% two thirds of the error and four fifths of the CRPS are asked.
    assert ours == [
        ("uniform+", True),
        ("proportional+", True),
        *[("uniform+", False)] * 2,
        *[("proportional+", True)] * 2,
    ]


def test_nights_that_were_learned_from_have_no_bars(table):
    t = table(night("2016", "model", 50, 20.0) + night("2016", "ridge", 70, 40.0))
    assert bars(t) == []
    assert sheets(t)[0].title.startswith("2016")


def test_at_one_percent_the_model_must_be_below_every_rival(table):
    rows = [dict(r, at=1) for r in night("2018", "model", 50, 20.0) + night("2018", "ridge", 50, 40.0)]
    bar = found(table(rows), "absolute error as a part of ridge's, totals, 1%")
    assert (bar.needed, bar.passed) == ("below 1", False)


def test_a_file_that_is_no_scores_is_named(tmp_path):
    file = tmp_path / "x.csv"
    for text in ("a,b\n1,2\n", "", "\x00\x01"):
        file.write_text(text)
        with pytest.raises(PNSightError, match="is not a table of scores"):
            read_scores(file)
