"""What rivals learn is the size of their errors, on scales that carry from one night to another."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import scenarios.rivals as learning
from scenarios.rivals import mean_squares
from scenarios.spread import read_rivals, spread_of
from seeds import load_election


def rows(*values):
    names = ("order", "seed", "quantity", "area", "party", "truth", "mean")
    return pd.DataFrame([dict(zip(names, v, strict=True)) for v in values])


def test_errors_are_parts_of_what_is_to_come():
    found = mean_squares(
        rows(
            ("random", 1, "seats", "all", "Lab", 500, 502),
            ("random", 1, "seats", "a", "Lab", 6, 8),
            ("random", 1, "seats", "a", "Con", 4, 4),
            ("random", 1, "seats", "b", "Lab", 30, 27),
            ("random", 2, "seats", "all", "Lab", 500, 490),
            ("random", 2, "seats", "b", "Lab", 30, 30),
            ("random", 2, "vote_share", "all", "Grn", 5.0, 7.0),
        )
    )
    assert found == {
        "councils 12 main": pytest.approx((0.2**2 + 0) / 2),
        "councils 36 main": pytest.approx((0.1**2 + 0) / 2),
        # 40 seats to come in the first order, 30 in the second.
        "totals main": pytest.approx(((2 / 40) ** 2 + (10 / 30) ** 2) / 2, rel=1e-3),
        "shares national": 4.0,
    }


def test_learning_chooses_settings_and_stores_errors_by_night(toy_pack, learned, tmp_path, monkeypatch):
    monkeypatch.setattr(learning, "NIGHTS", (str(toy_pack),))
    swing = {"pull": (5.0,), "doubt": (0.0, 8.0)}
    swings = ("uniform", "proportional", "uniform+", "proportional+")
    grid = dict.fromkeys(swings, swing) | {"ridge": {"penalty": (1.0, 100.0), "level": (3.0, 30.0)}}
    assert set(grid) == set(learning.GRID)
    monkeypatch.setattr(learning, "GRID", grid)
    told = []
    learning.learn(orders=1, workers=1, tell=told.append, store=tmp_path / "rivals.json")
    found = read_rivals((tmp_path / "rivals.json").read_text())
    for method, values in grid.items():
        assert set(found["settings"][method]) == set(values)
        assert all(v in values[name] for name, v in found["settings"][method].items())
    # Every value is tried once: two of each swing, and two with one more.
    assert len([t for t in told if t.startswith((*swings, "ridge"))]) == 4 * 2 + 3
    (entry,) = found["nights"]
    assert entry["date"] == load_election(toy_pack).date.isoformat()
    assert entry["orders"] == 5
    assert spread_of(found, "ridge", 5, load_election("2025").date) is not None
    assert json.dumps(found["settings"]) in " ".join(told)
