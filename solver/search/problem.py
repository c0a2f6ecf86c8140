"""The problem that every strategy is given, and how what it finds is evaluated."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from solver.assessment.assessment import Assessment, assess
from solver.instance.instance import Instance
from solver.portfolio.checker import check, keeps
from solver.portfolio.formulation import Formulation
from solver.portfolio.outline import Choice, Outline, open_options
from solver.portfolio.selection import Selection
from solver.run import Run
from solver.search.staffing import Staffing

LATELY = 32
"""Portfolios whose worth is remembered: a search comes back to its best again and again."""


@dataclass(frozen=True, order=True)
class Merit:
    """How good a portfolio is: first how far it is from keeping every rule (0: it does), then its worth."""

    feasibility: float
    objective: float

    @property
    def holds(self) -> bool:
        """Whether every rule holds."""
        return self.feasibility == 0.0


@dataclass(frozen=True, eq=False)
class Problem:
    """An assessed instance and what is asked of it; `keep` is handed every portfolio that keeps the rules."""

    assessment: Assessment
    formulation: Formulation
    keep: Callable[[Selection], None] | None = None
    _lately: dict[Selection, float | None] = field(default_factory=dict, init=False)

    @classmethod
    def of(cls, instance: Instance) -> Problem:
        """The problem that an instance's settings pose."""
        return cls(assess(instance), Formulation.of(instance))

    @cached_property
    def outline(self) -> Outline:
        """The linear part of the problem."""
        return Outline.of(self.formulation, self.assessment)

    @cached_property
    def open(self) -> Choice:
        """Which options may be chosen at all, shape (O,)."""
        return open_options(self.formulation, self.assessment)

    @cached_property
    def staffing(self) -> Staffing:
        """Who provides what once options are chosen."""
        return Staffing(self.assessment)

    def evaluate(self, selection: Selection) -> float | None:
        """What the formulation maximises, where every rule holds."""
        if selection not in self._lately:
            if len(self._lately) >= LATELY:
                self._lately.clear()
            self._lately[selection] = self._evaluated(selection)
        return self._lately[selection]

    def _evaluated(self, selection: Selection) -> float | None:
        if not keeps(self.formulation, selection):
            return None
        if self.keep is not None:
            self.keep(selection)
        return float(self.formulation.maximise.amount(selection))

    def judge(self, selection: Selection) -> float | None:
        """The same as `evaluate`, under its old name."""
        warnings.warn("Problem.judge is Problem.evaluate now", DeprecationWarning, stacklevel=2)
        return self.evaluate(selection)

    def merit(self, selection: Selection, caps_only: bool = False) -> Merit:
        """The same for portfolios that may break rules: each counts by its distance relative to its limit.

        With `caps_only`, what more partners may mend does not count: minima, shares of a whole, risk.
        """
        verdict = check(self.formulation, selection)
        broken = verdict.broken
        if caps_only:
            mended = {rule.name for rule in self.formulation.rules if rule.mended_by_more}
            broken = tuple(one for one in broken if one.sense == "<=" and one.rule not in mended)
        lacking = sum(reading.slack / max(1.0, abs(reading.limit)) for reading in broken)
        return Merit(float(lacking), verdict.objective)

    def staffed(self, options: Iterable[int]) -> Selection:
        """The selection of these options, with providers and licences."""
        return self.staffing.selection(tuple(int(option) for option in options))

    def best(self, selections: Iterable[Selection | None]) -> Selection | None:
        """The best of some portfolios that keep every rule; the first of equals."""
        evaluated = [(self.evaluate(one), one) for one in selections if one is not None]
        held = [(worth, one) for worth, one in evaluated if worth is not None]
        return max(held, key=lambda pair: pair[0])[1] if held else None


Strategy: TypeAlias = Callable[[Problem, Run], Selection | None]
"""A way to choose: the best portfolio it finds in a run, None where it finds none."""
