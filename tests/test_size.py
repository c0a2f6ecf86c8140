"""Programs grow with the partners, not with their pairs: what is written is counted, never timed."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pulp
import pytest

import solver as pf
from solver.assessment.assessment import Assessment, assess
from solver.driver import Outcome, Row, run
from solver.model import workload_rows
from solver.model.build import build
from solver.model.draft import Draft
from solver.model.growing_block import GrowingBlock, RowsOnDemand
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


@pytest.mark.slow
def test_covers_on_demand_close_the_same_gap_and_leave_the_same_best(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = pf.generate(partners=6, applications=8, tightness=0.3, seed=5)
    formulation, assessment = Formulation.of(instance), assess(instance)
    written = driver_run(build(formulation, assessment))
    monkeypatch.setattr(workload_rows, "MOST_WRITTEN", 0)
    draft = build(formulation, assessment)
    assert any(isinstance(rule, RowsOnDemand) for rule in draft.tightenings)
    assert driver_run(draft).objective == pytest.approx(written.objective, rel=1e-6)


def driver_run(draft: Draft) -> Outcome:
    return run(draft.problem, blocks=draft.blocks, lazies=draft.lazies, tightenings=draft.tightenings)


def test_of_rows_on_demand_a_point_gets_those_it_breaks() -> None:
    x, y = (pulp.LpProblem("two").add_variable(name, 0, 1) for name in "xy")
    rows = GrowingBlock(Row({x: 1.0, y: 1.0}, "<=", 1.0, ""), Row({y: 1.0}, "<=", 0.5, ""))
    asked = RowsOnDemand(rows.done())
    assert asked.violated_at(np.array([1.0, 0.5])).upper.tolist() == [1.0]
    assert asked.violated_at(np.array([0.0, 1.0])).upper.tolist() == [0.5]
    assert not len(asked.violated_at(np.array([0.5, 0.5])))
