"""Match tonight's wards to their earlier results. A match across a boundary change passes for none.

What a ward without any may borrow from wards like it is found apart (:mod:`seeds.likeness`).

A ward is the same if its code is: the Office for National Statistics gives a redrawn ward a new code even where the
name stays. Codes of English wards (E05...) were given out in the order in which wards came into force, so a code also
tells since when its ward has existed; that tests a match by name to a year whose file has no codes.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Literal

from seeds.likeness import alike
from seeds.readers.contest import SourceContest, fold_ward
from seeds.types import Likeness

How = Literal["gss", "name", "publisher"]
#: Why a result of the same name or code was not taken.
Reason = Literal[
    "other code",
    "other name",
    "redrawn since",
    "boundaries unknown",
    "council redrawn",
    "other seats",
    "other electorate",
    "no vote",
    "stv",
]

#: First code of the wards that came into force in a year, from the codes of councils whose redrawing is dated.
#: A code before 2011's may be as old as 2004.
_FIRST_CODES = [
    ("E05000000", dt.date(2004, 1, 1)),
    ("E05008610", dt.date(2011, 5, 5)),
    ("E05008932", dt.date(2012, 5, 3)),
    ("E05009029", dt.date(2013, 5, 2)),
    ("E05009313", dt.date(2014, 5, 22)),
    ("E05009438", dt.date(2015, 5, 7)),
    ("E05010749", dt.date(2016, 5, 5)),
    ("E05011095", dt.date(2018, 5, 3)),
    ("E05011552", dt.date(2019, 5, 2)),
]
#: Ratio of two electorates of one ward beyond which the ward cannot be the same.
ELECTORATES = (0.75, 1 / 0.75)
#: Of a council's wards, the part whose name must be found in an earlier year that has no codes.
NAMES_KEPT = 0.7


def in_force(code: str) -> dt.date | None:
    """Since when at the latest the ward with this code has existed; None where codes do not tell (not E05)."""
    if not code.startswith("E05"):
        return None
    return _FIRST_CODES[bisect_right([c for c, _ in _FIRST_CODES], code) - 1][1]


@dataclass(frozen=True, slots=True)
class Dropped:
    """An earlier result that was not taken for a ward tonight."""

    council: str
    ward: str
    date: dt.date
    reason: Reason


@dataclass(slots=True)
class Matches:
    """Earlier results of each contest of tonight, by its place in the list given, and what was dropped.

    ``alike`` holds those of similar wards, of contests that have none.
    """

    found: list[list[tuple[SourceContest, How]]]
    dropped: list[Dropped] = field(default_factory=list)
    renamed: list[tuple[SourceContest, SourceContest]] = field(default_factory=list)
    alike: dict[int, list[tuple[SourceContest, Likeness]]] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """Contests, contests with at least one earlier result, results by year, and results dropped by reason."""
        out = {"contests": len(self.found), "with an earlier result": sum(bool(f) for f in self.found)}
        years = Counter(e.date.year for f in self.found for e, _ in f)
        out |= {f"results of {y}": years[y] for y in sorted(years)}
        kinds = Counter(max(how for _, how in found) for found in self.alike.values())
        out |= {f"without, but {kind} wards have": kinds[kind] for kind in sorted(kinds)}
        reasons = Counter(d.reason for d in self.dropped)
        return out | {f"dropped: {r}": reasons[r] for r in sorted(reasons)}


def assign_codes(contests: Iterable[SourceContest], others: Iterable[SourceContest]) -> list[SourceContest]:
    """Give contests without a code the code that a later file gives the ward of that name, if it existed by then.

    Of several codes the youngest counts: it replaced the older ones.
    """
    others = [c for c in others if c.gss]
    # A code that two wards of one file share is wrong for one of them, and here nothing tells for which.
    wards: dict[tuple[str, dt.date, str], set[str]] = defaultdict(set)
    for c in others:
        wards[c.key, c.date, c.gss or ""].add(fold_ward(c.ward))
    known: dict[tuple[str, str], list[tuple[dt.date, str]]] = defaultdict(list)
    for c in others:
        if c.gss and len(wards[c.key, c.date, c.gss]) == 1:
            known[c.key, fold_ward(c.ward)].append((c.date, c.gss))
    out = []
    for c in contests:
        if not c.gss:
            codes = [g for d, g in known.get((c.key, fold_ward(c.ward)), ()) if d >= c.date]
            valid = [g for g in codes if (since := in_force(g)) is not None and since <= c.date]
            c = replace(c, gss=max(valid), code_by_name=True) if valid else c
        out.append(c)
    return out


def _judge(now: SourceContest, then: SourceContest) -> Reason | None:
    """Why two contests of one name or code are not the same ward's; None if nothing speaks against it.

    Electorates are compared only between files that give codes too: in the others they are not exact enough, and
    a register purged of students who had moved away looks like a redrawing.
    """
    if now.gss and then.gss and now.gss != then.gss:
        return "other code"
    if now.gss and not then.gss:
        since = in_force(now.gss)
        if since is None:
            return "boundaries unknown"
        if since > then.date:
            return "redrawn since"
    if now.coded and then.coded and now.electorate and then.electorate:
        ratio = now.electorate / then.electorate
        if not ELECTORATES[0] <= ratio <= ELECTORATES[1]:
            return "other electorate"
    if then.uncontested or not any(c.votes for c in then.candidates):
        return "no vote"
    return None


def _alike(a: str, b: str) -> bool:
    """Whether two names of one code share a word or most letters; else the code is as likely wrong as the name."""
    a, b = fold_ward(a), fold_ward(b)
    words = {w for w in a.split() if len(w) > 2} & set(b.split())
    return bool(words) or SequenceMatcher(None, a, b).ratio() > 0.8


def _seats_per_contest(contests: Sequence[SourceContest]) -> dict[tuple[str, dt.date], float]:
    places: dict[tuple[str, dt.date], list[int]] = defaultdict(list)
    for c in contests:
        places[c.key, c.date].append(c.seats)
    return {place: sum(seats) / len(seats) for place, seats in places.items()}


def match(tonight: Sequence[SourceContest], earlier: Iterable[SourceContest], publisher: Iterable[str] = ()) -> Matches:
    """Find every earlier result of each ward that votes tonight.

    Parameters
    ----------
    tonight
        Contests of tonight.
    earlier
        Contests of earlier dates, of any files; of one council and date only one file should be given.
    publisher
        Names of files whose publisher matched wards itself (recorded in ``matched_by``).

    Returns
    -------
    Matches
        With every result that was left out although code or name is the same, and why.
    """
    then_all = [e for e in earlier if tonight and e.date < tonight[0].date]
    own = set(publisher)
    everything = [*tonight, *then_all]
    then_coded, now_coded = assign_codes(then_all, everything), assign_codes(tonight, everything)
    by_code: dict[tuple[str, str], list[SourceContest]] = defaultdict(list)
    by_name: dict[tuple[str, str], list[SourceContest]] = defaultdict(list)
    names: dict[tuple[str, dt.date], set[str]] = defaultdict(set)
    for e in then_coded:
        if e.gss:
            by_code[e.key, e.gss].append(e)
        by_name[e.key, fold_ward(e.ward)].append(e)
        names[e.key, e.date].add(fold_ward(e.ward))
    wards_now: dict[str, set[str]] = defaultdict(set)
    for c in now_coded:
        wards_now[c.key].add(fold_ward(c.ward))
    kept = {
        place: len(found & wards_now[place[0]]) / max(1, min(len(found), len(wards_now[place[0]])))
        for place, found in names.items()
    }
    per_contest = _seats_per_contest([*now_coded, *then_coded])
    out = Matches([[] for _ in tonight])
    for place, c in enumerate(now_coded):
        folded = fold_ward(c.ward)
        # A code that two wards share in one file is wrong for one of them: there a ward's own name decides.
        renamed = [
            e
            for e in (by_code.get((c.key, c.gss), []) if c.gss else [])
            if fold_ward(e.ward) != folded
            and folded not in names[e.key, e.date]
            and fold_ward(e.ward) not in wards_now[c.key]
        ]
        for e in [*by_name.get((c.key, folded), ()), *renamed]:
            reason = _judge(c, e)
            same_code = bool(c.gss) and c.gss == e.gss
            if reason is None and _is_stv(e):
                reason = "stv"
            if reason is None and e in renamed and not _alike(c.ward, e.ward):
                reason = "other name"
            if reason is None and not same_code:
                if kept[e.key, e.date] < NAMES_KEPT:
                    reason = "council redrawn"
                elif c.seats != e.seats and min(per_contest[c.key, c.date], per_contest[e.key, e.date]) > 1.5:
                    # Both times the whole council was elected: the number of seats is the ward's.
                    reason = "other seats"
            if reason:
                out.dropped.append(Dropped(c.council, c.ward, e.date, reason))
                continue
            if e in renamed:
                out.renamed.append((c, e))
            how: How = "name"
            if e.file in own:
                how = "publisher"
            elif same_code and c.coded and e.coded:
                how = "gss"
            out.found[place].append((e, how))
        out.found[place].sort(key=lambda pair: (pair[0].date, pair[0].ward))
    out.alike = alike(now_coded, then_coded, [place for place, found in enumerate(out.found) if not found])
    return out


def _is_stv(contest: SourceContest) -> bool:
    """Scottish councils vote by single transferable vote: first preferences are no base for a plurality ward."""
    return bool(contest.gss and contest.gss.startswith("S"))
