import dataclasses

import numpy as np

from models.covariates import COVARIATES
from models.design import build_design


def standing_again(election, party):
    """The night with that party's candidates all on their councils already."""
    contests = {
        b: dataclasses.replace(c, incumbents={party: 1} if party in c.standing else {})
        for b, c in election.contests.items()
    }
    return dataclasses.replace(election, contests=contests)


def test_a_councillor_who_stands_again_has_what_earlier_nights_gave_such_candidates(night, hyper):
    taught = dataclasses.replace(
        hyper, mean={"incumbent": {"LD": 0.3, "Con": 0.1}, "incumbent, no baseline": {"LD": 0.2}}
    )
    plain = build_design(night.election, taught).contests
    design = build_design(standing_again(night.election, "LD"), taught)
    again = design.contests
    ld = again.column == design.columns.index("LD")
    own = design.has_baseline[:, None]
    assert np.allclose((again.drift - plain.drift)[ld & own], 0.3)
    # A ward without a result of its own: the baseline does not have the councillor's votes in it.
    assert np.allclose((again.drift - plain.drift)[ld & ~own], 0.5)
    assert np.array_equal(again.drift[~ld], plain.drift[~ld])
    assert np.array_equal(again.mean, plain.mean)


def test_tonight_can_show_another_bonus_than_earlier_nights(night, hyper):
    design = build_design(standing_again(night.election, "Lab"), hyper)
    x = design.contests.covariates[:, :, COVARIATES.index("incumbent")]
    assert ((x == 1) == (design.contests.column == design.columns.index("Lab"))).all()
