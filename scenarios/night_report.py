"""A past night's figures beside those that its sources gave, each at its own time and like for like."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from projection.engine import open_session
from projection.names import find_council
from projection.summary import Summary
from projection.words import interval
from scenarios.moments import Moment, later_councils, look
from scenarios.order import declaring, times_of
from seeds import DeclarationError, Election, Outcome
from seeds.statements import Statement

NET, FORECAST, SHARE, WON = "net seats", "forecast of final net seats", "projected share", "seats won"
END = "At the end"
#: Nations that a scope covers; the engine counts the first two.
NATIONS = {"GB": ("England", "Wales", "Scotland"), "England": ("England",), "Wales": ("Wales",)}
_TURNOUT = ("turnout projection", "turnout estimate", "turnout")
_DECLARED = re.compile(r"(\d+) councils declared")


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a source and ours beside it.

    ``like`` compares like for like: a tally with our count of what had declared, a forecast or a share with our
    projection, both with 90% intervals unless certain. ``night`` is our projection of the whole night from there.
    ``value``, ``figure`` and ``projected`` are the same as numbers, where there is one number.
    """

    what: str
    scope: str
    party: str
    theirs: str
    like: str
    night: str
    source: str
    value: float | None = None
    figure: Summary | None = None
    projected: Summary | None = None


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
    make = look(election, outcome, open_session(election), seed=seed, draws=draws)
    times = times_of(outcome)
    counted, later = declaring(election, outcome), later_councils(election, outcome)
    order = sorted((c for c in (*counted, *later) if c in times), key=lambda c: times[c])
    clock = len(order) == len(counted) + len(later)
    chapters: list[Chapter] = []
    used: set[int] = set()

    def add(title: str, at: dt.datetime | None, told: Sequence[str], said: list[tuple[int, Statement]]) -> None:
        say(f"{title}: {len(told)} councils ...")
        moment = make(at, told)
        lines, remarks, mine = _compare(moment, said)
        used.update(mine)
        if lines or title == END:
            chapters.append(Chapter(title, _rests_on(moment), tuple(lines), moment, tuple(remarks)))

    numbered = list(enumerate(statements))
    if clock:
        for time in sorted({s.time for s in statements if s.time and _can(s)}):
            told = [c for c in order if times[c] <= time]
            add(f"{time:%H:%M on %-d %B}", time, told, [(k, s) for k, s in numbered if s.time == time])
        for count in sorted({n for s in statements if (n := _declared(s))}):
            said = [(k, s) for k, s in numbered if _declared(s) == count and s.time is None]
            add(f"When {count} councils had declared (no time given)", None, order[:count], said)
    end = [(k, s) for k, s in numbered if s.final]
    if not any(s.fact == SHARE for _, s in end):
        end += [(-1, s) for s in _published(outcome)]
    chapters.sort(key=lambda c: len(c.moment.councils) + len(c.moment.later))
    add(END, None, [*counted, *later], end)
    left = [_words(s) for k, s in numbered if k not in used and (_can(s) or s.final)]
    missing = [*_missing(election, outcome, statements), *_apart(chapters[-1:])]
    return Report(election, seed, draws, tuple(chapters), tuple(left), tuple(missing))


def _can(s: Statement) -> bool:
    """Whether the engine has a figure to set beside it."""
    if s.fact in (SHARE, FORECAST, *_TURNOUT, "seats after", "share so far"):
        return True
    if s.fact in (NET, WON):
        return s.scope in NATIONS or s.scope == "Scotland"
    return s.fact.startswith(("councils gained", "UKIP mean share"))


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


def _compare(m: Moment, said: Sequence[tuple[int, Statement]]) -> tuple[list[Line], list[str], set[int]]:
    lines: list[Line] = []
    remarks: list[str] = []
    used: set[int] = set()
    seats_after, scots = [], []
    for number, s in said:
        if s.fact == "seats after":
            seats_after.append(s)
            used.add(number)
            continue
        line = _line(m, s)
        if line is not None:
            lines.append(line)
            used.add(number)
            if s.fact == NET and s.scope == "GB" and m.later:
                scots.append(f"{s.party} {m.net_later(s.party, m.later):+d}")
            if line.what.startswith("turnout"):
                remarks.append(f"Our turnout is {m.projection.turnout.note}.")
    if scots:
        remarks.append(f"Of our net seats in Great Britain {', '.join(scots)} are in {len(m.later)} Scottish councils.")
    if seats_after:
        lines.append(_composition(m, seats_after))
    return lines, remarks, used


