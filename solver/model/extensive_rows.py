"""The textbook form of a risk measure: rows and columns for every scenario, as a cross-check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pulp

from solver.assessment.benefit import Floats
from solver.driver import RowBlock
from solver.model.draft import Draft
from solver.model.linear import Linear, weighted
from solver.risk.measures import CVaR, MeanAbsoluteDeviation, Measure, Spectral, WorstCase

if TYPE_CHECKING:
    from solver.model.loss_rows import Loss


def extensive_rows(draft: Draft, loss: Loss, measure: Measure, risk: pulp.LpVariable) -> None:
    """Hold a column to a measure of the loss by linear rows over all scenarios.

    Raises ValueError for a measure without a linear form.
    """
    held = Linear.of([risk])
    match measure:
        case WorstCase():
            scenario_rows_above(draft, loss, held, None)
        case CVaR():
            draft.at_least(held - _expected_shortfall(draft, loss, measure.level, risk.name), 0.0)
        case Spectral():
            for level, weight in measure.spectrum:
                held.add(_expected_shortfall(draft, loss, level, f"{risk.name}_{level}"), -weight)
            draft.at_least(held, 0.0)
        case MeanAbsoluteDeviation():
            mean = loss.weighted(loss.probability)
            beyond = _columns(draft, loss, f"{risk.name}_beyond_the_mean")
            scenario_rows_above(draft, loss, mean, beyond)
            deviation = weighted(beyond, 2.0 * measure.kappa * loss.probability)
            draft.at_least(held - mean - deviation, 0.0)
        case _:
            raise ValueError(f"{measure} has no linear form")


def scenario_rows_above(draft: Draft, loss: Loss, level: Linear, slack: list[pulp.LpVariable] | None) -> None:
    """level + slack_ω ≥ L_ω(x) for every scenario ω, as one block of rows."""
    columns, matrix, constant = scenario_matrix(loss)
    positions = {column: k for k, column in enumerate(columns)}
    for column in level.coefficients:
        positions.setdefault(column, len(positions))
    scenarios = len(constant)
    dense = np.zeros((scenarios, len(positions)))
    dense[:, : len(columns)] = -matrix
    for column, factor in level.coefficients.items():
        dense[:, positions[column]] += factor
    names = list(positions)
    if slack is not None:
        names += slack
        dense = np.hstack([dense, np.eye(scenarios)])
    draft.blocks.append(dense_block(names, dense, constant - level.constant))


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


def _expected_shortfall(draft: Draft, loss: Loss, level: float, name: str) -> Linear:
    """η + E (L − η)⁺ / (1 − level) (Rockafellar & Uryasev 2000)."""
    if level >= 1.0:
        threshold, _ = draft.free(f"{name}_worst")
        scenario_rows_above(draft, loss, Linear.of([threshold]), None)
        return Linear.of([threshold])
    threshold, _ = draft.free(f"{name}_threshold")
    excess = _columns(draft, loss, f"{name}_excess")
    scenario_rows_above(draft, loss, Linear.of([threshold]), excess)
    return Linear.of([threshold]) + weighted(excess, loss.probability / (1.0 - level))


def _columns(draft: Draft, loss: Loss, name: str) -> list[pulp.LpVariable]:
    return [draft.amount(f"{name}_{scenario}")[0] for scenario in range(len(loss.probability))]
