"""The frame of Great Britain's councils and the table of general elections."""

from collections import Counter

import pytest

from seeds import load_election
from seeds.errors import PackError
from seeds.frame import FRAME_COLUMNS, frame_before, load_frame, load_general
from seeds.pack import embedded


@pytest.fixture(scope="module", params=embedded())
def election(request):
    return load_election(request.param)


def test_a_frame_is_a_partition_of_great_britain(election):
    frame = election.frame
    assert 340 < len(frame) < 385
    assert len({c.council for c in frame}) == len(frame)
    assert not [c.council for c in frame if c.type in ("CC", "GLA")]
    assert sum(c.population for c in frame) == pytest.approx(65.17e6, rel=0.001)
    assert len({c.region for c in frame}) == 11
    assert Counter(c.nation for c in frame)["Scotland"] == 32
    assert Counter(c.nation for c in frame)["Wales"] == 22
    assert Counter(c.type for c in frame)["LB"] == 32


def test_every_council_of_the_lower_tier_that_votes_is_in_the_frame(election):
    inside = {c.council for c in election.frame}
    voting = {c.council for c in election.councils.values() if c.type not in ("CC", "GLA")}
    # Its two thousand people are nobody's region, and its sixteen councillors no party's.
    assert voting - {"isles-of-scilly"} <= inside


def test_every_county_that_votes_has_districts_in_the_frame(election):
    counties = {c.county for c in election.frame}
    assert {c.council for c in election.councils.values() if c.type == "CC"} <= counties


def test_a_frame_knows_nothing_of_the_night(election):
    assert all(c.earlier is None or c.earlier < election.date for c in election.frame)
    assert all(c.seats for c in election.frame)
    assert all(90 < sum(c.general.values()) <= 100.5 for c in election.frame)


def test_a_new_council_has_the_seats_of_those_that_it_replaced():
    poole = {c.council: c for c in load_frame("2019")}["bournemouth-christchurch-and-poole"]
    before = {c.council: c for c in load_frame("2018")}
    parts = [before[c] for c in ("bournemouth", "christchurch", "poole")]
    assert poole.population == pytest.approx(sum(c.population for c in parts), abs=2)
    assert poole.seats["Con"] == pytest.approx(sum(c.seats["Con"] for c in parts), abs=3)


@pytest.mark.parametrize(
    ("year", "won"), [(2010, (306, 258, 57)), (2015, (330, 232, 8)), (2017, (317, 262, 12)), (2024, (121, 411, 72))]
)
def test_constituencies_are_all_there_and_have_their_winners(year, won):
    table = load_general(year)
    assert len(table) == 632
    count = Counter(max(c.shares, key=lambda p: c.shares[p]) for c in table)
    assert (count["Con"], count["Lab"], count["LD"]) == won


def test_a_pack_without_a_frame_takes_the_latest_one_before_it(toy_pack):
    toy = load_election(toy_pack)
    assert toy.frame == ()
    assert frame_before(toy.date) == load_frame("2017")


def test_a_frame_with_a_council_twice_is_refused_by_row(toy_pack):
    row = "alpha,Alpha,E01,England,North West,MB,,1000,Con=1,,,,Con=40\n"
    (toy_pack / "frame.csv").write_text(FRAME_COLUMNS + "\n" + row + row, encoding="utf-8")
    with pytest.raises(PackError, match="row 3, column council: 'alpha' stands twice"):
        load_election(toy_pack)
