"""CBC where a program is nothing but budgets: chosen, heard, stopped, and not believed without a check."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import highspy
import numpy as np
import pulp
import pytest

import solver as pf
from solver.driver import SearchLimits, Termination, backends, cbc, engine, expression, run
from solver.driver.cbcfiles import Log, write_program
from solver.driver.handover import hand_over
from solver.run import Cancel, Decision
from tests.programs import knapsack, random_mip

pytestmark = pytest.mark.skipif(cbc.bundled() is None, reason="no CBC comes with this PuLP")

ITEMS, ROWS = 60, 4
HIGHS = SearchLimits(backend="HiGHS")


def budgets(seed: int = 3, items: int = ITEMS) -> pulp.LpProblem:
    problem, _ = knapsack(items, ROWS, seed)
    return problem


def instance(partners: int = ITEMS) -> pf.Instance:
    """Partners that all take something of three resources."""
    random = np.random.default_rng(5)
    names = [f"p{number}" for number in range(partners)]
    use = random.integers(1, 100, (partners, 3))
    worth = random.integers(1, 1000, partners)
    document = {
        "partners": [{"id": n, "revenue": float(v), "cost": 0.0} for n, v in zip(names, worth, strict=True)],
        "resources": [{"id": f"r{row}", "max": float(use[:, row].sum() * 3 // 4)} for row in range(3)],
        "usage": [
            {"id": name, "resource": f"r{row}", "amount": float(use[number, row])}
            for number, name in enumerate(names)
            for row in range(3)
        ],
    }
    return pf.Instance.from_document(document)


def test_result_says_that_cbc_proved_it() -> None:
    chosen, asked = (pf.solve(instance(), limits=limits) for limits in (SearchLimits(), HIGHS))
    assert (chosen.backend, asked.backend) == ("CBC", "HiGHS")
    assert chosen.termination is asked.termination is Termination.optimal
    assert chosen.objective == pytest.approx(asked.objective, abs=1e-6)
    assert chosen.verified


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_cbc_agrees_with_highs(seed: int) -> None:
    ours, theirs = run(budgets(seed)), run(budgets(seed), limits=HIGHS)
    assert ours.message.startswith("CBC")
    assert ours.objective == pytest.approx(theirs.objective, abs=1e-6)
    assert ours.gap is not None
    assert ours.gap <= 1e-6


def test_same_end_every_time() -> None:
    first, second = (
        run(budgets(), limits=SearchLimits(gap=0.01)),
        run(budgets(), limits=SearchLimits(gap=0.01)),
    )
    assert (first.objective, first.bound) == (second.objective, second.bound)
    assert np.array_equal(np.asarray(first.values), np.asarray(second.values))


@pytest.mark.parametrize(
    "changed",
    [
        lambda problem, x: problem.addConstraint(expression({x[0]: 1.0, x[1]: -1.0}) <= 0, "needs"),
        lambda problem, x: problem.addConstraint(expression(dict.fromkeys(x, 1.0)) >= 3, "some"),
        lambda problem, x: problem.setObjective(expression({x[0]: -1.0, x[1]: 2.0})),
        lambda problem, x: setattr(x[0], "upBound", 2),
    ],
)
def test_other_shapes_stay_with_highs(changed: object) -> None:
    problem, variables = knapsack(ITEMS, ROWS, seed=3)
    assert backends.many_budgets(hand_over(problem))
    changed(problem, variables)  # type: ignore[operator]
    assert not backends.many_budgets(hand_over(problem))


def test_incumbents_and_bounds_are_told_on_the_way() -> None:
    told = []
    outcome = run(budgets(), progress=told.append)
    bounds = [news.bound for news in told if news.bound is not None]
    assert outcome.objective is not None
    assert any(news.incumbent is not None for news in told[:-1])
    assert all(bound >= outcome.objective - 1e-6 for bound in bounds)
    assert all(news.incumbent <= outcome.objective + 1e-6 for news in told if news.incumbent is not None)


def test_bound_holds_where_time_was_too_short() -> None:
    problem, _ = knapsack(150, 12, seed=1)
    outcome = run(problem, limits=SearchLimits(seconds=2.0))
    assert outcome.termination is Termination.time_limit
    assert outcome.objective is not None
    assert outcome.bound is not None
    assert outcome.objective < outcome.bound < 1.1 * outcome.objective


def test_token_stops_cbc_with_the_best_so_far() -> None:
    problem, _ = knapsack(150, 12, seed=1)
    token = Cancel()
    outcome = run(problem, cancel=token, progress=lambda news: token.cancel() if news.incumbent else None)
    assert outcome.termination is Termination.cancelled
    assert outcome.objective is not None


def test_decision_ends_the_search() -> None:
    problem, _ = knapsack(150, 12, seed=1)
    outcome = run(problem, decision=Decision(enough=1.0))
    assert outcome.termination is Termination.decided


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    run(budgets(), limits=SearchLimits(gap=0.05))
    assert list(tmp_path.iterdir()) == []


CRASH = "sys.exit(3)"
SILENCE = "pass"
NONSENSE = "target.write_text('what is this')"
NOTHING = "target.write_text('Infeasible - objective value 0\\n')"
EVERYTHING = (
    "target.write_text('Optimal - objective value 0\\n' + ''.join(f'{c} c{c} 1 0\\n' for c in range(60)))"
)
LITTLE = "target.write_text('Optimal - objective value 0\\n')"


@pytest.fixture
def playing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Put a script in the place of CBC; `target` is where it should write its solution."""

    def put(script: str) -> None:
        path = tmp_path / "cbc"
        head = f"#!{sys.executable}\nimport sys\nfrom pathlib import Path\ntarget = Path(sys.argv[-1])\n"
        path.write_text(head + script + "\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setattr(engine, "bundled", lambda: str(path))

    return put


@pytest.mark.skipif(sys.platform == "win32", reason="scripts are no programs there")
@pytest.mark.parametrize("script", [CRASH, SILENCE, NONSENSE, EVERYTHING])
def test_highs_goes_on_where_cbc_fails(playing, script: str) -> None:
    playing(script)
    result = pf.solve(instance(), limits=SearchLimits(gap=0.02))
    assert (result.backend, result.verified) == ("HiGHS", True)
    assert result.gap is not None
    assert result.gap <= 0.02


@pytest.mark.skipif(sys.platform == "win32", reason="scripts are no programs there")
def test_highs_goes_on_where_cbc_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "bundled", lambda: "/nowhere/cbc")
    ended = {run(budgets(), limits=SearchLimits(gap=0.05)).message.split(":")[0]}
    monkeypatch.setattr(engine, "bundled", lambda: None)
    ended.add(run(budgets(), limits=SearchLimits(gap=0.05)).message.split(":")[0])
    assert ended == {"HiGHS"}


