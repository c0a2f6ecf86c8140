"""Small documents with uncertainty, and what is drawn for them."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import kendalltau

import solver as pf
from solver.assessment.assessment import Assessment, assess
from solver.risk.copulas import Gaussian
from solver.risk.margins import ContinuousMargin

Document = dict[str, Any]
DRAWS = 4096


def partner(id_: str, **cells: Any) -> Document:
    return {"id": id_, "revenue": 10.0, "cost": 4.0} | cells


def assessed(document: Document) -> Assessment:
    return assess(pf.Instance.from_document(document))


def multipliers(assessment: Assessment, part: str = "revenue") -> dict[str, np.ndarray]:
    """The multipliers of every element's first option, by id."""
    outlook = assessment.outlook
    first = {id_: assessment.options.of(e)[0] for e, id_ in enumerate(assessment.elements)}
    drawn = getattr(outlook.scenarios, part)
    return {id_: drawn.of(int(outlook.engagement[option])) for id_, option in first.items()}


def tau(first: np.ndarray, second: np.ndarray) -> float:
    return float(kendalltau(first, second).statistic)


def theory(correlation: float) -> float:
    return 2.0 / np.pi * np.arcsin(correlation)


OWN: Document = {
    "periods": 2,
    "partners": [partner("p1", success=0.5, cost_cv=0.5), partner("p2", success=0.5)],
    "levels": [{"partner": "p1", "level": "light"}, {"partner": "p1", "level": "deep", "cost": 6.0}],
    "applications": [partner("a1", revenue=30.0, revenue_cv=0.4)],
    "capabilities": [{"holder": name, "technology": "nlp", "level": 1.0} for name in ("p1", "p2")],
    "requirements": [{"application": "a1", "technology": "nlp", "level": 0.5}],
    "pairs": [{"first": "p1", "second": "p2", "kind": "synergy", "value": 2.5}],
    "scenarios": [
        {"scenario": "boom", "probability": 0.25, "id": "p1", "benefit": 40.0},
        {"scenario": "bust", "probability": 0.75, "id": "p1", "benefit": -8.0},
        {"scenario": "boom", "probability": 0.25, "id": "a1", "benefit": 50.0},
    ],
    "risk": {"measure": "cvar", "level": 0.5, "limit": 20.0},
}


def past(margins: dict[str, ContinuousMargin], correlation: float, periods: int) -> list[Document]:
    """A history drawn from margins that a normal copula ties together."""
    d = len(margins)
    matrix = np.full((d, d), correlation) + (1.0 - correlation) * np.eye(d)
    grades = Gaussian(matrix).sample(periods, 4)
    columns = {id_: margin.quantile(grades[:, k]) for k, (id_, margin) in enumerate(margins.items())}
    return [
        {"period": period} | {id_: float(values[period]) for id_, values in columns.items()}
        for period in range(periods)
    ]
