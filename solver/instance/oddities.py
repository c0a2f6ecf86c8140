"""What is legal and still odd: sentences that a planner may want to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from solver.instance.slips import SLIPS

if TYPE_CHECKING:
    from solver.instance.instance import Instance
    from solver.instance.tables import Engagement, Pair


def warnings_of(instance: Instance) -> tuple[str, ...]:
    """Sentences about legal but odd things in an instance; none when nothing is odd."""
    return tuple(sentence for look in LOOKS for sentence in look(instance))


def _groups_without_members(instance: Instance) -> Iterator[str]:
    engaged = (*instance.partners, *instance.applications)
    at_level = [level.model_dump() for level in instance.levels] if instance.groups else []
    members: dict[str, set[object]] = {}
    for dimension in dict.fromkeys(row.dimension for row in instance.groups):
        members[dimension] = {member.group(dimension) for member in engaged}
        members[dimension] |= {level.get(dimension) for level in at_level}
    for row in instance.groups:
        if row.group not in members[row.dimension]:
            yield f"Group {row.group} of {row.dimension} has no members."


def _repeated_pairs(instance: Instance) -> Iterator[str]:
    rows = Counter((*_members(row), row.kind, row.application) for row in instance.pairs)
    for (first, second, kind, application), count in rows.items():
        if count > 1:
            where = "" if application is None else f" on {application}"
            effect = "; their values add up" if kind == "synergy" else ""
            yield f"The {kind} of {first} and {second}{where} stands in {count} rows of pairs{effect}."


def _members(row: Pair) -> tuple[str, str]:
    """Both ids, in one order for the kinds where the order means nothing."""
    ordered = row.kind == "requires" or row.first <= row.second
    return (row.first, row.second) if ordered else (row.second, row.first)


def _values_without_effect(instance: Instance) -> Iterator[str]:
    for row in instance.pairs:
        if row.kind in ("conflict", "requires") and (row.value is not None or row.counted):
            what = "counted" if row.value is None else f"The value {row.value:g}"
            yield f"{what} of the {row.kind} of {row.first} and {row.second} has no effect."


def _running_columns_without_effect(instance: Instance) -> Iterator[str]:
    for row in (*instance.partners, *instance.applications):
        for column in ("age", "lead_left"):
            if getattr(row, column) and row.status != "running":
                yield f"The {column} of {row.label} has no effect: it does not run."


def _settings_without_effect(instance: Instance) -> Iterator[str]:
    limits = instance.limits
    if limits.min_match > 0 and not instance.technologies:
        yield "limits.min_match needs technologies; without them every match is 0."
    if limits.overruns and limits.budget is None:
        yield "limits.overruns has no effect without limits.budget."
    if limits.budget_carry and not limits.budget_by_period:
        yield "limits.budget_carry has no effect without limits.budget_by_period."
    if limits.retained_value > 0 and not instance.applications:
        yield "limits.retained_value has no effect without applications."
    if instance.outside and not limits.satisfaction:
        yield "The table outside does not bind the selection unless limits.satisfaction is true."
    if limits.max_partners is not None and limits.max_partners < limits.min_partners:
        yield "limits.max_partners is below limits.min_partners: no portfolio can satisfy both."
    for resource in instance.resources:
        if resource.min is not None and resource.max is not None and resource.max < resource.min:
            yield f"resource {resource.id}: max is below min, so no portfolio can satisfy both."
    for group in instance.groups:
        if group.max is not None and group.max < group.min:
            yield f"{group.dimension} {group.group}: max is below min, so no portfolio can satisfy both."
    if instance.correlations and not any(row.correlation for row in instance.correlations):
        yield "Correlations of 0 change nothing; risk.copula = independent unties everything."
    if instance.technologies and not any(row.weight > 0 for row in instance.technologies):
        yield "Every technology has weight 0, so every match is 0."


def _never_chosen(instance: Instance) -> Iterator[str]:
    periods: dict[str, list[tuple[int, int]]] = {}
    partners = {row.id: row for row in instance.partners}
    for level in instance.levels:
        at_level = level.applied_to(partners[level.partner])
        periods.setdefault(level.partner, []).append(_window(at_level, instance.periods))
    for row in (*instance.partners, *instance.applications):
        windows = periods.get(row.id, [_window(row, instance.periods)])
        earliest_start = 1 if row.status == "running" else instance.periods
        if row.status != "out" and not any(first <= min(last, earliest_start) for first, last in windows):
            yield f"{row.label} can never be chosen: its first and last period leave no start."


def _nothing_to_earn(instance: Instance) -> Iterator[str]:
    ages = {row.id: row.active_for for row in (*instance.partners, *instance.applications)}
    for row in instance.cash_flows:
        if row.age >= instance.periods + ages.get(row.id, 0):
            yield f"The cash flow of {row.id} at age {row.age} lies after the horizon and never counts."
    for partner in instance.partners:
        if partner.lead >= instance.periods and partner.status != "running":
            yield f"{partner.label} earns nothing: its lead reaches past the horizon."


def _hopeless_requirements(instance: Instance) -> Iterator[str]:
    levels = {(row.holder, row.technology): row.level for row in instance.capabilities}
    available = {row.id for row in instance.partners if row.status != "out"}
    held: dict[str, list[float]] = {}
    for (holder, technology), level in levels.items():
        if holder in available:
            held.setdefault(technology, []).append(level)
    for row in instance.requirements:
        if levels.get((instance.hub.id, row.technology), -1.0) >= row.level:
            continue
        able = sum(level >= row.level for level in held.get(row.technology, ()))
        if able < row.providers:
            yield (
                f"Nobody can meet the requirement of {row.technology} at level {row.level:g} for "
                f"{instance.labels[row.application]}: {able} partners hold it, {row.providers} are needed."
            )


def _window(row: Engagement, horizon: int) -> tuple[int, int]:
    """The first and the last start period; what runs goes on in the first."""
    if row.status == "running":
        return 1, 1
    return row.first_period, horizon if row.last_period is None else row.last_period


def _uncertainty_without_effect(instance: Instance) -> Iterator[str]:
    risk = instance.risk
    given = [table for table in ("scenarios", "history", "correlations") if getattr(instance, table)]
    if risk is None:
        for table in given:
            yield f"The table {table} has no effect without a section risk: values are nominal."
    elif instance.scenarios:
        for table in given[1:]:
            yield f"The table {table} has no effect: the scenarios given replace what would be drawn."
    elif risk.copula in ("clayton", "independent") and instance.correlations:
        yield f"The table correlations has no effect with the copula {risk.copula}."
    elif instance.correlations and instance.history:
        yield "How amounts come together is taken from correlations, not from history."


def _observations_without_effect(instance: Instance) -> Iterator[str]:
    if instance.risk is None or instance.scenarios:
        return
    from solver.instance.observations import past_benefits, usable

    for id_, sample in past_benefits(instance).items():
        if not usable(sample):
            needs = "it takes three benefits or more that differ, with a mean above 0"
            yield f"The history of {id_} has no effect: {needs}."


LOOKS: tuple[Callable[[Instance], Iterator[str]], ...] = (
    *SLIPS,
    _groups_without_members,
    _repeated_pairs,
    _values_without_effect,
    _running_columns_without_effect,
    _settings_without_effect,
    _never_chosen,
    _nothing_to_earn,
    _hopeless_requirements,
    _uncertainty_without_effect,
    _observations_without_effect,
)
