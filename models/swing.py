"""The live update: a fresh posterior from the net set of declarations, and draws of every undeclared contest.

The model (written out in PyMC in :mod:`models.reference`) is linear and Gaussian given three numbers of the night: by
what factor its ward noise, its councils' and its regions' and slopes' variances differ from those of earlier nights.
Their posterior is found here by the integrated nested Laplace approximation of Rue, Martino and Chopin (2009, JRSS B
71): the mode and curvature of the exact marginal likelihood, then a spherical cubature rule of six nodes, at each of
which every effect is drawn from its exact posterior. Heavy tails of the ward noise enter as weights, iterated to the
t likelihood's own (Lange, Little and Taylor 1989, JASA 84).

The posterior is a pure function of (design, net set of declarations, seed): no order of arrival, no memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.columns import column_of
from models.design import COVARIATES, Design
from models.draws import ballot_keys, share_block
from models.coarse import draw_seats
from models.gaussian import EffectPosterior, EffectPrior, Evidence, combine, draw_effects, gather, solve
from models.history import top_shares
from models.scales import effect_prior, totals_cov, ward_cov
from models.slates import candidate_slots, expand, gap_means
from models.types import Declared
from seeds.errors import ModelError

if TYPE_CHECKING:
    import xarray

Array = NDArray[np.float64]
Float = NDArray[np.float32]
Index = NDArray[np.int64]

#: The night's own factors, in the order of the arrays below.
FACTORS = ("ward", "council", "between")


@dataclass(frozen=True, slots=True)
class Kernel:
    """What the draws need of a design, computed once per night."""

    cov: Array
    precision: Array
    root: Float
    base: Float
    covariates: Float
    slot: Index
    gap: Float


def make_kernel(design: Design) -> Kernel:
    """Covariances, their factors and the candidates' layout of a night."""
    rows = design.contests
    cov = ward_cov(design)
    level = np.where(rows.column >= 0, design.level_mean[np.maximum(rows.column, 0)], 0.0)
    slot = candidate_slots(design)
    return Kernel(
        cov=cov,
        precision=_contrast_precision(cov, rows.column >= 0),
        root=np.linalg.cholesky(cov).astype(np.float32),
        base=(rows.mean + level).astype(np.float32),
        covariates=rows.covariates.astype(np.float32),
        slot=slot,
        gap=gap_means(design, slot),
    )


def _contrast_precision(cov: Array, stands: NDArray[np.bool_]) -> Array:
    """Precision of utilities known up to a constant of the contest, 0 where no slate stands; ``(n, s, s)``."""
    w = np.linalg.inv(cov) * (stands[:, :, None] & stands[:, None, :])
    one = w.sum(axis=2)
    return np.asarray(w - one[:, :, None] * one[:, None, :] / one.sum(axis=1)[:, None, None])


@dataclass(frozen=True)
class Posterior:
    """Draws of the night's effects, and through them of every contest.

    Attributes
    ----------
    beta
        Effects of the covariates by column, shape ``(draws, K, P)``, float32.
    level
        Council's level (region, type and its own), shape ``(draws, c, P)``.
    scale
        Factor on the ward noise's standard deviation, shape ``(draws,)``.
    declared
        Which contests have declared; shape ``(n,)``; ``declared_shares`` their shares, ``(n, s)``.
    diagnostics
        Health of the fit, as plain values.
    """

    design: Design
    kernel: Kernel
    beta: Float
    level: Float
    scale: Float
    declared: NDArray[np.bool_]
    declared_shares: Float
    seed: int
    diagnostics: dict[str, Any]

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.scale)

    @cached_property
    def _keys(self) -> NDArray[np.uint64]:
        return ballot_keys(self.design.slots.ballots, self.seed)

    @cached_property
    def undeclared(self) -> Index:
        """Indices of the contests still to declare."""
        return np.flatnonzero(~self.declared)

    @property
    def candidate_slot(self) -> Index:
        """Slot of every candidate, -1 where there is none; shape ``(n, q)``."""
        return self.kernel.slot

    def blocks(self, block: int = 250) -> Iterator[Float]:
        """Top-candidate shares, ``(block, n, s)`` float32, draw after draw; declared contests repeat theirs.

        The array is reused: copy what must outlive the next block.
        """
        n, s = self.design.contests.column.shape
        out = np.zeros((min(block, self.draws), n, s), dtype=np.float32)
        out[:, self.declared] = self.declared_shares[self.declared]
        for first in range(0, self.draws, block):
            b = min(block, self.draws - first)
            part = slice(first, first + b)
            share_block(
                self.undeclared, self.design.contests.council, self.design.contests.column, self.kernel.base,
                self.kernel.covariates, self.kernel.root, self.scale[part], self.beta[part], self.level[part],
                self._keys, first, self.design.hyper.tail, out[:b],
            )  # fmt: skip
            yield out[:b]

    def candidates(self, shares: Float, first: int = 0) -> Float:
        """Votes of every candidate in units of the shares, for one block from :meth:`blocks`.

        Parameters
        ----------
        shares
            Shape ``(b, n, s)``.
        first
            Number of the block's first draw.
        """
        out = np.zeros((len(shares), *self.kernel.slot.shape), dtype=np.float32)
        contests = np.arange(len(self.kernel.slot))
        expand(contests, shares, self.kernel.slot, self.kernel.gap, self._keys, first, out)
        return out

    @property
    def totals_councils(self) -> tuple[str, ...]:
        """Councils known only by totals, whose seats beyond the pack's contests :meth:`totals` draws."""
        return self.design.totals_names

    @property
    def totals_parties(self) -> tuple[str, ...]:
        """Parties of :meth:`totals`; "Oth" stands for all that have no column of their own."""
        return self.design.columns

    def totals(self) -> NDArray[np.int16]:
        """Seats won in councils known only by totals, beyond the pack's contests; ``(draws, q, P)``."""
        return draw_seats(self.design, self.beta, self.level, np.random.default_rng([self.seed, 2]))

    def to_datatree(self) -> xarray.DataTree:
        """The posterior as an ArviZ DataTree with named dimensions (chain, draw, covariate, council, column)."""
        import xarray as xr

        coords = {
            "chain": [0],
            "draw": np.arange(self.draws),
            "covariate": list(COVARIATES),
            "column": list(self.design.columns),
            "council": list(self.design.councils),
        }
        data = xr.Dataset(
            {
                "effect": (("chain", "draw", "covariate", "column"), self.beta[None]),
                "council_level": (("chain", "draw", "council", "column"), self.level[None]),
                "noise_factor": (("chain", "draw"), self.scale[None]),
            },
            coords=coords,
            attrs={"seed": self.seed, "election": self.design.key},
        )
        return xr.DataTree.from_dict({"posterior": data})


