"""The best solution of a run so far, how good any could still be, and whether the two fit together."""

from __future__ import annotations

import math

import numpy as np

from solver.driver.handover import Program
from solver.driver.outcome import ABSOLUTE_GAP, OPTIMAL_GAP, Outcome, relative_gap
from solver.driver.session import Point
from solver.run import NO_DECISION, Decision, Phase, Run, Termination


class ContradictionError(Exception):
    """A claim that a solution in hand refutes; `bound` is that of the claim, -inf where none should exist.

    `worth` is that of the solution as a maximisation, None where the judge refuses what was found.
    """

    def __init__(self, claim: str, bound: float, point: Point, worth: float | None) -> None:
        super().__init__(claim)
        self.claim, self.bound, self.point, self.worth = claim, bound, point, worth


class Incumbent:
    """The best solution of a maximisation and its least bound: each as claimed, and held against all others.

    Told in the problem's sense. Raises `ContradictionError` as soon as a bound lies below a solution by more
    than `rounding`, relative to the money that the solution's objective adds up, or to 1.
    """

    def __init__(self, program: Program, run: Run, rounding: float, decision: Decision = NO_DECISION) -> None:
        self._program = program
        self._run = run
        self._rounding = rounding
        enough, hopeless = (
            None if end is None else end / program.unit for end in (decision.enough, decision.hopeless)
        )
        self._decision = Decision(enough, hopeless)
        self.hopeless = -math.inf if hopeless is None else hopeless
        self.best: Point | None = None
        self.objective = -math.inf
        self._known: Point | None = None
        self._worth = -math.inf
        self._only_tolerated = False
        self._claimed = math.inf
        self._claimant = ""
        self.rounds = 0
        self.rows_on_demand = 0

    @property
    def bound(self) -> float:
        """The least bound that was claimed; one a rounding from the solution in hand counts as its worth."""
        return self._claimed if self._claimed - self.objective > ABSOLUTE_GAP else self.objective

    @property
    def gap(self) -> float:
        """The relative gap between the two; infinite while one is missing."""
        return relative_gap(self.objective, self.bound)

    def closed(self, gap: float) -> bool:
        """Whether enough is known: the gap is small enough, or the question decided."""
        return self.gap <= gap or self.decided

    @property
    def decided(self) -> bool:
        """Whether the best solution, or the bound, decides the question."""
        return self.decides(self.objective, self._claimed)

    def decides(self, objective: float, bound: float) -> bool:
        """Whether an objective, or a bound, would decide the question; infinite where there is none."""
        return self._decision.taken(objective, bound)

    def hopeless_at(self, objective: float, bound: float) -> bool:
        """Whether a bound would decide it: what the objective is worth may still have to be judged."""
        return self._decision.taken(-math.inf, bound)

    def vouch(self, point: Point, worth: float, only_tolerated: bool = False) -> None:
        """Take note of a solution that somebody vouches for, whether or not all of it is known (NaN).

        One that keeps its rows only within a back end's tolerance does not refute that none exists: where a
        limit is as tight as that, both can be said.
        """
        if worth > self._worth:
            self._known, self._worth, self._only_tolerated = point, worth, only_tolerated
            self._hold()

    def record(self, point: Point, objective: float, only_tolerated: bool = False) -> bool:
        """Keep a solution when it is the best so far, and say whether it is."""
        self.vouch(point, objective, only_tolerated)
        if self.best is not None and objective <= self.objective:
            return False
        self.best, self.objective = point, objective
        return True

    def tighten(self, bound: float, claimant: str) -> None:
        """Take note of a bound, and of who claims it."""
        if bound < self._claimed:
            self._claimed, self._claimant = bound, claimant
            self._hold()

    def refuse(self, claimant: str) -> None:
        """Take note that nothing is said to exist, by whom."""
        self.tighten(-math.inf, claimant)

    def _hold(self) -> None:
        if self._known is None or self._claimed >= self._worth - self._room:
            return
        if self._only_tolerated and not math.isfinite(self._claimed):
            return
        claim = "that no solution exists"
        if math.isfinite(self._claimed):
            better = "more" if self._program.unit > 0 else "less"
            claim = f"that nothing comes to {better} than {self._program.unit * self._claimed:.10g}"
        raise ContradictionError(f"{self._claimant} says {claim}", self._claimed, self._known, self._worth)

    @property
    def _room(self) -> float:
        known = np.zeros(0) if self._known is None else np.nan_to_num(self._known)
        money = float(np.abs(self._program.cost * known).sum()) + abs(self._program.offset)
        return self._rounding * max(1.0, abs(self._worth), money)

    def tell(self, phase: Phase, incumbent: float = -math.inf, bound: float = math.inf) -> None:
        """Report to the listener; `incumbent` and `bound` are what a solve under way has reached."""
        best = max(self.objective, incumbent)
        least = max(min(self.bound, bound), best)
        gap = relative_gap(best, least)
        self._run.tell(
            self._outward(best),
            self._outward(least),
            phase,
            gap=gap if math.isfinite(gap) else None,
            round=self.rounds,
        )

    def proven(self) -> Termination:
        """What to call an end at which enough is known."""
        if self.gap <= OPTIMAL_GAP:
            return Termination.optimal
        return Termination.decided if self.decided else Termination.gap_reached

    def outcome(self, termination: Termination, message: str = "") -> Outcome:
        """The end of the run."""
        nothing = termination in (Termination.infeasible, Termination.unbounded)
        found = self.best is not None and not nothing
        return Outcome(
            termination=termination,
            values=self.best * self._program.columns.sizes if found and self.best is not None else None,
            objective=self._outward(self.objective) if found else None,
            bound=None if nothing else self._outward(self.bound),
            seconds=self._run.elapsed,
            rounds=self.rounds,
            rows_on_demand=self.rows_on_demand,
            message=message,
            columns=self._program.columns,
        )

    def _outward(self, value: float) -> float | None:
        return self._program.unit * value if math.isfinite(value) else None
