"""What one night needs once, for many projections."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from models import Design, Hyper, build_design
from models.posterior import Kernel, make_kernel
from projection.layout import Index
from projection.pns_design import PnsDesign, design_pns
from projection.pns_result import Standing
from projection.votes import expect
from seeds.types import Election


@dataclass(frozen=True, slots=True)
class Session:
    """What one night needs once: the election, the model's design, and the votes each contest is expected to cast.

    ``origin`` is where each expectation comes from (:mod:`projection.votes`); None if from one source.
    """

    election: Election
    design: Design
    kernel: Kernel
    weight: NDArray[np.float64]
    pns: PnsDesign | str
    origin: Index | None = None


# Many small systems, as in :func:`projection.engine.fit`.
@threadpool_limits.wrap(limits=1, user_api="blas")
def make_session(election: Election, hyper: Hyper | None = None, standing: Standing = "as it stands") -> Session:
    """Prepare a night for many projections.

    Parameters
    ----------
    election
        The pack.
    hyper
        Scales of the model; those stored for the night's date if None.
    standing
        Of parties beyond Con, Lab and LD, in the projected national share: at their level as they stand tonight (as
        the BBC does), as if they stood everywhere, or all together as others.
    """
    design = build_design(election) if hyper is None else build_design(election, hyper)
    kernel = make_kernel(design)
    votes = expect(election, design.slots, labour_share(design, kernel))
    return Session(
        election, design, kernel, votes.votes, design_pns(election, design.slots, standing), origin=votes.origin
    )


def labour_share(design: Design, kernel: Kernel) -> NDArray[np.float64]:
    """Labour's share of each contest before any swing of the night, 0 where it does not stand; shape ``(n,)``."""
    column = design.contests.column
    raised = np.where(column >= 0, np.exp(kernel.base - kernel.base.max(axis=1, keepdims=True)), 0.0)
    labour = np.isin(column, [i for i, p in enumerate(design.columns) if p == "Lab"])
    return np.asarray((raised * labour).sum(axis=1) / np.maximum(raised.sum(axis=1), 1e-300))
