"""Synthetic nights: drawn from the model or harsher, of any size, and read like any other pack."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from models.start import start
from projection.cli import main
from projection.counting import count_contest
from projection.engine import project_declared
from projection.session import make_session
from scenarios.order import declaring
from scenarios.replay import declared_by, differences
from scenarios.sizes import of_size
from scenarios.synthetic import HARSH, draw_night, harsh_of
from scenarios.synthetic_cli import write_night
from seeds import DeclarationError, load_election, load_outcome
from seeds.types import Defended
from tests.models.conftest import invent


@pytest.fixture(scope="module")
def ground():
    return invent(councils=10, wards=14).election


@pytest.fixture(scope="module")
def night(ground):
    return draw_night(ground, seed=4, hyper=start())


def log_odds(night, party):
    """Mean log share of a party against the rest, over the contests where it stands."""
    slots = night.design.slots
    share = night.shares[slots.party == slots.parties.index(party)]
    return float(np.log(share / (1 - share)).mean())


def test_the_same_seed_draws_the_same_night_and_another_another(ground, night):
    again, other = (draw_night(ground, seed=s, hyper=start()) for s in (4, 5))
    assert again.outcome == night.outcome
    assert other.outcome.contests != night.outcome.contests


def test_what_was_known_before_is_the_packs_own(ground, night):
    assert night.election.contests == ground.contests
    assert night.election.councils == ground.councils
    assert night.election.polls == ground.polls


def test_votes_are_whole_and_tell_the_true_shares(night):
    slots = night.design.slots
    for i, ballot in enumerate(slots.ballots):
        votes = night.outcome.contests[ballot].votes
        best = [max(votes[slots.parties[p]]) for p in slots.party[i] if p >= 0]
        assert all(v == int(v) for v in best)
        assert np.allclose(np.array(best) / sum(best), night.shares[i, : len(best)], atol=0.002)


def test_seats_are_those_that_the_votes_give_and_every_seat_up_is_won(night):
    for ballot, result in night.outcome.contests.items():
        contest = night.election.contests[ballot]
        assert sum(result.elected.values()) == contest.seats
        count = count_contest(result.votes, contest.seats, result.elected)
        assert dict(count.seats) == {p: n for p, n in result.elected.items() if n}
    for slug, council in night.outcome.councils.items():
        assert sum(council.seats_won.values()) == night.election.councils[slug].seats_up


def test_a_whole_night_declared_is_counted_to_its_own_seats(night):
    session = make_session(night.election, start())
    everything = declared_by(night.election, night.outcome, declaring(night.election, night.outcome))
    projection = project_declared(night.election, everything, session=session, draws=20)
    assert projection.declared.councils == 10
    assert differences(night.election, night.outcome, projection) == []


def test_a_collapse_a_shock_and_a_late_move_are_worse_than_the_model_and_only_where_they_say(ground, night):
    collapsed = draw_night(ground, seed=4, harsh=("collapse=Con",), hyper=start())
    assert log_odds(collapsed, "Con") < log_odds(night, "Con") - 0.5
    shocked = draw_night(ground, seed=4, harsh=("shock",), hyper=start())
    hit = np.abs(shocked.shift).max(axis=1) > 0
    councils = {c: hit[shocked.design.contests.council == c] for c in range(10)}
    assert sum(v.any() for v in councils.values()) == 3
    late = draw_night(ground, seed=4, harsh=("late",), hyper=start())
    moved = {night.design.councils[c] for c in late.design.contests.council[np.abs(late.shift).max(axis=1) > 0]}
    assert moved == set(late.outcome.order[5:])


def test_mistaken_baselines_are_another_wards_of_the_same_council_and_do_not_change_what_happens(ground, night):
    mistaken = draw_night(ground, seed=4, harsh=("baselines",), hyper=start())
    assert mistaken.outcome.contests == night.outcome.contests
    changed = [b for b, c in mistaken.election.contests.items() if c.earlier != ground.contests[b].earlier]
    assert 10 <= len(changed) <= 30
    for ballot in changed:
        council = ground.contests[ballot].council
        assert mistaken.election.contests[ballot].earlier in [c.earlier for c in ground.contests_of(council)]


def test_a_kind_of_harshness_that_there_is_not_is_refused_by_name():
    assert harsh_of("shock, collapse=UKIP") == ("shock", "collapse=UKIP")
    for wrong in ("storm", "shock=Lab", "collapse="):
        with pytest.raises(DeclarationError, match="none of"):
            harsh_of(wrong)


def test_a_party_that_stands_nowhere_cannot_collapse(ground):
    with pytest.raises(DeclarationError, match="UKIP stands in no contest"):
        draw_night(ground, harsh=("collapse=UKIP",), hyper=start())


@pytest.mark.parametrize("wards", [40, 140, 600])
def test_a_night_of_any_size_has_whole_councils_under_different_names(ground, wards):
    sized = of_size(ground, wards, seed=1)
    assert abs(len(sized.contests) - wards) <= 7
    assert {c.council for c in sized.contests.values()} == set(sized.councils)
    for slug, council in sized.councils.items():
        assert council.council == slug
        assert len(sized.contests_of(slug)) == 14
    names = [c.name for c in sized.councils.values()]
    assert len(set(names)) == len(names)


def test_councils_of_another_name_defend_the_seats_of_the_council_that_they_are_taken_from(ground):
    told = Defended("council-1", "may", 2017, {"Con": 14}, "known")
    sized = of_size(dataclasses.replace(ground, defended=(told,)), 300, seed=1)
    assert {d.council for d in sized.defended} == {c for c in sized.councils if c.split("-")[:2] == ["council", "1"]}


def test_a_pack_with_totals_is_written_and_read_back_as_it_was_drawn(toy_pack, tmp_path, monkeypatch):
    ground = load_election(toy_pack)
    night = draw_night(ground, seed=2, harsh=tuple(k for k in HARSH if k != "baselines"), hyper=start())
    write_night(night, tmp_path / "drawn", toy_pack, 2, ("shock",))
    election, outcome = load_election(tmp_path / "drawn"), load_outcome(tmp_path / "drawn")
    assert election.contests == night.election.contests
    assert election.councils == night.election.councils
    assert dict(outcome.contests) == dict(night.outcome.contests)
    assert outcome.order == night.outcome.order
    # gamma is known by totals: ten seats up, all won by someone.
    assert sum(outcome.councils["gamma"].seats_won.values()) == 10
    truth = json.loads((tmp_path / "drawn" / "outcome" / "truth.json").read_text())
    assert truth["effects"]["level"]["Con"] == pytest.approx(night.effects.beta[0, 0], abs=1e-6)


def test_the_command_writes_a_pack_that_replays(toy_pack, tmp_path, capsys):
    out = tmp_path / "drawn"
    main(["synthetic", str(toy_pack), "--out", str(out), "--seed", "3", "--harsh", "collapse", "--quiet"])
    assert "seed 3" in capsys.readouterr().out
    main(["replay", str(out), "--last", "--declared", "50%", "--draws", "50", "--quiet"])
    assert "a night that never was" in " ".join(capsys.readouterr().out.split())
    with pytest.raises(SystemExit) as leave:
        main(["synthetic", str(toy_pack), "--out", str(out), "--quiet"])
    assert leave.value.code == 2
    assert "is there already" in capsys.readouterr().err
