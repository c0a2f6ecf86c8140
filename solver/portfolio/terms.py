"""The terms: every quantity a portfolio can be asked for, in plain numpy.

The components of the alliance value come first and are signed so that they add up to it; the
quantities that limits speak of follow. `model/term_rows.py` writes the same terms as rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from solver.assessment.assessment import Assessment
from solver.assessment.benefit import Floats
from solver.assessment.outlook import Outlook
from solver.portfolio.quantities import LinearTerm, Quantity, Term, UncertainTerm
from solver.portfolio.realised import (
    application_benefits,
    benefit_sizes,
    partner_benefits,
    synergies,
    synergy_size,
    together,
)
from solver.portfolio.selection import Selection


@dataclass(frozen=True)
class PartnerBenefit(UncertainTerm):
    """The cooperation benefit E of the chosen partners (spec 4.1)."""

    def nominal(self, selection: Selection) -> float:
        return float(selection.assessment.options.benefit[_options(selection, selection.partners)].sum())

    def nominal_size(self, selection: Selection) -> float:
        return _turnover(selection, selection.partners)

    def realised(self, selection: Selection, outlook: Outlook) -> Floats:
        return partner_benefits(selection, outlook, selection.partners)

    def sizes(self, selection: Selection, outlook: Outlook) -> Floats:
        return benefit_sizes(selection, outlook, selection.partners)


@dataclass(frozen=True)
class ApplicationBenefit(UncertainTerm):
    """The cooperation benefit E of the launched applications (spec 4.1)."""

    def nominal(self, selection: Selection) -> float:
        return float(selection.assessment.options.benefit[_options(selection, selection.applications)].sum())

    def nominal_size(self, selection: Selection) -> float:
        return _turnover(selection, selection.applications)

    def realised(self, selection: Selection, outlook: Outlook) -> Floats:
        return application_benefits(selection, outlook, selection.applications)

    def sizes(self, selection: Selection, outlook: Outlook) -> Floats:
        return benefit_sizes(selection, outlook, selection.applications)


@dataclass(frozen=True)
class Synergy(UncertainTerm):
    """What pairs are worth together, of either sign (spec 3.1.4)."""

    def nominal(self, selection: Selection) -> float:
        pairs = selection.assessment.pairs
        return sum(row.value for row in pairs if row.row.kind == "synergy" and together(selection, row))

    def nominal_size(self, selection: Selection) -> float:
        return synergy_size(selection)

    def realised(self, selection: Selection, outlook: Outlook) -> Floats:
        return synergies(selection, outlook)

    def sizes(self, selection: Selection, outlook: Outlook) -> Floats:
        return np.full(len(outlook.scenarios), synergy_size(selection))


def _turnover(selection: Selection, elements: list[int]) -> float:
    """What is earned and charged, together."""
    options, chosen = selection.assessment.options, _options(selection, elements)
    return float(options.earned[chosen].sum() + options.charged[chosen].sum())


def _options(selection: Selection, elements: list[int]) -> list[int]:
    return [selection.option_of[element] for element in elements]


@dataclass(frozen=True)
class CoordinationCost(LinearTerm):
    """Minus the one-off cost of coordinating with each chosen partner."""

    def coefficients(self, assessment: Assessment) -> Floats:
        return -assessment.options.coordination


@dataclass(frozen=True)
class PairOverhead(Term):
    """Minus the coordination cost of pairs of chosen partners: overhead · (n(n − 1)/2 − m(m − 1)/2).

    m of the n were running: they know each other already (spec 3.1.10).
    """

    hangs_on_options: ClassVar[bool] = True
    sign: ClassVar[int] = -1

    def amount(self, selection: Selection) -> float:
        n, m = len(selection.partners), int(selection.assessment.running[selection.partners].sum())
        pairs = (n * (n - 1) - m * (m - 1)) / 2
        return -selection.assessment.instance.limits.pair_overhead * pairs

    def trend(self, assessment: Assessment) -> int:
        return -1 if assessment.instance.limits.pair_overhead else 0


@dataclass(frozen=True)
class EntryCosts(Term):
    """Minus the cost of entering each group for the first time (spec 3.1.4 and 3.1.10)."""

    hangs_on_options: ClassVar[bool] = True
    sign: ClassVar[int] = -1

    def amount(self, selection: Selection) -> float:
        groups = selection.assessment.instance.groups
        return -sum(group.entry_cost for g, group in enumerate(groups) if entered(selection, g))

    def trend(self, assessment: Assessment) -> int:
        paid = any(group.entry_cost for group in assessment.instance.groups)
        return -1 if paid and not assessment.running.any() else 0


def entered(selection: Selection, group: int) -> bool:
    """Whether something of the group is chosen and nothing of it was running before."""
    assessment = selection.assessment
    members = [option for option in selection.options if assessment.membership[group, option]]
    return bool(members) and not assessment.running[assessment.options.element[members]].any()


@dataclass(frozen=True)
class LicenceCosts(Term):
    """Minus the price of the licences paid."""

    sign: ClassVar[int] = -1

    def amount(self, selection: Selection) -> float:
        return -sum(selection.assessment.pairs[pair].value for pair in selection.licences)

    def trend(self, assessment: Assessment) -> int:
        return -1 if any(row.row.kind == "ip_conflict" and row.row.value for row in assessment.pairs) else 0


@dataclass(frozen=True)
class MarketValue(Term):
    """Discounted money from the attraction share gained in every segment (spec 4.3); concave."""

    def amount(self, selection: Selection) -> float:
        assessment = selection.assessment
        total = 0.0
        for period, discount in enumerate(assessment.discount, start=1):
            ready = [
                assessment.options.element[o]
                for o in selection.options
                if assessment.options.ready[o] <= period
            ]
            attraction = assessment.market.hub + assessment.market.attraction[:, ready].sum(axis=1)
            total += discount * sum(
                assessment.market.gain(segment, float(level)) for segment, level in enumerate(attraction)
            )
        return total


@dataclass(frozen=True)
class ExitCosts(LinearTerm):
    """Minus what leaving a running partner or application costs."""

    def coefficients(self, assessment: Assessment) -> Floats:
        return np.asarray(assessment.exit_cost[assessment.options.element])

    def constant(self, assessment: Assessment) -> float:
        return -float(assessment.exit_cost.sum())


COMPONENTS: Mapping[str, tuple[Term, ...]] = {
    "partners": (PartnerBenefit(),),
    "applications": (ApplicationBenefit(),),
    "synergy": (Synergy(),),
    "coordination": (CoordinationCost(), PairOverhead()),
    "entry": (EntryCosts(),),
    "licences": (LicenceCosts(),),
    "market": (MarketValue(),),
    "exit": (ExitCosts(),),
}


UNCERTAIN: tuple[UncertainTerm, ...] = (PartnerBenefit(), ApplicationBenefit(), Synergy())

# Read for every portfolio that is judged: written down once.
EVERYTHING: Mapping[Term, float] = {term: 1.0 for terms in COMPONENTS.values() for term in terms}
CERTAIN: Mapping[Term, float] = {term: 1.0 for term in EVERYTHING if term not in UNCERTAIN}


@dataclass(frozen=True)
class CertainValue(Quantity):
    """The part of the alliance value that is the same in every scenario."""

    def weights(self) -> Mapping[Term, float]:
        return CERTAIN


@dataclass(frozen=True)
class AllianceValue(Quantity):
    """V, the joint value of the alliance: the sum of all components (spec 4.1)."""

    def weights(self) -> Mapping[Term, float]:
        return EVERYTHING


@dataclass(frozen=True)
class HubValue(Quantity):
    """What is left for the hub when every chosen partner gets its minimum payoff."""

    def weights(self) -> Mapping[Term, float]:
        return {**AllianceValue().weights(), MinimumPayoffs(): -1.0}


@dataclass(frozen=True)
class MinimumPayoffs(LinearTerm):
    """The outside options of the chosen partners."""

    def coefficients(self, assessment: Assessment) -> Floats:
        return assessment.options.minimum_payoff


@dataclass(frozen=True)
class Spending(LinearTerm):
    """Cost and setup cost, undiscounted, in one period or (None) over the horizon (spec 3.1.3)."""

    period: int | None = None

    def __str__(self) -> str:
        return "spending" if self.period is None else f"spending in period {self.period}"

    def coefficients(self, assessment: Assessment) -> Floats:
        spending = assessment.options.spending
        return np.asarray(spending.sum(axis=1) if self.period is None else spending[:, self.period - 1])


@dataclass(frozen=True)
class WorstOverruns(Term):
    """What the `most` chosen partners that overrun worst could cost on top (Bertsimas & Sim 2004); convex.

    A partner's largest overrun is the share `overrun` of its spending over the horizon.
    """

    hangs_on_options: ClassVar[bool] = True
    sign: ClassVar[int] = 1
    most: int

    def trend(self, assessment: Assessment) -> int:
        return 1

    def __str__(self) -> str:
        return f"worst overruns of {self.most} partners"

    def amount(self, selection: Selection) -> float:
        overruns = largest_overruns(selection.assessment)
        chosen = sorted((float(overruns[o]) for o in selection.options), reverse=True)
        return sum(chosen[: self.most])


def largest_overruns(assessment: Assessment) -> Floats:
    """The most by which each option's spending may overrun, shape (O,)."""
    return np.asarray(assessment.options.overrun * assessment.options.spending.sum(axis=1))


