"""Net change says what it is measured against: the seats before, May on May, or the last contest of the same seats."""

from __future__ import annotations

import dataclasses
import json

import pytest

from models.types import Declared
from projection.bases import on_basis
from projection.before import before_words
from projection.cli import main
from projection.codec import dumps, loads
from projection.council_net import council_net
from projection.engine import project_declared
from projection.report import APART, parties_table, scope_words
from projection.result import Projection
from projection.session import make_session
from scenarios.order import declaring
from scenarios.replay import declared_by
from seeds import PackError, load_election, load_outcome
from seeds.build import holdover
from seeds.defended import DERIVED

# Alpha lost a Labour councillor to the Conservatives between May and the night; of delta's seats four were fought in
# 2014, of which one has changed hands since; beta and gamma are known on one basis only.
DEFENDED = """council,basis,year,seats,how
alpha,may,2017,Lab=6; Con=3,composition
beta,may,2017,Con=5,composition
delta,may,2017,Lab=7; LD=5,composition
delta,last,2014,Lab=3; LD=1,results of 2014-05-22
gamma,last,2014,Con=4; Old Party=6,composition after May 2014
"""


@pytest.fixture
def table(toy_pack):
    (toy_pack / "defended.csv").write_text(DEFENDED)
    parties = toy_pack / "parties.csv"
    parties.write_text(parties.read_text() + "Old Party,Old Party,other\n")
    return toy_pack


def end_of(pack, draws=20):
    election, outcome = load_election(pack), load_outcome(pack)
    declared = declared_by(election, outcome, declaring(election, outcome))
    return project_declared(election, declared, draws=draws, session=make_session(election))


def median(net):
    return {p: round(s.p50) for p, s in net.items() if s.p50}


def test_may_on_may_is_all_seats_of_a_council_less_those_of_last_may(table, fake_model):
    may = end_of(table).nets["may"]
    # alpha: Lab 4, Con 4, Ind 1 after; beta: Con 3, Lab 2; delta: Lab 8, LD 4.
    assert median(may.change) == {"Lab": (4 - 6) + 2 + 1, "Con": (4 - 3) - 2, "Ind": 1, "LD": -1}
    assert (may.councils, dict(may.years)) == (3, {"2017": 3})
    assert may.before == {"Lab": 6 - 3 + 7 - 5, "Con": 3 - 2 + 5, "LD": 5 - 3}
    assert sum(s.mean for s in may.change.values()) == pytest.approx(0)


def test_the_last_contest_compares_tonights_seats_alone_and_a_party_that_is_gone_loses_all_its_own(table, fake_model):
    last = end_of(table).nets["last"]
    # delta won Lab 3, LD 1 as in 2014; gamma won Con 4, LD 6.
    assert median(last.change) == {"LD": 6, "Old Party": -6}
    assert last.councils == 2
    assert "Old Party" in last.before


def test_what_changed_hands_since_the_last_contest_leads_from_one_basis_to_the_other(table, fake_model):
    projection = end_of(table)
    last = projection.nets["last"]
    # Up in delta: Lab 7 - 5, LD 5 - 3, in gamma Con 6, LD 4; in 2014 they were Lab 3, LD 1 and Con 4, Old Party 6.
    # Parties that compositions put together now and then are told as one.
    assert last.since == {"Oth": -6, "LD": (2 - 1) + 4, "Con": 2, "Lab": -1}
    assert last.since_councils == 2
    less = {p: median(last.change).get(p, 0) - last.since[p] for p in ("Lab", "LD", "Con")}
    # Delta and gamma on the seats before.
    assert less == {"Lab": 1, "LD": (4 - 5) + 2, "Con": -2}
    assert "take that off" in last.words


