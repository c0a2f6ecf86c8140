"""A PuLP problem in, an `Outcome` out; and what a search leaves to the next one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pulp
from numpy.typing import NDArray

from solver.driver import backends
from solver.driver.cbc import CbcSession, bundled
from solver.driver.cutting import Evaluator, Judge, Refusal, search_in_rounds, tighten_relaxation
from solver.driver.diagnosis import Evidence, origins_of
from solver.driver.handover import Program, UnknownVariablesError, hand_over, told, written_rows
from solver.driver.highs import PATIENCE, HighsSession
from solver.driver.implied import HighsOptions, searchable
from solver.driver.incumbent import ContradictionError, Incumbent
from solver.driver.kernel import search_kernel
from solver.driver.memory import Memory
from solver.driver.nearby import EFFORT as NEARBY
from solver.driver.nearby import search_nearby
from solver.driver.outcome import Outcome
from solver.driver.pulpsession import PulpSession
from solver.driver.relaxations import Relaxations
from solver.driver.rows import Lazy, RowBlock, WideRule
from solver.driver.selfcheck import assure_highs
from solver.driver.separation import Separator
from solver.driver.session import Point, Session
from solver.driver.sifting import SiftingSession, pays
from solver.driver.sounding import Soundings
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
    foremost: Sequence[Sequence[pulp.LpVariable]] = (),
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
    asked = Asked(
        tuple(blocks),
        lazies,
        tightenings,
        tuple(deciding),
        foremost,
        start=start or {},
        judge=judge,
        refusal=refusal,
        decision=decision,
    )
    return Engine(problem).solve(asked, during or Run(limits, progress, cancel))


@dataclass(frozen=True, eq=False)
class Asked:
    """What is asked of a problem besides its own rows, as for `run`.

    `units` are variables that are decided together, where there are `foremost` ones.
    """

    blocks: Sequence[RowBlock] = ()
    lazies: Sequence[Lazy | WideRule] = ()
    tightenings: Sequence[WideRule] = ()
    deciding: Sequence[pulp.LpVariable] = ()
    foremost: Sequence[Sequence[pulp.LpVariable]] = ()
    units: Sequence[Sequence[pulp.LpVariable]] = ()
    start: Mapping[pulp.LpVariable, float] = field(default_factory=dict)
    judge: Judge | None = None
    refusal: Refusal | None = None
    decision: Decision = NO_DECISION

    @property
    def variables(self) -> list[pulp.LpVariable]:
        """Those that it speaks of besides the blocks."""
        wide = [rule for rule in (*self.lazies, *self.tightenings) if isinstance(rule, WideRule)]
        return [*self.deciding, *self.start, *(variable for rule in wide for variable in rule.variables)]


class Engine:
    """A problem that is searched again and again, while its bounds, its costs and what else is asked change.

    Every search reads the problem as it stands. What rules have asked for is kept for as long as they are
    asked, and the last solution is where the next search looks first; the first search, where that `after`
    which this engine comes has ended, on a problem whose variables have the same names: what that one `left`.
    """

    def __init__(self, problem: pulp.LpProblem, after: Mapping[str, float] | None = None) -> None:
        self._problem = problem
        self._memory: Memory = Memory(after)

    @property
    def left(self) -> Mapping[str, float] | None:
        """What its searches leave to an engine after it; None where there was none."""
        return self._memory.left

    @property
    def knows_where_to_look(self) -> bool:
        """Whether an earlier search has left a solution to begin with."""
        return self._memory.has_solution

    def solve(self, asked: Asked, run: Run) -> Outcome:
        """The same as the function `run`, within a run under way."""
        backend = backends.resolved(run.limits.backend)
        assure_highs()
        further = asked.variables
        while True:
            program = hand_over(self._problem, asked.blocks, further)
            try:
                outcome = _Search(self._problem, asked, self._memory, program, backend, run).outcome()
            except UnknownVariablesError as unknown:
                further += unknown.variables
                continue
            if outcome.contradiction is not None:  # something kept may be what is wrong
                self._memory = Memory()
            return outcome


class _Search:
    """One search of a program that has a column for everything known so far."""

    def __init__(
        self,
        problem: pulp.LpProblem,
        asked: Asked,
        memory: Memory,
        program: Program,
        backend: str,
        run: Run,
    ) -> None:
        self._problem, self._asked, self._memory = problem, asked, memory
        self._written, self._backend, self._run = program, backend, run
        self._cbc = self._suitable_cbc()
        run.chose(backend if self._cbc is None else backends.CBC)
        self._incumbent = Incumbent(program, run, backends.rounding(run.backend), asked.decision)
        self._separator = Separator(asked.lazies, program.columns)
        self._closer = Separator(asked.tightenings, program.columns)
        self._evaluator = Evaluator(program, self._separator, asked.judge, self._incumbent, asked.refusal)
        self._first = _deciding(program, asked.deciding)

    def outcome(self) -> Outcome:
        """How it ends."""
        incumbent, run, memory = self._incumbent, self._run, self._memory
        try:
            outcome = self._searched()
            incumbent.tell("done")
        except ContradictionError as error:
            return self._refuted(error)
        except AbandonedError:
            return incumbent.outcome(run.verdict or Termination.cancelled)
        except KeyboardInterrupt:
            run.interrupt()
            return incumbent.outcome(Termination.cancelled)
        columns = self._written.columns
        memory.take_in(self._separator, self._asked.lazies, columns)
        memory.take_in(self._closer, self._asked.tightenings, columns)
        memory.note(columns, incumbent.best)
        return outcome

    def _searched(self) -> Outcome:
        asked, incumbent, run = self._asked, self._incumbent, self._run
        separator, evaluator, columns = self._separator, self._evaluator, self._written.columns
        separator.recall(self._memory.rows(columns))
        self._closer.recall(self._memory.rows(columns))
        given = columns.array(asked.start)
        whole = _begun(self._written, given, evaluator, incumbent, run) if asked.start else None
        known = separator.adopt(evaluator.accept([] if whole is None else [whole]))
        incumbent.rows_on_demand += len(known)
        program = tightened(self._written, self._closer, incumbent, run)
        session = self._opened(program)
        session.add_rows(separator.rows)
        refuted, coarsest = None, None
        if self._memory.searched and not asked.foremost and isinstance(session, HighsSession):
            refuted = self._look_nearby(session, program)
            coarsest = 0.0
        elif asked.lazies and isinstance(session, HighsSession | SiftingSession):
            refuted = self._grow_a_tree(session, program, given)
        gap = run.limits.gap
        return refuted or search_in_rounds(session, separator, evaluator, given, gap, incumbent, coarsest)

    def _look_nearby(self, session: HighsSession, program: Program) -> Outcome | None:
        """Where an earlier search has ended; an outcome where nothing is possible."""
        separator, incumbent, run = self._separator, self._incumbent, self._run
        refuted = tighten_relaxation(session, separator, incumbent, run, only_binding=False)
        last = self._memory.solution(program.columns)
        if refuted is None and last is not None:
            search_nearby(session, program, last, separator, self._evaluator, incumbent, run)
        return refuted

    def _grow_a_tree(
        self, session: HighsSession | SiftingSession, program: Program, given: Point
    ) -> Outcome | None:
        """A tree, and a kernel after it, leave rows, bound and best solution behind.

        An outcome where nothing is possible.
        """
        separator, evaluator, incumbent, run = self._separator, self._evaluator, self._incumbent, self._run
        refuted = tighten_relaxation(session, separator, incumbent, run)
        if refuted is not None:
            return refuted
        sifted = isinstance(session, SiftingSession)
        deciding = self._first if sifted else program.integer
        ranks = _ranks(program, self._asked.foremost)
        relaxations = Relaxations(session, program, separator, evaluator, incumbent, run, deciding, ranks)
        soundings = None
        if ranks.any() and isinstance(session, HighsSession):
            found = (program.columns.positions(unit) for unit in self._asked.units)
            units = [unit[unit >= 0] for unit in found]
            soundings = Soundings(relaxations, session, units, run.limits.seed)
        tree = Tree(relaxations, given, sifted, soundings)
        incumbent.tell("search")
        run.attend(tree.grow, lambda: incumbent.tell("search"), PATIENCE)
        if incumbent.bound == -math.inf:
            return incumbent.outcome(Termination.infeasible, "the search tree leaves nothing")
        if isinstance(session, HighsSession):
            search_kernel(session, program, separator, evaluator, incumbent, run)
        return None

    def _suitable_cbc(self) -> str | None:
        """Where CBC is, if nobody asked for another back end and it suits what is asked."""
        asked = self._asked
        alone = not (asked.lazies or asked.tightenings) and self._run.limits.backend is None
        return bundled() if alone and backends.many_budgets(self._written) else None

    def _refuted(self, error: ContradictionError) -> Outcome:
        """The end in a contradiction, with the evidence."""
        program, separator, closer = self._written, self._separator, self._closer
        columns = program.columns
        demanded = closer.rows.joined(separator.rows)
        rows = program.rows.joined(demanded)
        over_variables = written_rows(self._problem, self._asked.blocks, columns).joined(
            told(demanded, columns)
        )
        origins = [*origins_of(self._problem, self._asked.blocks), *closer.origins, *separator.origins]
        found = Evidence(replace(program, rows=rows), over_variables, origins).verdict(error)
        claimed = None if not math.isfinite(error.bound) else program.unit * error.bound
        ended = self._incumbent.outcome(Termination.error, found.sentence)
        return replace(ended, bound=claimed, contradiction=found)

    def _opened(self, program: Program) -> Session:
        """A session of a back end; one that sifts where a tree is to grow and most columns can rest.

        Without rules to ask, the program is made easier to search: nobody but the session needs to know.
        Later searches leave out most heuristics only beside rules or tightenings, where that
        was measured.
        """
        if self._backend != backends.HIGHS:
            return PulpSession(self._backend, program, self._run)
        if self._cbc is not None:
            return CbcSession(self._cbc, program, self._run)
        options: HighsOptions = {}
        if not self._asked.lazies:
            program, options = searchable(program)
        elif pays(program, self._first):
            return SiftingSession(program, self._run, self._first)
        if self._memory.has_solution and (self._asked.lazies or self._asked.tightenings):
            options = {**options, **NEARBY.lean}
        return HighsSession(program, self._run, options)


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
