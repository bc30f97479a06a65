"""The invented night with the real model at its starting scales."""

from __future__ import annotations

import pytest


@pytest.fixture
def learned(monkeypatch):
    """Scales that no stored file can change: the round numbers that fits start from."""
    from models.start import start

    monkeypatch.setattr("scenarios.backtest.load_hyper", lambda election, **_: start())
    return start()
