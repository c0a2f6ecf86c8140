"""A limit on the chance of a large loss as rows: one binary per scenario, with tight big-M.

A scenario ω may lose more than the limit only where its binary b_ω is 1, and those are improbable:
L_ω(x) ≤ limit + M_ω b_ω and Σ_ω p_ω b_ω ≤ 1 − level. Where losses are linear in few columns these rows
are written at once; else a row is made for a scenario once a point breaks it: few are ever near it.
Because scenarios with a probability of more than 1 − level cannot all be given up, M_ω is the quantile of the
largest differences L_ω − L_ω′ over all portfolios (Qiu, Ahmed, Dey & Wolsey 2014; Song, Luedtke &
Küçükyavuz 2014), unless no portfolio loses as much beyond the limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pulp
from numpy.typing import NDArray

from solver.assessment.benefit import Floats
from solver.driver import RowBlock, Rows, WideRule
from solver.model.draft import Draft
from solver.model.linear import Linear, weighted
from solver.model.loss_rows import TOLERANCE, Loss
from solver.portfolio.rules import ChanceLimit

ROUNDING = 1e-9
# A confidence that back ends take for none; still, not all scenarios may be given up.
NO_CONFIDENCE = 1e-6
# More columns than this would make rows of every scenario too many entries.
MOST_WRITTEN = 1000
# So many scenarios are made rows at once, those that are broken the most.
MOST_AT_ONCE = 20
# Against so many scenarios every other one is held: of more, those that lose the most anyway.
MOST_COMPARED = 2000
BLOCK = 32


@dataclass(frozen=True, eq=False)
class ChanceCuts(WideRule):
    """L_ω(x) ≤ limit + slack + M_ω b_ω for the scenarios whose loss at a point is more than that.

    `most` has the M, shape (S,); `given_up` the b.
    """

    loss: Loss
    limit: float
    most: Floats
    given_up: Sequence[pulp.LpVariable]
    slack: Linear

    @property
    def variables(self) -> Sequence[pulp.LpVariable]:
        """The slacks, the binaries and the columns of the loss."""
        return (*self.slack.coefficients, *self.given_up, *self.loss.columns)

    def violated_at(self, values: Floats) -> Rows:
        """The rows of the scenarios that exceed their limits most."""
        room = len(self.slack.coefficients)
        slack, given_up, point = np.split(values, [room, room + len(self.given_up)])
        widened = np.array(list(self.slack.coefficients.values()), dtype=float)
        limits = self.limit + widened @ slack + self.most * given_up
        excess = self.loss.at(point) - limits
        order = np.argsort(-excess, kind="stable")[:MOST_AT_ONCE]
        rows = [self._row(int(ω), point, limits[ω], widened) for ω in order if excess[ω] > 0]
        return Rows.stacked([row for row in rows if row is not None])

    def _row(self, scenario: int, point: Floats, limit: float, widened: Floats) -> Rows | None:
        """The row of a scenario; None where a point keeps it."""
        coefficients = self.loss.coefficients(np.eye(1, len(self.most), scenario)[0], point)
        constant = -self.loss.certain.constant
        size = float(np.abs(coefficients) @ np.abs(point)) + abs(constant) + abs(self.limit)
        if coefficients @ point + constant <= limit + TOLERANCE * size:
            return None
        room = len(widened)
        columns = np.concatenate([np.arange(room), [room + scenario]])
        columns = np.concatenate([columns, room + len(self.most) + np.arange(len(point))])
        return Rows(
            np.array([0, len(columns)], dtype=np.int32),
            columns.astype(np.int32),
            np.concatenate([-widened, [-self.most[scenario]], coefficients]),
            np.array([-np.inf]),
            np.array([self.limit - constant]),
        )


def chance_rows(rule: ChanceLimit, draft: Draft, loss: Loss, slack: Linear) -> None:
    """Hold P(L > limit + slack) ≤ 1 − level; the slack is not negative, so that M_ω is enough with it.

    Where losses are linear in few columns, all rows are written at once: one round of the program is enough.
    """
    columns, low, high, constant = loss_ranges(loss)
    groups = _exclusive(draft, columns)
    beyond = np.maximum(largest_losses(high, constant, groups, columns) - rule.limit, 0.0)
    within = largest_excesses(low, high, loss.probability, groups, 1.0 - rule.level + ROUNDING)
    name = f"beyond_{rule.limit}_at_{rule.level}"
    given_up = [draft.binary(f"{name}_{scenario}")[0] for scenario in range(len(beyond))]
    draft.at_most(weighted(given_up, loss.probability), 1.0 - rule.level + ROUNDING)
    if rule.level <= NO_CONFIDENCE:
        draft.at_most(Linear.of(given_up), len(given_up) - 1.0)
    most = np.minimum(within, beyond)
    if any(part.by_cuts for part in loss.uncertain) or len(loss.columns) > MOST_WRITTEN:
        draft.lazies.append(ChanceCuts(loss, rule.limit, most, given_up, slack))
    else:
        given = np.tile(slack.over(list(slack.coefficients)), (len(most), 1))
        dense = np.hstack([-scenario_matrix(loss), np.diag(most), given])
        variables = [*loss.columns, *given_up, *slack.coefficients]
        draft.blocks.append(dense_block(variables, dense, np.full(len(most), constant - rule.limit)))


def scenario_matrix(loss: Loss) -> Floats:
    """What the columns of the loss lose in every scenario, shape (S, K)."""
    place = {column: k for k, column in enumerate(loss.columns)}
    matrix = np.zeros((len(loss.probability), len(place)))
    for part in loss.uncertain:
        for column, gained in zip(part.columns, part.matrix().T, strict=True):
            matrix[:, place[column]] -= gained
    for column, factor in loss.certain.coefficients.items():
        matrix[:, place[column]] -= factor
    return matrix


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


def loss_ranges(loss: Loss) -> tuple[list[pulp.LpVariable], Floats, Floats, float]:
    """Columns, what each loses at least and at most in every scenario, both (S, K), and a constant."""
    parts = [part.ranges() for part in loss.uncertain]
    uncertain = (column for columns, _, _ in parts for column in columns)
    names = list(dict.fromkeys([*uncertain, *loss.certain.coefficients]))
    place = {column: k for k, column in enumerate(names)}
    low, high = (np.zeros((len(loss.probability), len(names))) for _ in range(2))
    for columns, least, most in parts:
        for k, column in enumerate(columns):
            low[:, place[column]] -= most[:, k]
            high[:, place[column]] -= least[:, k]
    for column, factor in loss.certain.coefficients.items():
        low[:, place[column]] -= factor
        high[:, place[column]] -= factor
    return names, low, high, -loss.certain.constant


def largest_excesses(
    low: Floats, high: Floats, probability: Floats, groups: list[list[int]], chance: float
) -> Floats:
    """How far the loss of each scenario can exceed the limit while the limit holds often enough, shape (S,).

    `low` and `high` (S, K) are what columns lose at least and at most; of each group at most one is 1.
    """
    compared = _compared(low, probability, groups, chance)
    against, mass = low[compared], probability[compared]
    certain = (low == high).all(axis=0) & (np.ptp(low, axis=0) == 0.0)
    differing = [group for group in groups if not certain[group].all()]
    excess = np.zeros(len(low))
    for first in range(0, len(low), BLOCK):
        block = slice(first, first + BLOCK)
        largest = np.zeros((len(high[block]), len(compared)))
        for group in differing:
            best = np.zeros_like(largest)
            for column in group:
                np.maximum(best, high[block, column, None] - against[None, :, column], out=best)
            largest += best
        largest[compared[None, :] == np.arange(len(low))[block, None]] = 0.0
        order = np.argsort(largest, axis=1, kind="stable")
        passed = np.cumsum(mass[order], axis=1) <= chance
        first_kept = np.minimum(passed.sum(axis=1), len(compared) - 1)
        excess[block] = np.take_along_axis(largest, order, axis=1)[np.arange(len(order)), first_kept]
    return excess


def _compared(low: Floats, probability: Floats, groups: list[list[int]], chance: float) -> NDArray[np.int64]:
    """The scenarios that losses are compared with; where there are very many, some are enough for a bound."""
    least = sum((low[:, group].mean(axis=1) for group in groups), start=np.zeros(len(low)))
    order = np.argsort(-least, kind="stable")
    needed = int(np.searchsorted(np.cumsum(probability[order]), min(2 * chance, 1.0))) + 1
    return np.asarray(order[: max(MOST_COMPARED, needed)])


def largest_losses(
    high: Floats, constant: float, groups: list[list[int]], columns: list[pulp.LpVariable]
) -> Floats:
    """The largest loss of each scenario within the bounds of the columns, shape (S,); perhaps infinite."""
    lower = np.array([-np.inf if column.lowBound is None else column.lowBound for column in columns])
    upper = np.array([np.inf if column.upBound is None else column.upBound for column in columns])
    with np.errstate(invalid="ignore"):
        reach = np.where(high > 0, high * upper, high * lower)
    reach[high == 0] = 0.0
    return np.asarray(constant + sum(np.maximum(reach[:, group].max(axis=1), 0.0) for group in groups))


def _exclusive(draft: Draft, columns: list[pulp.LpVariable]) -> list[list[int]]:
    """Groups of columns of which at most one is 1; a column that stays the same in all scenarios is one."""
    element = {
        column.name: int(e) for column, e in zip(draft.options, draft.assessment.options.element, strict=True)
    }
    groups: dict[object, list[int]] = {}
    for place, column in enumerate(columns):
        groups.setdefault(element.get(column.name, column.name), []).append(place)
    return list(groups.values())
