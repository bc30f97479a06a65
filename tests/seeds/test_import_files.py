"""What ``pns import`` is given: no file and no contest counts twice, and votes that nobody knows are not nought."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from seeds.build.imported import Imported, make
from seeds.errors import SourceError
from seeds.pack import load_election
from tests.seeds.test_commons import CANDIDATES, WARDS, book
from tests.seeds.test_democracy_club import DAY, file_of, row

NOW = '"Adur","E07000223","Buckingham","E05007562","A","C","520","1"\n'
THEN = dt.date(2022, 5, 5)


def at(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def made(now: list[Path], then: list[tuple[Path, dt.date]] | None = None) -> Imported:
    return make("x", "X", DAY, now, then or [], packs=False)


def test_a_file_given_twice_under_any_name_is_refused(tmp_path: Path) -> None:
    file, copy = at(tmp_path, "a.csv", NOW), at(tmp_path, "b.csv", NOW)
    for other in (file, tmp_path / "x" / ".." / "a.csv"):
        (tmp_path / "x").mkdir(exist_ok=True)
        with pytest.raises(SourceError, match=r"a.csv: is given twice; give each file once"):
            made([file, other])
    with pytest.raises(SourceError, match=r"b.csv: is the same, byte for byte, as .*a.csv"):
        made([file, copy])
    with pytest.raises(SourceError, match=r"a.csv: is given twice"):
        made([file], [(file, THEN)])
    earlier = at(tmp_path, "c.csv", NOW.replace("520", "600"))
    with pytest.raises(SourceError, match=r"c.csv: is given twice"):
        made([file], [(earlier, THEN), (earlier, THEN)])


def test_two_files_of_one_name_are_two_files_and_their_contests_are_compared(tmp_path: Path) -> None:
    first = at(tmp_path, "one/results.csv", NOW)
    second = at(tmp_path, "two/results.csv", NOW.replace("Buckingham", "Churchill").replace("7562", "7563"))
    election = made([first, second]).election
    assert [c.ward for c in election.contests.values()] == ["Buckingham", "Churchill"]
    assert {s.origin for s in made([first, second]).sources if s.table.startswith("contests")} == {
        str(first),
        str(second),
    }
    for again in (NOW.replace("520", "521"), NOW.replace("E05007562", "NULL"), NOW.replace("Buckingham", "Other")):
        second.write_text(again)
        with pytest.raises(SourceError, match=r"two/results.csv, row 1: .* stands in .*one/results.csv, row 1 too"):
            made([first, second])


def test_a_by_election_beside_its_wards_contest_may_stand_in_another_file(tmp_path: Path) -> None:
    by = f"local.adur.buckingham.by.{DAY}"
    one = file_of(tmp_path, [row("adur", "Buckingham", "Green Party")])
    one.rename(tmp_path / "one.csv")
    other = file_of(tmp_path, [row("adur", "Buckingham", "Green Party", ballot=by)])
    assert len(made([tmp_path / "one.csv", other]).election.contests) == 2


def test_an_earlier_file_of_candidates_alone_is_refused(tmp_path: Path) -> None:
    file = at(tmp_path, "a.csv", NOW)
    then = {"election_date": str(THEN), "ballot": f"local.adur.a.{THEN}"}
    rows = [row("adur", "A", p, **then) for p in ("Labour Party", "Green Party")]
    with pytest.raises(SourceError, match=r"candidates.csv: tells no votes, only who stood"):
        made([file], [(file_of(tmp_path, rows), THEN)])


@pytest.mark.parametrize("cell", [None, "#REF!", "n/k", "=1/0", -3])
def test_votes_that_are_no_number_are_unknown_and_not_nought(tmp_path: Path, cell: object) -> None:
    file = at(tmp_path, "a.csv", '"Cambridge","E07000008","Abbey","E05013050","A","C","520","1"\n')
    day = dt.date(2021, 5, 6)
    rows = [*CANDIDATES[:5], [*CANDIDATES[5][:7], cell, *CANDIDATES[5][8:]], CANDIDATES[6]]
    wards = [*WARDS[:3], [*WARDS[3][:6], 1, *WARDS[3][7:]]]
    got = made([file], [(book(tmp_path / "b.xlsx", rows, wards), day)])
    (contest,) = got.election.contests.values()
    assert contest.earlier == ()
    told = " / ".join(got.lines)
    assert "b.xlsx: votes not known of 1 contests, left out of the baselines: Abbey of cambridge" in told
    assert "row 6: Cambridge, Abbey: " in told
    assert "(1 of 2 candidates); the contest's votes are unknown" in told
    whole = made([file], [(book(tmp_path / "c.xlsx", CANDIDATES, wards), day)])
    assert [dict(e.votes) for c in whole.election.contests.values() for e in c.earlier] == [
        {"Grn": (1129.0,), "Ind": (90.0,)}
    ]
    assert "votes not known" not in " ".join(whole.lines)


def test_blank_votes_of_winners_whom_nobody_opposed_are_no_fault(tmp_path: Path) -> None:
    rows = [*CANDIDATES[:6], [*CANDIDATES[6][:7], None, *CANDIDATES[6][8:]]]
    wards = [*WARDS[:3], [*WARDS[3][:6], 1, *WARDS[3][7:]]]
    got = make("x", "X", dt.date(2021, 5, 6), [book(tmp_path / "b.xlsx", rows, wards)], [], packs=False)
    silent = [c for c in got.election.contests.values() if c.status == "uncontested"]
    assert [c.ward for c in silent] == ["Albrighton"]
    assert got.results


def test_by_elections_are_marked_as_the_embedded_packs_mark_them(tmp_path: Path) -> None:
    thursby = '"Cumbria","E10000006","Thursby","E58000333","A","C","520","1"\n'
    ordinary = "".join(NOW.replace("Buckingham", f"Ward {n}").replace("7562", f"{7000 + n}") for n in range(9))
    file = at(tmp_path, "a.csv", thursby + ordinary)
    contests = make("x", "X", dt.date(2022, 5, 5), [file], [], packs=False).election.contests
    assert [b for b, c in contests.items() if c.by_election] == ["local.cumbria.thursby.by.2022-05-05"]
    assert len(contests) == 10, "a third of Adur's seats are an ordinary election"
    same_day = make("x", "X", dt.date(2019, 5, 2), [at(tmp_path, "b.csv", thursby)], [], packs=False).election
    assert set(same_day.contests) == {"local.cumbria.thursby.by.2019-05-02"}
    assert set(same_day.contests) < set(load_election("2019").contests)


def test_marks_that_contradict_the_votes_are_said_with_the_first_few(tmp_path: Path) -> None:
    ward = (
        '"Adur","E07000223","W{n}","E0500756{n}","A","Lab","580","{lab}"\n'
        '"Adur","E07000223","W{n}","E0500756{n}","B","C","507","{con}"\n'
    )
    # A tie goes to whoever is marked; first preferences of a transferable vote need not agree.
    tie = '"Adur","E07000223","T","E05007570","A","Lab","9","0"\n"Adur","E07000223","T","E05007570","B","C","9","1"\n'
    stv = '"Angus","S12000041","S","S13000001","A","Lab","9","0"\n"Angus","S12000041","S","S13000001","B","C","8","1"\n'
    text = "".join(ward.format(n=n, lab=int(n == 1), con=int(n != 1)) for n in range(1, 7)) + tie + stv
    other = text.replace("580", "681").replace("507", "608").replace('"9"', '"19"').replace('"8"', '"18"')
    now, then = at(tmp_path, "now.csv", text), at(tmp_path, "then.csv", other)
    told = [line for line in made([now], [(then, THEN)]).lines if "marked as elected" in line]
    assert [line.split(":")[0] for line in told] == ["tonight", "earlier"]
    assert "now.csv: in 5 of 7 contests" in told[0]
    assert "W2 of adur: Con marked with 507, Lab not with 580; W3 of adur" in told[0]
    assert told[0].endswith("; and 2 more")
    assert not [line for line in made([at(tmp_path, "tie.csv", tie + stv)]).lines if "marked as elected" in line]
