"""The price of stability: what it costs that a portfolio has to have a contract nobody wants to leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from solver.games.allocate import Allocation
from solver.games.contract.clauses import Clauses
from solver.instance.instance import Instance
from solver.portfolio.formulation import Formulation
from solver.portfolio.plan import read_plan
from solver.portfolio.terms import AllianceValue
from solver.result import Result
from solver.run import Cancel, Listener, Run, SearchLimits, Termination
from solver.shapes import Shaped, as_named
from solver.sharing.members import Members
from solver.sharing.stable.blocking import TOLERANCE
from solver.sharing.stable.obstacles import obstacles
from solver.sharing.stable.selection import StablePortfolio, best_stable, scanned_excess
from solver.study.results import result_of
from solver.study.solving import solved
from solver.study.study import Study

NOTHING = 1e-6
COARSE = 0.01
"""The gap at which a bound of the alliance value is good enough, where something else is maximised."""


@dataclass(frozen=True)
class StableSelection(Shaped):
    """The best portfolio that has a contract, beside the best portfolio of all.

    `shares` and `payoffs` are one such contract, by player, the hub first; both are empty where there is no
    such portfolio. `obstacles` are all the reasons for which the best portfolio may lack a contract.
    `verified` says that no coalition was found to block when all were looked at, without an optimiser; False
    where they are too many. `allocation` is how the value is split, where somebody split it.
    """

    result: Result
    best: Result
    obstacles: tuple[str, ...]
    shares: Mapping[str, float] = field(default_factory=dict)
    payoffs: Mapping[str, float] = field(default_factory=dict)
    verified: bool = False
    allocation: Allocation | None = None

    KEYS = as_named(
        *("termination", "objective", "bound", "gap", "price", "value_lost", "statement", "obstacles"),
        *("shares", "payoffs", "verified", "result", "best", "allocation"),
    )

    @property
    def termination(self) -> Termination:
        """Why the search for a portfolio with a contract ended."""
        return self.result.termination

    @property
    def objective(self) -> float | None:
        """What is maximised, of the portfolio with a contract; None without one."""
        return self.result.objective

    @property
    def bound(self) -> float | None:
        """No portfolio with a contract has more, which is proven; None where nothing is."""
        return self.result.bound

    @property
    def gap(self) -> float | None:
        """What lies between objective and bound, relative to the larger."""
        return self.result.gap

    @property
    def price(self) -> float | None:
        """The price of stability: by how much the objective falls; None where there is nothing to compare."""
        return _difference(self.best.objective, self.result.objective)

    @property
    def value_lost(self) -> float | None:
        """By how much the alliance value falls, which may be the objective or not."""
        return _difference(self.best.value, self.result.value)

    @property
    def statement(self) -> str:
        """The finding in words."""
        if self.best.termination is Termination.infeasible:
            return "There is no portfolio at all, with or without a contract."
        if self.price is None:
            return self._nothing_found()
        if not self.obstacles:
            return (
                "Stability costs nothing, and cannot: nobody earns anything without the hub, no part of the "
                "portfolio is worth more than the whole, and shares are free, so the hub can take the rest."
            )
        reasons = ", ".join(self.obstacles)
        if self.price <= NOTHING * abs(self.best.objective or 0.0):
            return f"Stability costs nothing: the best portfolio has a contract, in spite of {reasons}."
        ended = {self.best.termination, self.result.termination}
        if ended != {Termination.optimal}:
            return (
                f"Stability may cost something, because of {reasons}; the search ended before it was proven."
            )
        return f"Stability costs {self.price:g}: no better portfolio has a contract, because of {reasons}."

    def _nothing_found(self) -> str:
        if self.result.termination is not Termination.infeasible:
            return (
                f"No portfolio with a contract was found before the search ended ({self.result.termination})."
            )
        if (self.best.value or 0.0) <= 0:
            return "No portfolio has a contract: shares need a value to share, and the best one has none."
        return f"No portfolio has a contract, because of {', '.join(self.obstacles)}."


def select_stably(
    instance: Instance,
    clauses: Clauses,
    *,
    formulation: Formulation | None = None,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> StableSelection:
    """Find the best portfolio for which a contract in these clauses exists, with proof (spec 6).

    The best portfolio of all is searched for first, by `solve`, whose arguments and errors these are;
    `limits` hold over everything. A portfolio that is worth nothing has no contract; one of the hub alone
    has the contract that gives it all, where the cap allows that.
    """
    run = Run(limits, progress, cancel)
    study = Study(instance, formulation).locked(include, exclude)
    best = solved(study, run, split=False)

    def without_answer() -> StableSelection:
        ended = replace(best, termination=run.verdict or Termination.cancelled)
        return StableSelection(_without_portfolio(ended), best, ())

    return run.attended(lambda: _beside(best, study, clauses, run), without_answer)


def _beside(best: Result, study: Study, clauses: Clauses, run: Run) -> StableSelection:
    """The best portfolio that has a contract, beside the best of all."""
    locked, assessment = study.formulation, study.assessment
    reasons = obstacles(locked, assessment, clauses)
    if best.portfolio is None:
        return StableSelection(best, best, reasons)
    richest = best
    if locked.maximise.weights() != AllianceValue().weights():
        valued = study.asking(Formulation(AllianceValue(), locked.subject_to, locked.structure))
        richest = solved(valued, run.part(gap=max(run.limits.gap, COARSE)), split=False)
    if richest.bound is None:
        return StableSelection(_without_portfolio(richest), best, reasons)
    found = best_stable(
        locked,
        assessment,
        clauses,
        richest.bound,
        start=read_plan(assessment, best.portfolio.to_dict(), "best").selection,
        run=run,
    )
    result = result_of(locked, assessment, found.outcome, found.selection, run)
    if found.disagreement is not None:
        result = replace(result, contradiction=found.disagreement.to_dict())
    return _agreed(found, locked, result, best, reasons)


def _without_portfolio(result: Result) -> Result:
    bare = replace(result, portfolio=None, objective=None, gap=None, components={}, verified=False)
    return replace(bare, readings=(), details=(), risks=())


def _agreed(
    found: StablePortfolio, formulation: Formulation, result: Result, best: Result, reasons: tuple[str, ...]
) -> StableSelection:
    if found.selection is None or result.portfolio is None:
        return StableSelection(result, best, reasons)
    members = Members(found.selection)
    payoffs = tuple(float(share * members.value) for share in found.shares)
    excess = scanned_excess(members, formulation, payoffs)
    stands = excess is not None and excess <= TOLERANCE * members.value
    if excess is not None and not stands:
        message = f"the contract did not pass the check: a coalition is paid {excess:g} too little"
        result = replace(result, termination=Termination.error, bound=None, gap=None, message=message)
    return StableSelection(
        result,
        best,
        reasons,
        shares=dict(zip(members.players, found.shares, strict=True)),
        payoffs=dict(zip(members.players, payoffs, strict=True)),
        verified=stands,
    )


def _difference(best: float | None, stable: float | None) -> float | None:
    return None if best is None or stable is None else best - stable
