"""Are the four packages the ones that were installed together?

``models`` and ``seeds`` are plain names: a folder of that name in the working directory can shadow ours.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

SIBLINGS = ("seeds", "models", "scenarios")


def check_siblings() -> None:
    """Raise ImportError, naming the path, if a sibling package comes from elsewhere than this one."""
    home = Path(__file__).resolve().parent.parent
    for name in SIBLINGS:
        spec = importlib.util.find_spec(name)
        places = (
            [] if spec is None else [*(spec.submodule_search_locations or ()), *([spec.origin] if spec.origin else ())]
        )
        if not places:
            raise ImportError(f"PNSight is incomplete: it has no package '{name}' in {home}; install it again")
        found = Path(places[0]).resolve()
        if found.parent != home:
            raise ImportError(
                f"{found} shadows PNSight's own package '{name}' in {home}: "
                "run from another folder, or take that folder off PYTHONPATH"
            )
