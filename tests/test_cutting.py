from __future__ import annotations

import itertools
import math

import numpy as np
import pulp
import pytest

from solver.driver import Cancel, Row, SearchLimits, Termination, backends, expression, run

pytestmark = pytest.mark.filterwarnings("error")

BACKENDS = [
    name if name in backends.available() else pytest.param(name, marks=pytest.mark.skip)
    for name in ("HiGHS", "CBC")
]


class ConcaveEarnings:
    """Maximise Σ_k s_k t_k / (t_k + 40) − c·x with t = W x under a capacity, or minimise its negative.

    The columns `earning` stand for the concave terms; their tangents are the rows on demand.
    """

    def __init__(self, items, terms, seed, sense=pulp.LpMaximize):
        random = np.random.default_rng(seed)
        self.sign = 1.0 if sense == pulp.LpMaximize else -1.0
        self.cost = random.integers(1, 20, items).astype(float)
        self.weight = random.integers(0, 30, (terms, items)) * (random.random((terms, items)) < 0.4)
        self.volume = random.integers(10, 60, items).astype(float)
        self.scale = random.integers(50, 200, terms).astype(float)
        self.room = float(self.volume.sum() / 3)
        self.problem = pulp.LpProblem("concave", sense)
        self.items = [self.problem.add_variable(f"x{i:03}", 0, 1, pulp.LpBinary) for i in range(items)]
        self.earning = [self.problem.add_variable(f"t{k:02}", -1000, 1000) for k in range(terms)]
        costs = dict(zip(self.items, (-self.sign * self.cost).tolist(), strict=True))
        self.problem.setObjective(expression({**costs, **dict.fromkeys(self.earning, 1.0)}))
        use = expression(dict(zip(self.items, self.volume.tolist(), strict=True)))
        self.problem.addConstraint(use <= self.room, "room")

    def earnings(self, chosen):
        mass = self.weight @ chosen
        return self.scale * mass / (mass + 40)

    def worth(self, chosen):
        return self.sign * float(self.earnings(chosen).sum() - self.cost @ chosen)

    def judge(self, value):
        return self.worth(np.array([value(item) for item in self.items]))

    def violated(self, value):
        point = np.array([value(item) for item in self.items])
        mass, earned = self.weight @ point, self.earnings(point)
        slope = self.scale * 40 / (mass + 40) ** 2
        for k, earning in enumerate(self.earning):
            if self.sign * value(earning) > earned[k] + 1e-8 * max(1.0, earned[k]):
                line = dict(zip(self.items, (-self.sign * slope[k] * self.weight[k]).tolist(), strict=True))
                limit = self.sign * float(earned[k] - slope[k] * mass[k])
                yield Row({**line, earning: 1.0}, "<=" if self.sign > 0 else ">=", limit, f"tangent {k}")

    def enumerated(self):
        plans = (np.array(plan) for plan in itertools.product((0, 1), repeat=len(self.items)))
        worths = [self.sign * self.worth(plan) for plan in plans if self.volume @ plan <= self.room]
        return self.sign * max(worths)


