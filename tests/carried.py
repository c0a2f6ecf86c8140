"""Small documents for the tests of carriers, and a way to see the defects of a bad one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from solver.errors import InputError
from solver.instance.defects import Defect

AWKWARD_IDS = ("001", "=A1", "诊断", "'quoted", "#x", 'a,"b"', "#N/A", "TRUE", "1e5", "-", "null", "_x0041_")


def partner(id_: str = "p1", **cells: Any) -> dict[str, Any]:
    return {"id": id_, "revenue": 100, "cost": 50} | cells


def document(**parts: Any) -> dict[str, Any]:
    return {"format": 1, "partners": [partner("p1"), partner("p2")]} | parts


def rich_document() -> dict[str, Any]:
    """Every table and section in use, with ids that carriers like to spoil."""
    first, second, third = AWKWARD_IDS[:3]
    partners = [
        partner(name, name=f"Name of {name}", tier="gold" if name == "001" else "=B2") for name in AWKWARD_IDS
    ]
    partners[1] |= {"status": "running", "running_level": "deep", "revenue": 0.1 + 0.2, "exit_cost": 1e-9}
    return {
        "format": 1,
        "name": "联盟, “all”",
        "periods": 3,
        "hub": {"id": "中心", "minimum_payoff": 1.5},
        "objective": {"synergy_per_complementarity": 2},
        "evidence": {"prior_strength": 4, "rows": [{"partner": first, "trials": 20, "successes": 17}]},
        "limits": {"budget": 1e300, "effort": [1, 2.5, 3], "satisfaction": True, "max_partners": 5},
        "risk": {"measure": "cvar", "limit": -3},
        "split": {"rule": "nucleolus", "tier": 0.05},
        "partners": partners,
        "levels": [
            {"partner": second, "level": "light", "revenue": 1},
            {"partner": second, "level": "deep", "tier": "silver", "region": "north–west"},
        ],
        "capabilities": [{"holder": "中心", "technology": "#t", "level": 0.25}],
        "technologies": [{"id": "#t", "weight": 2}],
        "applications": [partner("a:1", industry="1", status="running", age=2, lead_left=1)],
        "requirements": [{"application": "a:1", "technology": "#t", "level": 1, "providers": 2}],
        "assignments": [{"application": "a:1", "technology": "#t", "partner": second}],
        "resources": [{"id": "0", "min": -1, "max": 1 / 3}],
        "usage": [{"id": first, "resource": "0", "amount": -2.5}],
        "cash_flows": [{"id": first, "age": 0, "revenue": 7}],
        "pairs": [
            {
                "first": first,
                "second": second,
                "kind": "synergy",
                "value": -4,
                "application": "a:1",
                "counted": True,
            },
            {"first": second, "second": third, "kind": "ip_conflict"},
        ],
        "segments": [{"id": "s", "demand": 10, "rival_attraction": 1}],
        "attractions": [{"source": third, "segment": "s", "attraction": 2}],
        "groups": [{"dimension": "tier", "group": "gold", "max": 3, "max_spend_share": 0.5}],
        "health": {
            "red": 0.5,
            "rows": [{"partner": second, "period": 0, "indicator": "uptime", "value": 0.99, "target": 1}],
        },
        "actuals": [{"id": second, "revenue": 1.5, "cost": 0}],
        "history": [{"period": 1, "001": 3.5, "诊断": -1}, {"period": 2, "=A1": 1e-17}],
        "scenarios": [
            {"scenario": "low", "probability": 0.25, "id": first, "benefit": -1},
            {"scenario": "high", "probability": 0.75, "id": first, "benefit": 9},
        ],
        "correlations": [{"first": first, "second": third, "correlation": -0.25}],
        "risks": [{"measure": "evar", "level": 0.5, "weight": 0.125}],
        "criteria": [{"id": "reach", "weight_min": 0.25, "better_than": "2*cost"}, {"id": "cost"}],
        "weights": [
            {"criterion": "cost", "than": "reach", "high": 0.5},
            {"criterion": "reach", "low": 0.125},
        ],
        "scores": [{"id": first, "criterion": "reach", "low": -1, "high": 2.5}],
        "outside": [{"members": f"{first}; {third}", "value": 8}],
        "plan": [{"id": second, "level": "deep"}, {"id": "a:1", "start": 2}],
        "whatifs": [
            {"name": "=1, less", "key": "limits.budget", "value": "-10%"},
            {"name": "=1, less", "key": "out", "value": f"{first};{third}"},
            {"name": "2", "key": "limits.satisfaction", "value": "false"},
        ],
    }


def defects(action: Callable[[], object]) -> tuple[Defect, ...]:
    """The defects an action reports; fails when it reports none."""
    with pytest.raises(InputError) as caught:
        action()
    return caught.value.defects


def only(found: tuple[Defect, ...]) -> Defect:
    """The one defect there is."""
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]
