"""The instance one period on: what was planned is done, with the news of the period (spec 8.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from solver.answers.answer import Answer, about
from solver.assessment.assessment import assess
from solver.errors import InputError
from solver.instance.defects import Defect
from solver.instance.instance import Instance
from solver.lifecycle.news import News, news_of
from solver.lifecycle.running import found
from solver.lifecycle.successor import Successor, first_period_alone, has_started
from solver.portfolio.checker import check
from solver.portfolio.plan import read_plan, with_needed_licences
from solver.portfolio.portfolio import ChosenPartner, LaunchedApplication, Portfolio
from solver.portfolio.selection import Selection
from solver.portfolio.terms import COMPONENTS
from solver.run import Cancel, Listener, Run, SearchLimits
from solver.shapes import Shaped
from solver.study.plans import Plannable, completed_plan
from solver.study.study import Study

RECURRING = ("partners", "applications", "market")
"""Components that are amounts of periods, discounted; all others are counted once, as they are."""


@dataclass(frozen=True)
class Happened(Shaped):
    """What one partner or application was planned to bring in the first period, and what really came.

    `planned_revenue` and `planned_cost` are expected, `revenue` and `cost` None where nobody said.
    """

    id: Annotated[str, "Its id."]
    planned_revenue: float
    planned_cost: float
    revenue: float | None
    cost: float | None


@dataclass(frozen=True)
class Advanced(Answer):
    """An instance one period on.

    `document` is the next instance, `plan` what of the plan goes on there. `counted` is what the first period
    counted by component, `remaining` what the plan is worth in the next instance: the value of the plan is
    Σ counted + Σ recurring remaining / (1 + discount_rate) + Σ other remaining. `elements` are what was
    planned against what happened, `broken` the rules that the plan breaks, `log` what was taken over.
    """

    document: Mapping[str, Any]
    plan: Portfolio
    counted: Mapping[str, float]
    remaining: Mapping[str, float]
    elements: tuple[Happened, ...]
    broken: tuple[str, ...]
    log: tuple[str, ...]

    @cached_property
    def next(self) -> Instance:
        """The next instance."""
        return Instance.from_document(self.document)


def advance(
    study: Study,
    plan: Plannable | None = None,
    news: News | Mapping[str, Any] | None = None,
    *,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Advanced:
    """The instance one period on, when a plan is carried out; without a plan, the best portfolio.

    `news` are tables of rows: `actuals` (revenue and cost of what was active), `evidence`, `health`; the
    table `actuals` of the instance counts as well. Raises InputError where there is no later period or no
    portfolio, and for news that make no sense.
    """
    run = Run(limits, progress, cancel)
    instance = study.instance
    if instance.periods == 1:
        raise InputError([Defect("periods", "at least 2: there is no later period to go on to", value=1)])
    selection = _planned(study, plan, run)
    done = carried_out(selection, news)
    log = list(done.log)
    if instance.scenarios:
        log.append("The scenarios give benefits of the whole horizon and stay as they are: look them over.")
    return Advanced(
        **about(study, run),
        document=done.following.to_document(),
        plan=done.plan,
        counted=components_of(done.first),
        remaining=components_of(done.rest),
        elements=done.elements,
        broken=tuple(reading.sentence for reading in check(study.formulation, selection).broken),
        log=tuple(log),
    )


@dataclass(frozen=True)
class CarriedOut:
    """A plan whose `first` period is over: what goes on of it is a `plan`, the `rest`, in the `following`."""

    plan: Portfolio
    first: Selection
    following: Instance
    rest: Selection
    elements: tuple[Happened, ...]
    log: tuple[str, ...]


def carried_out(selection: Selection, news: News | Mapping[str, Any] | None) -> CarriedOut:
    """Carry out the first of several periods; raises InputError for news that make no sense."""
    instance, ids = selection.assessment.instance, selection.assessment.elements
    started = has_started(selection)
    told = news_of(instance, news, {ids[element] for element in started})
    first = first_period_of(selection)
    happened = tuple(_happened(first, told))
    cost = {row.id: row.planned_cost if row.cost is None else row.cost for row in happened}
    successor = Successor(selection, {element: cost[ids[element]] for element in started})
    document = successor.document()
    log = (*successor.log, *told.added_to(document, instance))
    following = Instance.from_document(document)
    plan = _going_on(selection)
    rest = read_plan(assess(following), plan.to_dict()).selection
    return CarriedOut(plan, first, following, rest, happened, log)


def _planned(study: Study, plan: Plannable | None, run: Run) -> Selection:
    if plan is not None:
        return completed_plan(plan, study.formulation, study.assessment, "plan", run).selection
    best = found(study, run).selection
    if best is None:
        run.check()
        remedy = "a plan, or an instance that has a portfolio: `partnerfolio explain` says why there is none"
        raise InputError([Defect("plan", remedy)])
    return best


def first_period_of(selection: Selection) -> Selection:
    """What has started, in an instance that ends after the first period."""
    started = has_started(selection)
    ids, level = selection.assessment.elements, selection.assessment.options.level
    alone = assess(first_period_alone(selection.assessment.instance))
    options = []
    for element in started:
        wanted = level[selection.option_of[element]]
        options += [
            o for o in alone.options.of(alone.index[ids[element]]) if alone.options.level[o] == wanted
        ]
    needs = selection.assessment.needs
    assigned = frozenset(row for row in selection.assigned if needs[row[0]].application in started)
    return with_needed_licences(Selection(alone, tuple(options), assigned))


def _happened(first: Selection, told: News) -> list[Happened]:
    assessment, options = first.assessment, first.assessment.options
    actual = {row["id"]: row for row in told.actuals}
    found = []
    for element, option in sorted(first.option_of.items()):
        id_ = assessment.elements[element]
        row = actual.get(id_, {})
        planned = float(options.revenue[option]), float(options.spending[option].sum())
        found.append(Happened(id_, *planned, row.get("revenue"), row.get("cost")))
    return found


def _going_on(selection: Selection) -> Portfolio:
    """The plan as it stands one period later."""
    portfolio = selection.portfolio()
    return Portfolio(
        partners=tuple(ChosenPartner(one.id, one.level, max(1, one.start - 1)) for one in portfolio.partners),
        applications=tuple(
            LaunchedApplication(one.id, max(1, one.start - 1)) for one in portfolio.applications
        ),
        assignments=portfolio.assignments,
        licences=portfolio.licences,
    )


def components_of(selection: Selection) -> dict[str, float]:
    """What each component of the value comes to."""
    return {name: float(sum(term.amount(selection) for term in terms)) for name, terms in COMPONENTS.items()}
