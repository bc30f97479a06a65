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

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.coarse import draw_seats
from models.columns import column_of
from models.design import COVARIATES, Design
from models.draws import ballot_keys, share_block
from models.factors import CLOSE, FACTORS, FactorFit, Observed, fit_factors, honest, posterior_at
from models.gaussian import EffectPosterior, contrast_precision, draw_effects, gather
from models.history import top_shares
from models.late import add_late_effect, told_councils
from models.scales import totals_cov, ward_cov
from models.slates import candidate_slots, expand, gap_means
from models.types import Declared
from seeds.errors import ModelError

if TYPE_CHECKING:
    import pandas as pd
    import xarray

Array = NDArray[np.float64]
Float = NDArray[np.float32]
Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Kernel:
    """What the draws need of a design, computed once per night."""

    precision: tuple[Array, Array]
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
        precision=contrast_precision(cov, rows.column >= 0),
        root=np.linalg.cholesky(cov).astype(np.float32),
        base=(rows.expected + level).astype(np.float32),
        covariates=rows.covariates.astype(np.float32),
        slot=slot,
        gap=gap_means(design, slot),
    )


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

    @cached_property
    def _room(self) -> dict[str, Float]:
        return {}

    @property
    def candidate_slot(self) -> Index:
        """Slot of every candidate, -1 where there is none; shape ``(n, q)``."""
        return self.kernel.slot

    def blocks(self, block: int = 250) -> Iterator[Float]:
        """Top-candidate shares, ``(block, n, s)`` float32, draw after draw; declared contests repeat theirs.

        The array is reused: copy what must outlive the next block. In memory the draws of a slate lie together.
        """
        n, s = self.design.contests.column.shape
        out = np.zeros((n, s, min(block, self.draws)), dtype=np.float32)
        out[self.declared] = self.declared_shares[self.declared][:, :, None]
        for first in range(0, self.draws, block):
            b = min(block, self.draws - first)
            part = slice(first, first + b)
            here = out if b == out.shape[2] else np.ascontiguousarray(out[:, :, :b])
            share_block(
                self.undeclared, self.design.contests.council, self.design.contests.column, self.kernel.base,
                self.kernel.covariates, self.kernel.root, self.scale[part],
                np.ascontiguousarray(self.beta[part].transpose(1, 2, 0)),
                np.ascontiguousarray(self.level[part].transpose(1, 2, 0)),
                self._keys, first, self.design.hyper.tail, here,
            )  # fmt: skip
            yield here.transpose(2, 0, 1)

    def shares_of(self, contests: Index) -> Float:
        """The same draws of a few contests, as if undeclared; shape ``(draws, len(contests), s)``."""
        rows, kernel = self.design.contests, self.kernel
        out = np.zeros((len(contests), rows.column.shape[1], self.draws), dtype=np.float32)
        share_block(
            np.arange(len(contests)), rows.council[contests], rows.column[contests], kernel.base[contests],
            kernel.covariates[contests], kernel.root[contests], self.scale,
            np.ascontiguousarray(self.beta.transpose(1, 2, 0)), np.ascontiguousarray(self.level.transpose(1, 2, 0)),
            self._keys[contests], 0, self.design.hyper.tail, out,
        )  # fmt: skip
        return out.transpose(2, 0, 1)

    def candidates(self, shares: Float, first: int = 0) -> Float:
        """Votes of every candidate still to declare in units of the shares, for one block from :meth:`blocks`.

        The array is reused, as that of the blocks; what it holds of declared contests means nothing.

        Parameters
        ----------
        shares
            Shape ``(b, n, s)``.
        first
            Number of the block's first draw.

        Returns
        -------
        array
            Shape ``(b, n, q)``.
        """
        room = self._room
        if room.get("draws") is None or room["draws"].shape[2] != len(shares):
            room["draws"] = np.zeros((*self.kernel.slot.shape, len(shares)), dtype=np.float32)
        out = room["draws"]
        by_contest = np.ascontiguousarray(shares.transpose(1, 2, 0))
        steadier = self.design.hyper.slate["steadier"]
        expand(self.undeclared, by_contest, self.kernel.slot, self.kernel.gap, steadier, self._keys, first, out)
        return out.transpose(2, 0, 1)

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

    def to_frame(self, ballots: Collection[str] | None = None) -> pd.DataFrame:
        """Mean, sd and quantiles of every slate's share; see :func:`models.frames.shares_frame`."""
        from models.frames import shares_frame

        return shares_frame(self, ballots)

    def __repr__(self) -> str:
        seen = f"{int(self.declared.sum()):,} of {len(self.declared):,} contests declared"
        return f"<Posterior of {self.design.key}: {seen}; {self.draws:,} draws, seed {self.seed}>"

    def _repr_html_(self) -> str:
        from models.frames import posterior_html

        return posterior_html(self)

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
        shares = top_shares(votes)
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


