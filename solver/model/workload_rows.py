"""Workload as rows: what a partner carries fits its level, in total and in number.

The plain row Σ w_n m_n ≤ Σ_l capacity_l x_l leaves much room to fractional assignments. Two families
close most of it: a capacity is only worth the largest sum of workloads that fits it, and of the tasks
with at least some workload no more than a certain number fit a level:
Σ_{w_n ≥ θ} m_n ≤ Σ_l fit_l(θ) x_l for every θ (cover inequalities with variable capacity).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.model.draft import Draft
from solver.model.linear import Linear
from solver.portfolio.quantities import ROUNDING

MOST_SUBSET_SUMS, CLOSE = 100_000, 0.999
# A load that exceeds a capacity by no more keeps it: both are sums.
ROUNDED = 3.0 * ROUNDING


@dataclass(frozen=True)
class Task:
    """A need that a partner may be assigned to: its workload, and whether the partner is."""

    workload: float
    assigned: Linear


def workload_rows(draft: Draft) -> None:
    """Hold every partner's workload within the capacity of its level."""
    for partner, tasks in _tasks(draft).items():
        options = draft.assessment.options
        own = options.of(partner)
        workloads = [task.workload for task in tasks]
        most = sum(workloads)
        if min(options.capacity[o] for o in own) >= most:
            continue
        reach = {c: largest_sum_within(workloads, c) for c in {float(options.capacity[o]) for o in own}}
        load = Linear()
        for task in tasks:
            load.add(task.assigned, task.workload)
        for option in own:
            load.add(Linear({draft.options[option]: -reach[float(options.capacity[option])]}))
        draft.at_most(load, 0.0)
        fitted: list[int] | None = None
        for least in sorted(set(workloads)):
            heavy = [task for task in tasks if task.workload >= least]
            fits = {c: number_within([task.workload for task in heavy], c) for c in reach}
            # Of rows with the same right side, the one with the most tasks says it all.
            if list(fits.values()) != fitted and min(fits.values()) < len(heavy):
                count = Linear()
                for task in heavy:
                    count.add(task.assigned)
                for option in own:
                    count.add(Linear({draft.options[option]: -float(fits[float(options.capacity[option])])}))
                draft.at_most(count, 0.0)
            fitted = list(fits.values())


def _tasks(draft: Draft) -> dict[int, list[Task]]:
    """The tasks with any workload, by partner."""
    tasks: dict[int, list[Task]] = {}
    for need, columns in draft.assigned.items():
        workload = draft.assessment.needs[need].requirement.workload
        by_partner: dict[int, Linear] = {}
        for (_, partner), column in columns.items():
            by_partner.setdefault(partner, Linear()).add(Linear.of([column]))
        if workload > 0:
            for partner, assigned in by_partner.items():
                tasks.setdefault(partner, []).append(Task(workload, assigned))
    return tasks


def largest_sum_within(workloads: list[float], capacity: float) -> float:
    """The largest sum of some of the workloads that is at most the capacity.

    The capacity itself where a sum comes close to it, or where there are too many sums to look at.

    >>> largest_sum_within([20.0, 15.0, 8.0], 30.0)
    28.0
    """
    total = sum(workloads)
    if total <= capacity:
        return total
    slack, sums = capacity * (1 + ROUNDED), np.zeros(1)
    for workload in workloads:
        further = sums + workload
        sums = np.unique(np.append(sums, further[further <= slack]))
        if len(sums) > MOST_SUBSET_SUMS or sums[-1] >= CLOSE * capacity:
            return capacity
    return min(capacity, float(sums[-1]))


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
