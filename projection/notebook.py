"""For notebooks: the model's posterior of a night, before anything has declared or given a frame of declarations."""

from __future__ import annotations

import pandas as pd

from models import Posterior
from models.types import Declared
from projection.declarations import from_frame
from projection.engine import belongs, fit
from projection.session import Session, open_session
from seeds.types import Election


def posterior(
    election: Election,
    declared: Declared | pd.DataFrame | None = None,
    *,
    seed: int = 0,
    draws: int = 2000,
    session: Session | None = None,
) -> Posterior:
    """The posterior that :func:`projection.engine.project` counts; with nothing declared, the prior.

    Parameters
    ----------
    election
        The pack.
    declared
        As for :func:`~projection.engine.project`; None for the night before its first declaration.
    seed, draws
        As there: the same give the same draws.
    session
        From :func:`~projection.session.open_session`, to spare the set-up.

    Raises
    ------
    DeclarationError
        If something declared does not belong to the election.
    ModelError
        If the model cannot be fitted.
    """
    if declared is None:
        declared = Declared({})
    elif isinstance(declared, pd.DataFrame):
        declared = from_frame(election, declared)
    session = session or open_session(election)
    belongs(session, declared)
    return fit(session, declared, seed=seed, draws=draws)
