"""The public door: ``import projection as pns``.

Names load when they are first asked for, so that ``import projection`` and ``pns --help`` stay light::

    import projection as pns

    election = pns.load_election("2018")
    projection = pns.project(election, frame)   # a DataFrame of declarations, see docs/declarations.md
    projection.to_frame("seats")
    posterior = pns.posterior(election, frame)  # the model's draws: posterior.to_frame(), posterior.to_datatree()
"""

from __future__ import annotations

import importlib
from typing import Any

from projection._siblings import check_siblings

check_siblings()

_DOOR = {
    "ArgumentError": "seeds",
    "Contest": "seeds",
    "Council": "seeds",
    "Declared": "models.types",
    "DeclarationError": "seeds",
    "Election": "seeds",
    "PNSightError": "seeds",
    "PackError": "seeds",
    "Projection": "projection.result",
    "build_design": "models",
    "count_contest": "projection.counting",
    "embedded": "seeds",
    "from_frame": "projection.declarations",
    "load_election": "seeds",
    "open_session": "projection.notebook",
    "posterior": "projection.notebook",
    "project": "projection.notebook",
    "read_declarations": "projection.declarations",
    "update": "models",
}

__all__ = sorted(_DOOR)


def __getattr__(name: str) -> Any:
    if name not in _DOOR:
        raise AttributeError(f"module 'projection' has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(importlib.import_module(_DOOR[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
