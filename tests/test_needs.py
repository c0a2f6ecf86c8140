"""What earns and what it needs: the walk over bundles, implied columns, and both against enumeration."""

from __future__ import annotations

from itertools import product

import numpy as np
import pulp
import pytest

import solver as pf
from solver.assessment.assessment import assess
from solver.driver import expression, run
from solver.driver.handover import hand_over
from solver.driver.implied import BRISK, FROM_THE_INTERIOR, Needs, implied_columns, searchable
from solver.model.build import build
from solver.portfolio.checker import check
from solver.portfolio.formulation import Formulation
from solver.run import Run
from solver.search.opening import opening
from solver.search.problem import Problem
from solver.search.program import SelectionProgram
from solver.search.starts import first_portfolio, needed_start
from solver.search.starts.needs import closure
from solver.search.starts.union import Bundles, Union, searched

CUSTOMERS, REQUIREMENTS = 24, 9


def drawn_bundles(seed: int) -> Bundles:
    """Ten bundles over twelve elements, two limits."""
    rng = np.random.default_rng(seed)
    return Bundles(
        members=tuple(np.sort(rng.choice(12, rng.integers(1, 5), replace=False)) for _ in range(10)),
        worth=rng.integers(-2, 12, 12).astype(float),
        use=rng.integers(0, 8, (2, 12)).astype(float),
        room=np.array([18.0, 22.0]),
    )


def union_of(bundles: Bundles, chosen: tuple[bool, ...]) -> np.ndarray:
    inside = np.zeros(len(bundles.worth), dtype=bool)
    for members, taken in zip(bundles.members, chosen, strict=True):
        inside[members] |= taken
    return inside


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_the_walk_keeps_the_limits_and_comes_close_to_the_best(seed: int) -> None:
    bundles = drawn_bundles(seed)
    unions = [union_of(bundles, chosen) for chosen in product([False, True], repeat=10)]
    best = max(bundles.worth @ inside for inside in unions if np.all(bundles.use @ inside <= bundles.room))
    inside = union_of(bundles, tuple(searched(bundles, np.random.default_rng(0))))
    assert np.all(bundles.use @ inside <= bundles.room)
    assert bundles.worth @ inside >= 0.9 * best


def test_a_union_counts_what_is_shared_once() -> None:
    bundles = Bundles(
        members=(np.array([0, 1]), np.array([1, 2])),
        worth=np.array([5.0, 0.0, 7.0]),
        use=np.array([[1.0, 10.0, 2.0]]),
        room=np.array([13.0]),
    )
    union = Union(bundles)
    union.turn(0)
    union.turn(1)
    assert (union.value, union.left.tolist()) == (12.0, [0.0])
    union.turn(0)
    assert (union.value, union.left.tolist()) == (7.0, [1.0])


def test_nothing_is_taken_where_nothing_fits() -> None:
    bundles = Bundles((np.array([0]),), np.array([1.0]), np.array([[2.0]]), np.array([1.0]))
    assert not searched(bundles, np.random.default_rng(0)).any()


def test_closures_follow_chains_and_cycles() -> None:
    requires = {0: [1, 2], 1: [3], 3: [1], 4: [0]}
    assert closure(0, requires).tolist() == [0, 1, 2, 3]
    assert closure(3, requires).tolist() == [1, 3]
    assert closure(2, requires).tolist() == [2]


