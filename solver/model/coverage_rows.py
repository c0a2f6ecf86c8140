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
    workload = need.requirement.workload
    launched = {option: block.place(draft.options[option]) for option in starts}
    begins = {option: int(draft.assessment.options.start[option]) for option in starts}
    providers: dict[int, list[int]] = {option: [] for option in starts}
    for partner in need.capable:
        serving: list[int] = []
        by_able: dict[tuple[int, ...], tuple[int, ...]] = {}
        for option in starts:
            column = columns.get((option, partner))
            if column is not None:
                place = block.place(column)
                serving.append(place)
                providers[option].append(place)
                if not (spared and fewest == 1):
                    block.no_more((place,), (launched[option],))
                by_able[able.places(partner, begins[option], workload)] = tuple(serving)
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
        self._asked: dict[tuple[int, int, float], tuple[int, ...]] = {}
        self._any_level: dict[tuple[int, int], float] = {}

    def places(self, partner: int, period: int, workload: float) -> tuple[int, ...]:
        """The columns that add up to 1 where it is, to 0 otherwise."""
        # What every level carries does not hang on the workload.
        key = (partner, period, max(workload, self._least_capacity(partner, period)))
        if key not in self._asked:
            self._asked[key] = self._found(partner, period, workload)
        return self._asked[key]

    def _least_capacity(self, partner: int, period: int) -> float:
        if (partner, period) not in self._any_level:
            of_ready = (self._capacity[o] for o in self._ready_options(partner, period))
            self._any_level[partner, period] = min(of_ready, default=math.inf)
        return self._any_level[partner, period]

    def _ready_options(self, partner: int, period: int) -> list[int]:
        return [o for o in self._draft.assessment.options.of(partner) if self._ready[o] <= period]

    def _found(self, partner: int, period: int, workload: float) -> tuple[int, ...]:
        draft, ready = self._draft, self._ready_options(partner, period)
        strong = [o for o in ready if self._capacity[o] >= workload]
        key = (partner, *strong)
        if key not in self._known:
            same = strong == ready
            able = draft.ready(partner, period) if same else Linear.of(draft.options[o] for o in strong)
            self._known[key] = tuple(map(self._block.place, able.coefficients))
        return self._known[key]
