"""One projection of a replay in a few lines of text."""

from __future__ import annotations

from collections.abc import Mapping

from projection.pns_report import pns_words
from projection.report import interval
from projection.result import NOC
from projection.summary import Summary
from scenarios.replay import Step
from seeds import Election


def step_lines(election: Election, step: Step) -> list[str]:
    """Who declared and the seats projected from there; then votes and control. ``~`` marks an imputed time."""
    p = step.projection
    when = f"{'' if step.time_known else '~'}{step.at:%H:%M}" if step.at else "--:--"
    start = f"{step.so_far:>{len(str(step.of))}}/{step.of} {when:>6} "
    seats = "  ".join(f"{party} {interval(s)}" for party, s in list(p.seats.items())[:4])
    votes = "  ".join(f"{party} {interval(s, 1)}" for party, s in list(p.shares.items())[:4])
    councils = "  ".join(f"{party} {interval(s)}" for party, s in _most(p.controlled))
    return [
        f"{start}{_who(election, step)} | seats {seats}",
        f"{'':>{len(start)}}ward votes % {votes} | councils {councils}",
        *([f"{'':>{len(start)}}PNS % {pns_words(p)}"] if p.pns else []),
    ]


def _most(controlled: Mapping[str, Summary]) -> list[tuple[str, Summary]]:
    """The three parties with most councils, and those under no overall control."""
    parties = [(p, s) for p, s in controlled.items() if p != NOC]
    return [*parties[:3], *((p, s) for p, s in controlled.items() if p == NOC)]


def _who(election: Election, step: Step) -> str:
    if not step.councils:
        return "nobody yet"
    last = step.councils[-1]
    others = len(step.councils) - 1
    council = step.projection.councils[last]
    won = sorted(((p, round(s.p50)) for p, s in council.won.items() if round(s.p50)), key=lambda x: -x[1])
    seats = ", ".join(f"{p} {n}" for p, n in won[:4]) if council.state == "declared" else "some wards"
    return f"{election.councils[last].name}{f' and {others} more' if others else ''}: {seats}"
