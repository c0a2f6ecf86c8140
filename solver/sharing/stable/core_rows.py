"""The core as rows on demand: what a part of the portfolio is worth, its players must be paid.

For a part x' with partners T and a partner j outside T, every portfolio x ⊇ x' ∪ {j} with payoffs π ≥ 0 needs
π(hub) + π(T) ≥ v_x(T) ≥ g(x') − exit(x), where g is the value without exit costs; any other x is set free:
π(hub) + π(T) + exit(x) ≥ g(x') · (1 − number of options of x' and j that x lacks).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property, lru_cache

import numpy as np

from solver.driver import Row, ValueOf
from solver.games.game import UnprovenError
from solver.model.linear import Linear, weighted
from solver.portfolio.formulation import Formulation
from solver.portfolio.risks import LossMeasure
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue, ExitCosts
from solver.search.completion import complete
from solver.sharing.stable.blocking import TOLERANCE, Blocking
from solver.sharing.stable.contract_rows import ContractRows, total
from solver.sharing.stable.search import ShareSearch

INTEGRALITY = 1e-5
PORTFOLIOS_KEPT = 4096


class CoreRows:
    """Asks, wherever the portfolio is decided, whether it has a contract, and if not, for more; a `Lazy`.

    Where x̂ of worth V has none, no portfolio with the same options has one, unless it is worth more because
    others provide: Σ differences ≥ 1, or V(x) ≥ (V + ε) · (1 − Σ differences) where that is possible.
    """

    def __init__(self, contract: ContractRows, search: ShareSearch, formulation: Formulation) -> None:
        self._contract = contract
        self._draft = contract.draft
        self._search = search
        self._formulation = formulation
        self._best_provided = lru_cache(PORTFOLIOS_KEPT)(self._completed)

    def violated(self, value: ValueOf) -> Iterable[Row]:
        draft = self._draft
        if any(abs(value(column) - round(value(column))) > INTEGRALITY for column in draft.deciding):
            return
        selection = draft.selection(value)
        with suppress(UnprovenError):
            answer = self._search.answer(selection)
            if answer.shares is None:
                yield self._excluded(selection)
                for blocking in answer.blocked:
                    yield from self._paid(selection, blocking)

    def _excluded(self, selection: Selection) -> Row:
        different = self._differences(selection)
        best = self._best_provided(selection.options) if self._provision_matters else selection
        if self._search.answer(best).shares is None:
            return _row(different, 1.0)
        worth = float(AllianceValue().amount(selection))
        least = max(self._search.least_value, worth + TOLERANCE * worth)
        return _row(self._contract.value + different.scaled(least), least)

    @property
    def _provision_matters(self) -> bool:
        """Whether it is left to decide, once the options are, who provides what."""
        return bool(self._draft.teams) or len(self._draft.deciding) > len(self._draft.options)

    def _completed(self, options: tuple[int, ...]) -> Selection:
        """The portfolio of these options in which those provide who make the most of it."""
        wanted = Formulation(AllianceValue(), self._formulation.subject_to, self._formulation.structure)
        found = complete(wanted, Selection(self._draft.assessment, options), self._search.run)
        if self._search.run.is_over:
            raise UnprovenError("the search ended before it was known who provides best")
        return found

    def _differences(self, selection: Selection) -> Linear:
        """In how many options a portfolio differs from a selection; a change of option counts once."""
        chosen, element = set(selection.options), self._draft.assessment.options.element
        different = Linear(constant=float(len(chosen)))
        for option, column in enumerate(self._draft.options):
            if option in chosen:
                different.add(Linear({column: -1.0}))
            elif not selection.chosen[element[option]]:
                different.add(Linear.of([column]))
        return different

    def _paid(self, selection: Selection, found: Blocking) -> Iterator[Row]:
        """The rows of a coalition that blocked some payoffs, for every partner who is not part of it."""
        draft, contract = self._draft, self._contract
        exit_cost = draft.assessment.exit_cost
        gross = found.worth + float(exit_cost[~selection.chosen].sum())
        engaged = draft.assessment.options.element[list(found.options)]
        surely = gross - float(exit_cost.sum() - exit_cost[engaged].sum())
        paid = total([contract.payoffs[0], *(contract.payoffs[partner + 1] for partner in found.partners)])
        missing = Linear(constant=len(found.options) + 1.0)
        missing.add(Linear.of(draft.options[option] for option in found.options), -1.0)
        if self._exits_matter:
            missing.add(self._exits_changed(selection))
        for other in sorted({*selection.partners} - {*found.partners}):
            absent = missing - draft.chosen(other)
            yield _row(contract.in_money(paid + self._exits, gross, absent), 0.0)
            yield _row(contract.in_shares(paid, surely, absent), 0.0)

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
            for bound in rule.bounds(assessment)
            for term in bound.quantity.weights()
        }
        asked = any(rule.risk_limit for rule in rules) or terms & {ExitCosts, LossMeasure}
        return bool(asked) and bool(assessment.exit_cost.any())

    def _exits_changed(self, selection: Selection) -> Linear:
        """How many are left or kept otherwise than in a selection, among those that cost an exit."""
        changed = Linear()
        for element in np.flatnonzero(self._draft.assessment.exit_cost).tolist():
            chosen = self._draft.chosen(element)
            changed.add(Linear(constant=1.0) - chosen if selection.chosen[element] else chosen)
        return changed


def _row(left: Linear, least: float) -> Row:
    return Row(left.coefficients, ">=", least - left.constant, "what a contract asks for")
