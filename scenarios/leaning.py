"""What seats did on earlier nights that the votes of their wards did not say, party by party.

On most nights shares come right on average while the seats of some parties do not: the wards that a party can win
differ from the rest. The model gives that a variance (:mod:`models.late`); its mean is learned here, from nights that
are projected with what was known before them only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.columns import column_of
from models.hyper import load_hyper
from models.late import LEAN
from projection.engine import fit, reduce
from scenarios.questions import add_up, ask, line_up
from scenarios.replay import declared_by
from scenarios.scene import set_scene
from scenarios.skew import arranged, checkpoints
from scenarios.truth import Night, open_night
from seeds import Election, Outcome, load_election, load_outcome

#: Shares of the councils at which each order stops, in percent; random orders of each night; draws of a projection.
AT, ORDERS, DRAWS = (10.0, 25.0, 50.0), 12, 300
#: Variance of it from night to night over the variance of its mean among parties: a third on 2016 and 2019. Of one
#: night three quarters are believed, of two six sevenths.
BETWEEN = 1 / 3
#: What is left of its variation (:mod:`models.late`) once the mean is taken out, as a part of what it is without: 2016
#: with what 2019 taught, and 2019 with what 2016 taught, miss by 0.95 and 0.86 of what is then foreseen.
LEFT = 0.7
#: Seats added to the projected and to the won ones alike, so that a party of few seats teaches little.
FEW = 10.0


def seat_lean(packs: Sequence[str]) -> dict[str, float]:
    """Mean log factor, by column, by which to multiply votes where seats are counted.

    Parameters
    ----------
    packs
        Past nights, each projected with the scales stored for it.
    """
    found = [lean_of(pack) for pack in packs]
    columns = sorted({c for one in found for c in one})
    return {c: sum(one.get(c, 0.0) for one in found) / (BETWEEN + sum(c in one for one in found)) for c in columns}


def in_england(election: Election, outcome: Outcome) -> tuple[Election, Outcome]:
    """A past night's councils of England alone: Wales's and Scotland's rivals are others, and few nights have them."""
    councils = {slug: c for slug, c in election.councils.items() if c.nation == "England"}
    contests = {b: c for b, c in election.contests.items() if c.council in councils}
    return (
        replace(election, councils=councils, contests=contests),
        replace(
            outcome,
            contests={b: r for b, r in outcome.contests.items() if b in contests},
            councils={slug: r for slug, r in outcome.councils.items() if slug in councils},
            order=tuple(slug for slug in outcome.order if slug in councils),
        ),
    )


def lean_of(pack: str) -> dict[str, float]:
    """Log of seats won over seats projected in councils to come, by column, as a log factor of votes."""
    election, outcome = in_england(load_election(pack), load_outcome(pack))
    hyper = load_hyper(election)
    # What still earlier nights taught of it is left out: each night tells the whole of it.
    hyper = replace(hyper, mean={k: v for k, v in hyper.mean.items() if k != LEAN})
    night = open_night(election, outcome, hyper)
    response = night.session.design.hyper.signal["seats exaggeration"]
    logs: dict[str, list[float]] = {}
    for seed in range(1, ORDERS + 1):
        councils = arranged(election, night.outcome, "random", seed)
        for count in checkpoints(AT, len(councils)):
            for column, (projected, won) in _to_come(night, councils[:count], seed).items():
                logs.setdefault(column, []).append(np.log((won + FEW) / (projected + FEW)))
    return {c: float(np.mean(values)) / response for c, values in logs.items()}


def _to_come(night: Night, councils: Sequence[str], seed: int) -> dict[str, tuple[float, float]]:
    """Seats projected and won in councils that have not declared, by column."""
    declared = declared_by(night.election, night.outcome, councils)
    questions = ask(night, set_scene(night.session, declared))
    # What tonight's own seats teach would take out of it a part of what is to be measured.
    posterior = fit(night.session, declared, seed=seed, draws=DRAWS, tonight=False)
    tally = reduce(night.session, declared, posterior, seed=seed, draws=DRAWS)
    asked, lines = questions.councils, line_up(night, questions, tally.layout).councils
    projected = add_up(tally.seating.seats, lines, len(asked)).mean(axis=0)
    out: dict[str, tuple[float, float]] = {}
    for party, a, b in zip(asked.parties, projected, asked.truth, strict=True):
        column = column_of(party)
        before = out.get(column, (0.0, 0.0))
        out[column] = before[0] + float(a), before[1] + float(b)
    return out
