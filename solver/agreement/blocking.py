"""Blocking: a part of a portfolio that is worth more than its partners and the hub are paid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from solver.agreement.coalition_rules import coalition_formulation
from solver.agreement.members import Members
from solver.assessment.assessment import Assessment
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
PROGRAMS_KEPT = 16
ANSWERS_KEPT = 1024

Payoffs = tuple[float, ...]
"""What the hub and the chosen partners are paid, in the order of `Members.players`; at least 0 each."""


class UnansweredError(ArithmeticError):
    """The search ended before it was known whether anybody blocks."""


@dataclass(frozen=True)
class Blocking:
    """What a coalition would do by itself: its options and partners (by element), and what that is worth.

    Options count in the assessment of the whole; the worth bears the exit costs of the whole portfolio.
    """

    options: tuple[int, ...]
    partners: tuple[int, ...]
    worth: float


class BlockingProgram:
    """max V(part) − payoffs of the part's players, over the parts of a portfolio without some partner."""

    def __init__(self, selection: Selection, formulation: Formulation) -> None:
        members = Members(selection)
        offered = members.offered
        self._options = sorted(selection.options)
        self._draft = draft = build(coalition_formulation(formulation, offered), offered)
        self._value = quantity_rows(AllianceValue(), draft, Side.ABOVE)
        self._engaged = {partner: draft.chosen(partner) for partner in members.partners}
        engaged = Linear()
        for chosen in self._engaged.values():
            engaged.add(chosen)
        draft.at_most(engaged, len(self._engaged) - 1.0)

    def solve(self, payoffs: Payoffs, limits: SearchLimits, cancel: Cancel | None) -> Blocking | None:
        """The part that exceeds its payoffs most, None where none does; raises UnansweredError."""
        level, paid = max(1.0, sum(payoffs)), dict(zip(self._engaged, payoffs[1:], strict=True))
        # The constant makes the objective as large as the game, to which relative gaps then refer.
        excess = Linear({}, level - payoffs[0]).add(self._value)
        for partner, chosen in self._engaged.items():
            excess.add(chosen, -paid[partner])
        draft = self._draft
        draft.maximise(excess)
        outcome = run(
            draft.problem,
            blocks=draft.blocks,
            lazies=draft.lazies,
            tightenings=draft.tightenings,
            deciding=draft.deciding,
            limits=limits,
            cancel=cancel,
        )
        if outcome.values is not None:
            part = draft.selection(outcome.value)
            worth = AllianceValue().amount(part)
            if worth - payoffs[0] - sum(paid[partner] for partner in part.partners) > TOLERANCE * level:
                options = tuple(self._options[option] for option in part.options)
                return Blocking(options, tuple(part.partners), worth)
        if outcome.bound is None or outcome.bound - level > TOLERANCE * level:
            raise UnansweredError(f"whether a coalition blocks is not known: {outcome.termination}")
        return None


class BlockingSearch:
    """Whether anybody blocks, for one portfolio and its payoffs after the other, within common limits.

    The programs of the last portfolios are kept, and the last answers.
    """

    def __init__(
        self,
        formulation: Formulation,
        assessment: Assessment,
        limits: SearchLimits,
        cancel: Cancel | None = None,
    ) -> None:
        self._formulation = formulation
        self._assessment = assessment
        self._limits = limits
        self._cancel = cancel
        self._watch = Watch(limits.seconds, cancel, None)
        self._program = lru_cache(PROGRAMS_KEPT)(self._built)
        self._answer = lru_cache(ANSWERS_KEPT)(self._solved)

    def worst(self, selection: Selection, payoffs: Payoffs) -> Blocking | None:
        """The part of a portfolio that blocks these payoffs most, None where none does.

        Raises UnansweredError where the limits end first.
        """
        return self._answer(selection.options, payoffs) if selection.partners else None

    def _built(self, options: tuple[int, ...]) -> BlockingProgram:
        return BlockingProgram(Selection(self._assessment, options), self._formulation)

    def _solved(self, options: tuple[int, ...], payoffs: Payoffs) -> Blocking | None:
        left = self._limits.after(self._watch.elapsed)
        return self._program(options).solve(payoffs, left, self._cancel)
