"""Plans as people and results give them, read and made complete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from solver.assessment.assessment import Assessment
from solver.completion import complete
from solver.errors import InputError
from solver.instance.defects import Defect, nearest
from solver.instance.instance import Instance
from solver.portfolio.formulation import Formulation
from solver.portfolio.plan import Plan, read_plan
from solver.portfolio.portfolio import Portfolio
from solver.result import Result
from solver.run import Run

Plannable: TypeAlias = Result | Portfolio | Mapping[str, Any]
"""What a plan can be read from."""


def completed_plan(
    plan: Plannable, formulation: Formulation, assessment: Assessment, place: str, run: Run
) -> Plan:
    """The plan with its selection complete; `open` still says whether the plan itself left something open."""
    document = plan.to_dict() if isinstance(plan, Portfolio | Result) else plan
    read = read_plan(assessment, document, place)
    return replace(read, selection=complete(formulation, read.selection, run)) if read.open else read


def known_elements(instance: Instance, ids: Iterable[str]) -> None:
    """Raise InputError for ids that are none of an instance's partners or applications."""
    elements = [row.id for row in (*instance.partners, *instance.applications)]
    defects = [
        Defect("locks", f"name a partner or an application{nearest(id_, elements)}", value=id_)
        for id_ in ids
        if id_ not in set(elements)
    ]
    if defects:
        raise InputError(defects)
