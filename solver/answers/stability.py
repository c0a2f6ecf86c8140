"""Stability: does the choice settle as the scenarios become more?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from solver.answers.risk_report import risk_section
from solver.assessment.assessment import Assessment, assess
from solver.errors import InputError
from solver.instance.defects import Defect
from solver.instance.instance import Instance
from solver.portfolio.formulation import Formulation
from solver.portfolio.plan import read_plan
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.risk_figures import RiskFigures
from solver.portfolio.risks import losses
from solver.result import Result
from solver.risk.measures import Measure
from solver.run import Cancel, Listener, Run, SearchLimits, Termination
from solver.study.solving import solved
from solver.study.study import Study

SMALLEST = 100
GROWTH = 4

Choice = dict[str, tuple[str, int]]


@dataclass(frozen=True)
class Judged:
    """A choice on the fresh scenarios: expected benefit, and the measure of the loss."""

    expected: Annotated[float, "The expected benefit."]
    value: Annotated[float, "The measure of the loss."]


@dataclass(frozen=True)
class Changes:
    """What differs from the choice before, by id; `moved` is in both, at another level or start."""

    joined: Annotated[tuple[str, ...], "Who comes in."]
    left: Annotated[tuple[str, ...], "Who drops out."]
    moved: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.joined or self.left or self.moved)


@dataclass(frozen=True)
class Step:
    """One solve with a number of scenarios, and its choice judged on the same fresh scenarios as all others.

    `risk`, the figures of the measure gone by, and `fresh` are None where no portfolio was found,
    `changes` where there is nothing to compare with.
    """

    scenarios: int
    result: Result
    risk: RiskFigures | None
    fresh: Judged | None
    changes: Changes | None


def growing_sizes(scenarios: int) -> tuple[int, ...]:
    """The numbers of scenarios to try: four times as many each time, up to those of the instance.

    >>> growing_sizes(10_000)
    (156, 625, 2500, 10000)
    """
    sizes = [scenarios]
    while sizes[-1] // GROWTH >= SMALLEST:
        sizes.append(sizes[-1] // GROWTH)
    return tuple(reversed(sizes))


def stability(
    instance: Instance,
    sizes: Iterable[int] = (),
    formulation: Formulation | None = None,
    *,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Iterator[Step]:
    """Solve again and again with more scenarios, and judge every choice on one fresh set.

    `sizes` are tried from the smallest; without any, those of `growing_sizes`. The fresh set is as large as
    the largest of them, and as the instance's own. `limits` hold over everything, and each solve has an equal
    share of the time that is left; one that is cancelled yields nothing. Raises InputError where there are no
    scenarios to draw.
    """
    risk = risk_section(instance)
    sizes = tuple(sorted(set(sizes))) or growing_sizes(risk.scenarios)
    if instance.scenarios:
        remedy = "leave the table out: stability draws ever more scenarios, and these are all there are"
        raise InputError([Defect("scenarios", remedy)])
    if sizes[0] < 1:
        raise InputError([Defect("sizes", "numbers of scenarios, at least 1 each", value=sizes[0])])
    run, locks = Run(limits, progress, cancel), (tuple(include), tuple(exclude))
    return _steps(instance, sizes, formulation or Formulation.of(instance), run, *locks)


def _steps(
    instance: Instance,
    sizes: Sequence[int],
    asked: Formulation,
    run: Run,
    include: Iterable[str],
    exclude: Iterable[str],
) -> Iterator[Step]:
    leading = asked.leading(instance)
    measure = asked.watched(instance)[leading].measure
    largest = _with_scenarios(instance, max(*sizes, risk_section(instance).scenarios))
    judge = run.attended(lambda: assess(largest), lambda: None)
    before: Portfolio | None = None
    for place, size in enumerate(sizes):
        part = run.part(1.0 / (len(sizes) - place))
        study = Study(_with_scenarios(instance, size), asked).locked(include, exclude)
        result = solved(study, part)
        if result.termination is Termination.cancelled:
            return
        risk = result.risks[leading] if result.risks else None
        fresh = run.attended(partial(_judged, judge, result.portfolio, measure), lambda: None)
        yield Step(size, result, risk, fresh, changes(before, result.portfolio))
        if run.is_over:
            return
        before = result.portfolio


def settles_at(steps: Sequence[Step]) -> int | None:
    """The number of scenarios from which on the choice stays; None where the last step changed it."""
    settled = None
    for before, step in zip(reversed(steps[:-1]), reversed(steps[1:]), strict=True):
        if step.changes is None or step.changes:
            break
        settled = before.scenarios
    return settled


def changes(before: Portfolio | None, after: Portfolio | None) -> Changes | None:
    """What is different between two choices of partners and applications; None where there are not two."""
    if before is None or after is None:
        return None
    old, new = _choice(before), _choice(after)
    return Changes(
        joined=tuple(id_ for id_ in new if id_ not in old),
        left=tuple(id_ for id_ in old if id_ not in new),
        moved=tuple(id_ for id_ in new if id_ in old and new[id_] != old[id_]),
    )


def _choice(portfolio: Portfolio) -> Choice:
    """Level and start by id."""
    partners = {row.id: (row.level, row.start) for row in portfolio.partners}
    return partners | {row.id: ("", row.start) for row in portfolio.applications}


def _with_scenarios(instance: Instance, scenarios: int) -> Instance:
    risk = risk_section(instance).model_copy(update={"scenarios": scenarios})
    return instance.model_copy(update={"risk": risk})


def _judged(judge: Assessment | None, portfolio: Portfolio | None, measure: Measure) -> Judged | None:
    fresh = None if judge is None else judge.fresh_outlook
    if portfolio is None or judge is None or fresh is None:
        return None
    selection = read_plan(judge, portfolio.to_dict()).selection
    lost = losses(selection, fresh)
    return Judged(
        -float(fresh.scenarios.probability @ lost), measure.value(lost, fresh.scenarios.probability)
    )
