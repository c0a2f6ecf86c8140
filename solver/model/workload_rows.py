"""Workload as rows: what a partner carries fits its level, in total and in number.

The plain row Σ w_n m_n ≤ Σ_l capacity_l x_l leaves much room to fractional assignments. Two families
close most of it: a capacity is only worth the largest sum of workloads that fits it, and of the tasks
with at least some workload no more than a certain number fit a level:
Σ_{w_n ≥ θ} m_n ≤ Σ_l fit_l(θ) x_l for every θ (cover inequalities with variable capacity).

Both hold for what starts by a period as well, with the levels that are ready by then: fractions would have
a partner carry early what only its later start has room for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

from solver.model.draft import Draft
from solver.model.growing_block import GrowingBlock, RowsOnDemand
from solver.portfolio.quantities import ROUNDING

MOST_SUBSET_SUMS = 256
MOST_WRITTEN = 100_000
"""Entries of cover rows that are written at once; of more, few bind, and the relaxation says which."""

FEWEST_TIMED = 1000
"""Entries of cover rows from which a look at those by period is worth its time."""

# A load that exceeds a capacity by no more keeps it: both are sums.
ROUNDED = 3.0 * ROUNDING


@dataclass(frozen=True)
class Task:
    """A need that a partner may be assigned to: its workload, and the columns that say so by their start."""

    workload: float
    assigned: list[int]
    starts: list[int]

    def by(self, period: int) -> Task:
        """What of it starts by a period."""
        early = [start <= period for start in self.starts]
        return Task(self.workload, list(compress(self.assigned, early)), list(compress(self.starts, early)))


def workload_rows(draft: Draft) -> None:
    """Hold every partner's workload within the capacity of its level."""
    loads = GrowingBlock()
    covers, tasks = loads.beside(), _tasks(draft, loads)
    for partner, own in tasks.items():
        _hold(draft, own, draft.assessment.options.of(partner), loads, covers)
    draft.take(loads)
    if covers.entries > MOST_WRITTEN:
        draft.tightenings.append(RowsOnDemand(covers.done()))
        return
    draft.take(covers)
    if covers.entries >= FEWEST_TIMED and not draft.form.by_scenario:
        draft.tightenings.append(RowsOnDemand(_timed(draft, tasks, loads.beside()).done()))


def _timed(draft: Draft, tasks: dict[int, list[Task]], rows: GrowingBlock) -> GrowingBlock:
    """The rows of every period by which some options of a partner, but not all of them, are ready."""
    ready = draft.assessment.options.ready
    for partner, own in tasks.items():
        options = draft.assessment.options.of(partner)
        for period in sorted({int(ready[o]) for o in options})[1:]:
            early = [task for one in own if (task := one.by(period - 1)).assigned]
            _hold(draft, early, [o for o in options if ready[o] < period], rows, rows)
    return rows


def _hold(
    draft: Draft, tasks: list[Task], options: Sequence[int], loads: GrowingBlock, covers: GrowingBlock
) -> None:
    """Both families for the tasks of a partner at some of its options."""
    capacities = draft.assessment.options.capacity[options].tolist()
    levels = [loads.place(draft.options[o]) for o in options]
    if min(capacities) < sum(task.workload for task in tasks):
        _hold_load(loads, tasks, levels, capacities)
        _cover(covers, tasks, levels, capacities)


def _hold_load(loads: GrowingBlock, tasks: list[Task], levels: list[int], capacities: list[float]) -> None:
    """Σ_n w_n m_n ≤ Σ_l reach_l x_l."""
    workloads = [task.workload for task in tasks]
    reach = {capacity: largest_sum_within(workloads, capacity) for capacity in set(capacities)}
    _append(loads, tasks, workloads, levels, [reach[capacity] for capacity in capacities])


def _cover(covers: GrowingBlock, tasks: list[Task], levels: list[int], capacities: list[float]) -> None:
    """Σ_{w_n ≥ θ} m_n ≤ Σ_l fit_l(θ) x_l; of rows with the same right side, the one with the most tasks."""
    before: list[int] = []
    for least in sorted({task.workload for task in tasks}):
        heavy = [task for task in tasks if task.workload >= least]
        workloads = [task.workload for task in heavy]
        fits = {capacity: number_within(workloads, capacity) for capacity in set(capacities)}
        most = [fits[capacity] for capacity in capacities]
        if most != before and min(most) < len(heavy):
            _append(covers, heavy, [1.0] * len(heavy), levels, most)
        before = most


def _append(
    block: GrowingBlock, tasks: list[Task], factors: list[float], levels: list[int], most: Sequence[float]
) -> None:
    """Append the row Σ factor_n m_n ≤ Σ_l most_l x_l."""
    places = [place for task in tasks for place in task.assigned]
    repeated = [factor for task, factor in zip(tasks, factors, strict=True) for _ in task.assigned]
    block.append([*places, *levels], [*repeated, *(-float(one) for one in most)], -math.inf, 0.0)


def _tasks(draft: Draft, loads: GrowingBlock) -> dict[int, list[Task]]:
    """The tasks with any workload, by partner."""
    tasks: dict[int, list[Task]] = {}
    for need, columns in draft.assigned.items():
        workload = draft.assessment.needs[need].requirement.workload
        by_partner: dict[int, Task] = {}
        for (option, partner), column in columns.items():
            task = by_partner.setdefault(partner, Task(workload, [], []))
            task.assigned.append(loads.place(column))
            task.starts.append(int(draft.assessment.options.start[option]))
        if workload > 0:
            for partner, task in by_partner.items():
                tasks.setdefault(partner, []).append(task)
    return tasks


def largest_sum_within(workloads: list[float], capacity: float) -> float:
    """The largest sum of some of the workloads that is at most the capacity.

    The capacity itself where there are so many sums that one comes close to it.

    >>> largest_sum_within([20.0, 15.0, 8.0], 30.0)
    28.0
    """
    total = sum(workloads)
    if total <= capacity:
        return total
    slack, sums = capacity * (1 + ROUNDED), {0.0}
    for workload in workloads:
        sums |= {s + workload for s in sums if s + workload <= slack}
        if len(sums) > MOST_SUBSET_SUMS:
            return capacity
    return min(capacity, max(sums))


def number_within(workloads: list[float], capacity: float) -> int:
    """How many of the workloads fit the capacity at most.

    >>> number_within([20.0, 15.0, 8.0], 30.0)
    2
    """
    left, number = capacity * (1 + ROUNDED), 0
    for workload in sorted(workloads):
        left -= workload
        if left < 0:
            break
        number += 1
    return number
