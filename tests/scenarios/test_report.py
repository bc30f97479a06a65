"""A past night beside what was said during it: like is compared with like, and nothing is seen before its time."""

from __future__ import annotations

import json
import re

import pytest

from projection.cli import main
from scenarios.document import Grid, Heading, Items, Para, html, markdown
from scenarios.moments import later_councils
from scenarios.night_report import make_report
from seeds import PackError, load_election, load_outcome
from seeds.statements import load_statements

# Omega (Scotland, not projected) declares last; alpha: Con 4, Lab 4, Ind 1 after Lab 5, Con 4; beta: Con 3, Lab 2 after
# Con 5; gamma: Con 4, LD 6 after Con 6, LD 4; delta: Lab 8, LD 4 after Lab 7, LD 5.
CLOCK = """time,by,fact,scope,party,value,words,source
2018-05-04T01:10:00,1,seats after,beta,Con,3,,a page
2018-05-04T01:10:00,1,seats after,beta,Lab,1,,a page
2018-05-04T02:30:00,0,net seats,England,Con,-3,-3,a document
2018-05-04T02:30:00,0,forecast of final net seats,England,Lab,4,more than +4,a document
2018-05-04T02:30:00,0,councils gained so far,England,LD,,Gamma; among others,a document
2018-05-04T04:00:00,0,councils gained so far,England,LD,,Gamma; Alpha; among others,a document
2018-05-04T04:00:00,0,mayor elected,London,,,somebody,a document
,,net seats,GB,Lab,9,3 councils declared,a paper
,,net seats,GB,Lab,6,+6; final,a document
,,councils gained,England,LD,1,1; final,a document
,,net seats,Scotland,Lab,3,+3; final,a document
,,projected share,GB,Lab,35,35; final,a document
,,net seats,England,Lab,2,,a blog
"""


@pytest.fixture
def pack(toy_pack, fake_model):
    (toy_pack / "outcome" / "clock.csv").write_text(CLOCK)
    councils = toy_pack / "councils.csv"
    councils.write_text(councils.read_text().replace("later,60000,20,20,,", "later,60000,20,20,Lab=8; Con=12,"))
    results = toy_pack / "outcome" / "councils.csv"
    results.write_text(
        results.read_text() + "omega,Lab=12; Con=8,Lab=12; Con=8,Lab,,top,,2018-05-04T15:00,0,imputed from 2014,\n"
    )
    return toy_pack


def made(pack, draws=30):
    return make_report(load_election(pack), load_outcome(pack), load_statements(pack), draws=draws)


def lines(report):
    return {(c.title, x.what, x.scope, x.party): x for c in report.chapters for x in c.lines}


def test_a_running_tally_stands_beside_our_count_of_what_had_declared_by_then(pack):
    tally = lines(made(pack))["02:30 on 4 May", "net seats so far", "England", "Con"]
    # Beta and alpha only: 3 - 5 and 4 - 4.
    assert (tally.theirs, tally.like) == ("-3", "-2")
    assert tally.projected is not None
    assert tally.projected.p50 != tally.figure.p50


def test_a_forecast_stands_beside_our_projection_with_its_interval(pack):
    forecast = lines(made(pack))["02:30 on 4 May", "forecast of final net seats", "England", "Lab"]
    assert forecast.theirs == "more than +4"
    assert re.fullmatch(r"\S+ \(\S+ to \S+\)", forecast.like)
    assert forecast.figure is not None
    assert forecast.figure.p05 < forecast.figure.p95


def test_great_britain_has_scotland_in_it_once_it_has_declared_and_our_projection_never(pack):
    told = lines(made(pack))
    # Lab: alpha -1, beta +2, gamma 0; delta +1 and omega +4 only at the end.
    assert told["When 3 councils had declared (no time given)", "net seats so far", "GB", "Lab"].like == "+1"
    assert told["At the end", "net seats", "GB", "Lab"].like == f"{-1 + 2 + 1 + 4:+d}"
    assert told["At the end", "net seats", "Scotland", "Lab"].like == "+4"
    assert later_councils(load_election(pack), load_outcome(pack)) == ["omega"]


def test_a_moment_sees_nothing_of_what_declares_later(pack):
    before = {k: x for k, x in lines(made(pack)).items() if k[0] == "02:30 on 4 May"}
    file = pack / "outcome" / "councils.csv"
    file.write_text(file.read_text().replace("gamma,Con=4; LD=6,Con=4; LD=6", "gamma,Con=1; LD=9,Con=1; LD=9"))
    after = {k: x for k, x in lines(made(pack)).items() if k[0] == "02:30 on 4 May"}
    assert before == after


def test_councils_gained_are_compared_by_name_and_by_number(pack):
    told = lines(made(pack))
    named = told["04:00 on 4 May", "councils gained so far", "England", "LD"]
    assert named.like == "1 of these, 1 in all; not Alpha"
    assert told["At the end", "councils gained", "England", "LD"].figure.p50 == 1


