"""Drawn alliances: partners, pairs, applications with requirements, a market and groups that could leave."""

from __future__ import annotations

from typing import Any

import numpy as np

import solver as pf
from solver.assessment.assessment import assess
from solver.portfolio.plan import read_plan
from solver.sharing.members import Members

ABLE = 3
SEGMENTS = 3
GROUPS = 4
BUDGET_SHARE = 0.4


def united(partners: int, seed: int) -> pf.Instance:
    """An alliance of everything there is: all partners are in it, no budget binds."""
    return pf.Instance.from_document(_document(partners, seed, status="in", joint=True))


def budgeted(partners: int, seed: int, joint: bool) -> pf.Instance:
    """Partners to be selected under a budget; `joint`: with applications and a market."""
    document = _document(partners, seed, status="free", joint=joint)
    spending = sum(row["cost"] for row in (*document["partners"], *document["applications"]))
    document["limits"] = {"budget": round(BUDGET_SHARE * spending, 1)}
    return pf.Instance.from_document(document)


def members_of(instance: pf.Instance) -> Members:
    """The hub and the partners of the instance's best portfolio."""
    result = pf.solve(instance)
    if result.portfolio is None:
        raise ArithmeticError(f"{instance.name} has no portfolio: {result.termination}")
    plan = read_plan(assess(instance), result.portfolio.to_dict(), "portfolio")
    return Members(plan.selection)


def _document(partners: int, seed: int, status: str, joint: bool) -> dict[str, Any]:
    random = np.random.default_rng([seed, partners])
    names = [f"p{number:02}" for number in range(partners)]
    alone = {
        "name": f"{partners} partners, {seed}",
        "partners": [{**_partner(random, name), "status": status} for name in names],
        "pairs": [_synergy(random, names) for _ in range(2 * partners)],
        "outside": [_group(random, names) for _ in range(GROUPS)],
        "applications": [],
    }
    if not joint:
        return alone
    applications = [_application(random, f"a{number:02}") for number in range(partners // 2)]
    technologies = {f"{row['id']}{need}": row["id"] for row in applications for need in "xy"}
    return {
        **alone,
        "applications": applications,
        "requirements": [
            {"application": application, "technology": technology, "level": 0.5}
            for technology, application in technologies.items()
        ],
        "capabilities": [
            {"holder": holder, "technology": technology, "level": 1.0}
            for technology in technologies
            for holder in sorted(random.choice(names, ABLE, replace=False).tolist())
        ],
        "segments": [_segment(random, f"s{number}") for number in range(SEGMENTS)],
        "attractions": [_attraction(random, name) for name in names],
    }


def _partner(random: np.random.Generator, name: str) -> dict[str, Any]:
    return {
        "id": name,
        "revenue": round(random.uniform(20, 60), 1),
        "cost": round(random.uniform(10, 50), 1),
        "minimum_payoff": round(random.uniform(0, 1), 2),
    }


def _application(random: np.random.Generator, name: str) -> dict[str, Any]:
    return {"id": name, "revenue": round(random.uniform(20, 60), 1), "cost": round(random.uniform(5, 20), 1)}


def _synergy(random: np.random.Generator, names: list[str]) -> dict[str, Any]:
    first, second = random.choice(names, 2, replace=False).tolist()
    return {"first": first, "second": second, "kind": "synergy", "value": round(random.uniform(-4, 10), 1)}


def _group(random: np.random.Generator, names: list[str]) -> dict[str, Any]:
    members = sorted(random.choice(names, int(random.integers(2, 4)), replace=False).tolist())
    return {"members": ";".join(members), "value": round(random.uniform(5, 15), 1)}


def _segment(random: np.random.Generator, name: str) -> dict[str, Any]:
    return {
        "id": name,
        "demand": round(random.uniform(50, 150), 1),
        "margin": 0.3,
        "hub_attraction": 10.0,
        "rival_attraction": 30.0,
    }


def _attraction(random: np.random.Generator, name: str) -> dict[str, Any]:
    segment = f"s{random.integers(SEGMENTS)}"
    return {"source": name, "segment": segment, "attraction": round(random.uniform(1, 5), 1)}
