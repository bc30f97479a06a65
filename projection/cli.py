"""The ``pns`` command: a light root; every subcommand is loaded when it is called.

Exit codes: 0 all is well; 1 our own fault, please report it; 2 something is wrong with what was given;
130 interrupted.
"""

from __future__ import annotations

import sys

import click

from projection.lazy import Lazy, LazyGroup
from seeds.errors import PNSightError

COMMANDS = {
    "elections": Lazy("projection.commands:elections", "List the election packs that are embedded."),
    "replay": Lazy("scenarios.cli:replay", "Replay the night of a past election, council by council."),
    "report": Lazy("scenarios.report_cli:report", "Set a past night's figures beside what was said during it."),
    "backtest": Lazy(
        "scenarios.backtest_cli:backtest", "Replay past nights in many orders; score the model and five rivals."
    ),
    "hide-wards": Lazy(
        "scenarios.hidden:hide", "Write a past night as a pack whose councils declare only their seats."
    ),
    "fit": Lazy("scenarios.learning:fit", "Learn the model's scales from earlier elections, and store them."),
    "bench": Lazy(
        "scenarios.bench_cli:bench", "Measure the time and memory of an update, and of the first projection."
    ),
    "synthetic": Lazy("scenarios.synthetic_cli:synthetic", "Draw a night that never was, with the truth known."),
    "whatif": Lazy("scenarios.whatif_cli:whatif", "Project the night as it would be if, beside the night as it is."),
    "calibrate": Lazy("scenarios.calibrate_cli:calibrate", "Check the inference on synthetic nights with known truth."),
    "predictive": Lazy("scenarios.predictive_cli:predictive", "Check the fit to a past night's declared wards."),
    "project": Lazy("projection.commands:project", "Project the night once, from files of partial declarations."),
    "open": Lazy("projection.desk_commands:open_", "Open a night: the journal of what is declared."),
    "declare": Lazy("projection.desk_commands:declare", "Declare results into a night."),
    "retract": Lazy("projection.desk_commands:retract", "Take declarations back."),
    "undo": Lazy("projection.desk_commands:undo", "Undo a command of a night."),
    "confirm": Lazy("projection.desk_commands:confirm", "Confirm doubtful declarations."),
    "note": Lazy("projection.desk_commands:note", "Write a remark into a night's journal."),
    "log": Lazy("projection.log_command:log", "Print a night's journal."),
    "show": Lazy("projection.live_commands:show", "Print the projection of a night as it stands, or stood."),
    "watch": Lazy("projection.live_commands:watch", "Watch a night: follow sources and project as councils declare."),
    "pns-table": Lazy("scenarios.pns_cli:pns_table", "Print past nights' national share beside the BBC's."),
    "fit-pns": Lazy("scenarios.fit_pns:fit_pns", "Learn the scales of the national share, and store them."),
    "import": Lazy("seeds.cli:import_", "Make a pack of another night from publishers' files."),
    "build-packs": Lazy("seeds.cli:build_packs", "Build the embedded packs again from the raw data."),
}


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"pns {version('pnsight')}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 fine, 1 our fault, 2 bad input, 130 interrupted.",
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def root() -> None:
    """Project the night of a British local election from the councils that have declared."""


def main(args: list[str] | None = None) -> None:
    """Run ``pns`` and exit; a fault in what was given is told in one line each, without a traceback."""
    try:
        root.main(args=args, prog_name="pns", standalone_mode=False)
    except PNSightError as error:
        for line in str(error).splitlines():
            click.echo(f"pns: {line}", err=True)
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("pns: interrupted", err=True)
        sys.exit(130)
    except SystemExit:
        # The reader of our output (head, less) has gone, which click takes for a fault: nothing is wrong.
        if type(sys.stdout).__name__ == "PacifyFlushWrapper":
            sys.exit(0)
        raise
