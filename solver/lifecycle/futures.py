"""Futures: how all that may be engaged turns out, drawn from the risk model of an instance (spec 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from solver.assessment.assessment import Assessment, assess
from solver.assessment.outlook import Outlook, Prospect
from solver.errors import InputError
from solver.instance.defects import Defect
from solver.instance.instance import Instance
from solver.instance.settings import Risk
from solver.portfolio.realised import survival
from solver.portfolio.selection import Selection
from solver.risk.scenarios import Multipliers, ScenarioSet

Named = tuple[str, str]
"""An id and a level: what is engaged by names that stay the same from period to period."""


@dataclass(frozen=True)
class Future:
    """Whether everything delivers, and by what its revenue and its cost are multiplied, over the horizon.

    Who is not named delivers what was planned.
    """

    delivers: Mapping[Named, float]
    revenue: Mapping[Named, float]
    cost: Mapping[Named, float]

    @cached_property
    def course(self) -> tuple[tuple[Named, float], ...]:
        """What tells it from futures that take another course."""
        return tuple(row for part in (self.delivers, self.revenue, self.cost) for row in part.items())

    def comes(self, selection: Selection) -> Selection:
        """The same portfolio where this future is the only one."""
        return replace(selection, assessment=self._alone(selection.assessment))

    def _alone(self, assessment: Assessment) -> Assessment:
        options = assessment.options
        names = [
            (assessment.elements[e], level) for e, level in zip(options.element, options.level, strict=True)
        ]

        def drawn(known: Mapping[Named, float]) -> Multipliers:
            values = np.array([[known.get(name, 1.0) for name in names]])
            return Multipliers(values, np.arange(len(names)), len(names))

        scenario = ScenarioSet(np.ones(1), drawn(self.delivers), drawn(self.revenue), drawn(self.cost))
        outlook = Outlook(scenario, np.arange(len(names)), options.earned, options.charged)
        return replace(assessment, drawn=outlook)


class Futures:
    """So many futures of an instance: the scenarios of its risk section, or of one as it would be by default.

    The same seed draws the same. Raises InputError where the planner's own scenarios stand in place of draws.
    """

    def __init__(self, instance: Instance, count: int, seed: int) -> None:
        if instance.scenarios:
            remedy = "leave it away: its benefits are of the whole horizon, and say nothing of single periods"
            raise InputError([Defect("scenarios", remedy)])
        if instance.risk is None:
            instance = instance.model_copy(update={"risk": Risk(), "history": ()})
        assessment = assess(instance)
        prospect = Prospect(instance, assessment.options, assessment.elements)
        self._scenarios = prospect.outlook(count, seed).scenarios
        options = assessment.options
        self._engaged: dict[Named, int] = {
            (assessment.elements[element], level): int(engagement)
            for element, level, engagement in zip(
                options.element, options.level, prospect.engagement, strict=True
            )
        }

    def __getitem__(self, number: int) -> Future:
        drawn = self._scenarios
        return Future(*(self._row(part, number) for part in (drawn.delivered, drawn.revenue, drawn.cost)))

    def _row(self, multipliers: Multipliers, number: int) -> dict[Named, float]:
        place = {int(engagement): column for column, engagement in enumerate(multipliers.columns)}
        return {
            name: float(multipliers.values[number, place[engagement]])
            for name, engagement in self._engaged.items()
            if engagement in place
        }


def news_from(first: Selection, weight: float) -> tuple[dict[str, Any], bool]:
    """What the first period of a future shows, as news for `advance`; and whether any of it is news at all.

    Whatever was to earn and may fail has shown whether it delivers: a row of evidence of some weight. An
    application shows that only where its providers kept it going.
    """
    assessment, outlook = first.assessment, first.assessment.outlook
    assert outlook is not None
    options, actuals, evidence, surprise = assessment.options, [], [], False
    earning, spent = outlook.scenarios.revenue, outlook.scenarios.cost
    for element, option in sorted(first.option_of.items()):
        id_, partner = assessment.elements[element], assessment.is_partner(element)
        kept = partner or bool(survival(first, outlook, element)[0])
        revenue = float(options.earned[option] * earning.of(option)[0]) if kept else 0.0
        planned = float(options.spending[option].sum())
        cost = planned * float(spent.of(option)[0])
        actuals.append({"id": id_, "revenue": revenue, "cost": cost})
        surprise |= revenue != float(options.revenue[option]) or cost != planned
        if kept and options.ready[option] <= 1 and 0 < options.success[option] < 1:
            shown = int(outlook.delivers(option)[0])
            row = {"partner" if partner else "application": id_, "trials": 1, "successes": shown}
            evidence.append(row | {"weight": weight})
    return {"actuals": actuals, "evidence": evidence}, surprise or bool(evidence)
