"""Who sat for each ward, from a list that has to be right about wards and about who sits for which."""

import datetime as dt

import pytest

from seeds import load_election
from seeds.build.sitting import sitting_councillors
from seeds.councils import council_at
from seeds.readers.contest import Candidate, SourceContest
from seeds.types import Contest

NIGHT = dt.date(2018, 5, 3)
WARDS = {"Buckingham": "Emma Evans", "Manor": "Mick Clark", "Peverel": "Tom Wills", "Southlands": "Jane Mott",
         "St Mary's": "Ann Lee", "Churchill": "Joe Rudd"}  # fmt: skip


@pytest.fixture
def night(tmp_path):
    """Adur, all of whose councillors stand again where they sit, and its list as given: councillor -> ward."""

    def make(listed):
        rows = "".join(f'Adur,"{ward}","{who}",2018-05-03,Labour,PP53\n' for who, ward in listed.items())
        head = 'Council,"Ward Name","Councillor Name","Next Election","Party Name","Electoral Commission Party Code"\n'
        (tmp_path / "opencouncildata_councillors_2017.csv").write_text(head + rows, encoding="utf-8")
        entry = council_at("adur", NIGHT)
        tonight = [
            SourceContest(
                "adur",
                entry.key,
                ward,
                NIGHT,
                1,
                (Candidate("Lab", 1, None, who), Candidate("Con", 1, None, "Al Other")),
                "night.csv",
                (1, 2),
            )
            for ward, who in WARDS.items()
        ]
        contests = {
            f"local.adur.{i}.2018-05-03": Contest(f"local.adur.{i}.2018-05-03", "adur", w, 1, {"Lab": 1, "Con": 1})
            for i, w in enumerate(WARDS)
        }
        return sitting_councillors(contests, tonight, {"adur": entry}, tmp_path, NIGHT)

    return make


def test_a_list_whose_councillors_stand_again_where_it_has_them_is_taken(night):
    found = night({who: ward for ward, who in WARDS.items()})
    assert all([dict(e.votes) for e in c.earlier] == [{"Lab": (1.0,)}] for c in found.values())


def test_a_list_with_the_right_wards_beside_the_wrong_names_is_not(night):
    wards = list(WARDS)
    shifted = dict(zip(WARDS.values(), [*wards[1:], wards[0]], strict=True))
    assert not any(c.earlier for c in night(shifted).values())


def test_of_the_list_of_2016_nothing_is_taken_by_ward():
    contests = load_election("2017").contests.values()
    assert not any(e.unit == "seats" for c in contests for e in c.earlier)
    assert any(c.incumbents for c in contests), "names are right, whatever the ward beside them"
