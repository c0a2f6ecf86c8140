"""A limit on the chance of a large loss as rows: one binary per scenario, with tight big-M.

A scenario ω may lose more than the limit only where its binary b_ω is 1, and those are improbable:
L_ω(x) ≤ limit + M_ω b_ω and Σ_ω p_ω b_ω ≤ 1 − level. Because scenarios with a probability of more than
1 − level cannot all be given up, M_ω is the quantile of the largest differences L_ω − L_ω′ over all
portfolios (Qiu, Ahmed, Dey & Wolsey 2014; Song, Luedtke & Küçükyavuz 2014), unless no portfolio loses as
much beyond the limit.
"""

from __future__ import annotations

import numpy as np
import pulp

from solver.assessment.benefit import Floats
from solver.driver import RowBlock
from solver.model.draft import Draft
from solver.model.linear import Linear, weighted
from solver.model.loss_rows import Loss
from solver.portfolio.rules import ChanceLimit

ROUNDING = 1e-9
# A confidence that back ends take for none; still, not all scenarios may be given up.
NO_CONFIDENCE = 1e-6


def chance_rows(rule: ChanceLimit, draft: Draft, loss: Loss, slack: Linear) -> None:
    """Hold P(L > limit + slack) ≤ 1 − level; the slack is not negative, so that M_ω is enough with it."""
    columns, matrix, constant = scenario_matrix(loss)
    groups = _exclusive(draft, columns)
    within = largest_excesses(matrix, constant, loss.probability, groups, 1.0 - rule.level + ROUNDING)
    beyond = np.maximum(largest_losses(matrix, constant, groups, columns) - rule.limit, 0.0)
    most = np.minimum(within, beyond)
    name = f"beyond_{rule.limit}_at_{rule.level}"
    given_up = [draft.binary(f"{name}_{scenario}")[0] for scenario in range(len(matrix))]
    given = np.tile(slack.over(list(slack.coefficients)), (len(matrix), 1))
    dense = np.hstack([-matrix, np.diag(most), given])
    draft.blocks.append(dense_block([*columns, *given_up, *slack.coefficients], dense, constant - rule.limit))
    draft.at_most(weighted(given_up, loss.probability), 1.0 - rule.level + ROUNDING)
    if rule.level <= NO_CONFIDENCE:
        draft.at_most(Linear.of(given_up), len(given_up) - 1.0)


def largest_excesses(
    matrix: Floats, constant: Floats, probability: Floats, groups: list[list[int]], chance: float
) -> Floats:
    """How far the loss of each scenario can exceed the limit while the limit holds often enough, shape (S,).

    `matrix` (S, K) and `constant` (S,) give the losses; of each group of columns at most one is 1.
    """
    excess = np.zeros(len(matrix))
    order = np.arange(len(matrix))
    for scenario in order:
        difference = matrix[scenario] - matrix
        largest = constant[scenario] - constant
        for group in groups:
            largest = largest + np.maximum(difference[:, group].max(axis=1), 0.0)
        by_size = np.argsort(largest, kind="stable")
        mass = np.cumsum(probability[by_size])
        first = int(np.searchsorted(mass, chance, side="right"))
        excess[scenario] = largest[by_size[min(first, len(matrix) - 1)]]
    return np.maximum(excess, 0.0)


def largest_losses(
    matrix: Floats, constant: Floats, groups: list[list[int]], columns: list[pulp.LpVariable]
) -> Floats:
    """The largest loss of each scenario within the bounds of the columns, shape (S,); perhaps infinite."""
    low = np.array([-np.inf if column.lowBound is None else column.lowBound for column in columns])
    high = np.array([np.inf if column.upBound is None else column.upBound for column in columns])
    with np.errstate(invalid="ignore"):
        reach = np.where(matrix > 0, matrix * high, matrix * low)
    reach[matrix == 0] = 0.0
    return np.asarray(constant + sum(np.maximum(reach[:, group].max(axis=1), 0.0) for group in groups))


def dense_block(columns: list[pulp.LpVariable], dense: Floats, lower: Floats) -> RowBlock:
    """Rows dense @ columns ≥ lower, without the zeros and without columns that have nothing else."""
    used = np.flatnonzero(dense.any(axis=0))
    columns, dense = [columns[k] for k in used], dense[:, used]
    rows, indices = np.nonzero(dense)
    counts = np.bincount(rows, minlength=len(dense))
    return RowBlock(
        columns,
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        indices.astype(np.int32),
        dense[rows, indices],
        lower,
        np.full(len(dense), np.inf),
    )


def scenario_matrix(loss: Loss) -> tuple[list[pulp.LpVariable], Floats, Floats]:
    """The loss as columns, their coefficients (S, K) and a constant (S,) for every scenario."""
    parts = [(list(part.columns), part.matrix()) for part in loss.uncertain]
    names = list(
        dict.fromkeys([c for columns, _ in parts for c in columns] + list(loss.certain.coefficients))
    )
    place = {column: k for k, column in enumerate(names)}
    matrix = np.zeros((len(loss.probability), len(names)))
    for columns, coefficients in parts:
        for k, column in enumerate(columns):
            matrix[:, place[column]] -= coefficients[:, k]
    for column, factor in loss.certain.coefficients.items():
        matrix[:, place[column]] -= factor
    return names, matrix, np.full(len(loss.probability), -loss.certain.constant)


def _exclusive(draft: Draft, columns: list[pulp.LpVariable]) -> list[list[int]]:
    """Groups of columns of which at most one is 1; a column that stays the same in all scenarios is one."""
    element = {
        column.name: int(e) for column, e in zip(draft.options, draft.assessment.options.element, strict=True)
    }
    groups: dict[object, list[int]] = {}
    for place, column in enumerate(columns):
        groups.setdefault(element.get(column.name, column.name), []).append(place)
    return list(groups.values())
