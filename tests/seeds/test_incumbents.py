import datetime as dt
from pathlib import Path

import pytest

from seeds import PackError, load_election
from seeds.build.incumbents import Sitting, incumbents, person
from seeds.pack import find
from seeds.readers.contest import Candidate, SourceContest

NIGHT = dt.date(2018, 5, 3)


def contest(ward, candidates, date=NIGHT, seats=1, key="ADU"):
    people = tuple(Candidate(party, votes, None, name) for party, votes, name in candidates)
    return SourceContest("adur", key, ward, date, seats, people, "night.csv", (1, len(people)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Councillor Jo Anne Smith-Jones MBE", "Smith-Jones J.A."),
        ("José O'Neill", "Jose ONeill"),
        ("Brine C.", "Chas Brine"),
        ("Bob Catterall", "Robert Catterall"),  # of one ward and party: a short name
    ],
)
def test_one_person_is_known_under_the_names_that_publishers_give(one, other):
    assert person(one, "Lab", "eastbrook").is_(person(other, "Lab", "eastbrook"))


@pytest.mark.parametrize(
    ("other", "party", "ward"),
    [
        ("Emma Evans", "LD", "manor"),  # elsewhere and for another party: somebody else
        ("Ann Evans", "Con", "manor"),  # another initial in another ward
        ("Emma Even", "Con", "buckingham"),
    ],
)
def test_somebody_else_is_not_taken_for_a_councillor(other, party, ward):
    assert not person("Emma Evans", "Con", "buckingham").is_(person(other, party, ward))


def test_who_won_when_the_seats_were_last_fought_sits_without_a_list():
    before = [
        contest("Manor", [("Con", 500, "Emma Evans"), ("Lab", 400, "Mick Clark")], dt.date(2014, 5, 22)),
        contest("Peverel", [("UKIP", 300, "Tom Wills"), ("Con", 200, "Jane Mott")], dt.date(2016, 5, 5)),
    ]
    tonight = [
        contest("Manor", [("Lab", 1, "Mick Clark"), ("Con", 1, "Emma Evans"), ("UKIP", 1, "Tom Wills")]),
        contest("Peverel", [("Con", 1, "Jane Mott"), ("UKIP", 1, "Al Other")]),
    ]
    assert incumbents(tonight, Sitting(None, before)) == [{"Con": 1, "UKIP": 1}, {}]


def test_without_the_contests_that_filled_tonights_seats_nobody_knows_who_sits():
    before = [contest("Manor", [("Con", 500, "Emma Evans"), ("Lab", 400, "Mick Clark")], dt.date(2016, 5, 5))]
    assert Sitting(None, before).on("ADU", NIGHT) is None
    assert incumbents([contest("Manor", [("Con", 1, "Emma Evans")])], Sitting(None, before)) == [{}]


def test_the_list_of_the_year_before_goes_before_winners(tmp_path: Path):
    (tmp_path / "opencouncildata_councillors_2017.csv").write_text(
        'Council,"Ward Name","Councillor Name","Next Election","Party Name","Electoral Commission Party Code"\n'
        'Adur,Manor,"Mick Clark",2018-05-03,Labour,PP53\n',
        encoding="utf-8",
    )
    won = [contest("Manor", [("Con", 500, "Emma Evans"), ("Lab", 400, "Mick Clark")], dt.date(2014, 5, 22))]
    tonight = [contest("Manor", [("Con", 1, "Emma Evans"), ("Lab", 1, "Mick Clark")])]
    assert incumbents(tonight, Sitting(tmp_path, won)) == [{"Lab": 1}]


def test_each_councillor_is_one_candidate_at_most():
    before = [contest("Manor", [("Con", 500, "J. Evans"), ("Lab", 400, "Mick Clark")], dt.date(2014, 5, 22))]
    tonight = [contest("Manor", [("Con", 1, "Jack Evans"), ("Con", 1, "Jill Evans")], seats=2)]
    assert incumbents(tonight, Sitting(None, before)) == [{"Con": 1}]


def test_most_councillors_of_2018_stand_again_and_are_known():
    election = load_election("2018")
    sitting = sum(sum(c.incumbents.values()) for c in election.contests.values())
    assert 0.6 < sitting / sum(c.seats for c in election.contests.values()) < 0.85
    assert all(c.incumbents[p] <= c.standing[p] for c in election.contests.values() for p in c.incumbents)


def test_a_table_of_incumbents_that_does_not_fit_the_contests_is_named(pack_copy, tmp_path):
    folder = pack_copy("2018")
    ballot, contest = next((b, c) for b, c in load_election("2018").contests.items() if c.earlier)
    earlier = contest.earlier[-1].date
    for row, what in (
        (f"{ballot},2018-05-03,Con=9", "more of 'Con' than stand there tonight"),
        (f"{ballot},2001-06-07,Con=1", "no earlier contest of 2001-06-07"),
        ("local.nowhere.2018-05-03,2018-05-03,Con=1", "local.nowhere.2018-05-03"),
        (f"{ballot},03/05/2018,Con=1", "'03/05/2018' is not a date like 2018-05-03"),
        (f"{ballot},2018-05-03,Con=1\n{ballot},2018-05-03,Con=1", "stands twice with 2018-05-03"),
        (f"{ballot},{earlier},Con=9", f"more of 'Con' than stood there on {earlier}"),
        (f"{ballot},2018-05-03,", "is blank"),
        (f"{ballot},2018-05-03,Con=²", "not a whole number"),
    ):
        (folder / "incumbents.csv").write_text(f"ballot_id,date,incumbents\n{row}\n", encoding="utf-8")
        with pytest.raises(PackError, match=what) as caught:
            load_election(folder)
        assert "incumbents.csv" in str(caught.value)


def test_a_pack_without_the_table_knows_no_incumbents(pack_copy):
    folder = pack_copy("2018")
    (folder / "incumbents.csv").unlink()
    assert not any(c.incumbents for c in load_election(folder).contests.values())


@pytest.fixture
def pack_copy(tmp_path):
    import shutil

    def copy(key):
        return Path(shutil.copytree(find(key), tmp_path / key))

    return copy
