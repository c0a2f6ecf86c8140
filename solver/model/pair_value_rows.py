"""Synergies of many pairs as rows: one column per element instead of one per pair (Glover 1975)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from solver.assessment.benefit import Floats
from solver.model.budgets import budgets_of
from solver.model.draft import Draft
from solver.model.linear import Linear, weighted
from solver.model.pair_value_cuts import PairValueCuts
from solver.model.pair_values import PairValues

PAIRS_PER_ELEMENT = 6
MOST_UNWANTED = 0.05
MOST_ELEMENTS = 2000


def pays(draft: Draft, pairs: Mapping[tuple[int, int], float]) -> bool:
    """Whether pairs are many, hardly any is worth less than 0, and a budget makes up for coarser rows."""
    elements = {member for pair in pairs for member in pair}
    unwanted = sum(value < 0 for value in pairs.values())
    dense = len(pairs) >= PAIRS_PER_ELEMENT * len(elements) > 0
    small = len(elements) <= MOST_ELEMENTS
    return dense and small and unwanted <= MOST_UNWANTED * len(pairs) and any(True for _ in budgets_of(draft))


def _alone(draft: Draft) -> Floats:
    """The most that each element is worth by itself, shape (E,)."""
    assessment = draft.assessment
    most = np.zeros(len(assessment.elements))
    np.maximum.at(most, assessment.options.element, assessment.expected_benefit)
    return most


def pair_value_rows(draft: Draft, pairs: Mapping[tuple[int, int], float]) -> Linear:
    """What pairs of chosen elements are worth, held from above.

    v_i ≤ most_i x_i and v_i ≤ Σ_j worth_ij x_j − least_i (1 − x_i), with the extremes that the budgets leave;
    `PairValueCuts` tighten the relaxation.
    """
    pair_values = PairValues.of(pairs, budgets_of(draft)).shared(_alone(draft))
    chosen = [draft.chosen(element) for element in pair_values.elements]
    brought = [draft.free(f"pair_values_{element}")[0] for element in pair_values.elements]
    if draft.once("pair values"):
        columns = [next(iter(member.coefficients)) for member in chosen]
        for member, worth, most, least in zip(
            range(len(chosen)), pair_values.worth, pair_values.most, pair_values.least, strict=True
        ):
            value = Linear.of([brought[member]])
            draft.at_most(value - chosen[member].scaled(float(most)), 0.0)
            others = weighted(columns, worth).add(chosen[member], float(least))
            draft.at_most(value - others, -float(least))
        draft.tightenings.append(PairValueCuts(pair_values, columns, brought))
    return Linear.of(brought)
