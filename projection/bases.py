"""Net change on other bases than the seats before: May on May, and against the last contest of the same seats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from projection.lumps import LUMP, TOLD_APART
from projection.sizes import council_sizes, sizes_words
from projection.summary import Summary, summarise
from seeds.errors import PackError
from seeds.types import Defended, Election

if TYPE_CHECKING:
    from projection.layout import Layout
    from projection.result import Projection

Basis = Literal["before", "may", "last"]
#: A party that fewer than one council in so many names is counted with the lump, where there is one.
NAMED_BY = 20


@dataclass(frozen=True, slots=True)
class NetChange:
    """Change in seats by party on one basis, over the councils of which the basis is known.

    Attributes
    ----------
    change
        Seats of tonight less those of the basis.
    before
        Seats by party that were up, on this basis: what ``change`` compares with. On May they are those of the whole
        councils less the mean of what is held over.
    others
        Seats won by "Oth" and by ``lumped``, parties whose change is counted with it, in all councils that are counted;
        None if there are none.
    councils, years
        How many councils, and the years of their basis with how many councils each.
    since
        On the last contest: how the seats that are up changed hands between it and the seats before (by-elections,
        defections, vacancies), over ``since_councils`` of the councils, by party; those beyond the ones that every
        composition tells apart are together in "Oth".
    drawn
        Parties whose ``before`` is a mean over draws.
    sizes
        Why ``before`` does not add to the seats that are up (:mod:`projection.sizes`); empty where it does.
    """

    basis: str
    change: Mapping[str, Summary]
    before: Mapping[str, int]
    others: Summary | None
    councils: int
    years: Mapping[str, int]
    lumped: tuple[str, ...]
    since: Mapping[str, int] = field(default_factory=dict)
    since_councils: int = 0
    sizes: str = ""
    drawn: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """For the head of a column: ``on May 2011``, ``on the contests of 2008``."""
        years = ", ".join(self.years)
        return f"on May {years}" if self.basis == "may" else f"on the contests of {years}"

    @property
    def words(self) -> str:
        """Which change this is, in a sentence or two."""
        years = " and ".join(self.years)
        if self.basis == "may":
            return (
                f"Change is May on May: all seats of {self.councils} councils, less those that they had in May {years}."
            )
        words = f"Change is against the last contest of the same seats ({years}), known of {self.councils} councils."
        moved = ", ".join(f"{p} {n:+,}" for p, n in self.since.items() if n)
        if moved:
            words += (
                f" In {self.since_councils} of them by-elections, defections and vacancies had moved these seats by "
                f"{moved} before tonight: take that off, and it is the change on the last contest plus changes since."
            )
        return words

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "words": self.words,
            "councils": self.councils,
            "years": dict(self.years),
            "change": {p: s.as_dict() for p, s in self.change.items()},
            "before": dict(self.before),
            "lumped": list(self.lumped),
            "changed_hands_since": dict(self.since),
            "changed_hands_councils": self.since_councils,
            "sizes": self.sizes,
        }


def net_bases(
    layout: Layout,
    seats: NDArray[np.int16],
    held: NDArray[np.int16],
    counted: NDArray[np.bool_],
    known: NDArray[np.bool_],
    sure: NDArray[np.bool_],
    up: NDArray[np.int64],
) -> dict[Basis, NetChange]:
    """Net change on each basis that the pack has a table of.

    Parameters
    ----------
    layout
        Lines of the draws.
    seats, held
        Seats won and held over, shape ``(draw, line)``.
    counted, known, sure
        Councils whose seats won are counted, whose seats held over are known or drawn, and known; shape ``(council,)``.
    up
        Seats that are up; shape ``(council,)``.
    """
    out: dict[Basis, NetChange] = {}
    bases: tuple[Basis, ...] = ("may", "last")
    row = {c: i for i, c in enumerate(layout.councils)}
    for basis in bases:
        able = known if basis == "may" else counted
        rows = [d for d in layout.election.defended if d.basis == basis and d.council in row and able[row[d.council]]]
        if rows:
            out[basis] = _net(basis, rows, layout, seats, held, counted, sure, up)
    return out


def _net(
    basis: str,
    rows: Sequence[Defended],
    layout: Layout,
    seats: NDArray[np.int16],
    held: NDArray[np.int16],
    counted: NDArray[np.bool_],
    sure: NDArray[np.bool_],
    up: NDArray[np.int64],
) -> NetChange:
    told = {d.council: d for d in rows}
    lumped = _lumped(rows, layout.parties)
    inside = np.array([layout.councils[c] in told for c in layout.council], dtype=bool)
    then: Counter[str] = Counter()
    for d in rows:
        then.update(_merged(d.seats, lumped))
    names = list(dict.fromkeys([*(_under(p, lumped) for p in layout.parties), *then]))
    column = {p: i for i, p in enumerate(names)}
    under = np.array([column[_under(p, lumped)] for p in layout.parties])[layout.party]
    now = np.zeros((len(names), len(seats)), dtype=np.int64)
    stay = np.zeros(len(names))
    drawn = []
    # A line's draws lie side by side: sums run along them.
    for j in np.unique(under[inside]):
        own = np.flatnonzero(inside & (under == j))
        now[j] = seats.T[own].sum(axis=0, dtype=np.int64)
        if basis == "may":
            over = held.T[own].sum(axis=0, dtype=np.int64)
            now[j] += over
            stay[j] = over.mean()
            drawn += [names[j]] if (over != over[:1]).any() else []
    others = np.flatnonzero(counted[layout.council] & (under == column.get(LUMP, -1)))
    won = seats.T[others].sum(axis=0, dtype=np.int64)
    base = np.array([then[p] for p in names])
    change = now.T - base
    were = np.rint(base - stay)
    keep = np.flatnonzero(change.any(axis=0) | (were != 0) | now.any(axis=1))
    named = zip((names[j] for j in keep), summarise(change[:, keep]), strict=True)
    years = Counter(str(d.year) for d in rows)
    among = np.array([c in told for c in layout.councils], dtype=bool)
    were_up = np.array([sum(told[c].seats.values()) if c in told else 0 for c in layout.councils], dtype=np.int64)
    if basis == "may":
        were_up -= held_over(layout, held)
    since, councils = _since(told, layout, held, sure) if basis == "last" else ({}, 0)
    return NetChange(
        basis=basis,
        change=dict(sorted(named, key=lambda x: -x[1].mean)),
        before={names[j]: int(were[j]) for j in keep if were[j]},
        others=summarise(won[:, None])[0] if lumped or LUMP in layout.parties else None,
        councils=len(rows),
        years=dict(sorted(years.items())),
        lumped=tuple(p for p in layout.parties if p in lumped),
        since=since,
        since_councils=councils,
        sizes=sizes_words(council_sizes(layout, among, were_up, up)),
        drawn=tuple(drawn),
    )


def held_over(layout: Layout, held: NDArray[np.int16]) -> NDArray[np.int64]:
    """Seats held over in each council, on average where they are drawn; shape ``(council,)``."""
    mean = np.bincount(layout.council, held.mean(axis=0), minlength=len(layout.councils))
    return np.rint(mean).astype(np.int64)


def _lumped(rows: Sequence[Defended], parties: Sequence[str]) -> set[str]:
    """Parties counted with "Oth": where any council's basis has it, those that fewer than one council in 20 names."""
    if not any(d.seats.get(LUMP) for d in rows):
        return set()
    named = Counter(p for d in rows for p, n in d.seats.items() if n)
    return {p for p in {*parties, *named} if p != LUMP and named[p] < len(rows) / NAMED_BY}


