"""Real nights, replayed to their end: the last table is the counted result."""

from __future__ import annotations

import pytest

from projection.session import make_session
from scenarios.order import declaring
from scenarios.replay import differences, replay
from scenarios.schedule import schedule
from seeds import embedded, load_election, load_outcome

#: Seats won that night as published (docs of the raw data), by what has to be counted from votes.
PUBLISHED = {
    "2014": {"Lab": 2126, "Con": 1367, "LD": 429, "UKIP": 163},
    "2018": {"Lab": 2357, "Con": 1335, "LD": 539},
    "2021": {"Con": 2337, "Lab": 1346, "LD": 588},
}

#: Councils whose control differs from the composition published after May: councillors who were held over changed
#: party, or a lump of others hides who they are.
CONTROL_DIFFERS = {
    "2017": ["Rugby"],
    "2018": ["Mole Valley", "Worcester"],
    "2019": ["Wirral"],
    "2021": ["Basildon", "Plymouth"],
}


def end_of(key):
    """Projection once everyone has declared; no draw of the model enters where all wards are known."""
    election, outcome = load_election(key), load_outcome(key)
    order = schedule(election, outcome, "real", 0)
    (step,) = replay(election, outcome, order, session=make_session(election), draws=20, every=len(order.councils))
    return election, outcome, step.projection


@pytest.mark.night
@pytest.mark.parametrize("key", PUBLISHED)
def test_the_last_table_of_a_night_has_the_published_seats(key, fake_model):
    _, _, last = end_of(key)
    assert {p: (last.seats[p].p05, last.seats[p].p95) for p in PUBLISHED[key]} == {
        p: (n, n) for p, n in PUBLISHED[key].items()
    }
    assert sum(s.mean for s in last.seats.values()) == pytest.approx(last.scope.seats)


@pytest.mark.night
@pytest.mark.parametrize("key", ["2014", "2016", "2017", "2018", "2019", "2021", "2025"])
def test_at_the_end_every_council_has_declared_and_agrees_with_its_source(key, fake_model):
    election, outcome, last = end_of(key)
    assert last.declared.councils == last.declared.councils_of == last.scope.councils
    assert last.declared.contests == last.declared.contests_of
    apart = differences(election, outcome, last)
    assert [line.partition(": control ")[0] for line in apart] == CONTROL_DIFFERS.get(key, [])
    assert last.diagnostics["open_lots"] == []


@pytest.mark.night
def test_the_end_of_2012_is_near_what_the_press_reported(fake_model):
    election, outcome, last = end_of("2012")
    # Great Britain less Scotland, which is counted later: Labour +823 less 58, Liberal Democrats -336 plus 80. They
    # compare with the last contest of the same seats and changes since, the pack with May 2011.
    assert last.net["Lab"].p05 == last.net["Lab"].p95 == pytest.approx(823 - 58, abs=50)
    assert last.net["LD"].p50 == pytest.approx(-336 + 80, abs=50)
    english = [c for c in last.councils.values() if election.councils[c.council].nation == "England"]
    gained = [c for c in english if c.control == {"Lab": 1.0} and c.control_before != "Lab"]
    assert len(gained) == pytest.approx(22, abs=1)
    assert {c.region for c in last.councils.values()}.isdisjoint({"Scotland", "London"})
    # Compositions put Welsh independents among the others; nothing else differs from the source.
    assert all("Ind in the source" in line for line in differences(election, outcome, last))


def test_every_embedded_pack_can_be_replayed():
    for key in embedded():
        election, outcome = load_election(key), load_outcome(key)
        assert declaring(election, outcome)
