"""Figures of a backtest's scores: error, CRPS, width and coverage by method, kind of order and checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.questions import ALL
from scenarios.skew import RANDOM
from scenarios.truth import OTHERS
from scenarios.units import COLUMNS, METHODS
from seeds import PNSightError

Array = NDArray[np.float64]

KINDS = ("random", "skewed")
LARGEST = 4
MAIN = ("Con", "Lab", "LD")
#: A call of control is one of at least this chance.
CALL = 0.95
#: Resamples of the nights.
RESAMPLES = 2000


def read_scores(file: Path) -> pd.DataFrame:
    """Read a scores file, with ``kind`` of order and, of totals and shares, whether the party is one of the largest.

    Raises
    ------
    PNSightError
        If it is no such file.
    """
    try:
        scores = pd.read_csv(
            file,
            dtype={"election": "str", "order": "category", "method": "category", "quantity": "category"}
            | {"area": "category", "party": "category"},
            keep_default_na=False,
            na_values={c: [""] for c in COLUMNS if c not in ("election", "order", "area", "party")},
        )
    except FileNotFoundError:
        raise PNSightError(f"{file}: there is no such file of scores") from None
    except (ValueError, OSError) as why:
        raise PNSightError(f"{file}: is not a table of scores ({why})") from None
    if missing := [c for c in COLUMNS if c not in scores.columns]:
        raise PNSightError(f"{file}: is not a table of scores; it lacks the column {missing[0]}")
    scores["kind"] = np.where(scores["order"] == RANDOM, *KINDS)
    total = scores[(scores["quantity"] == "seats") & (scores["area"] == ALL)]
    total = total[~total["party"].isin(["Ind", OTHERS])].drop_duplicates(["election", "party"])
    largest = total.sort_values("truth", ascending=False, kind="stable").groupby("election").head(LARGEST)
    keys = set(zip(largest["election"], largest["party"], strict=True))
    whole = np.flatnonzero(scores["area"] == ALL)
    is_large = np.zeros(len(scores), dtype=bool)
    parties, nights = scores["party"].to_numpy(), scores["election"].to_numpy()
    is_large[whole] = [(nights[i], parties[i]) in keys for i in whole]
    scores["largest"] = is_large
    return scores


def sums(scores: pd.DataFrame) -> pd.DataFrame:
    """Numerator and denominator of every figure.

    Returns
    -------
    DataFrame
        Columns ``num`` and ``den``, indexed by election, kind, at, method, subject and figure. Subjects: "totals" and
        "shares" of the largest parties, "main totals" of the three oldest, "pns" (the projected national share),
        "councils" (seats by council and party), "open councils" (the same where the forecast is not certain),
        "control".
    """
    parts = subjects(scores)
    out = [_intervals(part).assign(subject=name) for name, part in parts.items()]
    out.append(_control(scores[scores["quantity"] == "control"]).assign(subject="control"))
    index = ["election", "kind", "at", "method", "subject", "figure"]
    table = pd.concat(out, ignore_index=True)
    table["method"] = table["method"].astype(str)
    return table.groupby(index, sort=True, observed=True)[["num", "den"]].sum()


def subjects(scores: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Rows of each subject that has intervals; see :func:`sums`."""
    seats, whole = scores["quantity"] == "seats", scores["area"] == ALL
    return {
        "totals": scores[seats & whole & scores["largest"]],
        "main totals": scores[seats & whole & scores["party"].isin(MAIN)],
        "shares": scores[(scores["quantity"] == "vote_share") & scores["largest"]],
        "pns": scores[scores["quantity"] == "pns"],
        "councils": scores[seats & ~whole],
        "open councils": scores[seats & ~whole & (scores["sd"].fillna(1.0) > 0)],
    }


def _intervals(part: pd.DataFrame) -> pd.DataFrame:
    truth, has = part["truth"], part["p05"].notna()
    columns = {
        "error": ((part["mean"] - truth).abs(), has | True),
        "median": ((part["p50"].fillna(part["mean"]) - truth).abs(), has | True),
        "crps": (part["crps"], has | True),
        "width": ((part["p95"] - part["p05"]).where(has, 0.0), has),
        "in90": ((part["p05"] <= truth) & (truth <= part["p95"]), has),
        "in50": ((part["p25"] <= truth) & (truth <= part["p75"]), has),
        "pit90": (part["pit"].between(0.05, 0.95), has),
        "pit50": (part["pit"].between(0.25, 0.75), has),
    }
    return _stack(part, columns)


