from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pulp
import pytest

from solver.driver import (
    Cancel,
    RowBlock,
    SearchLimits,
    Termination,
    expression,
    relative_gap,
    run,
)
from solver.errors import BackendError
from tests.programs import knapsack, random_mip, two_column_problem

pytestmark = pytest.mark.filterwarnings("error")

BRIEF = SearchLimits(seconds=1.0)


def test_maximum_has_its_bound_above():
    problem, x, y = two_column_problem(pulp.LpMaximize)
    problem.addConstraint(expression({x: 2.0, y: 1.0}) <= 7.0, "both")
    problem.addConstraint(expression({y: 1.0}) <= 2.5, "second")
    outcome = run(problem)
    assert outcome.termination is Termination.optimal
    assert outcome.objective == pytest.approx(16.0)
    assert (outcome.value(x), outcome.value(y)) == (2.0, pytest.approx(2.5))
    assert outcome.bound >= outcome.objective
    assert outcome.gap <= 1e-6


def test_minimum_has_its_bound_below():
    problem, x, y = two_column_problem(pulp.LpMinimize)
    problem.addConstraint(expression({x: 2.0, y: 1.0}) >= 7.0, "both")
    outcome = run(problem)
    assert outcome.termination is Termination.optimal
    assert outcome.objective == pytest.approx(16.0)
    assert (outcome.value(x), outcome.value(y)) == (3.0, pytest.approx(1.0))
    assert outcome.bound <= outcome.objective


def test_linear_program_is_proven_without_a_tree():
    problem = pulp.LpProblem("linear", pulp.LpMaximize)
    x = problem.add_variable("x", 0, None)
    problem.setObjective(expression({x: 2.0}))
    problem.addConstraint(expression({x: 4.0}) <= 6.0, "row")
    outcome = run(problem)
    assert (outcome.termination, outcome.objective, outcome.bound) == (Termination.optimal, 3.0, 3.0)


def test_infeasible_program_has_nothing_to_show():
    problem, x, _ = two_column_problem(pulp.LpMaximize)
    problem.addConstraint(expression({x: 1.0}) >= 11.0, "too much")
    outcome = run(problem)
    assert outcome.termination is Termination.infeasible
    assert (outcome.values, outcome.objective, outcome.bound, outcome.gap) == (None, None, None, None)
    with pytest.raises(ValueError, match="no solution"):
        outcome.value(x)


@pytest.mark.parametrize("integer", [True, False])
@pytest.mark.parametrize("feasible", [True, False])
def test_unbounded_is_told_from_infeasible(integer, feasible):
    kind = pulp.LpInteger if integer else pulp.LpContinuous
    problem = pulp.LpProblem("ray", pulp.LpMaximize)
    x, y, z = (problem.add_variable(name, 0, None, kind) for name in "xyz")
    problem.setObjective(expression({x: 1.0, y: 1.0}))
    problem.addConstraint(expression({x: 1.0, y: -1.0, z: 1.0}) >= 1.0, "row")
    if not feasible:
        problem.addConstraint(expression({x: 1.0, z: 1.0}) <= -1.0, "never")
    outcome = run(problem)
    assert outcome.termination is (Termination.unbounded if feasible else Termination.infeasible)
    assert outcome.values is None


def test_fractional_region_without_integers_is_not_called_unbounded():
    problem = pulp.LpProblem("ray", pulp.LpMaximize)
    x = problem.add_variable("x", 0, None, pulp.LpInteger)
    y = problem.add_variable("y", 0, 1, pulp.LpInteger)
    problem.setObjective(expression({x: 1.0}))
    problem.addConstraint(expression({y: 2.0}) == 1.0, "half")
    assert run(problem).termination is Termination.infeasible


@pytest.mark.slow
def test_time_limit_keeps_solution_and_bound():
    problem, _ = knapsack(80, 8, seed=1)
    outcome = run(problem, limits=BRIEF)
    assert outcome.termination is Termination.time_limit
    assert outcome.objective < outcome.bound
    assert outcome.gap == pytest.approx(relative_gap(outcome.objective, outcome.bound))
    assert outcome.gap > 1e-6


def test_time_limit_without_solution_has_no_values():
    problem, _ = knapsack(80, 8, seed=1)
    outcome = run(problem, limits=SearchLimits(seconds=0))
    assert (outcome.termination, outcome.values, outcome.objective) == (Termination.time_limit, None, None)


