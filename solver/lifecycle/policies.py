"""Policies: how an alliance is run from period to period, and what comes of one in a future."""

from __future__ import annotations

import math
from dataclasses import dataclass

from solver.errors import InputError
from solver.instance.defects import Defect, nearest
from solver.lifecycle.advance import RECURRING, carried_out, components_of, first_period_of
from solver.lifecycle.futures import Future, news_from
from solver.portfolio.choices import moves, same_choice
from solver.portfolio.formulation import Formulation
from solver.portfolio.quantities import Bound
from solver.portfolio.rules import Wish
from solver.portfolio.selection import Selection
from solver.run import Run
from solver.study.knowledge import Knowledge
from solver.study.study import Study

STATIC, REBALANCE, RANKING = "static", "rebalance", "ranking"
NO_BETTER = 1e-9
"""Relative to the value: a plan that is better by less is no reason to change one."""


@dataclass(frozen=True)
class Policy:
    """How an alliance is run: what is planned first, and how far that is changed when there is news.

    `changes` are how many elements may be chosen otherwise than planned, each period; infinite: any.
    """

    name: str
    changes: float = 0.0

    @property
    def ranks(self) -> bool:
        """Whether it begins with what is worth most by itself, not with the best plan."""
        return self.name == RANKING


def policy_named(name: str) -> Policy:
    """The policy that a name stands for: static, ranking, rebalance, or rebalance:2 for two changes a period.

    Raises InputError for any other.
    """
    kind, _, most = name.partition(":")
    if kind == REBALANCE and (not most or most.isdecimal()):
        return Policy(name, float(most) if most else math.inf)
    if name in (STATIC, RANKING):
        return Policy(name)
    hint = nearest(kind, (STATIC, REBALANCE, RANKING))
    remedy = f"static, rebalance, rebalance:2 (at most two changes each period) or ranking{hint}"
    raise InputError([Defect("policies", remedy, value=name)])


@dataclass(frozen=True)
class Course:
    """What came of a policy in one future: the value, in today's money, and how often the plan was changed.

    `stuck` counts the periods in which nothing was possible within the rules, and the plan went on as it was.
    """

    value: float
    changes: int
    stuck: int


def course(
    plan: Selection, formulation: Formulation, policy: Policy, future: Future, weight: float, run: Run
) -> Course:
    """Carry out a plan period by period as a policy does, while a future comes."""
    value, changes, stuck, discount = 0.0, 0, 0, 1.0
    for _ in range(plan.assessment.instance.periods):
        instance = plan.assessment.instance
        first = future.comes(first_period_of(plan))
        counted = components_of(first)
        value += sum(amount * (discount if name in RECURRING else 1.0) for name, amount in counted.items())
        if instance.periods == 1:
            break
        news, surprising = news_from(first, weight)
        done = carried_out(plan, news)
        formulation = formulation.carried_over(instance, done.following)
        discount /= 1.0 + instance.discount_rate
        plan = done.rest
        if policy.changes and surprising:
            better = rebalanced(plan, formulation, policy, run)
            stuck += better is None
            changes += 0 if better is None else len(moves(plan, better))
            plan = better or plan
    return Course(value, changes, stuck)


def rebalanced(plan: Selection, formulation: Formulation, policy: Policy, run: Run) -> Selection | None:
    """The best that a policy may change a plan to: itself where nothing is better, None for no portfolio."""
    study = Study(Knowledge.of(plan.assessment), formulation)
    if math.isfinite(policy.changes):
        within = Bound(same_choice(plan), "<=", policy.changes, "changes of the plan")
        study = study.limited(Wish(within))
    best = study.best(run, start=plan).sound()
    if best.selection is None or best.objective is None:
        return None
    kept = study.problem.evaluate(plan)
    if kept is not None and best.objective <= kept + NO_BETTER * max(1.0, abs(kept)):
        return plan
    return best.selection
