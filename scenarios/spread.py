"""How sure a rival is: the size of its own errors on earlier nights, at the same checkpoint.

Stored in ``scenarios/rivals.json`` by ``pns backtest --learn-rivals``: mean squared errors by night, and the rivals'
settings. Totals are by class of party, as a part of the seats still to come; seats of a council by its size and class
of party, as a part of its seats up; vote shares by class of party, in points. A night uses those of earlier nights
only, each with the same weight; without any it has no spread.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from projection.result import NOC
from scenarios.questions import Asked, Questions, with_none

Array = NDArray[np.float64]

STORE = Path(__file__).parent / "rivals.json"
#: Upper ends of the classes of council by seats up; larger ones are "more".
SIZES = (12, 20, 36)
#: A rival's distribution is scored by this many of its quantiles, evenly spaced.
QUANTILES = 199
_Z = ndtri((np.arange(QUANTILES) + 0.5) / QUANTILES)


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean squared errors of one rival at one checkpoint: quantity and class -> value, on the scales of the module."""

    squares: Mapping[str, float]

    def of(self, quantity: str, keys: Sequence[str]) -> Array:
        """Standard deviation of each class; a class never met takes the mean of its quantity."""
        known = {k: v for k, v in self.squares.items() if k.startswith(quantity + " ")}
        usual = float(np.mean(list(known.values()))) if known else 0.0
        return np.sqrt([known.get(f"{quantity} {k}", usual) for k in keys])


def party_class(label: str) -> str:
    """Parties whose errors are alike."""
    if label in ("Con", "Lab", "LD"):
        return "main"
    return (
        "Ind" if label == "Ind" else "national" if label in ("Grn", "UKIP", "Ref", "Brexit", "SNP", "PC") else "local"
    )


def council_class(label: str, seats: float) -> str:
    """Class of a council's seats for a party."""
    return f"{next((s for s in SIZES if seats <= s), 'more')} {party_class(label)}"


def read_rivals(text: str) -> dict[str, Any]:
    """The stored settings and errors."""
    return dict(json.loads(text))


def spread_of(rivals: Mapping[str, Any], method: str, at: float, night: dt.date) -> Spread | None:
    """A rival's spread at a checkpoint of a night, from earlier nights; None if there are none.

    Takes the errors of the nearest learned checkpoint that is no later.
    """
    squares: dict[str, list[float]] = {}
    for entry in rivals.get("nights", ()):
        if dt.date.fromisoformat(entry["date"]) >= night:
            continue
        by_at = {float(a): v for a, v in entry["squares"][method].items()}
        use = max((a for a in by_at if a <= at), default=min(by_at))
        for key, value in by_at[use].items():
            squares.setdefault(key, []).append(value)
    return Spread({k: float(np.mean(v)) for k, v in squares.items()}) if squares else None


def seats_by_council(asked: Asked) -> dict[str, float]:
    """Seats filled in each council that is asked about: as many as were up, but for vacancies."""
    out: dict[str, float] = {}
    for council, n in zip(asked.areas, asked.truth, strict=True):
        out[council] = out.get(council, 0.0) + n
    return out


def rival_draws(questions: Questions, means: Mapping[str, Array], spread: Spread | None) -> dict[str, Array]:
    """Evenly spaced quantiles of a rival's forecast of seats by council, totals and shares; shape ``(q, row)``.

    Normal around the point forecast, within what can still come true; seats of a council in whole numbers. Without a
    spread the point forecast alone, shape ``(1, row)``.
    """
    if spread is None:
        return {k: v[None] for k, v in means.items()}
    up = seats_by_council(questions.councils)
    of_council = np.array([up[c] for c in questions.councils.areas])
    classes = [
        council_class(p, up[c]) for c, p in zip(questions.councils.areas, questions.councils.parties, strict=True)
    ]
    sd = {
        "councils": spread.of("councils", classes) * of_council,
        "totals": spread.of("totals", [party_class(p) for p in questions.totals.parties]) * sum(up.values()),
        "shares": spread.of("shares", [party_class(p) for p in questions.shares.parties]),
    }
    out = {}
    for name, mean in means.items():
        asked: Asked = getattr(questions, name)
        draws = mean + _Z[:, None] * sd[name]
        if name == "councils":
            draws = np.rint(draws)
        out[name] = np.clip(draws, asked.least, asked.most)
    return out


def rival_chances(
    questions: Questions, draws: Array, held: Mapping[tuple[str, str], int], total: Mapping[str, int]
) -> Array:
    """A rival's chances of control from its spread of each party's seats in each council; shape ``(row,)``.

    Parameters
    ----------
    draws
        Of seats by council, from :func:`rival_draws`.
    held, total
        Seats held over by council and label, and all seats of each council.
    """
    asked = questions.control
    row = {k: i for i, k in enumerate(zip(questions.councils.areas, questions.councils.parties, strict=True))}
    chance = np.zeros(len(asked))
    together: dict[str, float] = {}
    for i, key in enumerate(zip(asked.areas, asked.parties, strict=True)):
        if key[1] != NOC:
            won = draws[:, row[key]] if key in row else np.zeros(len(draws))
            chance[i] = (2 * (won + held.get(key, 0)) > total[key[0]]).mean()
            together[key[0]] = together.get(key[0], 0.0) + chance[i]
    chance /= [max(1.0, together.get(c, 0.0)) for c in asked.areas]
    return with_none(asked, chance)
