"""Completing a plan: the best assignments and licences for choices that are already made."""

from __future__ import annotations

from solver.errors import StoppedError
from solver.model.build import build
from solver.portfolio.formulation import Formulation
from solver.portfolio.plan import with_needed_licences
from solver.portfolio.selection import Selection
from solver.run import Run
from solver.search.drafts import search_on_the_way

GAP = 1e-6


def complete(formulation: Formulation, selection: Selection, run: Run) -> Selection:
    """Find who provides what for a plan that leaves it open, by exact search.

    Assignments that respect every rule come first; else those that respect workloads and intellectual
    property; else the first able partners, so that the checker can name what is missing.
    """
    for limits in (formulation.subject_to, ()):
        found = _search(Formulation(formulation.maximise, limits, formulation.structure), selection, run)
        if found is not None:
            return found
    return _first_able(selection)


def _search(formulation: Formulation, selection: Selection, run: Run) -> Selection | None:
    try:
        draft = build(formulation, selection.assessment, run)
    except StoppedError:
        return None
    chosen = set(selection.options)
    for option, column in enumerate(draft.options):
        column.lowBound = column.upBound = float(option in chosen)
    outcome = search_on_the_way(draft, run.part(gap=min(run.limits.gap, GAP)).heard_by(None), deciding=())
    return None if outcome.values is None else draft.selection(outcome.value)


def _first_able(selection: Selection) -> Selection:
    assigned: set[tuple[int, int]] = set()
    for index, need in enumerate(selection.assessment.needs):
        if selection.chosen[need.application]:
            assigned.update((index, partner) for partner in selection.first_able(index))
    bare = Selection(selection.assessment, selection.options, frozenset(assigned))
    return with_needed_licences(bare)
