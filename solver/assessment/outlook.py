"""The outlook: how every option turns out over the scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from solver.assessment.benefit import Floats
from solver.assessment.options import Integers, Options
from solver.assessment.uncertainty import dependence_of, margins_of
from solver.errors import InputError
from solver.instance.defects import Defect
from solver.instance.instance import Instance
from solver.risk.drawing import Engagement, draw
from solver.risk.scenarios import Multipliers, ScenarioSet

FRESH = 1_000_003
MOST_NUMBERS = 250_000_000


@dataclass(frozen=True, eq=False)
class Outlook:
    """The scenarios, and what each option earns and is charged in them.

    In scenario ω option o is worth earned_o · revenue multiplier − charged_o · cost multiplier, with the
    multipliers of its `engagement`; all arrays have shape (O,). With `recourse` an application earns only
    where its requirements keep enough providers that deliver, and a failed partner brings no synergy.
    """

    scenarios: ScenarioSet
    engagement: Integers
    earned: Floats
    charged: Floats
    recourse: bool = True

    @cached_property
    def expected(self) -> Floats:
        """The expectation of every option's benefit over the scenarios, recourse aside, shape (O,)."""
        return self.weighted(self.scenarios.probability)

    def weighted(self, weights: Floats) -> Floats:
        """Σ_ω weights_ω · benefit_o(ω) for every option, recourse aside; weights has shape (S,)."""
        return self.revenue_part(weights) - self.cost_part(weights)

    def revenue_part(self, weights: Floats) -> Floats:
        """The part of `weighted` that is earned, shape (O,)."""
        return np.asarray(self.earned * self.scenarios.revenue.mean(weights)[self.engagement])

    def cost_part(self, weights: Floats) -> Floats:
        """The part of `weighted` that is charged, shape (O,)."""
        return np.asarray(self.charged * self.scenarios.cost.mean(weights)[self.engagement])

    def earnings(self, amounts: Floats) -> Floats:
        """Σ_o amounts_o · what o earns in every scenario, shape (S,); amounts has shape (O,)."""
        return self.scenarios.revenue.combined(self._by_engagement(amounts * self.earned))

    def charges(self, amounts: Floats) -> Floats:
        """Σ_o amounts_o · what o is charged in every scenario, shape (S,); amounts has shape (O,)."""
        return self.scenarios.cost.combined(self._by_engagement(amounts * self.charged))

    def turnover(self, amounts: Floats) -> Floats:
        """Σ_o amounts_o · (|what o earns| + |what it is charged|), shape (S,); amounts ≥ 0 of shape (O,)."""
        revenue, cost = self.scenarios.revenue, self.scenarios.cost
        earned = revenue.sizes(self._by_engagement(amounts * self.earned))
        return earned + cost.sizes(self._by_engagement(amounts * self.charged))

    def delivers(self, option: int) -> NDArray[np.bool_]:
        """Whether the option delivers in every scenario, shape (S,)."""
        return self.scenarios.delivered.of(int(self.engagement[option])) > 0.5

    def may_fail(self, option: int) -> bool:
        """Whether there is a scenario in which the option does not deliver."""
        return bool(np.isin(self.engagement[option], self.scenarios.delivered.columns))

    def only(self, kept: Integers) -> Outlook:
        """The same for some of the options."""
        return replace(
            self, engagement=self.engagement[kept], earned=self.earned[kept], charged=self.charged[kept]
        )

    def over(self, scenarios: ScenarioSet) -> Outlook:
        """The same over other scenarios."""
        return replace(self, scenarios=scenarios)

    def losing(self, share: Floats, nominal: Floats) -> Outlook:
        """The same when options lose a share of their revenue in every scenario, shape (O,); at 1 they fail.

        `nominal` is the expected revenue of the options, which is what they lose a share of where the planner
        gave the benefits themselves.
        """
        if not self.recourse:
            return replace(self, charged=self.charged + share * nominal)
        failing = np.unique(self.engagement[share >= 1.0])
        return replace(self, earned=self.earned * (1.0 - share), scenarios=self.scenarios.failing(failing))

    def _by_engagement(self, amounts: Floats) -> Floats:
        count = self.scenarios.revenue.engagements
        return np.bincount(self.engagement, amounts, minlength=count).astype(float)