def test_loosened_gap_is_reached_and_said():
    problem, _ = knapsack(60, 5, seed=3)
    outcome = run(problem, limits=SearchLimits(gap=0.02))
    assert outcome.termination is Termination.gap_reached
    assert 1e-6 < outcome.gap <= 0.02


def test_complete_start_survives_a_search_without_time():
    problem, variables = knapsack(80, 8, seed=1)
    start = {variable: float(index < 10) for index, variable in enumerate(variables)}
    outcome = run(problem, start=start, limits=SearchLimits(seconds=0))
    assert outcome.termination is Termination.time_limit
    assert outcome.values.sum() == 10
    assert [outcome.value(variable) for variable in variables[:11]] == [1.0] * 10 + [0.0]


def test_start_is_completed_by_its_continuous_columns():
    problem, x, y = two_column_problem(pulp.LpMaximize)
    problem.addConstraint(expression({x: 2.0, y: 1.0}) <= 7.0, "both")
    seen = []
    run(problem, start={x: 1.0}, progress=seen.append)
    assert [report.incumbent for report in seen if report.phase == "done"] == [pytest.approx(19.0)]


def test_start_that_breaks_a_row_is_not_believed():
    problem, variables = knapsack(80, 8, seed=1)
    outcome = run(problem, start=dict.fromkeys(variables, 1.0), limits=SearchLimits(seconds=0))
    assert outcome.values is None


def test_cancelling_from_another_thread_keeps_the_best_so_far():
    problem, _ = knapsack(80, 8, seed=1)
    cancel = Cancel()
    outcome = run(
        problem, cancel=cancel, progress=lambda report: report.incumbent is not None and cancel.cancel()
    )
    assert outcome.termination is Termination.cancelled
    assert outcome.objective < outcome.bound


def test_cancelling_before_the_start_returns_at_once():
    problem, _ = knapsack(80, 8, seed=1)
    cancel = Cancel()
    cancel.cancel()
    assert run(problem, cancel=cancel).termination is Termination.cancelled


@pytest.mark.slow
def test_progress_closes_in_from_both_sides():
    problem, _ = knapsack(80, 8, seed=1)
    seen = []
    outcome = run(problem, limits=BRIEF, progress=seen.append)
    incumbents = [report.incumbent for report in seen if report.incumbent is not None]
    bounds = [report.bound for report in seen if report.bound is not None]
    assert incumbents == sorted(incumbents)
    assert max(incumbents) <= outcome.bound <= min(bounds) + 1e-6
    assert [report.phase for report in seen if report.phase == "done"] == ["done"]


def test_error_in_the_listener_reaches_the_caller():
    problem, _ = knapsack(80, 8, seed=1)

    def listener(report):
        raise RuntimeError("listener")

    with pytest.raises(RuntimeError, match="listener"):
        run(problem, progress=listener)


def test_keyboard_interrupt_returns_the_best_so_far():
    program = textwrap.dedent("""
        import signal
        signal.signal(signal.SIGINT, signal.default_int_handler)
        from tests.programs import knapsack
        from solver.driver import run
        problem, _ = knapsack(80, 8, seed=1)
        told = []
        def listener(report):
            if report.incumbent is not None and not told:
                told.append(report)
                print("ready", flush=True)
        outcome = run(problem, progress=listener)
        print(outcome.termination, outcome.objective < outcome.bound)
    """)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == "cancelled True\n"
    assert process.returncode == 0


