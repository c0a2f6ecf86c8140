"""Why the best portfolio might have no contract: what keeps the hub from simply taking the rest."""

from __future__ import annotations

from collections.abc import Iterator

from solver.assessment.assessment import Assessment
from solver.games.contract.clauses import Clauses
from solver.portfolio.formulation import Formulation
from solver.portfolio.rules import Rule
from solver.portfolio.terms import AllianceValue, MinimumPayoffs
from solver.sharing.coalition_rules import coalition_formulation


def obstacles(formulation: Formulation, assessment: Assessment, clauses: Clauses) -> tuple[str, ...]:
    """Everything for which the best portfolio, if it is worth anything, may lack a contract.

    Where there is nothing, every part of a portfolio is a portfolio itself, so no coalition with the hub is
    worth more than the best one; none without the hub is worth anything; and the best portfolio has a
    contract that pays all to the hub.
    """
    return (*_of_clauses(clauses), *_of_claims(assessment), *_of_competition(formulation, assessment))


def _of_clauses(clauses: Clauses) -> Iterator[str]:
    if clauses.tier:
        yield f"shares in tiers of {clauses.tier:g}"
    if clauses.floor:
        yield f"shares of at least {clauses.floor:g}"
    if clauses.cap < 1:
        yield f"shares of at most {clauses.cap:g}"


def _of_claims(assessment: Assessment) -> Iterator[str]:
    instance = assessment.instance
    if instance.hub.minimum_payoff or assessment.options.minimum_payoff.any():
        yield "minimum payoffs"
    if any(row.value > 0 for row in instance.outside):
        yield "what groups could earn without the hub"


def _of_competition(formulation: Formulation, assessment: Assessment) -> Iterator[str]:
    wanted = dict(formulation.maximise.weights())
    if not assessment.options.minimum_payoff.any():
        wanted.pop(MinimumPayoffs(), None)
    if wanted != AllianceValue().weights():
        yield "an objective other than the alliance value"
    if assessment.exit_cost.any():
        yield "exit costs, which those who stay bear in any case"
    limits = coalition_formulation(formulation).rules
    demands = [rule for rule in formulation.rules if rule not in limits and rule.broken_by_less(assessment)]
    if demands:
        yield f"what is demanded of the whole portfolio ({', '.join(_names(demands))})"


def _names(rules: list[Rule]) -> list[str]:
    return list(dict.fromkeys(rule.name for rule in rules))
