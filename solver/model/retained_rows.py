"""Retained value as rows: who is critical for a launched application, and what would be lost with them."""

from __future__ import annotations

import pulp

from solver.model.draft import Draft
from solver.model.linear import Linear


def retained_value_rows(draft: Draft, share: float) -> None:
    """Σ_a R_a · lost_aj ≤ (1 − share) · Σ_a R_a for every partner j (spec 3.1.8).

    An application option o is fragile in a need when no more than `providers` able partners are ready:
    Σ_j ready_j + fragile ≥ (providers + 1) · x_o. Then each of them is critical:
    lost_oj ≥ fragile + ready_j − 1, and together Σ_j lost_oj ≥ providers · fragile with lost_oj ≤ ready_j,
    which is what makes the relaxation tight.
    """
    options = draft.assessment.options
    everything = Linear()
    lost_with: dict[int, Linear] = {}
    for application in range(draft.assessment.partner_count, len(draft.assessment.elements)):
        for option in options.of(application):
            revenue = float(options.revenue[option])
            if not revenue:
                continue
            everything.add(Linear({draft.options[option]: revenue}))
            for partner, column in _losses(draft, application, option).items():
                lost_with.setdefault(partner, Linear()).add(Linear({column: revenue}))
    for lost in lost_with.values():
        draft.at_most(lost - everything.scaled(1.0 - share), 0.0)


def _losses(draft: Draft, application: int, option: int) -> dict[int, pulp.LpVariable]:
    """Per partner, the column that says whether the launched application is lost without it."""
    assessment = draft.assessment
    start = int(assessment.options.start[option])
    launched = Linear.of([draft.options[option]])
    losses: dict[int, pulp.LpVariable] = {}
    for index in assessment.needs_of.get(application, ()):
        need = assessment.needs[index]
        providers = need.requirement.providers
        ready = {p: draft.ready(p, start) for p in need.capable}
        ready = {p: able for p, able in ready.items() if able.coefficients}
        fragile = Linear.of([draft.fraction(f"fragile_{index}_{option}")[0]])
        count = Linear()
        together = Linear()
        for partner, able in ready.items():
            count.add(able)
            column, new = draft.fraction(f"lost_{option}_{partner}")
            losses[partner] = column
            lost = Linear.of([column])
            together.add(lost)
            draft.at_least(lost - fragile - able, -1.0)
            if new:
                draft.at_most(lost - able, 0.0)
        draft.at_least(count + fragile - launched.scaled(providers + 1), 0.0)
        draft.at_least(together - fragile.scaled(providers), 0.0)
    return losses
