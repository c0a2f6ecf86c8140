"""Plans as people and results give them, read and made complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from solver.assessment.assessment import Assessment
from solver.portfolio.formulation import Formulation
from solver.portfolio.plan import Plan, read_plan
from solver.portfolio.portfolio import Portfolio
from solver.result import Result
from solver.run import Run
from solver.search.completion import complete

Plannable: TypeAlias = Result | Portfolio | Mapping[str, Any]
"""What a plan can be read from."""


def completed_plan(
    plan: Plannable, formulation: Formulation, assessment: Assessment, place: str, run: Run
) -> Plan:
    """The plan with its selection complete; `open` still says whether the plan itself left something open."""
    document = plan.to_dict() if isinstance(plan, Portfolio | Result) else plan
    read = read_plan(assessment, document, place)
    return replace(read, selection=complete(formulation, read.selection, run)) if read.open else read
