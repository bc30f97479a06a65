"""Statistics on arrays: the swing model, its posterior, and what earlier elections teach of its scales."""

from models.design import COVARIATES, Design, build_design
from models.hyper import Hyper, load_hyper
from models.swing import Posterior, update
from models.types import CouncilTotals, Declared, Slots

__all__ = [
    "COVARIATES",
    "CouncilTotals",
    "Declared",
    "Design",
    "Hyper",
    "Posterior",
    "Slots",
    "build_design",
    "load_hyper",
    "update",
]
