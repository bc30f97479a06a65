"""The projected national share alone: the same posterior draws, without counting seats."""

from __future__ import annotations

from models.types import Declared
from projection.engine import BLOCK, fit
from projection.known import declared_share_table
from projection.pns import finish
from projection.pns_result import National
from projection.pns_sums import add_block, start_sums
from projection.session import Session


def project_national(session: Session, declared: Declared, *, seed: int = 0, draws: int = 2000) -> National:
    """The national figures from what has declared so far; those of :func:`projection.project`, bit for bit.

    Raises
    ------
    ModelError
        If the model cannot be fitted.
    """
    if isinstance(session.pns, str):
        return National(reason=session.pns)
    sums = start_sums(session.pns, declared_share_table(session, declared), draws)
    first = 0
    if len(sums.flat):
        for block in fit(session, declared, seed=seed, draws=draws).blocks(BLOCK):
            add_block(sums, block, first)
            first += len(block)
    return finish(sums, session.election, seed)
