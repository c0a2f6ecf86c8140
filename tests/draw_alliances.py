"""Alliances drawn from a seed in which outside values, minimum payoffs and clauses often bite."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from tests.oracle.contracts import Clauses

Document = dict[str, Any]

TIERS = (0.25, 0.25, 1 / 3, 0.5, 0.0)


def alliance(seed: int, partners: int | None = None, leavers: float = 0.15) -> tuple[Document, Clauses]:
    """Two to five partners, up to two applications that need them, and the clauses of a contract.

    `leavers` is the share of partners that run already.
    """
    random = np.random.default_rng(seed)
    count = partners or int(random.integers(2, 6))
    names = [f"p{number}" for number in range(count)]
    document: Document = {
        "hub": {"minimum_payoff": float(random.choice([0.0, 0.0, 2.0, 5.0]))},
        "partners": [partner(name, leavers, random) for name in names],
        "pairs": [
            {"first": one, "second": two, "kind": "synergy", "value": float(random.integers(-3, 7))}
            for one, two in combinations(names, 2)
            if random.random() < 0.4
        ],
        "outside": [
            {"members": ";".join(group), "value": 2.0 * float(random.integers(1, 7))}
            for group in combinations(names, 2)
            if random.random() < 0.2
        ],
        "limits": {"max_partners": count - int(random.integers(0, 2))},
    }
    if random.random() < 0.5:
        document.update(applications(names, random))
    tier = float(random.choice(TIERS))
    floor = float(random.choice([0.0, 0.0, 0.0, 0.1, 0.25]))
    cap = float(random.choice([1.0, 1.0, 0.75, 0.5]))
    return document, Clauses(tier, floor, cap)


def partner(name: str, leavers: float, random: np.random.Generator) -> dict[str, Any]:
    """A partner; some run already and cost an exit, some have to be chosen."""
    row: dict[str, Any] = {
        "id": name,
        "revenue": float(random.integers(3, 20)),
        "cost": float(random.integers(0, 10)),
        "minimum_payoff": float(random.choice([0.0, 0.0, 1.0, 3.0])),
    }
    kind = random.random()
    if kind < leavers:
        row |= {"status": "running", "exit_cost": float(random.integers(1, 4))}
    elif kind < leavers + 0.07:
        row["status"] = "in"
    return row


def applications(names: list[str], random: np.random.Generator) -> Document:
    """Two applications, each of which takes one or two able partners."""
    ids = ["x", "y"]
    return {
        "applications": [
            {"id": one, "revenue": float(random.integers(4, 16)), "cost": float(random.integers(0, 6))}
            for one in ids
        ],
        "capabilities": [
            {"holder": name, "technology": one, "level": 0.8}
            for name in names
            for one in ids
            if random.random() < 0.5
        ],
        "requirements": [
            {"application": one, "technology": one, "level": 0.5, "providers": int(random.integers(1, 3))}
            for one in ids
        ],
    }
