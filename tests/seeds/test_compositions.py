"""Seats of every council after each May, and what a pack made without the raw data takes from them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from seeds import load_election
from seeds.build.composition import as_composition
from seeds.build.council_rows import UNKNOWN, Records, Report, council_rows
from seeds.compositions import COMPOSITIONS, Composition, load_compositions
from seeds.councils import councils
from seeds.labels import TABLES
from seeds.readers.contest import Candidate, SourceContest
from seeds.types import Council

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
DAY = dt.date(2031, 5, 1)


def wards(seats: int) -> list[SourceContest]:
    """So many contests of one seat each, all won by Labour."""
    stood = (Candidate("Lab", 300, True), Candidate("Con", 200, False))
    return [SourceContest("adur", "ADU", f"W{i}", DAY, 1, stood, "file.csv", (i, i)) for i in range(seats)]


def row(up: int, before: Composition | None, after: Composition | None = None, others: tuple[int, ...] = ()) -> Council:
    table = {("ADU", y): c for y, c in ((2030, before), (2031, after)) if c} | {
        ("ZZZ", y): Composition(1, {"Con": 1}) for y in others
    }
    records = Records(table, lambda _: {})
    return council_rows(councils()["ADU"], wards(up), DAY, records, (), Report(DAY.year))[0]


def test_every_council_of_the_table_is_known_and_its_seats_are_those_of_the_packs() -> None:
    table = load_compositions()
    assert {key for key, _ in table} <= set(councils())
    election = load_election("2018")
    known = {c.council: key for key, c in councils().items()}
    compared = 0
    for slug, council in election.councils.items():
        if council.seats_before:
            then = table[known[slug], 2017]
            assert sum(council.seats_before.values()) == then.total
            assert as_composition(council.seats_before, then.seats, 2017) == then.seats
            compared += 1
    assert compared == 154


def test_a_council_elected_in_parts_keeps_its_size_and_its_cycle_is_told_from_it() -> None:
    third = row(10, Composition(30, {"Con": 20, "Lab": 10}))
    assert (third.seats_total, third.cycle, third.control_before) == (30, "thirds", "Con")
    assert third.held_over is None, "whose the other twenty are is not known before the night"


def test_a_council_elected_whole_has_as_many_seats_as_are_up() -> None:
    redrawn = row(28, Composition(30, {"Con": 15, "Lab": 15}))
    assert (redrawn.seats_total, redrawn.cycle, redrawn.held_over) == (28, "all", {})
    assert redrawn.control_before == "NOC"
    assert redrawn.note == "30 seats before, 28 from tonight"
    # Two seats that were not polled are known afterwards.
    assert row(28, Composition(30, {"Con": 30}), Composition(30, {"Con": 30})).seats_total == 30


def test_a_new_council_is_told_from_a_year_that_nobody_has_recorded() -> None:
    new = row(30, None, others=(2030,))
    assert (new.note, new.seats_total, new.cycle) == ("a new council: no seats before", 30, "all")
    late = row(30, None)
    assert (late.note, late.seats_before, late.seats_total, late.cycle) == (UNKNOWN, None, None, None)


@pytest.mark.shared
def test_the_table_is_that_of_the_raw_data(tmp_path: Path) -> None:
    from seeds.build import compositions_table

    compositions_table.build(SHARED, tmp_path)
    assert (tmp_path / COMPOSITIONS).read_bytes() == (TABLES / COMPOSITIONS).read_bytes()
