"""The checker: recomputes a portfolio's value and every rule without an optimiser."""

from __future__ import annotations

from dataclasses import dataclass

from solver.portfolio.formulation import Formulation
from solver.portfolio.rules import Reading
from solver.portfolio.selection import Selection
from solver.portfolio.terms import COMPONENTS


@dataclass(frozen=True)
class Verdict:
    """What a portfolio is worth, and how it stands with every rule.

    `objective` is what the formulation maximises, `components` add up to the alliance value.
    """

    objective: float
    components: dict[str, float]
    readings: tuple[Reading, ...]

    @property
    def value(self) -> float:
        """The alliance value V."""
        return sum(self.components.values())

    @property
    def broken(self) -> tuple[Reading, ...]:
        """The readings of the rules that do not hold."""
        return tuple(reading for reading in self.readings if not reading.holds)

    @property
    def holds(self) -> bool:
        """Whether every rule holds."""
        return all(reading.holds for reading in self.readings)


def keeps(formulation: Formulation, selection: Selection) -> bool:
    """Whether a selection keeps every rule; the first that it breaks is enough.

    Limits on risk come last among an instance's rules: no scenarios are drawn for what breaks another.
    """
    return all(reading.holds for rule in formulation.rules for reading in rule.readings(selection))


def check(formulation: Formulation, selection: Selection, problems: tuple[Reading, ...] = ()) -> Verdict:
    """Judge a selection; `problems` are what was already wrong with the plan it was read from."""
    readings = [reading for rule in formulation.rules for reading in rule.readings(selection)]
    return Verdict(
        objective=float(formulation.maximise.amount(selection)),
        components={
            name: float(sum(term.amount(selection) for term in terms)) for name, terms in COMPONENTS.items()
        },
        readings=(*problems, *readings),
    )