def _nodes(
    design: Design, observed: Observed, fit: FactorFit, draws: int
) -> tuple[list[Array], list[EffectPosterior], Index]:
    """Six nodes of a spherical cubature around the mode, the effects' posterior at each, and its number of draws.

    A Gaussian gives the six equal weight; the exact marginal likelihood at them says how far from Gaussian it is, and
    the draws are shared out accordingly.
    """
    spread = np.array([design.hyper.spread[f] for f in FACTORS])
    nodes = [fit.theta + sign * np.sqrt(3.0) * fit.sd[k] * np.eye(3)[k] for k in range(3) for sign in (-1.0, 1.0)]
    posts = [honest(design, observed, fit, node) for node in nodes]
    score = np.array([p.log_evidence - 0.5 * ((n / spread) ** 2).sum() for n, p in zip(nodes, posts, strict=True)])
    # Of a Gaussian all six lie 3/2 below the mode. On the ward noise's axis the likelihood at fixed weights is not the
    # t's, whose width is in fit.sd already: those two keep equal weight.
    mode = posterior_at(design, fit.system, fit.theta).log_evidence - 0.5 * ((fit.theta / spread) ** 2).sum()
    weight = np.exp(np.clip(score - mode + 1.5, -3.0, 3.0))
    weight[:2] = 1.0
    edges = np.round(np.cumsum(weight / weight.sum()) * draws).astype(np.int64)
    return nodes, posts, np.diff(edges, prepend=0)


def update(
    design: Design, declared: Declared, *, seed: int, draws: int = 2000, kernel: Kernel | None = None
) -> Posterior:
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
    observed = Observed(
        which=contests,
        log_share=log_share,
        precision=kernel.precision,
        totals=gather(
            design,
            design.totals,
            totals,
            totals_log_share,
            contrast_precision(totals_cov(design, seats_only), design.totals.column >= 0),
        ),
    )
    fit = fit_factors(design, observed)
    rng = np.random.default_rng([seed, 1])
    nodes, posts, counts = _nodes(design, observed, fit, draws)
    parts = []
    for node, post, count in zip(nodes, posts, counts, strict=True):
        beta, level = draw_effects(design, post, int(count), rng)
        parts.append((beta, level, np.full(count, np.exp(node[0] / 2))))
    # Neighbouring draws come from different nodes, so that any run of draws is a fair sample.
    order = np.argsort(np.concatenate([(np.arange(c) + 0.5) / c for c in counts if c]), kind="stable")
    level = np.concatenate([p[1] for p in parts])
    mask = np.zeros(len(design.slots.ballots), dtype=bool)
    mask[contests] = True
    return Posterior(
        design=design,
        kernel=kernel,
        beta=np.concatenate([p[0] for p in parts])[order].astype(np.float32),
        level=add_late_effect(design, level[order].astype(np.float32), told_councils(design, contests, totals), seed),
        scale=np.concatenate([p[2] for p in parts])[order].astype(np.float32),
        declared=mask,
        declared_shares=np.where(design.contests.column >= 0, np.exp(log_share), 0.0).astype(np.float32),
        seed=seed,
        diagnostics={
            "sampler": "exact given three factors of the night, which are integrated by a Laplace cubature",
            "factors": {f: round(float(np.exp(t)), 4) for f, t in zip(FACTORS, fit.theta, strict=True)},
            "factors_sd": {f: round(float(v), 4) for f, v in zip(FACTORS, fit.sd, strict=True)},
            "last_step_in_sd": round(fit.last_step, 4),
            "lowest_weight": round(float(fit.weight.min()), 4) if len(fit.weight) else None,
            "declared_contests": len(contests),
            "declared_totals": len(totals),
            "healthy": bool(fit.last_step < 3 * CLOSE),
        },
    )
