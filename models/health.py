"""Whether a live fit can be relied on, and if not why, in words for who reads its figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.design import Design
from models.factors import CLOSE, FACTORS, FactorFit

#: With fewer effective nodes than this the night's factors are not as Gaussian as the cubature takes them for.
FEWEST_NODES = 4.0
#: A log factor so many of its prior's standard deviations from zero is of a night unlike those that taught the scales.
FAR = 3.0
_WORDS = {
    "ward": "single wards differ from what their places let expect",
    "council": "councils differ from one another",
    "between": "regions differ, and swings follow what they depend on,",
}


def health(design: Design, fit: FactorFit, weight: NDArray[np.float64]) -> dict[str, Any]:
    """The part of a posterior's diagnostics that judges it.

    Parameters
    ----------
    design
        Of the night.
    fit
        The night's factors as they were found.
    weight
        Weights of the nodes of the cubature; shape ``(k,)``.

    Returns
    -------
    dict
        ``effective_nodes``; ``trouble``, why the figures should not be relied on, in words; ``healthy``, whether there
        is none; ``unlike``, in what tonight is unlike every night that taught the scales: the fit follows tonight, but
        nothing says how such a night goes on.
    """
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    trouble = []
    if fit.last_step >= 3 * CLOSE:
        trouble.append(f"the night's factors did not settle (last step {fit.last_step:.2g} of a standard deviation)")
    if effective < FEWEST_NODES:
        trouble.append(
            f"what the night's factors can be is of another shape than is integrated over ({effective:.1f} of "
            f"{len(weight)} nodes count; {FEWEST_NODES:g} are needed)"
        )
    spread = [design.hyper.spread[f] for f in FACTORS]
    unlike = [_far(f, t) for f, t, s in zip(FACTORS, fit.theta, spread, strict=True) if abs(t) > FAR * s]
    return {"effective_nodes": round(effective, 2), "trouble": trouble, "unlike": unlike, "healthy": not trouble}


def _far(factor: str, theta: float) -> str:
    return f"{_WORDS[factor]} {float(np.exp(theta / 2)):.1f} times as much"


def trouble_words(diagnostics: Mapping[str, Any]) -> str:
    """Why a fit is not healthy, in one clause; empty for a healthy one."""
    if diagnostics.get("healthy", True):
        return ""
    return "; ".join(diagnostics.get("trouble") or ["its diagnostics do not say why"])


def unlike_words(diagnostics: Mapping[str, Any]) -> str:
    """In what a night is unlike those that taught the scales, in one sentence; empty where it is like them."""
    unlike = diagnostics.get("unlike") or []
    return f"Unlike the nights that taught the model: {'; '.join(unlike)}." if unlike else ""