def release(seed: int, ratio: float = 0.4) -> pf.Instance:
    """Customers that pay for what they require; requirements cost, and may require one another."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(1, 9, REQUIREMENTS).astype(float).tolist()
    needs = [("r" + str(r), "r" + str(rng.integers(r))) for r in range(1, REQUIREMENTS) if rng.random() < 0.3]
    for customer in range(CUSTOMERS):
        wanted = rng.choice(REQUIREMENTS, rng.integers(1, 4), replace=False)
        needs += [(f"c{customer}", f"r{requirement}") for requirement in wanted]
    return pf.Instance.from_document(
        {
            "roi_rate": 1.0,
            "partners": [{"id": f"r{r}", "revenue": 0.0, "cost": cost[r]} for r in range(REQUIREMENTS)],
            "applications": [
                {"id": f"c{c}", "revenue": float(rng.integers(1, 20)), "cost": 0.0} for c in range(CUSTOMERS)
            ],
            "pairs": [{"first": first, "second": second, "kind": "requires"} for first, second in needs],
            "limits": {"budget": round(ratio * sum(cost))},
        }
    )


def best_release(instance: pf.Instance) -> float:
    """The most that customers pay, over all sets of requirements."""
    required = [(row.first, row.second) for row in instance.pairs]
    best = 0.0
    for built in product([False, True], repeat=REQUIREMENTS):
        there = {row.id for row, taken in zip(instance.partners, built, strict=True) if taken}
        spent = sum(row.cost for row in instance.partners if row.id in there)
        whole = all(second in there for first, second in required if first in there)
        if spent <= instance.limits.budget and whole:
            unhappy = {first for first, second in required if second not in there}
            best = max(best, sum(row.revenue for row in instance.applications if row.id not in unhappy))
    return best


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_the_best_release_is_found_and_proven(seed: int) -> None:
    instance = release(seed)
    result = pf.solve(instance)
    assert result.termination == "optimal"
    assert result.objective == pytest.approx(best_release(instance))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_the_start_passes_the_check_and_is_good(seed: int) -> None:
    instance = release(seed)
    formulation = Formulation.of(instance)
    draft = build(formulation, assess(instance))
    start = first_portfolio(formulation, draft, Run())
    assert start is not None
    verdict = check(formulation, start)
    assert verdict.holds
    assert verdict.objective >= 0.9 * best_release(instance)


def test_no_start_where_nothing_is_required_or_too_little_is_shared() -> None:
    instance = release(0)
    document = instance.to_document()
    for pairs in ([], document["pairs"][:3]):
        other = pf.Instance.from_document(document | {"pairs": pairs})
        draft = build(Formulation.of(other), assess(other))
        assert needed_start(draft, 0) is None


def test_a_start_that_a_status_forbids_is_not_used() -> None:
    document = release(0).to_document()
    for row in document["partners"]:
        row["status"] = "out"
    instance = pf.Instance.from_document(document)
    problem = Problem.of(instance)
    assert not opening(problem, SelectionProgram(problem), Run()).gave


def test_only_columns_whose_rows_all_say_what_they_need_are_implied() -> None:
    problem = pulp.LpProblem("implied", pulp.LpMaximize)
    binary = {name: problem.add_variable(name, 0, 1, pulp.LpBinary) for name in "abcdx"}
    share = problem.add_variable("share", 0, 1)
    problem.setObjective(expression({binary[name]: 2.0 for name in "abc"} | {binary["d"]: -1.0}))
    for name in "abd":
        problem.addConstraint(expression({binary[name]: 1.0, binary["x"]: -1.0}) <= 0.0, f"{name}_needs_x")
    problem.addConstraint(expression({binary["c"]: 1.0, share: -1.0}) <= 0.0, "c_needs_a_share")
    problem.addConstraint(expression({binary["b"]: 1.0, binary["x"]: 3.0, share: 1.0}) <= 4.5, "budget")
    program = hand_over(problem)
    implied = implied_columns(program, Needs.of(program))
    assert [name for name, is_ in zip(program.columns.names, implied, strict=True) if is_] == ["a"]


def test_a_release_is_searched_on_its_requirements_alone() -> None:
    instance = release(1)
    draft = build(Formulation.of(instance), assess(instance))
    program = hand_over(draft.problem, draft.blocks)
    light, options = searchable(program)
    assert options == BRISK
    assert light.integer.sum() == program.integer.sum() - CUSTOMERS
    assert np.array_equal(light.cost, program.cost)


def test_few_implied_columns_stay_integer() -> None:
    problem = pulp.LpProblem("few", pulp.LpMaximize)
    items = [problem.add_variable(f"i{n}", 0, 1, pulp.LpBinary) for n in range(20)]
    problem.setObjective(expression(dict.fromkeys(items, 1.0)))
    problem.addConstraint(expression({items[0]: 1.0, items[1]: -1.0}) <= 0.0, "needs")
    problem.addConstraint(expression(dict.fromkeys(items[1:], 2.0)) <= 11.0, "budget")
    program = hand_over(problem)
    assert searchable(program) == (program, {})


@pytest.mark.slow
def test_very_many_needs_are_first_relaxed_from_the_interior() -> None:
    problem = pulp.LpProblem("many", pulp.LpMaximize)
    people = [problem.add_variable(f"p{n:03}", 0, 1, pulp.LpBinary) for n in range(102)]
    worth = {}
    for first, second in ((a, b) for a in range(102) for b in range(a)):
        both = problem.add_variable(f"b{first}_{second}", 0, 1)
        worth[both] = float((first * second) % 7)
        for member in (first, second):
            row = expression({both: 1.0, people[member]: -1.0}) <= 0.0
            problem.addConstraint(row, f"{first}_{second}_needs_{member}")
    problem.setObjective(expression(worth))
    problem.addConstraint(expression(dict.fromkeys(people, 1.0)) <= 2.0, "budget")
    program = hand_over(problem)
    light, options = searchable(program)
    assert (light, options) == (program, FROM_THE_INTERIOR)
    outcome = run(problem)
    assert (outcome.termination, outcome.objective) == ("optimal", pytest.approx(6.0))
