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
#: What a party's level is widened by (in variance) where its polls are older than two months.
STALE_VAR = 0.02


def poll_share(election: Election, party: str, day: dt.date) -> tuple[float, int] | None:
    """Mean poll share (percent) of a party just before a day, and the age in days of the newest poll used.

    Only polls whose fieldwork ended before ``day`` and before the election itself count. Individual polls of
    the four weeks before come first; else the latest month's mean within a year; else None.
    """
    usable = [p for p in election.polls if p.end < min(day, election.date) and party in p.shares]
    recent = [p for p in usable if p.end >= day - WINDOW]
    if not recent:
        usable = [p for p in usable if p.end >= day - dt.timedelta(days=365)]
        if not usable:
            return None
        newest = max(p.end for p in usable)
        recent = [p for p in usable if p.end == newest]
    return float(np.mean([p.shares[party] for p in recent])), (day - max(p.end for p in recent)).days


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
    seen = np.isfinite(past.council_log_share)
    mean = np.zeros(len(columns))
    out_sd = sd.copy()
    offsets: list[float] = []
    for p, column in enumerate(columns):
        now = poll_share(election, column, election.date)
        known = seen[:, :, p].sum(axis=0)
        weight = known / (known + 5.0) * np.exp(-years / 3.0) if len(years) else np.zeros(0)
        if now is not None and now[1] > 60:
            out_sd[p] = np.hypot(out_sd[p], np.sqrt(STALE_VAR))
        if weight.sum() < 1e-3:
            mean[p], out_sd[p] = np.nan, max(NEW_PARTY_SD, out_sd[p])
            continue
        moved = level[:, p].copy()
        for t, day in enumerate(past.dates):
            then = poll_share(election, column, day)
            if now is not None and then is not None:
                moved[t] += slope[p] * np.log(max(now[0], 0.5) / max(then[0], 0.5))
        mean[p] = float(weight @ moved / weight.sum())
        if column in ("Con", "Lab", "LD") and now is not None:
            offsets.append(mean[p] - np.log(now[0]))
    # A party that is new everywhere: where its polls put it beside the three that are not.
    offset = float(np.mean(offsets)) if offsets else 0.0
    for p, column in enumerate(columns):
        if np.isnan(mean[p]):
            now = poll_share(election, column, election.date)
            mean[p] = offset + np.log(max(now[0], 0.5)) if now is not None else -1.0
    return mean, out_sd
