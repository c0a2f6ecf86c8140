"""The form of a program: what it may leave out because nobody asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from solver.assessment.assessment import Assessment
from solver.model.pruning import Pruning
from solver.portfolio.choices import OtherProviders
from solver.portfolio.formulation import Formulation
from solver.portfolio.quantities import Term, UncertainTerm
from solver.portfolio.risks import LossMeasure
from solver.portfolio.terms import LicenceCosts, Synergy


@dataclass(frozen=True)
class Form:
    """What decides how quantities are written; the first of each is what leaves nothing out.

    `pruning` says which teams may be left out, `tolerated` up to where a measure that is only limited may be
    understated. Where something is judged `by_scenario`, every pair keeps a column of its own. Without
    `spares`, nobody is assigned whom a requirement does not need, where that cannot be worth anything.
    `by_provider` everybody who may provide anything has a column.
    """

    pruning: Pruning = Pruning.NONE
    tolerated: Mapping[LossMeasure, float] = field(default_factory=dict)
    by_scenario: bool = False
    spares: bool = True
    by_provider: bool = False

    @classmethod
    def of(cls, formulation: Formulation, assessment: Assessment) -> Form:
        """The form that leaves out all that the formulation does not need."""
        wanted = list(_wanted(formulation, assessment))
        limits = [limit for rule in formulation.rules if (limit := rule.risk_limit)]
        by_chance = any(not measure.convex for measure, _ in limits)
        measures = [term.measure for term, _ in wanted if isinstance(term, LossMeasure)]
        return cls(
            pruning=_pruning(wanted, assessment, by_chance),
            tolerated=_tolerated(formulation, assessment),
            by_scenario=bool(measures) or by_chance,
            spares=any(_pays_for_spares(term, factor, assessment) for term, factor in wanted),
            by_provider=any(isinstance(term, OtherProviders) for term, _ in wanted),
        )

    @property
    def cuts_suffice(self) -> bool:
        """Whether what applications earn may be held by cuts."""
        return self.pruning is not Pruning.NONE

    def serves(self, needed: Form) -> bool:
        """Whether nothing is left out that another form needs."""
        return replace(self, tolerated={}) == replace(needed, tolerated={}) and all(
            limit <= needed.tolerated.get(term, -float("inf")) for term, limit in self.tolerated.items()
        )


def _pruning(wanted: list[tuple[Term, float]], assessment: Assessment, by_chance: bool) -> Pruning:
    """Which teams a best portfolio cannot need: where benefits are wanted, and by what they are judged."""
    outlook = assessment.outlook
    if outlook is None or outlook.scenarios.revenue.lowest < 0:
        return Pruning.NONE
    if any(isinstance(term, UncertainTerm) and factor < 0 for term, factor in wanted):
        return Pruning.NONE
    measures = [term.measure for term, _ in wanted if isinstance(term, LossMeasure)]
    if not all(measure.monotone for measure in measures):
        return Pruning.NONE
    return Pruning.SURVIVAL if measures or by_chance else Pruning.EXPECTATION


def _tolerated(formulation: Formulation, assessment: Assessment) -> dict[LossMeasure, float]:
    """Limits of the measures that are only limited: below them, it does not matter what they are."""
    priced = set(formulation.maximise.weights())
    limits: dict[LossMeasure, float] = {}
    for rule in formulation.rules:
        for bound in rule.bounds(assessment):
            if isinstance(bound.quantity, LossMeasure) and bound.sense == "<=":
                limits[bound.quantity] = min(bound.limit, limits.get(bound.quantity, bound.limit))
            else:
                priced |= set(bound.quantity.weights())
    return {term: limit for term, limit in limits.items() if term not in priced}


def _pays_for_spares(term: Term, factor: float, assessment: Assessment) -> bool:
    """Whether a term may be better when more partners serve an application than have to."""
    if isinstance(term, LicenceCosts):
        return factor < 0
    if isinstance(term, OtherProviders):
        return True
    on_site = (pair.row.kind == "synergy" and pair.application is not None for pair in assessment.pairs)
    return isinstance(term, Synergy) and any(on_site)


def _wanted(formulation: Formulation, assessment: Assessment) -> Iterator[tuple[Term, float]]:
    """The terms of objective and bounds; a factor is positive where more of the term is better."""
    yield from formulation.maximise.weights().items()
    for rule in formulation.rules:
        for bound in rule.bounds(assessment):
            sign = 1.0 if bound.sense == ">=" else -1.0
            for term, factor in bound.quantity.weights().items():
                yield term, sign * factor
