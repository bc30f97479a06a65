"""``pns fit-pns``: learn the scales of the national model from elections before each night."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click
import numpy as np
from threadpoolctl import threadpool_limits

from models.history import top_shares
from models.national_fit import LEVEL_PRIOR, PRIOR, Sample, fit_scales
from models.national_scales import STORE
from projection.places import no_place, write
from projection.pns_baselines import MOST_YEARS
from projection.pns_design import IN_NUMBER
from projection.pns_frame import MAIN, follows, for_change, frame_of, places
from seeds import Election, PNSightError, load_election, load_outcome

#: Nights that teach each set, beside what came before 2012. 2018, 2021 and 2025 are for scoring and teach none of each
#: other: the last two sets are for nights that are not scored.
SETS: tuple[tuple[str, ...], ...] = (
    (),
    ("2014",),
    ("2014", "2016"),
    ("2014", "2016", "2019"),
    ("2014", "2016", "2018", "2019", "2021"),
    ("2014", "2016", "2018", "2019", "2021", "2025"),
)
LEAST_COUNCILS = 5


Pairs = dict[tuple[dt.date, dt.date], dict[str, dict[str, list[list[float]]]]]


def _pairs(election: Election, tonight: bool) -> Pairs:
    """Change and earlier share in points by pair of dates, party and council: to tonight, or between earlier days."""
    results = load_outcome(election.key).contests if tonight else {}
    out: Pairs = {}
    for ballot, contest in election.contests.items():
        known = [(e.date, top_shares(e.votes, e.unit)) for e in contest.earlier if e.unit != "seats"]
        if tonight and ballot in results and results[ballot].votes and contest.rule == "plurality":
            known.append((election.date, top_shares(results[ballot].votes, results[ballot].unit)))
        for i, (late, now) in enumerate(known):
            if tonight and late != election.date:
                continue
            for early, then in known[:i]:
                if (late - early).days > 365.25 * MOST_YEARS or not all(p in now and p in then for p in MAIN):
                    continue
                for p in MAIN:
                    place = out.setdefault((early, late), {}).setdefault(p, defaultdict(list))
                    place[contest.council].append([100 * (now[p] - then[p]), 100 * then[p]])
    return out


def _sample(
    election: Election, by_council: dict[str, list[list[float]]], party: str, dates: tuple[dt.date, dt.date] | None
) -> Sample:
    """Observations of a party's change between two dates, or of its level with None."""
    frame, _ = frame_of(election.frame)
    place = places(election, list(by_council), election.frame)
    fixed = np.ones(len(frame.weight))
    if dates is None:
        fixed = follows(election.frame, frame, party)
    else:
        frame = for_change(frame, election.frame, place, MAIN.index(party), PRIOR, *dates)
    values = [np.array(v)[:, 0] for v in by_council.values()]
    own = np.zeros(len(values))
    if dates is not None:
        own = np.array([np.mean(v, axis=0)[1] for v in by_council.values()])
        own -= own.mean()
    return Sample(
        frame=frame,
        place=place,
        mean=np.array([v.mean() for v in values]),
        wards=np.array([len(v) for v in values], dtype=float),
        within=float(sum(((v - v.mean()) ** 2).sum() for v in values)),
        freedom=float(sum(len(v) - 1 for v in values)),
        years=1.0 if dates is None else (dates[1] - dates[0]).days / 365.25,
        fixed=fixed,
        own=own,
    )


def _changes(election: Election, party: str, tonight: bool) -> list[Sample]:
    return [
        _sample(election, by_party[party], party, dates)
        for dates, by_party in sorted(_pairs(election, tonight).items())
        if len(by_party[party]) >= LEAST_COUNCILS
    ]


def _levels(election: Election) -> list[Sample]:
    """UKIP and the Greens where a third of the contests or more had them: a share of zero elsewhere."""
    out = []
    results = load_outcome(election.key).contests
    for party in ("UKIP", "Grn"):
        by_council: dict[str, list[list[float]]] = defaultdict(list)
        for ballot, contest in election.contests.items():
            if contest.rule == "plurality" and ballot in results and results[ballot].votes:
                shares = top_shares(results[ballot].votes, results[ballot].unit)
                by_council[contest.council].append([100 * shares.get(party, 0.0)])
        wards = [v[0] for vs in by_council.values() for v in vs]
        if np.mean(np.array(wards) > 0) >= IN_NUMBER:
            out.append(_sample(election, by_council, party, None))
    return out


def learn(nights: Iterable[str]) -> dict[str, object]:
    """Scales learned from what came before 2012 and from these nights."""
    first = load_election("2012")
    change = {p: _changes(first, p, tonight=False) for p in MAIN}
    level: list[Sample] = []
    until = max(e.date for c in first.contests.values() for e in c.earlier)
    words = ["changes between elections to 2011 in the archived councils"]
    for key in nights:
        election = load_election(key)
        for p in MAIN:
            change[p] += _changes(election, p, tonight=True)
        level += _levels(election)
        until = election.date
        words.append(key)
    return {
        "until": until.isoformat(),
        "trained_on": words,
        "change": {p: asdict(fit_scales(s)) for p, s in change.items()},
        "level": asdict(fit_scales(level, LEVEL_PRIOR)),
    }


@click.command("fit-pns")
@click.option(
    "--out", type=click.Path(path_type=Path), default=STORE, help="File to write; the stored one if not given."
)
def fit_pns(out: Path) -> None:
    """Learn the scales of the national share from elections before each night (three minutes)."""
    if why_not := no_place(out):
        raise PNSightError(why_not)
    with threadpool_limits(limits=1, user_api="blas"):
        sets = [learn(nights) for nights in SETS]
    write(out, json.dumps(sets, indent=1) + "\n")
    for s in sets:
        click.echo(f"{s['until']}: {s['change']} level {s['level']}")
