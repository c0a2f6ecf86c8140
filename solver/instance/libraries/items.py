"""What the knapsack-like formats share: items with a profit become partners without cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from solver.instance.tables import Partner, Usage

# A benchmark counts in no currency; with r = 1 a cost binds the budget without lowering the value.
BENCHMARK: dict[str, Any] = {"unit": "profit", "currency": "points", "roi_rate": 1.0}


def items(profits: Iterable[float], noun: str = "item") -> tuple[Partner, ...]:
    """Partners i1, i2, … worth exactly their profit; a loss, which is no revenue, is a coordination cost."""
    return tuple(
        Partner(
            id=f"i{number}",
            name=f"{noun} {number}",
            revenue=max(0.0, profit),
            cost=0.0,
            coordination_cost=-profit if profit < 0 else 0.0,
        )
        for number, profit in enumerate(profits, start=1)
    )


def usage(resource: str, amounts: Sequence[float]) -> list[Usage]:
    """How much of a resource each item takes; items that take nothing have no row."""
    return [
        Usage(id=f"i{number}", resource=resource, amount=amount)
        for number, amount in enumerate(amounts, start=1)
        if amount
    ]
