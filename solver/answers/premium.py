"""The price of resilience: what the best portfolio is worth, the more has to stay without any one partner."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from solver.answers.answer import UNKNOWN, Amount, best_value
from solver.portfolio.formulation import Formulation
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.rules import RetainedValue
from solver.portfolio.rules.provision import application_revenue, retained_revenue
from solver.portfolio.selection import Selection
from solver.run import Run, Termination
from solver.shapes import Shaped
from solver.study.study import Study

NEXT = 1e-4
"""By how much more than a portfolio keeps the next one has to: shares that are closer are one step, as back
ends cannot tell them apart for sure."""
SHARE = 0.25
"""The share of the time that is left which one step may take."""


@dataclass(frozen=True)
class Step(Shaped):
    """The best value for every share above the step before, up to `share`; `price` is what that costs.

    `portfolio` is worth that much and keeps `share`; None where none is known, which is proven where it is
    not `possible`.
    """

    share: Annotated[float, "Up to which share of the applications' revenue that has to stay."]
    value: Amount
    price: Amount
    possible: Annotated[bool | None, "Whether there is a portfolio; null where that is not known."]
    portfolio: Portfolio | None


def premium(study: Study, run: Run) -> Iterator[tuple[Step, ...]]:
    """The best value as a step curve of the share that has to stay, each time with one step more.

    Exact but for steps shorter than NEXT. From the first step on which nothing is known, nothing follows.
    """
    asked = study.formulation
    rest = [rule for rule in asked.subject_to if not isinstance(rule, RetainedValue)]
    steps: list[Step] = []
    free, share = None, 0.0
    while share <= 1.0 and not run.is_over:
        wanted = [*rest, *([RetainedValue(share)] if share else [])]
        variant = study.asking(Formulation(asked.maximise, wanted, asked.structure))
        found = variant.best(run.part(SHARE)).sound()
        value = best_value(found)
        free = free or value
        if found.selection is None or found.objective is None:
            none = found.termination is Termination.infeasible
            steps.append(Step(1.0, UNKNOWN if none else value, UNKNOWN, False if none else None, None))
            yield tuple(steps)
            return
        share = min(1.0, kept_share(found.selection))
        if steps and steps[-1].value.value == value.value:
            steps.pop()  # as good, and it keeps more
        steps.append(Step(share, value, free - value, True, found.selection.portfolio()))
        yield tuple(steps)
        share = share + NEXT if share < 1.0 else math.inf


def kept_share(selection: Selection) -> float:
    """The share of the applications' revenue that stays without any one partner; 1 where none can be lost."""
    total, kept = sum(application_revenue(selection).values()), retained_revenue(selection)
    return min(kept.values(), default=total) / total if total > 0 else 1.0
