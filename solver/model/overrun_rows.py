"""Budgeted robustness as rows: the few largest overruns of what is chosen (Bertsimas & Sim 2004)."""

from __future__ import annotations

from solver.model.draft import Draft
from solver.model.linear import Linear, weighted
from solver.portfolio.terms import WorstOverruns, largest_overruns


def worst_overruns(term: WorstOverruns, draft: Draft) -> Linear:
    """most · θ + Σ_i p_i with θ + p_i ≥ overrun_i(x), θ ≥ 0, p_i ≥ 0: the dual of picking the largest."""
    overruns = largest_overruns(draft.assessment)
    threshold, new = draft.amount(f"threshold_of_{term.most}_overruns")
    worst = Linear({threshold: float(term.most)})
    for partner in range(draft.assessment.partner_count):
        options = draft.assessment.options.of(partner)
        if not overruns[options].any():
            continue
        excess, _ = draft.amount(f"overrun_of_{partner}_beyond_{term.most}")
        if new:
            own = weighted((draft.options[o] for o in options), overruns[options])
            draft.at_least(Linear.of([threshold, excess]) - own, 0.0)
        worst.add(Linear.of([excess]))
    return worst