@dataclass(frozen=True)
class Effort(LinearTerm):
    """Integration effort of what starts in a period."""

    period: int

    def __str__(self) -> str:
        return f"integration effort in period {self.period}"

    def coefficients(self, assessment: Assessment) -> Floats:
        return np.where(assessment.options.start == self.period, assessment.options.effort, 0.0)


@dataclass(frozen=True)
class PartnerCount(LinearTerm):
    """How many partners are chosen."""

    def __str__(self) -> str:
        return "number of partners"

    def coefficients(self, assessment: Assessment) -> Floats:
        return assessment.partner_options.astype(float)


@dataclass(frozen=True)
class IpExposure(LinearTerm):
    """Exposure of intellectual property, summed over the chosen partners."""

    def __str__(self) -> str:
        return "IP exposure"

    def coefficients(self, assessment: Assessment) -> Floats:
        return assessment.options.ip_exposure


@dataclass(frozen=True)
class Innovation(LinearTerm):
    """Innovation score, summed over what is chosen."""

    def __str__(self) -> str:
        return "innovation score"

    def coefficients(self, assessment: Assessment) -> Floats:
        return assessment.options.innovation


@dataclass(frozen=True)
class MatchSurplus(LinearTerm):
    """Technology match of the chosen partners beyond a mean of `floor` (spec 4.2)."""

    floor: float

    def __str__(self) -> str:
        return f"technology match beyond a mean of {self.floor:g}"

    def coefficients(self, assessment: Assessment) -> Floats:
        return np.where(assessment.partner_options, assessment.options.match - self.floor, 0.0)


