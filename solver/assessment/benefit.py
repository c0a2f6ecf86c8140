"""Cooperation benefit: what working with a partner, or launching an application, is worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def cooperation_benefit(revenue: float, cost: float, roi_rate: float) -> float:
    """E = R − C + r·C: revenue less cost, plus the return credited to the invested cost (spec 4.1).

    >>> cooperation_benefit(100, 50, 0.25)
    62.5
    """
    return revenue - cost + roi_rate * cost


def discount_factors(rate: float, periods: int) -> Floats:
    """Present value of one unit of money in each period 1..T, shape (T,).

    >>> discount_factors(0.25, 3).tolist()
    [1.0, 0.8, 0.64]
    """
    return np.asarray((1.0 + rate) ** -np.arange(periods, dtype=float))


@dataclass(frozen=True)
class CashFlow:
    """Revenue and spending of one engagement in each period 1..T, undiscounted, shapes (T,).

    The revenue is what comes in when it delivers.
    """

    revenue: Floats
    spending: Floats

    def present_revenue(self, discount: Floats) -> float:
        """Present value of the revenue."""
        return float(self.revenue @ discount)

    def present_cost(self, discount: Floats, roi_rate: float) -> float:
        """Present value of what is spent, less the return credited to it: (1 − r)·C."""
        return -cooperation_benefit(0.0, float(self.spending @ discount), roi_rate)


def cash_flow(
    revenue_by_age: Floats, cost_by_age: Floats, *, start: int, lead: int, setup_cost: float
) -> CashFlow:
    """Lay out an engagement over the horizon when it starts in period `start` (1-based).

    Revenue by age counts only from `start + lead` on; cost counts from `start` on and `setup_cost` falls
    in the start period. Both inputs have shape (T,).

    >>> flow = cash_flow(np.array([10.0, 10.0, 10.0]), np.array([4.0, 4.0, 4.0]),
    ...                  start=1, lead=1, setup_cost=3.0)
    >>> flow.revenue.tolist(), flow.spending.tolist()
    ([0.0, 10.0, 10.0], [7.0, 4.0, 4.0])
    """
    periods = len(revenue_by_age)
    revenue = np.zeros(periods)
    spending = np.zeros(periods)
    active = periods - start + 1
    revenue[start - 1 + lead :] = revenue_by_age[lead:active]
    spending[start - 1 :] = cost_by_age[:active]
    spending[start - 1] += setup_cost
    return CashFlow(revenue, spending)
