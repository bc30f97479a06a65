"""Where a watched night goes besides the screen: pages and lines of JSON."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

from projection.bases import NetChange
from projection.board import troubles
from projection.night import replay
from projection.outlets import Beat, append_line, write_night_page
from projection.page import render, write_page
from projection.report import PARTY_ROWS
from seeds.expected import Expected
from tests.projection.conftest import NORTH, csv


def test_the_page_says_what_the_screen_says(watching, tmp_path):
    watching.go(5, csv(NORTH))
    watching.feed.failure = "answered 500 <b>"
    page = tmp_path / "index.html"
    told = {"gamma": Expected("gamma", dt.datetime(2018, 5, 4, 2), "night", 2018, "")}
    write_night_page(watching, page, told)
    text = page.read_text(encoding="utf-8")
    for words in (
        "Fit: ",
        "TROUBLE WITH 1 OF 1",
        "02:00 Gamma",
        "answered 500 &lt;b&gt;",
        "Were up",
        "No overall control",
    ):
        assert words in text


def test_change_is_shown_on_the_basis_asked_for_and_written_as_ever(watching, made, tmp_path):
    may = NetChange("may", made.net, made.before, None, 1, {"1999": 1}, ())
    watching.fake.made = replace(made, nets={"may": may})
    watching.settings = replace(watching.settings, net="may")
    watching.go(5, csv(NORTH))
    page, lines = tmp_path / "index.html", tmp_path / "night.jsonl"
    write_night_page(watching, page, {})
    append_line(watching, lines)
    assert may.label in page.read_text(encoding="utf-8")
    assert json.loads(lines.read_text())["scope"]["net_label"] == made.scope.net_label
    # A night of which no council in scope has the basis says what it shows instead.
    watching.settings = replace(watching.settings, net="last")
    assert watching.view is watching.projection


def test_a_line_cut_off_by_a_kill_does_not_take_the_next_one_with_it(watching, tmp_path):
    file = tmp_path / "all.jsonl"
    file.write_bytes(b'{"made": "2018-05-04T01:00')
    watching.go(2)
    append_line(watching, file)
    append_line(watching, file)
    half, *whole = file.read_text(encoding="utf-8").splitlines()
    assert half == '{"made": "2018-05-04T01:00'
    assert [json.loads(x)["declared"]["councils"] for x in whole] == [0, 0]


def test_the_page_is_one_file_whole_and_harmless(tmp_path, made, journal):
    file = tmp_path / "out" / "index.html"
    state = replay(journal.entries())
    text = render(
        made, state, made=dt.datetime(2018, 5, 4, 3, 15), warning="<script>alert(1)</script>", changed=["a & b"]
    )
    write_page(file, text)
    assert file.read_text(encoding="utf-8") == text
    assert [p.name for p in file.parent.iterdir()] == ["index.html"]
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "a &amp; b" in text
    assert "http://" not in text
    assert "https://" not in text
    assert "03:15:00 on 4 May 2018" in text


def test_a_page_of_a_pack_that_tells_every_party_apart_folds_those_with_little_at_stake(made, journal):
    local = {f"Local {n}": replace(made.seats["LD"], mean=n / 100) for n in range(40)}
    text = render(
        replace(made, seats={**made.seats, **local}), replay(journal.entries()), made=dt.datetime(2018, 5, 4, 3, 15)
    )
    open_rows, folded = text.split("<details>", 1)[0], text.split("<summary>Parties with less at stake", 1)[1]
    assert "Lab</td>" in open_rows
    assert 0 < open_rows.count("Local ") < PARTY_ROWS
    assert open_rows.count("Local ") + folded.count("<td>Local ") == 40


def test_a_page_has_no_column_for_a_national_share_that_there_is_not(made, journal, monkeypatch):
    state, when = replay(journal.entries()), dt.datetime(2018, 5, 4, 3, 15)
    assert not made.pns, "the toy pack has no frame"
    without = render(made, state, made=when)
    monkeypatch.setattr(type(made), "pns", property(lambda p: {"Lab": p.shares["Lab"]}))
    shown = render(made, state, made=when)
    assert ("PNS %" in without, "PNS %" in shown) == (False, True)
    for text in (without, shown):
        head, body = text.split("<tbody>", 1)
        first = body.split("</tr>", 1)[0]
        assert head.rsplit("<thead>", 1)[1].count("<th ") == first.count("<td>")


def test_what_cannot_be_written_is_told_once_until_it_can_be(watching, tmp_path):
    page = tmp_path / "file" / "index.html"
    (tmp_path / "file").write_text("in the way")
    beat = Beat(watching, page, {})
    watching.listeners.append(beat.write)
    watching.go(1)
    for _ in range(3):
        watching.attempt(beat.write)
    assert sum("cannot be written" in words for _, words in watching.changed) == 1
    assert any("cannot be written" in line for line in troubles(watching))
    (tmp_path / "file").unlink()
    watching.attempt(beat.write)
    assert troubles(watching) == []
    assert page.is_file()
