"""Coverage as rows: whoever starts late cannot serve who started early.

Because an application starts once, rows add up over all its starts up to a period t: whatever was
launched by then needs providers that are ready by then. That is stronger than a row for each start.
"""

from __future__ import annotations

from solver.model.draft import Draft
from solver.model.linear import Linear


def coverage_rows(draft: Draft) -> None:
    """Hold every requirement of every launched application."""
    for index, need in enumerate(draft.assessment.needs):
        starts = draft.assessment.options.of(need.application)
        if index in draft.assigned:
            _assigned_rows(draft, index, starts)
        else:
            _counted_rows(draft, index, starts)


def _counted_rows(draft: Draft, index: int, starts: range) -> None:
    """Σ_j ready_jt ≥ providers · Σ_{o starts by t} x_o, where it does not matter who provides."""
    need = draft.assessment.needs[index]
    for option in starts:
        start = int(draft.assessment.options.start[option])
        launched = draft.ready(need.application, start)
        able = Linear()
        for partner in need.capable:
            able.add(draft.ready(partner, start))
        draft.at_least(able - launched.scaled(need.requirement.providers), 0.0)


def _assigned_rows(draft: Draft, index: int, starts: range) -> None:
    """providers · x_o ≤ Σ_j m_oj ≤ max_providers · x_o, m_oj ≤ x_o, Σ_{o starts by t} m_oj ≤ ready_jt."""
    need = draft.assessment.needs[index]
    columns = draft.assigned[index]
    by_partner = {partner: Linear() for partner in need.capable}
    for option in starts:
        launched = Linear.of([draft.options[option]])
        providers = Linear()
        for partner in need.capable:
            column = columns.get((option, partner))
            if column is None:
                continue
            assigned = Linear.of([column])
            providers.add(assigned)
            draft.at_most(assigned - launched, 0.0)
            able = _able(
                draft, partner, int(draft.assessment.options.start[option]), need.requirement.workload
            )
            draft.at_most(by_partner[partner].add(assigned) - able, 0.0)
        draft.at_least(providers - launched.scaled(need.requirement.providers), 0.0)
        draft.at_most(providers - launched.scaled(need.requirement.most_providers), 0.0)


def _able(draft: Draft, partner: int, period: int, workload: float) -> Linear:
    """Whether the partner is ready and its level could carry the workload at all."""
    options = draft.assessment.options
    ready = [o for o in options.of(partner) if options.ready[o] <= period]
    if all(options.capacity[o] >= workload for o in ready):
        return draft.ready(partner, period)
    return Linear.of(draft.options[o] for o in ready if options.capacity[o] >= workload)
