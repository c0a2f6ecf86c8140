"""An engine that is asked again and again answers as a new one does, whatever was asked before."""

from __future__ import annotations

import numpy as np
import pulp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.driver import Asked, Engine, Row, RowBlock, Termination, expression
from solver.driver.handover import hand_over
from solver.driver.memory import Memory
from solver.model.growing_block import GrowingBlock
from solver.run import NO_DECISION, Decision, Run
from tests.draws import unshrunk
from tests.test_cutting import ConcaveEarnings, NoOddCount

CHANGES = st.sampled_from(["room", "in", "out", "costs", "more rows", "nothing"])


def answers_alike(problem: pulp.LpProblem, engine: Engine, asked: Asked) -> tuple[int, int]:
    """How many rows the engine and a new one ask for; both say the same."""
    kept, fresh = engine.solve(asked, Run()), Engine(problem).solve(asked, Run())
    assert kept.termination == fresh.termination
    assert kept.objective == pytest.approx(fresh.objective, rel=2e-6)
    assert kept.bound == pytest.approx(fresh.bound, rel=2e-6)
    return kept.rows_on_demand, fresh.rows_on_demand


class Changing:
    """Concave earnings whose room, bounds, costs and rows around change by draws."""

    def __init__(self, seed: int) -> None:
        self.case = ConcaveEarnings(9, 2, seed)
        self.random = np.random.default_rng(seed)

    def changed(self, how: str) -> Asked:
        """What is asked after a change, the start of an empty plan included."""
        case, random = self.case, self.random
        item = case.items[int(random.integers(len(case.items)))]
        blocks: list[RowBlock] = []
        match how:
            case "room":
                use = dict(zip(case.items, case.volume.tolist(), strict=True))
                blocks = [
                    GrowingBlock(Row(use, "<=", case.room * random.uniform(0.4, 1.0), "less room")).done()
                ]
            case "in":
                item.lowBound = 1.0 if sum(i.lowBound for i in case.items) < 2 else 0.0
            case "out":
                item.lowBound = item.upBound = 0.0
            case "costs":
                case.cost = np.round(case.cost * random.uniform(0.5, 2.0, len(case.cost)), 2)
                costs = dict(zip(case.items, (-case.cost).tolist(), strict=True))
                case.problem.setObjective(expression({**costs, **dict.fromkeys(case.earning, 1.0)}))
            case "more rows":
                two = dict.fromkeys([item, case.items[0]], 1.0)
                blocks = [GrowingBlock(Row(two, "<=", 1.0, "not both")).done()]
        start = dict.fromkeys(case.items, 0.0) if all(i.lowBound == 0 for i in case.items) else {}
        return Asked(blocks, [case], start=start, judge=case.judge)


@pytest.mark.slow
@given(st.integers(0, 200), st.lists(CHANGES, min_size=3, max_size=5))
@unshrunk(4)
def test_any_sequence_of_changes_is_answered_as_by_a_new_engine(seed: int, changes: list[str]) -> None:
    changing = Changing(seed)
    engine = Engine(changing.case.problem)
    for how in changes:
        answers_alike(changing.case.problem, engine, changing.changed(how))


def test_what_a_rule_has_asked_for_is_not_asked_for_again() -> None:
    changing = Changing(4)
    engine = Engine(changing.case.problem)
    first, _ = answers_alike(changing.case.problem, engine, changing.changed("nothing"))
    again, anew = answers_alike(changing.case.problem, engine, changing.changed("nothing"))
    assert again == 0 < anew == first


def even() -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    problem = pulp.LpProblem("even", pulp.LpMaximize)
    items = [problem.add_variable(f"x{i}", 0, 1, pulp.LpBinary) for i in range(5)]
    problem.setObjective(expression(dict(zip(items, [5.0, 4.0, 3.0, 2.0, 1.0], strict=True))))
    problem.addConstraint(expression(dict.fromkeys(items, 1.0)) <= 3.0, "at most three")
    return problem, items


def test_rows_go_with_the_rule_that_asked_for_them() -> None:
    problem, items = even()
    engine = Engine(problem)
    for lazies, best in ([[NoOddCount(items)], 9.0], [[], 12.0], [[NoOddCount(items)], 9.0], [[], 12.0]):
        assert engine.solve(Asked(lazies=lazies), Run()).objective == pytest.approx(best)


def test_rows_that_refuse_a_point_of_one_question_are_none_of_the_next() -> None:
    problem, items = even()

    def refused(value, tolerated):
        best = all(value(item) > 0.5 for item in items[:3])
        return [Row(dict.fromkeys(items[:3], 1.0), "<=", 2.0, "not these")] if best else []

    def judged(value):
        worth = sum((5 - place) * value(item) for place, item in enumerate(items))
        return None if refused(value, True) else worth

    engine, lazies = Engine(problem), [NoOddCount([])]
    without = Asked(lazies=lazies, judge=judged, refusal=refused)
    for asked, best in ((without, 11.0), (Asked(lazies=lazies), 12.0), (without, 11.0)):
        assert engine.solve(asked, Run()).objective == pytest.approx(best)


def test_what_an_engine_was_asked_at_another_scale_is_the_same_row() -> None:
    changing = Changing(7)
    case, engine = changing.case, Engine(changing.case.problem)
    answers_alike(case.problem, engine, changing.changed("nothing"))
    grown = expression({case.earning[0]: 1e6, case.items[0]: 1.0})
    case.problem.addConstraint(grown <= 1e9, "in another unit")
    answers_alike(case.problem, engine, changing.changed("nothing"))


@pytest.mark.parametrize("seed", range(3))
def test_wherever_a_search_looks_first_it_finds_the_best(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    anywhere = np.random.default_rng(seed)
    monkeypatch.setattr(Memory, "solution", lambda self, columns: anywhere.integers(0, 2, len(columns)) * 1.0)
    changing = Changing(seed)
    engine = Engine(changing.case.problem)
    for how in ("nothing", "room", "in"):
        answers_alike(changing.case.problem, engine, changing.changed(how))


def test_after_a_contradiction_nothing_is_kept() -> None:
    problem, items = even()
    engine, lazies = Engine(problem), [NoOddCount(items)]
    sound = Asked(lazies=lazies, start=dict.fromkeys(items, 0.0), judge=lambda value: 0.0)
    engine.solve(Asked(lazies=lazies), Run())
    assert list(engine._memory.rows(hand_over(problem).columns))
    wrong = [GrowingBlock(Row({items[0]: 1.0}, ">=", 1.0, "wrong")).done()]
    ended = engine.solve(Asked(wrong, lazies, start=sound.start, judge=sound.judge), Run())
    assert ended.termination is Termination.error
    assert not list(engine._memory.rows(hand_over(problem).columns))
    assert engine.solve(Asked(lazies=lazies), Run()).objective == pytest.approx(9.0)


@pytest.mark.parametrize("decision", [Decision(enough=1.0), Decision(hopeless=1e4), NO_DECISION])
def test_a_decision_ends_a_later_search_too(decision: Decision) -> None:
    changing = Changing(3)
    engine = Engine(changing.case.problem)
    first = engine.solve(changing.changed("nothing"), Run())
    asked = changing.changed("nothing")
    later = engine.solve(Asked(asked.blocks, asked.lazies, judge=asked.judge, decision=decision), Run())
    if decision is NO_DECISION:
        assert later.objective == pytest.approx(first.objective, rel=2e-6)
    else:
        assert later.termination in (Termination.decided, Termination.optimal)
        assert decision.taken(later.objective, later.bound)
