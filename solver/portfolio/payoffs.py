"""The least that a coalition's members must be paid in all so that nobody is better off outside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.assessment.benefit import Floats
from solver.portfolio.selection import Selection


@dataclass(frozen=True)
class LeastPayoffs:
    """Payoffs that satisfy everybody, and a proof that no smaller total does.

    `payoffs` has one entry per chosen partner; `weights` one per outside group. By weak duality
    Σ_i m_i + Σ_S weights_S · (v_S − m(S)) is a lower bound of every satisfying total.
    """

    payoffs: Floats
    weights: Floats
    total: float


def least_payoffs(minimum: Floats, groups: list[tuple[list[int], float]]) -> LeastPayoffs:
    """Cheapest payoffs with π_i ≥ minimum_i and π(S) ≥ value for every group S of positions.

    The linear program only proposes; what is returned was checked by arithmetic from both sides.
    Raises ArithmeticError if the two sides disagree.

    >>> least_payoffs(np.array([1.0, 2.0]), [([0, 1], 5.0)]).total
    5.0
    """
    wanting = [(members, value) for members, value in groups if value > minimum[members].sum()]
    if not wanting:
        return LeastPayoffs(minimum, np.zeros(0), float(minimum.sum()))
    from scipy.optimize import linprog

    member = np.zeros((len(wanting), len(minimum)))
    for row, (members, _) in enumerate(wanting):
        member[row, members] = 1.0
    values = np.array([value for _, value in wanting])
    found = linprog(
        np.ones(len(minimum)), A_ub=-member, b_ub=-values, bounds=[(m, None) for m in minimum], method="highs"
    )
    payoffs: Floats = np.maximum(np.asarray(found.x, dtype=float), minimum)
    missing = values - member @ payoffs
    for (members, _), lack in zip(wanting, missing, strict=True):
        payoffs[members[0]] += max(0.0, float(lack))
    weights = np.maximum(-found.ineqlin.marginals, 0.0)
    weights /= max(1.0, float((weights @ member).max()))
    proven = float(minimum.sum() + weights @ (values - member @ minimum))
    total = float(payoffs.sum())
    if abs(total - proven) > 1e-7 * max(1.0, abs(total)):
        raise ArithmeticError(f"least payoffs: {total} was found but only {proven} is proven")
    return LeastPayoffs(payoffs, weights, total)


def least_payoffs_of(selection: Selection) -> LeastPayoffs:
    """The least payoffs of a selection's chosen partners (spec 3.1.15)."""
    assessment = selection.assessment
    partners = selection.partners
    position = {partner: k for k, partner in enumerate(partners)}
    minimum = assessment.options.minimum_payoff[[selection.option_of[p] for p in partners]]
    groups = []
    for row in assessment.instance.outside:
        members = [assessment.index[id_] for id_ in row.ids]
        if all(member in position for member in members):
            groups.append(([position[member] for member in members], row.value))
    return least_payoffs(minimum, groups)
