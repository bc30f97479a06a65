"""``pns import`` under a wrong day: a night's own result must not stand among its earlier ones."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner

from seeds import cli, load_outcome
from seeds.build.imported import Imported, make
from seeds.errors import PackError, SourceError
from seeds.labels import read_table
from tests.seeds.test_import_files import NOW, at

DAY = dt.date(2018, 5, 3)


def made(now: Path, day: dt.date, *then: tuple[Path, dt.date]) -> Imported:
    return make("x", "X", day, [now], then, packs=False)


def adur_of_2018(folder: Path) -> Path:
    """Wards of the embedded pack of 2018 as a file without a date in its name."""
    labels = {r["code"]: r["label"] for r in read_table("party_labels.csv") if r["source"] == "leap"}
    file = folder / "results.csv"
    with file.open("w", newline="") as handle:
        writer = csv.writer(handle)
        for ballot, result in load_outcome("2018").contests.items():
            if ballot.startswith("local.adur."):
                for party, votes in result.votes.items():
                    elected = result.elected.get(party, 0)
                    for place, n in enumerate(votes):
                        ward = ballot.split(".")[2]
                        writer.writerow(
                            ["Adur", "E07000223", ward, "NULL", "A", labels[party], int(n), int(place < elected)]
                        )
    return file


def test_a_day_other_than_that_of_the_files_name_is_refused(tmp_path: Path) -> None:
    file = at(tmp_path, "leap-2019-05-02.csv", NOW)
    why = r"leap-2019-05-02.csv: is of 2019-05-02 by its name, but was given as of 2019-05-03; give its own polling day"
    with pytest.raises(SourceError, match=why):
        made(file, dt.date(2019, 5, 3))
    older = at(tmp_path, "2014_results.csv", NOW.replace("520", "600"))
    with pytest.raises(SourceError, match=r"2014_results.csv: is of 2014 by its name, but was given as of 2015-05-07"):
        made(file, dt.date(2019, 5, 2), (older, dt.date(2015, 5, 7)))
    assert made(file, dt.date(2019, 5, 2), (older, dt.date(2014, 5, 22))).election.contests


@pytest.mark.parametrize("day", [dt.date(2018, 5, 4), dt.date(2017, 5, 4), dt.date(2020, 5, 7)])
def test_votes_that_an_embedded_pack_has_of_another_day_tell_of_it(tmp_path: Path, day: dt.date) -> None:
    file = adur_of_2018(tmp_path)
    why = (
        rf"results.csv: was given as of {day}, but in 14 of 14 wards it has the very votes that the embedded pack of "
        "2018 has of 2018-05-03; give the day on which they were cast"
    )
    with pytest.raises(SourceError, match=why):
        made(file, day)
    with pytest.raises(SourceError, match=why):
        made(at(tmp_path, "now.csv", NOW), dt.date(2026, 5, 7), (file, day))
    assert made(file, DAY).election.contests


def test_votes_that_an_earlier_file_has_too_tell_that_a_day_is_wrong(tmp_path: Path) -> None:
    rows = NOW + NOW.replace('"A","C","520","1"', '"B","Lab","195","0"')
    now, then = at(tmp_path, "now.csv", rows), at(tmp_path, "then.csv", rows + "\n")
    with pytest.raises(SourceError, match=r"then.csv: was given as of 2022-05-05, but in 1 of 1 wards .* now.csv has"):
        made(now, dt.date(2026, 5, 7), (then, dt.date(2022, 5, 5)))
    then.write_text(rows.replace("195", "196"))
    assert made(now, dt.date(2026, 5, 7), (then, dt.date(2022, 5, 5))).election.contests


def test_a_ward_does_not_poll_twice_in_a_month(tmp_path: Path) -> None:
    now, then = at(tmp_path, "now.csv", NOW), at(tmp_path, "then.csv", NOW.replace("520", "600"))
    day = dt.date(2026, 5, 7)
    why = r"given as of 2026-05-07, but 1 of its wards, Buckingham of adur first, polled on 2026-04-16 too \(then.csv\)"
    with pytest.raises(SourceError, match=why):
        made(now, day, (then, dt.date(2026, 4, 16)))
    assert made(now, day, (then, dt.date(2026, 4, 2))).election.contests
    then.write_text(NOW.replace("Buckingham", "Churchill").replace("7562", "7563"))
    assert made(now, day, (then, dt.date(2026, 4, 16))).election.contests, "another ward may poll a week later"


def test_seats_that_do_not_fit_are_told_by_council_and_day(tmp_path: Path) -> None:
    file = at(tmp_path, "now.csv", NOW.replace("Adur", "Carlisle").replace("E07000223", "E07000028"))
    with pytest.raises(SourceError) as why:
        made(file, dt.date(2019, 5, 2))
    said = str(why.value)
    assert said.startswith("Carlisle, seats_before: adds to 52 seats, but the council has 39 (seats_total). ")
    assert "If they were not polled on 2019-05-02, give their own day with --date" in said


def test_no_message_names_a_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(folder: Path) -> None:
        raise PackError(f"{folder / 'councils.csv'}, row 2, column gss: is wrong")

    monkeypatch.setattr("seeds.pack.load_election", wrong)
    out = tmp_path / "night"
    result = CliRunner().invoke(
        cli.import_, [str(out), "-t", str(at(tmp_path, "now.csv", NOW)), "-d", "2026-05-07", "--no-packs"]
    )
    said = str(result.exception)
    assert said.startswith(
        f"{out / 'councils.csv'}, row 2, column gss: is wrong; this is the pack as it would have been"
    )
    assert not out.exists()
