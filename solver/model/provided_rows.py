"""What applications earn as cuts over assignments, where teams would be too many columns (recourse, spec 5).

In a scenario an application earns only if each of its requirements keeps enough providers. Each scenario is
charged to the requirement that is met the least there, and what every requirement keeps of its scenarios is
bounded from above by a linear function of who is assigned (`provider_sets`). At a portfolio that is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

import numpy as np
import pulp
from numpy.typing import NDArray

from solver.assessment.benefit import Floats
from solver.assessment.outlook import Outlook
from solver.driver import Rows, WideRule
from solver.errors import FormulationError
from solver.model.draft import Draft
from solver.model.linear import Linear
from solver.model.provider_sets import LARGEST_SET, Provision, SetWorth, ceiling
from solver.model.scenario_linear import Ranges, ScenarioLinear
from solver.model.teams import Truths, earned, needs_at_risk

FEWEST_TEAMS = 300
LAUNCHED = 1e-7
TOLERANCE = 1e-7


@dataclass(frozen=True, eq=False)
class Requirement:
    """A requirement of an application, whatever its start; `money` is what scenarios count, shape (S,)."""

    provision: Provision
    partners: tuple[int, ...]
    money: Floats

    @cached_property
    def worth(self) -> SetWorth:
        """The money that sets of partners keep."""
        return self.provision.worth(self.money)


@dataclass(frozen=True, eq=False)
class Launch:
    """An application that starts in one period: its option, and who may be assigned to each requirement.

    `places` say which partners of a requirement those are; it earns `earned` times the money.
    """

    option: pulp.LpVariable
    needs: Sequence[Requirement]
    places: Sequence[NDArray[np.int64]]
    assigned: Sequence[Sequence[pulp.LpVariable]]
    earned: float

    @property
    def columns(self) -> list[pulp.LpVariable]:
        """The option, then who is assigned, by requirement."""
        return [self.option, *(column for columns in self.assigned for column in columns)]

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate((len(columns) for columns in self.assigned), initial=1))

    def _shares(self, point: Floats) -> list[Floats]:
        """How far partners are assigned, by requirement."""
        return [point[first:end] for first, end in pairwise(self._ends)]

    def _provisions(self) -> list[Provision]:
        return [need.provision.only(places) for need, places in zip(self.needs, self.places, strict=True)]

    def kept(self, point: Floats) -> Floats:
        """In how far the application goes on in every scenario, shape (S,); exact at a portfolio."""
        covers = [p.cover(share) for p, share in zip(self._provisions(), self._shares(point), strict=True)]
        return np.asarray(np.minimum(np.min(covers, axis=0), point[0]))

    @property
    def safe(self) -> Truths:
        """Where it goes on with whoever may be assigned, shape (S,)."""
        return np.asarray(
            np.logical_and.reduce([provision.delivers.all(axis=0) for provision in self._provisions()])
        )

    @property
    def possible(self) -> Truths:
        """Where it can go on, shape (S,)."""
        enough = [p.delivers.sum(axis=0) >= p.providers for p in self._provisions()]
        return np.asarray(np.logical_and.reduce(enough))

    def bound(self, weights: Floats, point: Floats) -> Floats:
        """Prices of the columns that add up to at least Σ_ω weights_ω · [it goes on], tight at a point.

        Weights of shape (S,), at least 0.
        """
        if point[0] <= LAUNCHED:
            return self._all_of(weights)
        provisions, shares = self._provisions(), self._shares(point)
        prices = np.zeros(len(point))
        covers = np.array([p.cover(share) for p, share in zip(provisions, shares, strict=True)])
        least = covers.argmin(axis=0)
        for number, (provision, share) in enumerate(zip(provisions, shares, strict=True)):
            worth = provision.worth(np.where(least == number, weights, 0.0))
            self._charge(prices, number, ceiling(worth, point[0], share))
        return prices

    def expected(self, point: Floats) -> Floats:
        """The same for what it is expected to earn."""
        if len(self.needs) > 1 or point[0] <= LAUNCHED:
            return self.bound(self.earned * self.needs[0].money, point)
        prices = np.zeros(len(point))
        places = self.places[0]
        worth = {size: all_[np.ix_(*[places] * size)] for size, all_ in self.needs[0].worth.items()}
        self._charge(prices, 0, ceiling(worth, point[0], point[1:]))
        return self.earned * prices

    def _charge(self, prices: Floats, number: int, found: tuple[float, Floats]) -> None:
        prices[0] += found[0]
        prices[self._ends[number] : self._ends[number + 1]] += found[1]

    def _all_of(self, weights: Floats) -> Floats:
        prices = np.zeros(self._ends[-1])
        prices[0] = weights.sum()
        return prices


@dataclass(frozen=True, eq=False)
class ProvidedWorth(ScenarioLinear):
    """What applications earn, bounded from above; `income` has a column for the expectation of each launch.

    `revenue` has one row of shape (S,) for every launch.
    """

    launches: Sequence[Launch]
    revenue: Sequence[Floats]
    income: Sequence[pulp.LpVariable]
    by_cuts = True

    @cached_property
    def columns(self) -> list[pulp.LpVariable]:  # type: ignore[override]
        """The columns of all launches, one after the other."""
        return [column for launch in self.launches for column in launch.columns]

    @cached_property
    def _spans(self) -> list[slice]:
        ends = accumulate((len(launch.columns) for launch in self.launches), initial=0)
        return [slice(first, end) for first, end in pairwise(ends)]

    def at(self, point: Floats) -> Floats:
        total = np.zeros(len(self.revenue[0]))
        for launch, revenue, span in zip(self.launches, self.revenue, self._spans, strict=True):
            if point[span.start] > LAUNCHED:
                total += revenue * launch.kept(point[span])
        return total

    def coefficients(self, weights: Floats) -> Floats:
        return self.tight(weights, np.zeros(len(self.columns)))

    def tight(self, weights: Floats, point: Floats) -> Floats:
        prices = [
            launch.bound(weights * revenue, point[span])
            for launch, revenue, span in zip(self.launches, self.revenue, self._spans, strict=True)
        ]
        return np.concatenate([np.zeros(0), *prices])

    def expectation(self, probability: Floats) -> Linear:
        return Linear.of(self.income)

    def matrix(self) -> Floats:
        raise FormulationError("what assigned partners keep going is not linear in every scenario")

    def ranges(self) -> Ranges:
        least = [revenue * launch.safe for launch, revenue in zip(self.launches, self.revenue, strict=True)]
        most = [
            revenue * launch.possible for launch, revenue in zip(self.launches, self.revenue, strict=True)
        ]
        return [launch.option for launch in self.launches], np.array(least).T, np.array(most).T


@dataclass(frozen=True, eq=False)
class IncomeCuts(WideRule):
    """income ≤ a linear bound of what a launch is expected to earn, at the points where it promises more."""

    launch: Launch
    income: pulp.LpVariable

    @property
    def variables(self) -> Sequence[pulp.LpVariable]:
        """The income, and the columns of the launch."""
        return [self.income, *self.launch.columns]

    def violated_at(self, values: Floats) -> Rows:
        """The bound that is least at a point, where it is violated."""
        if values[0] <= TOLERANCE * (self.income.upBound or 0.0):
            return Rows.stacked([])
        prices = self.launch.expected(values[1:])
        if values[0] <= prices @ values[1:] + TOLERANCE * values[0]:
            return Rows.stacked([])
        return Rows(
            np.array([0, len(values)], dtype=np.int32),
            np.arange(len(values), dtype=np.int32),
            np.concatenate([[1.0], -prices]),
            np.array([-np.inf]),
            np.array([0.0]),
        )


def provided_by_cuts(draft: Draft, application: int) -> bool:
    """Whether an application at risk is better served by cuts than by a column for every team."""
    assessment = draft.assessment
    needs = needs_at_risk(assessment, application)
    if not draft.form.cuts_suffice or not all(need in draft.assigned for need in needs):
        return False
    teams = 1
    for index in needs:
        need = assessment.needs[index]
        if need.requirement.most_providers > LARGEST_SET:
            return False
        for partner in need.capable:
            own = assessment.options.of(partner)
            if len(set(assessment.options.success[own].tolist())) > 1:
                return False
        teams *= len(need.capable) ** need.requirement.most_providers // 2
    return teams > FEWEST_TEAMS


def provided_worth(draft: Draft, outlook: Outlook, applications: Sequence[int]) -> ProvidedWorth:
    """What some applications at risk earn: a column for every launch, held by cuts."""
    launches, revenue = [], []
    for application in applications:
        options = draft.assessment.options.of(application)
        multiplier = outlook.scenarios.revenue.of(int(outlook.engagement[options[0]]))
        money = outlook.scenarios.probability * multiplier
        numbers = needs_at_risk(draft.assessment, application)
        needs = [_requirement(draft, outlook, need, money) for need in numbers]
        for option in options:
            launches.append(_launch(draft, option, numbers, needs, float(outlook.earned[option])))
            revenue.append(earned(outlook, option))
    income = [
        _income(draft, launch, float(outlook.scenarios.probability @ money))
        for launch, money in zip(launches, revenue, strict=True)
    ]
    return ProvidedWorth(launches, revenue, income)


def _requirement(draft: Draft, outlook: Outlook, index: int, money: Floats) -> Requirement:
    need, options = draft.assessment.needs[index], draft.assessment.options
    delivers = [outlook.delivers(options.of(partner)[0]) for partner in need.capable]
    stacked = np.array(delivers, dtype=bool).reshape(len(delivers), len(money))
    provision = Provision(need.requirement.providers, need.requirement.most_providers, stacked)
    return Requirement(provision, need.capable, money)


def _launch(
    draft: Draft, option: int, numbers: Sequence[int], needs: Sequence[Requirement], amount: float
) -> Launch:
    places, assigned = [], []
    for index, need in zip(numbers, needs, strict=True):
        columns = [draft.assigned[index].get((option, partner)) for partner in need.partners]
        places.append(np.array([p for p, column in enumerate(columns) if column is not None], dtype=np.int64))
        assigned.append([column for column in columns if column is not None])
    return Launch(draft.options[option], needs, places, assigned, amount)


def _income(draft: Draft, launch: Launch, most: float) -> pulp.LpVariable:
    column, new = draft.amount(f"income_of_{launch.option.name}", high=max(most, 0.0))
    if new:
        draft.at_most(Linear({column: 1.0, launch.option: -most}), 0.0)
        draft.lazies.append(IncomeCuts(launch, column))
    return column
