"""What a slate's swing may depend on: one covariate a row, by the name that scales and effects know it by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.baseline import Baseline
from models.history import Past
from models.shares import log_odds, softmax
from models.types import PEOPLE, Slots

Array = NDArray[np.float64]
Index = NDArray[np.int64]

#: Columns whose strength in a ward may bend the swing of the others there.
LEANS = ("Con", "Lab", "LD", "UKIP")
#: Columns whose coming or going takes from the others, or frees vote, unequally.
MOVERS = ("Con", "Lab", "LD", "Grn", "populist", "Ind", "Oth")
#: UKIP, the Brexit Party and Reform are three parties; only the *place* that their coming leaves is shared.
POPULIST = ("UKIP", "Brexit", "Ref")

#: Percent of the residents of England and Wales of whom each kind of :data:`~models.types.PEOPLE` was in 2011: a ward
#: like the country has covariates of zero, as one of which nothing is known.
EVERYWHERE = np.array([27.2, 3.6, 5.6])

#: A lead (log ratio of shares) at which a contest is hardly close any more.
CLOSE = 0.5

COVARIATES = (
    "level",
    "own ward",
    "own council",
    "own share",
    "own share squared",
    "held",
    "second",
    "close",
    "enters",
    "no baseline",
    "more seats",
    "size in council",
    "no history",
    "no history, own council",
    "sitting",
    "sitting, own ward",
    "incumbent",
    "incumbent, no baseline",
    "incumbent, no past",
    "slate",
    "degree",
    "degree, enters",
    "degree, unknown",
    "apprentice",
    "apprentice, unknown",
    "other",
    "other, unknown",
    *(f"lean {c}" for c in LEANS),
    *(f"{c} enters" for c in MOVERS),
    *(f"{c} leaves" for c in MOVERS),
)


@dataclass(frozen=True, slots=True)
class Known:
    """Of which wards results are known: of their own, ``baseline``, or of wards alike too, ``past``; shape ``(n,)``."""

    baseline: NDArray[np.bool_]
    past: NDArray[np.bool_]


def known_wards(past: Past) -> Known:
    """Wards with results."""
    known = np.isfinite(past.log_share).any(axis=2)
    return Known((known & (past.likeness == 0)).any(axis=1), known.any(axis=1))


def _mover(column: str) -> str:
    return "populist" if column in POPULIST else column


def moves(past: Past, slots: Slots) -> tuple[Array, Array]:
    """Who enters (0 or 1) and who leaves (the share it leaves) since the ward's latest earlier contest.

    Returns two arrays of shape ``(n, len(MOVERS))``; zero where the ward has no earlier contest.
    """
    n = len(slots.ballots)
    enters, leaves = np.zeros((n, len(MOVERS))), np.zeros((n, len(MOVERS)))
    place = {m: i for i, m in enumerate(MOVERS)}
    mover = [place.get(_mover(c)) for c in past.columns]
    for i in range(n):
        seen = np.isfinite(past.log_share[i])
        if not seen.any():
            continue
        latest = int(np.max(np.flatnonzero(seen.any(axis=1))))
        before: dict[int, float] = {}
        after: set[int] = set()
        for j in np.flatnonzero(past.column[i] >= 0):
            m = mover[past.column[i, j]]
            if m is None:
                continue
            if seen[latest, j]:
                before[m] = before.get(m, 0.0) + float(np.exp(past.log_share[i, latest, j]))
            if j < past.tonight[i]:
                after.add(m)
        for m in after - before.keys():
            enters[i, m] = 1.0
        for m in before.keys() - after:
            leaves[i, m] = min(before[m], 0.6)
    return enters, leaves


def held(past: Past) -> Array:
    """1 for the party that came first in the ward's latest contest, or has most of its councillors, 2 for the second
    in the contest, else 0; shape ``(n, e)``."""
    out = np.zeros(past.column.shape)
    for i, rows in enumerate(past.log_share):
        seen = np.flatnonzero(np.isfinite(rows).any(axis=1))
        now = rows[seen[-1]] if len(seen) else past.sitting[i]
        if np.isfinite(now).any():
            order = np.argsort(-np.where(np.isfinite(now), now, -np.inf), kind="stable")
            out[i, order[0]] = 1.0
            if len(seen) and np.isfinite(now).sum() > 1:
                out[i, order[1]] = 2.0
    return out


def _size_in_council(slots: Slots) -> Array:
    """Log of the ward's seats less the mean of its council's wards: in a district, towns have the large wards."""
    size = np.log(slots.seats.astype(np.float64))
    wards = np.bincount(slots.councils)
    return size - (np.bincount(slots.councils, size) / np.maximum(wards, 1))[slots.councils]


def _close(utility: Array) -> Array:
    """How near a party is to its strongest rival by the baseline alone: 1 level, 0.14 at a ratio of e; ``(n, s)``.

    Parties fight hardest where they may win or lose; some (the Liberal Democrats) do better there than their baseline.
    """
    order = np.sort(utility, axis=1)
    first, second = order[:, -1:], order[:, -2:-1] if utility.shape[1] > 1 else order[:, -1:]
    rival = np.where(utility == first, second, first)
    with np.errstate(invalid="ignore"):
        margin = utility - rival
    return np.where(np.isfinite(margin), np.exp(-0.5 * (margin / CLOSE) ** 2), 0.0)


def _leans(past: Past, base: Baseline, councils: Index) -> Array:
    """Strength of each column of LEANS in each ward, centred over wards; 0 for a column that is nowhere."""
    out = np.zeros((len(councils), len(LEANS)))
    for k, name in enumerate(LEANS):
        if name not in past.columns:
            continue
        p = past.columns.index(name)
        value = base.council[councils, p].copy()
        rows, cols = np.nonzero(past.column == p)
        value[rows] = base.mean[rows, cols]
        out[:, k] = value - value.mean()
    return out


def beyond_country(percent: Array) -> Array:
    """Log odds of each kind of :data:`~models.types.PEOPLE` over the country's; 0 where unknown."""
    return np.nan_to_num(log_odds(percent) - log_odds(EVERYWHERE))


