"""Selections in which synergies of both signs decide, and nothing but a budget limits."""

from __future__ import annotations

import numpy as np

import solver as pf
from solver.instance.libraries.items import BENCHMARK, items
from solver.instance.settings import Limits
from solver.instance.tables import Pair


def sparse(partners: int, per_partner: int = 5, seed: int = 1) -> pf.Instance:
    """Partners with profits and costs of 1 to 100, and a budget for 40 % of all costs.

    Each has `per_partner` synergies worth −100 to 100, about half of them below zero.
    """
    random = np.random.default_rng(seed)
    profits = random.integers(1, 101, partners).tolist()
    costs = random.integers(1, 101, partners).tolist()
    firsts = np.repeat(np.arange(partners), per_partner)
    seconds = (firsts + random.integers(1, partners, len(firsts))) % partners
    values = random.integers(1, 101, len(firsts)) * random.choice([-1, 1], len(firsts))
    worth = {
        (min(i, j), max(i, j)): value
        for i, j, value in zip(firsts.tolist(), seconds.tolist(), values.tolist(), strict=True)
    }
    return pf.Instance(
        name=f"sparse synergies {partners}",
        partners=tuple(
            row.model_copy(update={"cost": float(cost)})
            for row, cost in zip(items(profits, "partner"), costs, strict=True)
        ),
        pairs=tuple(
            Pair(first=f"i{i + 1}", second=f"i{j + 1}", kind="synergy", value=float(value))
            for (i, j), value in worth.items()
        ),
        limits=Limits(budget=float(round(0.4 * sum(costs)))),
        **BENCHMARK,
    )
