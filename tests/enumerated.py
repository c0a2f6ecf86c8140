"""Every portfolio of a small document, with what it is worth: what answers are held against."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hypothesis import strategies as st

import solver as pf
from solver.portfolio.checker import keeps
from solver.portfolio.choices import Choice, choice_of
from solver.portfolio.selection import Selection
from solver.study.study import Study
from tests.draw import documents
from tests.draw_risk import risky_documents
from tests.test_wishes import selections

Document = dict[str, Any]
ROUGHLY = 3e-6


@dataclass(frozen=True)
class Enumerated:
    """A document as a study of its own, and every portfolio that keeps what it asks for."""

    document: Document

    @cached_property
    def study(self) -> Study:
        return Study(pf.Instance.from_document(self.document))

    @cached_property
    def everything(self) -> list[tuple[Selection, float]]:
        asked, found = self.study.formulation, selections(self.document, self.study.assessment)
        return [(one, float(asked.maximise.amount(one))) for one in found if keeps(asked, one)]

    @cached_property
    def choices(self) -> dict[Choice, float]:
        """The most that each choice is worth, whoever provides what and whenever it starts."""
        worth: dict[Choice, float] = {}
        for one, value in self.everything:
            worth[choice_of(one)] = max(value, worth.get(choice_of(one), value))
        return worth

    @cached_property
    def best(self) -> float | None:
        return max((value for _, value in self.everything), default=None)

    @cached_property
    def picks(self) -> list[tuple[str, str | None]]:
        """Every partner, application and level of a partner."""
        assessment = self.study.assessment
        owners = (assessment.elements[element] for element in assessment.options.element)
        levels = zip(owners, assessment.options.level, strict=True)
        named = dict.fromkeys((id_, level) for id_, level in levels if level)
        return [*((id_, None) for id_ in assessment.elements), *named]


def small_documents(risky: bool = False) -> st.SearchStrategy[Document]:
    """Documents that can be enumerated, with every rule and term on or off."""
    return risky_documents() if risky else documents(max_portfolios=48)


either = st.booleans().flatmap(lambda risky: small_documents(risky))
"""With or without risk and recourse."""


def tied(document: Document) -> Document:
    """The same with everybody alike, so that many portfolios are worth the same."""
    alike = document | {"levels": [], "cash_flows": []}
    for table in ("partners", "applications"):
        rows = document.get(table, [])
        first = {"revenue": 9.0, "cost": 2.0} | dict(*rows[:1])
        first.pop("running_level", None)
        alike[table] = [first | {"id": row["id"]} for row in rows]
    return alike
