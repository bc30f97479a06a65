"""A backtest's report: forecasts that are right look right in it, those that are not do not, and nothing is hidden."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from itertools import pairwise
from math import erf

import numpy as np
import pandas as pd
import pytest

from projection.cli import main
from scenarios.charts import by_share, coverage_chart
from scenarios.coverage import LEVELS, called, coverage, histogram, wilson
from scenarios.figures import Sums, read_scores, subjects, sums
from scenarios.report import write_report
from scenarios.svg import HEIGHT, WIDTH, Chart, Series, draw, steps
from scenarios.units import COLUMNS, METHODS
from seeds import PNSightError

NIGHTS = ("2018", "2021", "2025")


def scores_file(path, *, spread=1.0, nights=NIGHTS, pns=True, orders=12):
    """Forecasts of seats whose errors have a spread of one, told with another; the ridge says no spread in 2018."""
    rows, rng = [], np.random.default_rng(3)
    for night in nights:
        for order, seed in (*(("random", k) for k in range(1, orders + 1)), ("smallest-first", 0)):
            for at, declared in ((5, 2), (50, 20)):
                for method in ("model", "ridge"):
                    for area in ("all", "alpha", "beta", "gamma"):
                        for party, truth in (("Con", 40), ("Lab", 50), ("LD", 20)):
                            size = 10.0 if at == 5 else 4.0
                            error = rng.normal() * size
                            told = size * spread
                            z = error / told
                            q = [truth + error + told * x for x in (-1.645, -0.674, 0, 0.674, 1.645)]
                            pit = 0.5 * (1 + erf(-z / 2**0.5))
                            blank = method == "ridge" and night == "2018"
                            spread_cells = [""] * 5 if blank else [f"{x:.4f}" for x in q]
                            rest = ["", ""] if blank else [f"{told:.3f}", f"{pit:.5f}"]
                            rows.append(
                                [
                                    night,
                                    order,
                                    seed,
                                    declared,
                                    method,
                                    "seats",
                                    area,
                                    party,
                                    truth,
                                    f"{truth + error:.4f}",
                                    *spread_cells,
                                    f"{abs(error):.4f}",
                                    at,
                                    40,
                                    *rest,
                                ]
                            )
                    for area in ("alpha", "beta"):
                        for party, truth, p in (("Lab", 1, 0.97), ("NOC", 0, 0.03)):
                            rows.append(
                                [
                                    night,
                                    order,
                                    seed,
                                    declared,
                                    method,
                                    "control",
                                    area,
                                    party,
                                    truth,
                                    p,
                                    *[""] * 5,
                                    (p - truth) ** 2,
                                    at,
                                    40,
                                    "",
                                    "",
                                ]
                            )
                if pns:
                    rows.append([night, order, seed, declared, "model", "pns", "all", "Lab", 38, 38.5,
                                 36, 37, 38.5, 39, 41, 0.4, at, 40, 1.5, 0.4])  # fmt: skip
    pd.DataFrame(rows, columns=list(COLUMNS)).to_csv(path, index=False)
    return path


@pytest.fixture
def right(tmp_path):
    return scores_file(tmp_path / "right.csv")


@pytest.fixture
def few(tmp_path):
    return scores_file(tmp_path / "few.csv", nights=NIGHTS[:2], orders=2)


class Balance(HTMLParser):
    """Whether every element that opens closes."""

    def __init__(self):
        super().__init__()
        self.open, self.hrefs, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.hrefs += [v for k, v in attrs if k in ("href", "src", "srcset")]
        if tag not in ("meta", "rect", "line", "circle", "polyline", "polygon"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def test_forecasts_that_are_right_cover_what_they_say_and_those_too_sure_do_not(right, tmp_path):
    for file, low, high in ((right, 0.86, 0.94), (scores_file(tmp_path / "sure.csv", spread=0.4), 0.3, 0.6)):
        part = subjects(read_scores(file))["councils"]
        found = coverage(part, "model")
        assert low < found[LEVELS.index(0.9)].value < high
        assert [f.value for f in found] == sorted(f.value for f in found)
        assert all(f.error > 0 and f.rows == 3 * 13 * 2 * 9 for f in found)
    # The truths of those too sure lie at the ends.
    bars = histogram(part, "model")
    assert bars.sum() == pytest.approx(1)
    assert min(bars[0], bars[-1]) > 2 * bars[1:-1].max()


def test_a_method_without_a_spread_has_no_coverage_and_one_night_no_standard_error(right):
    part = subjects(read_scores(right))["councils"]
    alone = part[part["election"] == "2018"]
    assert not coverage(alone, "ridge")[0].known
    assert coverage(alone, "model")[0].known
    assert np.isnan(coverage(alone, "model")[0].error)
    assert [s.name for s in coverage_chart(alone, ["model", "ridge"], "random").series] == ["model"]


def test_chances_are_put_in_classes_and_an_outcome_counts_once_however_often_it_was_asked(right):
    low, high = called(read_scores(right), "model")
    assert (low.said, low.came, low.outcomes, low.rows) == (pytest.approx(0.03), 0.0, 6, 3 * 13 * 2 * 2)
    assert (high.said, high.came, high.outcomes) == (pytest.approx(0.97), 1.0, 6)
    assert high.low == pytest.approx(wilson(1.0, 6)[0])
    assert 0.6 < high.low < 0.97 < high.high == 1.0


def test_an_interval_of_a_proportion_is_wilsons():
    assert wilson(0.5, 100) == pytest.approx((0.4189, 0.5811), abs=5e-4)
    assert wilson(0.0, 10)[0] == 0.0


def test_error_falls_as_councils_declare_and_the_chart_says_so_in_words_and_marks(right):
    table = Sums(sums(read_scores(right)))
    chart = by_share(table, list(NIGHTS), "totals", "error", "random")
    model = next(s for s in chart.series if s.name == "model")
    assert model.y[0] > model.y[1] > 0
    assert all(low < y < high for low, y, high in zip(model.low, model.y, model.high, strict=True))
    assert f"model: 5% {model.y[0]:.3g}, 50% {model.y[1]:.3g}." in chart.words
    assert by_share(table, list(NIGHTS), "shares", "error", "random") is None
    tree = ET.fromstring(draw(chart))
    tags = [e.tag.rpartition("}")[2] for e in tree.iter()]
    assert tags.count("polyline") == 2
    # Two marks a line and one in the legend.
    assert tags.count("circle") == tags.count("polygon") == 3


@pytest.mark.parametrize("top", [0.0, 0.013, 0.9, 1.0, 7.0, 123.0, 8400.0])
def test_an_axis_has_a_handful_of_round_marks_and_reaches_its_end(top):
    marks = steps(top)
    assert marks[0] == 0
    assert marks[-1] >= top
    assert 2 <= len(marks) <= 7
    assert len({round(b - a, 9) for a, b in pairwise(marks)}) == 1


def outline(mark):
    """Corners of a mark from its first one, wherever it is drawn."""
    corners = [tuple(map(float, c.split(","))) for c in mark.get("points", "").split()]
    return tuple((round(x - corners[0][0]), round(y - corners[0][1])) for x, y in corners)


def test_every_method_has_its_own_dash_and_mark_and_a_name_in_the_legend_inside_the_chart():
    series = [Series(m, [0, 1], [1 + k, 2 + k], style=k) for k, m in enumerate(METHODS)]
    tree = ET.fromstring(draw(Chart("t", "x", "y", [(0, "a"), (1, "b")], series)))
    space = {"s": "http://www.w3.org/2000/svg"}
    lines = [(e.get("stroke"), e.get("stroke-dasharray")) for e in tree.findall("s:polyline", space)]
    # Whoever sees no colour has the dash alone.
    assert len({dash for _, dash in lines}) == len(METHODS)
    marks = [e for e in tree.iter() if e.tag.endswith(("circle", "polygon"))]
    assert len({(*outline(e), e.get("fill") == "#fff") for e in marks}) == len(METHODS)
    names = {e.text: (float(e.get("x")), float(e.get("y"))) for e in tree.findall("s:text", space) if e.text in METHODS}
    assert set(names) == set(METHODS)
    assert all(x + 6.6 * len(name) < WIDTH and y < HEIGHT for name, (x, y) in names.items())


def test_what_is_not_known_is_left_out_of_a_chart():
    chart = Chart("<t>", "x", "y", [(0, "a"), (1, "b")], [Series("m", [0, 1], [float("nan"), 2.0], [], [])])
    text = draw(chart)
    assert "nan" not in text
    assert "&lt;t&gt;" in text


def test_the_report_is_pages_that_stand_alone_and_the_same_bytes_again(few, tmp_path):
    made = write_report(few, tmp_path / "a")
    write_report(few, tmp_path / "b")
    names = sorted(str(p.relative_to(tmp_path / "a")) for p in (tmp_path / "a").rglob("*") if p.is_file())
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert {p.name for p in made.pages} == {
        f"{stem}.{kind}" for stem in ("index", "night-2018", "night-2021") for kind in ("html", "md")
    }
    for page in made.pages:
        text = page.read_text(encoding="utf-8")
        if page.suffix == ".html":
            reader = Balance()
            reader.feed(text)
            assert reader.open == []
            assert all((tmp_path / "a" / h).is_file() for h in reader.hrefs)
            assert "<script" not in text
        else:
            linked = re.findall(r"\]\(([^)]+)\)", text)
            assert linked
            assert all((tmp_path / "a" / x).is_file() for x in linked)
    index = made.index.read_text(encoding="utf-8")
    assert index.count("<svg") == len(list((tmp_path / "a" / "charts").glob("index-*.svg")))


def test_the_report_says_what_is_missing_and_how_much_is_behind_it(tmp_path):
    write_report(scores_file(tmp_path / "s.csv", nights=NIGHTS[:2], pns=False, orders=7), tmp_path / "r")
    index = (tmp_path / "r" / "index.md").read_text(encoding="utf-8")
    night = (tmp_path / "r" / "night-2018.md").read_text(encoding="utf-8")
    assert "2018: the truth of shares of the vote and the projected national share is not known" in index
    assert "2018: no earlier night, and so no spread, for ridge." in index
    assert "2021: no earlier night" not in index
    assert "| 2021 | 7 | 1: smallest-first | 2 (5%), 20 (50%) of 40 | 3 |" in index
    assert "8 replays of it tell how the order of declaration matters" in night
    assert "| Lab | 50 |" in night
    assert "| random, seed 7 |" in night


def test_the_report_says_which_nights_its_bars_and_its_figures_are_of(tmp_path):
    write_report(scores_file(tmp_path / "s.csv", nights=("2016", "2018"), pns=False, orders=7), tmp_path / "r")
    index = (tmp_path / "r" / "index.md").read_text(encoding="utf-8")
    assert "errors below are of 2016, 2018 together. The bars are of 2018 alone" in index
    assert "**Bars, of 2018**" in index


def test_the_command_writes_the_report_of_scores_that_are_there(few, tmp_path, capsys):
    main(["backtest", "--summary", str(few), "--report", str(tmp_path / "r")])
    out = capsys.readouterr()
    assert "6 pages" in out.err
    assert (tmp_path / "r" / "index.html").is_file()
    (tmp_path / "file").write_text("")
    with pytest.raises(PNSightError, match="the report cannot be written there"):
        write_report(few, tmp_path / "file")
