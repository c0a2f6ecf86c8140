"""What the tables say about uncertainty: the shape of every amount, and what ties them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from solver.instance.instance import Instance
from solver.instance.observations import past_benefits, usable
from solver.instance.risk_checks import correlation_matrix
from solver.risk.copulas import Clayton, Copula, Gaussian, Independent, StudentT
from solver.risk.dependence import Dependence, Factors, Integers, PerKind, PerScore
from solver.risk.fitting import fit_dependence, fit_margin
from solver.risk.margin import Margin
from solver.risk.margins import MARGINS
from solver.risk.scenarios import Floats


@dataclass(frozen=True, eq=False)
class Margins:
    """Multipliers of one family, except where past benefits say more about the revenue."""

    family: str
    fitted: Mapping[str, Margin]

    def revenue(self, id_: str, cv: float) -> Margin | None:
        """The multiplier of what it earns; None where that is certain."""
        return self.fitted.get(id_) or self.cost(cv)

    def cost(self, cv: float) -> Margin | None:
        """The multiplier of what it costs; None where that is certain."""
        return _with_mean_one(self.family, cv) if cv > 0 else None


@cache
def _with_mean_one(family: str, cv: float) -> Margin:
    margin: Margin = MARGINS[family].with_mean_one(cv)
    return margin


def margins_of(instance: Instance) -> Margins:
    """The margins of the risk section, and those fitted to `history`."""
    family = "lognormal" if instance.risk is None else instance.risk.margin
    fitted = {id_: fit_margin(sample).margin for id_, sample in usable_history(instance).items()}
    return Margins(family, fitted)


def usable_history(instance: Instance) -> dict[str, Floats]:
    """Past benefits by id, where there are enough of them, they differ, and their mean is positive."""
    return {id_: sample for id_, sample in past_benefits(instance).items() if usable(sample)}


def dependence_of(instance: Instance, elements: Sequence[str]) -> Dependence:
    """What ties the scores together: given correlations, past benefits, or the common factors.

    A typed correlation of 0 changes nothing (spec 5): without others, it is as if there were no table.
    """
    risk = instance.risk
    if risk is None or risk.copula == "independent":
        return PerScore(Independent)
    if risk.copula == "clayton":
        return PerScore(partial(Clayton, risk.clayton_theta))
    df = risk.df if risk.copula == "t" else None
    typed = [row for row in instance.correlations if row.correlation]
    if typed:
        matrix, ids = correlation_matrix(typed)
        return PerKind(_elliptical(_spread(matrix, ids, elements), df))
    samples = usable_history(instance)
    if len(samples) >= 2:
        observed = np.array(
            [[row.own_columns().get(id_, np.nan) for id_ in samples] for row in instance.history], dtype=float
        )
        return PerKind(_elliptical(_spread(fit_dependence(observed), list(samples), elements), df))
    engaged = (*instance.partners, *instance.applications)
    return Factors(
        risk.market_correlation,
        risk.industry_correlation,
        risk.region_correlation,
        _numbered([row.industry for row in engaged]),
        _numbered([row.region for row in engaged]),
        df,
    )


def _elliptical(correlation: Floats, df: float | None) -> Copula:
    return Gaussian(correlation) if df is None else StudentT(correlation, df)


def _spread(matrix: Floats, ids: Sequence[str], elements: Sequence[str]) -> Floats:
    """The matrix over all elements; those it does not speak of have nothing to do with the others."""
    place = {id_: e for e, id_ in enumerate(elements)}
    rows = [place[id_] for id_ in ids]
    whole = np.eye(len(elements))
    whole[np.ix_(rows, rows)] = matrix
    return whole


def _numbered(groups: Sequence[str | None]) -> Integers:
    number = {group: n for n, group in enumerate(dict.fromkeys(g for g in groups if g is not None))}
    return np.array([-1 if group is None else number[group] for group in groups], dtype=np.int64)
