"""What a person fills into a pack by hand is checked when it is read, with file, row and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from seeds import load_election
from seeds.errors import PackError


def change(pack: Path, table: str, old: str, new: str) -> None:
    text = (pack / table).read_text()
    assert old in text
    (pack / table).write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("table", "old", "new", "why"),
    [
        (
            "councils.csv",
            "Lab=3; Con=2",
            "Lab=13; Con=2",
            "row 2, column held_over: 15 seats held over and 4 up make 19",
        ),
        (
            "councils.csv",
            "Lab=3; Con=2",
            "none",
            "row 2, column held_over: 0 seats held over and 4 up make 4, not .* 9",
        ),
        (
            "councils.csv",
            "Lab=3; Con=2",
            "Lab=3; Tory=2",
            "row 2, column held_over: party 'Tory' is not in parties.csv",
        ),
        ("councils.csv", "Lab=5; Con=4", "Lab=15; Con=4", "row 2, column seats_before: adds to 19 seats, but .* 9"),
        ("councils.csv", "Con=6; LD=4", "Con=26; LD=4", "row 4, column seats_before: adds to 30 seats, but .* 10"),
        ("councils.csv", "Con=5,,Con", "Con=5,,Tory", "row 3, column control_before: party 'Tory'"),
        (
            "councils.csv",
            "9,4,Lab",
            "-9,4,Lab",
            "row 2, column seats_total: '-9' is not a whole number of zero or more",
        ),
        ("councils.csv", "9,4,Lab", "9,14,Lab", "row 2, column seats_up: 14 seats are up, but the council has 9"),
        ("polls.csv", "Con=42", "Con=142", "row 2, column shares: the shares add to 190 per cent"),
        ("polls.csv", "Con=42", "Tory=42", "row 2, column shares: party 'Tory' is not in parties.csv"),
        ("polls.csv", "2018-04-22", "2018-04-02", "row 2, column end: 2018-04-02 is before the poll's first day"),
        ("polls.csv", "1500", "-1500", "row 2, column n: '-1500' is not a whole number"),
        ("national.csv", "Con=29", "Con=92", "row 2, column shares: the shares add to 136 per cent"),
        ("national.csv", "Con=29", "Tory=29", "row 2, column shares: party 'Tory' is not in parties.csv"),
    ],
)
def test_what_cannot_be_is_refused(toy_pack: Path, table: str, old: str, new: str, why: str) -> None:
    change(toy_pack, table, old, new)
    with pytest.raises(PackError, match=rf"{table}, {why}"):
        load_election(toy_pack)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Lab=3; Con=2", "Lab=3; Con=1"),  # one seat is vacant
        ("Lab=5; Con=4", "Lab=5; Con=3"),
        ("Con=6; LD=4", "Con=8; LD=6"),  # redrawn, and elected whole
        (
            "SD,all,totals,40000,10,10,Con=6; LD=4",
            "SD,,totals,40000,10,10,Con=8; LD=6",
        ),  # so too, if the cycle is blank
        ("Lab=5; Con=4", "Lab=5; Oth=4"),  # as far as the source tells parties apart
    ],
)
def test_what_can_be_is_taken(toy_pack: Path, old: str, new: str) -> None:
    change(toy_pack, "councils.csv", old, new)
    assert load_election(toy_pack).councils
