"""One statement of a past night and our own figure beside it, like for like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from projection.names import find_council
from projection.summary import Summary
from projection.words import interval
from scenarios.moments import Moment
from seeds import DeclarationError
from seeds.statements import Statement

NET, FORECAST, SHARE, WON = "net seats", "forecast of final net seats", "projected share", "seats won"
#: Nations that a scope covers; the engine counts the first two.
NATIONS = {"GB": ("England", "Wales", "Scotland"), "England": ("England",), "Wales": ("Wales",)}
_TURNOUT = ("turnout projection", "turnout estimate", "turnout")


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


def comparable(s: Statement) -> bool:
    """Whether the engine has a figure to set beside it."""
    if s.fact in (SHARE, FORECAST, *_TURNOUT, "seats after", "share so far"):
        return True
    if s.fact in (NET, WON):
        return s.scope in NATIONS or s.scope == "Scotland"
    return s.fact.startswith(("councils gained", "UKIP mean share"))


def compare(m: Moment, said: Sequence[tuple[int, Statement]]) -> tuple[list[Line], list[str], set[int]]:
    """Set ours beside what was said at a moment.

    Parameters
    ----------
    m
        The moment.
    said
        Statements with their numbers.

    Returns
    -------
    lines, remarks, used
        The comparison, what is to be said of it, and the numbers of the statements that could be compared.
    """
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
