"""In which order, and when, the councils of a past night declared."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np

from projection.clock import clock
from projection.layout import in_scope
from seeds import DeclarationError, Election, Outcome

Order = Literal["real", "random", "alphabetical"]
ORDERS: tuple[str, ...] = get_args(Order)
__all__ = ["ORDERS", "Order", "arrange", "by_time", "clock", "declaring", "first_part", "time_note"]


def declaring(election: Election, outcome: Outcome) -> list[str]:
    """Councils in scope of which any result is known, as they declared (or as was imputed)."""
    told = {election.contests[b].council for b, r in outcome.contests.items() if r.votes and b in election.contests}
    told |= {c for c, r in outcome.councils.items() if r.seats_won is not None or r.seats_after is not None}
    inside = set(in_scope(election)) & told
    late = [c for c in election.councils if c in inside and c not in outcome.order]
    return [c for c in outcome.order if c in inside] + late


def arrange(councils: Sequence[str], order: Order, seed: int) -> list[str]:
    """The councils in another order; "real" leaves them."""
    if order == "random":
        return [councils[i] for i in np.random.default_rng(seed).permutation(len(councils))]
    return sorted(councils) if order == "alphabetical" else list(councils)


def by_time(councils: Sequence[str], outcome: Outcome, until: dt.datetime) -> list[str]:
    """Those that had declared by then, known or imputed time.

    Raises
    ------
    DeclarationError
        If the pack knows no time for some of them.
    """
    unknown = [c for c in councils if c not in outcome.councils or outcome.councils[c].declared_at is None]
    if unknown:
        raise DeclarationError(
            f"--at: the pack {outcome.key} has no time, not even an imputed one, for {len(unknown)} councils "
            f"({unknown[0]}, ...); use --declared 25% instead"
        )
    return [c for c in councils if (at := outcome.councils[c].declared_at) is not None and at <= until]


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


def time_note(councils: Sequence[str], outcome: Outcome, order: Order, seed: int) -> str:
    """What is not known of the order and times in which these councils declared; empty if all is."""
    if order == "random":
        return f"Order of declaration drawn at random (seed {seed}): no clock."
    if order == "alphabetical":
        return "Order of declaration: the alphabet, no clock."
    results = [outcome.councils[c] for c in councils if c in outcome.councils]
    imputed = [r for r in results if not r.time_known] + [None] * (len(councils) - len(results))
    if not imputed:
        return ""
    how = sorted({r.time_source for r in imputed if r is not None and r.time_source})
    return f"Order and times imputed for {len(imputed)} of {len(councils)} councils" + (
        f" ({'; '.join(how[:2])})." if how else "."
    )
