"""A small night that every package's tests can stand on, written out as the plain text of a pack."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import hypothesis
import numpy as np
import pytest

from models.history import slots_of

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

# The first call of a compiled function takes seconds: no deadline for one example.
hypothesis.settings.register_profile("pnsight", deadline=None)
hypothesis.settings.load_profile("pnsight")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the raw data where there is none."""
    if not SHARED.is_dir():
        for item in items:
            if item.get_closest_marker("shared"):
                item.add_marker(pytest.mark.skip(reason="needs the raw data beside the checkout"))


TABLES = {
    "election.toml": """
key = "toy"
name = "Toy elections 2018"
date = 2018-05-03
scope = "Five invented councils."
[[source]]
table = "contests"
origin = "invented for the tests"
licence = "CC0"
credit = "nobody"
sha256 = ""
""",
    "parties.csv": """
code,name,family
Con,Conservative Party,national
Lab,Labour Party,national
LD,Liberal Democrats,national
Ind,Independent,independent
Alphaton First,Alphaton First,local
""",
    # alpha: a third of 9 seats and one more; beta: the whole council; gamma and delta: known wholly or partly by
    # totals; omega: transferable votes.
    "councils.csv": """
council,name,gss,nation,region,type,cycle,detail,electorate,seats_total,seats_up,seats_before,held_over,control_before,note
alpha,Alpha,E01,England,North West,MB,thirds,wards,30000,9,4,Lab=5; Con=4,Lab=3; Con=2,Lab,
beta,Beta,E02,England,South East,SD,all,wards,20000,5,5,Con=5,,Con,
gamma,Gamma,E03,England,South East,SD,all,totals,40000,10,10,Con=6; LD=4,,Con,
delta,Delta,E04,England,North West,UA,thirds,some wards,50000,12,4,Lab=7; LD=5,Lab=5; LD=3,Lab,
omega,Omega,S01,Scotland,Scotland,SC,all,later,60000,20,20,,,,
""",
    "contests.csv": """
ballot_id,council,ward,ward_gss,rule,seats,electorate,by_election,status,standing,note
local.alpha.north.2018-05-03,alpha,North,,plurality,1,6000,0,poll,Con=1; Lab=1; LD=1,
local.alpha.south.2018-05-03,alpha,South,,plurality,1,7000,0,poll,Con=1; Lab=1; Alphaton First=1,
local.alpha.east.2018-05-03,alpha,East,,plurality,1,8000,0,poll,Con=1; Lab=1,
local.alpha.west.2018-05-03,alpha,West,,plurality,1,,0,uncontested,Ind=1,
local.beta.castle.2018-05-03,beta,Castle,,plurality,3,5000,0,poll,Con=3; Lab=2; LD=1,
local.beta.moor.2018-05-03,beta,Moor,,plurality,2,4000,0,poll,Con=2; Lab=2,
local.delta.dock.2018-05-03,delta,Dock,,plurality,1,5000,0,poll,Lab=1; LD=1,
local.delta.hill.2018-05-03,delta,Hill,,plurality,1,,0,poll,Lab=1; LD=1,
local.omega.isle.2018-05-03,omega,Isle,,stv,4,5000,0,poll,Con=1; Lab=2,
""",
    "earlier.csv": """
ballot_id,date,seats,unit,votes,electorate,turnout,matched_by
local.alpha.north.2018-05-03,2014-05-22,1,votes,Con=700; Lab=1200; LD=300,5800,38,gss
local.alpha.east.2018-05-03,2014-05-22,1,votes,Con=900; Lab=1000,8100,25,name
local.beta.castle.2018-05-03,2014-05-22,3,votes,Con=900+850+800; Lab=500+480; LD=300,5000,40,name
local.delta.dock.2018-05-03,2014-05-22,1,percent,Lab=55; LD=45,,,name
""",
    "polls.csv": """
start,end,pollster,n,shares
2018-04-20,2018-04-22,Pollster,1500,Con=42; Lab=40; LD=8
""",
    "national.csv": """
year,series,shares,note
2014,PNS,Con=29; Lab=31; LD=13,
""",
    "outcome/results.csv": """
ballot_id,unit,votes,elected,electorate,ballots,turnout,note
local.alpha.north.2018-05-03,votes,Con=800; Lab=1100; LD=350,Lab=1,6000,,,
local.alpha.south.2018-05-03,votes,Con=640; Lab=640; Alphaton First=200,Con=1,7000,,,
local.alpha.east.2018-05-03,votes,Con=1100; Lab=1000,Con=1,8000,,,
local.beta.castle.2018-05-03,votes,Con=950+700+690; Lab=720+500; LD=400,Con=2; Lab=1,5000,,,
local.beta.moor.2018-05-03,votes,Con=500+480; Lab=600+450,Con=1; Lab=1,4000,,,
local.delta.dock.2018-05-03,percent,Lab=52.5; LD=47.5,Lab=1,,,,
""",
    "outcome/councils.csv": """
council,seats_won,seats_after,control_after,shares,basis,turnout,declared_at,time_known,time_source,note
beta,Con=3; Lab=2,Con=3; Lab=2,Con,,top,,2018-05-04T01:10,1,the council,
alpha,Con=2; Lab=1; Ind=1,Con=4; Lab=4; Ind=1,NOC,,top,,2018-05-04T02:30,0,imputed from 2014,
gamma,Con=4; LD=6,Con=4; LD=6,LD,Con=44.1; LD=47,top,,2018-05-04T04:00,0,imputed from 2014,
delta,Lab=3; LD=1,Lab=8; LD=4,Lab,,top,,2018-05-04T13:00,1,the council,
""",
    "outcome/national.csv": """
series,shares,note
PNS,Con=35; Lab=35; LD=16,
""",
}