def _by_people(slots: Slots, enters: NDArray[np.bool_], unknown: Array) -> list[Array]:
    """Covariates of who lives in a ward, each of shape ``(n, s, 1)``.

    A swing goes with them. Beside that they tell what the ward votes, as far as its own results do not: of a party that
    enters, and within a council by what is ``unknown`` of the ward (:class:`models.baseline.Baseline`).
    """
    ward, council = beyond_country(slots.people), beyond_country(slots.council_people)[slots.councils]
    within = ward - council
    degree, apprentice, other = (PEOPLE.index(kind) for kind in ("degree", "apprentice", "other"))

    def everyone(values: Array) -> Array:
        return np.broadcast_to(values[:, None, None], (*slots.party.shape, 1))

    return [
        everyone(ward[:, degree]),
        np.where(enters, ward[:, [degree]], 0.0)[..., None],
        (within[:, [degree]] * unknown)[..., None],
        everyone(ward[:, apprentice]),
        (within[:, [apprentice]] * unknown)[..., None],
        everyone(ward[:, other]),
        (within[:, [other]] * unknown)[..., None],
    ]


def covariates(
    slots: Slots, past: Past, known: Known, base: Baseline, level: Array, came: tuple[Array, Array], held: Array
) -> tuple[Array, Array]:
    """Covariates of every slate, and the mean strength of each column in the councils where it stands.

    Parameters
    ----------
    known
        From :func:`known_wards`.
    level
        Expected level of each column tonight, shape ``(P,)``.
    came, held
        From :func:`moves` and :func:`held`.

    Returns
    -------
    covariates, centre
        Shapes ``(n, s, K)``, 0 where there is no slate, and ``(P,)``.
    """
    n, s = slots.party.shape
    column = np.where(slots.party >= 0, past.column[:, :s], -1)
    stands, safe = column >= 0, np.maximum(column, 0)
    own_council = base.council[slots.councils[:, None], safe]
    seen = np.isfinite(past.log_share[:, :, :s]).any(axis=1)
    sitting = np.isfinite(past.sitting).any(axis=1)
    # Of such a council no votes are known at all, only its region, type and seats: all of them may be off together.
    bare = ~np.isfinite(past.council_log_share).any(axis=(1, 2))[slots.councils]
    again = (slots.incumbents > 0).astype(float)
    # Share that the baseline alone expects, less a third; a swing in points is not one in logs.
    own_share = softmax(base.mean[:, :s] + level[safe], stands) - 1 / 3
    centre = np.array(
        [np.mean(own_council[column == p]) if (column == p).any() else 0.0 for p in range(len(past.columns))]
    )
    parts = [
        np.ones((n, s, 1)),
        np.where(seen, base.mean[:, :s] - own_council, 0.0)[..., None],
        (own_council - centre[safe])[..., None],
        own_share[..., None],
        (own_share**2)[..., None],
        (held[:, :s, None] == 1).astype(float),
        (held[:, :s, None] == 2).astype(float),
        _close(np.where(stands, base.mean[:, :s] + level[safe], -np.inf))[..., None],
        (known.past[:, None] & ~seen)[..., None].astype(float),
        np.broadcast_to(~known.baseline[:, None, None], (n, s, 1)).astype(float),
        np.broadcast_to(past.more_seats[:, None, None], (n, s, 1)),
        np.broadcast_to(np.where(known.past, 0.0, _size_in_council(slots))[:, None, None], (n, s, 1)),
        np.broadcast_to(bare[:, None, None], (n, s, 1)).astype(float),
        np.where(bare[:, None], own_council - centre[safe], 0.0)[..., None],
        np.broadcast_to(sitting[:, None, None], (n, s, 1)).astype(float),
        np.where(sitting[:, None], base.mean[:, :s] - own_council, 0.0)[..., None],
        again[..., None],
        np.where(known.baseline[:, None], 0.0, again)[..., None],
        np.where(known.past[:, None] | sitting[:, None], 0.0, again)[..., None],
        np.log(np.maximum(slots.candidates, 1) / slots.seats[:, None]).clip(-1.5, 0.0)[..., None],
        *_by_people(slots, known.past[:, None] & ~seen, base.unknown[:, :s]),
        np.broadcast_to(_leans(past, base, slots.councils)[:, None], (n, s, len(LEANS))),
        np.broadcast_to(came[0][:, None], (n, s, len(MOVERS))),
        np.broadcast_to(came[1][:, None], (n, s, len(MOVERS))),
    ]
    return np.ascontiguousarray(np.where(stands[..., None], np.concatenate(parts, axis=2), 0.0)), centre
