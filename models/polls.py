"""What opinion polls say of tonight's level of each party, before the first declaration.

Local elections follow the polls only in part: over the local elections of 1979 to 2011, a party's national equivalent
vote moved by 0.4 to 0.7 of the move of its poll share (in logs). ``poll_slope`` and ``level_sd`` carry
that, and how far off the prediction was.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from models.history import Past
from models.hyper import Hyper
from seeds.types import Election

Array = NDArray[np.float64]

#: Polls of the last four weeks say where a party stands; older ones only where there are none.
WINDOW = dt.timedelta(days=28)
#: Standard deviation of the level of a party without any earlier result here, in logs: a factor of two either way.
NEW_PARTY_SD = 0.7
#: A party that in no earlier year stood in this part of what it stands in tonight (each a part of the contests known)
#: is new to nearly all: what a handful of pioneers had says little of its level. Reform of 2021 stood in 7% and in 2025
#: everywhere; UKIP before 2014 had been in a third of them, and in seven tenths that night.
BARELY = 0.25
#: Contests that make an earlier year tell where parties stood.
TELLING = 30
#: Councils that make a year's level half believed: a handful of one region are a year of their own kind.
FEW = 40.0
#: Years after which an earlier year says a third as much of tonight's level.
MEMORY = 3.0
#: What a party's level is widened by (in variance) where its polls are older than two months.
STALE_VAR = 0.02
#: The same where a pack has no poll of the year before the night: over 1979 to 2011 national equivalent votes moved by
#: 0.16 to 0.25 in two years (root mean square, in logs), and by 0.10 to 0.17 around what polls let expect.
UNPOLLED_VAR = 0.04
#: Polls older than this say nothing of where parties stand.
YEAR = dt.timedelta(days=365)


def poll_share(election: Election, party: str, day: dt.date) -> tuple[float, int] | None:
    """Mean poll share (percent) of a party just before a day, and the age in days of the newest poll used.

    Only polls whose fieldwork ended before ``day`` and before the election itself count. Individual polls of
    the four weeks before come first; else the latest month's mean within a year; else None.
    """
    usable = [p for p in election.polls if p.end < min(day, election.date) and party in p.shares]
    recent = [p for p in usable if p.end >= day - WINDOW]
    if not recent:
        usable = [p for p in usable if p.end >= day - YEAR]
        if not usable:
            return None
        newest = max(p.end for p in usable)
        recent = [p for p in usable if p.end == newest]
    return float(np.mean([p.shares[party] for p in recent])), (day - max(p.end for p in recent)).days


def polled(election: Election, day: dt.date) -> bool:
    """Whether any poll of the year before a day is known."""
    return any(day - YEAR <= p.end < min(day, election.date) for p in election.polls)


def level_prior(election: Election, past: Past, level: Array, hyper: Hyper) -> tuple[Array, Array]:
    """Prior mean and standard deviation of tonight's level of each column.

    Parameters
    ----------
    level
        Levels of the earlier years, shape ``(T, P)``.

    Returns
    -------
    mean, sd
        Shapes ``(P,)``, in log share up to a constant.
    """
    columns = past.columns
    slope, sd = hyper.of("poll_slope", columns), hyper.of("level_sd", columns)
    years = np.array([(election.date - d).days / 365.25 for d in past.dates])
    known = np.isfinite(past.council_log_share).sum(axis=0)
    weight = known / (known + FEW) * np.exp(-years / MEMORY)[:, None]
    # Without a poll of the last year parties stand where they stood at the last earlier election that has polls.
    days = [d for d in (*past.dates, election.date) if polled(election, d)]
    now = [poll_share(election, c, max(days, default=election.date)) for c in columns]
    new = barely_stood(past) & np.array([poll is not None for poll in now])
    weight[:, new] = 0.0
    moved = level.copy()
    for p, today in enumerate(now):
        if today is None:
            continue
        for t, day in enumerate(past.dates):
            if then := poll_share(election, columns[p], day):
                moved[t, p] += slope[p] * np.log(max(today[0], 0.5) / max(then[0], 0.5))
    seen = weight.sum(axis=0) >= 1e-3
    mean = np.where(seen, in_common(moved, weight), np.nan)
    out_sd = np.where(seen, sd, np.maximum(NEW_PARTY_SD, sd))
    stale = np.array([poll is not None and poll[1] > 60 for poll in now])
    out_sd = np.where(stale, np.hypot(out_sd, np.sqrt(STALE_VAR)), out_sd)
    if election.date not in days:
        out_sd = np.where(seen & (slope > 0), np.hypot(out_sd, np.sqrt(UNPOLLED_VAR)), out_sd)
    offsets = [
        mean[p] - np.log(poll[0])
        for p, (c, poll) in enumerate(zip(columns, now, strict=True))
        if seen[p] and c in ("Con", "Lab", "LD") and poll is not None
    ]
    # A party that is new, or nearly: where its polls put it beside the three that are not.
    offset = float(np.mean(offsets)) if offsets else 0.0
    for p, poll in enumerate(now):
        if not seen[p]:
            mean[p] = offset + np.log(max(poll[0], 0.5)) if poll is not None else -1.0
    return mean, out_sd


def barely_stood(past: Past) -> NDArray[np.bool_]:
    """Columns that stand in several times as many contests tonight as in any earlier year; shape ``(P,)``.

    Where no earlier year tells, none is.
    """

    def standing(which: NDArray[np.bool_]) -> Array:
        where, slot = np.nonzero(which & (past.column >= 0))
        stands = np.zeros((len(past.column), len(past.columns)), dtype=bool)
        stands[where, past.column[where, slot]] = True
        polled = which.any(axis=1)
        return stands[polled].mean(axis=0) if polled.sum() >= TELLING else np.zeros(len(past.columns))

    now = standing(np.arange(past.column.shape[1]) < past.tonight[:, None])
    then = [standing(np.isfinite(past.log_share[:, t])) for t in range(len(past.dates))]
    widest = np.max(then, axis=0, initial=0.0)
    return np.asarray((widest < BARELY * now) & widest.any())


def in_common(level: Array, weight: Array) -> Array:
    """What several years' levels have in common, by column; shape ``(P,)``.

    Each year's are known up to a constant of the year: who else stood. So parties that were everywhere in all years and
    others that are known of late alone can not be averaged one by one; ``level[t, p] = mean[p] + constant[t]`` is
    fitted by least squares.

    Parameters
    ----------
    level, weight
        Shape ``(T, P)``.
    """
    t, p = level.shape
    root = np.sqrt(weight)
    left = np.zeros((t, p, p + t))
    left[:, np.arange(p), np.arange(p)] = root
    left[np.arange(t), :, p + np.arange(t)] = root
    found: Array = np.linalg.lstsq(left.reshape(t * p, p + t), (root * level).ravel())[0]
    return found[:p]