@dataclass(frozen=True, eq=False)
class Prospect:
    """What scenarios are drawn from: enough to draw as many sets as are wanted."""

    instance: Instance
    options: Options
    elements: tuple[str, ...]
    engagements: tuple[Engagement, ...] = field(init=False)
    engagement: Integers = field(init=False)

    def __post_init__(self) -> None:
        engagements, engagement = _engagements(self.instance, self.options, self.elements)
        object.__setattr__(self, "engagements", engagements)
        object.__setattr__(self, "engagement", engagement)

    def outlook(self, scenarios: int, seed: int) -> Outlook:
        """An outlook over freshly drawn scenarios; raises InputError where they would not fit in memory."""
        uncertain = sum(e.success < 1 or e.revenue is not None for e in self.engagements)
        uncertain += sum(e.cost is not None for e in self.engagements)
        if scenarios * max(uncertain, 1) > MOST_NUMBERS:
            most = MOST_NUMBERS // max(uncertain, 1)
            remedy = f"at most {most:,}, which is what fits in memory for {uncertain} uncertain amounts"
            raise InputError([Defect("risk", remedy, column="scenarios", value=scenarios)])
        drawn = draw(self.engagements, dependence_of(self.instance, self.elements), scenarios, seed)
        return Outlook(drawn, self.engagement, self.options.earned, self.options.charged)


def outlook_of(prospect: Prospect) -> Outlook | None:
    """The outlook that an instance's risk section asks for; None where there is no such section."""
    risk = prospect.instance.risk
    if risk is None:
        return None
    if prospect.instance.scenarios:
        return _given(prospect)
    return prospect.outlook(risk.scenarios, risk.seed)


def fresh_outlook_of(prospect: Prospect) -> Outlook | None:
    """An outlook over scenarios of its own; None where the planner gave the scenarios or there are none."""
    risk = prospect.instance.risk
    if risk is None or prospect.instance.scenarios:
        return None
    return prospect.outlook(risk.scenarios, (risk.seed + FRESH) % 2**31)


def _engagements(
    instance: Instance, options: Options, elements: Sequence[str]
) -> tuple[tuple[Engagement, ...], Integers]:
    """Options that differ in nothing uncertain share an engagement."""
    keys = list(
        zip(
            options.element.tolist(),
            options.success.tolist(),
            options.revenue_cv.tolist(),
            options.cost_cv.tolist(),
            strict=True,
        )
    )
    place = {key: g for g, key in enumerate(dict.fromkeys(keys))}
    margins = margins_of(instance)
    engagements = tuple(
        Engagement(
            element,
            success,
            margins.revenue(elements[element], revenue_cv),
            margins.cost(cost_cv),
        )
        for element, success, revenue_cv, cost_cv in place
    )
    return engagements, np.array([place[key] for key in keys], dtype=np.int64)


def _given(prospect: Prospect) -> Outlook:
    """The planner's own scenarios: a benefit takes the place of E, whatever level and start."""
    instance, options = prospect.instance, prospect.options
    probability = {row.scenario: row.probability for row in instance.scenarios if row.probability > 0}
    number = {scenario: s for s, scenario in enumerate(probability)}
    element = {id_: e for e, id_ in enumerate(prospect.elements)}
    benefit = np.tile(options.benefit, (len(number), 1))
    for row in instance.scenarios:
        if row.scenario in number:
            benefit[number[row.scenario], options.of(element[row.id])] = row.benefit
    weights = np.array(list(probability.values()))
    certain = Multipliers(np.ones((len(number), 0)), np.zeros(0, np.int64), len(options))
    revenue = Multipliers(benefit, np.arange(len(options)), len(options))
    return Outlook(
        scenarios=ScenarioSet(weights / weights.sum(), certain, revenue, certain),
        engagement=np.arange(len(options)),
        earned=np.ones(len(options)),
        charged=np.zeros(len(options)),
        recourse=False,
    )
