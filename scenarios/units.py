"""One unit of a backtest: a night in one order with one seed, at all its checkpoints, by all methods.

A unit is plain values and its rows are a pure function of them, so that it can be run anywhere and again.
"""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from models.hyper import from_dict
from projection.engine import count_draws
from projection.pns_result import OTHERS_LINE, National
from scenarios.questions import ALL, Asked, Questions, add_up, ask, chances, line_up
from scenarios.replay import by_seats, declared_by
from scenarios.ridge import ridge_forecast
from scenarios.scene import Point, Scene, set_scene
from scenarios.scores import score
from scenarios.skew import arranged, checkpoints
from scenarios.sources import digest
from scenarios.spread import read_rivals, rival_chances, rival_draws, spread_of
from scenarios.starts import Starts, baseline_starts, council_starts
from scenarios.swings import swing_forecast
from scenarios.truth import Night, council_label, open_night
from seeds import PackError, PNSightError, load_election, load_outcome
from seeds.pack import find

Array = NDArray[np.float64]

METHODS = ("model", "uniform", "proportional", "ridge", "uniform+", "proportional+")
RIVALS = METHODS[1:]
#: Rivals of our own, given more than was asked: they start from the model's baseline where a ward has no result.
GIVEN_MORE = ("uniform+", "proportional+")
QUANTILES = ("p05", "p25", "p50", "p75", "p95")
COLUMNS = (
    "election", "order", "seed", "declared", "method", "quantity", "area", "party", "truth", "mean",
    *QUANTILES, "crps", "at", "of", "sd", "pit",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """Plain values that determine a unit's rows.

    ``pack`` is a key or a path, ``contents`` the hash of what it holds, ``hyper`` and ``rivals`` what was learned
    before, as JSON, ``code`` the hash of the code that computes. With ``by_seats`` councils tell their seats alone.
    """

    pack: str
    contents: str
    order: str
    seed: int
    at: tuple[float, ...]
    draws: int
    methods: tuple[str, ...]
    hyper: str
    rivals: str
    code: str
    by_seats: bool = False

    @property
    def digest(self) -> str:
        """Hash of everything that the rows depend on, and of nothing else."""
        values = {k: v for k, v in dataclasses.asdict(self).items() if k != "pack"}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:32]


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Hash of the modules that a unit's rows depend on, as this process found them."""
    return digest("scenarios.units")


def contents_digest(pack: str) -> str:
    """Hash of a pack with its outcome."""
    h = hashlib.sha256(load_election(pack).sha256.encode())
    for file in sorted((find(pack) / "outcome").glob("*.csv")):
        h.update(file.name.encode() + b"\0" + file.read_bytes())
    return h.hexdigest()


@lru_cache(maxsize=2)
def _night(pack: str, contents: str, hyper: str) -> tuple[Night, Mapping[str, Starts]]:
    if contents_digest(pack) != contents:
        raise PackError(f"{pack}: the pack is not the same here as where the backtest was planned")
    election = load_election(pack)
    night = open_night(election, load_outcome(pack), from_dict(json.loads(hyper)))
    return night, starts_of(night)


def starts_of(night: Night) -> dict[str, Starts]:
    """Where each swing starts from, by method."""
    election, design = night.election, night.session.design
    published, baseline = council_starts(election, design), baseline_starts(election, design)
    return {m: baseline if m in GIVEN_MORE else published for m in RIVALS if m != "ridge"}


#: The compiled kernels keep one set of threads: two units at once in one process would fight over them.
_ONE_AT_A_TIME = Lock()


def run_unit(unit: Unit) -> str:
    """Rows of a unit as CSV without a header; a pure function of the unit.

    Raises
    ------
    PNSightError
        If the pack or the code here is not what the unit was planned with.
    """
    if unit.code != code_digest():
        raise PNSightError("the code here is not the same as where the backtest was planned; install the same version")
    # More than one BLAS thread would make the last digits depend on the machine's cores.
    with _ONE_AT_A_TIME, threadpool_limits(limits=1, user_api="blas"):
        night, starts = _night(unit.pack, unit.contents, unit.hyper)
        councils = arranged(night.election, night.outcome, unit.order, unit.seed)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        for count, at in checkpoints(unit.at, len(councils)).items():
            declared = declared_by(night.election, night.outcome, councils[:count])
            if unit.by_seats:
                declared = by_seats(night.election, declared)
            scene = set_scene(night.session, declared)
            questions = ask(night, scene)
            head = [night.election.key, unit.order, unit.seed, count]
            for method in unit.methods:
                answers = (
                    _by_model(night, scene, questions, unit)
                    if method == "model"
                    else _by_rival(night, scene, questions, unit, method, at, starts)
                )
                for quantity, asked, mean, draws in answers:
                    rng = np.random.default_rng([unit.seed, crc32(f"{head}{method}{quantity}{at}".encode())])
                    writer.writerows(
                        [*head, method, *row, f"{at:g}", len(councils), *rest]
                        for row, rest in _rows(quantity, asked, mean, draws, rng)
                    )
        return out.getvalue()


