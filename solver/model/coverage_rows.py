"""Coverage as rows: whoever starts late cannot serve who started early.

Because an application starts once, rows add up over all its starts up to a period t: whatever was
launched by then needs providers that are ready by then. That is stronger than a row for each start.
"""

from __future__ import annotations

import math

from solver.model.draft import Draft
from solver.model.growing_block import GrowingBlock
from solver.model.linear import Linear


def coverage_rows(draft: Draft) -> None:
    """Hold every requirement of every launched application."""
    with draft.in_bulk() as block:
        able = _Able(draft, block)
        for index, need in enumerate(draft.assessment.needs):
            starts = draft.assessment.options.of(need.application)
            if index in draft.assigned:
                _assigned_rows(draft, block, able, index, starts)
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


def _assigned_rows(draft: Draft, block: GrowingBlock, able: _Able, index: int, starts: range) -> None:
    """providers · x_o ≤ Σ_j m_oj ≤ max_providers · x_o, m_oj ≤ x_o, Σ_{o starts by t} m_oj ≤ ready_jt.

    Of two periods in which a partner is able by the same options, the later one says it for both. Without
    spares Σ_j m_oj = providers · x_o, which says m_oj ≤ x_o as well where one provider will do.
    """
    need, columns = draft.assessment.needs[index], draft.assigned[index]
    fewest, spared = need.requirement.providers, draft.without_spares(index)
    launched = {option: block.place(draft.options[option]) for option in starts}
    providers: dict[int, list[int]] = {option: [] for option in starts}
    for partner in need.capable:
        serving: list[int] = []
        by_able: dict[tuple[int, ...], tuple[int, ...]] = {}
        for option in starts:
            column = columns.get((option, partner))
            if column is not None:
                serving.append(block.place(column))
                providers[option].append(serving[-1])
                if not (spared and fewest == 1):
                    block.no_more(serving[-1:], [launched[option]])
                start = int(draft.assessment.options.start[option])
                by_able[able.places(partner, start, need.requirement.workload)] = tuple(serving)
        for ready, served in by_able.items():
            block.no_more(served, ready)
    for option, assigned in providers.items():
        places, ones = [*assigned, launched[option]], [1.0] * len(assigned)
        block.append(places, [*ones, -float(fewest)], 0.0, 0.0 if spared else math.inf)
        if not spared:
            block.append(places, [*ones, -float(need.requirement.most_providers)], -math.inf, 0.0)


class _Able:
    """Whether a partner is ready and its level could carry a workload at all, as places in a block."""

    def __init__(self, draft: Draft, block: GrowingBlock) -> None:
        self._draft, self._block = draft, block
        self._ready = draft.assessment.options.ready.tolist()
        self._capacity = draft.assessment.options.capacity.tolist()
        self._known: dict[tuple[int, ...], tuple[int, ...]] = {}

    def places(self, partner: int, period: int, workload: float) -> tuple[int, ...]:
        """The columns that add up to 1 where it is, to 0 otherwise."""
        draft = self._draft
        ready = [o for o in draft.assessment.options.of(partner) if self._ready[o] <= period]
        strong = [o for o in ready if self._capacity[o] >= workload]
        key = (partner, *strong)
        if key not in self._known:
            same = strong == ready
            able = draft.ready(partner, period) if same else Linear.of(draft.options[o] for o in strong)
            self._known[key] = tuple(map(self._block.place, able.coefficients))
        return self._known[key]
