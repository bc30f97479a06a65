"""The embedded packs of 2014 to 2025: the publishers' totals, and that nothing of tonight leaks into before."""

from __future__ import annotations

import csv
import time
from collections import Counter
from functools import cache

import pytest

from seeds import Election, Outcome, embedded, load_election, load_outcome
from seeds.labels import TABLES, parties
from seeds.pack import PACKS, find
from seeds.readers.contest import fold_ward

KEYS = ("2014", "2016", "2017", "2018", "2019", "2021", "2025")
TOTALS = {
    "2014": {"Lab": 2126, "Con": 1367, "LD": 429, "UKIP": 163},
    "2017": {"UKIP": 1, "PC": 203},
    "2018": {"Lab": 2357, "Con": 1335, "LD": 539},
    "2021": {"Con": 2337, "Lab": 1346, "LD": 588},
    "2025": {"Ref": 686, "LD": 372, "Con": 325, "Lab": 99},
}


@cache
def night(key: str) -> tuple[Election, Outcome]:
    return load_election(key), load_outcome(key)


@cache
def exceptions() -> dict[str, str]:
    with (TABLES / "result_exceptions.csv").open(encoding="utf-8", newline="") as handle:
        return {r["ballot_id"]: r["reason"] for r in csv.DictReader(handle)}


def top(votes: dict[str, tuple[float, ...]], seats: int) -> tuple[Counter[str], bool]:
    """Parties of the ``seats`` candidates with most votes, and whether the last seat is tied between parties."""
    ranked = sorted(((v, p) for p, vs in votes.items() for v in vs), reverse=True)
    tied = {p for v, p in ranked if v == ranked[seats - 1][0]}
    cut = len(ranked) > seats and ranked[seats][0] == ranked[seats - 1][0] and len(tied) > 1
    return Counter(p for _, p in ranked[:seats]), cut


def test_eight_packs_are_embedded() -> None:
    assert embedded() == ["2012", *KEYS]


@pytest.mark.parametrize("key", TOTALS)
def test_seats_won_add_up_to_the_published_totals(key: str) -> None:
    won: Counter[str] = Counter()
    for result in night(key)[1].contests.values():
        won.update(result.elected)
    assert {p: won[p] for p in TOTALS[key]} == TOTALS[key]


@pytest.mark.parametrize(
    ("key", "contests", "seats"),
    [
        ("2014", 2888, 4264),
        ("2016", 2213, 2802),
        ("2017", 3110, 3703),
        ("2018", 2749, 4418),
        ("2019", 5281, 8435),
        ("2021", 3864, 4730),
        ("2025", 1401, 1641),
    ],
)
def test_every_contest_of_the_source_is_there(key: str, contests: int, seats: int) -> None:
    election, outcome = night(key)
    assert len(election.contests) == len(outcome.contests) == contests
    assert sum(c.seats for c in election.contests.values()) == seats
    assert sum(c.seats_up or 0 for c in election.councils.values()) == seats


@pytest.mark.parametrize("key", KEYS)
def test_a_count_of_the_votes_names_the_winners_of_the_source_but_for_the_listed_exceptions(key: str) -> None:
    election, outcome = night(key)
    odd = set()
    for ballot, result in outcome.contests.items():
        contest = election.contests[ballot]
        if contest.status == "uncontested":
            assert result.elected == contest.standing
            assert not result.votes
            continue
        counted, tied = top(dict(result.votes), contest.seats)
        if tied or counted != Counter(result.elected):
            odd.add(ballot)
            assert result.note == exceptions()[ballot]
    assert odd == {b for b in exceptions() if b.endswith(str(election.date))}


def test_where_the_source_marks_too_many_the_council_has_its_true_number_of_seats() -> None:
    election, outcome = night("2025")
    for slug, council in election.councils.items():
        assert sum((outcome.councils[slug].seats_won or {}).values()) == council.seats_up
    assert (outcome.councils["worcestershire"].seats_won or {})["Ref"] == 27


@pytest.mark.parametrize("key", KEYS)
def test_who_stands_is_who_got_votes(key: str) -> None:
    election, outcome = night(key)
    for ballot, contest in election.contests.items():
        if contest.status == "poll":
            assert {p: len(v) for p, v in outcome.contests[ballot].votes.items()} == contest.standing


@pytest.mark.parametrize("key", KEYS)
def test_nothing_known_before_is_of_the_night_or_after(key: str) -> None:
    election, _ = night(key)
    day = election.date
    assert all(e.date < day for c in election.contests.values() for e in c.earlier)
    assert all(h.date < day for c in election.councils.values() for h in c.history)
    assert all(p.end < day for p in election.polls)
    assert all(
        (p.end.year, p.end.month) < (day.year, day.month) for p in election.polls if p.pollster == "monthly mean"
    )
    assert all(n.year < day.year for n in election.national)


@pytest.mark.parametrize("key", KEYS)
def test_seats_up_and_held_over_make_the_council(key: str) -> None:
    unknown = []
    for council in night(key)[0].councils.values():
        if council.held_over is None:
            unknown.append(council.council)
        elif council.cycle == "all":
            assert council.held_over == {}
        else:
            assert sum(council.held_over.values()) + (council.seats_up or 0) == council.seats_total, council
    # Neither way gives a sum that fits for Swindon in 2021: unknown is marked unknown.
    assert unknown == (["swindon"] if key == "2021" else [])


