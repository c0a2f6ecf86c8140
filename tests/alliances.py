"""Portfolios of drawn instances, and their members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

import solver as pf
from solver.assessment.assessment import Assessment, assess
from solver.assessment.benefit import Floats
from solver.instance.instance import Instance
from solver.portfolio.formulation import Formulation
from solver.portfolio.plan import read_plan
from solver.portfolio.quantities import LinearTerm
from solver.sharing.members import Members


@dataclass(frozen=True)
class Size(LinearTerm):
    """How many partners and applications are chosen."""

    def coefficients(self, assessment: Assessment) -> Floats:
        return np.ones(len(assessment.options))


def portfolios(instance: Instance) -> Iterator[dict[str, Any]]:
    """The best portfolio and a largest one."""
    rules = Formulation.of(instance)
    for formulation in (rules, Formulation(Size(), rules.subject_to)):
        result = pf.solve(instance, formulation)
        if result.portfolio is not None:
            yield result.portfolio.to_dict()


def members_of(instance: Instance, portfolio: dict[str, Any]) -> Members:
    return Members(read_plan(assess(instance), portfolio, "plan").selection)


def everything(document: dict[str, Any]) -> tuple[Members, Formulation]:
    """The members of the portfolio that engages everybody and launches everything from period 1 on."""
    chosen = {
        table: [{"id": row["id"], "start": 1} for row in document.get(table, [])]
        for table in ("partners", "applications")
    }
    instance = Instance.from_document(document)
    portfolio = pf.verify(instance, chosen).portfolio.to_dict()
    return members_of(instance, portfolio), Formulation.of(instance)
