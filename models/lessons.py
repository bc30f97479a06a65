"""What earlier nights teach of the effects themselves: their mean from night to night.

Some of what a night shows is the same on every night: who stands in fewer places does worse there, a party that did
not stand last time starts low, all-out elections spread votes further. With an effect of night n drawn around a common
mean, ``beta[n] ~ N(mu, S)``, the data of a night say of mu, all else integrated out,

    score = S^-1 E[beta | data, mu = 0],    information = S^-1 - S^-1 Var[beta | data] S^-1,

and nights add up. mu itself has a prior of mean zero and variance S: one night moves it by half at most.

A night in a handful of councils shows what these did, again and again; the country is another matter. Such nights teach
only where there is no other (``docs/model.md`` has what that changed).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve

from models.covariates import COVARIATES
from models.gaussian import lay_system, solve
from models.hyper import Hyper
from models.scales import effect_prior
from models.training import Night

Array = NDArray[np.float64]

#: A night in fewer councils than that is one of a corner of the country.
FEW_COUNCILS = 50


def mean_effects(nights: Sequence[Night], hyper: Hyper) -> dict[str, dict[str, float]]:
    """Mean of every effect, by covariate and column; of the level, of what it was beyond what polls let expect.

    Parameters
    ----------
    nights
        Earlier elections.
    hyper
        Scales fitted on them, with effects' means of zero.
    """
    columns = tuple(hyper.column["slope"])
    k, p = len(COVARIATES), len(columns)
    sd = np.array([hyper.covariate[name] for name in COVARIATES])[:, None] * hyper.of("slope", columns)[None]
    sd[0] = hyper.of("level_sd", columns)
    precision = 1.0 / sd.ravel() ** 2
    info, score = np.diag(precision), np.zeros(k * p)
    for night in _teachers(nights):
        design, _, evidence = night.told(hyper)
        post = solve(design, lay_system(design, evidence), effect_prior(design))
        both = [(design.columns.index(c), j) for j, c in enumerate(columns) if c in design.columns]
        width = len(design.columns)
        here = np.array([row * width + i for row in range(k) for i, _ in both])
        there = np.array([row * p + j for row in range(k) for _, j in both])
        unit = np.zeros((len(post.mean), len(here)))
        unit[here, np.arange(len(here))] = 1.0
        variance = cho_solve((post.chol, True), unit)[here]
        by = precision[there]
        score[there] += by * post.mean[here]
        info[np.ix_(there, there)] += np.diag(by) - by[:, None] * variance * by[None]
    mean = np.linalg.solve(info, score).reshape(k, p)
    return {name: {c: float(mean[row, j]) for j, c in enumerate(columns)} for row, name in enumerate(COVARIATES)}


def _teachers(nights: Sequence[Night]) -> Sequence[Night]:
    """The nights in many councils, or, where there is none, all."""
    wide = [n for n in nights if len(np.unique(n.ground.slots.councils)) >= FEW_COUNCILS]
    return wide or nights
