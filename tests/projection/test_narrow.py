"""However narrow the terminal, tables keep every figure, interval and column whole."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from models.types import Declared
from projection.engine import project_declared
from projection.narrow import Sheet, figure_tables, text_table
from projection.report import parties_tables
from projection.session import make_session
from seeds import load_election

SHEET = Sheet(
    "Seats",
    ("Party", "Ward votes %", "Seats", "Were up", "Change on May 2017", "Councils", "Result: seats", "Result: change"),
    (
        ("Lab", "40.3 (38.4–42.1)", "2,293 (2,107–2,470)", "2,289", "+4 (-182 to +181)", "76 (69–81)", "2,357", "+68"),
        ("Upminster and Cranham Residents", "0.1 (0.0–0.1)", "6 (2–6)", "", "", "", "6", ""),
    ),
    "and 88 more parties",
)
PARTS = [SHEET.part("Seats", range(1, 6)), SHEET.part("Beside the result", (2, 6, 4, 7))]


def printed(tables, width):
    out = io.StringIO()
    for table in tables:
        Console(file=out, width=width, highlight=False).print(table)
    return out.getvalue()


def words(text):
    return re.findall(r"\S+", text)


@pytest.mark.parametrize("width", [80, 90, 100, 120, 132, 200])
def test_no_figure_is_cut_and_no_column_lost(width):
    text = printed(figure_tables(SHEET, width, PARTS), width)
    assert max(map(len, text.splitlines())) <= width
    seen = words(text)
    for row in (SHEET.heads, *SHEET.rows):
        for cell in row:
            assert set(words(cell)) <= set(seen), cell
    assert "…" not in text


def test_one_table_if_it_fits_and_two_if_not_without_rows_that_say_nothing():
    assert len(figure_tables(SHEET, 132, PARTS)) == 1
    first, second = figure_tables(SHEET, 80, PARTS)
    assert (len(first.columns), len(second.columns)) == (6, 5)
    assert SHEET.part("Change", (4, 7)).rows == (("Lab", "+4 (-182 to +181)", "+68"),)


def test_where_nothing_else_fits_intervals_take_three_lines():
    text = printed(figure_tables(SHEET.part("Seats", range(1, 6)), 66), 66)
    assert {"(-182", "to", "+181)", "(2,107–2,470)"} <= set(words(text))


def test_a_table_of_words_breaks_between_words_and_puts_intervals_below_their_figures():
    header = ("What", "Lab net", "Projected national share, %", "Source")
    rows = [("seats afterwards", "+840 (+355 to +1,345)", "Lab 37.2 (29.2–45.4), Con 35.4 (29.8–41.3)", "a live blog")]
    for width in (60, 80):
        text = printed([text_table(header, rows, {1}, width)], width)
        assert max(map(len, text.splitlines())) <= width
        assert {"afterwards", "+840", "(29.2–45.4)", "(29.8–41.3)", "Projected"} <= set(words(text))
    assert "(+355 to +1,345)" in text


def test_who_runs_a_council_is_told_with_its_name_whole_and_a_line_for_each_party_s_seats():
    seats = "Lab 25 (11–36), Con 12 (3–23), LD 3 (0–6)"
    row = ("Newcastle-under-Lyme", "to come", "NOC", "Lab 62%  NOC 32%  Con 6%", seats)
    text = printed([text_table(("Council", "", "Before", "After", "Seats after"), [row], (), 80)], 80)
    assert {"Newcastle-under-Lyme", "(11–36)", "(3–23)"} <= set(words(text))
    assert all(x in text for x in ("Lab 25 (11–36)", "Con 12 (3–23)", "LD 3 (0–6)"))


def test_seats_of_a_council_share_a_line_where_there_is_room_and_break_between_two_parties():
    long = "Lab 32 (22–44), Con 28 (14–38), LD 0 (0–3), Kingston Independent Residents Group 0 (0–1)"
    rows = [
        ("Kingston upon Thames", "to come", "Con", "Con 41%  NOC 36%  LD 23%", long),
        ("Derby", "to come", "NOC", "Lab 63%  NOC 37%", "Lab 26 (23–28), Con 17 (15–19), LD 5 (4–6), Oth 2"),
    ]
    lines = printed([text_table(("Council", "", "Before", "After", "Seats after"), rows, (), 132)], 132).splitlines()
    assert any("Derby" in x and x.rstrip().endswith("Lab 26 (23–28), Con 17 (15–19), LD 5 (4–6), Oth 2") for x in lines)
    assert any("Con 41%  NOC 36%  LD 23%" in x for x in lines)
    assert any(x.strip() == "Kingston Independent Residents Group 0 (0–1)" for x in lines)


@pytest.mark.parametrize("width", [80, 120])
def test_the_result_stands_beside_the_projection_at_any_width(toy_pack, fake_model, width):
    election = load_election(toy_pack)
    p = project_declared(election, Declared({}), draws=20, session=make_session(election))
    text = printed(parties_tables(p, truth=p, width=width), width)
    assert words(text).count("Result:") == 2
    assert max(map(len, text.splitlines())) <= width
