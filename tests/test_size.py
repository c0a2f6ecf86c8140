"""Programs grow with the partners, not with their pairs: what is written is counted, never timed."""

from __future__ import annotations

from collections import Counter

import pytest

import solver as pf
from solver.assessment.assessment import Assessment, assess
from solver.model.build import build
from solver.portfolio.formulation import Formulation

ABOUT_LINEAR = 1.4
SOME = 100


def assessed(partners: int) -> tuple[Formulation, Assessment]:
    instance = pf.generate(partners=partners, applications=12, density=0.4 / partners, tightness=0.2)
    return Formulation.of(instance), assess(instance)


def nonzeros(partners: int) -> Counter[str]:
    """Entries of the program by the rule or term that wrote them."""
    draft = build(*assessed(partners))
    counted = Counter({"columns": len(draft.columns)})
    for row in draft.problem.constraints():
        counted[type(draft.owner(row.name)).__name__] += len(row.items())
    for block in draft.blocks:
        counted[type(draft.owner(block)).__name__] += len(block.data)
    return counted


@pytest.mark.parametrize(
    "partners", [25, *(pytest.param(many, marks=pytest.mark.slow) for many in (200, 400))]
)
def test_twice_the_partners_make_about_twice_the_program(partners: int) -> None:
    few, many = nonzeros(partners), nonzeros(2 * partners)
    assert {"PairOverhead", "Workload", "Coverage", "Synergy"} <= set(+few)
    grown = {what: (few[what], many[what]) for what in many}
    assert not {w for w, (less, more) in grown.items() if more > ABOUT_LINEAR * 2 * less + SOME}, grown