def _under(party: str, lumped: set[str]) -> str:
    return LUMP if party in lumped else party


def _merged(seats: Mapping[str, int], lumped: set[str]) -> Counter[str]:
    out: Counter[str] = Counter()
    for party, n in seats.items():
        out[_under(party, lumped)] += n
    return out


def _since(
    told: Mapping[str, Defended], layout: Layout, held: NDArray[np.int16], sure: NDArray[np.bool_]
) -> tuple[dict[str, int], int]:
    """How seats changed hands between the last contest and the seats before, where both sides are known for certain.

    Of parties that compositions put together now and then, only the sum is told.
    """
    others = {p for p in (*layout.parties, *(p for d in told.values() for p in d.seats)) if p not in TOLD_APART}
    moved: Counter[str] = Counter()
    councils = 0
    for c, slug in enumerate(layout.councils):
        if slug not in told or not sure[c] or not layout.before_known[c]:
            continue
        councils += 1
        for i in np.flatnonzero(layout.council == c):
            party = _under(layout.parties[layout.party[i]], others)
            moved[party] += int(layout.before[i]) - int(held[0, i])
        moved.subtract(_merged(told[slug].seats, others))
    return {p: n for p, n in sorted(moved.items(), key=lambda x: -abs(x[1])) if n}, councils


def check_basis(election: Election, basis: Basis) -> None:
    """See that a pack can tell net change on a basis.

    Raises
    ------
    PackError
        If it has no table of it.
    """
    if basis != "before" and not any(d.basis == basis for d in election.defended):
        raise PackError(
            f"{election.key}: the pack has no rows with the basis '{basis}' in defended.csv, so that --net {basis} "
            "cannot be told; see docs/pack-format.md"
        )


def on_basis(projection: Projection, basis: Basis) -> Projection:
    """The projection with its net change on another basis, for whatever shows it.

    Raises
    ------
    PackError
        If no council in scope has it.
    """
    if basis == "before":
        return projection
    found = projection.nets.get(basis)
    if found is None:
        raise PackError(f"{projection.election}: no council in scope has a basis '{basis}' in defended.csv")
    scope = replace(
        projection.scope,
        net_councils=found.councils,
        net_lumped=found.lumped,
        net_label=found.label,
        net_words=found.words,
        net_sizes=found.sizes,
        before_drawn=found.drawn,
    )
    return replace(projection, net=found.change, before=found.before, others=found.others, scope=scope)
