"""Benchmarks of one update and its parts on the night of 2018: ``pytest -m bench``. Nothing here asserts a time."""

from __future__ import annotations

import pytest

from projection.assemble import assemble
from projection.engine import fit, project_declared, reduce
from projection.session import make_session
from scenarios.replay import declared_by
from scenarios.skew import RANDOM, arranged
from seeds import load_election, load_outcome

pytestmark = pytest.mark.bench


@pytest.fixture(scope="module")
def night():
    election, outcome = load_election("2018"), load_outcome("2018")
    order = arranged(election, outcome, RANDOM, 0)
    session = make_session(election)
    parts = {share: declared_by(election, outcome, order[: round(share * len(order))]) for share in (0.05, 0.25, 0.5)}
    project_declared(election, parts[0.05], session=session, draws=50)
    return session, parts


@pytest.mark.parametrize("share", [0.05, 0.25, 0.5])
def test_warm_update(benchmark, night, share):
    session, parts = night
    done = benchmark.pedantic(
        project_declared, (session.election, parts[share]), {"session": session}, rounds=5, warmup_rounds=1
    )
    assert done.declared.contests == len(parts[share].contests)


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_posterior(benchmark, night, share):
    session, parts = night
    posterior = benchmark.pedantic(fit, (session, parts[share]), {"seed": 0, "draws": 2000}, rounds=5)
    assert posterior.draws == 2000


def test_draws_counted(benchmark, night):
    session, parts = night
    posterior = fit(session, parts[0.25], seed=0, draws=2000)
    tally = benchmark.pedantic(reduce, (session, parts[0.25], posterior), {"seed": 0, "draws": 2000}, rounds=5)
    assert len(tally.votes) == 2000


def test_summary(benchmark, night):
    session, parts = night
    tally = reduce(session, parts[0.25], fit(session, parts[0.25], seed=0, draws=2000), seed=0, draws=2000)
    projection = benchmark.pedantic(assemble, (tally,), {"as_of": None, "time_note": ""}, rounds=5)
    assert projection.draws == 2000


def test_opening_a_session(benchmark):
    election = load_election("2018")
    session = benchmark.pedantic(make_session, (election,), rounds=3)
    assert session.election is election
