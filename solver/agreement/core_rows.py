"""The core as rows on demand: what a part of the portfolio is worth, its players must be paid.

For a part x' with partners T and a partner j outside T, every portfolio x ⊇ x' ∪ {j} with payoffs π ≥ 0 needs
π(hub) + π(T) ≥ v_x(T) ≥ g(x') − exit(x), where g is the value without exit costs; any other x is set free:
π(hub) + π(T) + exit(x) ≥ g(x') · (1 − number of options of x' and j that x lacks).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

import numpy as np

from solver.agreement.blocking import Blocking, BlockingSearch, UnansweredError
from solver.agreement.contract_rows import ContractRows
from solver.driver import Row, ValueOf
from solver.model.linear import Linear, weighted
from solver.portfolio.formulation import Formulation
from solver.portfolio.risks import LossMeasure
from solver.portfolio.rules import BoundRule, ChanceLimit
from solver.portfolio.selection import Selection
from solver.portfolio.terms import ExitCosts

INTEGRALITY = 1e-5


class CoreRows:
    """Finds, wherever the portfolio is decided, who blocks, and asks for his payoff; a `Lazy`."""

    def __init__(self, contract: ContractRows, search: BlockingSearch, formulation: Formulation) -> None:
        self._contract = contract
        self._draft = contract.draft
        self._search = search
        self._formulation = formulation

    def violated(self, value: ValueOf) -> Iterable[Row]:
        draft = self._draft
        if any(abs(value(column) - round(value(column))) > INTEGRALITY for column in draft.options):
            return
        selection = draft.selection(value)
        try:
            found = self._search.worst(selection, self._contract.paid(selection, value))
        except UnansweredError:
            return
        if found is not None:
            yield from self._rows(selection, found)

    def _rows(self, selection: Selection, found: Blocking) -> Iterator[Row]:
        draft = self._draft
        left = float(draft.assessment.exit_cost[~selection.chosen].sum())
        gross = found.worth + left
        paid = self._exits + self._contract.payoffs[0]
        for partner in found.partners:
            paid.add(self._contract.payoffs[partner + 1])
        missing = Linear(constant=len(found.options) + 1.0)
        missing.add(Linear.of(draft.options[option] for option in found.options), -1.0)
        if self._exits_matter:
            missing.add(self._exits_changed(selection))
        for other in sorted({*selection.partners} - {*found.partners}):
            row = paid + (missing - draft.chosen(other)).scaled(gross)
            yield Row(row.coefficients, ">=", gross - row.constant, "what a coalition is worth")

    @cached_property
    def _exits(self) -> Linear:
        """What leaving those that run costs: exit(x)."""
        assessment = self._draft.assessment
        exits = weighted(self._draft.options, -ExitCosts().coefficients(assessment))
        exits.constant = -ExitCosts().constant(assessment)
        return exits

    @cached_property
    def _exits_matter(self) -> bool:
        """Whether exit costs decide not only what a part is worth but also whether rules allow it."""
        assessment, rules = self._draft.assessment, self._formulation.rules
        terms = {
            type(term)
            for rule in rules
            for bound in (rule.bounds(assessment) if isinstance(rule, BoundRule) else ())
            for term in bound.quantity.weights()
        }
        asked = any(isinstance(rule, ChanceLimit) for rule in rules) or terms & {ExitCosts, LossMeasure}
        return bool(asked) and bool(assessment.exit_cost.any())

    def _exits_changed(self, selection: Selection) -> Linear:
        """How many are left or kept otherwise than in a selection, among those that cost an exit."""
        changed = Linear()
        for element in np.flatnonzero(self._draft.assessment.exit_cost).tolist():
            chosen = self._draft.chosen(element)
            changed.add(Linear(constant=1.0) - chosen if selection.chosen[element] else chosen)
        return changed
