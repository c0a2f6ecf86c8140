"""Drawing: from what is uncertain about each engagement to a scenario set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from solver.risk.dependence import Dependence
from solver.risk.margin import Margin
from solver.risk.scenarios import Floats, Multipliers, ScenarioSet
from solver.risk.sobol import blocks

SMALLEST_GRADE = 1e-15
KINDS = ("delivery", "revenue", "cost")


@dataclass(frozen=True)
class Engagement:
    """What is uncertain about engaging one element: whether it delivers, its revenue and its cost.

    Several engagements of one element (levels of a partner) share its scores. A margin of None stands for a
    certain amount.
    """

    element: int
    success: float = 1.0
    revenue: Margin | None = None
    cost: Margin | None = None


def draw(engagements: Sequence[Engagement], dependence: Dependence, scenarios: int, seed: int) -> ScenarioSet:
    """Draw equally probable scenarios by scrambled Sobol points (Owen 1997), the same for the same seed.

    An engagement delivers iff its score exceeds 1 − success; the revenue multiplier is the margin's quantile
    at the revenue score, the cost multiplier at one minus the cost score: bad states are dear. Multipliers
    have mean 1 over the scenarios drawn, those of revenue over those in which the engagement delivers.
    """
    sheet = _Sheet(engagements, scenarios)
    element = np.array([element for element, _ in sheet.scores], dtype=np.int64)
    kind = np.array([KINDS.index(kind) for _, kind in sheet.scores], dtype=np.int64)
    first = 0
    if len(element):
        for uniforms in blocks(scenarios, dependence.uniforms(element, kind), seed):
            grades = dependence.scores(uniforms, element, kind)
            sheet.write(first, np.clip(grades, SMALLEST_GRADE, 1.0 - SMALLEST_GRADE))
            first += len(uniforms)
    sheet.scale()
    return ScenarioSet(
        probability=np.full(scenarios, 1.0 / scenarios),
        delivered=Multipliers(sheet.delivered, np.array(sheet.failing, dtype=np.int64), len(engagements)),
        revenue=Multipliers(sheet.revenue, np.array(sheet.earning, dtype=np.int64), len(engagements)),
        cost=Multipliers(sheet.cost, np.array(sheet.spending, dtype=np.int64), len(engagements)),
        seed=seed,
    )


class _Sheet:
    """The arrays of a scenario set while its rows are being written."""

    def __init__(self, engagements: Sequence[Engagement], scenarios: int) -> None:
        self.engagements = engagements
        self.failing = [g for g, e in enumerate(engagements) if e.success < 1]
        self.delivery = {g: column for column, g in enumerate(self.failing)}
        self.earning = [g for g, e in enumerate(engagements) if e.success < 1 or e.revenue is not None]
        self.spending = [g for g, e in enumerate(engagements) if e.cost is not None]
        kinds: dict[str, Callable[[Engagement], bool]] = {
            "delivery": lambda e: 0 < e.success < 1,
            "revenue": lambda e: e.revenue is not None,
            "cost": lambda e: e.cost is not None,
        }
        self.scores = sorted(
            {(e.element, kind) for e in engagements for kind, uncertain in kinds.items() if uncertain(e)}
        )
        self.place = {score: place for place, score in enumerate(self.scores)}
        hope = np.array([e.success > 0 for e in engagements], dtype=bool)
        self.delivered = np.tile(hope[self.failing], (scenarios, 1))
        self.revenue = np.tile(hope[self.earning].astype(float), (scenarios, 1))
        self.cost = np.ones((scenarios, len(self.spending)))

    def write(self, first: int, grades: Floats) -> None:
        """Fill the rows from `first` on from the scores of as many scenarios."""
        rows = slice(first, first + len(grades))
        for column, g in enumerate(self.failing):
            engagement = self.engagements[g]
            if engagement.success > 0:
                grade = grades[:, self.place[engagement.element, "delivery"]]
                self.delivered[rows, column] = grade > 1.0 - engagement.success
        for column, g in enumerate(self.earning):
            engagement = self.engagements[g]
            if engagement.revenue is not None:
                grade = grades[:, self.place[engagement.element, "revenue"]]
                self.revenue[rows, column] = engagement.revenue.quantile(grade) / engagement.revenue.mean
            if g in self.delivery:
                self.revenue[rows, column] *= self.delivered[rows, self.delivery[g]]
        for column, g in enumerate(self.spending):
            margin = self.engagements[g].cost
            grade = grades[:, self.place[self.engagements[g].element, "cost"]]
            if margin is not None:
                self.cost[rows, column] = margin.quantile(1.0 - grade) / margin.mean

    def scale(self) -> None:
        """Give multipliers mean 1: of revenue where it is delivered, of cost everywhere; 0 stays 0."""
        for column, g in enumerate(self.earning):
            if self.engagements[g].revenue is not None:
                delivering = (
                    self.delivered[:, self.delivery[g]].sum() if g in self.delivery else len(self.revenue)
                )
                _scale(self.revenue[:, column], int(delivering))
        for column in range(len(self.spending)):
            _scale(self.cost[:, column], len(self.cost))


def _scale(values: Floats, total: int) -> None:
    """Make values add up to a total, in place, where their sum can be scaled at all."""
    found = float(values.sum())
    if found > 0.0:
        values *= total / found