def test_every_output_says_which_change_it_shows(table, fake_model, capsys):
    projection = end_of(table)
    assert "as the pack has them, which for 2 of 4 councils are those of last May" in scope_words(projection)
    assert "May on May: all seats of 3 councils" in scope_words(on_basis(projection, "may"))
    assert "the last contest of the same seats (2014), known of 2 councils" in scope_words(on_basis(projection, "last"))
    for net, head in (("before", "Change on before"), ("may", "Change on May 2017"), ("last", "contests of 2014")):
        main(["replay", str(table), "--last", "--draws", "20", "--quiet", "--net", net])
        out = capsys.readouterr().out
        assert head in out, net
        assert ("in 2 councils" in out.partition("No projected")[0]) == (net == "last")
    main(["replay", str(table), "--last", "--draws", "20", "--quiet", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert set(told["net_by"]) == {"may", "last"}
    assert told["net_by"]["last"]["changed_hands_since"]["Con"] == 2
    assert "seats before tonight" in told["scope"]["net_words"]


def test_a_pack_whose_seats_before_are_those_of_may_says_that_it_is_may_on_may(fake_model):
    projection = end_of("2025")
    assert projection.scope.net_label == "on May 2024"
    assert "it is May on May" in projection.scope.net_words
    may = projection.nets["may"]
    assert may.councils == projection.scope.net_councils
    assert {p: s.p50 for p, s in may.change.items()} == {p: s.p50 for p, s in projection.net.items()}


def test_a_basis_that_the_pack_lacks_is_refused_before_anything_is_sampled(toy_pack, capsys):
    with pytest.raises(SystemExit) as leave:
        main(["replay", str(toy_pack), "--net", "may"])
    assert leave.value.code == 2
    assert "no rows with the basis 'may' in defended.csv" in capsys.readouterr().err


def test_parties_that_a_basis_lumps_are_counted_with_the_others(table, fake_model):
    file = table / "defended.csv"
    file.write_text(file.read_text().replace("Lab=6; Con=3", "Lab=6; Con=2; Oth=1"))
    may = end_of(table).nets["may"]
    assert set(may.lumped) == {"Ind", "Alphaton First"}
    assert median(may.change) == {"Lab": 1, "LD": -1}  # the independent takes the others' place
    assert may.others is not None
    assert may.others.p50 == 1


def test_a_kept_projection_keeps_its_bases(table, fake_model):
    projection = end_of(table)
    again = loads(Projection, dumps(projection))
    assert again.nets == projection.nets
    with pytest.raises(PackError, match="no council in scope"):
        on_basis(end_of(_without(table)), "may")


def _without(pack):
    (pack / "defended.csv").unlink()
    return pack


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("alpha,day,2017,Con=1,x", "row 7, column basis: 'day' is none of may, last"),
        ("alpha,may,2017,Con=1,x", "row 7, column council: 'alpha' stands twice"),
        ("gamma,may,soon,Con=1,x", "row 7, column year"),
        ("gamma,may,2017,Con=-1,x", "row 7, column seats"),
        ("nowhere,may,2017,Con=1,x", "'nowhere' is not in councils.csv"),
    ],
)
def test_a_wrong_row_of_the_table_is_named(table, row, words):
    file = table / "defended.csv"
    file.write_text(file.read_text() + row + "\n")
    with pytest.raises(PackError, match=words):
        load_election(table)


def test_a_pack_that_tells_every_party_apart_fills_no_screen_and_hides_no_party_that_loses_all(table, fake_model):
    projection = end_of(table)
    local = {f"Local {n}": dataclasses.replace(projection.seats["LD"], mean=1 + n / 100) for n in range(40)}
    gone = dataclasses.replace(projection.seats["LD"], mean=0.0)
    many = dataclasses.replace(
        projection, seats={**projection.seats, **local, "Gone": gone}, before={**projection.before, "Gone": 60}
    )
    rows = parties_table(many, rows=3).columns[0]._cells
    assert [str(x) for x in rows if str(x) in ("Lab", "Gone")] == ["Lab", "Gone"]
    assert len(rows) == APART + 1  # and no overall control
    assert "more parties with" in str(parties_table(many, rows=3).caption)


