"""For notebooks: the engine's doors with their arguments checked, and the posterior of a night by itself."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, get_args

from models import Hyper, Posterior
from models.types import Declared
from projection import engine
from projection.arguments import a_session, an_election, declarations, one_of, whole
from projection.limits import MOST_DRAWS
from projection.pns_result import Standing
from projection.result import Projection
from projection.session import Session, make_session
from seeds.errors import ArgumentError
from seeds.types import Election

if TYPE_CHECKING:
    import pandas as pd


def project(
    election: Election,
    declared: Declared | pd.DataFrame,
    *,
    seed: int = 0,
    draws: int = 2000,
    session: Session | None = None,
    as_of: dt.datetime | None = None,
    time_note: str = "",
) -> Projection:
    """Project the night from what has declared so far.

    A pure function of the pack, the net set of declarations, the seed and the number of draws.

    Parameters
    ----------
    election
        The pack, from :func:`seeds.load_election`.
    declared
        A DataFrame in any layout of ``docs/declarations.md``, or what ``read_declarations`` gives.
    seed, draws
        Of the posterior's draws; at most 65,535 draws.
    session
        From :func:`open_session`, to spare the set-up when a night is projected many times.
    as_of, time_note
        Passed on to the projection.

    Raises
    ------
    ArgumentError
        If an argument is not what it has to be.
    DeclarationError
        If something declared does not belong to the election.
    ModelError
        If the model cannot be fitted.
    """
    known = an_election(election)
    told = declarations(known, declared)
    seed, draws = whole("seed", seed, 0), whole("draws", draws, 1, MOST_DRAWS)
    if as_of is not None and not isinstance(as_of, dt.datetime):
        raise ArgumentError(f"as_of: {as_of!r} is no datetime")
    opened = a_session(session, known)
    return engine.project_declared(
        known, told, seed=seed, draws=draws, session=opened, as_of=as_of, time_note=time_note
    )


def open_session(election: Election, hyper: Hyper | None = None, standing: Standing = "as it stands") -> Session:
    """Prepare a night for many projections: :func:`projection.session.make_session`, with its arguments checked.

    Parameters
    ----------
    election, hyper, standing
        As there.

    Raises
    ------
    ArgumentError
        If an argument is not what it has to be.
    """
    if hyper is not None and not isinstance(hyper, Hyper):
        raise ArgumentError(f"hyper: {hyper!r} are no scales; load them with models.load_hyper")
    one_of("standing", standing, get_args(Standing))
    return make_session(an_election(election), hyper, standing)


def posterior(
    election: Election,
    declared: Declared | pd.DataFrame | None = None,
    *,
    seed: int = 0,
    draws: int = 2000,
    session: Session | None = None,
) -> Posterior:
    """The posterior that :func:`project` counts; with nothing declared, the prior.

    Parameters
    ----------
    election
        The pack.
    declared
        As for :func:`project`; None for the night before its first declaration.
    seed, draws
        As there: the same give the same draws.
    session
        From :func:`open_session`, to spare the set-up.

    Raises
    ------
    ArgumentError
        If an argument is not what it has to be.
    DeclarationError
        If something declared does not belong to the election.
    ModelError
        If the model cannot be fitted.
    """
    known = an_election(election)
    told = Declared({}) if declared is None else declarations(known, declared)
    seed, draws = whole("seed", seed, 0), whole("draws", draws, 1, MOST_DRAWS)
    opened = a_session(session, known) or open_session(known)
    engine.belongs(opened, told)
    return engine.fit(opened, told, seed=seed, draws=draws)
