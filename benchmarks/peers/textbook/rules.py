"""Every rule as rows of the plain program, the way its definition reads."""

from __future__ import annotations

from functools import singledispatch

import numpy as np
import pulp

from benchmarks.peers.textbook.measures import largest_losses
from benchmarks.peers.textbook.quantities import Quantities
from solver.errors import FormulationError
from solver.portfolio.rules import (
    BoundRule,
    ChanceLimit,
    Conflicts,
    Coverage,
    IpConflicts,
    OneOption,
    Requires,
    RetainedValue,
    Rule,
    Satisfaction,
    Wish,
    Workload,
)
from solver.portfolio.rules.choices import Locks
from solver.portfolio.terms import AllianceValue

SURE = 1e-9
NO_CONFIDENCE = 1e-6


@singledispatch
def write(rule: Rule, quantities: Quantities) -> None:
    """Add the rows of a rule."""
    raise FormulationError(f"the textbook has no rows for {type(rule).__name__}: {rule}")


@write.register
def _(rule: BoundRule, quantities: Quantities) -> None:
    if isinstance(rule, Wish):
        raise FormulationError(f"the textbook has no rows for a bound of the planner's own: {rule.bound!r}")
    for bound in rule.bounds(quantities.sheet.assessment):
        left = quantities.of(bound.quantity)
        quantities.sheet.subject_to([left <= bound.limit if bound.sense == "<=" else left >= bound.limit])


@write.register
def _(rule: OneOption, quantities: Quantities) -> None:
    sheet = quantities.sheet
    sheet.subject_to(sheet.is_chosen(element) <= 1 for element in range(len(sheet.assessment.elements)))


@write.register
def _(rule: Locks, quantities: Quantities) -> None:
    sheet = quantities.sheet
    sheet.subject_to(sheet.is_chosen(element) == 1 for element in rule.demanded(sheet.assessment))
    sheet.subject_to(sheet.is_chosen(element) == 0 for element in rule.barred(sheet.assessment))


@write.register
def _(rule: Conflicts, quantities: Quantities) -> None:
    sheet = quantities.sheet
    pairs = [sheet.assessment.pairs[index] for index in rule.pairs(sheet.assessment)]
    sheet.subject_to(sheet.is_chosen(pair.first) + sheet.is_chosen(pair.second) <= 1 for pair in pairs)


@write.register
def _(rule: Requires, quantities: Quantities) -> None:
    sheet = quantities.sheet
    pairs = [sheet.assessment.pairs[index] for index in rule.pairs(sheet.assessment)]
    sheet.subject_to(sheet.is_chosen(pair.first) <= sheet.is_chosen(pair.second) for pair in pairs)


@write.register
def _(rule: Coverage, quantities: Quantities) -> None:
    """Enough providers of everything launched, each of them chosen, and ready when it starts."""
    sheet, assessment = quantities.sheet, quantities.sheet.assessment
    for number, need in enumerate(assessment.needs):
        launched = sheet.is_chosen(need.application)
        assigned = pulp.lpSum(sheet.assigned[number, partner] for partner in need.capable)
        sheet.subject_to([assigned >= need.requirement.providers * launched])
        sheet.subject_to([assigned <= need.requirement.most_providers * launched])
        for partner in need.capable:
            role = sheet.assigned[number, partner]
            sheet.subject_to([role <= sheet.is_chosen(partner)])
            for option in assessment.options.of(need.application):
                ready = sheet.is_ready(partner, int(assessment.options.start[option]))
                sheet.subject_to([role + sheet.chosen[option] <= 1 + ready])


@write.register
def _(rule: Workload, quantities: Quantities) -> None:
    sheet, assessment = quantities.sheet, quantities.sheet.assessment
    workload = [need.requirement.workload for need in assessment.needs]
    for partner in range(assessment.partner_count):
        tasks = [number for number, need in enumerate(assessment.needs) if partner in need.capable]
        most = sum(workload[number] for number in tasks)
        room = np.minimum(assessment.options.capacity, most)
        load = pulp.lpSum(workload[number] * sheet.assigned[number, partner] for number in tasks)
        able = pulp.lpSum(float(room[o]) * sheet.chosen[o] for o in assessment.options.of(partner))
        sheet.subject_to([load <= able])