@dataclass(frozen=True)
class ResourceUse(LinearTerm):
    """What is taken of a resource."""

    resource: str

    def __str__(self) -> str:
        return f"use of {self.resource}"

    def coefficients(self, assessment: Assessment) -> Floats:
        ids = [row.id for row in assessment.instance.resources]
        return np.asarray(assessment.usage[ids.index(self.resource)][assessment.options.element])


@dataclass(frozen=True)
class GroupPartners(LinearTerm):
    """How many partners of a group are chosen; `group` counts the rows of the `groups` table."""

    group: int

    def __str__(self) -> str:
        return f"chosen partners of the group in row {self.group + 1}"

    def coefficients(self, assessment: Assessment) -> Floats:
        return np.where(assessment.membership[self.group] & assessment.partner_options, 1.0, 0.0)


@dataclass(frozen=True)
class GroupSpending(LinearTerm):
    """What the partners and applications of a group spend over the horizon."""

    group: int

    def __str__(self) -> str:
        return f"spending of the group in row {self.group + 1}"

    def coefficients(self, assessment: Assessment) -> Floats:
        return np.where(assessment.membership[self.group], assessment.options.spending.sum(axis=1), 0.0)


@dataclass(frozen=True)
class PositiveBenefit(LinearTerm):
    """E⁺ = max(0, E) of the chosen partners, of one (by element index) or of all (None)."""

    partner: int | None = None

    def __str__(self) -> str:
        return (
            "positive benefit of the partners"
            if self.partner is None
            else f"positive benefit of the partner in row {self.partner + 1}"
        )

    def coefficients(self, assessment: Assessment) -> Floats:
        benefit = assessment.positive_benefit
        return (
            benefit
            if self.partner is None
            else np.where(assessment.options.element == self.partner, benefit, 0.0)
        )
