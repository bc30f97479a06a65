"""The projected national share, from the design to its lines."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from models.history import slots_of
from projection.engine import project_declared
from projection.pns import finish
from projection.pns_design import design_pns
from projection.pns_frame import MAIN, frame_of
from projection.pns_only import project_national
from projection.pns_report import _published
from projection.pns_sums import DETAIL, add_block, start_sums
from projection.session import make_session
from scenarios.replay import declared_by
from seeds import load_election, load_outcome

DRAWS = 800


@pytest.fixture(scope="module")
def night():
    election = load_election("2025")
    slots = slots_of(election)
    return election, slots, design_pns(election, slots)


def shares_with(design, slots, change):
    """Tonight's shares: every key ward's main parties moved by ``change`` points, the rest to the others."""
    out = np.where(slots.party >= 0, 0.0, np.nan)
    base = design.baselines[0]
    for i in np.flatnonzero(base.key):
        for k in range(3):
            out[i, design.slot[k, i]] = (base.then[i, k] + change[k]) / 100
    return out


def test_the_same_change_in_every_key_ward_is_added_to_the_baseline(night):
    election, slots, design = night
    national = finish(start_sums(design, shares_with(design, slots, (-20.0, -8.0, 3.0)), DRAWS), election, 0)
    alone = national.alone["2021"].lines
    assert [alone[p].mean for p in MAIN] == pytest.approx([36 - 20, 29 - 8, 17 + 3], abs=0.25)
    assert [s.mean for s in national.alone["2021"].mean_change.values()] == pytest.approx([-20, -8, 3], abs=1e-3)


def test_lines_add_to_a_hundred_in_every_draw_and_none_is_below_zero(night):
    election, slots, design = night
    national = finish(start_sums(design, shares_with(design, slots, (-33.0, -8.0, 3.0)), DRAWS), election, 0)
    assert national.draws.sum(axis=1) == pytest.approx(np.full(DRAWS, 100.0), abs=1e-3)
    assert (national.draws >= 0).all()
    assert national.parties == (*MAIN, "Grn", "Ref", "Oth")
    assert list(national.to_frame().columns) == ["mean", "p05", "p25", "p50", "p75", "p95"]
    assert national.draws_frame().shape == (DRAWS, 6)


def test_what_has_declared_and_what_is_drawn_give_the_same_sums(night):
    _, slots, design = night
    shares = np.nan_to_num(shares_with(design, slots, (-20.0, -8.0, 3.0))).astype(np.float32)
    told = start_sums(design, np.where(slots.party >= 0, shares, np.nan), 20)
    half = np.where(slots.party >= 0, shares, np.nan)
    half[::2] = np.nan
    drawn = start_sums(design, half, 20)
    for first in (0, 6, 13):
        size = {0: 6, 6: 7, 13: 7}[first]
        add_block(drawn, np.repeat(shares[None], size, axis=0), first)
    assert drawn.main == pytest.approx(told.main, abs=2e-3)
    assert drawn.detail.shape[1] == len(range(0, 20, DETAIL))
    assert drawn.detail == pytest.approx(told.detail, abs=2e-3)


def test_two_readings_of_a_baseline_both_stand_behind_the_line():
    election = load_election("2012")
    slots = slots_of(election)
    design = design_pns(election, slots)
    base = next(x for x in design.baselines if x.year == 2011)
    assert base.level("LD") == 15.5
    assert base.level("Con") == 35


def test_ukip_stands_inside_others_in_2012_but_its_mean_share_is_told():
    election = load_election("2012")
    design = design_pns(election, slots_of(election))
    assert "UKIP" not in design.parties
    assert design.tracked[-1] == "UKIP"


def test_all_others_together_is_an_option_and_so_is_standing_everywhere(night):
    election, slots, design = night
    assert design_pns(election, slots, "others").parties == MAIN
    everywhere = design_pns(election, slots, "everywhere")
    assert everywhere.parties == design.parties
    grn = design.parties.index("Grn")
    assert everywhere.weights[grn][:, 0].sum() == pytest.approx(100, rel=0.2)


def test_weights_of_a_change_add_to_one_and_lie_on_key_wards(night):
    _, _, design = night
    key = np.any([x.key for x in design.baselines], axis=0)
    for k in range(3):
        assert design.weights[k][:, 0].sum() == pytest.approx(100, rel=1e-3)
        assert not design.weights[k][~key, 0].any()


def test_without_a_baseline_there_is_a_reason_instead(night):
    election, slots, _ = night
    bare = replace(election, national=tuple(n for n in election.national if n.series != "PNS"))
    assert design_pns(bare, slots).startswith("no ward has an earlier result that counts: of the last 6.5 years, ")


def test_wards_that_are_too_few_for_a_baseline_are_not_called_none():
    election = load_election("2017")
    told = design_pns(election, slots_of(election))
    assert told.startswith("too few wards have an earlier result that counts: ")
    assert "; 2016 has 32 in " in told
    assert told.endswith(", and a baseline needs 100 in 5")


def test_the_house_has_all_its_seats_and_someone_or_no_one_has_the_majority(night):
    election, slots, design = night
    house = finish(start_sums(design, shares_with(design, slots, (-20.0, -8.0, 3.0)), DRAWS), election, 0).parliament
    assert house.general_election == 2024
    assert sum(s.mean for s in house.seats.values()) == pytest.approx(632)
    assert house.hung + sum(house.majority.values()) == pytest.approx(1.0)
    better = finish(start_sums(design, shares_with(design, slots, (-20.0, 6.0, 3.0)), DRAWS), election, 0).parliament
    assert better.seats["Lab"].mean > house.seats["Lab"].mean + 50


def test_the_same_seed_gives_the_same_draws(night):
    election, slots, design = night
    shares = shares_with(design, slots, (-20.0, -8.0, 3.0))
    one, again, other = (finish(start_sums(design, shares, 100), election, s).draws for s in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).any()


def test_the_share_alone_is_that_of_the_whole_projection_bit_for_bit(night):
    election, _, _ = night
    session, outcome = make_session(election), load_outcome("2025")
    declared = declared_by(election, outcome, ["kent", "wiltshire"])
    whole = project_declared(election, declared, seed=3, draws=300, session=session)
    alone = project_national(session, declared, seed=3, draws=300)
    assert (whole.national.draws == alone.draws).all()
    assert whole.pns == alone.lines
    told = whole.to_dict()
    assert told["pns"]["Ref"]["p05"] < told["pns"]["Ref"]["p50"] < told["pns"]["Ref"]["p95"]
    assert told["national"]["alone"]["2021"]["key_wards"] == 477
    assert told["turnout"]["p50"] == pytest.approx(34, abs=3)
    assert whole.to_frame("pns").loc["Lab", "p50"] == pytest.approx(whole.pns["Lab"].p50, abs=1e-5)


def test_a_council_where_nobody_or_everybody_has_a_degree_is_at_the_end_of_the_scale_and_no_error():
    councils = load_election("2018").frame
    odd = [replace(councils[0], degree=0.0), replace(councils[1], degree=100.0), *councils[2:]]
    character = frame_of(odd)[0].character
    assert np.isfinite(character).all()
    assert character[:, -1].argmin() == 0
    assert character[:, -1].argmax() == 1
    # Where none is known, none differs.
    assert not frame_of([replace(c, degree=None) for c in councils])[0].character[:, -1].any()


def test_the_published_share_of_the_others_says_whom_else_it_holds():
    lines = dict.fromkeys(("Con", "Lab", "LD", "Grn", "Oth"))
    national = SimpleNamespace(lines=lines)
    assert _published(national, {"Con": 36, "Lab": 29, "LD": 17, "Oth": 18}, "Oth") == "18 with Grn"
    assert _published(national, {"Con": 36, "Lab": 29, "LD": 17, "Oth": 18}, "Con") == "36"
    assert _published(national, {"Con": 36, "Lab": 29, "LD": 17, "Oth": 18}, "Grn") == ""
    every = {"Con": 30, "Lab": 30, "LD": 13, "Grn": 8, "UKIP": 17, "Oth": 2}
    assert _published(national, every, "Oth") == "2 without UKIP"
    assert _published(national, dict.fromkeys(lines, 20), "Oth") == "20"
