"""A past night's figures beside those that its sources gave, each at its own time and like for like."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from projection.session import make_session
from scenarios.comparison import NET, SHARE, Line, comparable, compare
from scenarios.moments import Moment, later_councils, look
from scenarios.order import declaring, times_of
from seeds import Election, Outcome
from seeds.statements import Statement

END = "At the end"
_DECLARED = re.compile(r"(\d+) councils declared")


@dataclass(frozen=True, slots=True)
class Chapter:
    """What was said at one moment, and what ours rests on there."""

    title: str
    rests_on: str
    lines: tuple[Line, ...]
    moment: Moment
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report. ``left`` are statements that are not compared, ``missing`` says what the pack lacks."""

    election: Election
    seed: int
    draws: int
    chapters: tuple[Chapter, ...]
    left: tuple[str, ...]
    missing: tuple[str, ...]


def make_report(
    election: Election,
    outcome: Outcome,
    statements: Sequence[Statement],
    *,
    seed: int = 0,
    draws: int = 2000,
    say: Callable[[str], None] = lambda _: None,
) -> Report:
    """Replay the night to each moment at which a source states a figure, and set ours beside it.

    Parameters
    ----------
    election, outcome
        The pack and its result.
    statements
        What was said; where there is nothing, only the published national figures are compared, at the end.
    seed, draws
        Of the projections.
    say
        Takes words on progress.
    """
    say(f"Preparing the model of {election.name} ...")
    make = look(election, outcome, make_session(election), seed=seed, draws=draws)
    times = times_of(outcome)
    counted, later = declaring(election, outcome), later_councils(election, outcome)
    order = sorted((c for c in (*counted, *later) if c in times), key=lambda c: times[c])
    clock = len(order) == len(counted) + len(later)
    chapters: list[Chapter] = []
    used: set[int] = set()

    def add(title: str, at: dt.datetime | None, told: Sequence[str], said: list[tuple[int, Statement]]) -> None:
        say(f"{title}: {len(told)} councils ...")
        moment = make(at, told)
        lines, remarks, mine = compare(moment, said)
        used.update(mine)
        if lines or title == END:
            chapters.append(Chapter(title, _rests_on(moment), tuple(lines), moment, tuple(remarks)))

    numbered = list(enumerate(statements))
    if clock:
        for time in sorted({s.time for s in statements if s.time and comparable(s)}):
            told = [c for c in order if times[c] <= time]
            add(f"{time:%H:%M} on {time.day} {time:%B}", time, told, [(k, s) for k, s in numbered if s.time == time])
        for count in sorted({n for s in statements if (n := _declared(s))}):
            said = [(k, s) for k, s in numbered if _declared(s) == count and s.time is None]
            add(f"When {count} councils had declared (no time given)", None, order[:count], said)
    end = [(k, s) for k, s in numbered if s.final]
    if not any(s.fact == SHARE for _, s in end):
        end += [(-1, s) for s in _published(outcome)]
    chapters.sort(key=lambda c: len(c.moment.councils) + len(c.moment.later))
    add(END, None, [*counted, *later], end)
    left = [_words(s) for k, s in numbered if k not in used and (comparable(s) or s.final)]
    missing = [*_missing(election, outcome, statements), *_apart(chapters[-1:])]
    return Report(election, seed, draws, tuple(chapters), tuple(left), tuple(missing))


def _declared(s: Statement) -> int | None:
    found = _DECLARED.search(s.words)
    return int(found[1]) if found and s.time is None else None


def _published(outcome: Outcome) -> list[Statement]:
    """Published national shares of a pack without statements."""
    shares = outcome.national.get("PNS", {})
    return [Statement(None, False, SHARE, "GB", p, v, f"{v:g}; final", "published") for p, v in shares.items()]


def _words(s: Statement) -> str:
    when = f"{s.time:%H:%M}, " if s.time else ""
    value = s.words or (f"{s.value:+g}" if s.value is not None else "")
    if s.value is not None and s.fact == NET:
        value = f"{s.value:+g}" + (f" ({s.words})" if s.words and not s.words.startswith(f"{s.value:+g}") else "")
    return f"{when}{s.fact}, {s.scope}{f', {s.party}' if s.party else ''}: {value} ({s.source})"


def _rests_on(m: Moment) -> str:
    d = m.projection.declared
    declared = len(m.councils) + len(m.later)
    if not declared:
        return "By our clock no council had declared: ours is what was known before the polls closed."
    words = f"{d.councils} of {d.councils_of} councils of England and Wales"
    if not any(m.election.councils[c].nation == "Wales" for c in m.councils + tuple(m.tally.layout.councils)):
        words = f"{d.councils} of {d.councils_of} councils"
    if m.later:
        words += f" and {len(m.later)} of Scotland"
    return (
        f"Ours rests on {words}, {d.contests:,} of {d.contests_of:,} ward contests with votes; "
        f"the time of {m.imputed} of the {declared} is imputed."
    )


def _apart(end: Sequence[Chapter]) -> list[str]:
    """By how much the two ways to count change differ once all is in."""
    lines = [x for c in end for x in c.lines if x.what == NET and x.scope == "GB" and x.figure and x.value is not None]
    told = [f"{x.party} {x.figure.p50 - x.value:+.0f}" for x in lines if x.figure and x.value is not None]
    if not told:
        return []
    return [
        "Sources count change against the last contest of the same seats with what changed since; ours is against the "
        f"seats that the pack knows from before. Once all is in, ours less theirs is {', '.join(told)}, for that and "
        "whatever else differs."
    ]


def _missing(election: Election, outcome: Outcome, statements: Sequence[Statement]) -> list[str]:
    """What the pack lacks, that a reader of the comparison has to know."""
    counted, later = declaring(election, outcome), later_councils(election, outcome)
    out = []
    if not statements:
        out.append(
            f"The pack of {election.key} holds no statements of the night (outcome/clock.csv): only published "
            "national figures are compared, at the end."
        )
    elif len(times_of(outcome).keys() & {*counted, *later}) < len(counted) + len(later):
        out.append("The pack has no time for some councils, so that figures of the night are not compared.")
    else:
        unknown = sum(not outcome.councils[c].time_known for c in (*counted, *later))
        out.append(
            f"The time of declaration is known of {len(counted) + len(later) - unknown} of {len(counted) + len(later)} "
            "councils. All others are imputed from other years, so that what had declared by a given time is a guess: "
            "a tally can differ for that alone."
        )
    blank = sum(outcome.councils[c].seats_won is None for c in counted)
    if blank:
        out.append(
            f"Seats won by party are unknown of {blank} of {len(counted)} councils; of these only the composition "
            "afterwards is known. It settles their net change, not their seats won."
        )
    polled = [c for c in election.contests.values() if c.rule == "plurality" and c.council in set(counted)]
    votes = sum(bool(outcome.contests[c.ballot_id].votes) for c in polled if c.ballot_id in outcome.contests)
    whole = sum(election.councils[c].detail == "wards" for c in counted)
    if whole < len(counted):
        out.append(
            f"Votes are known of {votes} wards; every ward is known in {whole} councils, and {len(counted) - whole} "
            "are known by totals or by some wards. The national share rests on wards with an earlier result alone."
        )
    if later:
        out.append(
            f"{len(later)} Scottish councils (transferable votes) are not projected. Where a source counts Great "
            "Britain, those that had declared are added to our count by their totals before and after, and our "
            "projection of the whole night is of England and Wales. London's mayor and Assembly are in neither."
        )
    return out
