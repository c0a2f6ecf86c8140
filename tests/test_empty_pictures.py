"""Pictures that would show nothing are not drawn, and say why."""

from __future__ import annotations

import solver as pf
from solver.answers.risk_report import risk_report
from solver.report.figures.kinds import KINDS


def test_no_picture_is_drawn_of_what_is_the_same_everywhere() -> None:
    certain = {
        "risk": {"scenarios": 64},
        "partners": [{"id": "p1", "revenue": 9, "cost": 2}, {"id": "p2", "revenue": 1, "cost": 2}],
    }
    instance = pf.Instance.from_document(certain)
    result = pf.solve(instance)
    drawn = KINDS["loss"].draw(risk_report(instance, result.portfolio), instance)
    assert not drawn
    assert drawn.title == "In all cases 7.5 million USD is gained"
    assert not KINDS["timeline"].draw(result, instance)