def test_one_council_s_change_says_what_it_is_measured_against(table, fake_model):
    election, p = load_election(table), end_of(table)
    alpha, delta, gamma = (p.councils[c] for c in ("alpha", "delta", "gamma"))
    before, may, last = (council_net(election, delta, basis) for basis in ("before", "may", "last"))
    assert (before.label, before.held, may.label) == ("on May 2017", "Before", "on May 2017")
    assert (last.label, last.held) == ("on the contests of 2014", "Won in 2014")
    assert median(may.change) == median(before.change) == {"Lab": 8 - 7, "LD": 4 - 5}
    assert median(last.change) == {}, "three of Labour and one Liberal Democrat won, as in 2014"
    assert median(council_net(election, gamma, "last").change) == {"LD": 6, "Old Party": -6}
    assert median(council_net(election, alpha, "may").change) == {"Lab": 4 - 6, "Con": 4 - 3, "Ind": 1}
    nothing = council_net(election, alpha, "last")
    assert (nothing.base, nothing.change) == (None, {})
    assert "no row with the basis 'last' in defended.csv" in nothing.words


def test_a_council_s_change_is_not_told_of_parties_that_its_base_puts_together(table, fake_model):
    file = table / "defended.csv"
    file.write_text(file.read_text().replace("Lab=6; Con=3", "Lab=6; Con=2; Oth=1"))
    net = council_net(load_election(table), end_of(table).councils["alpha"], "may")
    assert median(net.change) == {"Lab": 4 - 6, "Con": 4 - 2}
    assert "Ind" not in net.change
    assert "Oth then may be Ind now" in net.words


def test_show_prints_a_council_s_change_on_the_basis_asked_for(table, tmp_path, capsys):
    night = str(tmp_path / "toy.night")
    main(["open", str(table), "--as", night])
    for basis, words in (("may", "Change on May 2017"), ("last", "Change on the contests of 2014")):
        main(["show", night, "--council", "delta", "--net", basis, "--draws", "50", "--quiet"])
        assert words in capsys.readouterr().out


def test_where_no_council_s_seats_before_are_known_no_change_is_shown(table, fake_model):
    projection = end_of(table)
    nothing = dataclasses.replace(projection, scope=dataclasses.replace(projection.scope, net_councils=0))

    def changes(p):
        were, change = (c for c in parties_table(p).columns if str(c.header).startswith(("Were up", "Change")))
        return [str(x) for c in (were, change) for x in c._cells if str(x)]

    assert changes(projection)
    assert not changes(nothing)


def test_what_members_not_up_did_is_said_to_be_unseen_only_where_it_is():
    def words(*names):
        return before_words(election, names)[1].partition("is in it")[2]

    election = load_election("2018")
    listed, derived, whole = ("adur", "chorley", "birmingham")  # how their seats held over are known
    assert all(DERIVED in told for told in (election.councils[derived].note, holdover.DERIVED))
    assert words(whole) == "."
    assert words(derived) == words(derived, whole) == ", also of members who are not up."
    assert words(listed).startswith(", but for members who are not up, of whom only")
    assert words(listed, derived, whole).startswith(", but for members who are not up in 1 council, of whom only")
    # 2016's are all derived.
    everywhere = load_election("2016")
    compared = [c for c, x in everywhere.councils.items() if x.seats_before is not None]
    assert "but for" not in before_words(everywhere, compared)[1]


def test_seats_that_were_up_may_be_drawn_on_may_too_and_never_on_the_last_contest(table, fake_model):
    election = load_election(table)
    delta = dataclasses.replace(election.councils["delta"], held_over=None)
    hidden = dataclasses.replace(election, councils={**election.councils, "delta": delta})
    for known, drawn in ((election, set()), (hidden, {"Lab", "LD"})):
        p = project_declared(known, Declared({}), draws=50, seed=2)
        assert set(on_basis(p, "may").scope.before_drawn) == drawn
        assert on_basis(p, "last").scope.before_drawn == ()
