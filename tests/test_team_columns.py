"""What a point of the program means: whoever serves is ready in time."""

from __future__ import annotations

from typing import Any

import solver as pf

Document = dict[str, Any]

LATE: Document = {
    "periods": 2,
    "limits": {"budget": 25},
    "risk": {"scenarios": 4, "seed": 281},
    "partners": [
        {"id": "reliable", "revenue": 14, "cost": 6, "success": 0.9},
        {"id": "cheap", "revenue": 14, "cost": 0},
        {"id": "early", "revenue": 60, "cost": 5, "success": 0.5},
    ],
    "technologies": [{"id": "nlp"}],
    "capabilities": [{"holder": id_, "technology": "nlp", "level": 1} for id_ in ("reliable", "early")],
    "applications": [{"id": "a1", "revenue": 20, "cost": 3, "last_period": 1}],
    "requirements": [{"application": "a1", "technology": "nlp", "level": 0.5, "max_providers": 1}],
}


def test_who_is_not_ready_in_time_is_in_no_team() -> None:
    """The more reliable provider is chosen as well, but starts after the application."""
    result = pf.solve(pf.Instance.from_document(LATE), split=False)
    assert result.termination == "optimal"
    assert result.portfolio is not None
    assert [(one.id, one.start) for one in result.portfolio.partners] == [
        ("reliable", 2),
        ("cheap", 1),
        ("early", 1),
    ]
    assert [one.partner for one in result.portfolio.assignments or ()] == ["early"]
