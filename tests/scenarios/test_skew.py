"""Orders of declaration: what is early is chosen by what was known before the polls closed."""

from __future__ import annotations

import pytest

from scenarios.order import declaring
from scenarios.skew import arranged, checkpoint, checkpoints, margin, skewed
from seeds import DeclarationError, load_election, load_outcome


@pytest.fixture
def toy(toy_pack):
    return load_election(toy_pack), load_outcome(toy_pack)


def test_safest_first_is_by_the_lead_before_tonight(toy):
    # Labour leads by 1 of 9 seats in alpha and 2 of 12 in delta, and trails by 5 of 5 in beta and 6 of 10 in gamma.
    assert arranged(*toy, "labour-first", 0) == ["delta", "alpha", "gamma", "beta"]
    assert arranged(*toy, "conservative-first", 0) == ["beta", "gamma", "alpha", "delta"]


def test_earlier_votes_say_more_of_safety_than_seats(toy_pack):
    (toy_pack / "history.csv").write_text(
        "council,date,contests,seats,shares,basis,stood,won\n"
        "alpha,2014-05-22,3,3,Con=20; Lab=70,top,,\n"
        "alpha,2010-05-06,3,3,Con=70; Lab=20,top,,\n"
    )
    election = load_election(toy_pack)
    assert margin(election.councils["alpha"], "Lab") == 50
    assert margin(election.councils["beta"], "Lab") == -50  # all seats Conservative: half of a lead of 100
    assert margin(election.councils["gamma"], "Green") == -30


def test_no_order_but_the_real_one_depends_on_tonights_results(toy, toy_pack):
    orders = [("random", 3), *((o, 0) for o in skewed(*toy))]
    before = [arranged(*toy, o, s) for o, s in orders if o not in ("real", "imputed")]
    file = toy_pack / "outcome" / "results.csv"
    file.write_text(file.read_text().replace("Con=1100; Lab=1000", "Con=1; Lab=9000"))
    councils = toy_pack / "outcome" / "councils.csv"
    header, *rows = councils.read_text().splitlines()
    councils.write_text("\n".join([header, *reversed(rows)]) + "\n")
    changed = load_election(toy_pack), load_outcome(toy_pack)
    assert [arranged(*changed, o, s) for o, s in orders if o not in ("real", "imputed")] == before
    assert declaring(*changed) != declaring(*toy)


def test_a_seed_decides_only_what_the_order_leaves_open(toy):
    orders = {tuple(arranged(*toy, "metropolitan-first", seed)) for seed in range(10)}
    assert len(orders) > 1
    assert {o[0] for o in orders} == {"alpha"}
    assert len({tuple(arranged(*toy, "random", seed)) for seed in range(20)}) > 5


def test_smallest_first_is_by_seats_up(toy):
    order = arranged(*toy, "smallest-first", 0)
    assert set(order[:2]) == {"alpha", "delta"}
    assert order[2:] == ["beta", "gamma"]


def test_a_region_is_last_only_where_it_is_a_real_part_of_the_night():
    election, outcome = load_election("2018"), load_outcome("2018")
    names = skewed(election, outcome)
    assert "last-london" in names
    assert "last-south-west" not in names  # five councils
    order = arranged(election, outcome, "last-london", 0)
    london = [election.councils[c].region == "London" for c in order]
    assert london == sorted(london)
    assert sum(london) == 32


def test_an_order_of_times_is_called_real_only_if_every_time_is_known(toy, toy_pack):
    assert "imputed" in skewed(*toy)
    file = toy_pack / "outcome" / "councils.csv"
    file.write_text(file.read_text().replace(",0,imputed from 2014", ",1,the council"))
    known = load_election(toy_pack), load_outcome(toy_pack)
    assert "real" in skewed(*known)
    assert arranged(*known, "real", 0) == ["beta", "alpha", "gamma", "delta"]


def test_a_night_without_times_has_no_order_of_times():
    assert not {"real", "imputed"} & set(skewed(load_election("2025"), load_outcome("2025")))


def test_an_unknown_order_is_refused_with_those_there_are(toy):
    with pytest.raises(
        DeclarationError, match="'by-moonlight' is no order of declaration; there are random, labour-first"
    ):
        arranged(*toy, "by-moonlight", 0)


@pytest.mark.parametrize(
    ("percent", "councils", "expected"),
    [
        (1, 154, 2),
        (5, 154, 8),
        (50, 154, 77),
        (1, 23, 1),
        (5, 23, 2),
        (10, 23, 5),
        (25, 23, 10),
        (50, 23, 12),
        (50, 4, 3),
        (50, 1, 1),
    ],
)
def test_a_checkpoint_has_enough_councils_to_differ_from_the_one_before(percent, councils, expected):
    assert checkpoint(percent, councils) == expected


def test_a_small_night_has_fewer_checkpoints_and_none_twice():
    assert checkpoints((1, 5, 10, 25, 50), 23) == {1: 1, 2: 5, 5: 10, 10: 25, 12: 50}
    assert checkpoints((1, 5, 10, 25, 50), 4) == {1: 1, 2: 5, 3: 10}
