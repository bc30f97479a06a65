"""``pns import``: a night of the user's own; ``pns build-packs``: the same bytes again."""

from __future__ import annotations

import datetime as dt
import errno
import filecmp
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from seeds import embedded, load_election, load_outcome
from seeds.build.embedded import embedded_expected
from seeds.cli import build_packs, import_
from seeds.councils import council_at
from seeds.errors import SourceError
from seeds.expected import load_expected
from seeds.pack import PACKS

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
NOW = """
"Adur","E07000223","Buckingham","E05007562","A","C","520","1"
"Adur","E07000223","Buckingham","E05007562","B","Lab","195","0"
"Adur","E07000223","Churchill","E05007563","C","C","0","1"
"Adur","E07000223","Cokeham","E05007564","D","Lab","x","1"
"""
THEN = """
"Adur","E07000223","Buckingham","E05007562","A","C","600","1"
"Adur","E07000223","Buckingham","E05007562","B","UKIP","300","0"
"Adur","E07000223","Churchill","E05000001","C","C","400","1"
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    now, then = tmp_path / "leap-2026-05-07.csv", tmp_path / "leap-2022-05-05.csv"
    now.write_text(NOW.lstrip())
    then.write_text(THEN.lstrip())
    return now, then


def run(*args: object, ok: bool = True, packs: bool = False) -> str:
    result = CliRunner().invoke(import_, [str(a) for a in args] + ([] if packs else ["--no-packs"]))
    if ok and result.exception:
        raise result.exception
    if not ok:
        assert isinstance(result.exception, SourceError), result
        return str(result.exception)
    return result.output


def test_a_pack_is_made_and_what_was_matched_and_left_out_is_said(files: tuple[Path, Path], tmp_path: Path) -> None:
    now, then = files
    out = tmp_path / "night"
    said = run(out, "-t", now, "-d", "2026-05-07", "-e", then, "--name", "A night")
    assert "matched: 1 of 2 contests with an earlier result" in said
    assert "dropped: other code: 1 earlier results" in said
    assert "row 4: Adur, Cokeham: votes 'x' cannot be read" in said
    assert "census of 2011: 2 wards by name, 0 by a word of it, 0 not found" in said
    election = load_election(out)
    assert all(c.census is not None for c in (*election.contests.values(), *election.councils.values()))
    assert (election.key, election.name, str(election.date)) == ("night", "A night", "2026-05-07")
    polled, silent = election.contests.values()
    assert polled.ballot_id == "local.adur.buckingham.by.2026-05-07"
    assert [dict(e.votes) for e in polled.earlier] == [{"Con": (600.0,), "UKIP": (300.0,)}]
    assert silent.status == "uncontested"
    adur = election.councils["adur"]
    assert (adur.seats_before, adur.seats_total) == ({"Con": 7, "Lab": 16, "Grn": 2, "Oth": 4}, 29)
    assert (adur.control_before, adur.cycle) == ("Lab", None), "two seats of 29: by-elections"
    assert polled.by_election
    assert "by-elections: 2 contests, in councils that hold no ordinary election or by their ballot ids" in said
    assert "seats before: those after May 2025, of 1 of 1 councils" in said
    assert "polls: the latest that we have ends on 2025-04-25; add later ones to polls.csv" in said
    assert election.polls
    assert {n.series for n in election.national} == {"PNS", "NEV", "GE"}
    assert load_outcome(out).contests[polled.ballot_id].elected == {"Con": 1}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["leap-2022-05-05.csv", "leap-2026-05-07.csv", "night"]


def test_a_night_without_its_results(files: tuple[Path, Path], tmp_path: Path) -> None:
    run(tmp_path / "night", "-t", files[0], "-d", "2026-05-07", "--no-outcome")
    assert not (tmp_path / "night" / "outcome").exists()


def test_who_won_the_seats_last_time_is_told_where_they_are_the_same_seats(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    now, then = files
    said = run(tmp_path / "night", "-t", now, "-d", "2026-05-07", "-e", then)
    assert "last contest of the same seats: not known" in said, "Churchill has another code now"
    (may,) = load_election(tmp_path / "night").defended
    assert (may.basis, may.year, sum(may.seats.values())) == ("may", 2025, 29)
    then.write_text(THEN.lstrip().replace("E05000001", "E05007563"))
    said = run(tmp_path / "again", "-t", now, "-d", "2026-05-07", "-e", then)
    assert "its winners are known in 1 of 1 councils (2022 of 1)" in said
    _, told = load_election(tmp_path / "again").defended
    assert (told.council, told.basis, told.year, told.seats) == ("adur", "last", 2022, {"Con": 2})


def test_embedded_packs_stand_in_for_earlier_elections_without_a_file(files: tuple[Path, Path], tmp_path: Path) -> None:
    now, _ = files
    said = run(tmp_path / "night", "-t", now, "-d", "2026-05-07", packs=True)
    assert "earlier: the embedded pack of 2018, 2018-05-03: 2749 contests, 4418 seats" in said
    assert "pack of 2012" not in said, "few of its councils declare by wards"
    ward = load_election(tmp_path / "night").contests["local.adur.buckingham.by.2026-05-07"]
    then = {e.date.year: e for e in ward.earlier}
    (ballot,) = (c for c in load_election("2018").contests_of("adur") if c.ward == "Buckingham")
    assert set(then) == {2014, 2016, 2018, 2021}
    assert then[2018].votes == load_outcome("2018").contests[ballot.ballot_id].votes
    assert not ward.incumbents, "a pack names no candidate, so nobody is told to sit or not to"


def test_a_pack_never_stands_in_for_its_own_day_or_a_later_one(files: tuple[Path, Path], tmp_path: Path) -> None:
    now, then = (file.rename(tmp_path / name) for file, name in zip(files, ("now.csv", "then.csv"), strict=True))
    said = run(tmp_path / "night", "-t", now, "-d", "2018-05-03", "-e", f"{then}:2016-05-05", packs=True)
    assert "pack of 2014" in said
    assert not any(f"pack of {year}" in said for year in (2016, 2018, 2019, 2021, 2025)), "2016 has a file"
    ward = next(iter(load_election(tmp_path / "night").contests.values()))
    assert {e.date.year: dict(e.votes) for e in ward.earlier}[2016] == {"Con": (600.0,), "UKIP": (300.0,)}


def test_times_are_the_latest_printed_for_an_earlier_night_on_tonights_clock() -> None:
    day = dt.date(2027, 5, 6)
    councils = {slug: council_at(slug, day) for slug in ("bolton", "wigan", "adur", "hartlepool")}
    told = {e.council: e for e in embedded_expected(day, councils)}
    for slug, e in told.items():
        printed = [x for k in embedded() for c, x in load_expected(k).items() if c == slug and x.at and x.year != 2021]
        assert e.at is not None
        assert e.at.date() in (day, day + dt.timedelta(days=1))
        assert e.year == max(x.year for x in printed)
        assert e.at.time() in {x.at.time() for x in printed if x.year == e.year}
    assert told
    assert all(e.year < 2012 for e in embedded_expected(dt.date(2013, 5, 2), councils))


def test_an_imported_night_says_what_is_due(files: tuple[Path, Path], tmp_path: Path) -> None:
    now, _ = files
    said = run(tmp_path / "adur", "-t", now, "-d", "2026-05-07")
    assert f"times of declaration: of {len(load_expected(tmp_path / 'adur'))} of 1 councils" in said
    now.write_text(now.read_text().replace("Adur", "Bolton").replace("E07000223", "E08000001"))
    run(tmp_path / "bolton", "-t", now, "-d", "2026-05-07")
    assert set(load_expected(tmp_path / "bolton")) == {"bolton"}


def test_a_night_before_all_our_polls_is_told_so(files: tuple[Path, Path], tmp_path: Path) -> None:
    assert "polls: the latest that we have ends on no day before this" in run(
        tmp_path / "night", "-t", files[0].rename(tmp_path / "now.csv"), "-d", "2003-05-01"
    )


def test_of_a_night_beyond_our_table_the_seats_before_are_not_known(files: tuple[Path, Path], tmp_path: Path) -> None:
    said = run(tmp_path / "night", "-t", files[0].rename(tmp_path / "now.csv"), "-d", "2099-05-07")
    assert "seats before: not known; our table ends with May 2026" in said
    adur = load_election(tmp_path / "night").councils["adur"]
    assert (adur.seats_before, adur.seats_total) == (None, None)
    assert adur.note.startswith("seats before, held over and control are not known")


def test_nothing_is_left_half_written(files: tuple[Path, Path], tmp_path: Path) -> None:
    now, then = files
    now.write_text(NOW.lstrip().replace('"Lab","195"', '"Whig","195"'))
    assert "row 2: 'Whig'" in run(tmp_path / "night", "-t", now, "-d", "2026-05-07", "-e", then, ok=False)
    assert sorted(p.name for p in tmp_path.iterdir()) == [then.name, now.name]


def test_a_users_own_labels(files: tuple[Path, Path], tmp_path: Path) -> None:
    now = files[0]
    now.write_text(NOW.lstrip().replace('"Lab","195"', '"Whig","195"'))
    labels = tmp_path / "labels.csv"
    labels.write_text("label,code,name,family\nWhig,Whigs,The Whig Party,local\n")
    run(tmp_path / "night", "-t", now, "-d", "2026-05-07", "--labels", labels)
    assert load_election(tmp_path / "night").parties["Whigs"].name == "The Whig Party"
    labels.write_text("label,code,name,family\nWhig,Whigs,The Whig Party,royal\n")
    said = run(tmp_path / "other", "-t", now, "-d", "2026-05-07", "--labels", labels, ok=False)
    assert "row 2, column family: 'royal'" in said


def test_a_folder_that_is_there_is_not_overwritten_unasked(files: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "night"
    run(out, "-t", files[0], "-d", "2026-05-07", "--key", "first")
    assert "is there already" in run(out, "-t", files[0], "-d", "2026-05-07", ok=False)
    run(out, "-t", files[0], "-d", "2026-05-07", "--key", "second", "--force")
    assert load_election(out).key == "second"


def test_force_replaces_a_pack_and_nothing_else(files: tuple[Path, Path], tmp_path: Path) -> None:
    home, file, link = tmp_path / "home", tmp_path / "notes.txt", tmp_path / "link"
    home.mkdir()
    (home / "thesis.txt").write_text("years of work")
    file.write_text("notes")
    link.symlink_to(home)
    for out, why in (
        (home, "holds no election.toml, so it is no pack"),
        (file, "is a file or a link, which is never replaced"),
        (link, "is a file or a link, which is never replaced"),
    ):
        assert why in run(out, "-t", files[0], "-d", "2026-05-07", "--force", ok=False)
    assert (home / "thesis.txt").read_text() == "years of work"
    assert file.read_text() == "notes"


@pytest.mark.parametrize(
    ("number", "why"),
    [(errno.ENOSPC, "free some space"), (errno.EROFS, "check the path"), (errno.EACCES, "check the path")],
)
def test_a_folder_that_cannot_be_written_is_told_and_what_is_there_stays(
    files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, why: str
) -> None:
    out = tmp_path / "night"
    run(out, "-t", files[0], "-d", "2026-05-07", "--key", "first")

    def full(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "write_bytes", full)
    said = run(out, "-t", files[0], "-d", "2026-05-07", "--key", "second", "--force", ok=False)
    assert f"night: cannot be written ({os.strerror(number)}); {why}" in said
    assert load_election(out).key == "first"
    assert sorted(p.name for p in tmp_path.iterdir()) == [files[1].name, files[0].name, "night"]
    assert "cannot be written" in run(files[0] / "night", "-t", files[0], "-d", "2026-05-07", ok=False)


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["-d", "7 May"], "'7 May' is no date"),
        (["-d", "2020-05-07", "-e", "THEN"], "is not earlier than 2020-05-07"),
        (["-d", "2026-05-07", "-e", "leap.csv"], "say which polling day"),
        (["-d", "2026-05-07", "-e", "nowhere.csv:2022-05-05"], "nowhere.csv: cannot be read"),
        (["-d", "2026-05-07", "-e", "THEN", "-e", "COPY"], "give each contest in one file only"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(
    files: tuple[Path, Path], tmp_path: Path, args: list[str], why: str
) -> None:
    now, then = files
    copy = tmp_path / "copy-2022-05-05.csv"
    copy.write_text(then.read_text() + "\n")
    given = [{"THEN": str(then), "COPY": str(copy)}.get(a, a) for a in args]
    assert why in run(tmp_path / "night", "-t", now, *given, ok=False)


def test_building_needs_the_raw_data(tmp_path: Path) -> None:
    result = CliRunner().invoke(build_packs, [str(tmp_path)])
    assert isinstance(result.exception, SourceError)
    assert "holds no folder leap" in str(result.exception)


@pytest.mark.shared
def test_the_2018_file_imported_as_a_users_is_the_embedded_night(tmp_path: Path) -> None:
    leap = SHARED / "leap"
    said = run(
        *(tmp_path / "night", "-t", leap / "leap-2018-05-03.csv", "-d", "2018-05-03"),
        *("-e", f"{leap / '2014_results.csv'}:2014-05-22"),
        *("-e", leap / "leap-2016-05-05.csv", "-e", leap / "leap-2017-05-04.csv"),
    )
    assert "matched: 2283 of 2749 contests with an earlier result" in said
    assert "row 4784: Hackney: a contest for mayor" in said
    assert re.search(r"incumbents: 30\d\d candidates sit on the council already, in 15\d councils", said)
    known = {d.council: d for d in load_election("2018").defended if d.basis == "last"}
    both = [d for d in load_election(tmp_path / "night").defended if d.basis == "last" and d.council in known]
    assert len(both) > 20
    assert all(known[d.council].seats == d.seats for d in both)
    mine, theirs = load_outcome(tmp_path / "night"), load_outcome("2018")

    ours, embedded_ones = load_election(tmp_path / "night").contests, load_election("2018").contests
    assert set(ours) == set(embedded_ones), "a feed made for the one is one for the other"
    assert [b for b, c in ours.items() if c.by_election] == [b for b, c in embedded_ones.items() if c.by_election]

    def seats(outcome: object) -> dict[str, object]:
        return {k: v.seats_won for k, v in outcome.councils.items()}  # type: ignore[attr-defined]

    assert seats(mine) == seats(theirs)


@pytest.mark.shared
@pytest.mark.parametrize("key", ["2016", "2025"])
def test_rebuilding_a_pack_gives_the_same_bytes(tmp_path: Path, key: str) -> None:
    result = CliRunner().invoke(build_packs, [str(SHARED), "--only", key, "--out", str(tmp_path)])
    assert result.exception is None, result.exception
    files = sorted(p.relative_to(PACKS / key) for p in (PACKS / key).rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(tmp_path / key) for p in (tmp_path / key).rglob("*") if p.is_file())
    _, mismatch, errors = filecmp.cmpfiles(PACKS / key, tmp_path / key, [str(f) for f in files], shallow=False)
    assert (mismatch, errors) == ([], [])
