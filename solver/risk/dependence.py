"""Dependence: how the scores of many engagements come together, each uniform on (0, 1) by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from solver.risk.copulas import Copula
from solver.risk.scenarios import Floats

Integers = NDArray[np.int64]


class Dependence(Protocol):
    """Turns independent uniforms into scores that are tied together; a low score is bad."""

    def uniforms(self, element: Integers, kind: Integers) -> int:
        """How many independent uniforms these scores take."""
        ...

    def scores(self, uniforms: Floats, element: Integers, kind: Integers) -> Floats:
        """One score for each entry of `element` in each row of uniforms, shape (rows, len(element)).

        An element may stand there several times, once for each `kind` of score: whether it delivers, its
        revenue, its cost.
        """
        ...


@dataclass(frozen=True, eq=False)
class Factors:
    """Common factors: Z = √ρ_m·M + √ρ_i·I + √ρ_r·R + √(rest)·ε, normal or Student t (spec 5).

    `industry` and `region` have shape (E,) and number the groups from 0, −1 where an element has none: what
    it would share with the group is then its own. All scores of an element share its factors, not ε.
    `df` None makes the scores normal, else Student t through one common divisor.
    """

    market_correlation: float
    industry_correlation: float
    region_correlation: float
    industry: Integers
    region: Integers
    df: float | None = None

    def uniforms(self, element: Integers, kind: Integers) -> int:
        """The market, every industry and region, the common divisor, and one ε for each score."""
        return 1 + _groups(self.industry) + _groups(self.region) + (self.df is not None) + len(element)

    def scores(self, uniforms: Floats, element: Integers, kind: Integers) -> Floats:
        """The scores' own distribution functions at Z."""
        from scipy.special import ndtri

        industries, regions = _groups(self.industry), _groups(self.region)
        normal = ndtri(uniforms[:, : 1 + industries + regions])
        own = ndtri(uniforms[:, uniforms.shape[1] - len(element) :])
        rest = np.full(len(element), 1.0 - self.market_correlation)
        z = np.sqrt(self.market_correlation) * np.repeat(normal[:, :1], len(element), axis=1)
        for first, group, correlation in (
            (1, self.industry[element], self.industry_correlation),
            (1 + industries, self.region[element], self.region_correlation),
        ):
            shared = group >= 0
            z[:, shared] += np.sqrt(correlation) * normal[:, first + group[shared]]
            rest[shared] -= correlation
        z += np.sqrt(np.maximum(rest, 0.0)) * own
        return _graded(z, None if self.df is None else uniforms[:, 1 + industries + regions], self.df)


@dataclass(frozen=True, eq=False)
class PerKind:
    """A copula over the elements, drawn anew for each kind of score: the kinds are independent (spec 5)."""

    copula: Copula

    def uniforms(self, element: Integers, kind: Integers) -> int:
        """Those of the copula, for every kind there is."""
        return len(np.unique(kind)) * self.copula.uniforms

    def scores(self, uniforms: Floats, element: Integers, kind: Integers) -> Floats:
        """The grade of each score's element in the draw for its kind."""
        scores = np.empty((len(uniforms), len(element)))
        kinds = np.unique(kind)
        for found, part in zip(kinds, np.split(uniforms, len(kinds), axis=1), strict=True):
            of_kind = np.flatnonzero(kind == found)
            scores[:, of_kind] = self.copula.grades(part)[:, element[of_kind]]
        return scores


@dataclass(frozen=True, eq=False)
class PerScore:
    """One grade per score by a copula over all scores, whatever element they belong to."""

    copula_of: Callable[[int], Copula]

    def uniforms(self, element: Integers, kind: Integers) -> int:
        """Those of the copula over that many scores."""
        return self.copula_of(len(element)).uniforms

    def scores(self, uniforms: Floats, element: Integers, kind: Integers) -> Floats:
        """The grades of the copula over that many scores."""
        return self.copula_of(len(element)).grades(uniforms)


def _groups(numbers: Integers) -> int:
    return int(numbers.max(initial=-1)) + 1


def _graded(z: Floats, mixing: Floats | None, df: float | None) -> Floats:
    """Φ(z), or Student's distribution function at z divided by a common √(χ²/df)."""
    from scipy.special import chdtri, ndtr, stdtr

    if df is None or mixing is None:
        return np.asarray(ndtr(z))
    divisor = np.sqrt(chdtri(df, mixing) / df)
    return np.asarray(stdtr(df, z / divisor[:, None]))
