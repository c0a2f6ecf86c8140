"""A study solved: searched, checked and split within a run, and something to show whenever it has to stop."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from solver.errors import ContradictionError
from solver.portfolio.checker import check
from solver.portfolio.rules import Reading
from solver.portfolio.selection import Selection
from solver.result import Result
from solver.run import Progress, Run, Termination
from solver.search.incumbent import Incumbent
from solver.study.plans import Plannable, completed_plan
from solver.study.proven import Proven
from solver.study.results import bare_result, checked_result, remarked_in_time, result_of, with_risks

if TYPE_CHECKING:
    from solver.study.study import Study


def solved(study: Study, run: Run, start: Plannable | None = None, split: bool = True) -> Result:
    """The best portfolio of a study, with proof, within a run."""
    so_far = _SoFar(study, run)

    def searched() -> Result:
        try:
            return _searched(so_far, start, split)
        except ContradictionError as error:
            return so_far.refuted(error)

    return run.attended(searched, so_far.when_stopped)


class _SoFar:
    """What a search knows so far: enough for a result whenever it has to stop."""

    def __init__(self, study: Study, run: Run) -> None:
        self.study, self.run = study, run.heard_by(self._note)
        self.best: Incumbent | None = None
        self.result: Result | None = None
        self.start_breaks: Sequence[Reading] = ()
        self._whole, self._bound = run, math.inf

    def _note(self, news: Progress) -> None:
        """Remember the least bound that the search for this formulation has proven, and pass the news on."""
        if self.result is None and news.bound is not None:
            self._bound = min(self._bound, news.bound)
        self._whole.pass_on(news)

    def when_stopped(self) -> Result:
        """The best verified portfolio so far, and why there is no more."""
        if self.result is not None:
            return self.result
        why = self.run.verdict or Termination.cancelled
        bound = self._bound if math.isfinite(self._bound) else None
        ended = Proven(why, None, bound=bound, message="the search was left alone")
        if self.best is None or self.best.selection is None:
            return self.remarked(bare_result(self.study.instance, {}, ended, self.run))
        return self.remarked(checked_result(self.study.formulation, ended, self.best.selection, self.run))

    def refuted(self, error: ContradictionError) -> Result:
        """The best verified portfolio so far, nothing of which is proven: a search on the way is refuted."""
        return replace(
            self.when_stopped(),
            termination=Termination.error,
            bound=None,
            gap=None,
            message=str(error),
            contradiction=error.contradiction,
        )

    def remarked(self, result: Result) -> Result:
        """The result with a warning where a start was given that breaks rules."""
        if not self.start_breaks:
            return result
        broken = "; ".join(reading.sentence for reading in self.start_breaks)
        refused = f"The start was not used, it breaks rules: {broken}."
        return replace(result, warnings=(*result.warnings, refused))


def _searched(so_far: _SoFar, start: Plannable | None, split: bool) -> Result:
    """Assess, search, check, split: the best portfolio, and what was known on the way.

    What a result says of the instance is made first, while there is time: at the end it may be over.
    """
    study, formulation, run = so_far.study, so_far.study.formulation, so_far.run
    remarked_in_time(study.instance)
    run.tell(phase="drawing")
    assessment = study.assessment
    so_far.best = Incumbent(study.problem, run, phase="opening")
    first = None if start is None else completed_plan(start, formulation, assessment, "start", run).selection
    so_far.start_breaks = () if first is None else check(formulation, first).broken
    found = study.best(run, start=first, incumbent=so_far.best)
    run.tell(phase="checking")
    if found.selection is None:
        return so_far.remarked(replace(result_of(formulation, assessment, found, None, run), **_facts(found)))
    checked = replace(checked_result(formulation, found, found.selection, run), **_facts(found))
    so_far.result = so_far.remarked(checked)
    risky = with_risks(so_far.result, formulation, found.selection)
    result = so_far.result = replace(risky, seconds=run.elapsed)
    if not split or study.instance.split is None or not result.has_portfolio:
        return result
    unsplit = "The value was not split: the search had to stop first."
    so_far.result = replace(result, warnings=(*result.warnings, unsplit))
    return _split(result, study, found.selection, run)


def _facts(found: Proven) -> dict[str, Any]:
    seen = None if found.disagreement is None else found.disagreement.to_dict()
    return {"opening": found.opening.gave, "contradiction": seen}


def _split(result: Result, study: Study, selection: Selection, run: Run) -> Result:
    # Half a second of imports that only a split needs.
    from solver.games.game import UnprovenError
    from solver.sharing.share import share
    from solver.sharing.wishes import Wishes

    run.tell(phase="splitting")
    try:
        shared = share(selection, study.formulation, Wishes.of(study.instance), run)
    except UnprovenError as error:
        return replace(result, warnings=(*result.warnings, f"The value was not split: {error}."))
    except ContradictionError as error:
        warnings = (*result.warnings, f"The value was not split: {error}.")
        return replace(result, warnings=warnings, contradiction=error.contradiction)
    return replace(result, split=shared, seconds=run.elapsed)
