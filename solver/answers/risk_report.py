"""The risk of a portfolio laid open: how much may be lost, when, and by whose failure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from solver.answers.stress import Stressed, stress_test
from solver.answers.tail import TailScenario, tail_scenarios
from solver.assessment.benefit import Floats
from solver.errors import BrokenPlanError, InputError
from solver.instance.defects import Defect
from solver.instance.instance import Instance
from solver.instance.settings import Risk
from solver.pipeline import Judgement, judged
from solver.portfolio.formulation import Formulation
from solver.portfolio.plan_document import portfolio_part
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.risk_figures import RiskFigures, risk_figures
from solver.portfolio.risks import LossMeasure, losses, outlook_for
from solver.portfolio.rules import STRUCTURE
from solver.risk.measures import CVaR, VaR, probability_of_loss
from solver.run import Cancel, Listener, Run, SearchLimits
from solver.shapes import Shaped, as_named
from solver.shown import Shown
from solver.study.study import Study

QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
RANGES = 40


@dataclass(frozen=True)
class Range:
    """How often a loss lies between `least` and `most`."""

    least: float
    most: float
    share: Annotated[float, "Of all cases."]


@dataclass(frozen=True)
class Distribution:
    """How a loss is distributed; a negative loss is a gain.

    `quantiles` holds, by probability, the loss that is not exceeded with it; VaR and CVaR
    (`expected_shortfall`) are at `level`. `ranges` are as wide each, side by side, and hold every case.
    """

    mean: Annotated[float, "The mean loss."]
    deviation: Annotated[float, "Its standard deviation."]
    quantiles: Mapping[str, float]
    value_at_risk: Annotated[float, "The loss exceeded in the worst cases only."]
    expected_shortfall: float
    level: float
    probability_of_loss: Annotated[float, "In what share of cases anything is lost."]
    ranges: tuple[Range, ...]


@dataclass(frozen=True)
class RiskReport(Shaped, Shown):
    """What is known about the risk of one plan.

    `figures` are the measures that the instance names or the formulation uses, the one it goes by first,
    which `stresses` speak of as well. `fresh` is the distribution over scenarios that nothing was chosen by;
    None where the planner gave the scenarios.
    """

    judgement: Judgement
    figures: tuple[RiskFigures, ...]
    distribution: Distribution
    fresh: Distribution | None
    tail: tuple[TailScenario, ...]
    stresses: tuple[Stressed, ...]

    KEYS = as_named("risks", "distribution", "out_of_sample", "tail", "stresses") | {
        "risks": "figures",
        "out_of_sample": "fresh",
    }


def risk_report(
    instance: Instance,
    plan: Portfolio | Mapping[str, Any],
    formulation: Formulation | None = None,
    *,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> RiskReport:
    """Lay the risk of a plan open: a portfolio that was found, or a plan as `verify` takes it.

    Limits and measures are those of the formulation, which is the instance's own where none is given.

    Raises InputError where the instance has no section `risk`, and BrokenPlanError for a plan that is no
    portfolio because it breaks more than a limit, e.g. an application without its providers, and
    StoppedError where the run has to stop first.
    """
    risk, run = risk_section(instance), Run(limits, progress, cancel)
    study = Study(instance, formulation).locked(include, exclude)
    return run.attended(lambda: _laid_open(study, plan, risk, run), run.end)


def _laid_open(study: Study, plan: Portfolio | Mapping[str, Any], risk: Risk, run: Run) -> RiskReport:
    judgement = judged(study, portfolio_part(plan), run)
    _refuse_what_is_no_portfolio(judgement)
    instance, asked, selection = study.instance, study.formulation, judgement.selection
    watched, leading = asked.watched(instance), asked.leading(instance)
    watched = (watched[leading], *watched[:leading], *watched[leading + 1 :])
    outlook = outlook_for(LossMeasure(watched[0].measure), selection)
    lost = losses(selection, outlook)
    fresh = study.assessment.fresh_outlook
    lost_anew = None if fresh is None else losses(selection, fresh)
    ends = _ends(lost) if lost_anew is None else _ends(lost, lost_anew)
    return RiskReport(
        judgement=judgement,
        figures=risk_figures(selection, watched),
        distribution=distribution(lost, outlook.scenarios.probability, risk.level, ends),
        fresh=None
        if fresh is None or lost_anew is None
        else distribution(lost_anew, fresh.scenarios.probability, risk.level, ends),
        tail=tail_scenarios(selection, outlook, lost, risk.level),
        stresses=stress_test(selection, outlook, watched[0].measure),
    )


def risk_section(instance: Instance) -> Risk:
    """What the instance says about risk; raises InputError, with the remedy, where it says nothing."""
    if instance.risk is None:
        remedy = "add a section risk, which says how outcomes are drawn; --set risk.measure=cvar tries one"
        raise InputError([Defect("risk", remedy)])
    return instance.risk


def distribution(lost: Floats, probability: Floats, level: float, ends: Floats) -> Distribution:
    """The distribution of a loss of shape (S,), with VaR and CVaR at a level, and its ranges between ends."""
    mean = float(probability @ lost)
    return Distribution(
        mean=mean,
        deviation=float(np.sqrt(probability @ (lost - mean) ** 2)),
        quantiles={f"{chance:g}": VaR(chance).value(lost, probability) for chance in QUANTILES},
        value_at_risk=VaR(level).value(lost, probability),
        expected_shortfall=CVaR(level).value(lost, probability),
        level=level,
        probability_of_loss=probability_of_loss(lost, probability),
        ranges=tuple(_ranges(lost, probability, ends)),
    )


def _ends(*losses: Floats) -> Floats:
    """The ends of ranges that hold all of these losses."""
    together = np.concatenate(losses)
    return np.histogram_bin_edges(together, RANGES)


def _ranges(lost: Floats, probability: Floats, ends: Floats) -> Iterator[Range]:
    shares, _ = np.histogram(lost, ends, weights=probability)
    for least, most, share in zip(ends[:-1], ends[1:], shares, strict=True):
        yield Range(float(least), float(most), float(share))


def _refuse_what_is_no_portfolio(judgement: Judgement) -> None:
    structure = {rule.name for rule in STRUCTURE}
    broken = [reading for reading in judgement.verdict.broken if reading.rule in structure]
    if broken:
        raise BrokenPlanError([Defect("plan", reading.sentence) for reading in broken])
