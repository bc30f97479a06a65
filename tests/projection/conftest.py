"""The invented night of the tests, opened: its pack, its journal, and what its wards may declare."""

from __future__ import annotations

import pytest

from models.fit import start
from projection.engine import project_declared
from projection.items import Item, declared_of
from projection.journal import Journal
from projection.night import open_night, replay
from projection.session import open_session
from seeds import load_election

NORTH, SOUTH, EAST, CASTLE, MOOR = (
    f"local.{x}.2018-05-03" for x in ("alpha.north", "alpha.south", "alpha.east", "beta.castle", "beta.moor")
)
HEAD = "ballot_paper_id,party,votes\n"
ROWS = {
    NORTH: f"{NORTH},Con,800\n{NORTH},Lab,1100\n{NORTH},LD,350\n",
    SOUTH: f"{SOUTH},Con,640\n{SOUTH},Lab,641\n{SOUTH},Alphaton First,200\n",
    EAST: f"{EAST},Con,1100\n{EAST},Lab,1000\n",
    MOOR: f"{MOOR},Con,500\n{MOOR},Con,480\n{MOOR},Lab,600\n{MOOR},Lab,450\n",
}
ME = {"source": "test", "author": "me"}


def csv(*ballots, **changes):
    text = HEAD + "".join(ROWS[b] for b in ballots)
    for old, new in changes.items():
        text = text.replace(f",{old[1:]}\n", f",{new}\n")
    return text.encode()


@pytest.fixture
def night(toy_pack, tmp_path):
    path = tmp_path / "may.night"
    open_night(toy_pack, path)
    return path


@pytest.fixture
def election(toy_pack):
    return load_election(toy_pack)


@pytest.fixture
def journal(night):
    with Journal(night) as j:
        yield j


@pytest.fixture
def made(election):
    return project_declared(election, declared_of([]), draws=20, session=open_session(election, start()))


def north(lab=1100):
    return Item("contest", NORTH, {"votes": {"Con": [800], "LD": [350], "Lab": [lab]}})


def south(**lot):
    votes = {"votes": {"Alphaton First": [200], "Con": [640], "Lab": [640]}}
    return Item("contest", SOUTH, votes | ({"lot": lot} if lot else {}))


def state(night):
    with Journal(night) as j:
        return replay(j.entries())


def standing(journal):
    return {k: e.content for (_, k), e in replay(journal.entries()).standing.items()}
