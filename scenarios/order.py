"""In which order, and when, the councils of a past night declared."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence

from projection.clock import clock
from projection.layout import in_scope
from seeds import DeclarationError, Election, Outcome

__all__ = ["by_time", "clock", "declaring", "first_part", "imputed_note", "times_of"]


def declaring(election: Election, outcome: Outcome) -> list[str]:
    """Councils in scope of which any result is known, as they declared (or as was imputed)."""
    told = {election.contests[b].council for b, r in outcome.contests.items() if r.votes and b in election.contests}
    told |= {c for c, r in outcome.councils.items() if r.seats_won is not None or r.seats_after is not None}
    inside = set(in_scope(election)) & told
    late = [c for c in election.councils if c in inside and c not in outcome.order]
    return [c for c in outcome.order if c in inside] + late


def times_of(outcome: Outcome) -> dict[str, dt.datetime]:
    """When councils declared, known or imputed; without those of which not even an imputed time is there."""
    return {c: r.declared_at for c, r in outcome.councils.items() if r.declared_at is not None}


def by_time(councils: Sequence[str], times: Mapping[str, dt.datetime], until: dt.datetime) -> list[str]:
    """Those that had declared by then.

    Raises
    ------
    DeclarationError
        If no time is given for some of them.
    """
    unknown = [c for c in councils if c not in times]
    if unknown:
        raise DeclarationError(
            f"--at: the pack has no time, not even an imputed one, for {len(unknown)} councils "
            f"({unknown[0]}, ...); use --declared 25% instead"
        )
    return [c for c in councils if times[c] <= until]


def first_part(councils: Sequence[str], share: str) -> list[str]:
    """The first ``25%`` of the councils, rounded up.

    Raises
    ------
    DeclarationError
        If ``share`` is no percentage from 0 to 100.
    """
    text = share.strip().removesuffix("%")
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?", text) or float(text) > 100:
        raise DeclarationError(f"--declared: '{share}' is no percentage between 0% and 100%")
    return list(councils[: math.ceil(float(text) / 100 * len(councils) - 1e-9)])


def imputed_note(councils: Sequence[str], outcome: Outcome) -> str:
    """What is not known of the pack's order and times of these councils; empty if all is."""
    results = [outcome.councils[c] for c in councils if c in outcome.councils]
    imputed = [r for r in results if not r.time_known] + [None] * (len(councils) - len(results))
    if not imputed:
        return ""
    how = sorted({r.time_source for r in imputed if r is not None and r.time_source})
    return f"Order and times imputed for {len(imputed)} of {len(councils)} councils" + (
        f" ({'; '.join(how[:2])})." if how else "."
    )
