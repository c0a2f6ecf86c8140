"""Models that stay: one serves every formulation that only asks for more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from solver.assessment.assessment import Assessment
from solver.model.build import build, extended
from solver.model.draft import Draft
from solver.model.form import Form
from solver.portfolio.formulation import Formulation
from solver.portfolio.rules import BoundRule, Lock
from solver.portfolio.tighter import further_rules, is_tighter, same_kind
from solver.run import Run

MOST = 8  # each may be as large as the instance allows


class Models:
    """Drafts of one assessment, without locks; a limit that is asked for at several numbers stays open."""

    def __init__(self, assessment: Assessment) -> None:
        self._assessment = assessment
        self._kept: list[tuple[Draft, tuple[BoundRule, ...]]] = []

    def __len__(self) -> int:
        return len(self._kept)

    @contextmanager
    def serving(self, formulation: Formulation, run: Run) -> Iterator[Draft]:
        """A model of a formulation, for a while: one that is kept, with what is asked beyond it, or new.

        Raises StoppedError where the run has to stop first, and FormulationError as `build` does.
        """
        draft = self._kept_for(formulation) or self._new(formulation, run)
        base = draft.formulation
        further = formulation.rules if base is None else further_rules(formulation, base, self._assessment)
        with extended(draft, formulation, further, run):
            yield draft

    def _kept_for(self, formulation: Formulation) -> Draft | None:
        form = Form.of(formulation, self._assessment)
        for draft, prepared in self._kept:
            base = draft.formulation
            if (
                base is not None
                and draft.form.serves(form)
                and self._asks_for(formulation, prepared)
                and is_tighter(formulation, base, self._assessment)
            ):
                return draft
        return None

    def _new(self, formulation: Formulation, run: Run) -> Draft:
        """A model that is more general than the last of its kind."""
        wider, prepared = self._wider(formulation)
        form = Form.of(formulation, self._assessment)
        if prepared:
            form = replace(form, tolerated={})
        draft = build(wider, self._assessment, run, form=form, prepared=prepared)
        self._kept = [(draft, prepared), *self._kept][:MOST]
        return draft

    def _asks_for(self, formulation: Formulation, prepared: Sequence[BoundRule]) -> bool:
        return all(
            any(same_kind(rule, one, self._assessment) for rule in formulation.subject_to) for one in prepared
        )

    def _wider(self, formulation: Formulation) -> tuple[Formulation, tuple[BoundRule, ...]]:
        """A formulation without locks and without what was asked for at other numbers; and the latter."""
        asked = [
            rule
            for draft, prepared in self._kept
            for rule in (*prepared, *(draft.formulation.subject_to if draft.formulation else ()))
        ]
        moved = tuple(
            rule
            for rule in formulation.subject_to
            if isinstance(rule, BoundRule)
            and any(rule != one and same_kind(rule, one, self._assessment) for one in asked)
        )
        rest = tuple(
            rule for rule in formulation.subject_to if rule not in moved and not isinstance(rule, Lock)
        )
        return Formulation(formulation.maximise, rest, formulation.structure), moved
