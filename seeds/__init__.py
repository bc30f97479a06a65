"""What is known before the polls close: types, election packs, importers."""

from seeds.errors import ArgumentError, DeclarationError, ModelError, NightError, PackError, PNSightError, SourceError
from seeds.outcome import ContestResult, CouncilResult, Outcome
from seeds.pack import embedded, load_election, load_outcome
from seeds.types import (
    Contest,
    Council,
    CouncilHistory,
    EarlierResult,
    Election,
    NationalShare,
    Party,
    Poll,
)

__all__ = [
    "ArgumentError",
    "Contest",
    "ContestResult",
    "Council",
    "CouncilHistory",
    "CouncilResult",
    "DeclarationError",
    "EarlierResult",
    "Election",
    "ModelError",
    "NationalShare",
    "NightError",
    "Outcome",
    "PNSightError",
    "PackError",
    "Party",
    "Poll",
    "SourceError",
    "embedded",
    "load_election",
    "load_outcome",
]
