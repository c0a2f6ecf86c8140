"""The pool: every portfolio that was found, and how it stands with every rule that was ever asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from solver.portfolio.formulation import Formulation
from solver.portfolio.quantities import Quantity, Term
from solver.portfolio.rules import Rule
from solver.portfolio.selection import Selection


class Pool:
    """Selections of one assessment, each judged by the checker once for each rule and term.

    Each is a start, and a lower bound, for every formulation that it keeps.
    """

    def __init__(self) -> None:
        self._keeps: dict[Selection, dict[Rule, bool]] = {}
        self._amounts: dict[Selection, dict[Term, float]] = {}
        self._worths: dict[Quantity, dict[Selection, float]] = {}

    def __len__(self) -> int:
        return len(self._keeps)

    def __iter__(self) -> Iterator[Selection]:
        return iter(self._keeps)

    def add(self, selection: Selection) -> None:
        """Take in a selection; whether it is any good is asked later."""
        self._keeps.setdefault(selection, {})
        self._amounts.setdefault(selection, {})

    def best(self, formulation: Formulation) -> tuple[Selection, float] | None:
        """The selection that keeps every rule and is worth most, and what it is worth; None without any."""
        worth = self._worth(formulation.maximise)
        ranked = sorted(worth, key=lambda one: -worth[one])
        found = next((one for one in ranked if self.keeps(formulation.rules, one)), None)
        return None if found is None else (found, worth[found])

    def _worth(self, quantity: Quantity) -> Mapping[Selection, float]:
        """How much of a quantity each selection has, in the order in which they came."""
        known = self._worths.setdefault(quantity, {})
        weights = quantity.weights()
        for one in islice(self, len(known), None):
            known[one] = self._weighed(weights, one)
        return known

    def amount(self, quantity: Quantity, selection: Selection) -> float:
        """How much of a quantity a selection has."""
        return self._weighed(quantity.weights(), selection)

    def _weighed(self, weights: Mapping[Term, float], selection: Selection) -> float:
        known = self._amounts[selection]
        for term in weights:
            if term not in known:
                known[term] = float(term.amount(selection))
        return sum(factor * known[term] for term, factor in weights.items())

    def keeps(self, rules: Iterable[Rule], selection: Selection) -> bool:
        """Whether a selection keeps some rules."""
        known = self._keeps[selection]
        for rule in rules:
            if rule not in known:
                known[rule] = all(reading.holds for reading in rule.readings(selection))
            if not known[rule]:
                return False
        return True
