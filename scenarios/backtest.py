"""A backtest: units of work planned, run where they are not yet done, and put together in a fixed order."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.hyper import load_hyper, to_dict
from scenarios.skew import RANDOM, skewed
from scenarios.spread import STORE
from scenarios.units import COLUMNS, METHODS, Unit, code_digest, contents_digest, run_unit
from scenarios.workers import here, in_processes, on_cluster
from seeds import PNSightError, load_election, load_outcome

HEADER = ",".join(COLUMNS) + "\n"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a backtest has come: units done, of how many, and how many of the done ones were found finished."""

    done: int
    of: int
    found: int


def plan(
    packs: Sequence[str],
    *,
    orders: int,
    at: Sequence[float],
    skew: bool = True,
    methods: Sequence[str] = METHODS,
    draws: int = 2000,
    first_seed: int = 1,
    rivals: str | None = None,
    apart: bool = True,
    by_seats: bool = False,
) -> list[Unit]:
    """All units of a backtest, in the order in which their rows stand in the result.

    Parameters
    ----------
    orders
        Random orders of each night, with seeds ``first_seed`` and on; the skewed orders (seed 0) come on top
        unless ``skew`` is false.
    at
        Percent of the councils declared.
    rivals
        Settings and errors of the rivals as JSON; those stored if None.
    apart
        As for :func:`~models.hyper.load_hyper`.
    by_seats
        Councils tell the seats won by party alone, which only the model can read.

    Raises
    ------
    ModelError
        If no hyperparameters were learned from elections before one of the nights.
    """
    rivals = STORE.read_text(encoding="utf-8") if rivals is None else rivals
    units = []
    for pack in packs:
        election, outcome = load_election(pack), load_outcome(pack)
        hyper = json.dumps(to_dict(load_hyper(election, apart=apart)), sort_keys=True)
        pairs = [(RANDOM, first_seed + k) for k in range(orders)]
        pairs += [(order, 0) for order in skewed(election, outcome)] if skew else []
        contents = contents_digest(pack)
        units += [
            Unit(
                pack=pack,
                contents=contents,
                order=order,
                seed=seed,
                at=tuple(float(a) for a in at),
                draws=draws,
                methods=tuple(m for m in METHODS if m in methods),
                hyper=hyper,
                rivals=rivals,
                code=code_digest(),
                by_seats=by_seats,
            )
            for order, seed in pairs
        ]
    return units


def run(
    units: Sequence[Unit],
    work: Path,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> None:
    """Run what is not finished yet; each unit's rows appear as one whole file in the folder ``work``.

    Parameters
    ----------
    workers
        Processes on this machine.
    scheduler
        Address of a Dask scheduler, to run there instead.

    Raises
    ------
    PNSightError
        If the folder cannot be written, or the workers fail.
    """
    try:
        work.mkdir(parents=True, exist_ok=True)
    except OSError as why:
        raise PNSightError(f"{work}: cannot be made a folder for unfinished work ({why.strerror})") from None
    todo = list({u.digest: u for u in units if not file_of(work, u).is_file()}.values())
    done = found = len({u.digest for u in units}) - len(todo)
    tell = progress if progress is not None else lambda _: None
    tell(Progress(done, done + len(todo), found))
    for i, rows in _results(todo, workers, scheduler):
        _write_whole(file_of(work, todo[i]), gzip.compress(rows.encode(), mtime=0))
        done += 1
        tell(Progress(done, found + len(todo), found))


def _results(todo: list[Unit], workers: int, scheduler: str | None) -> Iterator[tuple[int, str]]:
    if not todo:
        return iter(())
    if scheduler is not None:
        return on_cluster(run_unit, todo, scheduler)
    return here(run_unit, todo) if workers == 1 else in_processes(run_unit, todo, min(workers, len(todo)))


def file_of(work: Path, unit: Unit) -> Path:
    """Where a unit's rows are kept."""
    return work / f"{unit.digest}.csv.gz"


def _write_whole(file: Path, content: bytes) -> None:
    """Write a file so that it is either there whole or not there."""
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(file)


def gather(units: Sequence[Unit], work: Path, out: Path) -> None:
    """Put the rows of finished units together in the units' order; a name that ends in .gz is compressed.

    Raises
    ------
    PNSightError
        If the file cannot be written.
    """
    part = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(gzip.compress(HEADER.encode(), mtime=0) if out.suffix == ".gz" else HEADER.encode())
            for unit in units:
                rows = file_of(work, unit).read_bytes()
                # Compressed files one after another are a compressed file.
                file.write(rows if out.suffix == ".gz" else gzip.decompress(rows))
        part.replace(out)
    except OSError as why:
        raise PNSightError(f"{out}: cannot be written ({why.strerror})") from None
