import dataclasses

import numpy as np
import pytest

from models.design import build_design
from models.late import LEAN, late_effect, late_size, told_councils
from models.swing import update
from models.types import Declared


@pytest.fixture
def wide(hyper):
    """A late effect so large that nothing else counts beside it."""
    huge = dict.fromkeys(hyper.column["council"], 4.0)
    spread = {**hyper.spread, "late": 1.0, "late, no baseline": 2.0}
    return dataclasses.replace(hyper, column={**hyper.column, "council": huge}, spread=spread)


def test_the_shared_effect_moves_wards_still_to_come_and_none_of_a_council_that_has_begun_to_declare(night, hyper):
    design = build_design(night.election, hyper)
    told = told_councils(design, np.flatnonzero(design.contests.council == 2), np.array([], dtype=np.int64))
    assert told.sum() == 1
    size = late_size(design, told)
    assert (size[design.contests.council == 2] == 0).all()
    others = design.contests.council != 2
    assert (size[others & design.has_baseline] == np.float32(hyper.spread["late"])).all()
    assert (size[others & ~design.has_baseline] == np.float32(hyper.spread["late, no baseline"])).all()


def test_the_shared_effect_is_as_large_as_what_one_council_does_by_itself(night, hyper):
    design = build_design(night.election, hyper)
    drawn = late_effect(design, 4000, seed=4)
    assert np.allclose(drawn.std(axis=0), np.sqrt(hyper.of("council", design.columns)), rtol=0.05)


def test_wards_of_different_councils_move_together_in_a_draw(night, wide):
    narrow = dataclasses.replace(wide, column={**wide.column, "council": dict.fromkeys(wide.column["council"], 0.001)})
    design = build_design(night.election, narrow)
    posterior = update(design, Declared({}), seed=3, draws=400)
    # The effect as the wide scales would have it, put on the draws of the narrow ones.
    moved = dataclasses.replace(posterior, late=late_effect(build_design(night.election, wide), 400, seed=3))
    rows = [int(np.flatnonzero(design.contests.council == c)[0]) for c in (0, 5)]
    before, after = (p.shares_of(np.array(rows))[:, :, 0].T for p in (posterior, moved))
    assert np.corrcoef(after)[0, 1] > np.corrcoef(before)[0, 1] + 0.2


def test_what_seats_did_on_earlier_nights_moves_the_seats_of_councils_to_come_and_no_share(night, hyper):
    plain, leaning = (
        update(build_design(night.election, dataclasses.replace(hyper, mean=mean)), Declared({}), seed=3, draws=200)
        for mean in ({}, {LEAN: {"LD": 0.5}})
    )
    contests = plain.design.contests
    assert all(np.array_equal(a, b) for a, b in zip(plain.blocks(100), leaning.blocks(100), strict=True))
    shares = next(plain.blocks(200))
    before, after = (p.candidates(shares, 0).copy() for p in (plain, leaning))
    slot = plain.candidate_slot
    ld = contests.column[np.arange(len(slot))[:, None], np.maximum(slot, 0)] == plain.design.columns.index("LD")
    stands = slot >= 0
    assert np.allclose(after[:, stands & ld], np.exp(0.5) * before[:, stands & ld], rtol=1e-3)
    assert np.array_equal(after[:, stands & ~ld], before[:, stands & ~ld])