@pytest.mark.skipif(sys.platform == "win32", reason="scripts are no programs there")
def test_lies_are_told(playing) -> None:
    playing(LITTLE)
    result = pf.solve(instance(), limits=SearchLimits(gap=0.02))
    assert result.termination is Termination.error
    assert "CBC says that nothing comes to more than" in result.message


@pytest.mark.skipif(sys.platform == "win32", reason="scripts are no programs there")
def test_highs_is_asked_where_cbc_finds_nothing(playing) -> None:
    playing(NOTHING)
    result = pf.solve(instance(), limits=SearchLimits(gap=0.02))
    assert result.message == "CBC found no solution where HiGHS finds one"
    assert (result.backend, result.verified) == ("HiGHS", True)


@pytest.mark.parametrize("seed", range(12))
def test_files_say_what_the_program_says(seed: int, tmp_path: Path) -> None:
    program = hand_over(random_mip(seed))
    write_program(tmp_path / "program.mps", program, program.rows)
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.readModel(str(tmp_path / "program.mps"))
    highs.run()
    outcome = run(random_mip(seed), limits=HIGHS)
    if outcome.objective is None:
        assert highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible
    else:
        reached = program.unit * (program.offset - highs.getInfo().objective_function_value)
        assert reached == pytest.approx(outcome.objective, abs=1e-6)


def test_log_knows_no_bound_before_there_is_one() -> None:
    log = Log()
    log.hear("Cbc0010I After 0 nodes, 1 on tree, 1e+50 best solution, best possible -1.7e+308 (0.1 seconds)")
    assert log.bound == float("inf")
    log.hear("Lower bound:                    -9.5")
    assert log.last_bound >= 9.5


def test_log_believes_no_bound_of_a_search_that_was_stopped_at_its_root() -> None:
    log = Log()
    log.hear(
        "Cbc0005I Partial search - best objective -9 (best possible -9), took 1 iterations and 0 nodes (0.3)"
    )
    log.hear("Lower bound:                    -9.000")
    log.hear("Enumerated nodes:               0")
    assert log.bound == log.last_bound == float("inf")
