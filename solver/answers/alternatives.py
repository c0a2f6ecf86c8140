"""Alternatives: the best portfolios that differ in who is chosen, and a set of good ones far apart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

from solver.answers.answer import UNKNOWN, Amount, Answer, about, enclosed, exactly
from solver.answers.dispersion import dispersed
from solver.answers.near import (
    FOR_THE_BEST,
    any_worth,
    best_of,
    best_so_far,
    checked_tolerances,
    feasible,
    least_worth,
    most_worth,
)
from solver.driver import relative_gap
from solver.driver.outcome import OPTIMAL_GAP
from solver.portfolio.choices import Choice, Move, choice_of, differences, moves, same_choice
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.rules import Apart
from solver.portfolio.selection import Selection
from solver.run import Cancel, Listener, Run, SearchLimits, Termination
from solver.shapes import Shaped
from solver.study.proven import Proven
from solver.study.study import Study

MOST_LISTED = 50
"""So many portfolios are listed to find the set that is farthest apart; of more, only good sets are known."""


@dataclass(frozen=True)
class Alternative(Shaped):
    """A portfolio with what it is worth, and what has to be done to get to it from the best."""

    worth: Amount
    portfolio: Portfolio
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class DiverseSet(Shaped):
    """Portfolios within a tolerance of the best whose least distance is as great as can be.

    The distance of two is the number of partners and applications that are in one only, or at another level.
    `least_distance` is that of the two that are nearest each other, None of fewer than two; no set of as many
    has a greater one than `most`, None where nothing is proven. `complete` says that there are no more within
    the tolerance than these.
    """

    tolerance: Annotated[float, "The share of the best value that may be given up."]
    members: tuple[Alternative, ...]
    least_distance: int | None
    most: int | None
    complete: bool

    @property
    def proven(self) -> bool:
        """Whether no set is farther apart."""
        return self.complete or (self.least_distance is not None and self.least_distance == self.most)


@dataclass(frozen=True)
class Alternatives(Answer):
    """The best portfolios, one for each choice of partners, levels and applications, and some far apart.

    Also one for each `timing`, or for each way in which `providers` may be assigned, where that is asked for.

    `best` is what the best is worth; None where none was found, and `feasible` says whether there is any.
    `ranked` begins with it, and the worth of each is that of its rank: no more than so many are worth more.
    `complete` says that there are no others at all. `diverse` is None where nobody asked for it.
    """

    best: Amount
    feasible: bool | None
    timing: Annotated[bool, "They may differ in nothing but when something starts."]
    providers: Annotated[bool, "They may differ in nothing but who provides what."]
    ranked: tuple[Alternative, ...]
    complete: bool
    diverse: DiverseSet | None

    @property
    def proven(self) -> bool:
        """Whether nothing is left open."""
        ranked = all(one.worth.proven for one in self.ranked)
        return self.feasible is False or (
            bool(self.ranked) and ranked and (self.diverse is None or self.diverse.proven)
        )


def alternatives(
    study: Study,
    most: int = 5,
    *,
    diverse: int = 0,
    within: float = 0.01,
    timing: bool = False,
    providers: bool = False,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Alternatives:
    """The best portfolios that differ in partners, levels or applications, in proven order.

    With `timing` they may differ in nothing but when something starts, with `providers` in nothing but who
    provides what. `diverse` asks for so many portfolios, two or more, worth at least V* − `within`·|V*| that
    are as far apart as can be. Raises InputError for a `within` that is no share, ValueError for fewer
    portfolios.
    """
    if most < 1 or diverse in (1, *range(diverse, 0)):
        raise ValueError(f"most must be at least 1 and diverse 2, not {most} and {diverse}")
    (tolerance,) = checked_tolerances([within])
    run = Run(limits, progress, cancel)
    listing = _Listing(study, most, diverse, tolerance, run, timing=timing, providers=providers)
    return listing.run.attended(listing.full, listing.so_far)


class _Listing:
    """What is known so far: enough for an answer whenever the run has to stop."""

    def __init__(
        self,
        study: Study,
        most: int,
        diverse: int,
        tolerance: float,
        run: Run,
        *,
        timing: bool,
        providers: bool,
    ) -> None:
        self._study, self._most, self._diverse, self._tolerance = study, most, diverse, tolerance
        self._timing, self._providers = timing, providers
        self.run = run
        self._best: Proven | None = None
        self._ranked: list[tuple[float, Selection]] = []
        self._bounds: list[float] = []
        self._exhausted = False
        self._spread: list[Selection] = []
        self._farthest: list[int] = []
        self._all_listed = False

    def full(self) -> Alternatives:
        """The best, the next best one by one, the farthest from those there are, and all within reach."""
        self._best = best = best_of(self._study, self.run.part(FOR_THE_BEST))
        if best.selection is not None and best.objective is not None:
            self._ranked, self._spread = [(best.objective, best.selection)], [best.selection]
            self._bounds = [math.inf if best.bound is None else best.bound]
            spreading = [self._spread_out] * (self._diverse - 1)
            steps = [
                *[self._rank_next] * (self._most - 1),
                *spreading,
                *([self._list_all] if spreading else []),
            ]
            for step, run in self.run.each(steps):
                step(run)
        return self.so_far()

    def _rank_next(self, run: Run) -> None:
        """The best portfolio that differs from all that are ranked."""
        if self._exhausted or len(self._bounds) > len(self._ranked):
            return
        others = [
            Apart(differences(one, timing=self._timing, providers=self._providers)) for _, one in self._ranked
        ]
        found = best_of(self._study.limited(*others), run)
        self._exhausted = found.termination is Termination.infeasible
        if found.bound is not None:
            self._bounds.append(found.bound)
        if found.selection is not None and found.objective is not None:
            self._bounds += [math.inf] * (len(self._ranked) + 1 - len(self._bounds))
            self._ranked.append((found.objective, found.selection))

    def _spread_out(self, run: Run) -> None:
        """The portfolio within the tolerance that is farthest from those that are there, by bisection."""
        known = [(min(self._distances(one)), one) for _, one in self._near().values()]
        least, farthest = max(known, key=lambda pair: pair[0], default=(0, None))
        most = self._farthest[-1] if self._farthest else len(self._study.assessment.elements)
        while least < most and not run.is_over:
            wanted = (least + most + 1) // 2
            found = self._any_near(run, *(Apart(same_choice(one), wanted) for one in self._spread))
            if isinstance(found, Selection):
                least, farthest = min(self._distances(found)), found
            elif found is False:
                most = wanted - 1
            else:
                break
        self._farthest.append(most)
        if farthest is not None and least:
            self._spread.append(farthest)

    def _distances(self, selection: Selection) -> list[int]:
        return [round(same_choice(one).amount(selection)) for one in self._spread]

    def _list_all(self, run: Run) -> None:
        """Every choice within the tolerance, as long as they are few."""
        while not run.is_over and len(near := self._near()) <= MOST_LISTED:
            found = self._any_near(run, *(Apart(same_choice(one)) for _, one in near.values()))
            if not isinstance(found, Selection):
                self._all_listed = found is False
                return

    def _any_near(self, run: Run, *rules: Apart) -> Selection | bool | None:
        """A portfolio within the tolerance that keeps some rules; False where none does, None if unknown."""
        best = self._best
        if best is None:
            return None
        enough, hopeless = most_worth(best, self._tolerance), least_worth(best, self._tolerance)
        found, bound = any_worth(self._study.limited(*rules), enough, hopeless, run)
        if found.objective is not None and found.objective >= enough:
            return found.selection
        return False if bound <= hopeless else None

    def _near(self) -> dict[Choice, tuple[float, Selection]]:
        """The best portfolio that is known of each choice within the tolerance."""
        pool, asked = self._study.knowledge.pool, self._study.formulation
        enough = math.inf if self._best is None else most_worth(self._best, self._tolerance)
        near: dict[Choice, tuple[float, Selection]] = {}
        for one in tuple(pool):
            worth = pool.amount(asked.maximise, one)
            if worth >= enough and pool.keeps(asked.rules, one):
                choice = choice_of(one)
                near[choice] = max(near.get(choice, (worth, one)), (worth, one), key=lambda pair: pair[0])
        return near

    def so_far(self) -> Alternatives:
        """The answer as far as it is known."""
        best = self._best = best_so_far(self._study, self._best, self.run)
        if best is not None and best.selection is not None and best.objective is not None:
            self._ranked = self._ranked or [(best.objective, best.selection)]
            self._bounds = self._bounds or [math.inf]
        ranked = sorted(self._ranked, key=lambda pair: -pair[0])
        aim = self._study.formulation.maximise
        room = aim.precision * max((aim.magnitude(one) for _, one in ranked), default=0.0)
        return Alternatives(
            **about(self._study, self.run),
            best=_worth(ranked[0][0], self._bounds[0], room) if ranked else UNKNOWN,
            feasible=feasible(best),
            timing=self._timing,
            providers=self._providers,
            ranked=tuple(
                Alternative(_worth(worth, bound, room), one.portfolio(), moves(ranked[0][1], one))
                for (worth, one), bound in zip(ranked, self._bounds, strict=False)
            ),
            complete=self._exhausted,
            diverse=self._set(ranked[0][1]) if self._diverse and ranked else None,
        )

    def _set(self, best: Selection) -> DiverseSet:
        near = sorted(self._near().values(), key=lambda pair: -pair[0])
        distances = [[round(same_choice(one).amount(other)) for _, other in near] for _, one in near]
        members, least = dispersed(distances, self._diverse)
        complete = self._all_listed and len(near) <= self._diverse
        return DiverseSet(
            tolerance=self._tolerance,
            members=tuple(
                Alternative(exactly(worth), one.portfolio(), moves(best, one))
                for worth, one in (near[place] for place in members)
            ),
            least_distance=least,
            most=least if self._all_listed else self._most_possible(),
            complete=complete,
        )

    def _most_possible(self) -> int | None:
        """Of any so many, two are nearest to the same of those spread out: at most twice as far apart."""
        return 2 * self._farthest[-1] if len(self._farthest) == self._diverse - 1 > 0 else None


def _worth(worth: float, bound: float, room: float) -> Amount:
    """What a portfolio is worth, by the bound of its rank; a rounding of what values add up is no gap."""
    bound = worth if abs(worth - bound) <= room else bound
    proven = relative_gap(worth, bound) <= OPTIMAL_GAP
    return enclosed(worth, worth, bound if math.isfinite(bound) else None, proven=proven)
