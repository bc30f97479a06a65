"""The engine with the real model on a real night."""

from __future__ import annotations

import numpy as np
import pytest

from models.types import Declared
from projection.engine import project_declared
from projection.session import make_session
from scenarios.order import declaring
from scenarios.replay import declared_by
from seeds import load_election, load_outcome

pytestmark = pytest.mark.night
DRAWS = 300


@pytest.fixture(scope="module")
def night():
    election, outcome = load_election("2018"), load_outcome("2018")
    return election, outcome, declaring(election, outcome), make_session(election)


def test_every_seat_goes_to_someone_and_every_ward_adds_up(night):
    election, outcome, councils, session = night
    p = project_declared(election, declared_by(election, outcome, councils[:15]), session=session, draws=DRAWS)
    assert sum(s.mean for s in p.seats.values()) == pytest.approx(p.scope.seats)
    wards = p.to_frame("wards")
    assert np.allclose(wards.groupby("ballot_id")["share"].sum(), 1, atol=1e-4)
    assert wards[["p05", "p25", "p50", "p75", "p95"]].diff(axis=1).iloc[:, 1:].min().min() >= 0
    chances = wards.groupby("ballot_id").agg(win=("win", "sum"), seats=("seats", "first"))
    assert (chances["win"] <= chances["seats"] + 1e-9).all()
    assert (chances["win"] >= 1 - 1e-9).all()


def test_a_retraction_leaves_the_projection_as_if_it_had_never_been_declared(night):
    election, outcome, councils, session = night
    declared = declared_by(election, outcome, councils[:3])
    first = project_declared(election, declared, session=session, draws=DRAWS, seed=5)
    project_declared(election, declared_by(election, outcome, councils[:9]), session=session, draws=DRAWS, seed=5)
    again = Declared(dict(reversed(declared.contests.items())), declared.councils, declared.lots)
    assert project_declared(election, again, session=session, draws=DRAWS, seed=5).to_dict() == first.to_dict()


def test_intervals_narrow_as_councils_declare(night):
    election, outcome, councils, session = night
    widths = []
    for part in (0, len(councils) // 4, len(councils)):
        p = project_declared(election, declared_by(election, outcome, councils[:part]), session=session, draws=DRAWS)
        widths.append(p.seats["Lab"].p95 - p.seats["Lab"].p05)
    assert widths[0] > widths[1] > widths[2] == 0
