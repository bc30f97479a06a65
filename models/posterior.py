"""The night's posterior as draws: of effects, and through them of every contest, streamed in blocks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.coarse import draw_seats, draw_votes
from models.covariates import COVARIATES
from models.design import Design
from models.draws import ballot_keys, share_block
from models.late import late_size, late_size_of_totals, seat_lean
from models.scales import contrast_precision, ward_cov
from models.slates import candidate_slots, expand, gap_means

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
    anew
        Levels of councils as if nothing of themselves were known, of the first m draws; shape ``(m, c, P)``.
    late, late_seats
        What councils still to come share: in votes, and where seats are counted; shapes ``(draws, P)``
        (:mod:`models.late`).
    told
        Councils of which something has declared; shape ``(c,)``.
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
    anew: Float
    late: Float
    late_seats: Float
    told: NDArray[np.bool_]
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
    def _covariates(self) -> Float:
        """Covariates with the size of the late effect as the last; shape ``(n, s, K + 1)``."""
        size = late_size(self.design, self.told)[:, None, None] * (self.design.contests.column >= 0)[..., None]
        return np.concatenate([self.kernel.covariates, size], axis=2, dtype=np.float32)

    def _effects(self, part: slice) -> Float:
        """Effects of those covariates in some draws, draws last; shape ``(K + 1, P, b)``."""
        both = np.concatenate([self.beta[part], self.late[part, None]], axis=1)
        return np.ascontiguousarray(both.transpose(1, 2, 0))

    @cached_property
    def undeclared(self) -> Index:
        """Indices of the contests still to declare."""
        return np.flatnonzero(~self.declared)

    @cached_property
    def _room(self) -> dict[str, Float]:
        return {}

    def undone(self, contests: NDArray[np.bool_]) -> Posterior:
        """Fewer draws, in which these contests are to come, as of councils of which nothing is known.

        Only the night's effects are; councils to come share nothing beside them. Other contests count as declared.
        """
        first = slice(0, len(self.anew))
        nothing = np.zeros_like(self.late[first])
        return replace(
            self,
            beta=self.beta[first],
            level=self.anew,
            scale=self.scale[first],
            late=nothing,
            late_seats=nothing,
            told=np.zeros_like(self.told),
            declared=~contests,
        )

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
                self._covariates, self.kernel.root, self.scale[part], self._effects(part),
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
            self._covariates[contests], kernel.root[contests], self.scale, self._effects(slice(None)),
            np.ascontiguousarray(self.level.transpose(1, 2, 0)),
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
        rows = self.design.contests
        lift = np.exp(self.late_seats[first : first + len(shares)] + seat_lean(self.design))
        expand(
            self.undeclared, by_contest, rows.column, self.kernel.slot, self.kernel.gap,
            np.ascontiguousarray(lift.T), ~self.told[rows.council], self.design.hyper.slate["steadier"], self._keys,
            first, out,
        )  # fmt: skip
        return out.transpose(2, 0, 1)

    @property
    def totals_councils(self) -> tuple[str, ...]:
        """Councils known only by totals, whose seats beyond the pack's contests :meth:`totals` draws."""
        return self.design.totals_names

    @property
    def totals_parties(self) -> tuple[str, ...]:
        """Parties of :meth:`totals`; "Oth" stands for all that have no column of their own."""
        return self.design.columns

    @property
    def late_totals(self) -> Float:
        """What councils known by totals that are still to come share of votes; shape ``(draws, q, P)``."""
        return np.asarray(late_size_of_totals(self.design, self.told)[:, None] * self.late[:, None])

    def totals(self) -> NDArray[np.int16]:
        """Seats won in councils known only by totals, beyond the pack's contests; ``(draws, q, P)``."""
        coming = (~self.told[self.design.totals.council]).astype(np.float32)
        late: Float = self.late_totals + coming[:, None] * self.late_seats[:, None]
        return draw_seats(self.design, self.beta, self.level, late, np.random.default_rng([self.seed, 2]))

    def totals_votes(self) -> Float:
        """Vote shares of councils known only by totals, whether they have declared or not; ``(draws, q, P)``."""
        columns = self.design.totals.column
        out = np.zeros((self.draws, len(columns), len(self.design.columns)), dtype=np.float32)
        if len(columns):
            rng = np.random.default_rng([self.seed, 3])
            votes = draw_votes(self.design, self.beta, self.level, self.late_totals, rng)
            for q, own in enumerate(columns):
                out[:, q, own[own >= 0]] = votes[:, q, own >= 0]
        return out

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
