"""Choices: which applications are launched as soon as they can be, and what has to be tried both ways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from solver.portfolio.formulation import Formulation
from solver.sharing.bulk.bounds import PartBound, part_bounds
from solver.sharing.bulk.bundles import Bundle, Prices, bundles_of
from solver.sharing.bulk.crews import benefit_of
from solver.sharing.bulk.structure import Structure
from solver.sharing.coalition_rules import coalition_formulation
from solver.sharing.members import Members


@dataclass(frozen=True)
class Attempt:
    """Which applications are launched, of those that are tried both ways, and which licences are bought.

    `prices` are what the licence of each pair row still costs a crew, `paid` is what has been spent on them.
    """

    launched: tuple[int, ...]
    prices: Prices
    paid: float


@dataclass(frozen=True, eq=False)
class Choices:
    """The bundles of a structure by how they are decided, and the bounds that some part could break."""

    structure: Structure
    bounds: tuple[PartBound, ...]

    @cached_property
    def bundles(self) -> tuple[Bundle, ...]:
        """All bundles."""
        return tuple(bundles_of(self.structure))

    @cached_property
    def inner(self) -> tuple[Bundle, ...]:
        """Bundles that touch nothing else: each launches what is best for itself."""
        return tuple(bundle for bundle in self.bundles if not any(map(self._touches, bundle.applications)))

    @cached_property
    def sure(self) -> tuple[Bundle, ...]:
        """Single applications that never do harm: launched as soon as they can be."""
        return tuple(bundle for bundle in self.bundles if bundle not in self.inner and self._harmless(bundle))

    @cached_property
    def tried(self) -> tuple[Bundle, ...]:
        """All other bundles: every application is tried both ways."""
        return tuple(b for b in self.bundles if b not in self.inner and b not in self.sure)

    @cached_property
    def licences(self) -> tuple[int, ...]:
        """Pair rows whose licence is tried both ways: for several applications, or counted by a bound."""
        counted = any(bound.licences for bound in self.bounds)
        return tuple(
            conflict.pair
            for conflict in self.structure.conflicts
            if conflict.price is not None and (counted or len(conflict.places) > 1)
        )

    @cached_property
    def prices(self) -> dict[int, float]:
        """What the licence of a pair row costs a crew, infinite where there is none to be had."""
        tried = self.licences
        return {
            conflict.pair: np.inf if conflict.price is None or conflict.pair in tried else conflict.price
            for conflict in self.structure.conflicts
        }

    @property
    def open(self) -> int:
        """How many things are tried both ways."""
        return len(self.licences) + sum(len(bundle.applications) for bundle in self.tried)

    def attempts(self) -> Iterator[Attempt]:
        """Every combination of what is tried."""
        applications = [application for bundle in self.tried for application in bundle.applications]
        price = {conflict.pair: conflict.price or 0.0 for conflict in self.structure.conflicts}
        for taken in product((False, True), repeat=self.open):
            launched = tuple(a for a, wanted in zip(applications, taken, strict=False) if wanted)
            bought = [
                p for p, wanted in zip(self.licences, taken[len(applications) :], strict=True) if wanted
            ]
            prices = self.prices | dict.fromkeys(bought, 0.0)
            yield Attempt(launched, prices, float(sum(price[pair] for pair in bought)))

    def _touches(self, application: int) -> bool:
        """Whether launching it changes what anything else is worth or may do."""
        structure = self.structure
        return bool(
            structure.together[application].any()
            or any(attraction.pulls[application] for attraction in structure.attractions)
            or any(entry.newcomers[application] or entry.running[application] for entry in structure.entries)
            or any(bound.amounts[application] for bound in self.bounds)
            or self._licensed(application)
        )

    def _licensed(self, application: int) -> bool:
        return any(
            conflict.pair in self.licences and application in conflict.places
            for conflict in self.structure.conflicts
        )

    def _harmless(self, bundle: Bundle) -> bool:
        structure, application = self.structure, bundle.applications[0]
        return bool(
            len(bundle.applications) == 1
            and structure.together[application].min() >= 0
            and not any(entry.newcomers[application] for entry in structure.entries)
            and not any(bound.amounts[application] > 0 for bound in self.bounds)
            and not self._licensed(application)
            and self._never_at_a_loss(bundle)
        )

    def _never_at_a_loss(self, bundle: Bundle) -> bool:
        if bundle.plain:
            return benefit_of(self.structure, bundle.applications[0]) >= 0
        table = bundle.table(bundle.applications, self.prices)
        return bool((table[np.isfinite(table)] >= 0).all())


def choices_of(members: Members, formulation: Formulation) -> Choices | None:
    """The choices of coalitions of a portfolio's members; None where a rule is not a bound on parts."""
    structure = Structure.of(members)
    bounds = part_bounds(structure, coalition_formulation(formulation))
    return None if bounds is None else Choices(structure, bounds)
