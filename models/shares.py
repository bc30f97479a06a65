"""Shares from utilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def softmax(utility: Array, stands: NDArray[np.bool_]) -> Array:
    """Shares from utilities; 0 where no slate stands. All of shape ``(n, s)``."""
    u = np.where(stands, utility, -np.inf)
    u = np.exp(u - u.max(axis=1, keepdims=True))
    return np.asarray(u / u.sum(axis=1, keepdims=True))


def log_odds(percent: Array) -> Array:
    """Log odds of percentages, NaN where they are; a little is added to both sides, so that none is infinite."""
    return np.asarray(np.log((percent + 0.05) / (100.05 - percent)))