@write.register
def _(rule: IpConflicts, quantities: Quantities) -> None:
    sheet, assessment = quantities.sheet, quantities.sheet.assessment
    for index in rule.pairs(assessment):
        pair = assessment.pairs[index]
        for place in assessment.ip_places(index):
            first, second = sheet.serves(place, pair.first), sheet.serves(place, pair.second)
            if first is not None and second is not None:
                licence = pulp.lpSum(paid for number, paid in sheet.licensed.items() if number == index)
                sheet.subject_to([first + second <= 1 + licence])


@write.register
def _(rule: RetainedValue, quantities: Quantities) -> None:
    """A binary for every partner and application option that is lost without the partner."""
    sheet, assessment = quantities.sheet, quantities.sheet.assessment
    options = assessment.options
    launches = np.flatnonzero(~assessment.partner_options & (options.revenue > 0)).tolist()
    allowed = pulp.lpSum((1 - rule.share) * float(options.revenue[o]) * sheet.chosen[o] for o in launches)
    for partner in range(assessment.partner_count):
        lost = []
        for option in launches:
            needs = [assessment.needs[n] for n in assessment.needs_of.get(int(options.element[option]), ())]
            needs = [need for need in needs if partner in need.capable]
            if needs:
                gone = sheet.binary(f"lost_{partner}_{option}")
                lost.append(float(options.revenue[option]) * gone)
            for need in needs:
                start = int(options.start[option])
                others = pulp.lpSum(sheet.is_ready(p, start) for p in need.capable if p != partner)
                sheet.subject_to([others >= need.requirement.providers * (sheet.chosen[option] - gone)])
        sheet.subject_to([pulp.lpSum(lost) <= allowed] if lost else [])


@write.register
def _(rule: ChanceLimit, quantities: Quantities) -> None:
    """A binary for every scenario that may lose more, with what it could lose at the most (big M)."""
    scenarios, sheet = quantities.in_scenarios(), quantities.sheet
    beyond = [sheet.binary(f"beyond_{scenario}") for scenario in range(len(scenarios.probability))]
    most = np.maximum(largest_losses(sheet.assessment, scenarios.outlook) - rule.limit, 0.0).tolist()
    for scenario, column in enumerate(beyond):
        sheet.subject_to([scenarios.loss(scenario) <= rule.limit + most[scenario] * column])
    chance = pulp.lpSum(p * column for p, column in zip(scenarios.probability, beyond, strict=True))
    sheet.subject_to([chance <= 1 - rule.level + SURE])
    if rule.level <= NO_CONFIDENCE:
        sheet.subject_to([pulp.lpSum(beyond) <= len(beyond) - 1])


@write.register
def _(rule: Satisfaction, quantities: Quantities) -> None:
    """A payoff for every chosen partner that contents it, and the groups that could leave together."""
    sheet, assessment = quantities.sheet, quantities.sheet.assessment
    payoffs = [sheet.amount(f"payoff_{partner}") for partner in range(assessment.partner_count)]
    least = assessment.options.minimum_payoff
    for partner, payoff in enumerate(payoffs):
        own = assessment.options.of(partner)
        sheet.subject_to([payoff >= pulp.lpSum(float(least[o]) * sheet.chosen[o] for o in own)])
    for group in assessment.instance.outside:
        members = [assessment.index[id_] for id_ in group.ids]
        everybody = pulp.lpSum(sheet.is_chosen(member) for member in members) - (len(members) - 1)
        sheet.subject_to([pulp.lpSum(payoffs[member] for member in members) >= group.value * everybody])
    value = quantities.of(AllianceValue())
    sheet.subject_to([value - pulp.lpSum(payoffs) >= assessment.instance.hub.minimum_payoff])
