"""Rolling: how ways to run an alliance do over many futures, period by period, from its own risk model."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np

from solver.answers.answer import UNKNOWN, Amount, Answer, about, best_value
from solver.assessment.benefit import Floats
from solver.errors import InputError
from solver.instance.defects import Defect
from solver.lifecycle.advance import components_of
from solver.lifecycle.futures import Futures
from solver.lifecycle.policies import Policy, policy_named
from solver.lifecycle.running import found
from solver.lifecycle.simulation import Courses, Kept, KeptInFile, Simulation, simulate
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.selection import Selection
from solver.risk.measures.tail import CVaR
from solver.run import Cancel, Listener, Run, SearchLimits
from solver.search.heuristics.ranking import ranking
from solver.shapes import Shaped
from solver.study.proven import Proven
from solver.study.study import Study

POLICIES = ("static", "rebalance", "rebalance:1", "ranking")
FUTURES, SEED = 100, 7
FOR_THE_BEST = 0.3
CONFIDENCE = 0.95
WORST_TENTH = CVaR(0.9)


@dataclass(frozen=True)
class Estimate(Shaped):
    """The `mean` over futures, and the 95 % interval from `low` to `high` in which the true one lies.

    The interval is None of a single future. It is Student's, which futures spread as evenly as these keep.
    """

    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class PolicyFigures(Shaped):
    """How one policy does: its first `portfolio`, what that was `planned` to be worth, and what came of it.

    `value` is what the alliance was worth over all periods, in today's money, `deviation` how far futures
    differ, `worst` the mean of the worst tenth of them. `against` is the mean of the differences to the first
    policy, future by future, `better` the share of futures in which it does better. `changes` are how many a
    future brought to the plan, on average, `stuck` the periods in which the rules left nothing to choose and
    the plan went on. None where there was no portfolio, or no future came.
    """

    policy: Annotated[str, "static, rebalance, rebalance:K (at most K changes each period) or ranking."]
    portfolio: Portfolio | None
    planned: float | None
    value: Estimate | None
    deviation: float | None
    worst: float | None
    against: Estimate | None
    better: float | None
    changes: float | None
    stuck: int | None


@dataclass(frozen=True)
class Outcome(Shaped):
    """What one future brought."""

    future: Annotated[int, "Its number, from 0 on."]
    values: Annotated[
        tuple[float | None, ...], "What each policy came to, in their order; null without a portfolio."
    ]


@dataclass(frozen=True)
class Rolling(Answer):
    """How policies do over `futures`, of which `wanted` were asked for, drawn with a `seed`.

    All policies meet the same futures. `best` is what today's best portfolio is expected to be worth, with
    its proof. `weight` is how many trials of a pilot a period counts for: what is believed of success moves
    by it. `outcomes` are the futures one by one.
    """

    best: Amount
    periods: Annotated[int, "How many periods there are."]
    wanted: int
    futures: int
    seed: int
    weight: float
    policies: tuple[PolicyFigures, ...]
    outcomes: tuple[Outcome, ...]


def roll(
    study: Study,
    *,
    policies: Sequence[str] = POLICIES,
    futures: int = FUTURES,
    seed: int | None = None,
    weight: float | None = None,
    workers: int = 1,
    store: str | Path | None = None,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Rolling:
    """How ways to run an alliance do over many futures: plan, let a period come, go one period on, change.

    Futures are scenarios of the risk section (of one with its defaults where there is none). Policies are
    `static` (the best plan, carried out as it is), `rebalance` (changed to the best each period that brings
    news), `rebalance:2` (two changes each period at most), `ranking` (what is worth most by itself first,
    carried out as it is). `weight` is how many trials a period counts for as evidence of success, as many as
    the prior if not given. With a `store` what came of every future stays in a file, and the same question
    goes on there. Raises InputError for unknown policies, and where the planner gave scenarios.
    """
    run = Run(limits, progress, cancel)
    answering = _Rolling(study, tuple(policies), futures, seed, weight, run)
    with tempfile.TemporaryDirectory() as folder:
        kept = Kept()
        if store is not None or workers > 1:
            kept = KeptInFile(Path(store or Path(folder) / "futures.sqlite"))
        return run.attended(lambda: answering.full(kept, workers), lambda: answering.so_far(kept))


class _Rolling:
    """What is known so far: enough for an answer whenever the run has to stop."""

    def __init__(
        self,
        study: Study,
        policies: tuple[str, ...],
        futures: int,
        seed: int | None,
        weight: float | None,
        run: Run,
    ) -> None:
        self._policies = tuple(policy_named(name) for name in dict.fromkeys(policies))
        if futures < 1 or not self._policies:
            remedy = "at least one future, and at least one policy"
            raise InputError([Defect("roll", remedy, value=min(futures, len(self._policies)))])
        instance = study.instance
        self._asked, self._run = study, run
        self._study = study
        if instance.actuals:  # what really came in is no draw
            bare = instance.model_copy(update={"actuals": ()})
            self._study = study.revised(bare).asking(study.formulation)
        own = SEED if instance.risk is None else instance.risk.seed
        self._futures, self._seed = futures, own if seed is None else seed
        self._weight = instance.prior.prior_strength if weight is None else weight
        Futures(self._study.instance, 1, self._seed)  # says what is wrong before anything is searched
        self._best: Proven | None = None
        self._plans: dict[str, Selection | None] = {}
        self._simulation: Simulation | None = None

    def full(self, kept: Kept, workers: int) -> Rolling:
        self._best = found(self._study, self._run.part(FOR_THE_BEST))
        for policy in self._policies:
            ranked = ranking(self._study.problem, self._run) if policy.ranks else self._best.selection
            self._plans[policy.name] = ranked
        plans = [
            (policy, plan.portfolio())
            for policy in self._policies
            if (plan := self._plans[policy.name]) is not None
        ]
        if plans:
            self._simulation = Simulation(
                self._study.instance,
                self._study.formulation,
                tuple(plans),
                self._futures,
                self._seed,
                self._weight,
                self._run.limits.gap,
            )
            simulate(self._simulation, kept, self._run, workers)
        return self.so_far(kept)

    def so_far(self, kept: Kept) -> Rolling:
        """The answer as far as it is known."""
        courses = {} if self._simulation is None else kept.courses(self._simulation)
        came = list(courses.values())
        reference = self._policies[0]
        return Rolling(
            **about(self._asked, self._run),
            best=UNKNOWN if self._best is None else best_value(self._best),
            periods=self._study.instance.periods,
            wanted=self._futures,
            futures=len(came),
            seed=self._seed,
            weight=self._weight,
            policies=tuple(self._figures(policy, reference, came) for policy in self._policies),
            outcomes=tuple(
                Outcome(number, tuple(_value(found, policy) for policy in self._policies))
                for number, found in courses.items()
            ),
        )

    def _figures(self, policy: Policy, reference: Policy, came: list[Courses]) -> PolicyFigures:
        plan = self._plans.get(policy.name)
        if plan is None:
            return PolicyFigures(policy.name, *[None] * 9)
        told = (policy.name, plan.portfolio(), sum(components_of(plan).values()))
        if not came:
            return PolicyFigures(*told, *[None] * 7)
        mine = [one[policy.name] for one in came]
        values = np.array([one.value for one in mine])
        against = better = None
        if policy != reference and self._plans[reference.name] is not None:
            difference = values - np.array([one[reference.name].value for one in came])
            against, better = estimate(difference), float((difference > _rounding(values)).mean())
        alike = np.full(len(values), 1 / len(values))
        return PolicyFigures(
            *told,
            value=estimate(values),
            deviation=float(values.std(ddof=1)) if len(values) > 1 else None,
            worst=-WORST_TENTH.value(-values, alike),
            against=against,
            better=better,
            changes=sum(one.changes for one in mine) / len(mine),
            stuck=sum(one.stuck for one in mine),
        )


def estimate(values: Floats) -> Estimate:
    """The mean of values, shape (S,), with Student's interval."""
    mean = float(values.mean())
    if len(values) < 2:
        return Estimate(mean, None, None)
    from scipy.special import stdtrit

    half = float(stdtrit(len(values) - 1, (1 + CONFIDENCE) / 2) * values.std(ddof=1)) / math.sqrt(len(values))
    return Estimate(mean, mean - half, mean + half)


def _rounding(values: Floats) -> Floats:
    return np.asarray(1e-9 * np.maximum(1.0, np.abs(values)))


def _value(courses: Courses, policy: Policy) -> float | None:
    return courses[policy.name].value if policy.name in courses else None
