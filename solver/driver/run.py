"""One call: a PuLP problem in, an `Outcome` out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import pulp

from solver.driver import backends
from solver.driver.cutting import Judge, Jury, search_in_rounds, tighten_relaxation
from solver.driver.handover import Program, hand_over
from solver.driver.highs import PATIENCE, HighsSession
from solver.driver.limits import SearchLimits
from solver.driver.outcome import Outcome, Termination
from solver.driver.progress import Cancel, Progress
from solver.driver.pulpsession import PulpSession
from solver.driver.rows import Lazy, RowBlock, WideRule
from solver.driver.separation import Separator
from solver.driver.session import Session
from solver.driver.standing import Standing
from solver.driver.start import completed
from solver.driver.tree import Tree
from solver.driver.watch import AbandonedError, Watch

DEFAULT_LIMITS = SearchLimits()


def run(
    problem: pulp.LpProblem,
    *,
    blocks: Iterable[RowBlock] = (),
    lazies: Sequence[Lazy | WideRule] = (),
    limits: SearchLimits = DEFAULT_LIMITS,
    start: Mapping[pulp.LpVariable, float] | None = None,
    judge: Judge | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancel: Cancel | None = None,
) -> Outcome:
    """Search for the best solution of a problem, of the blocks of rows and of the lazy rules together.

    While rows are missing the problem's own objective is optimistic; `judge` gives the true one of an
    integral point, in the sense of the problem, or `None` for a point that is not acceptable. `start` is a
    solution, or the values of some variables, to begin with. `progress` is called in this thread, `judge` and
    the rules also in another one, never two at a time. Ctrl-C and `cancel` end the search with the best
    solution so far. The problem is left as it is.
    Raises `BackendError` for a back end that is not there and for what arrays cannot carry.
    """
    watch = Watch(limits.seconds, cancel, progress)
    backend = backends.resolved(limits.backend)
    program = hand_over(problem, blocks)
    standing = Standing(program, watch)
    separator = Separator(lazies, program.columns)
    jury = Jury(program, separator, judge, standing)
    try:
        given = program.columns.array(start or {})
        whole = completed(program, given, limits, watch) if start else None
        known = separator.adopt(jury.hear([] if whole is None else [whole]))
        standing.rows_on_demand += len(known)
        session = _opened(backend, program, limits, watch)
        session.add_rows(known)
        refuted = None
        if lazies and isinstance(session, HighsSession):
            refuted = tighten_relaxation(session, separator, standing, watch)
            if refuted is None:
                tree = Tree(session, program, separator, jury, standing, watch, limits.gap)
                standing.tell("search")
                watch.attend(tree.grow, lambda: standing.tell("search"), PATIENCE)
        outcome = refuted or search_in_rounds(session, separator, jury, given, limits.gap, standing)
        standing.tell("done")
        return outcome
    except AbandonedError:
        return standing.outcome(watch.verdict or Termination.cancelled)
    except KeyboardInterrupt:
        watch.interrupt()
        return standing.outcome(Termination.cancelled)


def _opened(backend: str, program: Program, limits: SearchLimits, watch: Watch) -> Session:
    if backend == backends.HIGHS:
        return HighsSession(program, limits, watch)
    return PulpSession(backend, program, limits, watch)
