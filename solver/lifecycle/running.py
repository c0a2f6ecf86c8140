"""What runs, as a portfolio: the members as they are, under the best assignment of who provides what."""

from __future__ import annotations

from solver.errors import ContradictionError
from solver.portfolio.formulation import Formulation
from solver.portfolio.rules import MaxMoves, Statuses
from solver.portfolio.selection import Selection
from solver.run import Run, Termination
from solver.study.proven import Proven
from solver.study.study import Study


def frozen(study: Study) -> Study:
    """The same where nobody joins, leaves or changes the level."""
    return study.limited(MaxMoves(0))


def as_it_runs(study: Study, run: Run) -> Selection | None:
    """What runs as it is, under the best assignment; limits and statuses aside where they do not allow it.

    None where nothing runs or nothing was found.
    """
    if not study.assessment.running.any():
        return None
    kept = found(frozen(study), run)
    if kept.termination is Termination.infeasible:
        structure = tuple(rule for rule in study.formulation.structure if not isinstance(rule, Statuses))
        kept = found(study.asking(Formulation(study.formulation.maximise, [MaxMoves(0)], structure)), run)
    return kept.selection


def found(study: Study, run: Run) -> Proven:
    """The best portfolio of a study, which may not be known; raises ContradictionError."""
    best = study.best(run)
    if best.termination in (Termination.error, Termination.unbounded):
        seen = {} if best.disagreement is None else best.disagreement.to_dict()
        raise ContradictionError(best.message, seen)
    return best
