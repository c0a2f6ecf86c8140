"""What choosing one option calls for: whom it requires, and providers of what it needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np

from solver.assessment.benefit import Floats
from solver.portfolio.rules.pairs import pairs_of_kind
from solver.search.problem import Problem

Chosen: TypeAlias = dict[int, int]
"""The option of every chosen element."""


def chosen_of(problem: Problem, options: Iterable[int]) -> Chosen:
    """The options by element."""
    return {int(problem.assessment.options.element[option]): int(option) for option in options}


class Bundles:
    """Adds an option together with what it calls for; where several would do, those that rank first.

    `rank` says how much each option is preferred, shape (O,).
    """

    def __init__(self, problem: Problem, rank: Floats) -> None:
        self._problem = problem
        self._assessment = problem.assessment
        self._rank = rank
        self._required: dict[int, list[int]] = {}
        for index in pairs_of_kind(self._assessment, "requires"):
            pair = self._assessment.pairs[index]
            self._required.setdefault(pair.first, []).append(pair.second)

    def added(self, chosen: Chosen, option: int) -> Chosen | None:
        """The choice with the option, in place of another of its element; None where none can go with it."""
        element = int(self._assessment.options.element[option])
        grown = {**chosen, element: option}
        waiting = [element]
        while waiting:
            called = self._called_for(grown, waiting.pop())
            if called is None:
                return None
            grown.update(called)
            waiting += called
        return grown

    def _called_for(self, chosen: Chosen, element: int) -> Chosen | None:
        """What an element that is chosen still lacks."""
        missing: Chosen = {}
        for other in self._required.get(element, ()):
            if other not in chosen:
                option = self._first(other, last_period=None)
                if option is None:
                    return None
                missing[other] = option
        start = int(self._assessment.options.start[chosen[element]])
        for need in self._assessment.needs_of.get(element, ()):
            providers = self._providers(chosen | missing, need, start)
            if providers is None:
                return None
            missing.update(providers)
        return missing

    def _providers(self, chosen: Chosen, index: int, start: int) -> Chosen | None:
        """The partners to add so that a need is met."""
        need, ready = self._assessment.needs[index], self._assessment.options.ready
        able = [partner for partner in need.capable if partner in chosen and ready[chosen[partner]] <= start]
        lacking = need.requirement.providers - len(able)
        if lacking <= 0:
            return {}
        idle = {p: self._first(p, start) for p in need.capable if p not in chosen}
        found = [(partner, option) for partner, option in idle.items() if option is not None]
        found.sort(key=lambda pair: -self._rank[pair[1]])
        return dict(found[:lacking]) if len(found) >= lacking else None

    def _first(self, element: int, last_period: int | None) -> int | None:
        """The preferred option of an element, among those ready by a period."""
        fitting = [
            option
            for option in self._assessment.options.of(element)
            if self._problem.open[option]
            and (last_period is None or self._assessment.options.ready[option] <= last_period)
        ]
        return max(fitting, key=lambda option: self._rank[option]) if fitting else None


def preferred(rank: Floats) -> list[int]:
    """The options, the highest rank first, in table order where equal."""
    return [int(option) for option in np.argsort(-rank, kind="stable")]
