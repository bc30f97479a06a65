"""What really happened, by our own count, in the words that forecasts are scored in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.columns import NAMED, column_of
from models.hyper import Hyper
from projection.result import NOC
from projection.session import Session, make_session
from scenarios.order import declaring
from scenarios.replay import declared_by
from scenarios.scene import count_point, declared_councils, set_scene
from seeds import Election, Outcome

#: In the whole night's totals: every party that the model has no swing of its own for, independents apart.
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Truth:
    """The result.

    Attributes
    ----------
    seats
        Council -> label -> seats won tonight; only councils of which that is known.
    shares
        Percent of the votes of the best candidates by label of the night; None unless every contest's are known.
    control
        Council -> label or "NOC"; only where the seats held over are known too.
    """

    seats: Mapping[str, Mapping[str, int]]
    shares: Mapping[str, float] | None
    control: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Night:
    """A past night, ready to be replayed and scored.

    Attributes
    ----------
    standing
        Council -> labels that are scored there.
    pairs, pair
        Councils and labels that stand in contests, and which of them each slot is, -1 where there is none; shape
        ``(n, s)``.
    """

    election: Election
    outcome: Outcome
    session: Session
    standing: Mapping[str, tuple[str, ...]]
    pairs: tuple[tuple[str, str], ...]
    pair: NDArray[np.int64]
    truth: Truth


def council_label(election: Election, council: str, party: str) -> str:
    """How a party is scored within a council: by its code, or, where only totals are known, by the model's column."""
    return party if election.councils[council].detail == "wards" else column_of(party)


def night_label(party: str) -> str:
    """How a party is scored in the whole night's totals."""
    return party if party in (*NAMED, "Ind") else OTHERS


def open_night(election: Election, outcome: Outcome, hyper: Hyper | None = None) -> Night:
    """Count the night to its end and prepare to replay it."""
    session = make_session(election, hyper)
    truth = _truth(session, outcome)
    return Night(election, outcome, session, _standing(session, truth), *_pairs(session), truth)


def _pairs(session: Session) -> tuple[tuple[tuple[str, str], ...], NDArray[np.int64]]:
    slots, election = session.design.slots, session.election
    number: dict[tuple[str, str], int] = {}
    pair = np.full(slots.party.shape, -1, dtype=np.int64)
    for n, s in zip(*np.nonzero(slots.party >= 0), strict=True):
        council = slots.council_names[slots.councils[n]]
        key = council, council_label(election, council, slots.parties[slots.party[n, s]])
        pair[n, s] = number.setdefault(key, len(number))
    return tuple(number), pair


def _standing(session: Session, truth: Truth) -> dict[str, tuple[str, ...]]:
    """Labels by council: who stands, and where only totals are known also whom the model knows and who won."""
    election, design = session.election, session.design
    out: dict[str, set[str]] = {c: set() for c in truth.seats}
    for contest in election.contests.values():
        if contest.rule == "plurality" and contest.council in out:
            out[contest.council] |= {council_label(election, contest.council, p) for p in contest.standing}
    for q, council in enumerate(design.totals_names):
        if council in out:
            out[council] |= {design.columns[j] for j in design.totals.column[q] if j >= 0}
            out[council] |= {p for p, n in truth.seats[council].items() if n}
    return {c: tuple(sorted(labels)) for c, labels in out.items()}


def _truth(session: Session, outcome: Outcome) -> Truth:
    election = session.election
    scene = set_scene(session, declared_by(election, outcome, declaring(election, outcome)))
    point = count_point(scene, scene.shares, {})
    layout, seating = scene.layout, scene.seating
    lots = {election.contests[b].council for b, c in scene.counts.items() if c.lot}
    known = declared_councils(scene) - lots
    seats: dict[str, dict[str, int]] = {}
    control: dict[str, str] = {}
    for c, council in enumerate(layout.councils):
        totals = scene.declared.councils.get(council) if council in seating.settled else None
        # Where only the composition afterwards is known, so are seats won only if none were held over.
        held_none = bool(layout.held_known[c]) and not layout.held[layout.council == c].any()
        if council not in known or (totals is not None and not totals.seats_won and not held_none):
            continue
        won: dict[str, int] = {}
        after: dict[str, int] = {}
        for i in np.flatnonzero(layout.council == c):
            label = council_label(election, council, layout.parties[layout.party[i]])
            won[label] = won.get(label, 0) + round(point.seats[i])
            after[label] = after.get(label, 0) + round(point.seats[i]) + int(layout.held[i])
        seats[council] = won
        if layout.held_known[c] and layout.total[c]:
            control[council] = next((p for p, n in after.items() if 2 * n > layout.total[c]), NOC)
    return Truth(seats, _shares(bool(scene.known.all()), layout.parties, layout.party, point.votes), control)


def _shares(complete: bool, parties: tuple[str, ...], party: np.ndarray, votes: np.ndarray) -> dict[str, float] | None:
    if not complete:
        return None
    out: dict[str, float] = {}
    for p, cast in zip(parties, np.bincount(party, votes, minlength=len(parties)), strict=True):
        out[night_label(p)] = out.get(night_label(p), 0.0) + 100 * cast / votes.sum()
    return out
