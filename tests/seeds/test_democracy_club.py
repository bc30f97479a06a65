"""Democracy Club's CSV of candidates: a pack of a night to come."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner

from seeds import load_election
from seeds.build.import_parties import LOCAL
from seeds.build.imported import make
from seeds.cli import import_
from seeds.errors import SourceError
from seeds.readers.democracy_club import is_democracy_club, read_democracy_club

DAY = dt.date(2026, 5, 7)
HEADER = (
    "person_id,person_name,election_id,ballot_paper_id,election_date,party_name,party_id,"
    "post_label,cancelled_poll,seats_contested,elected,votes_cast,gss"
)


def row(council: str, ward: str, party: str, seats: int = 1, **more: str) -> dict[str, str]:
    ballot = more.pop("ballot", f"local.{council}.{ward.casefold()}.{DAY}")
    cells = {
        "person_name": "Jo Smith",
        "ballot_paper_id": ballot,
        "election_date": str(DAY),
        "party_name": party,
        "post_label": ward,
        "cancelled_poll": "f",
        "seats_contested": str(seats),
    }
    return cells | more


def file_of(folder: Path, rows: list[dict[str, str]], header: str = HEADER) -> Path:
    file = folder / "candidates.csv"
    with file.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, header.split(","), restval="", extrasaction="ignore")
        writer.writeheader()
        # Everybody is called Jo Smith, and somebody else.
        writer.writerows({"person_id": str(n)} | r for n, r in enumerate(rows))
    return file


WARDS = [
    row("adur", "Buckingham", "Labour Party"),
    row("adur", "Buckingham", "Labour and Co-operative Party"),
    row("adur", "Buckingham", "Shoreham First; Always"),
    row("adur", "Churchill", "Green Party"),
    row("adur", "Cokeham", "Reform UK", cancelled_poll="t"),
    row("adur", "Cokeham", "Green Party", cancelled_poll="t"),
    row("adur", "Buckingham", "Labour Party", ballot=f"mayor.adur.{DAY}"),
    row("adur", "Widewater", "Labour Party", election_date="2025-05-01"),
    row("north-surrey", "Weybridge", "Labour Party"),
]


def test_who_stands_is_read_and_what_is_no_contest_of_the_night_is_named(tmp_path: Path) -> None:
    file = file_of(tmp_path, WARDS)
    assert is_democracy_club(file)
    reading = read_democracy_club(file, DAY)
    ward, certain, off = reading.contests
    assert (ward.council, ward.key, ward.seats, ward.ballot_id) == (
        "adur",
        "ADU",
        1,
        "local.adur.buckingham.2026-05-07",
    )
    assert ward.standing() == {"Lab": 2, "Shoreham First Always": 1}, "no cell of a pack holds a semicolon"
    assert not any(c.votes or c.elected for c in ward.candidates)
    assert certain.uncontested
    assert certain.won() == {"Grn": 1}
    said = " / ".join(map(str, reading.problems))
    assert "row 6: local.adur.cokeham.2026-05-07: the poll is cancelled; its seat stays vacant / " in said
    assert (off.countermanded, off.uncontested, off.won()) == (True, False, {})
    assert "row 8: ballots of 'mayor', which elect no council; left out" in said
    assert "row 10: 'north-surrey' is no council that we know of on 2026-05-07; left out" in said
    assert "row 9: polled on another day; left out" in said


def test_votes_are_taken_where_all_of_a_contest_are_given(tmp_path: Path) -> None:
    rows = [
        row("adur", "Buckingham", "Labour Party", votes_cast="300", elected="t"),
        row("adur", "Buckingham", "Green Party", votes_cast="200", elected="f"),
        row("adur", "Churchill", "Labour Party", votes_cast="300", elected="t"),
        row("adur", "Churchill", "Green Party"),
    ]
    full, part = read_democracy_club(file_of(tmp_path, rows), DAY).contests
    assert full.votes() == {"Lab": (300.0,), "Grn": (200.0,)}
    assert full.won() == {"Lab": 1}
    assert not any(part.votes()["Lab"])


@pytest.mark.parametrize(
    ("rows", "header", "why"),
    [
        (WARDS, HEADER.replace("seats_contested", "seats"), "row 1: lacks the column seats_contested"),
        ([row("nowhere", "A", "Labour Party")], HEADER, "holds no contest"),
        ([row("adur", "A", "Labour Party") | {"seats_contested": "two"}], HEADER, "row 2, column seats_contested"),
        ([row("adur", "A", "Labour Party", 0)], HEADER, "elected to no seat"),
        ([row("adur", "A", "Labour Party", election_date="2025-05-01")], HEADER, "holds no contest"),
    ],
)
def test_what_cannot_be_read_stops_with_its_place(
    tmp_path: Path, rows: list[dict[str, str]], header: str, why: str
) -> None:
    with pytest.raises(SourceError, match=why):
        read_democracy_club(file_of(tmp_path, rows, header), DAY)


def test_a_party_in_many_councils_is_not_taken_for_a_local_one(tmp_path: Path) -> None:
    slugs = ("adur", "worthing", "arun", "chichester", "crawley", "horsham")
    rows = [row(slug, "A", party) for slug in slugs[: LOCAL + 1] for party in ("Labour Party", "The New Labour Party")]
    with pytest.raises(SourceError, match=rf"row 2: 'The New Labour Party' stands in {LOCAL + 1} councils"):
        make("x", "X", DAY, [file_of(tmp_path, rows)], [], packs=False)
    made = make("x", "X", DAY, [file_of(tmp_path, rows[: 2 * LOCAL])], [], packs=False)
    assert made.election.parties["The New Labour Party"].family == "local"
    assert "local party, by its own name: The New Labour Party" in made.lines


@pytest.mark.parametrize(
    ("name", "known"), [("Onward Together", True), ("British Reform Movement", False), ("ONWD", False)]
)
def test_a_new_party_all_over_the_country_is_one_of_its_own_unless_its_name_may_be_anothers(tmp_path, name, known):
    slugs = ["leeds", "bolton", "wigan", "adur", "exeter", "gateshead"]
    file = file_of(tmp_path, [row(slug, "A", party) for slug in slugs for party in ("Labour Party", name)])
    if not known:
        with pytest.raises(SourceError, match=rf"'{name}' stands in 6 councils .* say with --labels which party it is"):
            make("x", "X", DAY, [file], [], packs=False)
        return
    made = make("x", "X", DAY, [file], [], packs=False)
    assert made.election.parties[name].family == "other"
    assert f"a party in many councils that our table lacks, by its own name: {name}" in made.lines


def test_a_pack_of_a_night_to_come(tmp_path: Path) -> None:
    source = load_election("2025")
    names = {"Ind": "Independent", "Lab": "Labour Party", "Grn": "Green Party", "LD": "Liberal Democrats"}
    rows = [
        row(c.council, c.ward, names.get(p, source.parties[p].name), c.seats, ballot=b, election_date="2025-05-01")
        for b, c in source.contests.items()
        if c.council in ("devon", "doncaster")
        for p, standing in c.standing.items()
        for _ in range(standing)
    ]
    file, out = file_of(tmp_path, rows), tmp_path / "night"
    said = CliRunner().invoke(import_, [str(out), "-t", str(file), "-d", "2025-05-01"], catch_exceptions=False)
    assert "the pack has no outcome: a night to come" in said.output
    assert not (out / "outcome").exists()
    election = load_election(out)
    assert {b: dict(c.standing) for b, c in election.contests.items()} == {
        b: dict(c.standing) for b, c in source.contests.items() if c.council in ("devon", "doncaster")
    }
    devon, whole = election.councils["devon"], source.councils["devon"]
    assert (devon.seats_total, devon.cycle, devon.held_over) == (whole.seats_total, "all", {})
    assert sum(devon.seats_before.values()) == sum(whole.seats_before.values())  # type: ignore[union-attr]
    assert {e.date.year for c in election.contests.values() for e in c.earlier} >= {2021}


def test_candidates_alone_tell_nothing_of_the_seats_held_over(tmp_path):
    day = dt.date(2018, 5, 3)
    told = {"election_date": str(day), "ballot": f"local.trafford.altrincham.{day}"}
    rows = [row("trafford", "Altrincham", p, seats=21, **told) for p in ("Labour Party", "Green Party")]
    council = make("x", "X", day, [file_of(tmp_path, rows)], [], packs=False).election.councils["trafford"]
    assert council.seats_before is not None
    assert council.held_over is None, "they would come from how the night ended, and winners that nobody has"


def test_a_cancelled_poll_keeps_its_seats(tmp_path: Path) -> None:
    rows = [row("adur", w, p, seats=15) for w in ("A", "B") for p in ("Labour Party", "Green Party") for _ in range(15)]
    rows = [r | ({"cancelled_poll": "t"} if r["post_label"] == "B" else {}) for r in rows]
    file, out = file_of(tmp_path, rows), tmp_path / "night"
    CliRunner().invoke(import_, [str(out), "-t", str(file), "-d", str(DAY), "--no-packs"], catch_exceptions=False)
    election = load_election(out)
    adur = election.councils["adur"]
    assert [(c.ward, c.status, c.seats) for c in election.contests.values()] == [
        ("A", "poll", 15),
        ("B", "countermanded", 15),
    ]
    assert (adur.seats_up, adur.seats_total) == (30, 30)
    counted = [r | {"votes_cast": str(n), "elected": "f"} for n, r in enumerate(rows, start=100)]
    counted = [r | {"elected": "t"} if 100 <= int(r["votes_cast"]) < 115 else r for r in counted]
    made = make("x", "X", DAY, [file_of(tmp_path, counted)], [], packs=False)
    assert made.results, "nothing more is to be known of a poll that was not held"
    assert made.outcome.councils["adur"].seats_won == {"Lab": 15}
    assert not made.outcome.contests[f"local.adur.b.{DAY}"].votes


def test_only_a_part_of_its_own_marks_a_by_election(tmp_path: Path) -> None:
    ids = [f"local.adur.{ward}.{DAY}" for ward in ("byfleet", "by-the-sea", "a.by", "b.by2")]
    rows = [row("adur", str(n), "Green Party", ballot=ballot) for n, ballot in enumerate(ids)]
    found = read_democracy_club(file_of(tmp_path, rows), DAY).contests
    assert [c.by_election for c in found] == [False, False, True, True]


def test_a_row_cut_short_stops_with_its_cells(tmp_path: Path) -> None:
    file = file_of(tmp_path, [row("adur", "A", "Green Party"), row("adur", "B", "Green Party")])
    file.write_text(file.read_text().rstrip()[:-40])
    with pytest.raises(SourceError, match=r"candidates.csv, row 3: has \d cells where the header has 13; it was cut"):
        read_democracy_club(file, DAY)


@pytest.mark.parametrize(
    ("column", "value"), [("seats_contested", "2"), ("election_date", "2025-05-01"), ("cancelled_poll", "t")]
)
def test_rows_of_a_ballot_must_agree_in_what_is_the_ballots(tmp_path: Path, column: str, value: str) -> None:
    rows = [row("adur", "A", "Green Party"), row("adur", "A", "Labour Party") | {column: value}]
    for given in (rows, rows[::-1]):
        with pytest.raises(SourceError, match=f"row 3, column {column}: local.adur.a.2026-05-07"):
            read_democracy_club(file_of(tmp_path, given), DAY)


def test_digits_that_are_no_number_are_no_votes(tmp_path: Path) -> None:
    (contest,) = read_democracy_club(
        file_of(tmp_path, [row("adur", "A", "Green Party", votes_cast="²", elected="t")]), DAY
    ).contests
    assert contest.uncontested