@pytest.fixture(autouse=True)
def no_columns(monkeypatch):
    """Piped output has its own width, whatever that of the terminal is that the tests run in."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def toy_pack(tmp_path: Path) -> Path:
    """Folder of the invented pack; a test may change its tables before it is loaded."""
    folder = tmp_path / "toy"
    for name, text in TABLES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.lstrip("\n"), encoding="utf-8")
    return folder


class FakePosterior:
    """A posterior with known draws: shares ``(draw, contest, slot)``; slates run in steps of a tenth."""

    def __init__(self, slots, declared, shares, beyond=None):
        self.slots, self.shares = slots, shares
        self.totals_councils = tuple(beyond or {})
        self.totals_parties = tuple(dict.fromkeys(p for seats in (beyond or {}).values() for p in seats))
        draws = len(shares)
        self._beyond = np.zeros((draws, len(self.totals_councils), len(self.totals_parties)), dtype=np.int16)
        for k, c in enumerate(self.totals_councils):
            for j, p in enumerate(self.totals_parties):
                self._beyond[:, k, j] = beyond[c].get(p, 0)
        width = int(slots.candidates.sum(axis=1).max(initial=0))
        self.candidate_slot = np.full((len(slots.ballots), width), -1)
        for n, row in enumerate(slots.candidates):
            self.candidate_slot[n, : row.sum()] = np.repeat(np.arange(len(row)), row)
        self.diagnostics = {"sampler": "fake", "declared_contests": len(declared.contests)}

    def blocks(self, block=250):
        for first in range(0, len(self.shares), block):
            yield self.shares[first : first + block]

    def candidates(self, shares, first=0):
        slot = self.candidate_slot
        rows = np.arange(len(slot))[:, None]
        out = shares[:, rows, np.maximum(slot, 0)].copy()
        for q in range(1, slot.shape[1]):
            same = (slot[:, q] >= 0) & (slot[:, q] == slot[:, q - 1])
            out[:, same, q] = out[:, same, q - 1] * 0.9
        return np.where(slot[None] >= 0, out, 0).astype(np.float32)

    def totals(self):
        return self._beyond


def fake_update(design, declared, *, seed, draws=2000, kernel=None):
    """Dirichlet draws that depend on the seed alone; whatever is known by totals goes to the first party."""
    rng = np.random.default_rng(seed)
    slots = design.slots
    raw = rng.gamma(30.0, size=(draws, *slots.party.shape)) * (slots.party >= 0)
    shares = (raw / raw.sum(axis=2, keepdims=True)).astype(np.float32)
    return FakePosterior(slots, declared, shares, design.beyond)


@pytest.fixture
def fake_model(monkeypatch):
    """Put the fake model in the engine's place of the real one, to test everything around it."""
    import projection.engine as engine
    import projection.session as session

    def build(election):
        beyond = {"gamma": {"Con": 10}, "delta": {"Lab": 1, "LD": 1}}
        known = {k: v for k, v in beyond.items() if k in election.councils}
        slots = slots_of(election)
        nobody = SimpleNamespace(column=np.full(slots.party.shape, -1))
        return SimpleNamespace(slots=slots, beyond=known, columns=(), contests=nobody)

    def level(design):
        return SimpleNamespace(base=np.zeros(design.slots.party.shape))

    monkeypatch.setattr(session, "build_design", build)
    monkeypatch.setattr(session, "make_kernel", level)
    monkeypatch.setattr(engine, "update", fake_update)
    monkeypatch.setattr(engine, "noise_by_party", lambda posterior: posterior)
    monkeypatch.setattr(engine, "learn_tonight", lambda posterior, counts: posterior)
    return SimpleNamespace(build=build, update=fake_update)
