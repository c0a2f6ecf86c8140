"""The search of a draft: what the model wrote goes to the driver, all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from solver.driver import Cancel, Column, Lazy, Outcome, Progress, SearchLimits, ValueOf, WideRule, run
from solver.model.draft import Draft


def search_draft(
    draft: Draft,
    limits: SearchLimits,
    *,
    lazies: Sequence[Lazy | WideRule] = (),
    deciding: Iterable[Column] | None = None,
    start: Mapping[Column, float] | None = None,
    judge: Callable[[ValueOf], float | None] | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancel: Cancel | None = None,
) -> Outcome:
    """Search for the best solution of a draft's program, and of further `lazies` with it.

    `deciding` are the columns to decide first, the draft's own if not given; the rest is as for `driver.run`.
    """
    return run(
        draft.problem,
        blocks=draft.blocks,
        lazies=[*draft.lazies, *lazies],
        tightenings=draft.tightenings,
        deciding=draft.deciding if deciding is None else deciding,
        limits=limits,
        start=start,
        judge=judge,
        progress=progress,
        cancel=cancel,
    )
