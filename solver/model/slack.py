"""By how much the wishes of a rule give way, as columns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import pulp

from solver.assessment.benefit import Floats
from solver.errors import FormulationError
from solver.model.draft import Draft
from solver.model.linear import Linear, weighted
from solver.portfolio.quantities import Bound
from solver.portfolio.rules import BoundRule
from solver.portfolio.rules.handle import STEP, Part

NOTHING = 1e-12


@dataclass(frozen=True, eq=False)
class Slack:
    """For each wish of a rule a column in units of some size, and how far it can go; without any: firm."""

    columns: Mapping[Part, tuple[pulp.LpVariable, float, float]] = field(default_factory=dict)

    def by(self, part: Part) -> Linear:
        """By how much a wish gives way."""
        column, size, _ = self.columns.get(part, (None, 0.0, 0.0))
        return Linear() if column is None else Linear({column: size})

    def times(self, part: Part, factors: Floats, draft: Draft) -> Linear:
        """By how much a wish gives way, times Σ factors_o x_o over the options; at most that.

        Exact with a column per option that is at most the amount, and at most its largest where the option
        is chosen (McCormick 1976). Raises FormulationError where it has no largest.
        """
        column, size, most = self.columns[part]
        if not math.isfinite(most):
            raise FormulationError(f"how far {part} can give way has no end")
        products = []
        for option, factor in enumerate(factors):
            if not factor:
                continue
            product, new = draft.amount(f"{column.name}_at_{option}", high=most)
            products.append((product, factor))
            if new:
                draft.at_most(Linear({product: 1.0, draft.options[option]: -most}), 0.0)
                draft.at_most(Linear({product: 1.0, column: -size}), 0.0)
        return weighted(*zip(*products, strict=True)) if products else Linear()

    def reliefs(self, rule: BoundRule, draft: Draft) -> list[Linear]:
        """By how much more each bound of a rule allows."""
        bounds = list(rule.bounds(draft.assessment))
        reliefs = [Linear() for _ in bounds]
        for part in self.columns:
            loosened = rule.loosened(part, STEP)
            moved = () if not isinstance(loosened, BoundRule) else loosened.bounds(draft.assessment)
            for relief, before, after in zip(reliefs, bounds, moved, strict=True):
                constant, factors = _relief(before, after, draft)
                relief.add(self.by(part), constant)
                if factors.any():
                    relief.add(self.times(part, factors, draft))
        return reliefs


def _relief(before: Bound, after: Bound, draft: Draft) -> tuple[float, Floats]:
    """What a bound allows more per unit that a number moves: a constant, and a part for each option, (O,)."""
    sign = 1.0 if before.sense == "<=" else -1.0
    constant, factors = sign * (after.limit - before.limit), 0.0 * draft.assessment.options.benefit
    if before.quantity != after.quantity:
        (left, base, _), (moved, moved_base, _) = (
            bound.quantity.linear_part(draft.assessment) for bound in (before, after)
        )
        constant, factors = constant + sign * (base - moved_base), sign * (left - moved)
    factors[abs(factors) < NOTHING * max(1.0, float(abs(factors).max(initial=0.0)))] = 0.0
    return constant / STEP, factors / STEP
