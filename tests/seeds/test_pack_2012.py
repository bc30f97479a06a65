"""The embedded night of 3 May 2012: what is in it, that it adds up, and that nothing unknown was made up."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from pathlib import Path

import pytest

from seeds import Election, Outcome, load_election, load_outcome
from seeds.build.night2012_totals import blocs
from seeds.pack import find
from seeds.winners import count_contest

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def election() -> Election:
    return load_election("2012")


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return load_outcome("2012")


def councils(election: Election, nation: str) -> list[str]:
    return [k for k, c in election.councils.items() if c.nation == nation and c.type != "GLA"]


def test_the_181_councils_and_london_are_there(election: Election, outcome: Outcome) -> None:
    assert [len(councils(election, n)) for n in ("England", "Wales", "Scotland")] == [128, 21, 32]
    assert [k for k, c in election.councils.items() if c.type == "GLA"] == ["gla"]
    assert set(outcome.councils) == set(election.councils)
    assert set(outcome.contests) == set(election.contests)


def test_seats_and_control_are_known_everywhere_before_and_after(election: Election, outcome: Outcome) -> None:
    for key, c in election.councils.items():
        if c.type == "GLA":
            continue
        after = outcome.councils[key]
        assert c.seats_before
        assert c.control_before
        assert after.control_after
        assert after.seats_after is not None
        assert sum(after.seats_after.values()) == c.seats_total, key


def test_a_third_of_a_council_that_is_held_over_and_the_seats_won_make_the_council_after(
    election: Election, outcome: Outcome
) -> None:
    checked = 0
    for key, c in election.councils.items():
        after = outcome.councils[key]
        if c.held_over and after.seats_won:
            held = Counter(c.held_over)
            held.update(blocs(after.seats_won))
            assert {p: n for p, n in held.items() if n} == blocs(after.seats_after or {}), key
            assert sum(after.seats_won.values()) == c.seats_up, key
            checked += 1
    assert checked == 64


def test_control_after_is_the_party_with_more_than_half_of_the_seats(election: Election, outcome: Outcome) -> None:
    for key in election.councils:
        after = outcome.councils[key]
        seats = blocs(after.seats_after or {})
        for party in ("Con", "Lab", "LD", "SNP"):
            majority = 2 * seats.get(party, 0) > sum(seats.values())
            assert majority == (after.control_after == party), key


def test_labour_holds_75_councils_afterwards_as_the_reports_of_the_night_count(outcome: Outcome) -> None:
    held = Counter(c.control_after for k, c in outcome.councils.items() if k != "gla")
    assert (held["Lab"], held["Con"], held["LD"]) == (75, 42, 6)


def test_welsh_seats_are_the_published_ones(election: Election, outcome: Outcome) -> None:
    won: Counter[str] = Counter()
    for key in councils(election, "Wales"):
        won.update(outcome.councils[key].seats_won or {})
    assert {p: won[p] for p in ("Lab", "PC", "Con", "LD")} == {"Lab": 577, "PC": 158, "Con": 105, "LD": 72}


def test_scottish_seats_are_the_published_ones(election: Election, outcome: Outcome) -> None:
    won: Counter[str] = Counter()
    for key in councils(election, "Scotland"):
        of_council: Counter[str] = Counter()
        for c in election.contests_of(key):
            assert c.rule == "stv"
            of_council.update(outcome.contests[c.ballot_id].elected)
        assert of_council == Counter(outcome.councils[key].seats_won)
        won.update(of_council)
    assert {p: won[p] for p in ("SNP", "Lab", "Con", "LD", "Grn")} == {
        "SNP": 424,
        "Lab": 394,
        "Con": 115,
        "LD": 71,
        "Grn": 14,
    }
    assert sum(won.values()) == 1223
    assert outcome.councils["glasgow-city"].seats_won is not None
    assert outcome.councils["glasgow-city"].seats_won["Lab"] == 44
    assert sum(outcome.councils["glasgow-city"].seats_won.values()) == 79


def test_a_count_of_the_votes_names_the_winners_of_every_ward_without_exception(
    election: Election, outcome: Outcome
) -> None:
    wards = [c for c in election.contests.values() if c.rule == "plurality" and c.standing]
    assert len(wards) == 388
    for c in wards:
        result = outcome.contests[c.ballot_id]
        count = count_contest(result.votes, c.seats)
        assert not count.lot, c.ballot_id
        assert count.seats == dict(result.elected), c.ballot_id


def test_who_stands_is_who_has_votes(election: Election, outcome: Outcome) -> None:
    for c in election.contests.values():
        votes = outcome.contests[c.ballot_id].votes
        if c.rule in ("plurality", "stv"):
            assert dict(c.standing) == {p: len(v) for p, v in votes.items()}, c.ballot_id
            assert sum(outcome.contests[c.ballot_id].elected.values()) == c.seats, c.ballot_id


def test_a_ward_of_unknown_candidates_has_a_winner_and_a_note_and_no_votes(
    election: Election, outcome: Outcome
) -> None:
    unknown = [c for c in election.contests.values() if c.rule == "plurality" and not c.standing]
    assert len(unknown) == 67
    for c in unknown:
        result = outcome.contests[c.ballot_id]
        assert result.elected
        assert result.note
        assert not result.votes


def test_a_council_with_every_ward_is_the_sum_of_its_wards(election: Election, outcome: Outcome) -> None:
    whole = [k for k, c in election.councils.items() if c.detail == "wards"]
    assert whole == [
        "birmingham",
        "burnley",
        "hyndburn",
        "leeds",
        "manchester",
        "newcastle-upon-tyne",
        "rossendale",
        "sheffield",
    ]
    for key in whole:
        won: Counter[str] = Counter()
        for c in election.contests_of(key):
            won.update(outcome.contests[c.ballot_id].elected)
        assert won == Counter(outcome.councils[key].seats_won)
        assert 99.8 < sum(outcome.councils[key].shares.values()) < 100.2
    assert outcome.councils["birmingham"].seats_won == {"Con": 7, "Lab": 29, "LD": 4}


def test_known_wards_never_elect_more_than_the_council_did(election: Election, outcome: Outcome) -> None:
    for key in councils(election, "England"):
        won = outcome.councils[key].seats_won
        if won is not None:
            known: Counter[str] = Counter()
            for c in election.contests_of(key):
                known.update(outcome.contests[c.ballot_id].elected)
            assert not blocs(known - Counter(won)), key


def test_every_archived_ward_has_the_result_of_2008_and_none_of_2012_or_later(election: Election) -> None:
    earlier = [c.earlier for c in election.contests.values() if c.earlier]
    assert len(earlier) == 242
    for results in earlier:
        assert any(e.date.year == 2008 for e in results)
        assert all(e.date < election.date for e in results)


def test_nothing_before_the_close_is_from_after_it(election: Election) -> None:
    assert all(p.end < election.date for p in election.polls)
    assert all(n.year < 2012 for n in election.national)
    assert all(h.date < election.date for c in election.councils.values() for h in c.history)


def test_polls_reach_from_2004_to_the_eve_without_a_month_twice(election: Election) -> None:
    months = [p.start for p in election.polls if p.pollster == "monthly mean"]
    assert months[0] == dt.date(2004, 1, 1)
    assert months[-1] == dt.date(2012, 4, 1)
    assert len(set(months)) == len(months)
    assert max(p.end for p in election.polls) == dt.date(2012, 5, 2)


def test_an_imputed_time_says_how_and_19_are_known(outcome: Outcome) -> None:
    timed = [outcome.councils[k] for k in outcome.order if k != "gla"]
    assert all(c.time_source for c in timed)
    assert sum(c.time_known for c in timed) == 19
    assert all("imputed" in c.time_source for c in timed if not c.time_known)
    moments = [c.declared_at for c in timed]
    assert None not in moments
    assert moments == sorted(m for m in moments if m)


def test_exactly_the_17_councils_of_the_round_up_had_declared_by_0141(outcome: Outcome) -> None:
    at = dt.datetime(2012, 5, 4, 1, 41)
    early = [k for k, c in outcome.councils.items() if c.declared_at and c.declared_at <= at]
    assert len(early) == 17
    assert {"harlow", "sunderland", "city-of-lincoln", "broxbourne", "tamworth"} <= set(early)


def test_a_third_of_english_and_welsh_councils_and_all_of_scotland_count_on_friday(
    election: Election, outcome: Outcome
) -> None:
    def friday(nation: str) -> int:
        times = (outcome.councils[k].declared_at for k in councils(election, nation))
        return sum(t is not None and t >= dt.datetime(2012, 5, 4, 9) for t in times)

    assert friday("Scotland") == 32
    assert 0.28 < (friday("England") + friday("Wales")) / 149 < 0.38


def test_birmingham_liberal_democrats_have_the_share_that_their_votes_give(outcome: Outcome) -> None:
    assert outcome.councils["birmingham"].shares["LD"] == pytest.approx(16.1, abs=0.1)


def test_doubtful_tables_leave_seats_won_unknown(outcome: Outcome) -> None:
    for key in ("harlow", "preston", "rochdale", "sunderland", "north-tyneside"):
        assert outcome.councils[key].seats_won is None
        assert "unknown" in outcome.councils[key].note


def test_final_shares_are_those_published(outcome: Outcome) -> None:
    assert outcome.national["PNS"] == {"Con": 31, "Lab": 38, "LD": 16, "Oth": 15}
    assert outcome.national["NEV"] == {"Con": 33, "Lab": 39, "LD": 15, "Oth": 13}


def test_every_source_has_origin_licence_credit_and_hash() -> None:
    text = (find("2012") / "election.toml").read_text(encoding="utf-8")
    blocks = text.split("[[source]]")[1:]
    assert len(blocks) == 13
    for block in blocks:
        for name in ("table", "origin", "licence", "credit"):
            assert re.search(rf'^{name} = ".+"$', block, re.MULTILINE), block
        assert re.search(r'^sha256 = "[0-9a-f]{64}"$', block, re.MULTILINE), block


def test_no_address_is_embedded() -> None:
    for file in find("2012").rglob("*.*"):
        text = file.read_text(encoding="utf-8")
        assert "http" not in text
        assert "www." not in text


def test_the_page_about_2012_counts_as_the_pack_does(election: Election, outcome: Outcome) -> None:
    def row(label: str) -> list[int]:
        line = next(x for x in (DOCS / "pack-2012.md").read_text(encoding="utf-8").splitlines() if x.startswith(label))
        return [int(cell) for cell in line.split("|")[2:5]]

    keys = [councils(election, n) for n in ("England", "Wales", "Scotland")]

    def count(test: object) -> list[int]:
        return [sum(bool(test(k)) for k in of) for of in keys]  # type: ignore[operator]

    for detail in ("wards", "some wards", "totals", "later"):
        assert row(f"| `{detail}`") == count(lambda k, d=detail: election.councils[k].detail == d)
    assert row("| seats up known") == count(lambda k: election.councils[k].seats_up is not None)
    assert row("| of these, derived") == count(lambda k: "derived" in election.councils[k].note)
    assert row("| seats won known") == count(lambda k: outcome.councils[k].seats_won is not None)
    assert row("| shares known") == count(lambda k: outcome.councils[k].shares)
    assert row("| time of declaration") == count(lambda k: outcome.councils[k].time_known)
    assert row("| councils with an earlier election") == count(lambda k: election.councils[k].history)
