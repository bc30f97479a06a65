"""Seats held over where nobody tells them: the seats before less those that are up, as far as anyone knows whose."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from collections import Counter

import numpy as np
import pytest
from rich.console import Console

from models.types import Declared
from projection.engine import project_declared
from projection.holdover import STAY, draw_held
from projection.layout import lay_out
from projection.night import replay
from projection.page import render
from projection.report import parties_table, were_up
from seeds import CouncilHistory, EarlierResult, load_election
from seeds.defended import seats_defended


def hidden(election, **councils):
    """The election with the seats held over hidden, and councils changed."""
    changed = {c: dataclasses.replace(x, held_over=None, **councils.get(c, {})) for c, x in election.councils.items()}
    return dataclasses.replace(election, councils=changed)


def held(election, slug, draws=400, seed=0):
    """Draws of a council's held-over seats by party."""
    layout = lay_out(election)
    c = layout.councils.index(slug)
    lines = np.flatnonzero(layout.council == c)
    up = election.councils[slug].seats_up
    out = draw_held(layout, c, lines, up, None, np.random.default_rng(seed), draws)
    return {layout.parties[layout.party[i]]: out[:, k] for k, i in enumerate(lines)}


@pytest.fixture(scope="module")
def night():
    """2018, in which most wards of councils by thirds know who won them in 2014."""
    return hidden(load_election("2018"))


@pytest.fixture(scope="module")
def thirds(night):
    known = load_election("2018").councils
    return [c for c, x in known.items() if x.held_over and x.seats_before and sum(x.held_over.values())]


def test_as_many_are_held_over_as_are_not_up_and_no_party_has_more_than_before(night, thirds):
    for slug in thirds[:30]:
        council, drawn = night.councils[slug], held(night, slug)
        stay = min(council.seats_total - council.seats_up, sum(council.seats_before.values()))
        assert (sum(drawn.values()) == stay).all(), slug
        for party, seats in drawn.items():
            assert (seats >= 0).all()
            assert (seats <= council.seats_before.get(party, 0)).all()


def test_winners_of_four_years_ago_tell_more_than_a_random_part_of_the_council(night, thirds):
    truth = load_election("2018").councils
    nothing = dataclasses.replace(
        night, defended=(), contests={b: dataclasses.replace(c, earlier=()) for b, c in night.contests.items()}
    )

    def miss(election):
        """Seats drawn for a party that it did not hold, mean over councils and draws."""
        out = []
        for slug in thirds:
            wrong = sum(abs(s.astype(int) - truth[slug].held_over.get(p, 0)) for p, s in held(election, slug).items())
            out.append(wrong.mean() / 2)
        return np.mean(out)

    assert miss(night) < 0.7 * miss(nothing)


def test_most_seats_are_still_their_winners_and_the_rest_is_drawn(toy_pack):
    election = load_election(toy_pack)
    alpha = election.councils["alpha"]
    assert alpha.seats_before is not None
    wards = election.contests_of("alpha")
    party, seats = max(alpha.seats_before.items(), key=lambda x: x[1])
    won = {b.ballot_id: EarlierResult(dt.date(2014, 5, 22), {party: (9.0,) * b.seats}, b.seats) for b in wards}
    contests = {
        b: dataclasses.replace(c, earlier=(won[b],) if b in won else c.earlier) for b, c in election.contests.items()
    }
    told = hidden(dataclasses.replace(election, contests=contests, defended=()))
    up = alpha.seats_up
    assert sum(seats_defended(told, told.councils["alpha"]).values()) == sum(c.seats for c in wards)
    drawn = held(told, "alpha", draws=4000)[party]
    known = min(sum(c.seats for c in wards), seats)
    others = (up - STAY * known) * (seats - STAY * known) / (sum(alpha.seats_before.values()) - STAY * known)
    assert drawn.mean() == pytest.approx(seats - STAY * known - others, abs=0.1)


def test_a_council_elected_whole_since_tells_nothing(night):
    slug, known = next((s, k) for s in night.councils if (k := ward_by_ward(night, s)).total() > 5)
    then = CouncilHistory(dt.date(2016, 5, 5), None, 3 * night.councils[slug].seats_up, {}, {}, {})
    since = hidden(night, **{slug: {"history": (*night.councils[slug].history, then)}})
    assert known
    assert not ward_by_ward(since, slug)


def test_the_seat_of_a_by_election_was_last_fought_who_knows_when(night):
    slug, known = next((s, k) for s in night.councils if (k := ward_by_ward(night, s)).total() > 5)
    contests = {b: dataclasses.replace(c, by_election=True) for b, c in night.contests.items()}
    assert known
    assert not ward_by_ward(dataclasses.replace(night, contests=contests), slug)


def ward_by_ward(election, slug) -> Counter[str]:
    return seats_defended(dataclasses.replace(election, defended=()), election.councils[slug])


def test_seats_that_were_up_are_marked_where_those_not_up_are_drawn(toy_pack, fake_model):
    election = load_election(toy_pack)
    known, drawn = (project_declared(x, Declared({}), draws=50, seed=2) for x in (election, hidden(election)))
    assert known.scope.before_drawn == ()
    assert set(drawn.scope.before_drawn) == {"Con", "Lab", "LD"}
    for p, mark in ((known, ""), (drawn, "~")):
        assert were_up(p, "Lab") == f"{mark}{p.before['Lab']}"
        table, page = io.StringIO(), render(p, replay([]), made=dt.datetime(2018, 5, 4, 3))
        Console(file=table, width=120).print(parties_table(p))
        for text in (" ".join(table.getvalue().split()), page):
            assert ("it moves as councils declare" in text) == bool(mark)
            assert (f"~{p.before['Lab']}" in text) == bool(mark)