class NoOddCount:
    """Forbids every plan with an odd number of items, one plan at a time."""

    def __init__(self, items):
        self.items = items

    def violated(self, value):
        plan = {item: value(item) for item in self.items}
        if any(abs(level - round(level)) > 1e-6 for level in plan.values()):
            return
        if round(sum(plan.values())) % 2:
            signs = {item: 1.0 if level > 0.5 else -1.0 for item, level in plan.items()}
            yield Row(signs, "<=", sum(plan.values()) - 1.0, "this plan")


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("sense", [pulp.LpMaximize, pulp.LpMinimize])
@pytest.mark.parametrize("judged", [True, False])
@pytest.mark.parametrize("seed", range(1))
def test_tangents_reach_the_enumerated_optimum(backend, sense, judged, seed):
    case = ConcaveEarnings(9, 2, seed, sense)
    outcome = run(
        case.problem,
        lazies=[case],
        judge=case.judge if judged else None,
        limits=SearchLimits(backend=backend),
    )
    best = case.enumerated()
    assert outcome.termination is Termination.optimal
    assert outcome.objective == pytest.approx(best, rel=2e-6)
    assert case.sign * outcome.bound >= case.sign * best - 1e-6 * abs(best)
    assert outcome.rows_on_demand > 0
    assert len(case.problem.constraints()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_rows_that_forbid_plans_work_without_a_judge(backend):
    problem = pulp.LpProblem("even", pulp.LpMaximize)
    items = [problem.add_variable(f"x{i}", 0, 1, pulp.LpBinary) for i in range(5)]
    problem.setObjective(expression(dict(zip(items, [5.0, 4.0, 3.0, 2.0, 1.0], strict=True))))
    problem.addConstraint(expression(dict.fromkeys(items, 1.0)) <= 3.0, "at most three")
    outcome = run(problem, lazies=[NoOddCount(items)], limits=SearchLimits(backend=backend))
    assert (outcome.termination, outcome.objective) == (Termination.optimal, pytest.approx(9.0))


def test_rows_that_forbid_everything_prove_infeasibility():
    problem = pulp.LpProblem("odd", pulp.LpMaximize)
    items = [problem.add_variable(f"x{i}", 0, 1, pulp.LpBinary) for i in range(3)]
    problem.setObjective(expression(dict.fromkeys(items, 1.0)))
    problem.addConstraint(expression(dict.fromkeys(items, 1.0)) == 1.0, "one")
    outcome = run(problem, lazies=[NoOddCount(items)])
    assert (outcome.termination, outcome.values) == (Termination.infeasible, None)


def test_larger_case_closes_its_gap():
    case = ConcaveEarnings(40, 6, seed=5)
    seen = []
    outcome = run(case.problem, lazies=[case], judge=case.judge, progress=seen.append)
    chosen = np.array([outcome.value(item) for item in case.items])
    assert outcome.termination is Termination.optimal
    assert outcome.objective == pytest.approx(case.worth(chosen))
    assert case.volume @ chosen <= case.room + 1e-6
    assert {report.phase for report in seen} == {"relaxation", "search", "done"}
    told = [report for report in seen if report.incumbent is not None]
    assert all(report.incumbent <= outcome.objective + 1e-9 for report in told)
    assert all(report.bound >= outcome.objective - 1e-9 for report in told)


def test_loosened_gap_holds_for_the_true_objective():
    case = ConcaveEarnings(40, 6, seed=5)
    loose = run(case.problem, lazies=[case], judge=case.judge, limits=SearchLimits(gap=0.05))
    exact = run(case.problem, lazies=[case], judge=case.judge)
    assert loose.gap <= 0.05
    assert loose.objective <= exact.objective + 1e-6 <= loose.bound + 1e-3
    assert loose.rounds < exact.rounds


def test_start_counts_with_its_true_objective():
    case = ConcaveEarnings(40, 6, seed=5)
    start = {item: float(i in (0, 3)) for i, item in enumerate(case.items)}
    outcome = run(
        case.problem,
        lazies=[case],
        judge=case.judge,
        start={**start, **dict.fromkeys(case.earning, 1000.0)},
        limits=SearchLimits(seconds=0),
    )
    assert outcome.termination is Termination.time_limit
    assert outcome.objective == pytest.approx(case.worth(np.isin(np.arange(40), (0, 3)).astype(float)))


def test_judge_may_refuse_every_point():
    case = ConcaveEarnings(9, 2, seed=0)
    outcome = run(case.problem, lazies=[case], judge=lambda value: None)
    assert outcome.termination is Termination.error
    assert outcome.values is None


def test_judge_that_contradicts_the_rows_is_not_called_optimal():
    case = ConcaveEarnings(9, 2, seed=0)
    outcome = run(case.problem, lazies=[case], judge=lambda value: case.judge(value) - 50.0)
    assert outcome.termination is Termination.error
    assert outcome.gap > 0.1
    assert outcome.values is not None


@pytest.mark.parametrize("backend", BACKENDS)
def test_rows_that_exclude_the_solution_in_hand_are_an_error(backend):
    problem = pulp.LpProblem("one", pulp.LpMaximize)
    item = problem.add_variable("x", 0, 1, pulp.LpBinary)
    problem.setObjective(expression({item: 2.0}))

    class Impossible:
        def violated(self, value):
            return [Row({item: 1.0}, ">=", 2.0, "more than there is")]

    limits = SearchLimits(backend=backend)
    outcome = run(problem, lazies=[Impossible()], judge=lambda value: 1.0, start={item: 1.0}, limits=limits)
    assert (outcome.termination, outcome.objective) == (Termination.error, 1.0)


def test_cancel_ends_the_rounds_with_the_best_so_far():
    case = ConcaveEarnings(60, 10, seed=1)
    cancel = Cancel()

    def judge(value):
        cancel.cancel()
        return case.judge(value)

    outcome = run(case.problem, lazies=[case], judge=judge, cancel=cancel)
    assert outcome.termination is Termination.cancelled
    assert math.isfinite(outcome.objective)
    assert outcome.bound >= outcome.objective


def test_keyboard_interrupt_inside_a_rule_ends_the_run():
    case = ConcaveEarnings(9, 2, seed=0)

    class Interrupting:
        def violated(self, value):
            raise KeyboardInterrupt

    assert run(case.problem, lazies=[Interrupting()]).termination is Termination.cancelled


def test_row_that_is_asked_for_again_is_not_added_twice():
    case = ConcaveEarnings(9, 2, seed=0)

    class Stubborn:
        def violated(self, value):
            return [Row({case.items[0]: 1.0}, "<=", 0.0, "never the first")]

    outcome = run(case.problem, lazies=[case, Stubborn()], judge=case.judge)
    assert outcome.termination is Termination.optimal
    assert outcome.value(case.items[0]) == 0.0


class LimitedRisk:
    """Maximise gain·x under a budget; the mean of the worst fifth of the losses is limited or charged for."""

    def __init__(self, items, scenarios, seed, price):
        random = np.random.default_rng(seed)
        self.price = price
        self.gain = random.uniform(1, 10, items)
        self.loss = random.normal(0, 4, (scenarios, items)) - self.gain
        self.worst = scenarios // 5
        self.limit = math.inf if price else -0.2 * float(self.gain.sum())
        self.use = random.uniform(1, 5, items)
        self.room = float(self.use.sum() / 2)
        self.problem = pulp.LpProblem("risk", pulp.LpMaximize)
        self.items = [self.problem.add_variable(f"x{i:02}", 0, 1, pulp.LpBinary) for i in range(items)]
        self.risk = self.problem.add_variable("risk", -1000, 1000)
        gains = dict(zip(self.items, self.gain.tolist(), strict=True))
        self.problem.setObjective(expression({**gains, self.risk: -price}))
        use = expression(dict(zip(self.items, self.use.tolist(), strict=True)))
        self.problem.addConstraint(use <= self.room, "room")
        if not price:
            self.problem.addConstraint(expression({self.risk: 2.0}) <= 2.0 * self.limit, "limit")

    def tail(self, chosen):
        losses = self.loss @ chosen
        worst = np.argsort(-losses, kind="stable")[: self.worst]
        return float(losses[worst].mean()), self.loss[worst].mean(axis=0)

    def violated(self, value):
        true, slope = self.tail(np.array([value(item) for item in self.items]))
        if value(self.risk) < true - 1e-8:
            row = dict(zip(self.items, slope.tolist(), strict=True))
            yield Row({**row, self.risk: -1.0}, "<=", 0.0, "worst fifth")

    def judge(self, value):
        return self.worth(np.array([value(item) for item in self.items]))

    def worth(self, chosen):
        risk = self.tail(chosen)[0]
        return float(self.gain @ chosen) - self.price * risk if risk <= self.limit + 1e-6 else None

    def enumerated(self):
        plans = (np.array(plan) for plan in itertools.product((0, 1), repeat=len(self.items)))
        worths = [self.worth(plan) for plan in plans if self.use @ plan <= self.room]
        return max((worth for worth in worths if worth is not None), default=None)


@pytest.mark.slow
@pytest.mark.parametrize("price", [0.0, 0.7])
@pytest.mark.parametrize("judged", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_limited_and_priced_risk_reach_the_enumerated_optimum(price, judged, seed):
    case = LimitedRisk(10, 40, seed, price)
    outcome = run(case.problem, lazies=[case], judge=case.judge if judged else None)
    best = case.enumerated()
    if best is None:
        assert outcome.termination is Termination.infeasible
    else:
        assert outcome.termination is Termination.optimal
        assert outcome.objective == pytest.approx(best, rel=2e-6)
        assert outcome.bound >= best - 1e-6 * abs(best)


def test_same_case_takes_the_same_way_twice():
    case = LimitedRisk(30, 100, 3, 0.0)
    first, second = (run(case.problem, lazies=[case], judge=case.judge) for _ in range(2))
    assert first.rounds > 1
    assert (first.rounds, first.rows_on_demand) == (second.rounds, second.rows_on_demand)
    assert first.values.tolist() == second.values.tolist()
