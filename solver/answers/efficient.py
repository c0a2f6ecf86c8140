"""Searches for portfolios that are best by one criterion while others stay at least at some level."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from solver.answers.near import best_of
from solver.driver import relative_gap
from solver.driver.outcome import OPTIMAL_GAP
from solver.portfolio.criteria import Criterion
from solver.portfolio.formulation import Formulation
from solver.portfolio.quantities import NOTHING, Quantity
from solver.portfolio.rules import Rule
from solver.portfolio.selection import Selection
from solver.run import NO_DECISION, Decision, Run, Termination
from solver.study.proven import Proven
from solver.study.study import Study

SAME = 1e-5
"""Amounts are the same that differ by less, relative to the most that amounts met were the sum of: ten times
what searches leave open, and what back ends tolerate in a row."""
STRIDE = 1 / 16
"""How far a climb looks first, relative to the amount that was found."""
Gains = tuple[float, ...]


@dataclass(frozen=True)
class Best:
    """The best portfolio that a search knows by one criterion, and a gain that none exceeds.

    `bound` is -∞ where none is possible; `proven` says whether nothing is open.
    """

    selection: Selection | None
    gain: float
    bound: float
    proven: bool


@dataclass(frozen=True, eq=False)
class Met:
    """A portfolio with its gains; `proven` where none has more of one and no less of the others."""

    selection: Selection
    gains: Gains
    proven: bool

    def dominates(self, gains: Gains, margins: Gains) -> bool:
        """Whether it has no less of anything, and more of something by more than a margin."""
        pairs = list(zip(self.gains, gains, margins, strict=True))
        return all(own >= other for own, other, _ in pairs) and any(
            own > other + margin for own, other, margin in pairs
        )


class Efficient:
    """Asks a study; `searches` counts how often, `scale` is the most that amounts met are the sum of."""

    def __init__(self, study: Study, criteria: Sequence[Criterion]) -> None:
        self.criteria = tuple(criteria)
        self._study = study
        self.scale = (0.0,) * len(self.criteria)
        self.searches = 0

    def gains(self, selection: Selection) -> Gains:
        """What a portfolio has of everything, more being better."""
        gains = tuple(one.gain(selection) for one in self.criteria)
        sizes = (one.magnitude(selection) for one in self.criteria)
        self.note(tuple(sizes))
        return gains

    def note(self, sizes: Gains) -> None:
        """Take note of what amounts that were met are the sums of."""
        self.scale = tuple(map(max, self.scale, sizes))

    @property
    def steps(self) -> Gains:
        """The least difference that counts, criterion by criterion."""
        pairs = zip(self.criteria, self.scale, strict=True)
        return tuple(1.0 if one.whole else SAME * (scale or 1.0) for one, scale in pairs)

    @property
    def margins(self) -> Gains:
        """What is more by no more than this is the same; half a step of what is counted in whole numbers."""
        return tuple(
            step / 2 if one.whole else step for one, step in zip(self.criteria, self.steps, strict=True)
        )

    def best(self, which: int, least: Gains, run: Run, beyond: float = -math.inf) -> Best:
        """The best by one criterion where each is at least at a level; only what is beyond a gain counts."""
        criterion, rules = self.criteria[which], self.rules(least)
        if criterion.aim is None:
            return self._climbed(which, rules, run, beyond)
        return self.maximised(criterion.aim, which, rules, run, beyond)

    def maximised(
        self, aim: Quantity, which: int, rules: Sequence[Rule], run: Run, beyond: float = -math.inf
    ) -> Best:
        """The best by a quantity, with its gain by one criterion; the bound is the quantity's."""
        hopeless = beyond if math.isfinite(beyond) else None
        found = self._ask(aim, rules, run, Decision(hopeless=hopeless))
        bound = _bound(found)
        if found.selection is None:
            return Best(None, -math.inf, bound, bound <= beyond)
        gain = self.gains(found.selection)[which]
        proven = bound <= beyond or relative_gap(found.objective or 0.0, bound) <= OPTIMAL_GAP
        return Best(found.selection, gain, bound, proven)

    def completed(self, best: Best, first: Sequence[int], run: Run, *, in_order: bool = False) -> Met | None:
        """A portfolio that has no less of anything than the best, and as much as can be of some criteria.

        `in_order`, it may have less of those whose turn is still to come: which of several that are best by
        the one criterion is known does not matter then. None where there is none to begin with.
        """
        if best.selection is None:
            return None
        selection, proven = best.selection, best.proven
        for turn, which in enumerate(first):
            gains, later = self.gains(selection), first[turn:] if in_order else ()
            least = tuple(-math.inf if place in later else gain for place, gain in enumerate(gains))
            more = self.best(which, least, run, gains[which] + self.margins[which])
            if more.selection is not None and self.gains(more.selection)[which] > gains[which]:
                selection = more.selection
            proven &= more.proven
        return Met(selection, self.gains(selection), proven)

    def rules(self, least: Gains) -> tuple[Rule, ...]:
        """What keeps every criterion at least at its level; -∞ asks for nothing."""
        pairs = zip(self.criteria, least, strict=True)
        return tuple(rule for one, level in pairs if level > -math.inf for rule in one.at_least(level))

    def _climbed(self, which: int, rules: Sequence[Rule], run: Run, beyond: float) -> Best:
        """The best by a criterion that no program maximises: is there any with more, and with more again?

        From what is found on in strides, shorter by half each time that there is none as good.
        """
        criterion, best, most = self.criteria[which], None, self.criteria[which].most
        low, level = beyond, beyond
        while low < most:
            further = criterion.at_least(level) if level > -math.inf else ()
            aim = criterion.towards(level) if further else NOTHING
            decision = NO_DECISION if aim.weights() else Decision(enough=0.0)
            found = self._ask(aim, (*rules, *further), run, decision)
            step = self.steps[which]
            if found.selection is not None:
                best, low = found.selection, self.gains(found.selection)[which]
                stride = (most - low) / 2 if math.isfinite(most) else STRIDE * max(abs(low), step)
                level = low + (step if aim.weights() else max(step, stride))
            elif found.termination is not Termination.infeasible:
                return Best(best, low, most, proven=False)
            elif level <= low + step:
                return Best(best, low, low, proven=True)
            else:
                most, level = level, low + step
        return Best(best, low, low, proven=True)

    def _ask(self, aim: Quantity, rules: Sequence[Rule], run: Run, decision: Decision) -> Proven:
        self.searches += 1
        asked = self._study.formulation
        wanted = Formulation(aim, (*asked.subject_to, *rules), asked.structure)
        return best_of(self._study.asking(wanted), run, decision)


def _bound(found: Proven) -> float:
    if found.termination is Termination.infeasible:
        return -math.inf
    return math.inf if found.bound is None else found.bound