def _control(part: pd.DataFrame) -> pd.DataFrame:
    """Brier score summed over a council's outcomes, per council; and calls that came true."""
    called = part["mean"] >= CALL
    from projection.result import NOC

    # Every open council has one row for no overall control.
    columns = {
        "brier": (part["crps"], part["party"] == NOC),
        "called": (part["truth"].where(called, 0.0), called),
    }
    return _stack(part, columns)


def _stack(part: pd.DataFrame, columns: dict[str, tuple[pd.Series, pd.Series]]) -> pd.DataFrame:
    keys = [part["election"], part["kind"], part["at"], part["method"]]
    frames = []
    for figure, (num, den) in columns.items():
        both = pd.DataFrame({"num": num.astype(float), "den": den.astype(float)})
        frames.append(both.groupby(keys, observed=True).sum().reset_index().assign(figure=figure))
    return pd.concat(frames, ignore_index=True)


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its standard error over nights (NaN for one night) and how many rows are behind it."""

    value: float
    error: float
    rows: int

    @property
    def known(self) -> bool:
        """Whether there is anything behind it."""
        return bool(np.isfinite(self.value))


def _ratio(num: Array, den: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(den > 0, num / np.where(den > 0, den, 1.0), np.nan)


@lru_cache(maxsize=16)
def _resamples(nights: int) -> Array:
    """How often each night is in each resample; always the same ones. Shape ``(resample, night)``."""
    rng = np.random.default_rng(20120503)
    return rng.multinomial(nights, np.full(nights, 1 / nights), size=RESAMPLES).astype(float)


def pooled(num: Array, den: Array) -> Figure:
    """A ratio of sums over nights with its standard error from a bootstrap of whole nights; shape ``(night,)``."""
    there = den > 0
    num, den = num[there], den[there]
    if not len(num):
        return Figure(float("nan"), float("nan"), 0)
    error = float("nan")
    if len(num) > 1:
        w = _resamples(len(num))
        error = float(np.std(_ratio(w @ num, w @ den)))
    return Figure(float(num.sum() / den.sum()), error, round(den.sum()))


class Sums:
    """Pools the sums over nights, kinds and checkpoints as asked."""

    def __init__(self, table: pd.DataFrame) -> None:
        flat = table.reset_index()
        self.elections: list[str] = sorted(flat["election"].unique())
        self.ats: list[float] = sorted(map(float, flat["at"].unique()))
        self.methods = [m for m in METHODS if (flat["method"] == m).any()]
        self.subjects: list[tuple[str, str]] = sorted(set(zip(flat["subject"], flat["figure"], strict=True)))
        keys = zip(*(flat[c] for c in ("method", "subject", "figure", "election", "kind", "at")), strict=True)
        self._sums = dict(zip(keys, flat[["num", "den"]].to_numpy(float), strict=True))

    def by_night(
        self, method: str, subject: str, figure: str, elections: list[str], kind: str | None, at: list[float]
    ) -> tuple[Array, Array]:
        """Numerators and denominators by night."""
        nothing = np.zeros(2)
        kinds = KINDS if kind is None else (kind,)
        rows = [
            sum((self._sums.get((method, subject, figure, e, k, a), nothing) for k in kinds for a in at), nothing)
            for e in elections
        ]
        num, den = np.array(rows).reshape(-1, 2).T
        return num, den

    def figure(
        self, method: str, subject: str, figure: str, elections: list[str], kind: str | None, at: list[float]
    ) -> Figure:
        """One figure pooled over nights, with a bootstrap over nights."""
        num, den = self.by_night(method, subject, figure, elections, kind, at)
        return pooled(num, den)

    def relative(
        self, rival: str, subject: str, figure: str, elections: list[str], kind: str | None, at: list[float]
    ) -> Figure:
        """The model's figure as a part of a rival's, with a bootstrap over nights."""
        num, den = self.by_night("model", subject, figure, elections, kind, at)
        other, of = self.by_night(rival, subject, figure, elections, kind, at)
        there = (den > 0) & (of > 0)
        num, den, other, of = num[there], den[there], other[there], of[there]
        if not len(num) or other.sum() == 0:
            return Figure(float("nan"), float("nan"), 0)
        value = (num.sum() / den.sum()) / (other.sum() / of.sum())
        error = float("nan")
        if len(num) > 1:
            w = _resamples(len(num))
            error = float(np.nanstd(_ratio(w @ num, w @ den) / _ratio(w @ other, w @ of)))
        return Figure(float(value), error, round(den.sum()))
