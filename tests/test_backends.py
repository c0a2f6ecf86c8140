from __future__ import annotations

import threading

import pulp
import pytest

from solver.driver import SearchLimits, Termination, backends, expression, run
from solver.errors import BackendError
from tests.programs import knapsack, random_mip, two_column_problem

pytestmark = [
    pytest.mark.filterwarnings("error"),
    pytest.mark.skipif("CBC" not in backends.available(), reason="no CBC on this machine"),
]

CBC = SearchLimits(backend="CBC")


def test_highs_comes_first():
    assert backends.available()[0] == "HiGHS"


@pytest.mark.parametrize("name", ["HiGHS", "highs", "HIGHS"])
def test_names_match_in_any_case(name):
    assert backends.resolved(name) == "HiGHS"


def test_every_available_name_resolves():
    assert all(backends.resolved(name.upper()) in pulp.listSolvers() for name in backends.available())


@pytest.mark.parametrize(("name", "reason"), [("abacus", "unknown"), ("SAS94", "not installed")])
def test_missing_back_end_names_what_there_is(name, reason):
    problem, _, _ = two_column_problem(pulp.LpMinimize)
    with pytest.raises(BackendError, match=f"{reason}.*HiGHS, CBC"):
        run(problem, limits=SearchLimits(backend=name))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_cbc_agrees_with_highs(seed):
    problem = random_mip(seed)
    ours, theirs = run(problem), run(problem, limits=CBC)
    assert theirs.termination is ours.termination
    if ours.objective is not None:
        assert theirs.objective == pytest.approx(ours.objective, abs=1e-4)
        assert theirs.gap <= 1e-6


def test_random_programs_are_of_both_sorts():
    ends = {run(random_mip(seed)).termination for seed in range(30)}
    assert ends == {Termination.optimal, Termination.infeasible}


@pytest.mark.parametrize("sense", [pulp.LpMaximize, pulp.LpMinimize])
def test_bound_lies_on_the_far_side(sense):
    problem, variables = knapsack(12, 2, seed=1)
    problem.sense = sense
    problem.addConstraint(expression(dict.fromkeys(variables, 1.0)) >= 3.0, "some")
    outcome = run(problem, limits=CBC)
    assert outcome.termination is Termination.optimal
    assert pulp.LpMaximize * sense * (outcome.bound - outcome.objective) >= 0


def test_infeasible_is_confirmed_by_highs():
    problem, x, _ = two_column_problem(pulp.LpMaximize)
    problem.addConstraint(expression({x: 2.0}) == 3.0, "half")
    outcome = run(problem, limits=CBC)
    assert outcome.termination is Termination.infeasible
    assert "HiGHS confirmed" in outcome.message


def test_unbounded_is_confirmed_by_highs():
    problem, x, y = two_column_problem(pulp.LpMaximize)
    problem.addConstraint(expression({x: 1.0, y: -1.0}) <= 3.0, "row")
    outcome = run(problem, limits=CBC)
    assert (outcome.termination, outcome.values) == (Termination.unbounded, None)


@pytest.mark.slow
def test_run_that_met_its_limit_is_not_optimal():
    problem, _ = knapsack(80, 8, seed=1)
    outcome = run(problem, limits=SearchLimits(backend="CBC", seconds=1.0))
    assert outcome.termination is Termination.time_limit
    assert outcome.bound is None


def test_loosened_gap_gives_a_loose_bound():
    problem, _ = knapsack(40, 3, seed=4)
    outcome = run(problem, limits=SearchLimits(backend="CBC", gap=0.05))
    assert outcome.termination is Termination.gap_reached
    assert run(problem).objective <= outcome.bound


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    work, temporary = tmp_path / "work", tmp_path / "temporary"
    work.mkdir()
    temporary.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    problem, x, _ = two_column_problem(pulp.LpMaximize)
    problem.addConstraint(expression({x: 2.0}) == 3.0, "half")
    run(problem, limits=CBC)
    assert [*work.iterdir(), *temporary.iterdir()] == []


def test_problem_is_left_as_it_was():
    problem, variables = knapsack(12, 2, seed=1)
    before = repr(problem)
    run(problem, limits=CBC)
    assert repr(problem) == before
    assert variables[0].varValue is None


def test_solves_in_four_threads_do_not_disturb_each_other():
    problems = [knapsack(15, 2, seed)[0] for seed in range(4)]
    found = [None] * 4

    def solve(index):
        found[index] = run(problems[index], limits=CBC).objective

    threads = [threading.Thread(target=solve, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == pytest.approx([run(problem).objective for problem in problems])
