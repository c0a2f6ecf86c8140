"""Models that stay: one serves every formulation that only asks for more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from solver.assessment.assessment import Assessment
from solver.model.build import build
from solver.model.draft import Draft
from solver.model.form import Form
from solver.portfolio.formulation import Formulation
from solver.portfolio.rules import BoundRule, Lock, Rule
from solver.portfolio.tighter import further_rules, is_tighter, same_kind

MOST = 8  # each may be as large as the instance allows


@dataclass(frozen=True)
class Serving:
    """A model, and the rules that a formulation has beyond it."""

    draft: Draft
    further: tuple[Rule, ...]


class Models:
    """Drafts of one assessment, without locks; a limit that is asked for at several numbers stays open."""

    def __init__(self, assessment: Assessment) -> None:
        self._assessment = assessment
        self._kept: list[tuple[Draft, tuple[BoundRule, ...]]] = []

    def __len__(self) -> int:
        return len(self._kept)

    def serving(self, formulation: Formulation) -> Serving:
        """A model for a formulation: one that is kept, or a new one, more general than the last of its kind."""
        form = Form.of(formulation, self._assessment)
        for draft, prepared in self._kept:
            of = draft.formulation
            if (
                of is not None
                and draft.form.serves(form)
                and self._asks_for(formulation, prepared)
                and is_tighter(formulation, of, self._assessment)
            ):
                return Serving(draft, further_rules(formulation, of, self._assessment))
        wider, prepared = self._wider(formulation)
        if prepared:
            form = replace(form, tolerated={})
        draft = build(wider, self._assessment, form=form, prepared=prepared)
        self._kept = [(draft, prepared), *self._kept][:MOST]
        return Serving(draft, further_rules(formulation, wider, self._assessment))

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
