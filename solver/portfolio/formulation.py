"""The formulation: what to maximise and which rules to respect, as a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from solver.instance.instance import Instance
from solver.portfolio.quantities import Bound, Quantity
from solver.portfolio.risks import LossMeasure, watched_risks
from solver.portfolio.rules import STRUCTURE, Lock, Rule, Wish, limits_of
from solver.portfolio.terms import AllianceValue, HubValue


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

    def locked(self, include: Iterable[str] = (), exclude: Iterable[str] = ()) -> Formulation:
        """The same with partners or applications locked in or out, whatever their status says."""
        locks = (*(Lock(id_, True) for id_ in include), *(Lock(id_, False) for id_ in exclude))
        return Formulation(self.maximise, (*self.subject_to, *locks), self.structure)

    def __str__(self) -> str:
        lines = [f"maximise {self.maximise}", *(f"  subject to {rule}" for rule in self.subject_to)]
        return "\n".join(lines)
