"""``pns pns-table``: the projected national share of past nights beside the BBC's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from projection.draw_options import draws_of
from projection.places import no_place, write
from projection.pns_only import project_national
from projection.pns_result import OTHERS_LINE, National
from scenarios.order import by_time, clock, times_of
from scenarios.pns_scores import (
    PastNight,
    PnsRow,
    at_the_end,
    coverage,
    largest_two,
    mean_error,
    past_night,
    score,
    through_orders,
)
from scenarios.replay import declared_by
from seeds import PNSightError

NIGHTS = ("2012", "2018", "2021", "2025")
PERCENTS = (10.0, 25.0, 50.0, 75.0)
#: Nights on which choices were made: shown, not scored.
CHOSEN_ON = ("2014", "2016", "2019")
#: What the BBC derived from its share of 2014.
HOUSE_2014 = {"Lab": 322, "Con": 255, "LD": 45}


@click.command("pns-table")
@click.option("--seeds", default=4, show_default=True, type=click.IntRange(1), help="Random orders of each night.")
@draws_of(1000, least=100)
@click.option("--orders/--no-orders", default=True, help="Whether to go through orders of declaration too (minutes).")
@click.option("--out", type=click.Path(path_type=Path), help="Write the tables to this file as well.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def pns_table(seeds: int, draws: int, orders: bool, out: Path | None, quiet: bool) -> None:
    """Print our projected national share beside the BBC's.

    First at the end of each night, then at 25% and other checkpoints of random and skewed orders of declaration. Each
    night is projected with what was known before it, from results declared in that night.
    """

    if out is not None and (why_not := no_place(out)):
        raise PNSightError(why_not)

    def tell(words: str) -> None:
        if not quiet:
            click.echo(words, err=True)

    lines: list[str] = []
    end: list[PnsRow] = []
    nights: dict[str, PastNight] = {}
    for key in NIGHTS:
        tell(f"{key}: everything declared ...")
        nights[key] = past_night(key)
        national = at_the_end(nights[key], draws=draws)
        end += score(nights[key], national, "end", 0, 100.0, len(nights[key].councils))
        lines += _alone(key, national)
    report = [
        "## At 100% declared",
        "",
        *_end_table(end),
        "",
        "What each baseline alone gives:",
        "",
        *_HEAD,
        *lines,
        "",
    ]
    report += ["## The nights that choices were made on", "", *_end_table(_others(draws)), ""]
    report += _house(draws)
    report += _night_of_2012(nights["2012"], draws)
    if orders:
        rows: list[PnsRow] = []
        for key in NIGHTS:
            tell(f"{key}: orders of declaration ...")
            rows += through_orders(nights[key], PERCENTS, range(seeds), draws=draws)
        report += ["## Orders of declaration", "", *_orders_table(rows), "", *_bars(end, rows), ""]
    text = "\n".join(report)
    click.echo(text)
    if out is not None:
        write(out, text + "\n")


def _others(draws: int) -> list[PnsRow]:
    rows: list[PnsRow] = []
    for key in CHOSEN_ON:
        night = past_night(key)
        rows += score(night, at_the_end(night, draws=draws), "end", 0, 100.0, len(night.councils))
    return rows


def _end_table(rows: Sequence[PnsRow]) -> list[str]:
    out = ["| night | party | BBC | ours | 90% interval | error | contains |", "|---|---|---:|---:|---|---:|---|"]
    for r in rows:
        out.append(
            f"| {r.election} | {r.party} | {r.published:.0f} | {r.mean:.1f} | {r.p05:.1f} to {r.p95:.1f} | "
            f"{r.error:+.1f} | {'yes' if r.contains else 'no'} |"
        )
    keys = list(dict.fromkeys(r.election for r in rows))
    each = {k: mean_error([r for r in rows if r.election == k]) for k in keys}
    told = ", ".join(f"{k} {v:.2f}" for k, v in each.items())
    return [
        *out,
        "",
        f"Mean absolute error over the named parties: {told}; on average {sum(each.values()) / len(each):.2f}.",
    ]


_HEAD = (
    "| night | baseline | key wards | councils | PNS then | alone | plain mean change |",
    "|---|---|---:|---:|---|---|---|",
)


def _alone(key: str, national: National) -> list[str]:
    out = []
    for a in national.alone.values():
        then = "/".join(f"{v:.0f}" for v in a.published.values())
        own = "/".join(f"{s.mean:.1f}" for s in a.lines.values())
        mean = "/".join(f"{s.mean:+.1f}" for s in a.mean_change.values())
        out.append(f"| {key} | {a.year} | {a.wards:,} | {a.councils} | {then} | {own} | {mean} |")
    return out


def _house(draws: int) -> list[str]:
    house = at_the_end(past_night("2014"), draws=draws).parliament
    assert house is not None
    told = ", ".join(
        f"{p} {house.seats[p].mean:.0f} ({house.seats[p].p05:.0f} to {house.seats[p].p95:.0f}; published {n})"
        for p, n in HOUSE_2014.items()
    )
    return [f"House of Commons implied in 2014: {told}; no majority {100 * house.hung:.0f}%.", ""]


def _night_of_2012(night: PastNight, draws: int) -> list[str]:
    """Our line at 07:00 and at the end beside the BBC's of that night."""
    seven = by_time(night.councils, times_of(night.outcome), clock("07:00", night.election.date))
    moments = [("07:00", seven, "PNS first"), ("the end", night.councils, "PNS")]
    out = ["2012, with times of declaration that are mostly imputed:", ""]
    out += ["| at | councils | BBC: Lab/Con/LD/others | ours | 90% intervals |", "|---|---:|---|---|---|"]
    for at, councils, series in moments:
        declared = declared_by(night.election, night.outcome, councils)
        lines = project_national(night.session, declared, draws=draws).lines
        theirs = night.outcome.national[series]
        named = ("Lab", "Con", "LD")
        told = [f"{lines[p].mean:.1f}" for p in named] + [f"{100 - sum(lines[p].mean for p in named):.1f}"]
        spans = ", ".join(f"{lines[p].p05:.1f} to {lines[p].p95:.1f}" for p in named)
        published = "/".join(f"{theirs[p]:.0f}" for p in (*named, OTHERS_LINE))
        out.append(f"| {at} | {len(councils)} | {published} | {'/'.join(told)} | {spans} |")
    return [*out, ""]


