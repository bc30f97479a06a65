"""The invented night of the tests, opened: its pack, its journal, and what its wards may declare."""

from __future__ import annotations

import pytest

from models.start import start
from projection.engine import project_declared
from projection.feeds import Feed, Reading
from projection.items import Item, declared_of
from projection.journal import Journal
from projection.night import open_night, replay
from projection.projector import Projector
from projection.session import make_session
from projection.watch import Settings, Watch
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
    return project_declared(election, declared_of([]), draws=20, session=make_session(election, start()))


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


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class Fake:
    """In the projector's place: counts, fails when told to, and takes as long as told to."""

    def __init__(self, election, made):
        self.inner, self.made = Projector.__new__(Projector), made
        self.inner.election, self.inner.seed, self.inner.draws = election, 0, 1
        self.count, self.fail, self.sets = 0, None, []

    def key(self, state):
        return self.inner.key(state)

    def check(self, journal, **kw):
        return []

    def project(self, state):
        if self.fail:
            raise self.fail
        self.count += 1
        self.sets.append(len(state.standing))
        return self.made


@pytest.fixture
def watching(night, election, made):
    clock, said = Clock(), []
    feed = Feed("feed", poll=lambda: [Reading("feed", said.pop(0))] if said else [])
    feed.reached = 0.0
    projector = Fake(election, made)
    watch = Watch(
        night, election, [feed], projector, Settings(settle=2, longest=10, withdraw_after=30, retry=15), clock
    )

    def go(seconds, *data):
        """Let time pass, a tenth of a second a tick; ``data`` is what the feed says meanwhile."""
        said.extend(data)
        for _ in range(round(seconds * 10)):
            clock.now += 0.1
            watch.tick()
            for future in [*watch._asked.values(), watch._sampling]:
                if future is not None:
                    future.exception(timeout=10)
        watch.tick()

    watch.go, watch.fake, watch.feed = go, projector, feed
    yield watch
    watch.close()
