import dataclasses

import numpy as np
import pytest

from models.covariates import COVARIATES
from models.design import build_design
from seeds.types import Census


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


def lived_in(election, wards, councils):
    """The night with the shares of degrees that these functions give of a contest's place, and of a council's name."""
    contests = {
        b: dataclasses.replace(c, census=None if (degree := wards(i)) is None else Census(degree, 3.6, 5.6, "ward"))
        for i, (b, c) in enumerate(election.contests.items())
    }
    places = {
        k: dataclasses.replace(c, census=None if (share := councils(k)) is None else Census(share, 3.6, 5.6, "council"))
        for k, c in election.councils.items()
    }
    return dataclasses.replace(election, contests=contests, councils=places)


def by_people(election, hyper, name):
    design = build_design(election, hyper)
    return design, design.contests.covariates[:, :, COVARIATES.index(name)]


def test_a_ward_like_the_country_or_of_which_nothing_is_known_has_nothing_of_its_own(night, hyper):
    for degree in (None, 27.2):
        election = lived_in(night.election, lambda i, d=degree: d, lambda k, d=degree: d)
        for name in ("degree", "degree, enters", "degree, unknown", "apprentice", "other, unknown"):
            assert np.abs(by_people(election, hyper, name)[1]).max() < 1e-9, name


def test_more_degrees_than_in_the_country_are_told_in_log_odds(night, hyper):
    election = lived_in(night.election, lambda i: 54.4 if i % 2 else None, lambda k: 27.2)
    design, degree = by_people(election, hyper, "degree")
    stands = design.contests.column >= 0
    expected = np.log(54.4 / 45.6) - np.log(27.2 / 72.8)
    assert degree[1::2][stands[1::2]] == pytest.approx(expected, abs=0.01)
    # The others have their council's figures.
    assert np.abs(degree[::2]).max() < 1e-9


def test_within_a_council_the_census_speaks_where_results_do_not(night, hyper):
    election = lived_in(night.election, lambda i: 40.0, lambda k: 27.2)
    design, unknown = by_people(election, hyper, "degree, unknown")
    stands = design.contests.column >= 0
    new = ~design.has_baseline
    assert unknown[new][stands[new]].min() > 0.95 * (np.log(40 / 60) - np.log(27.2 / 72.8))
    assert 0 < unknown[~new][stands[~new]].mean() < 0.3 * unknown[new][stands[new]].mean()


def test_a_council_known_by_totals_is_as_it_is_lived_in(night, hyper):
    name, council = next(iter(night.election.councils.items()))
    council = dataclasses.replace(council, detail="totals", census=Census(54.4, 3.6, 5.6, "council"))
    contests = {b: c for b, c in night.election.contests.items() if c.council != name}
    election = dataclasses.replace(
        night.election, contests=contests, councils={**night.election.councils, name: council}
    )
    rows = build_design(election, hyper).totals
    degree = rows.covariates[:, :, COVARIATES.index("degree")]
    assert degree[rows.column >= 0] == pytest.approx(np.log(54.4 / 45.6) - np.log(27.2 / 72.8), abs=0.01)
