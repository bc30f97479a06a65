import dataclasses
import datetime as dt

import numpy as np

from models.covariates import COVARIATES
from models.design import build_design
from seeds.types import EarlierResult


def baseline_of(night, hyper, change):
    """Mean and covariance of the first contest's slates after its earlier results were changed."""
    contests = dict(night.election.contests)
    ballot = next(iter(contests))
    contests[ballot] = change(contests[ballot])
    design = build_design(dataclasses.replace(night.election, contests=contests), hyper)
    return design.contests.mean[0], design.contests.cov[0], design


def earlier(date, **votes):
    return EarlierResult(date, {p: (float(v),) for p, v in votes.items()}, 1)


def landslide(contest, *years):
    return dataclasses.replace(
        contest,
        standing={"Con": 1, "Lab": 1},
        earlier=tuple(earlier(dt.date(y, 5, 5), Con=2800, Lab=200) for y in years),
    )


def lead(mean):
    return mean[0] - mean[1]


def contrast_var(cov):
    return cov[0, 0] + cov[1, 1] - 2 * cov[0, 1]


def test_a_very_good_result_is_partly_luck_and_two_say_more_than_one(night, hyper):
    once, _, _ = baseline_of(night, hyper, lambda c: landslide(c, 2014))
    twice, _, _ = baseline_of(night, hyper, lambda c: landslide(c, 2014, 2016))
    assert 0 < lead(once) < lead(twice) < np.log(2800 / 200) + 0.5


def test_a_ward_without_a_result_falls_back_on_its_council_and_is_less_sure(night, hyper):
    _, with_result, _ = baseline_of(night, hyper, lambda c: landslide(c, 2014))
    mean, without, design = baseline_of(night, hyper, lambda c: dataclasses.replace(landslide(c), earlier=()))
    assert contrast_var(without) > 2 * contrast_var(with_result)
    assert design.contests.covariates[0, 0, COVARIATES.index("no baseline")] == 1
    assert abs(lead(mean)) < 1.0


def test_a_recent_result_weighs_more_than_an_old_one(night, hyper):
    def two(first, second):
        return lambda c: dataclasses.replace(
            c,
            standing={"Con": 1, "Lab": 1},
            earlier=(
                earlier(dt.date(2012, 5, 5), Con=first, Lab=3000 - first),
                earlier(dt.date(2017, 5, 5), Con=second, Lab=3000 - second),
            ),
        )

    rising, _, _ = baseline_of(night, hyper, two(1000, 2000))
    falling, _, _ = baseline_of(night, hyper, two(2000, 1000))
    assert lead(rising) > lead(falling)


def test_who_else_stood_does_not_move_the_balance_of_the_two_that_did(night, hyper):
    def with_others(others):
        return lambda c: dataclasses.replace(
            c, standing={"Con": 1, "Lab": 1}, earlier=(earlier(dt.date(2014, 5, 5), Con=1500, Lab=1000, **others),)
        )

    alone, _, _ = baseline_of(night, hyper, with_others({}))
    crowded, _, _ = baseline_of(night, hyper, with_others({"Ind": 2500}))
    assert abs(lead(alone) - lead(crowded)) < 0.05


def test_sitting_councillors_count_only_where_no_votes_are_known(night, hyper):
    def sitting(party, *votes):
        held = EarlierResult(dt.date(2017, 6, 1), {party: (3.0,)}, 3, "seats")
        return lambda c: dataclasses.replace(c, standing={"Con": 1, "Lab": 1}, earlier=(*votes, held))

    con, _, _ = baseline_of(night, hyper, sitting("Con"))
    lab, _, _ = baseline_of(night, hyper, sitting("Lab"))
    # the council's other wards have no list, so "beyond its council" is measured against this ward alone: no signal
    assert lead(con) >= lead(lab)
    result = earlier(dt.date(2014, 5, 5), Con=1500, Lab=1000)
    a, _, _ = baseline_of(night, hyper, sitting("Con", result))
    b, _, _ = baseline_of(night, hyper, sitting("Lab", result))
    assert np.array_equal(a, b)


def test_parties_that_enter_and_leave_are_marked_with_what_they_leave(night, hyper):
    def moved(contest):
        return dataclasses.replace(
            contest,
            standing={"Con": 1, "Lab": 1, "LD": 1},
            earlier=(earlier(dt.date(2014, 5, 5), Con=500, Lab=300, Ind=200),),
        )

    _, _, design = baseline_of(night, hyper, moved)
    x = design.contests.covariates[0, 0]
    assert x[COVARIATES.index("LD enters")] == 1
    assert np.isclose(x[COVARIATES.index("Ind leaves")], 0.2, atol=0.01)
    assert x[COVARIATES.index("LD leaves")] == 0
    assert design.contests.covariates[0, 2, COVARIATES.index("enters")] == 1
