"""Partners that fail, with recourse: how fast is a gap proven? `python -m benchmarks.recourse`.

Draws alliances of 30 partners and 15 applications whose requirements have four to eight able partners and
one backup, with 10,000 scenarios, and solves each for the expectation and with a price on expected shortfall.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

import solver as pf

PARTNERS, APPLICATIONS, INDUSTRIES, SYNERGIES = 30, 15, 5, 8
SCENARIOS = 10_000


def main() -> None:
    """Solve what the arguments ask for and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--weights", type=float, nargs="+", default=[0.0, 0.5], help="prices of the risk")
    parser.add_argument("--limits", action="store_true", help="hold the risk of the neutral plan less 15 %%")
    parser.add_argument("--scenarios", type=int, default=SCENARIOS)
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit of each solve")
    parser.add_argument("--gap", type=float, default=0.005)
    wanted = parser.parse_args()
    print("| seed | weight | objective | bound | gap | seconds | with building |")
    print("|---|---|---|---|---|---|---|")
    for seed in wanted.seeds:
        limits = pf.SearchLimits(seconds=wanted.seconds, gap=wanted.gap)
        for weight in wanted.weights:
            report(seed, f"{weight:g}", alliance(seed, wanted.scenarios, weight), limits)
        if wanted.limits:
            report(seed, "limit", limited(seed, wanted.scenarios, limits), limits)


def limited(seed: int, scenarios: int, limits: pf.SearchLimits) -> dict[str, Any]:
    """The drawn instance whose risk may not exceed that of the neutral plan less 15 %."""
    document = alliance(seed, scenarios, 0.0)
    neutral = pf.solve(pf.Instance.from_document(document), limits=limits).risks[0].value
    document["risk"]["limit"] = neutral - 0.15 * abs(neutral)
    return document


def report(seed: int, weight: str, document: dict[str, Any], limits: pf.SearchLimits) -> None:
    """Solve and print a line."""
    began = time.perf_counter()
    result = pf.solve(pf.Instance.from_document(document), limits=limits)
    print(row(seed, weight, result, time.perf_counter() - began), flush=True)


def row(seed: int, weight: str, result: pf.Result, seconds: float) -> str:
    """One line of the table."""
    shown = [f"{n:.1f}" if n is not None else "none" for n in (result.objective, result.bound)]
    gap = "none" if result.gap is None else f"{100 * result.gap:.2f} %"
    return f"| {seed} | {weight} | {shown[0]} | {shown[1]} | {gap} | {result.seconds:.1f} | {seconds:.1f} |"


def alliance(seed: int, scenarios: int, weight: float) -> dict[str, Any]:
    """A drawn instance document: applications are worth far more than partners, and partners fail."""
    rng = np.random.default_rng(seed)
    partners = [engaged(rng, f"p{n}", (10, 50), (15, 45), (0.7, 0.95)) for n in range(PARTNERS)]
    applications = [engaged(rng, f"a{n}", (80, 260), (10, 50), (0.8, 1.0)) for n in range(APPLICATIONS)]
    requirements, capabilities = [], []
    for application in applications:
        for need in range(int(rng.integers(2, 4))):
            technology = f"{application['id']}-{need}"
            requirements.append(
                {
                    "application": application["id"],
                    "technology": technology,
                    "level": 0.5,
                    "providers": 2 if rng.random() < 0.25 else 1,
                }
            )
            able = rng.choice(PARTNERS, int(rng.integers(4, 9)), replace=False)
            capabilities += [
                {"holder": f"p{j}", "technology": technology, "level": 1.0} for j in sorted(able)
            ]
    everything = sum(row["cost"] + row["setup_cost"] for row in (*partners, *applications))
    return {
        "name": f"recourse {seed}",
        "partners": partners,
        "applications": applications,
        "requirements": requirements,
        "capabilities": capabilities,
        "pairs": [
            {"first": f"p{i}", "second": f"p{j}", "kind": "synergy", "value": round(rng.uniform(-15, 20), 1)}
            for i, j in (rng.choice(PARTNERS, 2, replace=False) for _ in range(SYNERGIES))
        ],
        "limits": {"budget": float(round(rng.uniform(0.3, 0.4) * everything))},
        "risk": {"measure": "cvar", "level": 0.95, "weight": weight, "scenarios": scenarios, "seed": seed},
    }


def engaged(
    rng: np.random.Generator,
    id_: str,
    revenue: tuple[float, float],
    cost: tuple[float, float],
    success: tuple[float, float],
) -> dict[str, Any]:
    """A row of `partners` or `applications`, drawn between bounds."""
    return {
        "id": id_,
        "revenue": round(rng.uniform(*revenue), 1),
        "cost": round(rng.uniform(*cost), 1),
        "setup_cost": round(rng.uniform(0, 15), 1),
        "success": round(rng.uniform(*success), 3),
        "revenue_cv": 0.3,
        "industry": f"i{rng.integers(INDUSTRIES)}",
    }


if __name__ == "__main__":
    main()
