"""Projections of a night: sampled when the net set of declarations is new, else taken from the cache.

The engine is imported when there is something to sample, so that a kept projection is shown at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from projection.cache import Cache, key_of
from projection.clock import local
from projection.facts import Doubt
from projection.items import declared_of
from projection.journal import Entry, Journal
from projection.night import State, Subject, as_it_stands, replay
from projection.result import Projection
from seeds.types import Election

if TYPE_CHECKING:
    from models import Posterior
    from projection.council_surprise import Drawn
    from projection.session import Session


#: What the model is asked about: votes of a ward, seats and shares of a council.
ASKED = {"votes", "won", "after", "shares"}


class Projector:
    """What stays in memory between the projections of one night: the prepared model and the last posterior."""

    def __init__(
        self,
        night: Path,
        election: Election,
        *,
        seed: int = 0,
        draws: int = 2000,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.election, self.seed, self.draws, self.say = election, seed, draws, say
        self.cache = Cache(night)
        self._sessions: dict[frozenset[str], Session] = {}
        self._last: tuple[str, Posterior, Drawn] | None = None

    def key(self, state: State) -> str:
        """What tells one projection of this night from another."""
        return key_of(self.election, state.items(), seed=self.seed, draws=self.draws)

    def project(self, state: State) -> Projection:
        """The projection of a state of the night.

        Raises
        ------
        ModelError, DeclarationError
            If it cannot be made.
        """
        key = self.key(state)
        projection = self.cache.get(key)
        if projection is None:
            from projection.assemble import assemble
            from projection.council_surprise import drawn_of
            from projection.engine import belongs, counted, fit, reduce

            declared = state.declared()
            self.say(f"Sampling: {len(declared.contests):,} contests, {len(declared.councils)} councils by totals ...")
            session = self._session(state)
            belongs(session, declared)
            counts = counted(session, declared)
            posterior = fit(session, declared, seed=self.seed, draws=self.draws, counts=counts)
            tally = reduce(session, declared, posterior, seed=self.seed, draws=self.draws, counts=counts)
            self._last = (key, posterior, drawn_of(tally))
            projection = assemble(tally, as_of=None, time_note="")
            self.cache.put(key, projection)
        return replace(projection, as_of=last_declared(state))

    def check(self, journal: Journal, *, author: str, strict: bool = False) -> list[Entry]:
        """Ask the model about results that it has not seen yet, given what had declared before; flags are journalled.

        ``strict`` holds back what is flagged.
        """
        entries = journal.entries()
        state = replay(entries)
        before = self.cache.checked()
        new = {s: e for s, e in state.standing.items() if e.id not in before and ASKED & (e.content or {}).keys()}
        if not new:
            return []
        from projection.council_surprise import council_surprises
        from projection.surprise import surprises

        old = replace(state, standing={s: e for s, e in state.standing.items() if s not in new})
        told = declared_of([i for i in state.items() if i.subject in new])
        self.say(f"Looking at {len(new):,} new results ...")
        posterior = self._posterior(old)
        wards = surprises(posterior, sorted(told.contests.items()))
        found: dict[Subject, tuple[Doubt, ...]] = {("contest", b): (doubt,) for b, doubt in wards.items()}
        if told.councils:
            councils = council_surprises(posterior, self._drawn(old, posterior), told.councils)
            found |= {("council", c): doubts for c, doubts in councils.items()}
        flags = [
            Entry("flag", "model", author, subject=s[0], key=s[1], refers=new[s].id, held=strict, flags=doubts)
            for s, doubts in sorted(found.items())
        ]
        known = {(e.refers, e.flags) for e in entries if e.kind == "flag"}
        fresh = [f for f in flags if (f.refers, f.flags) not in known]
        out = journal.append(lambda _: fresh) if fresh else []
        self.cache.mark_checked(e.id for e in new.values())
        return out

    def _session(self, state: State) -> Session:
        """The prepared model; a countermanded poll makes another election of it."""
        off = state.countermanded()
        if off not in self._sessions:
            from projection.session import make_session

            self.say(f"Preparing the model of {self.election.name} ...")
            self._sessions = {off: make_session(as_it_stands(self.election, state))}
        return self._sessions[off]

    def _posterior(self, state: State) -> Posterior:
        """The posterior of a state with draws enough to find what is rare: the last one, or a fresh one."""
        from projection.engine import fit
        from projection.surprise import DRAWS

        if self._last is not None and self._last[0] == self.key(state) and self.draws >= DRAWS:
            return self._last[1]
        return fit(self._session(state), state.declared(), seed=self.seed, draws=max(self.draws, DRAWS))

    def _drawn(self, state: State, posterior: Posterior) -> Drawn:
        """What a posterior of that state draws of councils."""
        from projection.council_surprise import drawn_of
        from projection.engine import reduce

        if self._last is not None and self._last[1] is posterior:
            return self._last[2]
        tally = reduce(self._session(state), state.declared(), posterior, seed=self.seed, draws=posterior.draws)
        return drawn_of(tally)


def last_declared(state: State) -> dt.datetime | None:
    """Local time of the latest declaration that stands."""
    return local(max(e.at for e in state.standing.values())) if state.standing else None
