"""What is declared, corrected, retracted and undone adds up to its net effect, to the last bit."""

from __future__ import annotations

import dataclasses
import os

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st

from models.start import start
from projection.codec import dumps
from projection.desk import retract, take, undo
from projection.engine import project_declared
from projection.items import COUNTERMANDED, Item, declared_of
from projection.journal import Journal
from projection.night import as_it_stands, open_night, replay
from projection.session import make_session
from seeds import NightError
from tests.projection.conftest import CASTLE, ME, NORTH, SOUTH, north, south

RESULTS = {
    ("contest", NORTH): [north(v).content for v in (1100, 1101, 900)] + [COUNTERMANDED],
    ("contest", SOUTH): [south().content, south(Con=1).content, south(Lab=1).content],
    ("contest", CASTLE): [{"votes": {"Con": [c, 700, 690], "LD": [400], "Lab": [720, 500]}} for c in (950, 960)],
    ("council", "gamma"): [{"won": {"Con": c, "LD": 10 - c}} for c in (3, 4)] + [{"shares": {"Con": 40, "LD": 50}}],
}


results = st.dictionaries(st.sampled_from(sorted(RESULTS)), st.integers(0, 3), min_size=1, max_size=4)


commands = st.lists(
    st.tuples(st.just("declare"), results)
    | st.tuples(st.just("correct"), results)
    | st.tuples(st.just("retract"), st.sampled_from(sorted(RESULTS)))
    | st.tuples(st.just("undo"), st.none()),
    max_size=12,
)


def give(journal, election, commands):
    """Give commands to the desk; return their net effect as a person would keep it on paper."""
    paper = {}
    pages = []
    for name, about in commands:
        before = dict(paper)
        try:
            if name == "undo":
                undo(journal, author="me")
                paper = pages.pop()
                continue
            if name == "retract":
                retract(journal, lambda s, about=about: [about], why="", **ME)
                del paper[about]
            else:
                items = [Item(*k, RESULTS[k][v % len(RESULTS[k])]) for k, v in about.items()]
                if not take(journal, election, items, why="so" if name == "correct" else None, **ME).entries:
                    continue
                for item in items:
                    old = paper.get(item.subject)
                    both = item.content if old is None else {**old, **item.content}
                    agrees = old is not None and all(old[k] == v for k, v in item.content.items() if k in old)
                    agrees = agrees and ("status" in old) == ("status" in item.content)
                    # A correction of a contest takes its place; of a council, that of what it speaks of.
                    keeps = old is None or agrees or item.kind == "council"
                    paper[item.subject] = both if keeps else item.content
        except NightError:
            assert paper == before
            continue
        pages.append(before)
    return paper


@hypothesis.given(commands)
@hypothesis.settings(max_examples=60, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
def test_any_sequence_of_commands_is_its_net_effect(night, election, commands):
    adds_up(night, election, commands)


@pytest.mark.slow
@hypothesis.given(commands)
@hypothesis.settings(max_examples=2000, suppress_health_check=list(hypothesis.HealthCheck))
def test_any_of_two_thousand_sequences_of_commands_is_its_net_effect(night, election, commands):
    adds_up(night, election, commands)


def adds_up(night, election, commands):
    """What the journal says after these commands is what is on paper, and so is what the engine is given."""
    fresh = night.with_name(f"{os.urandom(6).hex()}.night")
    open_night(night.with_name("toy"), fresh)
    with Journal(fresh) as j:
        paper = give(j, election, commands)
        net = replay(j.entries())
        assert {i.subject: i.content for i in net.items()} == paper
        # The engine is given the very same thing, whatever the order in which it came about.
        assert repr(net.declared()) == repr(declared_of(Item(*k, paper[k]) for k in sorted(paper, reverse=True)))


@pytest.mark.parametrize("seed", range(4))
def test_the_projection_after_any_sequence_is_bit_for_bit_that_of_its_net_effect(night, election, seed):
    rng = np.random.default_rng(seed)
    keys = sorted(RESULTS)
    given = []
    for _ in range(14):
        name = str(rng.choice(["declare", "correct", "correct", "retract", "undo"]))
        about = {keys[k]: int(rng.integers(3)) for k in rng.permutation(4)[:2]}
        given.append((name, next(iter(about)) if name == "retract" else None if name == "undo" else about))
    with Journal(night) as j:
        paper = give(j, election, given)
        net = replay(j.entries())
    as_if = declared_of(Item(*k, v) for k, v in reversed(paper.items()))
    one, other = (
        project_declared(e, d, seed=3, draws=200, session=make_session(e, start()))
        for e, d in ((as_it_stands(election, net), net.declared()), (as_it_stands(election, net), as_if))
    )
    assert dumps(one) == dumps(other)


def test_a_projection_after_a_retraction_is_bit_for_bit_one_of_a_night_without_it(night, election):
    session = make_session(election, start())
    with Journal(night) as j:
        take(j, election, [north()], **ME)
        plain = project_declared(election, replay(j.entries()).declared(), draws=200, session=session)
        take(j, election, [Item("contest", CASTLE, RESULTS["contest", CASTLE][0])], **ME)
        more = project_declared(election, replay(j.entries()).declared(), draws=200, session=session)
        retract(j, lambda s: [("contest", CASTLE)], why="", **ME)
        after = project_declared(election, replay(j.entries()).declared(), draws=200, session=session)
    assert dumps(after) == dumps(plain) != dumps(more)


def test_a_projection_survives_its_way_through_the_cache_to_the_last_bit(night, election):
    from projection.codec import loads
    from projection.result import Projection

    made = project_declared(
        election, declared_of([north(), south()]), draws=100, session=make_session(election, start())
    )
    back = loads(Projection, dumps(made))
    assert dumps(back) == dumps(made)
    assert back.to_dict() == made.to_dict()
    assert np.array_equal(back.wards.quantiles, made.wards.quantiles, equal_nan=True)
    assert [type(getattr(back, f.name)) for f in dataclasses.fields(back)] == [
        type(getattr(made, f.name)) for f in dataclasses.fields(made)
    ]
