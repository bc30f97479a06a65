"""Whether forecasts come true as often as they say: coverage at every level, and chances of control."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.figures import Figure, pooled

Array = NDArray[np.float64]

#: Levels of central intervals.
LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
#: Ends of the classes of a chance.
CLASSES = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)
#: Normal quantile of a 90% interval.
_Z = 1.6449


def coverage(part: pd.DataFrame, method: str) -> list[Figure]:
    """How often the truth fell into the central interval of each level, by the randomised PIT.

    Parameters
    ----------
    part
        Rows of one subject, from :func:`scenarios.figures.subjects`.

    Returns
    -------
    list of Figure
        One a level, with its standard error over nights; unknown where no row has an interval.
    """
    rows = part[(part["method"] == method) & part["pit"].notna()]
    off = (rows["pit"] - 0.5).abs() * 2
    nights = rows["election"].to_numpy()
    names = sorted(set(nights))
    of = np.array([(nights == n).sum() for n in names], dtype=float)
    return [pooled(np.array([(off[nights == n] <= level).sum() for n in names], dtype=float), of) for level in LEVELS]


def histogram(part: pd.DataFrame, method: str, bins: int = 10) -> Array:
    """Part of the rows in each of ``bins`` equal classes of the PIT; all alike if the forecasts are right."""
    pit = part.loc[(part["method"] == method) & part["pit"].notna(), "pit"].to_numpy(float)
    counts = np.histogram(pit, bins=bins, range=(0.0, 1.0))[0].astype(float)
    return counts / max(counts.sum(), 1.0)


@dataclass(frozen=True, slots=True)
class Called:
    """Chances of one class: what was said on average, how often it came true, and what is behind it.

    ``low`` and ``high`` are a 90% interval (Wilson 1927) that counts each outcome of a council once, however many
    replays asked about it: they share one truth.
    """

    low_end: float
    high_end: float
    said: float
    came: float
    low: float
    high: float
    rows: int
    outcomes: int


def called(scores: pd.DataFrame, method: str) -> list[Called]:
    """Chances of control by class, those classes that have any."""
    rows = scores[(scores["quantity"] == "control") & (scores["method"] == method)]
    said, truth = rows["mean"].to_numpy(float), rows["truth"].to_numpy(float)
    keys = rows["election"].astype(str) + "/" + rows["area"].astype(str) + "/" + rows["party"].astype(str)
    place = np.clip(np.searchsorted(CLASSES, said, side="right") - 1, 0, len(CLASSES) - 2)
    out = []
    for k in range(len(CLASSES) - 1):
        here = place == k
        if here.any():
            n, came = keys[here].nunique(), float(truth[here].mean())
            low, high = wilson(came, n)
            out.append(
                Called(CLASSES[k], CLASSES[k + 1], float(said[here].mean()), came, low, high, int(here.sum()), n)
            )
    return out


def wilson(part: float, n: int) -> tuple[float, float]:
    """A 90% interval of a proportion.

    References
    ----------
    Wilson (1927), "Probable inference, the law of succession, and statistical inference", JASA 22.
    """
    z = _Z**2 / n
    middle = (part + z / 2) / (1 + z)
    half = math.sqrt(z * part * (1 - part) + z**2 / 4) / (1 + z)
    return max(0.0, middle - half), min(1.0, middle + half)
