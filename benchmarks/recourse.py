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
    parser.add_argument("--scenarios", type=int, default=SCENARIOS)
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit of each solve")
    parser.add_argument("--gap", type=float, default=0.005)
    wanted = parser.parse_args()
    print("| seed | weight | objective | bound | gap | seconds | with building |")
    print("|---|---|---|---|---|---|---|")
    for seed in wanted.seeds:
        for weight in wanted.weights:
            instance = pf.Instance.from_document(alliance(seed, wanted.scenarios, weight))
            began = time.perf_counter()
            limits = pf.SearchLimits(seconds=wanted.seconds, gap=wanted.gap)
            result = pf.solve(instance, limits=limits)
            print(row(seed, weight, result, time.perf_counter() - began), flush=True)


def row(seed: int, weight: float, result: pf.Result, seconds: float) -> str:
    """One line of the table."""
    shown = [f"{n:.1f}" if n is not None else "none" for n in (result.objective, result.bound)]
    gap = "none" if result.gap is None else f"{100 * result.gap:.2f} %"
    return f"| {seed} | {weight:g} | {shown[0]} | {shown[1]} | {gap} | {result.seconds:.1f} | {seconds:.1f} |"


def alliance(seed: int, scenarios: int, weight: float) -> dict[str, Any]:
    """A drawn instance document: applications are worth far more than partners, and partners fail."""
    rng = np.random.default_rng(seed)
    partners = [
        {
            "id": f"p{n}",
            "revenue": round(rng.uniform(10, 50), 1),
            "cost": round(rng.uniform(15, 45), 1),
            "setup_cost": round(rng.uniform(0, 15), 1),
            "success": round(rng.uniform(0.7, 0.95), 3),
            "revenue_cv": 0.3,
            "industry": f"i{rng.integers(INDUSTRIES)}",
        }
        for n in range(PARTNERS)
    ]
    applications = [
        {
            "id": f"a{n}",
            "revenue": round(rng.uniform(80, 260), 1),
            "cost": round(rng.uniform(10, 50), 1),
            "setup_cost": round(rng.uniform(0, 15), 1),
            "success": round(rng.uniform(0.8, 1.0), 3),
            "revenue_cv": 0.3,
            "industry": f"i{rng.integers(INDUSTRIES)}",
        }
        for n in range(APPLICATIONS)
    ]
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
            able = sorted(rng.choice(PARTNERS, int(rng.integers(4, 9)), replace=False))
            capabilities += [{"holder": f"p{j}", "technology": technology, "level": 1.0} for j in able]
    everything = sum(row["cost"] + row["setup_cost"] for row in (*partners, *applications))
    return {
        "name": f"recourse {seed}",
        "partners": partners,
        "applications": applications,
        "requirements": requirements,
        "capabilities": capabilities,
        "pairs": [synergy(rng) for _ in range(SYNERGIES)],
        "limits": {"budget": float(round(rng.uniform(0.3, 0.4) * everything))},
        "risk": {"measure": "cvar", "level": 0.95, "weight": weight, "scenarios": scenarios, "seed": seed},
    }


def synergy(rng: np.random.Generator) -> dict[str, Any]:
    """A row of `pairs` for two partners that help or hinder each other."""
    first, second = rng.choice(PARTNERS, 2, replace=False)
    value = round(rng.uniform(-15, 20), 1)
    return {"first": f"p{first}", "second": f"p{second}", "kind": "synergy", "value": value}


if __name__ == "__main__":
    main()
