"""A moment of a past night: what had declared by then, counted, and what the engine projects from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from projection.assemble import Tally, assemble
from projection.engine import count_draws
from projection.pns_result import OTHERS_LINE
from projection.result import Projection
from projection.session import Session
from projection.summary import Summary, summarise
from scenarios.order import declaring
from scenarios.replay import declared_by
from seeds import Election, Outcome

#: Lines of the national share that are told by name; the rest is "Oth".
MAIN = ("Con", "Lab", "LD")


@dataclass(frozen=True, slots=True)
class Moment:
    """The night when ``councils`` (that can be counted) and ``later`` ones (whose counting is not built) had declared.

    ``imputed`` counts those of both whose time is not known.
    """

    election: Election
    outcome: Outcome
    at: dt.datetime | None
    councils: tuple[str, ...]
    later: tuple[str, ...]
    imputed: int
    tally: Tally
    projection: Projection

    def lines(self, councils: Collection[str]) -> NDArray[np.bool_]:
        """Lines of these councils in the draws."""
        return np.array([self.tally.layout.councils[c] in councils for c in self.tally.layout.council], dtype=bool)

    def nation(self, nations: Collection[str]) -> list[str]:
        """Councils of these nations that the engine counts, declared or not."""
        return [c for c in self.tally.layout.councils if self.election.councils[c].nation in nations]

    def net(self, party: str, councils: Collection[str]) -> Summary:
        """Change in a party's seats on the seats before, over those of the councils of which both are known."""
        layout, seating = self.tally.layout, self.tally.seating
        able = (seating.held_known | seating.held_drawn) & layout.before_known
        inside = self.lines(councils) & able[layout.council] & _is(layout.parties, layout.party, party)
        now = (seating.seats[:, inside].astype(np.int64) + seating.held[:, inside]).sum(axis=1)
        return summarise((now - layout.before[inside].sum())[:, None])[0]

    def won(self, party: str, councils: Collection[str]) -> Summary:
        """Seats that a party won tonight in these councils."""
        layout = self.tally.layout
        inside = self.lines(councils) & _is(layout.parties, layout.party, party)
        return summarise(self.tally.seating.seats[:, inside].astype(np.int64).sum(axis=1)[:, None])[0]

    def net_later(self, party: str, councils: Sequence[str]) -> int:
        """Change in a party's seats in councils whose counting is not built, by their totals before and after."""
        before = sum((self.election.councils[c].seats_before or {}).get(party, 0) for c in councils)
        return sum((self.outcome.councils[c].seats_after or {}).get(party, 0) for c in councils) - before

    def won_later(self, party: str, councils: Sequence[str]) -> int:
        """Seats that a party won in councils whose counting is not built, as their source counts them."""
        return sum((self.outcome.councils[c].seats_won or {}).get(party, 0) for c in councils)

    def share(self, party: str) -> Summary | None:
        """Line of the projected national share, or None; "Oth" is all beyond Con, Lab and LD together."""
        national = self.projection.national
        if party != OTHERS_LINE or not national.lines:
            return national.lines.get(party)
        rest = [k for k, p in enumerate(national.parties) if p not in MAIN]
        return summarise(national.draws[:, rest].sum(axis=1, dtype=np.float64)[:, None])[0]

    def gained(self, party: str, nations: Collection[str]) -> list[str]:
        """Declared councils of these nations that went to a party's overall control."""
        return [
            slug
            for slug, c in self.projection.councils.items()
            if c.state == "declared"
            and self.election.councils[slug].nation in nations
            and c.control.get(party) == 1.0
            and c.control_before not in (party, None)
        ]


def _is(parties: Sequence[str], party: NDArray[np.int64], name: str) -> NDArray[np.bool_]:
    return party == (parties.index(name) if name in parties else -1)


def later_councils(election: Election, outcome: Outcome) -> list[str]:
    """Councils whose counting is not built but whose seats before and after are known, as they declared."""
    counted = set(declaring(election, outcome))
    return [
        slug
        for slug in outcome.order
        if slug not in counted
        and election.councils[slug].type != "GLA"
        and election.councils[slug].seats_before is not None
        and outcome.councils[slug].seats_after is not None
    ]


def look(
    election: Election, outcome: Outcome, session: Session, *, seed: int, draws: int
) -> Callable[[dt.datetime | None, Collection[str]], Moment]:
    """A function that makes the moment at which these councils have declared; the last one is kept."""
    counted, later = declaring(election, outcome), later_councils(election, outcome)
    last: list[tuple[tuple[str, ...], Tally, Projection]] = []

    def at(time: dt.datetime | None, told: Collection[str]) -> Moment:
        own = tuple(c for c in counted if c in told)
        if not last or last[0][0] != own:
            tally = count_draws(session, declared_by(election, outcome, own), seed=seed, draws=draws)
            last[:] = [(own, tally, assemble(tally, as_of=None, time_note=""))]
        rest = tuple(c for c in later if c in told)
        imputed = sum(not outcome.councils[c].time_known for c in (*own, *rest))
        return Moment(election, outcome, time, own, rest, imputed, *last[0][1:])

    return at
