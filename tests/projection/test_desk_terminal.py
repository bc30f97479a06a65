"""The desk at a terminal: typing in, completion, the log, and no heavy library on the way."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import projection
from projection.cli import main, root
from projection.desk import note, take
from projection.journal import Entry, Journal
from projection.names import find_contest, shell_councils, shell_wards
from projection.views import night_dict
from seeds import load_election
from tests.projection.conftest import CASTLE, ME, NORTH, north, state

HOME = Path(projection.__file__).resolve().parent.parent


def test_what_the_desk_does_loads_nothing_heavy(night, toy_pack, tmp_path):
    file = tmp_path / "r.csv"
    file.write_text(f"ballot_id,party,votes\n{NORTH},Con,800\n{NORTH},Lab,1100\n{NORTH},LD,350\n")
    code = (
        "import sys; from projection.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print(*sorted({'numpy', 'numba', 'scipy', 'pandas', 'pymc', 'rich'} & set(sys.modules)))"
    )
    for args in (
        ["open", str(toy_pack), "--as", str(tmp_path / "other.night")],
        ["declare", str(night), str(file)],
        ["retract", str(night), NORTH],
        ["undo", str(night)],
        ["log", str(night)],
    ):
        done = subprocess.run(
            [sys.executable, "-c", code, *args],
            env=os.environ | {"PYTHONPATH": str(HOME)},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert done.stdout.splitlines()[-1] == "", args


def test_the_log_is_one_plain_object_an_entry(night, election, capsys):
    with Journal(night) as j:
        take(j, election, [north()], **ME)
        take(j, election, [north(1101)], why="misread", **ME)
        note(j, "quiet", author="me")
    told = [json.loads(line) for line in log_lines(night, capsys, "--json")]
    assert [(e["kind"], e["stands"]) for e in told] == [("declare", False), ("correct", True), ("note", False)]
    assert told[0]["content"] == north().content
    assert told[2]["content"] is None
    assert len(log_lines(night, capsys)) == 3
    assert len(log_lines(night, capsys, "--last", "1")) == 1


def log_lines(night, capsys, *options):
    main(["log", str(night), *options])
    return capsys.readouterr().out.splitlines()


def test_what_another_source_contradicts_can_be_written_as_json(night, election):
    with Journal(night) as j:
        take(j, election, [north()], **ME)
        j.append(lambda _: [Entry("note", "feed", "watch", subject="contest", key=NORTH, content=north(7).content)])
    told = json.loads(json.dumps(night_dict(state(night))))
    assert told["conflicts"][0]["content"] == north(7).content


def test_wards_are_typed_in_one_after_the_other_until_an_empty_line(election, capsys):
    from projection.typing_in import type_in

    lines = iter(
        [
            "beta/cast",
            "950+720+690*",
            "690+500",
            "400",
            "nowhere",
            "alpha/n",
            "",
            "alpha/n",
            "8",
            "x",
            "3+4",
            "3",
            "",
            "2",
            "",
        ]
    )
    took = []
    type_in(election, took.append, ask=lambda _: next(lines))
    assert [list(b.declared.contests) for b in took] == [[CASTLE], [NORTH]]
    assert sorted(took[1].declared.contests[NORTH].values()) == [(2,), (3,), (8,)]
    said = capsys.readouterr()
    assert "'nowhere' is no ward" in said.err
    for text in ("x", "3+4"):
        assert f"'{text}' is not the votes of 1 candidate, such as 950" in said.out
    assert "nothing typed, nothing taken" in said.out
    assert "0 for none" in said.out


def test_a_ward_that_ends_in_the_middle_is_said_not_to_be_taken(election, capsys):
    from projection.typing_in import type_in

    lines = iter(["alpha/n", "8"])

    def ask(prompt):
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    took = []
    type_in(election, took.append, ask=ask)
    assert took == []
    assert "in the middle of North: nothing of it was taken" in capsys.readouterr().out


def test_a_typed_ward_is_corrected_for_the_reason_given(night, election, monkeypatch, capsys):
    import projection.typing_in as typing_in

    with Journal(night) as j:
        take(j, election, [north()], **ME)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    lines = iter(["alpha/n", "801", "1101", "351", ""])
    monkeypatch.setattr(typing_in.type_in, "__defaults__", (lambda _: next(lines),))
    with contextlib.suppress(SystemExit):
        main(["declare", str(night), "--correct", "a typo", "--by", "Ann"])
    (entry,) = state(night).standing.values()
    assert (entry.kind, entry.why, entry.author) == ("correct", "a typo", "Ann")


@pytest.mark.parametrize(
    "args", [["--seats", "Lab 3"], ["--after", "Lab 3"], ["--votes", "Lab 3"], ["--countermanded"]]
)
def test_options_of_a_result_without_its_council_or_ward_are_refused_at_a_terminal_too(
    night, monkeypatch, capsys, args
):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    with pytest.raises(SystemExit) as left:
        main(["declare", str(night), *args])
    assert left.value.code == 2
    assert "give --" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "typed", "offered"),
    [
        (["declare", "NIGHT", "--council"], "Al", ["Alpha"]),
        (["retract", "NIGHT", "--council"], "al", ["Alpha"]),
        (["declare", "NIGHT", "--ward"], "be", ["Beta/"]),
        (["declare", "NIGHT", "--ward"], "Beta/ca", ["Beta/castle"]),
        (["declare", "NIGHT", "--council", "Beta", "--ward"], "", ["castle", "moor"]),
        (["show", "NIGHT", "--council"], "zz", []),
        (["declare", "nowhere.night", "--council"], "Al", []),
    ],
)
def test_a_shell_completes_names_that_are_then_understood(night, election, args, typed, offered):
    from click.shell_completion import BashComplete

    shell = BashComplete(root, {}, "pns", "_PNS_COMPLETE")
    found = [c.value for c in shell.get_completions([str(night) if a == "NIGHT" else a for a in args], typed)]
    assert found == offered
    council = "beta" if "Beta" in args else None
    for name in found:
        if args[-1] == "--ward" and not name.endswith("/"):
            assert find_contest(election, name, council).council == "beta"


def test_a_name_with_a_blank_is_offered_to_a_shell_as_its_slug():
    election = load_election("2018", desk=True)
    assert shell_councils(election, "Castle") == ["castle-point"]
    (ward,) = shell_wards(election, "broxbourne/broxbourne and")
    assert ward == "broxbourne/broxbourne-and-hoddesdon-south"
    assert find_contest(election, ward).ward == "Broxbourne and Hoddesdon South"


def test_the_desk_needs_only_part_of_a_pack(toy_pack, election):
    desk = load_election(toy_pack, desk=True)
    assert (desk.sha256, list(desk.contests), desk.polls) == (election.sha256, list(election.contests), ())
    for ballot, contest in election.contests.items():
        votes = [e for e in contest.earlier if e.unit == "votes"]
        assert desk.contests[ballot] == dataclasses.replace(contest, earlier=tuple(votes[-1:]))