Answer = tuple[str, Asked, Array, Array | None]


def _by_model(night: Night, scene: Scene, questions: Questions, unit: Unit) -> list[Answer]:
    tally = count_draws(night.session, scene.declared, seed=unit.seed, draws=unit.draws)
    lines = line_up(night, questions, tally.layout)
    seats = tally.seating.seats
    cast = tally.votes.sum(axis=1, keepdims=True)
    councils = add_up(seats, lines.councils, len(questions.councils))
    totals = add_up(seats, lines.totals, len(questions.totals))
    shares = 100 * add_up(tally.votes, lines.shares, len(questions.shares)) / np.where(cast > 0, cast, 1.0)
    after = seats.astype(np.int64) + tally.seating.held
    return [
        ("seats", questions.totals, totals.mean(axis=0), totals),
        ("seats", questions.councils, councils.mean(axis=0), councils),
        ("vote_share", questions.shares, shares.mean(axis=0), shares),
        ("control", questions.control, chances(questions, lines, tally.layout, after), None),
        *_national(night, tally.national),
    ]


def _national(night: Night, national: National) -> list[Answer]:
    """The projected national share against the published one, which is in whole points; no rival has one.

    What a party that is not named there belongs to, "Oth", is another thing in every year, and is not compared.
    """
    published = night.outcome.national.get("PNS", {})
    named = [p for p in national.parties if p in published and p != OTHERS_LINE]
    if not named:
        return []
    n = len(named)
    truth = np.array([published[p] for p in named], dtype=np.float64)
    asked = Asked((ALL,) * n, tuple(named), truth, np.zeros(n), np.full(n, 100.0))
    draws = national.draws[:, [national.parties.index(p) for p in named]].astype(np.float64)
    return [("pns", asked, draws.mean(axis=0), draws)]


def _by_rival(
    night: Night, scene: Scene, questions: Questions, unit: Unit, method: str, at: float, starts: Mapping[str, Starts]
) -> list[Answer]:
    rivals = read_rivals(unit.rivals)
    point = _point(scene, method, rivals["settings"], starts)
    lines = line_up(night, questions, scene.layout)
    means = {
        "totals": add_up(point.seats[None], lines.totals, len(questions.totals))[0],
        "councils": add_up(point.seats[None], lines.councils, len(questions.councils))[0],
        "shares": add_up(point.votes[None], lines.shares, len(questions.shares))[0]
        * 100
        / max(point.votes.sum(), 1e-9),
    }
    draws = rival_draws(questions, means, spread_of(rivals, method, at, night.election.date))
    layout = scene.layout
    held: dict[tuple[str, str], int] = {}
    for i, n in enumerate(layout.held):
        council = layout.councils[layout.council[i]]
        key = council, council_label(night.election, council, layout.parties[layout.party[i]])
        held[key] = held.get(key, 0) + int(n)
    total = dict(zip(layout.councils, map(int, layout.total), strict=True))
    return [
        ("seats", questions.totals, means["totals"], draws["totals"]),
        ("seats", questions.councils, means["councils"], draws["councils"]),
        ("vote_share", questions.shares, means["shares"], draws["shares"]),
        ("control", questions.control, rival_chances(questions, draws["councils"], held, total), None),
    ]


def _point(scene: Scene, method: str, settings: dict[str, Any], starts: Mapping[str, Starts]) -> Point:
    own = settings[method]
    if method == "ridge":
        return ridge_forecast(scene, penalty=own["penalty"], level=own["level"])
    ratio = method.startswith("proportional")
    return swing_forecast(scene, starts[method], ratio=ratio, pull=own["pull"], doubt=own["doubt"])


def _number(value: float) -> str:
    return f"{value:.6g}" if np.isfinite(value) else ""


def _rows(
    quantity: str, asked: Asked, mean: Array, draws: Array | None, rng: np.random.Generator
) -> list[tuple[list[str], list[str]]]:
    """Cells of each row before and after those that say where in the night it stands."""
    out = []
    scores = score(draws, asked.truth, rng) if draws is not None and len(asked) else None
    # A single draw is a point forecast without a spread: its score is its error, and it has no interval.
    spread = draws is not None and len(draws) > 1
    for i in range(len(asked)):
        cells = [quantity, asked.areas[i], asked.parties[i], _number(asked.truth[i]), _number(mean[i])]
        if scores is None:
            cells += [""] * len(QUANTILES) + [_number((mean[i] - asked.truth[i]) ** 2)]
            rest = ["", ""]
        elif spread:
            cells += [*map(_number, scores.quantiles[i]), _number(scores.crps[i])]
            rest = [_number(scores.sd[i]), _number(scores.pit[i])]
        else:
            cells += [""] * len(QUANTILES) + [_number(scores.crps[i])]
            rest = ["", ""]
        out.append((cells, rest))
    return out
