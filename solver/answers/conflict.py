"""A minimal conflict: wishes that contradict each other, and no longer do as soon as any one is dropped."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from solver.portfolio.formulation import Formulation
from solver.portfolio.quantities import NOTHING
from solver.portfolio.rules import Handle
from solver.portfolio.rules.pairs import PairRule
from solver.portfolio.selection import Selection
from solver.run import Decision, Run, Termination
from solver.study.study import Study

SHARE = 0.2
"""The share of the time that is left which one question may take: what is not decided stays in."""
ANY = Decision(enough=0.0)
"""Nothing is maximised: any portfolio will do."""


class Feasibility:
    """Whether some of a study's wishes can hold together, those outside them not looked at."""

    def __init__(self, study: Study, run: Run) -> None:
        asked = study.formulation
        self._study, self._run = study, run.heard_by(None)
        self._asked = Formulation(NOTHING, asked.subject_to, asked.structure)
        self._wishes = asked.handles(study.assessment)

    def holds(self, wishes: Iterable[Handle]) -> bool | None:
        """Whether some wishes can hold together; None where the run had to stop before that was known."""
        return self.of(wishes)[1]

    def of(self, wishes: Iterable[Handle]) -> tuple[Selection | None, bool | None]:
        """A portfolio that keeps some wishes, and whether there is any.

        Raises ContradictionError where claims contradict each other.
        """
        if self._run.is_over:
            return None, None
        kept = set(wishes)
        dropped = {wish: math.inf for wish in self._wishes if wish not in kept}
        study = self._study.asking(self._asked.loosened(dropped))
        found = study.best(self._run.part(SHARE), decision=ANY).sound()
        if found.objective is not None:
            return found.selection, True
        return None, False if found.termination is Termination.infeasible else None


def minimal_conflict(feasibility: Feasibility, wishes: Sequence[Handle]) -> tuple[tuple[Handle, ...], bool]:
    """Wishes among some that cannot hold together, and whether each of them is proven to be needed for that.

    By halves (QuickXplain, Junker 2004), the wishes about pairs last: mostly the others are enough. Where the
    run has to stop, what was not decided stays in: the wishes still contradict each other, perhaps with more
    of them than it takes.
    """
    foremost = sorted(wishes, key=lambda wish: isinstance(wish.rule, PairRule))
    found = set(_halved(feasibility, [], False, foremost))
    conflict = [wish for wish in wishes if wish in found]
    proven = True
    for wish in tuple(conflict):
        others = [other for other in conflict if other != wish]
        answer = feasibility.holds(others)
        proven &= answer is not None
        conflict = others if answer is False else conflict
    return tuple(conflict), proven


def _halved(feasibility: Feasibility, given: list[Handle], grown: bool, wishes: list[Handle]) -> list[Handle]:
    """The fewest of some wishes that contradict what is given; all of them together do."""
    if grown and feasibility.holds(given) is False:
        return []
    if len(wishes) == 1:
        return wishes
    half = len(wishes) // 2
    later = _halved(feasibility, [*given, *wishes[:half]], True, wishes[half:])
    earlier = _halved(feasibility, [*given, *later], bool(later), wishes[:half])
    return [wish for wish in wishes if wish in {*earlier, *later}]
