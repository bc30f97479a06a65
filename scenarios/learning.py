"""``pns fit``: learn the model's scales from elections earlier than the one that they serve.

2018, 2021, 2025 and 2012 are for scoring, so none of them teaches another of them: their scales come from 2016, 2017,
2019 and the nights of the thirteen councils whose every result since 2004 the packs hold. Nights on which nothing is
scored, those to come first of all, learn from every earlier one (:func:`models.hyper.load_hyper` keeps the two apart).
Each set is stored under the first year that may use it. Of 2017 England alone teaches, as on every other night.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import click

from models.fit import fit as learn
from models.hyper import STORE, Hyper, from_dict, to_dict
from models.late import LEAN
from models.start import start
from models.training import Night, nights_within, outcome_night
from scenarios.leaning import LEFT, in_england, seat_lean
from seeds import PackError, embedded, load_election, load_outcome

#: Set -> packs whose older nights teach, and packs that teach as whole nights.
TEACHERS = {
    "2012": (("2012",), ()),
    "2014": (("2014",), ()),
    "2016": (("2016",), ()),
    "2017": (("2016",), ("2016",)),
    "2018": (("2016",), ("2016", "2017")),
    "2021": (("2016",), ("2016", "2017", "2019")),
    "2020": (("2016",), ("2016", "2017", "2018", "2019")),
    "2022": (("2016",), ("2016", "2017", "2018", "2019", "2021")),
    "2026": (("2016",), ("2016", "2017", "2018", "2019", "2021", "2025")),
}

#: What seats do beyond votes is learned from 2014 too, which teaches scales as one of the older nights of 2016's pack,
#: and not from 2017, whose wards have next to no past (``docs/model.md`` has what both do to 2016 and 2019).
LEANS_TOO, NO_PAST = ("2014",), ("2017",)


def nights_for(pack: str) -> list[Night]:
    """The nights that a set of scales is learned from, all earlier than the first that it serves.

    Raises
    ------
    PackError
        If there is no such set, or a teacher is not earlier.
    """
    if pack not in TEACHERS:
        raise PackError(f"{pack}: no scales are learned for this night; there are {', '.join(TEACHERS)}")
    within, whole = TEACHERS[pack]
    begin = start()
    nights = [night for key in within for night in nights_within(load_election(key), begin)]
    nights += [outcome_night(*in_england(load_election(key), load_outcome(key)), begin) for key in whole]
    date = load_election(pack).date if pack in embedded() else dt.date(int(pack), 1, 1)
    late = [n.name for n in nights if n.date >= date]
    if late:
        raise PackError(f"{pack}: '{late[0]}' is not earlier than the night that it would teach")
    return nights


def leaning_nights(pack: str) -> list[str]:
    """Packs of the nights from which a set learns what seats do beyond votes; all earlier than those that it serves."""
    whole = [key for key in TEACHERS[pack][1] if key not in NO_PAST]
    return [key for key in LEANS_TOO if key < pack] + whole


def store(pack: str, hyper: Hyper, folder: Path = STORE) -> Path:
    """Write one set whole or not at all."""
    file = folder / f"{pack}.json"
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=folder, suffix=".part", delete=False) as part:
        part.write(json.dumps(_rounded(to_dict(hyper)), indent=1) + "\n")
    Path(part.name).chmod(0o644)
    os.replace(part.name, file)
    return file


def _rounded(value: object) -> object:
    """Six significant figures: more are noise of the maximiser."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {k: _rounded(v) for k, v in value.items()}
    return value


@click.command()
@click.argument("packs", nargs=-1)
@click.option("--steps", default=30, show_default=True, type=click.IntRange(1), help="Most steps of the maximiser.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="Processes.")
@click.option("--again", is_flag=True, help="Begin from the stored set instead of from round numbers.")
@click.option("--quiet", is_flag=True, help="No progress.")
def fit(packs: tuple[str, ...], steps: int, workers: int, again: bool, quiet: bool) -> None:
    """Learn the model's scales for PACKS (all sets by default) from earlier elections, and store them.

    With them what effects were on average, and what seats did beyond votes on whole earlier nights.
    """
    for pack in packs or TEACHERS:
        nights = nights_for(pack)
        click.echo(f"{pack}: learning from " + "; ".join(f"{n.name} ({len(n.which)} contests)" for n in nights))
        stored = STORE / f"{pack}.json"
        begin = from_dict(json.loads(stored.read_text(encoding="utf-8"))) if again and stored.is_file() else None

        def progress(step: int, loss: float) -> None:
            if not quiet:
                click.echo(f"  step {step}: minus log posterior {loss:.1f}", err=True)

        hyper = learn(nights, workers=workers, steps=steps, begin=begin, progress=progress)
        if leaning := leaning_nights(pack):
            if not quiet:
                click.echo(f"  what seats did beyond votes on {', '.join(leaning)} (a minute a night)", err=True)
            lean = seat_lean(leaning)
            hyper = replace(hyper, mean={**hyper.mean, LEAN: lean}, spread={**hyper.spread, LEAN: LEFT})
        click.echo(f"  {store(pack, hyper)}")
