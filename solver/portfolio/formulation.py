"""The formulation: what to maximise and which rules to respect, as a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, TypedDict

from solver.assessment.assessment import Assessment
from solver.instance.instance import Instance
from solver.portfolio.quantities import Bound, Quantity, signed
from solver.portfolio.risks import LossMeasure, WatchedRisk, watched_risks
from solver.portfolio.rules import (
    STRUCTURE,
    WHOLE,
    Handle,
    Lock,
    Rule,
    Wish,
    limits_of,
)
from solver.portfolio.terms import AllianceValue, HubValue


class Asked(TypedDict):
    """What was asked, in words.

    `aim` follows an amount of what is maximised, empty for the alliance value; `not_in_force` are limits that
    the instance sets and nobody asked for.
    """

    maximise: Annotated[str, "What was maximised."]
    aim: str
    subject_to: Annotated[list[str], "The rules that were asked for."]
    as_the_instance_asks: Annotated[bool, "Nothing else was asked for than the instance asks for."]
    not_in_force: list[str]


@dataclass(frozen=True, init=False)
class Formulation:
    """What to maximise and what to respect: `Formulation(AllianceValue(), [Budget(500)])`.

    `subject_to` takes rules and bounds such as `Innovation() >= 3`. The rules that say what a portfolio
    is (one option each, statuses, coverage, workloads, conflicts, licences) always hold as well, unless
    another `structure` is given.
    """

    maximise: Quantity
    subject_to: tuple[Rule, ...]
    structure: tuple[Rule, ...]

    def __init__(
        self,
        maximise: Quantity | None = None,
        subject_to: Iterable[Rule | Bound] = (),
        structure: tuple[Rule, ...] = STRUCTURE,
    ) -> None:
        rules = tuple(Wish(rule) if isinstance(rule, Bound) else rule for rule in subject_to)
        object.__setattr__(self, "maximise", maximise or AllianceValue())
        object.__setattr__(self, "subject_to", rules)
        object.__setattr__(self, "structure", structure)

    @classmethod
    def of(cls, instance: Instance) -> Formulation:
        """The formulation that an instance's settings ask for."""
        wanted: Quantity = HubValue() if instance.objective.maximise == "hub" else AllianceValue()
        for risk in watched_risks(instance):
            if risk.weight:
                wanted = wanted - risk.weight * LossMeasure(risk.measure)
        return cls(wanted, limits_of(instance))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule in force."""
        return (*self.structure, *self.subject_to)

    def carried_over(self, before: Instance, after: Instance) -> Formulation:
        """The same of a changed instance: what its settings ask for, but for what was asked otherwise.

        Locks and rules beyond those of the settings stay; kinds of rules that were left out stay out.
        """
        own, changed = Formulation.of(before), Formulation.of(after)
        out = {type(rule) for rule in own.subject_to if rule not in self.subject_to}
        kept = [rule for rule in changed.subject_to if type(rule) not in out]
        further = [rule for rule in self.subject_to if rule not in own.subject_to]
        as_set = self.maximise.weights() == own.maximise.weights()
        return Formulation(changed.maximise if as_set else self.maximise, (*kept, *further), self.structure)

    def locked(self, include: Iterable[str] = (), exclude: Iterable[str] = ()) -> Formulation:
        """The same with partners or applications locked in or out, whatever their status says."""
        locks = (*(Lock(id_, True) for id_ in include), *(Lock(id_, False) for id_ in exclude))
        return Formulation(self.maximise, (*self.subject_to, *locks), self.structure)

    def handles(self, assessment: Assessment) -> tuple[Handle, ...]:
        """Every wish in force, as fine as the planner typed it; what a portfolio is at all is none."""
        typed, found = {*limits_of(assessment.instance), *self.structure}, []
        for rule in self.rules:
            for handle in rule.handles(assessment):
                if rule not in typed and not rule.passing:
                    found.append(replace(handle, place=f"asked for, {handle.place}"))
                elif rule not in self.structure or handle.part != WHOLE:
                    found.append(handle)
        return tuple(found)

    def loosened(self, changes: Mapping[Handle, float]) -> Formulation:
        """The same where wishes gave way: their numbers by amounts, or dropped (∞)."""

        def left(rule: Rule) -> Rule | None:
            given: Rule | None = rule
            for handle, amount in changes.items():
                if amount and handle.rule == rule and given is not None:
                    given = given.loosened(handle.part, amount)
            return given

        subject_to, structure = (map(left, rules) for rules in (self.subject_to, self.structure))
        return Formulation(self.maximise, filter(None, subject_to), tuple(filter(None, structure)))

    @property
    def aim(self) -> str:
        """What is maximised, in words that follow its amount; empty for the alliance value."""
        weights = self.maximise.weights()
        priced = any(isinstance(term, LossMeasure) for term in weights)
        certain = {term: weight for term, weight in weights.items() if not isinstance(term, LossMeasure)}
        if certain == AllianceValue().weights():
            return "with risk priced" if priced else ""
        if certain == HubValue().weights():
            share = "once every minimum payoff is paid"
            return f"{share} and risk is priced" if priced else share
        return "by what was maximised"

    @property
    def aim_in_full(self) -> str:
        """What is maximised, with every weight; the parts of a value that has a name are not listed."""
        weights = self.maximise.weights()
        for whole in (HubValue(), AllianceValue()):
            rest = {term: weight for term, weight in weights.items() if term not in whole.weights()}
            if whole.weights() == {term: weight for term, weight in weights.items() if term not in rest}:
                return " ".join([str(whole), *(signed(term, weight) for term, weight in rest.items())])
        return str(self.maximise)

    def watched(self, instance: Instance) -> tuple[WatchedRisk, ...]:
        """The measures of the loss that the instance names or the formulation uses.

        Their limits and weights are those of the formulation; what the instance says and the formulation
        leaves out is not in force.
        """
        weights = self.maximise.weights()
        limits = [limit for rule in self.subject_to if (limit := rule.risk_limit)]
        named = [risk.measure for risk in watched_risks(instance)]
        used = [term.measure for term in weights if isinstance(term, LossMeasure)]
        measures = dict.fromkeys([*named, *used, *(measure for measure, _ in limits)])
        return tuple(
            WatchedRisk(
                measure,
                min((limit for limited, limit in limits if limited == measure), default=None),
                -weights.get(LossMeasure(measure), 0.0),
            )
            for measure in measures
        )

    def leading(self, instance: Instance) -> int:
        """The place in `watched` of the measure to go by: the first that the formulation does not leave out.

        Left out is what the instance limits or prices and the formulation does not.
        """
        asked = [risk.measure for risk in watched_risks(instance) if risk.weight or risk.limit is not None]
        watched = self.watched(instance)
        kept = (row.limit is not None or row.weight or row.measure not in asked for row in watched)
        return next((place for place, kept in enumerate(kept) if kept), 0)

    def not_in_force(self, instance: Instance) -> tuple[Rule, ...]:
        """The limits that the instance sets and this formulation leaves out."""
        return tuple(rule for rule in limits_of(instance) if rule not in self.subject_to)

    def to_dict(self, assessment: Assessment) -> Asked:
        """What was asked in words, for JSON."""
        instance = assessment.instance
        own = Formulation.of(instance)
        return {
            "maximise": self.aim_in_full,
            "aim": self.aim,
            "subject_to": [rule.words(assessment) for rule in self.subject_to],
            "as_the_instance_asks": self.maximise.weights() == own.maximise.weights()
            and {rule for rule in self.subject_to if not rule.passing} == set(own.subject_to),
            "not_in_force": [rule.words(assessment) for rule in self.not_in_force(instance)],
        }

    def __str__(self) -> str:
        lines = [f"maximise {self.maximise!r}", *(f"  subject to {rule}" for rule in self.subject_to)]
        return "\n".join(lines)
