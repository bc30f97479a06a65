"""Benchmarks run only when they are asked for: ``-m bench``."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave benchmarks out unless the markers on the command line name them."""
    if "bench" in (config.getoption("-m") or ""):
        return
    timed = [item for item in items if item.get_closest_marker("bench")]
    if timed:
        config.hook.pytest_deselected(items=timed)
        items[:] = [item for item in items if item not in timed]
