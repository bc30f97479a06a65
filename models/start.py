"""Where learning the scales begins: round numbers, which are the centre of the weak priors too."""

from __future__ import annotations

import datetime as dt

from models.covariates import COVARIATES
from models.hyper import Hyper

#: Columns that training nights have; the others take their kin's scales (:data:`models.hyper.KIN`).
COLUMNS = ("Con", "Lab", "LD", "Grn", "UKIP", "Ind", "Oth")
#: What a night does to all wards or councils without a past of their own: one number a night, so a few nights can not
#: tell its size, and the maximum of the likelihood would call it nothing. Its prior is held tight.
ONCE_A_NIGHT = (
    "no baseline",
    "more seats",
    "size in council",
    "no history",
    "no history, own council",
    "sitting",
    "sitting, own ward",
    "incumbent",
    "incumbent, no baseline",
    "incumbent, no past",
)


def start() -> Hyper:
    """Round numbers to begin from, and the centre of the weak priors.

    A main party's ward result varies by about a tenth of itself from one election to the next, a council's by as
    much again; Liberal Democrats twice that in variance; independents, who are persons, far more.
    ``poll_slope`` is from the local elections of 1979 to 2011 (:mod:`models.polls`), and so is ``level_sd``, a quarter
    wider since on 2016 and 2019 the wards' levels missed by that much more.
    """
    size = {"Con": 1.0, "Lab": 1.0, "LD": 2.0, "Grn": 1.5, "UKIP": 1.2, "Ind": 6.0, "Oth": 5.0}

    def of(value: float) -> dict[str, float]:
        return {c: value * size[c] for c in COLUMNS}

    return Hyper(
        column={
            "place": of(0.10),
            "ward": of(0.15),
            "noise": of(0.03),
            "ageing": of(0.006),
            "tonight": of(0.03),
            "efficiency": dict.fromkeys(COLUMNS, 1.0),
            "reading": dict.fromkeys(COLUMNS, 0.2),
            "middle": dict.fromkeys(COLUMNS, 1.0),
            "strong": dict.fromkeys(COLUMNS, 1.0),
            "new": of(0.03),
            "council": of(0.012),
            "region": of(0.003),
            "kind": of(0.003),
            "slope": {c: size[c] ** 0.5 for c in COLUMNS},
            "level_sd": {"Con": 0.15, "Lab": 0.15, "LD": 0.20, "Grn": 0.30, "UKIP": 0.40, "Ind": 0.25, "Oth": 0.30},
            "poll_slope": {"Con": 0.5, "Lab": 0.7, "LD": 0.4, "Grn": 0.6, "UKIP": 0.6, "Ind": 0.0, "Oth": 0.0},
        },
        covariate={
            "level": 1.0,
            **dict.fromkeys(COVARIATES[1:], 0.1),
            **dict.fromkeys(ONCE_A_NIGHT, 0.2),
            "incumbent": 0.1,
            "own share": 0.5,
            "own share squared": 1.5,
        },
        mean={},
        tail=6.0,
        spread={
            "ward": 0.25,
            "council": 0.5,
            "between": 0.6,
            "late": 0.35,
            "late, no baseline": 1.0,
            "late, seats": 1.0,
        },
        signal={
            "sitting": 1.0,
            "sitting variance": 1.0,
            "composition": 0.5,
            "composition variance": 1.0,
            "redrawn variance": 0.25,
            "alike variance": 0.5,
            "seats exaggeration": 2.3,
            "seats concentration": 15.0,
        },
        slate={"Con": 0.15, "Lab": 0.15, "LD": 0.2, "Grn": 0.2, "UKIP": 0.2, "Ind": 0.3, "Oth": 0.3, "steadier": 1.0},
        trained_on=(),
        until=dt.date.min,
    )