@pytest.mark.slow
def test_solves_in_four_threads_do_not_disturb_each_other():
    problems = [knapsack(30, 3, seed)[0] for seed in range(4)]
    alone = [run(problem).objective for problem in problems]
    together = [None] * 4

    def solve(index):
        limits = SearchLimits(threads=1 + index % 2)
        together[index] = run(problems[index], limits=limits).objective

    threads = [threading.Thread(target=solve, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == pytest.approx(alone)


def test_the_same_search_twice_gives_the_same_solution():
    problem, _ = knapsack(40, 5, seed=5)
    limits = SearchLimits(gap=0.01)
    assert np.array_equal(run(problem, limits=limits).values, run(problem, limits=limits).values)


def test_problem_is_left_as_it_was():
    problem, x, y = two_column_problem(pulp.LpMaximize)
    problem.addConstraint(expression({x: 2.0, y: 1.0}) <= 7.0, "both")
    before = repr(problem)
    run(problem)
    assert repr(problem) == before
    assert x.varValue is None


def test_block_of_rows_binds_like_rows_of_the_problem():
    problem, variables = knapsack(20, 1, seed=2)
    pair = np.array([0, 2, 4], dtype=np.int32)
    block = RowBlock(
        variables[:4], pair, np.array([0, 1, 2, 3], np.int32), np.ones(4), np.full(2, -np.inf), np.ones(2)
    )
    with_block = run(problem, blocks=[block])
    problem.addConstraint(expression({variables[0]: 1.0, variables[1]: 1.0}) <= 1.0, "first")
    problem.addConstraint(expression({variables[2]: 1.0, variables[3]: 1.0}) <= 1.0, "second")
    assert with_block.objective == pytest.approx(run(problem).objective)


def test_variable_that_occurs_nowhere_stays_near_zero():
    problem, x, y = two_column_problem(pulp.LpMinimize)
    idle = problem.add_variable("idle", 2, 9)
    problem.addConstraint(expression({x: 2.0, y: 1.0}) >= 7.0, "both")
    assert run(problem).value(idle) == 2.0


def test_special_ordered_sets_are_refused():
    problem, x, y = two_column_problem(pulp.LpMinimize)
    problem.addConstraint(expression({x: 2.0, y: 1.0}) >= 7.0, "both")
    described = problem.toDataclass()
    described.sos1.append({"x": 1.0, "y": 2.0})
    _, problem = pulp.LpProblem.fromDataclass(described)
    with pytest.raises(BackendError, match="special ordered sets"):
        run(problem)


@pytest.mark.parametrize(
    "wrong", [{"seconds": -1}, {"gap": -0.1}, {"gap": float("nan")}, {"threads": 0}, {"seed": -1}]
)
def test_limits_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SearchLimits(**wrong)


def test_gap_of_zero_may_be_asked_for():
    problem, x, y = two_column_problem(pulp.LpMaximize)
    problem.addConstraint(expression({x: 2.3, y: 1.1}) <= 7.7, "both")
    assert run(problem, limits=SearchLimits(gap=0)).termination is Termination.optimal


def test_relative_gap():
    assert relative_gap(90.0, 100.0) == pytest.approx(0.1)
    assert relative_gap(100.0, 90.0) == pytest.approx(0.1)
    assert relative_gap(-100.0, -90.0) == pytest.approx(0.1)
    assert relative_gap(1e9, 1e9 * (1 - 1e-13)) == relative_gap(0.0, 0.0) == 0.0
    assert relative_gap(1e-10, 0.0) == 1.0
    assert relative_gap(-np.inf, 3.0) == np.inf
    assert relative_gap(-np.inf, np.inf) == np.inf


@pytest.mark.parametrize("seed", range(12))
def test_solutions_keep_every_row(seed):
    problem = random_mip(seed)
    outcome = run(problem)
    if outcome.termination is Termination.infeasible:
        return
    for constraint in problem.constraints():
        left = sum(coefficient * outcome.value(variable) for variable, coefficient in constraint.items())
        low, up = constraint.getLb(), constraint.getUb()
        assert low is None or left >= low - 1e-6
        assert up is None or left <= up + 1e-6


def test_a_program_without_columns_is_decided_by_its_rows() -> None:
    problem = pulp.LpProblem("empty", pulp.LpMaximize)
    problem.add_variable("idle", 0, 1, "Binary")
    problem.setObjective(expression({}, 2.0))
    assert run(problem).objective == 2.0
    problem.addConstraint(expression({}, 1.0) <= 0, "impossible")
    assert run(problem).termination == Termination.infeasible


@pytest.mark.parametrize("gap", [0.5, 0.02])
def test_start_that_leaves_out_columns_survives_the_tree(gap):
    problem, variables = knapsack(70, 5, seed=3)
    extra = problem.add_variable("extra", 0, 1, pulp.LpBinary)
    problem.addConstraint(expression({extra: 1.0, variables[0]: 1.0}) <= 1.0, "not both")
    known = run(problem, limits=SearchLimits(gap=0.02))
    start = {variable: known.value(variable) for variable in variables}

    class Silent:
        def violated(self, value):
            return []

    limits = SearchLimits(seconds=10, gap=gap)
    outcome = run(problem, lazies=[Silent()], start=start, limits=limits)
    assert outcome.objective >= known.objective - 1e-6
