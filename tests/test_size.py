"""Programs grow with the partners, not with their pairs: what is written is counted, never timed."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from collections.abc import Callable
from functools import cache

import numpy as np
import pulp
import pytest
import scipy.sparse  # noqa: F401  whoever comes first pays for it

import solver as pf
from solver.assessment.assessment import Assessment, assess
from solver.driver import Outcome, Row, run
from solver.driver.handover import hand_over
from solver.model import workload_rows
from solver.model.build import build
from solver.model.draft import Draft
from solver.model.growing_block import GrowingBlock, RowsOnDemand
from solver.model.term_rows import MOST_PAIRED
from solver.portfolio.formulation import Formulation
from solver.portfolio.outline import Outline

ABOUT_LINEAR = 1.4


def assessed(partners: int) -> tuple[Formulation, Assessment]:
    """Where there are many, a quarter of them runs."""
    instance = pf.generate(partners=partners, applications=8, density=0.4 / partners, tightness=0.2)
    document = instance.to_document()
    for row in document["partners"][: partners // 4 if partners > 4 * MOST_PAIRED else 0]:
        row["status"] = "running"
    instance = pf.Instance.from_document(document)
    return Formulation.of(instance), assess(instance)


@cache
def size(partners: int) -> Counter[str]:
    """Entries of the program by the rule or term that wrote them, and bytes in use while things are made."""
    formulation, assessment = assessed(partners)
    draft = build(formulation, assessment)
    counted = Counter({"columns": len(draft.columns)})
    for row in draft.problem.constraints():
        counted[type(draft.owner(row.name)).__name__] += len(row.items())
    for block in draft.blocks:
        counted[type(draft.owner(block)).__name__] += len(block.data)
    counted["bytes of rows"] = most_bytes(lambda: hand_over(draft.problem, draft.blocks))
    counted["bytes of a draft"] = most_bytes(lambda: build(formulation, assessment))
    counted["bytes of an outline"] = most_bytes(lambda: Outline.of(formulation, assessment))
    return counted


def most_bytes(make: Callable[[], object]) -> int:
    """The most bytes in use at a time, above what was before."""
    tracemalloc.start()
    try:
        make()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "partners", [25, *(pytest.param(many, marks=pytest.mark.slow) for many in (200, 400))]
)
def test_twice_the_partners_are_about_twice_the_size(partners: int) -> None:
    few, many = size(partners), size(2 * partners)
    assert {"PairOverhead", "Workload", "Coverage", "Synergy"} <= set(+few)
    beyond = {what for what, much in many.items() if much > ABOUT_LINEAR * 2 * few[what] + some(what)}
    assert not beyond, (few, many)


def some(what: str) -> int:
    """What does not count: imports are paid by whoever comes first."""
    return 500_000 if what.startswith("bytes") else 100


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
    problem = pulp.LpProblem("two")
    x, y = (problem.add_variable(name, 0, 1) for name in "xy")
    rows = GrowingBlock(Row({x: 1.0, y: 1.0}, "<=", 1.0, ""), Row({y: 1.0}, "<=", 0.5, ""))
    asked = RowsOnDemand(rows.done())
    assert asked.violated_at(np.array([1.0, 0.5])).upper.tolist() == [1.0]
    assert asked.violated_at(np.array([0.0, 1.0])).upper.tolist() == [0.5]
    assert not len(asked.violated_at(np.array([0.5, 0.5])))
