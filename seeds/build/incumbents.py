"""Candidates who sit on the council already: their names on the list of councillors, or among the winners before.

Two ways. The list of the year before polling day has who sat then, whatever has happened since they were elected.
Where there is none, whoever won in the council's contests of the four years before (five: the polls of 2020 were put
off) is taken to sit; only where the files hold those of the start of that time, when tonight's seats were last fought.

Names are compared by surname and first initial, the least that all publishers give, within a council, and only of
one party or one ward: somebody who stands elsewhere for another party is somebody else.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from seeds.build.composition import councillors, listed_ward
from seeds.likeness import look_in
from seeds.matching import Matches
from seeds.readers.contest import SourceContest, digest, fold_ward
from seeds.types import Contest
from seeds.write import Source

_TITLES = re.compile(
    r"\b(cllr|councillor|mr|mrs|ms|miss|dr|sir|dame|lord|lady|rev|reverend|prof|professor|mbe|obe|cbe|jp|bem|alderman)\b\.?"
)
#: Of the years before a contest, those in which tonight's seats were last fought, and all since.
_LAST, _FIRST = dt.timedelta(days=round(3.5 * 365.25)), dt.timedelta(days=round(5.2 * 365.25))


@dataclass(frozen=True, slots=True)
class Person:
    """Who someone is, as far as all publishers tell: party, ward (see ``listed_ward``), surname, first initial."""

    party: str | None
    ward: str
    surname: str
    initial: str

    def is_(self, other: Person) -> bool:
        """Whether two entries are taken for one person."""
        if not self.surname or self.surname != other.surname:
            return False
        party, ward = self.party == other.party, self.ward == other.ward
        return (party or ward) and (self.initial == other.initial or (party and ward))


def person(name: str, party: str | None, ward: str) -> Person:
    """Read a name: "Jo Anne Smith-Jones", "SMITH-JONES Jo Anne" is not met, "Smith-Jones J.A." is."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    given = re.search(r"(\s(?:[A-Z]\.)+(?:[A-Z]\.?)*)\s*$", plain)
    text = re.sub(r"\(.*?\)", " ", plain).casefold()
    words = re.sub(r"[^a-z ]", "", _TITLES.sub(" ", text.replace("-", ""))).split()
    if given and len(words) > 1:
        return Person(party, ward, words[-2], words[-1][0])
    return Person(party, ward, words[-1] if words else "", words[0][0] if words else "")


def _who(c: SourceContest, *, won: bool = False) -> list[Person]:
    if won and c.countermanded:
        return []
    if not won:
        return [person(x.name, x.party, listed_ward(c.ward)) for x in c.candidates if x.name]
    ranked = sorted(c.candidates, key=lambda x: (not x.elected, -x.votes))
    return [person(x.name, x.party, listed_ward(c.ward)) for x in ranked[: c.seats] if x.name]


def _count(standing: Sequence[Person], sitting: Sequence[Person]) -> dict[str, int]:
    """Candidates by party who sit; each councillor is one of them at most."""
    free = list(sitting)
    out: Counter[str] = Counter()
    for one in standing:
        found = next((s for s in free if one.is_(s)), None)
        if found is not None and one.party is not None:
            free.remove(found)
            out[one.party] += 1
    return dict(out)


class Sitting:
    """Who sat on each council when the polls of a day opened."""

    def __init__(self, folder: Path | None, archive: Iterable[SourceContest]) -> None:
        self._folder = folder
        self._won: dict[str, dict[dt.date, list[Person]]] = defaultdict(lambda: defaultdict(list))
        for c in archive:
            self._won[c.key][c.date] += _who(c, won=True)

    def on(self, key: str, date: dt.date) -> list[Person] | None:
        """Councillors of a council (or of those that it replaced), None where nobody knows."""
        for group in look_in(key, date)[:2]:
            lists = councillors(self._folder, date.year - 1) if self._folder else {}
            listed = [c for k in group for c in lists.get(k, [])]
            if listed:
                return [person(c.name, c.party, c.ward) for c in listed if c.party]
            days = [(d, who) for k in group for d, who in self._won.get(k, {}).items() if date - _FIRST <= d < date]
            if any(d <= date - _LAST for d, _ in days):
                return [p for _, who in days for p in who]
        return None


