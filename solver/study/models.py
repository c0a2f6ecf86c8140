"""Models that stay: one serves every formulation that only asks for more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from solver.assessment.assessment import Assessment
from solver.model.build import build, extended
from solver.model.form import Form
from solver.portfolio.formulation import Formulation
from solver.portfolio.rules import BoundRule
from solver.portfolio.tighter import further_rules, is_tighter, same_kind
from solver.run import Run
from solver.search.drafts import Lent

MOST = 8  # each may be as large as the instance allows


@dataclass(frozen=True, eq=False)
class Model:
    """The program of a formulation; what `prepared` rules limit is written as well, without their limits."""

    lent: Lent
    formulation: Formulation
    prepared: tuple[BoundRule, ...]

    def serves(self, wanted: Formulation, form: Form, assessment: Assessment) -> bool:
        """Whether a formulation of a form asks for more than it, and for all that is prepared."""
        return (
            self.lent.draft.form.serves(form)
            and all(
                any(same_kind(rule, one, assessment) for rule in wanted.subject_to) for one in self.prepared
            )
            and is_tighter(wanted, self.formulation, assessment)
        )


class Models:
    """Models of one assessment, without locks; a limit that is asked for at several numbers stays open.

    `after` is what those of another assessment, or process, have left.
    """

    def __init__(self, assessment: Assessment, after: Mapping[str, float] | None = None) -> None:
        self._assessment, self._after = assessment, after
        self._kept: list[Model] = []

    @property
    def left(self) -> Mapping[str, float] | None:
        """Where the last search has ended, for models of other places; None where there was none."""
        return self._kept[0].lent.engine.left if self._kept else self._after

    def __len__(self) -> int:
        return len(self._kept)

    @contextmanager
    def serving(self, formulation: Formulation, run: Run) -> Iterator[Lent]:
        """A model of a formulation, for a while: one that is kept, with what is asked beyond it, or new.

        Raises StoppedError where the run has to stop first, and FormulationError as `build` does.
        """
        form = Form.of(formulation, self._assessment)
        kept = (model for model in self._kept if model.serves(formulation, form, self._assessment))
        model = next(kept, None) or self._new(formulation, form, run)
        further = further_rules(formulation, model.formulation, self._assessment)
        with extended(model.lent.draft, formulation, further, run):
            yield model.lent

    def _new(self, formulation: Formulation, form: Form, run: Run) -> Model:
        """A model that is more general than the last of its kind."""
        wider, prepared = self._wider(formulation)
        if prepared:
            form = replace(form, tolerated={})  # what is tolerated moves with the limits
        draft = build(wider, self._assessment, run, form=form, prepared=prepared)
        model = Model(Lent.of(draft, self.left), wider, prepared)
        self._kept = [model, *self._kept][:MOST]
        return model

    def _wider(self, formulation: Formulation) -> tuple[Formulation, tuple[BoundRule, ...]]:
        """A formulation without locks and without what was asked for at other numbers; and the latter."""
        asked = [rule for model in self._kept for rule in (*model.prepared, *model.formulation.subject_to)]
        moved = tuple(
            rule
            for rule in formulation.subject_to
            if isinstance(rule, BoundRule)
            and any(rule != one and same_kind(rule, one, self._assessment) for one in asked)
        )
        rest = tuple(rule for rule in formulation.subject_to if rule not in moved and not rule.passing)
        return Formulation(formulation.maximise, rest, formulation.structure), moved
