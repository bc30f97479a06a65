"""An invented night whose truth is known: councils in two regions, thirds and whole councils, four parties."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pytest

from models.start import start
from seeds.types import Contest, Council, CouncilHistory, EarlierResult, Election, Party, Poll

CODES = ("Con", "Lab", "LD", "Ind")
SWING = np.array([-0.20, 0.25, 0.0, 0.0])


def votes_of(shares, total=3000):
    return {p: (float(round(total * s)),) for p, s in shares.items()}


def invent(seed=1, councils=8, wards=12, bare=1):
    """An election and its result; the last ``bare`` wards of each council have no earlier result."""
    rng = np.random.default_rng(seed)
    day, before = dt.date(2018, 5, 3), dt.date(2014, 5, 22)
    contests, result, places = {}, {}, {}
    for k in range(councils):
        name = f"council-{k}"
        place = rng.normal([0.2, 0.2, -0.8, -1.0], [0.4, 0.4, 0.4, 0.3])
        tonight = rng.normal(0, 0.06, 4)
        sums = np.zeros(4)
        for w in range(wards):
            ward = place + rng.normal(0, [0.4, 0.4, 0.6, 0.8])
            stands = [p for p in range(4) if p < 2 or rng.random() < 0.7]
            u = ward + rng.normal(0, 0.1, 4)
            then = {CODES[p]: s for p, s in zip(stands, np.exp(u[stands]) / np.exp(u[stands]).sum(), strict=True)}
            u = ward + SWING + tonight + rng.normal(0, 0.15, 4)
            now = {CODES[p]: s for p, s in zip(stands, np.exp(u[stands]) / np.exp(u[stands]).sum(), strict=True)}
            for p, s in then.items():
                sums[CODES.index(p)] += s
            ballot = f"local.{name}.ward-{w}.{day}"
            known = w < wards - bare
            contests[ballot] = Contest(
                ballot_id=ballot,
                council=name,
                ward=f"Ward {w}",
                seats=1,
                standing=dict.fromkeys(now, 1),
                earlier=(EarlierResult(before, votes_of(then), 1),) if known else (),
            )
            result[ballot] = votes_of(now)
        places[name] = Council(
            council=name,
            name=name.title(),
            nation="England",
            region="North West" if k % 2 else "South East",
            type="MB" if k % 3 == 0 else "SD",
            detail="wards",
            seats_total=wards,
            seats_up=wards,
            seats_before={"Con": wards // 2, "Lab": wards - wards // 2},
            held_over={},
            history=(
                CouncilHistory(
                    before, wards, wards, {p: 100 * s / wards for p, s in zip(CODES, sums, strict=True)}, {}, {}
                ),
            ),
        )
    polls = tuple(
        Poll(d, d, "an invented pollster", 1000, {"Con": con, "Lab": lab, "LD": 9.0})
        for d, con, lab in ((dt.date(2014, 5, 10), 34.0, 34.0), (dt.date(2018, 4, 20), 32.0, 38.0))
    )
    election = Election(
        key="invented",
        name="Invented",
        date=day,
        parties={p: Party(p, p, "national") for p in CODES},
        councils=places,
        contests=contests,
        polls=polls,
        national=(),
        scope="",
    )
    return SimpleNamespace(election=election, result=result)


@pytest.fixture(scope="session")
def night():
    return invent()


@pytest.fixture(scope="session")
def hyper():
    return start()
