"""Must-have, swing or out: who is in all, some or none of the portfolios nearly as good as the best."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType
from typing import Annotated, Literal, TypeAlias

from solver.answers.answer import Amount, Answer
from solver.answers.answering import Answering
from solver.answers.near import NEARLY, any_worth, checked_tolerances, least_worth, most_worth
from solver.portfolio.portfolio import Portfolio
from solver.run import Cancel, Listener, Run, SearchLimits
from solver.shapes import Shaped
from solver.study.study import Study

Class = Literal["must-have", "swing", "out", "not known"]
Question: TypeAlias = tuple[int, bool]
"""An element, and whether a portfolio is wanted that has it or one that lacks it."""


@dataclass(frozen=True)
class Membership(Shaped):
    """Where a partner or an application stands at a tolerance.

    `belongs` is `must-have` where it is in all portfolios worth at least the cutoff, `swing` where it is in
    some, `out` where it is in none, `not known` where the run had to stop first. `with_it` says whether some
    such portfolio has it, `without_it` whether some lacks it; None where that is not known.
    """

    tolerance: Annotated[float, "The share of the best value that may be given up."]
    id: Annotated[str, "Its id."]
    name: Annotated[str, "Its name."]
    kind: Annotated[Literal["partner", "application"], "`partner` or `application`."]
    belongs: Class
    with_it: bool | None
    without_it: bool | None


@dataclass(frozen=True)
class Cutoff(Shaped):
    """What portfolios have to be worth at a tolerance."""

    tolerance: Annotated[float, "The share of the best value that may be given up."]
    value: Annotated[float, "The least worth."]


@dataclass(frozen=True)
class Classes(Answer):
    """Who is in all, in some, in none of the portfolios that are worth nearly as much as the best.

    `best` is what the best is worth and `portfolio` is it; None where none was found, and `feasible` says
    whether there is any. `cutoffs` are in the order asked, `members` by tolerance and then as in the tables.
    """

    best: Amount
    portfolio: Portfolio | None
    feasible: bool | None
    cutoffs: tuple[Cutoff, ...]
    members: tuple[Membership, ...]

    @property
    def proven(self) -> bool:
        """Whether nothing is left open."""
        known = all(one.belongs != "not known" for one in self.members)
        return self.feasible is False or (self.feasible is True and known and self.best.proven)


def classes(
    study: Study,
    within: Iterable[float] = NEARLY,
    *,
    workers: int = 1,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Classes:
    """Who is in all, some or none of the portfolios worth at least V* − ε·|V*|, for each tolerance ε.

    Decisions, not optima: what is known of the study settles most, and a search stops as soon as it decides.
    Raises InputError for tolerances that are no shares.
    """
    return _Sorting(study, Run(limits, progress, cancel), workers, checked_tolerances(within)).answer()


class _Sorting(Answering[Question, float, Classes]):
    """Asks what nothing that is known decides; replies are what no portfolio of a question exceeds."""

    def __init__(self, study: Study, run: Run, workers: int, tolerances: Sequence[float]) -> None:
        super().__init__(study, run, workers)
        self._tolerances = tolerances
        self._worth: dict[Question, float] = {}
        self._seen = 0

    def full(self) -> Classes:
        """Ask for the best, and then of each element whether others near it have it, or lack it."""
        selection = self._find_best()
        if selection is not None:
            self._ask_all(
                [(element, not has) for element, has in enumerate(selection.chosen.tolist())], self._run
            )
        return self.so_far()

    def _ask_in_turn(self, questions: Sequence[Question], run: Run) -> None:
        """From the widest tolerance on."""
        widest_first = product(sorted(self._tolerances, reverse=True), questions)
        for (tolerance, question), part in run.each(list(widest_first)):
            self._learn()
            if self._answer(question, tolerance) is None:
                self._decide(question, tolerance, part)

    def _decide(self, question: Question, tolerance: float, run: Run) -> None:
        """Ask whether some portfolio that is good enough has an element, or lacks it.

        Such a portfolio has every must-have and nothing that is out, as far as these are known.
        """
        if self._best is None:
            return
        least = least_worth(self._best, tolerance)
        asked = [
            question,
            *((e, not has) for e, has in self._replies if self._answer((e, has), tolerance) is False),
        ]
        ids = self._study.assessment.elements
        locked = self._study.formulation.locked(
            *([ids[element] for element, has in asked if has == wanted] for wanted in (True, False))
        )
        _, bound = any_worth(self._study.asking(locked), least, least, run)
        self._note(question, min(max(bound, least), self._replies.get(question, math.inf)))

    def _learn(self) -> None:
        """Take in the portfolios that came to light since."""
        pool, asked = self._study.knowledge.pool, self._study.formulation
        for selection in tuple(pool)[self._seen :]:
            self._seen += 1
            worth = (
                pool.amount(asked.maximise, selection) if pool.keeps(asked.rules, selection) else -math.inf
            )
            for question in enumerate(selection.chosen.tolist()):
                self._worth[question] = max(worth, self._worth.get(question, -math.inf))

    def _answer(self, question: Question, tolerance: float) -> bool | None:
        """Whether a portfolio that is good enough has an element, or lacks it; None where that is open."""
        if self._best is None or self._best.objective is None:
            return None
        if self._worth.get(question, -math.inf) >= most_worth(self._best, tolerance):
            return True
        return False if self._replies.get(question, math.inf) <= least_worth(self._best, tolerance) else None

    def so_far(self) -> Classes:
        """The answer as far as it is known."""
        self._learn()
        told, best = self._standing(), self._best
        known = () if best is None or best.selection is None else self._tolerances
        return Classes(
            **told,
            cutoffs=tuple(Cutoff(one, least_worth(best, one)) for one in known if best is not None),
            members=tuple(self._member(element, one) for one in known for element in range(self._count)),
        )

    @property
    def _count(self) -> int:
        return len(self._study.assessment.elements)

    def _member(self, element: int, tolerance: float) -> Membership:
        assessment = self._study.assessment
        with_it, without_it = (self._answer((element, wanted), tolerance) for wanted in (True, False))
        return Membership(
            tolerance=tolerance,
            id=assessment.elements[element],
            name=assessment.label(element),
            kind="partner" if element < assessment.partner_count else "application",
            belongs=CLASS.get((with_it, without_it), "not known"),
            with_it=with_it,
            without_it=without_it,
        )


CLASS: Mapping[tuple[bool | None, bool | None], Class] = MappingProxyType(
    {(True, True): "swing", (True, False): "must-have", (False, True): "out"}
)
