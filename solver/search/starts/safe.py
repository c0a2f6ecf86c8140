"""A portfolio to begin with where finding any that keeps a limit on a chance is the hard part."""

from __future__ import annotations

from dataclasses import dataclass

from solver.assessment.assessment import Assessment
from solver.model.build import build
from solver.portfolio.formulation import Formulation
from solver.portfolio.rules import RiskLimit, Rule
from solver.portfolio.selection import Selection
from solver.risk.measures import CVaR, VaR
from solver.run import Run
from solver.search.drafts import search_on_the_way


@dataclass(frozen=True)
class SafeEffort:
    """What the search for a portfolio with little risk may take."""

    share_of_time: float = 0.25
    gap: float = 0.01


EFFORT = SafeEffort()


def safe_start(formulation: Formulation, assessment: Assessment, run: Run) -> Selection | None:
    """A portfolio that keeps every limit on a chance because its expected shortfall keeps it.

    None where there is no such limit, or no such portfolio was found in a quarter of the time. The
    expected shortfall at a level is at least the loss exceeded with that chance, and convex
    (Nemirovski & Shapiro 2006).
    """
    safe = [_safe(rule) for rule in formulation.subject_to]
    if safe == list(formulation.subject_to):
        return None
    draft = build(Formulation(formulation.maximise, safe, formulation.structure), assessment, run)
    part = run.part(EFFORT.share_of_time, gap=max(run.limits.gap, EFFORT.gap))
    outcome = search_on_the_way(draft, part.heard_by(None))
    return None if outcome.values is None else draft.selection(outcome.value)


def _safe(rule: Rule) -> Rule:
    match rule.risk_limit:
        case VaR(level), limit:
            return RiskLimit(CVaR(level), limit)
        case _:
            return rule
