"""Rows that cut off a portfolio which the rows allow and the checker refuses.

They say so in whole numbers, so that no tolerance decides: a cover where a sum is beyond its limit whatever
else is chosen (Balas 1975), else that not all decisions are the same again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pulp

from solver.assessment.benefit import Floats
from solver.driver import Row
from solver.driver.rows import ValueOf
from solver.model.draft import Draft
from solver.model.linear import Linear
from solver.portfolio.quantities import ROUNDING, Bound, Term
from solver.portfolio.rules import BoundRule, Reading, Rule, Workload
from solver.portfolio.selection import Selection

# What back ends tolerate, 1e-6, per rounding of a sum, 1e-12.
NEAR = 1e7


def refusal_rows(draft: Draft, value: ValueOf, tolerated: bool = False) -> list[Row]:
    """The rows that cut off an integral point whose portfolio breaks a rule; none where it keeps them all.

    Also none where a rule is broken by more than a back end tolerates, unless rows are known to be broken too
    and `tolerated`: then the rows do not say what the rule says, which is to be seen.
    """
    if draft.formulation is None:
        return []
    selection = draft.selection(value)
    broken: list[Rule] = []
    for rule in draft.formulation.rules:
        readings = [reading for reading in rule.readings(selection) if not reading.holds]
        if not tolerated and any(reading.slack < -NEAR * _room(rule, reading, draft) for reading in readings):
            return []
        broken += [rule] if readings else []
    covers = [row for rule in broken for row in _covers(rule, draft, selection)]
    if broken and not covers:
        return [_no_good(draft, value, all(rule.hangs_on_options(draft.assessment) for rule in broken))]
    return covers


def _room(rule: Rule, reading: Reading, draft: Draft) -> float:
    """The rounding of a sum as far as a back end sees it: relative to what the row adds up at the most.

    A portfolio of little, or of nothing, has next to no rounding of its own.
    """
    if not isinstance(rule, BoundRule):
        return reading.room
    options = draft.assessment.options
    each = (options.of(element) for element in range(len(draft.assessment.elements)))
    everybody = Selection(draft.assessment, tuple(own[-1] for own in each if len(own)))
    return max([reading.room, *(one.room for one in rule.readings(everybody))])


def _covers(rule: Rule, draft: Draft, selection: Selection) -> Iterator[Row]:
    if isinstance(rule, Workload):
        yield from _workload_covers(draft, selection)
    else:
        for bound in rule.bounds(draft.assessment):
            sum_ = _Sum.of(bound, selection)
            row = None if sum_ is None else sum_.cover(draft)
            if row is not None:
                yield replace(row, label=f"{rule.name}: {row.label}")


@dataclass(frozen=True, eq=False)
class _Sum:
    """A bound as Σ_o amounts_o x_o + what only grows with what is chosen ≤ limit, at a selection."""

    selection: Selection
    amounts: Floats
    limit: float
    growing: tuple[tuple[float, Term], ...]
    precision: float

    @classmethod
    def of(cls, bound: Bound, selection: Selection) -> _Sum | None:
        """None where some term neither is linear nor always at least 0."""
        assessment, sign = selection.assessment, 1.0 if bound.sense == "<=" else -1.0
        left, constant, curved = bound.quantity.linear_part(assessment)
        if any(sign * factor * term.sign < 0 or not term.sign for term, factor in curved.items()):
            return None
        growing = [
            (sign * factor, term)
            for term, factor in curved.items()
            if sign * factor * term.trend(assessment) > 0
        ]
        amounts, limit = sign * left, sign * (bound.limit - constant)
        return cls(selection, amounts, limit, tuple(growing), bound.quantity.precision)

    def cover(self, draft: Draft) -> Row | None:
        """Not all of a few decisions that are too much whatever the others are; None where there are none."""
        own = self.selection.option_of if self.growing else {}
        elements = [e for e, swing in enumerate(self._swing.tolist()) if swing or e in own]
        licences = self.selection.licences if self.growing else frozenset()
        if not self._too_much(elements, licences):
            return None
        for licence in sorted(licences):
            if self._too_much(elements, licences - {licence}):
                licences -= {licence}
        for element in sorted(elements, key=lambda one: float(self._swing[one])):
            fewer = [other for other in elements if other != element]
            if self._too_much(fewer, licences):
                elements = fewer
        if not elements and not licences:
            return Row(Linear.of(draft.options).coefficients, "<=", -1.0, "beyond reach")
        left = Linear.of(draft.licences[licence] for licence in sorted(licences))
        for element in elements:
            left.add(self._as_it_is(draft, element))
        if not self.growing:
            self._extend(draft, left, elements)
        most = len(elements) + len(licences) - 1.0
        return Row(left.coefficients, "<=", most - left.constant, "a cover")

    def _own(self, element: int) -> Floats:
        return self.amounts[self.selection.assessment.options.of(element)]

    def _now(self, element: int) -> float:
        option = self.selection.option_of.get(element)
        return 0.0 if option is None else float(self.amounts[option])

    @cached_property
    def _least(self) -> Floats:
        """The least that each element could add, shape (E,)."""
        elements = range(len(self.selection.assessment.elements))
        return np.array([min(0.0, float(self._own(element).min(initial=0.0))) for element in elements])

    @cached_property
    def _swing(self) -> Floats:
        """By how much each element adds more than it might, shape (E,)."""
        elements = range(len(self.selection.assessment.elements))
        return np.array([self._now(element) for element in elements]) - self._least

    @cached_property
    def _largest(self) -> float:
        """The most that the absolute amounts of any choice add up to."""
        elements = range(len(self.selection.assessment.elements))
        return sum(float(np.abs(self._own(element)).max(initial=0.0)) for element in elements)

    def _too_much(self, elements: list[int], licences: frozenset[int]) -> bool:
        """Whether the sum is beyond its limit whatever the other elements are."""
        options = (self.selection.option_of.get(element) for element in elements)
        part = Selection(
            self.selection.assessment,
            tuple(option for option in options if option is not None),
            licences=licences,
        )
        grown = sum(factor * term.amount(part) for factor, term in self.growing)
        room = self.precision * (abs(self.limit) + self._largest + abs(grown))
        least = float(self._least.sum() + self._swing[elements].sum())
        return bool(least + grown > self.limit + room)

    def _as_it_is(self, draft: Draft, element: int) -> Linear:
        """1 where an element adds at least as much as now, else 0."""
        own, now = self.selection.assessment.options.of(element), self._now(element)
        chosen = self.selection.option_of.get(element)
        if chosen is not None and self.growing:
            return Linear.of([draft.options[chosen]])
        if now > 0:
            return Linear.of(draft.options[o] for o in own if self.amounts[o] >= now)
        less = Linear.of((draft.options[o] for o in own if self.amounts[o] < now), -1.0)
        less.constant = 1.0
        return less

    def _extend(self, draft: Draft, left: Linear, elements: list[int]) -> None:
        """Other options, as small as can be, of which as many as the cover has are too much as well."""
        options = self.selection.assessment.options
        swing = self.amounts - self._least[options.element]
        other = ~np.isin(options.element, elements) & (swing > 0)
        sizes = np.unique(swing[other])
        small, large = 0, len(sizes)
        while small < large:
            middle = (small + large) // 2
            stands = np.full(len(self._least), np.inf)
            stands[elements] = self._swing[elements]
            taken = other & (swing >= sizes[middle])
            np.minimum.at(stands, options.element[taken], swing[taken])
            few = float(np.sort(stands)[: len(elements)].sum() + self._least.sum())
            if few > self.limit + self.precision * (abs(self.limit) + self._largest):
                large = middle
            else:
                small = middle + 1
        if large < len(sizes):
            left.add(Linear.of(draft.options[o] for o in np.flatnonzero(other & (swing >= sizes[large]))))


def _workload_covers(draft: Draft, selection: Selection) -> Iterator[Row]:
    """Not all of these tasks for a partner at a level that cannot carry them."""
    assessment = selection.assessment
    tasks: dict[int, list[int]] = {}
    for need, partner in sorted(selection.assigned):
        tasks.setdefault(partner, []).append(need)
    for partner in selection.partners:
        capacity = assessment.options.capacity
        most = float(capacity[selection.option_of[partner]])
        needs = sorted(tasks.get(partner, []), key=lambda need: assessment.needs[need].requirement.workload)

        def too_much(needs: Iterable[int], most: float = most) -> bool:
            load = sum(assessment.needs[need].requirement.workload for need in needs)
            return load > most + ROUNDING * (most + load)

        if not too_much(needs) or not all(need in draft.assigned for need in needs):
            continue
        for need in tuple(needs):
            if too_much(fewer := [other for other in needs if other != need]):
                needs = fewer
        weak = [o for o in assessment.options.of(partner) if capacity[o] <= most]
        left = Linear.of(draft.options[o] for o in weak)
        for need in needs:
            own = draft.assigned[need].items()
            left.add(Linear.of(column for (_, who), column in own if who == partner))
        yield Row(left.coefficients, "<=", float(len(needs)), f"workload of {assessment.elements[partner]}")


def _no_good(draft: Draft, value: ValueOf, options_only: bool) -> Row:
    """Not the same decisions again."""
    columns: list[pulp.LpVariable] = draft.options if options_only else draft.deciding
    left, ones = Linear(), 0
    for column in columns:
        taken = value(column) > 0.5
        ones += taken
        left.add(Linear.of([column], 1.0 if taken else -1.0))
    for team in () if options_only else draft.teams.values():
        taken_teams = [] if team.continuous else [c for c in team.columns if value(c) > 0.5]
        ones += len(taken_teams)
        left.add(Linear.of(taken_teams))
    return Row(left.coefficients, "<=", ones - 1.0, "not the same decisions")