def test_seats_that_a_page_gave_are_checked_against_our_own(pack):
    checked = lines(made(pack))["01:10 on 4 May", "seats afterwards", "councils", "Con, Lab, LD"]
    assert checked.theirs == "2 figures, 1 council"
    assert checked.like == "1 of these the same; Beta Lab 1, ours 2"


def test_what_cannot_be_compared_is_listed_and_what_the_pack_lacks_is_said(pack):
    report = made(pack)
    # No national share can be projected for so small a night, and no time is known for the blog.
    assert any("net seats, England, Lab: +2 (a blog)" in x for x in report.left)
    assert any("projected share" in x for x in report.left)
    words = " ".join(report.missing)
    assert "The time of declaration is known of 2 of 5 councils" in words
    assert "1 Scottish council" in words
    assert "ours less theirs is Lab +0" in words


def test_a_pack_without_statements_says_so_in_one_line_and_is_not_refused(capsys, toy_pack, fake_model):
    main(["report", str(toy_pack), "--draws", "20", "--quiet"])
    out = capsys.readouterr().out
    assert "holds no statements of the night" in out
    assert "ours, on before" in out


def test_the_report_is_the_same_for_the_same_seed_and_in_each_form(capsys, pack, tmp_path):
    args = ["report", str(pack), "--draws", "20", "--quiet"]
    for name in ("a", "b"):
        main([*args, "--markdown", str(tmp_path / f"{name}.md"), "--html", str(tmp_path / f"{name}.html")])
    assert (tmp_path / "a.md").read_bytes() == (tmp_path / "b.md").read_bytes()
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    assert capsys.readouterr().out == ""
    text = (tmp_path / "a.md").read_text()
    assert text.startswith("# Toy elections 2018: ours beside what was said\n")
    assert " --seed 0 --draws 20" in text
    main([*args, "--json"])
    told = json.loads(capsys.readouterr().out)
    assert [m["title"] for m in told["moments"]][-1] == "At the end"
    assert told["moments"][-1]["net"]["Lab"]["p50"] == -1 + 2 + 1


def test_a_report_that_cannot_be_written_is_told_without_a_traceback(capsys, pack, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit) as leave:
        main(["report", str(pack), "--draws", "5", "--quiet", "--html", str(tmp_path / "file" / "x.html")])
    assert leave.value.code == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_wrong_statement_is_named_by_its_row(pack):
    file = pack / "outcome" / "clock.csv"
    file.write_text(file.read_text() + "noon,0,net seats,GB,Lab,1,,x\n")
    with pytest.raises(PackError, match=r"clock.csv, row 15, column time"):
        load_statements(pack)


def test_every_timed_figure_of_2012_is_among_the_statements():
    said = {(f"{s.time:%H:%M}", s.fact, s.scope, s.party): s.value for s in load_statements("2012") if s.time}
    assert said["06:28", "net seats", "GB", "Lab"] == 500
    assert [said["07:00", "net seats", "England", p] for p in ("Lab", "Con", "LD")] == [450, -250, -130]
    assert [said["07:00", "net seats", "Wales", p] for p in ("Lab", "Con", "LD", "PC")] == [100, -30, -25, -12]
    assert [said["07:00", "projected share", "GB", p] for p in ("Lab", "Con", "LD", "Oth")] == [39, 31, 16, 14]
    assert said["07:00", "turnout projection", "England", ""] == 32
    assert [said["10:00", "net seats", "GB", p] for p in ("Con", "LD")] == [-300, -160]
    assert said["10:00", "forecast of final net seats", "GB", "Lab"] == 700
    assert said["13:22", "forecast of final net seats", "GB", "Lab"] == 700
    assert [said["13:22", "net seats", "GB", p] for p in ("Lab", "Con", "LD")] == [500, -288, -133]
    assert said["16:05", "net seats", "GB", "Lab"] == 700
    assert [said["18:00", "net seats", "GB", p] for p in ("Lab", "Con")] == [800, -400]
    final = {(s.fact, s.scope, s.party): s.value for s in load_statements("2012") if s.final}
    assert [final["net seats", "GB", p] for p in ("Lab", "Con", "LD")] == [823, -405, -336]


def test_a_document_reads_the_same_in_each_form():
    blocks = [
        Heading("A & B", 1),
        Para("x < y"),
        Items(["one", "two"]),
        Grid(("a", "b"), [("1|2", "3")], frozenset({1})),
    ]
    text = markdown(blocks)
    assert text == "# A & B\n\nx < y\n\n- one\n- two\n\n| a | b |\n| --- | ---: |\n| 1\\|2 | 3 |\n"
    page = html("A & B", blocks)
    assert "<h1>A &amp; B</h1>" in page
    assert "<p>x &lt; y</p>" in page
    assert '<td class="n">3</td>' in page
