"""One call: a PuLP problem in, an `Outcome` out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pulp
from numpy.typing import NDArray

from solver.driver import backends
from solver.driver.cutting import Evaluator, Judge, Refusal, search_in_rounds, tighten_relaxation
from solver.driver.diagnosis import Evidence, origins_of
from solver.driver.handover import Program, UnknownVariablesError, hand_over, told, written_rows
from solver.driver.highs import PATIENCE, HighsSession
from solver.driver.implied import searchable
from solver.driver.incumbent import ContradictionError, Incumbent
from solver.driver.kernel import search_kernel
from solver.driver.outcome import Outcome
from solver.driver.pulpsession import PulpSession
from solver.driver.rows import Lazy, RowBlock, WideRule
from solver.driver.selfcheck import assure_highs
from solver.driver.separation import Separator
from solver.driver.session import Point, Session
from solver.driver.sifting import SiftingSession, pays
from solver.driver.start import completed
from solver.driver.tightening import tightened
from solver.driver.tree import Tree
from solver.run import (
    NO_DECISION,
    NO_LIMITS,
    AbandonedError,
    Cancel,
    Decision,
    Listener,
    Run,
    SearchLimits,
    Termination,
)


def run(
    problem: pulp.LpProblem,
    *,
    blocks: Iterable[RowBlock] = (),
    lazies: Sequence[Lazy | WideRule] = (),
    tightenings: Sequence[WideRule] = (),
    limits: SearchLimits = NO_LIMITS,
    deciding: Iterable[pulp.LpVariable] = (),
    foremost: Sequence[Iterable[pulp.LpVariable]] = (),
    start: Mapping[pulp.LpVariable, float] | None = None,
    judge: Judge | None = None,
    refusal: Refusal | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
    during: Run | None = None,
    decision: Decision = NO_DECISION,
) -> Outcome:
    """Search for the best solution of a problem, of the blocks of rows and of the lazy rules together.

    Rows of `tightenings` hold for every solution anyway; they only bring the relaxation closer to the truth.

    While rows are missing the problem's own objective is optimistic; `judge` gives the true one of an
    integral point, in the sense of the problem, or `None` for a point that is not acceptable; `refusal` gives
    the rows that cut off a point which nothing but the tolerances of the back end allow. `start` is a
    solution, or the values of some variables, to begin with; the judge is asked of it as it is, with NaN for
    the others, and where it accepts, rows that refuse it are an error. `deciding` are the variables that
    should be decided first; where the others are very many, most of them are left out of relaxations until
    they matter. Where groups of `foremost` are given, a tree branches on them before all others, one after
    the other, and goes on to the end. `progress` is called in this thread, `judge` and the rules also in
    another one, never two at a time. Ctrl-C and `cancel` end the search with the best solution so far.
    `during` is a run under way, which then has the limits, the listener and the token. The search ends
    `decided` as soon as `decision` is taken. The problem is left as it is.
    Every bound is held against every solution that is known: where they contradict each other the run ends
    with `error`, and the outcome says who disagrees.
    Raises `BackendError` for a back end that is not there and for what arrays cannot carry.
    """
    during = during or Run(limits, progress, cancel)
    backend = backends.resolved(during.limits.backend)
    assure_highs()
    blocks, deciding, start = tuple(blocks), tuple(deciding), start or {}
    groups = [tuple(group) for group in foremost]
    wide = [rule for rule in (*lazies, *tightenings) if isinstance(rule, WideRule)]
    further = [*deciding, *start, *(variable for rule in wide for variable in rule.variables)]
    while True:
        program = hand_over(problem, blocks, further)
        try:
            return _search(
                program,
                problem,
                blocks,
                lazies,
                tightenings,
                deciding,
                groups,
                start,
                judge,
                refusal,
                backend,
                during,
                decision,
            )
        except UnknownVariablesError as unknown:
            further += unknown.variables


def _search(
    program: Program,
    problem: pulp.LpProblem,
    blocks: Sequence[RowBlock],
    lazies: Sequence[Lazy | WideRule],
    tightenings: Sequence[WideRule],
    deciding: Sequence[pulp.LpVariable],
    foremost: Sequence[Sequence[pulp.LpVariable]],
    start: Mapping[pulp.LpVariable, float],
    judge: Judge | None,
    refusal: Refusal | None,
    backend: str,
    during: Run,
    decision: Decision,
) -> Outcome:
    """The search of a program that has a column for everything known so far."""
    written, gap = program, during.limits.gap
    first = _deciding(program, deciding)
    incumbent = Incumbent(program, during, backends.rounding(backend), decision)
    separator = Separator(lazies, program.columns)
    closer = Separator(tightenings, program.columns)
    evaluator = Evaluator(program, separator, judge, incumbent, refusal)
    try:
        given = program.columns.array(start)
        whole = _begun(program, given, evaluator, incumbent, during) if start else None
        known = separator.adopt(evaluator.accept([] if whole is None else [whole]))
        program = tightened(program, closer, incumbent, during)
        incumbent.rows_on_demand += len(known)
        session = _opened(backend, program, during, first if lazies else None)
        session.add_rows(known)
        refuted = None
        if lazies and isinstance(session, HighsSession | SiftingSession):
            refuted = tighten_relaxation(session, separator, incumbent, during)
            if refuted is None:
                sifted = isinstance(session, SiftingSession)
                decided = first if sifted else program.integer
                ranks = _ranks(program, foremost)
                tree = Tree(
                    session,
                    program,
                    separator,
                    evaluator,
                    incumbent,
                    during,
                    given,
                    gap,
                    decided,
                    ranks,
                    sifted,
                )
                incumbent.tell("search")
                during.attend(tree.grow, lambda: incumbent.tell("search"), PATIENCE)
                if isinstance(session, HighsSession):
                    search_kernel(session, program, separator, evaluator, incumbent, during)
        outcome = refuted or search_in_rounds(session, separator, evaluator, given, gap, incumbent)
        incumbent.tell("done")
        return outcome
    except ContradictionError as error:
        demanded = closer.rows.joined(separator.rows)
        rows = written.rows.joined(demanded)
        columns = program.columns
        over_variables = written_rows(problem, blocks, columns).joined(told(demanded, columns))
        origins = [*origins_of(problem, blocks), *closer.origins, *separator.origins]
        found = Evidence(replace(written, rows=rows), over_variables, origins).verdict(error)
        claimed = None if not math.isfinite(error.bound) else program.unit * error.bound
        ended = incumbent.outcome(Termination.error, found.sentence)
        return replace(ended, bound=claimed, contradiction=found)
    except AbandonedError:
        return incumbent.outcome(during.verdict or Termination.cancelled)
    except KeyboardInterrupt:
        during.interrupt()
        return incumbent.outcome(Termination.cancelled)


def _begun(
    program: Program, given: Point, evaluator: Evaluator, incumbent: Incumbent, during: Run
) -> Point | None:
    """The start made whole; raises `ContradictionError` where the judge accepts what the rows refuse."""
    worth = evaluator.evaluate(program.rounded(given))
    whole = completed(program, given, during)
    if worth is not None:
        if whole.impossible:
            raise ContradictionError("the program leaves it no room", -math.inf, given, worth)
        incumbent.vouch(given, worth)
    return whole.point


def _deciding(program: Program, variables: Sequence[pulp.LpVariable]) -> NDArray[np.bool_]:
    """The columns of the deciding variables; all where none are given."""
    found = program.columns.positions(variables)
    deciding = np.full(len(program.cost), not len(found))
    deciding[found[found >= 0]] = True
    return deciding


def _ranks(program: Program, groups: Sequence[Sequence[pulp.LpVariable]]) -> NDArray[np.int64]:
    """The group of every column, counted from 0; those of none come last."""
    ranks = np.full(len(program.cost), len(groups))
    for rank, group in reversed(list(enumerate(groups))):
        found = program.columns.positions(group)
        ranks[found[found >= 0]] = rank
    return ranks


def _opened(backend: str, program: Program, run: Run, deciding: NDArray[np.bool_] | None) -> Session:
    """A session of a back end; one that sifts where a tree is to grow and most columns can rest.

    Without rules to ask, the program is made easier to search: nobody but the session needs to know.
    """
    if backend == backends.HIGHS:
        if deciding is not None and pays(program, deciding):
            return SiftingSession(program, run, deciding)
        if deciding is None:
            program, options = searchable(program)
            return HighsSession(program, run, options)
        return HighsSession(program, run)
    return PulpSession(backend, program, run)
