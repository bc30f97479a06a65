"""Statistics on arrays: the swing model, its posterior, and what earlier elections teach of its scales.

Names load when they are first asked for: the types of declarations need none of the numerics, and journalling one at
three in the morning must not wait for them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.covariates import COVARIATES
    from models.design import Design, build_design
    from models.hyper import Hyper, load_hyper
    from models.posterior import Posterior
    from models.swing import update
    from models.types import CouncilTotals, Declared, Slots

_HOMES = {
    "COVARIATES": "models.covariates",
    "CouncilTotals": "models.types",
    "Declared": "models.types",
    "Design": "models.design",
    "Hyper": "models.hyper",
    "Posterior": "models.posterior",
    "Slots": "models.types",
    "build_design": "models.design",
    "load_hyper": "models.hyper",
    "update": "models.swing",
}

__all__ = [
    "COVARIATES",
    "CouncilTotals",
    "Declared",
    "Design",
    "Hyper",
    "Posterior",
    "Slots",
    "build_design",
    "load_hyper",
    "update",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'models' has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(importlib.import_module(_HOMES[name]), name)
