"""Fitting: what past benefits say about the shape of one amount and about how amounts come together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.risk.correlation import common_observations, from_kendall, kendall, shrink
from solver.risk.margin import ContinuousMargin
from solver.risk.margins import MARGINS

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class MarginFit:
    """A margin fitted to a sample and how well it fits.

    `statistic` is Kolmogorov and Smirnov's, the largest distance between the sample's and the margin's
    distribution functions; `p_value` is the chance of a larger one under a given margin, which flatters a
    margin fitted to the same sample (Lilliefors 1967). `aic` is Akaike's criterion (1974): lower is better.
    """

    name: str
    margin: ContinuousMargin
    statistic: float
    p_value: float
    aic: float


def fit_margin(sample: Floats, names: Sequence[str] = tuple(MARGINS)) -> MarginFit:
    """The margin of the named families that explains a sample of shape (n,) best by Akaike's criterion.

    NaN marks a gap. A family is not tried where it has as many parameters as there are observations, or where
    it cannot have such values. Raises ValueError where no family is left, for fewer than three observations
    and for observations that do not differ.
    """
    sample = np.asarray(sample, dtype=float)
    sample = sample[~np.isnan(sample)]
    families = {name: MARGINS[name] for name in names}
    tried = [
        _fitted(name, family, sample)
        for name, family in families.items()
        if family.parameters() < len(sample) and family.can_have(sample)
    ]
    if not tried:
        raise ValueError(f"more observations, or other values, for a {' or '.join(names)} margin")
    return min(tried, key=lambda fit: fit.aic)


def fit_dependence(observations: Floats) -> Floats:
    """A valid correlation matrix, shape (d, d), of past amounts, shape (n, d), in which NaN marks a gap.

    Kendall's τ over the rows that two columns share, turned into the correlation of a normal or Student t
    copula, and shrunk towards independence: the more, the fewer observations stand behind it.
    """
    return shrink(from_kendall(kendall(observations)), common_observations(observations))


def _fitted(name: str, family: type[ContinuousMargin], sample: Floats) -> MarginFit:
    from scipy.stats import kstest

    margin = family.fit(sample)
    test = kstest(margin.cdf(sample), "uniform")
    aic = 2.0 * family.parameters() - 2.0 * float(margin.log_density(sample).sum())
    return MarginFit(name, margin, float(test.statistic), float(test.pvalue), aic)
