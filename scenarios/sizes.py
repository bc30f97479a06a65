"""A night of any size on the ground of a pack: whole councils taken again under other names, or left out."""

from __future__ import annotations

import dataclasses

import numpy as np

from models.history import modelled
from seeds import Election, ModelError
from seeds.types import Contest, Council, Defended


def of_size(election: Election, wards: int, seed: int = 0) -> Election:
    """An election of about so many wards counted by plurality: councils in random order, round after round.

    A round takes each council once; from the second on it has another name and no codes, and so have its wards. The
    last council is taken if that comes nearer to the number.

    Raises
    ------
    ModelError
        If the pack holds no contest counted by plurality.
    """
    by_council: dict[str, list[Contest]] = {slug: [] for slug in election.councils}
    for contest in election.contests.values():
        by_council[contest.council].append(contest)
    weight = dict.fromkeys(election.councils, 0)
    for contest in modelled(election):
        weight[contest.council] += 1
    if not any(weight.values()):
        raise ModelError(f"{election.key}: no contest of this pack is counted by plurality; there is nothing to repeat")
    rng = np.random.default_rng([seed, 11])
    names = list(election.councils)
    councils: dict[str, Council] = {}
    contests: dict[str, Contest] = {}
    defended: list[Defended] = []
    total, turn = 0, 0
    while True:
        for i in rng.permutation(len(names)):
            slug = names[i]
            if total and abs(total + weight[slug] - wards) > abs(total - wards):
                return dataclasses.replace(election, councils=councils, contests=contests, defended=tuple(defended))
            copy = _copy(election.councils[slug], turn, election)
            councils[copy.council] = copy
            defended += [dataclasses.replace(d, council=copy.council) for d in election.defended if d.council == slug]
            for contest in by_council[slug]:
                other = _ballot(contest, copy.council)
                contests[other.ballot_id] = other
            total += weight[slug]
        turn += 1


def _copy(council: Council, turn: int, election: Election) -> Council:
    if turn == 0:
        return council
    slug = f"{council.council}-{turn + 1}"
    while slug in election.councils:
        slug += "-again"
    return dataclasses.replace(council, council=slug, name=f"{council.name} {turn + 1}", gss=None)


def _ballot(contest: Contest, council: str) -> Contest:
    if council == contest.council:
        return contest
    head = f"local.{contest.council}."
    known = contest.ballot_id.startswith(head)
    ballot = f"local.{council}.{contest.ballot_id.removeprefix(head)}" if known else f"{contest.ballot_id}.{council}"
    return dataclasses.replace(contest, ballot_id=ballot, council=council, ward_gss=None)
