"""Alliances drawn at random, small enough to ask every coalition and large enough that nobody could."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from solver.instance.document import parse
from solver.instance.instance import Instance


def large_alliance(
    partners: int, applications: int, seed: int, pairs_each: int = 2, budget: bool = True
) -> Instance:
    """Partners with synergies of either sign, applications that need them, and a budget that binds."""
    rng = np.random.default_rng(seed)
    names, places = [f"p{n}" for n in range(partners)], [f"a{n}" for n in range(applications)]
    rows = [
        {"id": name, "revenue": amount(rng, 5, 20), "cost": amount(rng, 4, 14), "minimum_payoff": 0.0}
        for name in names
    ]
    both = list(combinations(names, 2))
    met = rng.choice(len(both), size=min(len(both), pairs_each * partners), replace=False)
    projects = [{"id": place, "revenue": amount(rng, 10, 30), "cost": amount(rng, 3, 10)} for place in places]
    holders = max(2, partners // 8)
    document: dict[str, Any] = {
        "format": 1,
        "partners": rows,
        "applications": projects,
        "pairs": [
            {"first": both[k][0], "second": both[k][1], "kind": "synergy", "value": amount(rng, -1, 4)}
            for k in met
        ],
        "capabilities": [
            {"holder": names[n], "technology": f"of_{place}", "level": 1.0}
            for place in places
            for n in rng.choice(partners, size=holders, replace=False)
        ],
        "requirements": [
            {"application": place, "technology": f"of_{place}", "level": 0.5, "providers": 1 + n % 2}
            for n, place in enumerate(places)
        ],
    }
    if budget:
        spent = 0.4 * sum(row["cost"] for row in rows) + 0.3 * sum(row["cost"] for row in projects)
        document["limits"] = {"budget": round(spent, 2)}
    return parse({key: entry for key, entry in document.items() if entry != []})


def amount(rng: np.random.Generator, low: float, high: float) -> float:
    """A number with two decimals."""
    return round(float(rng.uniform(low, high)), 2)
