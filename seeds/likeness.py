"""Earlier results of wards that one of tonight's resembles, where it has none of its own.

A redrawn ward keeps much of its ground, and mostly its name or a word of it: "Hyde Park and Headingley" was carved from
"Headingley". Such a result is no result *of the ward*: it is kept apart from those (``Contest.alike``), counts no
swing, and the model gives it a noise of its own, learned by kind.

Looked for in the council itself, then in the council that it replaced, then in the county council above it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from seeds.councils import councils
from seeds.readers.contest import SourceContest, fold_ward
from seeds.types import Likeness

_COMMON = (
    "abbey all bridge broad castle central chapel church churches city college common court cross dale down downs east "
    "eastern end farm field fields forest garden gardens gate grange great green grove hall hamlet harbour haven heath "
    "heights high hill hills house inner island isle king kings lake lane little long lower manor market meadow "
    "meadows mid middle mill moor mount new newtown north northern old outer park parish parks priory queen queens "
    "ridge river road royal rural saint saints sea shore south southern spring springs st stone street town upon upper "
    "urban vale valley victoria view village villages water waters way well wells west western wood woods"
)
#: Words that many places have in their names: sharing one alone says nothing.
COMMON = frozenset(_COMMON.split())
#: Share of all words of two names that must be common to both, if they are not the same.
ENOUGH = 0.25
#: Results older than this say little of a ward that is not even the same.
OLDEST = dt.timedelta(days=round(6.5 * 365.25))


def similar(a: str, b: str) -> float:
    """How alike two wards' names are: 1 if the same, 0 if they share no word that tells places apart.

    Else the share of all their words that both have.
    """
    a, b = fold_ward(a), fold_ward(b)
    if a == b:
        return 1.0
    one, other = set(a.split()), set(b.split())
    shared = one & other
    if not any(len(w) > 2 and w not in COMMON for w in shared):
        return 0.0
    ratio = len(shared) / len(one | other)
    return ratio if ratio >= ENOUGH else 0.0


def look_in(key: str, date: dt.date) -> tuple[tuple[str, ...], ...]:
    """Keys of the councils to look in for wards like a council's, one group after the other."""
    entry = councils()[key]
    # The council that had its name, or the county council that it took a part of.
    before = tuple(
        c.key
        for c in councils().values()
        if (c.council == entry.council and c.key != key and c.end and c.end < date)
        or (c.type == "CC" and key in c.replaced_by)
    )
    groups = [(key,), before]
    if entry.county:
        groups.append((entry.county,))
    return tuple(g for g in groups if g)


def alike(
    tonight: Sequence[SourceContest], earlier: Iterable[SourceContest], bare: Iterable[int]
) -> dict[int, list[tuple[SourceContest, Likeness]]]:
    """Results of wards that resemble some of tonight's, one per earlier date.

    Parameters
    ----------
    tonight
        Contests of tonight.
    earlier
        Contests of earlier dates, of any files; by-elections are passed over.
    bare
        Places in ``tonight`` of the wards without an earlier result of their own.

    Returns
    -------
    dict
        By place in ``tonight``, oldest first: the earlier contest and whether its ward has the same name ("redrawn") or
        shares a word with it ("alike").
    """
    found: dict[str, dict[dt.date, list[SourceContest]]] = defaultdict(lambda: defaultdict(list))
    day = min((c.date for c in tonight), default=dt.date.min)
    for e in earlier:
        if day - OLDEST <= e.date < day and not e.by_election and not (e.gss or "").startswith("S"):
            found[e.key][e.date].append(e)
    out: dict[int, list[tuple[SourceContest, Likeness]]] = {}
    for place in bare:
        c = tonight[place]
        for keys in look_in(c.key, c.date):
            best = [b for key in keys for b in _best(c, found.get(key, {}))]
            if best:
                out[place] = sorted(best, key=lambda pair: pair[0].date)
                break
    return out


def _best(
    c: SourceContest, by_date: Mapping[dt.date, Sequence[SourceContest]]
) -> Iterable[tuple[SourceContest, Likeness]]:
    """The most similar ward of each date, the first of equals by name."""
    for contests in by_date.values():
        polled = [e for e in contests if not e.uncontested and any(x.votes for x in e.candidates)]
        ranked = sorted(((similar(c.ward, e.ward), e) for e in polled), key=lambda pair: (-pair[0], pair[1].ward))
        if ranked and ranked[0][0] > 0:
            yield ranked[0][1], "redrawn" if ranked[0][0] == 1.0 else "alike"