def incumbents(tonight: Sequence[SourceContest], sitting: Sitting, marked: bool = False) -> list[dict[str, int]]:
    """Candidates by party who sit already, contest by contest; none where it is not known who sits.

    Parameters
    ----------
    tonight
        Contests with their candidates' names, of any dates.
    marked
        Whether a source's own marks go before names, where it has them.
    """
    known: dict[tuple[str, dt.date], list[Person] | None] = {}
    out = []
    for c in tonight:
        if marked and all(x.sits is not None for x in c.candidates):
            out.append(dict(Counter(x.party for x in c.candidates if x.sits)))
            continue
        if (c.key, c.date) not in known:
            known[c.key, c.date] = sitting.on(c.key, c.date)
        out.append(_count(_who(c), known[c.key, c.date] or []))
    return out


def add_incumbents(
    contests: Mapping[str, Contest],
    tonight: Sequence[SourceContest],
    matches: Matches,
    ids: Sequence[str],
    sitting: Sitting,
    *,
    earlier: bool,
    marked: bool = False,
) -> dict[str, Contest]:
    """Contests with their incumbents, and, if ``earlier``, with those of their earlier results.

    Parameters
    ----------
    contests
        By ballot id.
    tonight, matches, ids
        As they were read, their earlier results and ballot ids, in one order.
    marked
        As for :func:`incumbents`.
    """
    out = dict(contests)
    counts = incumbents(tonight, sitting, marked)
    for _, found, ballot, now in zip(tonight, matches.found, ids, counts, strict=True):
        contest = out[ballot]
        before = [e for e, _ in found] if earlier else []
        then = {e.date: n for e, n in zip(before, incumbents(before, sitting), strict=True)}
        out[ballot] = replace(
            contest,
            incumbents=now,
            earlier=tuple(replace(e, incumbents=then.get(e.date, {})) for e in contest.earlier),
        )
    return out


def add_by_ward(
    contests: Mapping[str, Contest], sources: Iterable[SourceContest], sitting: Sitting, date: dt.date
) -> dict[str, Contest]:
    """The same for contests that were put together from several accounts: their sources are found by ward and date.

    Parameters
    ----------
    contests
        Tonight's, by ballot id.
    sources
        Contests of tonight and before with their candidates' names.
    date
        Polling day.
    """
    read = list(sources)
    counts = {(c.council, fold_ward(c.ward), c.date): n for c, n in zip(read, incumbents(read, sitting), strict=True)}
    out = {}
    for ballot, c in contests.items():
        ward = c.council, fold_ward(c.ward)
        earlier = tuple(replace(e, incumbents=counts.get((*ward, e.date), {})) for e in c.earlier)
        now = {p: n for p, n in counts.get((*ward, date), {}).items() if n <= c.standing.get(p, 0)}
        out[ballot] = replace(c, incumbents=now, earlier=earlier)
    return out


def incumbents_source(folder: Path, year: int) -> Source:
    """Where the table of a year comes from: candidates and winners by name, and the list of councillors if any."""
    listed = folder / "composition" / f"opencouncildata_councillors_{year - 1}.csv"
    if listed.is_file():
        return Source(
            "incumbents",
            "Open Council Data UK: councillors of the year before; candidates as in contests; no name is kept",
            "CC BY-SA 4.0; the licences of contests",
            "Open Council Data UK; the sources of contests",
            digest([listed]),
        )
    archives = [*(folder / "five-cities").iterdir(), *(folder / "lancashire").iterdir()]
    return Source(
        "incumbents",
        "candidates and winners by name, as in contests and earlier; no name is kept",
        "the licences of contests and earlier",
        "the sources of contests and earlier",
        digest(archives),
    )
