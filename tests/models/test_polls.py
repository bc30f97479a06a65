"""Tonight's level before anything has declared: earlier years, and what polls moved by since."""

import dataclasses

import numpy as np
import pytest

from models import polls
from models.baseline import predict
from models.design import build_design, prepare
from models.hyper import load_hyper
from models.polls import in_common, level_prior
from seeds import load_election


def test_years_that_differ_by_a_constant_alone_say_the_same():
    level = np.array([[0.4, 0.1, -0.9], [0.4, 0.1, -0.9]]) + np.array([[0.0], [0.7]])
    found = in_common(level, np.ones((2, 3)))
    assert found - found[0] == pytest.approx([0.0, -0.3, -1.3])


def test_a_party_that_is_known_of_late_alone_is_set_beside_the_others_of_that_year():
    # UKIP stood in the second year only, whose levels are all higher: who else stood is a constant of the year.
    level = np.array([[0.0, -0.2, 0.0], [0.9, 0.7, 0.5]])
    weight = np.array([[5.0, 5.0, 0.0], [1.0, 1.0, 1.0]])
    found = in_common(level, weight)
    assert found - found[0] == pytest.approx([0.0, -0.2, -0.4])


def test_a_handful_of_councils_hardly_speaks_for_the_country(monkeypatch):
    # Before 2016, 136 councils told of 2014 and eight of the day of the general election of 2015.
    election = load_election("2016")
    ground, hyper = prepare(election), load_hyper(election)
    past = ground.past
    known = np.isfinite(past.council_log_share).sum(axis=0)
    con, ld = past.columns.index("Con"), past.columns.index("LD")
    years = [d.year for d in past.dates]
    assert known[years.index(2015), con] < polls.FEW / 4 < 2 * polls.FEW < known[years.index(2014), con]
    groups = np.zeros(past.council_log_share.shape[0], dtype=np.int64)
    ages = np.array([(election.date - d).days / 365.25 for d in past.dates])
    level = predict(past, ground.slots.councils, groups, ages, hyper.baseline(past.columns)).level

    def from_2014():
        mean, _ = level_prior(election, past, level, hyper)
        then = level[years.index(2014)]
        return abs(mean[con] - mean[ld] - (then[con] - then[ld]))

    weighed = from_2014()
    monkeypatch.setattr(polls, "FEW", 1.0)
    assert weighed < 0.8 * from_2014()


def test_without_any_past_every_party_starts_from_its_polls(night, hyper):
    councils = {k: dataclasses.replace(c, history=()) for k, c in night.election.councils.items()}
    contests = {b: dataclasses.replace(c, earlier=()) for b, c in night.election.contests.items()}
    design = build_design(dataclasses.replace(night.election, councils=councils, contests=contests), hyper)
    level = dict(zip(design.columns, design.level_mean, strict=True))
    # 38% and 32% in the polls; of independents nobody asks.
    assert level["Lab"] - level["Con"] == pytest.approx(np.log(38 / 32))
    assert (design.level_sd >= polls.NEW_PARTY_SD).all()


def pioneers(night, party, every, poll):
    """The night with a party that stands everywhere, had a tenth of each so-manieth ward before, and polls so much."""
    contests = {}
    for k, (b, c) in enumerate(night.election.contests.items()):
        tenth = [{**e.votes, party: (sum(map(sum, e.votes.values())) / 9,)} for e in c.earlier if k % every == 0]
        earlier = tuple(dataclasses.replace(e, votes=v) for e, v in zip(c.earlier, tenth, strict=False)) or c.earlier
        contests[b] = dataclasses.replace(c, standing={**c.standing, party: 1}, earlier=earlier)
    asked = tuple(dataclasses.replace(p, shares={**p.shares, party: poll}) for p in night.election.polls)
    return dataclasses.replace(night.election, contests=contests, polls=asked)


def test_a_party_that_a_handful_stood_for_before_starts_from_its_polls(night, hyper):
    def ahead(poll):
        design = build_design(pioneers(night, "Ref", 10, poll), hyper)
        at = {c: k for k, c in enumerate(design.columns)}
        return design.level_mean[at["Ref"]] - design.level_mean[at["Con"]], design.level_sd[at["Ref"]]

    (few, sd), (more, _) = ahead(10.0), ahead(20.0)
    assert more - few == pytest.approx(np.log(2)), "twice the polls, twice the level"
    assert sd >= polls.NEW_PARTY_SD


def test_a_party_that_stood_in_every_third_ward_is_not_new(night):
    def barely(every):
        past = prepare(pioneers(night, "Ref", every, 10.0)).past
        return dict(zip(past.columns, polls.barely_stood(past).tolist(), strict=True))

    assert barely(10)["Ref"]
    assert not any(barely(3).values())
    assert not barely(10)["Con"]


def test_reform_of_2025_is_new_and_ukip_of_2014_is_not():
    def new(key):
        past = prepare(load_election(key)).past
        return {c for c, barely in zip(past.columns, polls.barely_stood(past), strict=True) if barely}

    assert "Ref" in new("2025")
    assert "UKIP" not in new("2014"), "they had stood in a third of the wards, in seven tenths that night"


def test_a_night_without_polls_is_less_sure_of_where_parties_stand(night, hyper):
    def sd(election):
        design = build_design(election, hyper)
        return dict(zip(design.columns, design.level_sd, strict=True))

    old = tuple(
        dataclasses.replace(p, start=p.start - 2 * polls.YEAR, end=p.end - 2 * polls.YEAR) for p in night.election.polls
    )
    usual = sd(night.election)
    for late in (old, ()):
        silent = sd(dataclasses.replace(night.election, polls=late))
        assert silent["Con"] == pytest.approx(np.hypot(usual["Con"], np.sqrt(polls.UNPOLLED_VAR)))
        assert silent["Ind"] == usual["Ind"], "of independents no poll asks anyway"


def test_every_embedded_night_has_polls_of_its_year():
    nights = [load_election(key) for key in ("2012", "2014", "2016", "2017", "2018", "2019", "2021", "2025")]
    assert all(polls.polled(e, e.date) for e in nights)


def test_without_polls_earlier_years_still_move_to_the_last_that_has_them():
    election = load_election("2025")
    ground, hyper = prepare(election), load_hyper(election)
    past = ground.past
    ref = past.columns.index("Ref")
    con, day = past.columns.index("Con"), election.date
    # Two years on nobody has added a poll; the last earlier election is the one of 2025.
    later = dataclasses.replace(election, date=day + 2 * polls.YEAR)
    past = dataclasses.replace(past, dates=(*past.dates[:-1], day))
    level = np.zeros((len(past.dates), len(past.columns)))

    def lead(night):
        mean, _ = level_prior(night, past, level, hyper)
        return mean[ref] - mean[con]

    assert not polls.polled(later, later.date)
    assert lead(later) > 0.01, "Reform rose in the polls to 2025 from where they were at older, lighter years"
    assert lead(dataclasses.replace(later, polls=())) == pytest.approx(0.0)
