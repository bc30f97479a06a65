"""What is known before the polls close: the frozen types that everything else stands on.

Nothing here knows of tonight's declarations. The result of a past election lives in
:mod:`seeds.outcome` and is loaded by a call of its own, so that nothing reads it by accident.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Rule = Literal["plurality", "stv", "supplementary", "additional-member"]
#: How much is known of the wards of a council: all of them, some, or only totals; or contests
#: whose counting is not built ("later").
Detail = Literal["wards", "some wards", "totals", "later"]
CouncilType = Literal["MB", "UA", "SD", "CC", "LB", "WP", "SC", "GLA"]
#: How a ward that is not tonight's resembles it: the same name on other boundaries, or a word of its name.
Likeness = Literal["redrawn", "alike"]
CensusMatch = Literal["ward", "alike", "council"]
#: "seats" marks not an election but who sat for the ward when the polls opened: ``Con=2; LD=1``.
Unit = Literal["votes", "percent", "seats"]
#: Whether a contest has a poll tonight.
Status = Literal["poll", "uncontested", "countermanded"]


@dataclass(frozen=True, slots=True)
class Party:
    """One party as the pack names it. ``code`` is what is shown: Con, Lab, LD, Grn, UKIP, Ref, ..."""

    code: str
    name: str
    family: Literal["national", "nationalist", "local", "independent", "other"]


#: Party code -> votes (or percentages) of each of its candidates in a contest, best first.
Votes = Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Census:
    """Residents of 16 and over by the census of 2011, in percent of all of them.

    ``degree``: a degree or its like (level 4 and above) is their highest qualification; ``apprentice``: an
    apprenticeship; ``other``: vocational or foreign ones.
    ``matched_by`` says whose figures they are: those of the ward or wards of its name, of the ones whose names are most
    alike, or of a whole council.
    """

    degree: float
    apprentice: float
    other: float
    matched_by: CensusMatch


@dataclass(frozen=True, slots=True)
class EarlierResult:
    """An earlier contest of the same ward.

    ``votes`` lists every candidate, best first, per party; with ``unit == "percent"`` the
    entries are percentages because no vote count is known. ``matched_by`` says how the ward was
    recognised: ``"gss"``, ``"name"`` or ``"publisher"``; of a ward that is only like tonight's, how: a
    :data:`Likeness`. ``incumbents`` are as in :class:`Contest`, for a night to learn from.
    """

    date: dt.date
    votes: Votes
    seats: int
    unit: Unit = "votes"
    electorate: int | None = None
    turnout: float | None = None
    matched_by: str = "name"
    incumbents: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contest:
    """One ballot: the key of everything. Two contests can share a ward.

    ``standing`` maps each party to its number of candidates tonight. ``earlier`` are results of this ward; ``alike``,
    where there are none, of wards that it resembles. ``electorate`` is None where unknown. An uncontested ward has
    ``status == "uncontested"``: its seats are known. ``incumbents`` counts each party's candidates who sit on the
    council already; empty where there are none or nobody knows. ``census`` is None where the ward was not found in it.
    """

    ballot_id: str
    council: str
    ward: str
    seats: int
    standing: Mapping[str, int]
    rule: Rule = "plurality"
    ward_gss: str | None = None
    electorate: int | None = None
    by_election: bool = False
    status: Status = "poll"
    earlier: tuple[EarlierResult, ...] = ()
    alike: tuple[EarlierResult, ...] = ()
    incumbents: Mapping[str, int] = field(default_factory=dict)
    census: Census | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CouncilHistory:
    """An earlier election of a council as a whole, whatever its ward boundaries were.

    ``shares`` are percentages of the sum over contests of each party's best candidate
    (``basis == "top"``) or of all votes cast (``basis == "all"``); ``stood`` counts the contests
    in which the party stood (empty where unknown), ``won`` the seats won (empty where unknown).
    """

    date: dt.date
    contests: int | None
    seats: int | None
    shares: Mapping[str, float]
    stood: Mapping[str, int]
    won: Mapping[str, int]
    basis: Literal["top", "all"] = "top"


@dataclass(frozen=True, slots=True)
class Council:
    """A council with an election tonight, as it stood before the polls closed.

    ``seats_before`` (all seats by party) and ``held_over`` (those not up tonight) are None where
    unknown. ``control_before`` is a party code, ``"NOC"``, or None where unknown.
    """

    council: str
    name: str
    nation: str
    region: str
    type: CouncilType
    detail: Detail
    seats_total: int | None
    seats_up: int | None
    gss: str | None = None
    cycle: str | None = None
    electorate: int | None = None
    seats_before: Mapping[str, int] | None = None
    held_over: Mapping[str, int] | None = None
    control_before: str | None = None
    history: tuple[CouncilHistory, ...] = ()
    census: Census | None = None
    note: str = ""

    @property
    def whole(self) -> bool:
        """Whether all of its seats are known to be up tonight."""
        return self.seats_up is not None and self.seats_up == self.seats_total


@dataclass(frozen=True, slots=True)
class Defended:
    """What a council's change in seats is measured against.

    ``basis`` "may": ``seats`` of the whole council after May of ``year``; "last": who won the seats that are up
    tonight when they were last fought, in ``year``. ``how`` says where that is known from.
    """

    council: str
    basis: Literal["may", "last"]
    year: int
    seats: Mapping[str, int]
    how: str = ""


@dataclass(frozen=True, slots=True)
class FrameCouncil:
    """A council of the lower or single tier of Great Britain, voting tonight or not, before the polls closed.

    ``county`` is the slug of the county council above it, None where there is none. ``population`` (mid-2020
    estimate) stands for the electorate, which no open table has for all. ``seats`` are those of the whole council by
    party; ``shares`` percentages of the sum of each party's best candidates at its latest earlier election in our
    files (``earlier``, over ``contests``); ``general`` the vote of its region at the last general election in percent.
    ``degree`` is as in :class:`Census`, None where unknown.
    """

    council: str
    name: str
    nation: str
    region: str
    type: CouncilType
    population: int
    gss: str | None = None
    county: str | None = None
    seats: Mapping[str, int] = field(default_factory=dict)
    earlier: dt.date | None = None
    contests: int | None = None
    shares: Mapping[str, float] = field(default_factory=dict)
    general: Mapping[str, float] = field(default_factory=dict)
    degree: float | None = None


@dataclass(frozen=True, slots=True)
class Constituency:
    """A constituency at a general election. ``shares`` in percent; "Oth" is its strongest other candidate alone."""

    year: int
    name: str
    region: str
    electorate: int
    votes: int
    shares: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Poll:
    """One opinion poll (or a month's mean, ``n`` None). Shares in percent of those with an intention."""

    start: dt.date
    end: dt.date
    pollster: str
    n: int | None
    shares: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class NationalShare:
    """A published national figure of an earlier year: series "PNS", "NEV" or "GE", in percent."""

    year: int
    series: Literal["PNS", "NEV", "GE"]
    shares: Mapping[str, float]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Election:
    """An election pack, loaded: all that is known before the polls close."""

    key: str
    name: str
    date: dt.date
    parties: Mapping[str, Party]
    councils: Mapping[str, Council]
    contests: Mapping[str, Contest]
    polls: tuple[Poll, ...]
    national: tuple[NationalShare, ...]
    scope: str
    sources: tuple[str, ...] = field(default=())
    sha256: str = ""
    frame: tuple[FrameCouncil, ...] = ()
    defended: tuple[Defended, ...] = ()

    def contests_of(self, council: str) -> list[Contest]:
        """Contests of one council, in the pack's order."""
        return [c for c in self.contests.values() if c.council == council]