def _orders_table(rows: Sequence[PnsRow]) -> list[str]:
    out = [
        "| night | orders | declared | mean absolute error | contained | mean width, two largest |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for key in dict.fromkeys(r.election for r in rows):
        for kind in ("random", "skewed"):
            for percent in PERCENTS:
                part = [
                    r
                    for r in rows
                    if r.election == key and (r.order == "random") == (kind == "random") and r.percent == percent
                ]
                wide = largest_two(part)
                width = sum(r.width for r in wide) / len(wide)
                figures = f"{mean_error(part):.2f} | {100 * coverage(part):.0f}% | {width:.1f}"
                out.append(f"| {key} | {kind} | {percent:.0f}% | {figures} |")
    return out


def _bars(end: Sequence[PnsRow], rows: Sequence[PnsRow]) -> list[str]:
    """The bars of the issue, with what was reached."""
    quarter = [r for r in rows if r.percent == 25.0 and r.election != "2012"]
    later = [r for r in [*rows, *end] if r.percent >= 25.0 and r.election != "2012"]
    wide = [r.width for r in largest_two(later)]
    each = [mean_error([r for r in end if r.election == k]) for k in NIGHTS]
    facts = [
        ("at 100%, error on the worst night", f"{max(each):.2f}", "1.00 or less", max(each) <= 1.0),
        ("at 100%, error on average", f"{sum(each) / 4:.2f}", "0.75 or less", sum(each) / 4 <= 0.75),
        (
            "at 25%, 2018, 2021 and 2025, error",
            f"{mean_error(quarter):.2f}",
            "1.50 or less",
            mean_error(quarter) <= 1.5,
        ),
    ]
    part = coverage([*rows, *end])
    facts.append(
        ("90% intervals that contain the published figure", f"{100 * part:.0f}%", "80 to 97%", 0.8 <= part <= 0.97)
    )
    mean = sum(wide) / len(wide)
    facts.append(("width for the two largest from 25% on, mean", f"{mean:.1f}", "under 4", mean < 4))
    narrow = sum(w < 4 for w in wide) / len(wide)
    facts.append(("of these, narrower than 4", f"{100 * narrow:.0f}%", "all", narrow == 1.0))
    return ["| bar | reached | asked | met |", "|---|---:|---|---|"] + [
        f"| {what} | {got} | {asked} | {'yes' if met else 'no'} |" for what, got, asked, met in facts
    ]