def _line(m: Moment, s: Statement) -> Line | None:
    """Ours beside one statement; None where there is nothing to set beside it."""
    theirs = _theirs(s)
    if s.fact == SHARE and s.value is not None:
        own = m.share(s.party)
        what = "projected national share, %"
        return Line(what, s.scope, s.party, theirs, interval(own, 1), "", s.source, s.value, own) if own else None
    if s.fact in _TURNOUT and s.value is not None and (own := m.projection.turnout.projected):
        return Line("turnout, %", s.scope, "", theirs, interval(own, 1), "", s.source, s.value, own)
    if s.fact.startswith("UKIP mean share") and "UKIP" in m.projection.national.where_it_stood:
        own = m.projection.national.where_it_stood["UKIP"]
        stood = m.projection.national.stood["UKIP"]
        like = f"{interval(own, 1)} in {stood} contests"
        return Line("mean share where it stood, %", s.scope, "UKIP", theirs, like, "", s.source, s.value, own)
    if s.fact in (NET, FORECAST, WON) and s.value is not None:
        return _seats(m, s, theirs)
    if s.fact.startswith("councils gained") and s.party:
        return _gained(m, s)
    if s.fact == "share so far" and (told := m.outcome.councils[s.scope].shares.get(s.party)) is not None:
        name = m.election.councils[s.scope].name
        like = f"{told:.1f}, of all wards"
        return Line("share of the vote, %", name, s.party, theirs, like, "", s.source, s.value)
    return None


def _seats(m: Moment, s: Statement, theirs: str) -> Line | None:
    nations = NATIONS.get(s.scope)
    if nations is None:
        if s.fact != NET or not m.later:
            return None
        own = _certain(m.net_later(s.party, m.later))
        return Line("net seats", s.scope, s.party, theirs, interval(own, signed=True), "", s.source, s.value, own)
    everyone = m.nation(nations)
    here = [c for c in m.councils if c in set(everyone)]
    final = len(here) == len(everyone)
    later = m.later if s.scope == "GB" else ()
    where = "England and Wales: " if s.scope == "GB" else ""
    signed = s.fact != WON
    if signed:
        own, night = m.net(s.party, here), m.net(s.party, everyone)
        own = _shift(own, m.net_later(s.party, later))
    else:
        own, night = m.won(s.party, here), m.won(s.party, everyone)
        own = _shift(own, m.won_later(s.party, later))
    told = where + interval(night, signed=signed)
    if s.fact == FORECAST:
        return Line("forecast of final net seats", s.scope, s.party, theirs, told, "", s.source, s.value, night)
    what = s.fact if final else f"{s.fact} so far"
    like, projected = interval(own, signed=signed), None if final else night
    return Line(what, s.scope, s.party, theirs, like, "" if final else told, s.source, s.value, own, projected)


def _gained(m: Moment, s: Statement) -> Line:
    """Councils gained: by number, or by the names that a source lists."""
    party = s.party
    ours = m.gained(party, NATIONS.get(s.scope, ("England",)))
    if s.value is not None:
        own = _certain(len(ours))
        return Line("councils gained", s.scope, party, f"{s.value:g}", f"{len(ours)}", "", s.source, s.value, own)
    named, missed = 0, []
    for name in (x.strip() for x in s.words.split(";")):
        try:
            slug = find_council(m.election, name)
        except DeclarationError:
            continue  # "among others"
        named += 1
        if slug not in ours:
            missed.append(m.election.councils[slug].name)
    like = f"{named - len(missed)} of these, {len(ours)} in all"
    like += f"; not {', '.join(missed)}" if missed else ""
    return Line("councils gained so far", s.scope, party, f"{named} named, among others", like, "", s.source)


def _composition(m: Moment, said: Sequence[Statement]) -> Line:
    """Seats of councils as sources gave them that night, for the parties that every composition tells apart."""
    apart, checked = [], 0
    for s in said:
        told = (m.outcome.councils[s.scope].seats_after or {}) if s.scope in m.outcome.councils else {}
        if not told or s.party not in ("Con", "Lab", "LD") or s.value is None:
            continue
        checked += 1
        if told.get(s.party, 0) != s.value:
            apart.append(f"{m.election.councils[s.scope].name} {s.party} {s.value:g}, ours {told.get(s.party, 0)}")
    like = f"{checked - len(apart)} of these the same" + (f"; {'; '.join(apart)}" if apart else "")
    councils = len({s.scope for s in said})
    theirs = f"{checked} figure{'s' if checked > 1 else ''}, {councils} council{'s' if councils > 1 else ''}"
    return Line("seats afterwards", "councils", "Con, Lab, LD", theirs, like, "", said[0].source)


def _theirs(s: Statement) -> str:
    """Their figure with the words that qualify it."""
    if s.value is None:
        return s.words
    number = f"{s.value:+,g}" if s.fact in (NET, FORECAST) else f"{s.value:,g}"
    for word in ("more than", "nearly", "almost", "around", "at least"):
        if s.words.startswith(word):
            return f"{word} {number}"
    return number


def _shift(s: Summary, by: int) -> Summary:
    return Summary(*(getattr(s, name) + by for name in s.__slots__))


def _certain(n: int) -> Summary:
    return _shift(Summary(0, 0, 0, 0, 0, 0), n)


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