@pytest.mark.parametrize("key", KEYS)
def test_every_council_but_a_new_one_has_seats_and_control_before(key: str) -> None:
    for council in night(key)[0].councils.values():
        if council.seats_before is None:
            assert "a new council" in council.note
            assert not any(h.contests and h.contests > 1 for h in council.history), "a new council has no past"
        else:
            assert (
                council.control_before == "NOC"
                or council.control_before in council.seats_before
                or (council.control_before is None and "may be one party's or several" in council.note)
            )
            assert council.control_before != "Oth", "a lump of several parties has no majority"
        assert council.region
        assert council.nation


@pytest.mark.parametrize("key", KEYS)
def test_wards_of_a_council_are_told_apart_however_they_are_spelt(key: str) -> None:
    seen = Counter((c.council, fold_ward(c.ward), c.by_election) for c in night(key)[0].contests.values())
    assert [k for k, n in seen.items() if n > 1] == []


@pytest.mark.parametrize("key", KEYS)
def test_ballot_ids_are_democracy_clubs(key: str) -> None:
    election, _ = night(key)
    for ballot, contest in election.contests.items():
        head, council, _, *mark, day = ballot.split(".")
        assert (head, council, day) == ("local", contest.council, str(election.date))
        assert mark in ([], ["by"])


def test_the_ballot_ids_of_2018_are_those_published() -> None:
    contests = night("2018")[0].contests
    assert "local.peterborough.eye-thorney-newborough.2018-05-03" in contests  # "and" dropped by Democracy Club
    assert contests["local.daventry.walgrave.by.2018-05-03"].by_election


@pytest.mark.parametrize(
    ("key", "council", "then"),
    [
        ("2016", "sheffield", 2014),
        ("2018", "leeds", 2016),
        ("2018", "birmingham", 2016),
        ("2018", "bexley", 2014),
        ("2018", "hastings", 2016),
        ("2019", "norwich", 2018),
        ("2021", "cambridge", 2019),
        ("2025", "oxfordshire", 2021),
    ],
)
def test_a_redrawn_council_has_no_earlier_results(key: str, council: str, then: int) -> None:
    contests = night(key)[0].contests_of(council)
    assert contests
    assert not any(e.date.year == then and e.unit == "votes" for c in contests for e in c.earlier)


@pytest.mark.parametrize(
    ("key", "council", "then"),
    [
        ("2016", "manchester", 2012),
        ("2018", "wirral", 2014),
        ("2019", "leeds", 2018),
        ("2021", "surrey", 2017),
        ("2025", "doncaster", 2021),
        ("2014", "burnley", 2010),
        ("2018", "barnet", 2014),
    ],
)
def test_a_council_with_the_old_map_has_them_all(key: str, council: str, then: int) -> None:
    contests = night(key)[0].contests_of(council)
    found = sum(any(e.date.year == then for e in c.earlier) for c in contests)
    assert found >= 0.9 * len(contests)


def test_scottish_by_elections_are_not_counted_by_plurality() -> None:
    rules = {(c.council, c.rule) for key in KEYS for c in night(key)[0].contests.values() if c.rule != "plurality"}
    assert rules == {("glasgow-city", "stv"), ("dundee-city", "stv")}


def test_a_county_and_the_unitary_of_its_name_are_two_councils() -> None:
    assert night("2021")[0].councils["buckinghamshire"].history == ()
    assert [h.date.year for h in night("2025")[0].councils["buckinghamshire"].history] == [2021]


@pytest.mark.parametrize("key", KEYS)
def test_every_imputed_time_says_so(key: str) -> None:
    outcome = night(key)[1]
    assert outcome.order == tuple(outcome.councils)
    times = [c.declared_at for c in outcome.councils.values() if c.declared_at]
    assert times == sorted(times)
    assert all(not c.time_known and c.time_source.startswith("imputed") for c in outcome.councils.values())


@pytest.mark.parametrize("key", KEYS)
def test_parties_are_those_of_the_table(key: str) -> None:
    for code, party in night(key)[0].parties.items():
        assert parties()[code] == party
        assert not set(code) & set("=;+,")


def test_the_brexit_party_and_reform_uk_are_told_apart() -> None:
    shares = {p.end.year: set(p.shares) for p in night("2021")[0].polls if p.pollster == "monthly mean"}
    assert "Brexit" in shares[2019]
    assert "Ref" not in shares[2019]
    assert "Ref" in shares[2021]
    assert "Brexit" not in shares[2021]


@pytest.mark.parametrize("key", KEYS)
def test_tables_are_small_and_say_where_they_come_from(key: str) -> None:
    files = [f for f in find(key).rglob("*") if f.is_file()]
    assert max(f.stat().st_size for f in files) < 1_400_000
    assert all(b"\r" not in f.read_bytes() for f in files)
    sources = night(key)[0].sources
    assert len(sources) >= 7
    assert all("(" in s and s.strip() for s in sources)


def test_all_packs_together_are_a_few_megabytes() -> None:
    assert sum(f.stat().st_size for f in PACKS.rglob("*") if f.is_file()) < 14_000_000


def test_the_largest_pack_loads_well_under_a_second() -> None:
    best = min(_seconds("2019") for _ in range(3))
    assert best < 1, "loading takes about 0.2 s on an idle machine"


def _seconds(key: str) -> float:
    start = time.perf_counter()
    load_election(key)
    return time.perf_counter() - start
