"""``pns synthetic``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from projection.draw_options import seed_option
from scenarios.new_pack import check_new, write_pack
from seeds import PackError, load_election
from seeds.pack import find
from seeds.write import Source

if TYPE_CHECKING:
    from scenarios.synthetic import Synthetic


@click.command()
@click.argument("pack")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder of the new pack; made new.")
@seed_option("Seed of everything that is drawn.")
@click.option(
    "--harsh",
    default="",
    help="Harsher than the model, any of: shock (council-wide), baselines (mistaken), collapse (of a party; "
    "collapse=UKIP names it), late (councils that declare late move together).",
)
@click.option("--wards", type=click.IntRange(10, 100_000), help="About so many wards. [default: the pack's own]")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def synthetic(pack: str, out: Path, seed: int, harsh: str, wards: int | None, quiet: bool) -> None:
    """Draw a night that never was on the ground of PACK, and write it as a pack with an outcome.

    Who stands, earlier results and polls are the pack's; swing, councils, wards and times are drawn from the model's
    prior, which is stored in outcome/truth.json. Replay it with: pns replay FOLDER
    """
    from scenarios.synthetic import draw_night, harsh_of

    kinds = harsh_of(harsh)
    check_new(out)
    election = load_election(pack)
    if not quiet:
        click.echo(f"Drawing a night on the ground of {election.name} (seed {seed}) ...", err=True)
    night = draw_night(election, seed=seed, harsh=kinds, wards=wards)
    write_night(night, out, find(pack), seed, kinds)
    click.echo(
        f"{out}: {len(night.outcome.order)} councils, {len(night.outcome.contests):,} ward contests, seed {seed}"
        f"{'; ' + '; '.join(night.happened) if night.happened else '; as the model has it'}."
    )


def write_night(night: Synthetic, out: Path, ground: Path, seed: int, harsh: tuple[str, ...]) -> None:
    """Write a synthetic night as a pack, with the credits of the pack that it stands on and the truth.

    Raises
    ------
    PackError
        If the folder cannot be written.
    """
    sources = [
        Source(
            "outcome/results, outcome/councils",
            f"drawn from the model with seed {seed}: these results are invented",
            "as of the tables below",
            "PNSight",
            "",
        )
    ]
    write_pack(out, night.election, night.outcome, ground, sources, timed=False)
    try:
        (out / "outcome" / "truth.json").write_text(json.dumps(truth_dict(night, seed, harsh)) + "\n", encoding="utf-8")
    except OSError as why:
        raise PackError(f"{out}: cannot be written ({why.strerror})") from None


def truth_dict(night: Synthetic, seed: int, harsh: tuple[str, ...]) -> dict[str, object]:
    """What happened, as plain values: factors of the night, effects by covariate and column, levels by council."""
    from models.covariates import COVARIATES
    from models.factors import FACTORS

    columns, effects = night.design.columns, night.effects

    def row(values: object) -> dict[str, float]:
        return {c: round(float(v), 6) for c, v in zip(columns, values, strict=True)}  # type: ignore[call-overload]

    return {
        "seed": seed,
        "harsh": list(harsh),
        "happened": list(night.happened),
        "log_factors": {f: round(float(v), 6) for f, v in zip(FACTORS, effects.factors, strict=True)},
        "level_mean": row(night.design.level_mean),
        "effects": {name: row(values) for name, values in zip(COVARIATES, effects.beta, strict=True)},
        "councils": {name: row(values) for name, values in zip(night.design.councils, effects.level, strict=True)},
    }