def observe(design: Design, declared: Declared) -> tuple[Index, Array]:
    """Line declared contests up with the design: their indices, and log shares of shape ``(n, s)``.

    Contests that the model does not speak of (uncontested, transferable votes) are passed over.
    """
    place = {b: i for i, b in enumerate(design.slots.ballots)}
    n, s = design.contests.column.shape
    log_share = np.zeros((n, s))
    contests = sorted(place[b] for b in declared.contests if b in place)
    for i in contests:
        votes = declared.contests[design.slots.ballots[i]]
        shares = top_shares({p: v for p, v in votes.items()})
        for j in range(s):
            if design.contests.column[i, j] < 0:
                break
            party = design.slots.parties[design.slots.party[i, j]]
            if party not in shares:
                raise ModelError(
                    f"{design.slots.ballots[i]}: no votes are given for {party}, which stood; "
                    "give every party's votes, 0 where it had none"
                )
            log_share[i, j] = np.log(shares[party])
    return np.array(contests, dtype=np.int64), log_share


def observe_totals(design: Design, declared: Declared) -> tuple[Index, Array, NDArray[np.bool_]]:
    """The same for councils known by totals; and which of them are read from seats for want of votes.

    Seats exaggerate votes by ``rho``; half a seat is added to each party so that none has a logarithm too.
    """
    rows, rho = design.totals, design.hyper.signal["seats exaggeration"]
    log_share = np.zeros(rows.column.shape)
    seats_only = np.zeros(len(rows.column), dtype=bool)
    which = [q for q, name in enumerate(design.totals_names) if name in declared.councils]
    for q in which:
        told = declared.councils[design.totals_names[q]]
        seats_only[q] = not told.shares
        source: Mapping[str, float] = told.shares or told.seats_won
        by_column = np.zeros(len(design.columns))
        for party, value in source.items():
            column = column_of(party)
            # A party without a column here, or without a slate in this row, is one of the others.
            at = column if column in design.columns and design.columns.index(column) in rows.column[q] else "Oth"
            if at in design.columns:
                by_column[design.columns.index(at)] += value
        values = by_column[np.maximum(rows.column[q], 0)] + (0.5 if seats_only[q] else 0.2)
        scale = rho if seats_only[q] else 1.0
        log_share[q] = np.where(rows.column[q] >= 0, np.log(values / values.sum()) / scale, 0.0)
    return np.array(which, dtype=np.int64), log_share, seats_only


def _distances(design: Design, kernel: Kernel, contests: Index, log_share: Array, post: EffectPosterior) -> Array:
    """Squared whitened residuals of declared contests at the posterior mean, and their dimensions; ``(d, 2)``."""
    rows = design.contests
    p = len(design.columns)
    kp = len(COVARIATES) * p
    nr = len(design.regions)
    beta = post.mean[:kp].reshape(-1, p)
    level = (
        post.mean[kp : kp + nr * p].reshape(nr, p)[design.region]
        + post.mean[kp + nr * p :].reshape(-1, p)[design.kind]
        + post.council_mean
        - post.council_gain @ post.mean
    )
    column = np.maximum(rows.column[contests], 0)
    swing = np.take_along_axis(rows.covariates[contests] @ beta, column[:, :, None], axis=2)[:, :, 0]
    swing += level[rows.council[contests][:, None], column]
    stands = rows.column[contests] >= 0
    resid = np.where(stands, log_share[contests] - kernel.base[contests] - swing, 0.0)
    w = kernel.precision[contests]
    return np.stack([np.einsum("ni,nij,nj->n", resid, w, resid, optimize=True), stands.sum(axis=1) - 1.0], axis=1)


