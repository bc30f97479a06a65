"""The projector: from an opened night to a page, with its cache, and what the model finds out of line."""

from __future__ import annotations

import json

import pytest

from models.start import start
from projection.desk import confirm, take
from projection.items import Item
from projection.night import replay
from projection.projector import Projector
from tests.command import run
from tests.projection.conftest import EAST, NORTH, SOUTH, csv


@pytest.fixture
def real_scales(monkeypatch):
    """The scales that fits start from, whatever is stored."""
    import projection.session as session

    design = session.build_design
    monkeypatch.setattr(session, "build_design", lambda election: design(election, start()))


def test_a_night_from_opening_to_page_on_the_command_line(capsys, toy_pack, tmp_path, real_scales):
    night, file, page, lines = (tmp_path / n for n in ("toy.night", "feed.csv", "index.html", "all.jsonl"))
    assert run(capsys, "open", toy_pack, "--as", night)[0] == 0
    file.write_bytes(csv(NORTH, SOUTH))
    draws = ("--draws", 60)
    code, out, err = run(
        capsys, "watch", night, file, "--once", "--every", 0.05, "--settle", 0, "--html", page, "--jsonl", lines, *draws
    )
    assert (code, err) == (0, "")
    assert "2 of 7 ward contests declared" in out
    told = [json.loads(line) for line in lines.read_text().splitlines()]
    assert told[-1]["declared"]["contests"] == 2
    assert "2 of 7 ward contests declared" in page.read_text()
    code, out, err = run(capsys, "show", night, "--json", *draws)
    assert (code, err) == (0, "")  # kept by the watch: nothing is sampled, so nothing is said
    shown = json.loads(out)
    assert shown == {k: v for k, v in told[-1].items() if k != "made"}
    run(capsys, "retract", night, NORTH)
    code, out, err = run(capsys, "show", night, "--quiet", "--ward", "north", *draws)
    assert "to come" in out
    code, out, err = run(capsys, "show", night, "--council", "alpha", "--as-of", "23:59", "--quiet", *draws)
    assert code == 0
    assert "Alpha (North West): 0 of 3 wards declared" in out or "to come" in out or "1 of 3" in out


def test_the_model_is_asked_about_what_is_out_of_line(night, election, real_scales, journal):
    projector = Projector(night, election, draws=2000)
    ok = Item("contest", NORTH, {"votes": {"Con": [700], "LD": [300], "Lab": [1200]}})
    odd = Item("contest", EAST, {"votes": {"Con": [3], "Lab": [1900]}})
    take(journal, election, [ok, odd], source="typed", author="me")
    flags = projector.check(journal, author="watch")
    assert [(f.key, f.refers) for f in flags] == [(EAST, 1)]
    assert "out of line with the model" in flags[0].flags[0][1]
    assert [d.guard for d in replay(journal.entries()).doubts] == ["model"]
    assert projector.check(journal, author="watch") == []
    projector.cache.path.unlink()  # thrown away: asked again, told once
    assert projector.check(journal, author="watch") == []


def test_the_model_is_asked_about_a_councils_totals_too(night, election, real_scales, journal):
    projector = Projector(night, election, draws=2000)
    projector.project(replay(journal.entries()))
    odd = Item("council", "gamma", {"won": {"Ind": 10}})
    ok = Item("council", "beta", {"won": {"Con": 3, "Lab": 2}})
    (beta, gamma) = take(journal, election, [ok, odd], source="typed", author="me").entries
    (flag,) = projector.check(journal, author="watch", strict=True)
    assert (flag.subject, flag.key, flag.refers, flag.held) == ("council", "gamma", gamma.id, True)
    assert "Ind 10 won where 0–0 was expected" in flag.flags[0][1]
    assert "gamma" not in replay(journal.entries()).declared().councils
    assert projector.check(journal, author="watch") == []
    # Asked by one who has no projection of before at hand, or of fewer draws, it is the same.
    projector.cache.path.unlink()
    again = Projector(night, election, draws=40)
    assert again.check(journal, author="watch") == []
    confirm(journal, [gamma.id], why="so it is", author="me")
    assert beta.id != gamma.id
    assert "gamma" in replay(journal.entries()).declared().councils


def test_a_cache_that_is_garbled_or_gone_costs_a_sampling_and_nothing_else(night, election, real_scales, journal):
    said = []
    projector = Projector(night, election, draws=40, say=said.append)
    state = replay(journal.entries())
    first = projector.project(state).to_dict()
    assert projector.project(state).to_dict() == first
    assert len([s for s in said if s.startswith("Sampling")]) == 1
    projector.cache.path.write_bytes(b"rubbish" * 1000)
    assert projector.project(state).to_dict() == first
    projector.project(state)
    assert len([s for s in said if s.startswith("Sampling")]) == 2
