"""The algebra of quantities: `a - 0.3 * b <= c` reads as in a paper and stays a value."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from solver.assessment.assessment import Assessment
from solver.assessment.benefit import Floats
from solver.assessment.outlook import Outlook
from solver.portfolio.selection import Selection

Sense = Literal["<=", ">="]

# The rounding of a floating-point sum, per unit of its addends (spec 3.1.13).
ROUNDING = 1e-12


def in_words(name: str) -> str:
    """The name of a class as people say it.

    >>> in_words("PartnerBenefit")
    'partner benefit'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()


class Quantity(ABC):
    """Something a portfolio has an amount of; quantities add, subtract, scale and compare with numbers."""

    @abstractmethod
    def weights(self) -> Mapping[Term, float]:
        """The terms it is made of and their factors."""

    def amount(self, selection: Selection) -> float:
        """How much of it a portfolio has, computed without an optimiser."""
        return sum(factor * term.amount(selection) for term, factor in self.weights().items())

    def magnitude(self, selection: Selection) -> float:
        """The sum of the absolute values that the amount is the sum of: what its rounding is relative to."""
        return sum(abs(factor) * term.magnitude(selection) for term, factor in self.weights().items())

    def linear_part(self, assessment: Assessment) -> tuple[Floats, float, dict[Term, float]]:
        """What options contribute, shape (O,), what there is without any, and what is not linear."""
        coefficients, constant, curved = np.zeros(len(assessment.options)), 0.0, {}
        for term, factor in self.weights().items():
            if isinstance(term, LinearTerm):
                coefficients = coefficients + factor * term.coefficients(assessment)
                constant += factor * term.constant(assessment)
            else:
                curved[term] = factor
        return coefficients, constant, curved

    @property
    def precision(self) -> float:
        """How exactly the amount is known, per unit of magnitude."""
        return max((term.precision for term in self.weights()), default=ROUNDING)

    def __str__(self) -> str:
        """What it is called in a sentence: the name of its class in words."""
        return in_words(type(self).__name__)

    def __add__(self, other: Quantity) -> Expression:
        return _combined(self, other, 1.0)

    def __sub__(self, other: Quantity) -> Expression:
        return _combined(self, other, -1.0)

    def __mul__(self, factor: float) -> Expression:
        return Expression(tuple((term, factor * weight) for term, weight in self.weights().items()))

    __rmul__ = __mul__

    def __neg__(self) -> Expression:
        return self * -1.0

    def __le__(self, limit: float) -> Bound:
        return Bound(self, "<=", float(limit))

    def __ge__(self, limit: float) -> Bound:
        return Bound(self, ">=", float(limit))


@dataclass(frozen=True)
class Bound:
    """A quantity held against a number, e.g. `Innovation() >= 3`; `about` says in words what is measured."""

    quantity: Quantity
    sense: Sense
    limit: float
    about: str = ""

    def __str__(self) -> str:
        sense = "at most" if self.sense == "<=" else "at least"
        return f"{self.about or self.quantity} {sense} {self.limit:,.12g}"


class Term(Quantity):
    """A quantity that is not made of others; subclasses are frozen dataclasses."""

    hangs_on_options: ClassVar[bool] = False  # not on who provides or what is licensed
    sign: ClassVar[int] = 0  # 1: never below 0, -1: never above; 0: nobody may presume

    def weights(self) -> Mapping[Term, float]:
        return {self: 1.0}

    @abstractmethod
    def amount(self, selection: Selection) -> float:
        """How much of it a portfolio has, computed without an optimiser."""

    def magnitude(self, selection: Selection) -> float:
        """The sum of the absolute values that the amount is the sum of; all of one sign if not said."""
        return abs(self.amount(selection))

    def trend(self, assessment: Assessment) -> int:
        """1 where it only grows with what is chosen, -1 where it only falls, 0 where neither is sure."""
        return 0

    @property
    def precision(self) -> float:
        return ROUNDING


class LinearTerm(Term):
    """A term that is a sum over the chosen options."""

    hangs_on_options: ClassVar[bool] = True

    @abstractmethod
    def coefficients(self, assessment: Assessment) -> Floats:
        """What each option contributes, shape (O,)."""

    def constant(self, assessment: Assessment) -> float:
        """What the empty portfolio has."""
        return 0.0

    def amount(self, selection: Selection) -> float:
        return self.constant(selection.assessment) + float(self._addends(selection).sum())

    def magnitude(self, selection: Selection) -> float:
        return abs(self.constant(selection.assessment)) + float(np.abs(self._addends(selection)).sum())

    def _addends(self, selection: Selection) -> Floats:
        """What each chosen option contributes; coefficients may need scenarios, nothing needs neither."""
        if not selection.options:
            return np.zeros(0)
        return self.coefficients(selection.assessment)[list(selection.options)]


class UncertainTerm(Term):
    """A term that differs from scenario to scenario; its amount is the expectation."""

    def amount(self, selection: Selection) -> float:
        outlook = selection.outlook
        if outlook is None:
            return self.nominal(selection)
        return float(outlook.scenarios.probability @ self.realised(selection, outlook))

    def magnitude(self, selection: Selection) -> float:
        outlook = selection.outlook
        if outlook is None:
            return self.nominal_size(selection)
        return float(outlook.scenarios.probability @ self.sizes(selection, outlook))

    @abstractmethod
    def nominal(self, selection: Selection) -> float:
        """How much of it a portfolio has with every amount at its expectation."""

    @abstractmethod
    def nominal_size(self, selection: Selection) -> float:
        """The magnitude of the nominal amount."""

    @abstractmethod
    def realised(self, selection: Selection, outlook: Outlook) -> Floats:
        """How much of it a portfolio has in every scenario, shape (S,)."""

    @abstractmethod
    def sizes(self, selection: Selection, outlook: Outlook) -> Floats:
        """The magnitude of what it has in every scenario, shape (S,)."""


@dataclass(frozen=True)
class Expression(Quantity):
    """A weighted sum of terms."""

    parts: tuple[tuple[Term, float], ...]

    def weights(self) -> Mapping[Term, float]:
        return dict(self.parts)

    def __str__(self) -> str:
        return " ".join(signed(term, factor) for term, factor in self.parts).removeprefix("+ ")

    def __repr__(self) -> str:
        return " ".join(signed(repr(term), factor) for term, factor in self.parts).removeprefix("+ ")


def signed(term: Term | str, factor: float) -> str:
    """A term of a sum with its factor, e.g. `- 0.3 CVaR at 0.9 of the loss`."""
    size = "" if abs(factor) == 1 else f"{abs(factor):g} "
    return f"{'-' if factor < 0 else '+'} {size}{term}"


def _combined(left: Quantity, right: Quantity, sign: float) -> Expression:
    weights = dict(left.weights())
    for term, factor in right.weights().items():
        weights[term] = weights.get(term, 0.0) + sign * factor
    return Expression(tuple((term, factor) for term, factor in weights.items() if factor))


NOTHING = Expression(())
"""What is maximised where any portfolio will do."""
