"""Blocking: the part of a portfolio whose partners, with the hub, earn more than they are paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from solver.agreement.coalition_rules import coalition_formulation
from solver.agreement.members import Members
from solver.driver import Cancel, SearchLimits, run
from solver.driver.watch import Watch
from solver.model.build import build
from solver.model.draft import Side
from solver.model.linear import Linear
from solver.model.term_rows import quantity_rows
from solver.portfolio.formulation import Formulation
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue

TOLERANCE = 1e-6
EXACT = SearchLimits(gap=1e-9)

Payoffs: TypeAlias = Mapping[int | None, float]
"""What the hub (None) and the chosen partners, by element, are paid; at least 0 each."""


@dataclass(frozen=True)
class Blocking:
    """A part of a portfolio that its partners and the hub could run by themselves, and what it is worth.

    `options` count in the assessment of the portfolio. `worth` still bears the exit costs of the portfolio.
    """

    options: tuple[int, ...]
    partners: frozenset[int]
    worth: float


class UnansweredError(ArithmeticError):
    """The search ended before it was known whether anybody blocks."""


class BlockingProgram:
    """max V(part) − payoffs of the part's partners, over the parts of a portfolio without some partner."""

    def __init__(self, selection: Selection, formulation: Formulation) -> None:
        members = Members(selection)
        offered = members.offered
        self._members = members
        self._options = sorted(selection.options)
        self._draft = draft = build(coalition_formulation(formulation, offered), offered)
        self._value = quantity_rows(AllianceValue(), draft, Side.ABOVE)
        self._engaged = {partner: draft.chosen(partner) for partner in members.partners}
        everybody = Linear()
        for engaged in self._engaged.values():
            everybody.add(engaged)
        draft.at_most(everybody, len(self._engaged) - 1.0)

    def most_excessive(
        self, payoffs: Payoffs, limits: SearchLimits, cancel: Cancel | None
    ) -> Blocking | None:
        """The part whose worth exceeds payoffs most, None where none does; raises UnansweredError."""
        level = max(1.0, abs(self._members.value))
        asked = Linear({}, level - payoffs[None]).add(self._value)
        for partner, engaged in self._engaged.items():
            asked.add(engaged, -payoffs[partner])
        draft = self._draft
        draft.maximise(asked)
        outcome = run(
            draft.problem,
            blocks=draft.blocks,
            lazies=draft.lazies,
            deciding=draft.deciding,
            limits=limits,
            cancel=cancel,
        )
        tolerated = TOLERANCE * level
        if outcome.values is not None:
            part = draft.selection(outcome.value)
            worth = AllianceValue().amount(part)
            if worth - payoffs[None] - sum(payoffs[partner] for partner in part.partners) > tolerated:
                options = tuple(self._options[option] for option in part.options)
                return Blocking(options, frozenset(part.partners), worth)
        if outcome.bound is None or outcome.bound - level > tolerated:
            raise UnansweredError(f"whether a coalition blocks is not known: {outcome.termination}")
        return None


class BlockingSearch:
    """Whether anybody blocks, for one portfolio and its payoffs after the other, within common limits.

    The programs of the last portfolios and the last answers are kept.
    """

    KEPT = 16

    def __init__(
        self, formulation: Formulation, limits: SearchLimits = EXACT, cancel: Cancel | None = None
    ) -> None:
        self._formulation = formulation
        self._limits = limits
        self._cancel = cancel
        self._watch = Watch(limits.seconds, cancel, None)
        self._programs: dict[tuple[int, ...], BlockingProgram] = {}
        self._answers: dict[tuple[object, ...], Blocking | None] = {}

    def most_excessive(self, selection: Selection, payoffs: Payoffs) -> Blocking | None:
        """The part of the portfolio that blocks these payoffs most, None where none does.

        Raises UnansweredError where the limits end first.
        """
        if not selection.partners:
            return None
        key = (selection.options, *payoffs.items(), AllianceValue().amount(selection))
        if key not in self._answers:
            program = self._program(selection)
            left = self._limits.after(self._watch.elapsed)
            self._keep(self._answers, key, program.most_excessive(payoffs, left, self._cancel))
        return self._answers[key]
