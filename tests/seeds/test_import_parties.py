"""Which party a candidate of an import is of: never another's unsaid, never a local one in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from projection.democracy_club import from_democracy_club
from projection.reading import start_reading
from projection.tables import parse_tables
from seeds.build.imported import make
from seeds.cli import import_
from seeds.errors import SourceError
from seeds.readers.democracy_club import read_democracy_club
from tests.seeds.test_democracy_club import DAY, file_of, row


@pytest.mark.parametrize(
    ("name", "party_id", "code"),
    [
        ("Labour and Co-op", "joint-party:53-119", "Lab"),
        ("Conservative Candidate", "PP:52", "Con"),
        ("Focus Team", "PP:90", "LD"),
        ("The Green Party of Adur", "PP:63", "Grn"),
        ("", "ynmp-party:2", "Ind"),
    ],
)
def test_a_registration_tells_the_party_and_it_is_said(tmp_path: Path, name: str, party_id: str, code: str) -> None:
    reading = read_democracy_club(file_of(tmp_path, [row("adur", "A", name, party_id=party_id)] * 2), DAY)
    assert reading.contests[0].standing() == {code: 2}
    assert f"odd: candidates.csv, row 2: party '{name}' ({party_id}) is taken as {code} (2 rows)" in map(
        str, reading.problems
    )


def test_names_that_we_know_are_taken_without_a_word(tmp_path: Path) -> None:
    rows = [
        row("adur", "A", "Labour and Co-operative Party", party_id="joint-party:53-119"),
        row("adur", "A", "The Brexit Party", party_id="PP:7931"),
        row("adur", "A", "Green Party"),
    ]
    reading = read_democracy_club(file_of(tmp_path, rows), DAY)
    assert reading.contests[0].standing() == {"Lab": 1, "Brexit": 1, "Grn": 1}
    assert reading.problems == ()


def test_a_name_of_one_party_with_the_registration_of_another_is_refused(tmp_path: Path) -> None:
    file = file_of(tmp_path, [row("adur", "A", "Green Party", party_id="PP:53")])
    with pytest.raises(SourceError, match="row 2: 'Green Party' is our Grn, but its party_id PP:53 is that of Lab"):
        read_democracy_club(file, DAY)
    assert read_democracy_club(file, DAY, {"green party": "Grn"}).contests[0].standing() == {"Grn": 1}


def test_a_blank_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="row 2: no party is named"):
        read_democracy_club(file_of(tmp_path, [row("adur", "A", "")]), DAY)


def test_all_names_with_nothing_but_a_countrys_partys_words_are_refused_at_once(tmp_path: Path) -> None:
    names = ["Local Conservatives", "Liberal Democrat Candidate", "The Labour Group"]
    with pytest.raises(SourceError) as told:
        make("x", "X", DAY, [file_of(tmp_path, [row("adur", "A", n) for n in [*names, "Adur First"]])], [], packs=False)
    assert all(f"'{n}' stands in 1 council and" in str(told.value) for n in names)
    assert "Adur First" not in str(told.value)


def test_local_parties_that_may_be_anothers_are_told_apart(tmp_path: Path) -> None:
    names = ["Adur Labour Renewal", "Adur First", "Adur Independents"]
    lines = make("x", "X", DAY, [file_of(tmp_path, [row("adur", "A", n) for n in names])], [], packs=False).lines
    (look,) = [line for line in lines if line.startswith("look:")]
    assert look.endswith(": Adur Labour Renewal")


def test_a_local_partys_name_is_kept_as_it_is_written_so_that_results_by_it_are_its_own(tmp_path: Path) -> None:
    name = "Shoreham First; Always = Best, + You"
    file, out = file_of(tmp_path, [row("adur", "A", name), row("adur", "A", "Green Party")]), tmp_path / "night"
    CliRunner().invoke(import_, [str(out), "-t", str(file), "-d", str(DAY), "--no-packs"], catch_exceptions=False)
    from seeds import load_election

    election = load_election(out)
    assert election.parties["Shoreham First Always Best You"].name == name
    result = f'ballot_paper_id,party_name,person_name,votes_cast\nlocal.adur.a.{DAY},"{name}",A,10\n'
    table, _, _ = from_democracy_club(election, parse_tables("r.csv", result.encode())[0])
    assert start_reading(election).party(table.rows[0], []) == "Shoreham First Always Best You"