def _prior(design: Design, theta: Array) -> EffectPrior:
    return effect_prior(design, council=float(np.exp(theta[1])), between=float(np.exp(theta[2])))


def update(design: Design, declared: Declared, *, seed: int, draws: int = 2000, kernel: Kernel | None = None) -> Posterior:
    """Posterior of the night given the net set of declarations.

    Parameters
    ----------
    design
        From :func:`models.design.build_design`.
    declared
        Votes by contest; the order plays no part.
    seed
        Of every random number.
    draws
        How many draws the posterior holds.
    kernel
        From :func:`make_kernel`, if at hand.

    Raises
    ------
    ModelError
        If a declared contest lacks a party that stood.
    """
    kernel = kernel if kernel is not None else make_kernel(design)
    contests, log_share = observe(design, declared)
    totals, totals_log_share, seats_only = observe_totals(design, declared)
    by_totals = gather(design, design.totals, totals, totals_log_share, totals_cov(design, seats_only))
    spread = np.array([design.hyper.spread[f] for f in FACTORS])
    theta = np.zeros(3)
    weight = np.ones(len(contests))
    df = design.hyper.tail
    steps = 0.0

    def fit(evidence: Evidence, at: Array) -> EffectPosterior:
        return solve(design, evidence, _prior(design, at), noise=float(np.exp(at[0])))

    def score(evidence: Evidence, at: Array) -> float:
        return fit(evidence, at).log_evidence - 0.5 * float(((at / spread) ** 2).sum())

    def evidence_of(tail_weight: Array) -> Evidence:
        return combine(gather(design, design.contests, contests, log_share, kernel.cov, tail_weight), by_totals)

    evidence = evidence_of(weight)
    sd = spread.copy()
    if len(contests) or len(totals):
        width = 0.25
        for _ in range(3):
            if len(contests):
                distance = _distances(design, kernel, contests, log_share, fit(evidence, theta))
                scaled = distance[:, 0] / np.exp(theta[0]) * df / (df - 2)
                weight = (df + distance[:, 1]) / (df + scaled) * df / (df - 2)
                evidence = evidence_of(weight)
            centre = score(evidence, theta)
            move = np.zeros(3)
            for k in range(3):
                step = np.zeros(3)
                step[k] = width
                up, down = score(evidence, theta + step), score(evidence, theta - step)
                slope, curve = (up - down) / (2 * width), (up - 2 * centre + down) / width**2
                curve = min(curve, -1.0 / spread[k] ** 2 * 0.5)
                sd[k] = np.sqrt(-1.0 / curve)
                move[k] = np.clip(-slope / curve, -1.0, 1.0)
            theta = theta + move
            steps = float(np.abs(move / sd).max())
    rng = np.random.default_rng([seed, 1])
    nodes = [theta + sign * np.sqrt(3.0) * sd[k] * np.eye(3)[k] for k in range(3) for sign in (-1.0, 1.0)]
    counts = np.full(6, draws // 6)
    counts[: draws % 6] += 1
    parts = []
    for node, count in zip(nodes, counts, strict=True):
        beta, level = draw_effects(design, fit(evidence, node), int(count), rng)
        parts.append((beta, level, np.full(count, np.exp(node[0] / 2))))
    # Neighbouring draws come from different nodes, so that any run of draws is a fair sample.
    order = np.argsort(np.concatenate([np.arange(c) + k / 6 for k, c in enumerate(counts)]), kind="stable")
    mask = np.zeros(len(design.slots.ballots), dtype=bool)
    mask[contests] = True
    return Posterior(
        design=design,
        kernel=kernel,
        beta=np.concatenate([p[0] for p in parts])[order].astype(np.float32),
        level=np.concatenate([p[1] for p in parts])[order].astype(np.float32),
        scale=np.concatenate([p[2] for p in parts])[order].astype(np.float32),
        declared=mask,
        declared_shares=np.where(design.contests.column >= 0, np.exp(log_share), 0.0).astype(np.float32),
        seed=seed,
        diagnostics={
            "sampler": "exact given three factors of the night, which are integrated by a Laplace cubature",
            "factors": {f: round(float(np.exp(t)), 4) for f, t in zip(FACTORS, theta, strict=True)},
            "factors_sd": {f: round(float(v), 4) for f, v in zip(FACTORS, sd, strict=True)},
            "last_step_in_sd": round(steps, 4),
            "lowest_weight": round(float(weight.min()), 4) if len(weight) else None,
            "declared_contests": int(len(contests)),
            "declared_totals": int(len(totals)),
            "healthy": bool(steps < 0.5),
        },
    )
