"""What another pilot is worth: what its outcomes would change, before it is paid for (spec 8.5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated

from solver.answers.answer import UNKNOWN, Amount, Answer, about, best_value, enclosed, exactly
from solver.lifecycle.outcomes import Outcomes
from solver.lifecycle.pilot import engaged, shown
from solver.lifecycle.running import found
from solver.portfolio.checker import keeps
from solver.portfolio.plan import read_plan
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.rules import BenefitShare, Satisfaction
from solver.portfolio.selection import Selection
from solver.run import Cancel, Listener, Run, SearchLimits
from solver.search.completion import complete
from solver.shapes import Shaped
from solver.study.proven import Proven
from solver.study.study import Study

FOR_THE_BEST = 0.3
ROUNDING = 1e-9
"""Relative to the value: two portfolios that differ by less are as good as each other."""


@dataclass(frozen=True)
class Outcome(Shaped):
    """An outcome of a pilot: its `successes`, its `probability`, the `gain` of the best then on today's."""

    successes: int
    probability: float
    gain: Amount


@dataclass(frozen=True)
class PilotWorth(Shaped):
    """What a pilot with one partner or application is worth, and `net` of its cost.

    `chance` is how probable it is that the pilot changes the choice. `searched` says how many outcomes were
    searched for; the others follow, as the value of a portfolio is linear in successes. `reassigned` where
    today's plan needs other providers after some outcome, or is no plan any more.
    """

    id: Annotated[str, "Its id."]
    trials: Annotated[int, "How many trials it would have."]
    cost: Annotated[float, "What it would cost."]
    success: Annotated[float, "The probability that it delivers, as it is believed today."]
    worth: Amount
    net: Amount
    chance: Amount
    searched: int
    reassigned: bool
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class PilotWorths(Answer):
    """What pilots are worth, the most after their cost first; `portfolio` is today's best.

    `certain` are ids with a pilot of whose success nothing is left to learn.
    """

    best: Annotated[Amount, "What today's best portfolio is worth."]
    portfolio: Portfolio | None
    pilots: tuple[PilotWorth, ...]
    certain: tuple[str, ...]


def pilot_worths(
    study: Study,
    *asked: str,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> PilotWorths:
    """What a pilot is worth with each partner or application that offers one (`pilot_trials`), or some asked.

    Σ_k P(k successes) · (best value after k − value of today's best plan after k). Only the mean of the
    success enters a value. Raises InputError for names that stand for nothing.
    """
    run = Run(limits, progress, cancel)
    rows = {row.id: row for row in (*study.instance.partners, *study.instance.applications)}
    ids = [engaged(study.instance, one) for one in asked] or list(rows)
    offered = [id_ for id_ in ids if rows[id_].pilot_trials]
    beliefs = study.assessment.beliefs
    certain = [id_ for id_ in offered if min(beliefs[id_].alpha, beliefs[id_].beta) <= 0]
    best = found(study, run.part(FOR_THE_BEST))
    worths = []
    if best.selection is not None:
        questions = [id_ for id_ in offered if id_ not in certain]
        for id_, part in run.each(questions):
            pilot = _Pilot(study, best.selection, id_, rows[id_].pilot_trials, part)
            worths.append(pilot.worth(rows[id_].pilot_cost))
    worths.sort(key=lambda one: -(one.net.value if one.net.value is not None else -1e300))
    return PilotWorths(
        **about(study, run),
        best=best_value(best),
        portfolio=None if best.selection is None else best.selection.portfolio(),
        pilots=tuple(worths),
        certain=tuple(certain),
    )


class _Pilot:
    """The outcomes of one pilot, each with the best portfolio after it."""

    def __init__(self, study: Study, plan: Selection, id_: str, trials: int, run: Run) -> None:
        self._study, self._plan, self._id, self._trials, self._run = study, plan, id_, trials, run
        self._after: dict[int, Study] = {}
        self._best: dict[int, Proven] = {}
        self._lines: dict[Selection, tuple[float, float]] = {}
        self._reassigned = False

    def worth(self, cost: float) -> PilotWorth:
        """What the pilot is worth."""
        from scipy.stats import betabinom

        belief = self._study.assessment.beliefs[self._id]
        outcomes = range(self._trials + 1)
        if self._is_linear:
            self._search_between(0, self._trials)
        else:
            for count, run in self._run.each(list(outcomes)):
                self._search(count, run)
        chances = [float(betabinom.pmf(k, self._trials, belief.alpha, belief.beta)) for k in outcomes]
        gains = [self._gain(count) for count in outcomes]
        told = tuple(
            Outcome(count, chance, gain) for count, chance, gain in zip(outcomes, chances, gains, strict=True)
        )
        worth = _mean(told)
        return PilotWorth(
            id=self._id,
            trials=self._trials,
            cost=cost,
            success=belief.mean,
            worth=worth,
            net=worth - exactly(cost),
            chance=self._chance(told),
            searched=len(self._best),
            reassigned=self._reassigned,
            outcomes=told,
        )

    def _chance(self, told: Iterable[Outcome]) -> Amount:
        """How probable the outcomes are that change the choice, and with them those that may."""
        least = most = 0.0
        for one in told:
            at_least = one.gain.value if one.gain.proven else one.gain.least
            at_most = one.gain.value if one.gain.proven else one.gain.most
            least += one.probability * ((at_least or 0.0) > self._rounding)
            most += one.probability * (at_most is None or at_most > self._rounding)
        return enclosed(least, least, min(1.0, most), proven=most - least <= ROUNDING)

    @property
    def _is_linear(self) -> bool:
        """Whether values are linear in successes, and which portfolios are allowed does not hang on them."""
        moved = (BenefitShare, Satisfaction)
        rules = self._study.formulation.rules
        retained = self._id not in {row.id for row in self._study.instance.partners}
        bounded = any(isinstance(rule, moved) or (retained and rule.relative) for rule in rules)
        named = {rule.name for rule in rules}
        return (
            self._study.assessment.outlook is None
            and not bounded
            and not ({"wish", "risk", "chance"} & named or (retained and "retained_value" in named))
        )

    @property
    def _rounding(self) -> float:
        return ROUNDING * max(1.0, abs(self._study.formulation.maximise.amount(self._plan)))

    def _search(self, count: int, run: Run) -> Proven:
        if count not in self._best:
            self._best[count] = found(self._study_after(count), run)
        return self._best[count]

    def _study_after(self, count: int) -> Study:
        if count not in self._after:
            self._after[count] = shown(self._study, self._id, Outcomes(self._trials, count))
        return self._after[count]

    def _search_between(self, low: int, high: int) -> None:
        """Search until one portfolio is the best at both ends of every stretch, and so all along it."""
        stretches = [(low, high)]
        while stretches and not self._run.is_over:
            one, other = stretches.pop()
            ends = [self._search(end, self._run) for end in (one, other)]
            if other - one < 2 or any(end.selection is None for end in ends):
                continue
            if not self._shared(one, other):
                middle = self._crossing(one, other)
                stretches += [(one, middle), (middle, other)]

    def _shared(self, one: int, other: int) -> bool:
        return any(
            self._value(self._best[here].selection, there) >= self._bound(there) - self._rounding
            for here, there in ((one, other), (other, one))
        )

    def _bound(self, count: int) -> float:
        best = self._best[count]
        return float("inf") if best.objective is None else best.objective

    def _crossing(self, one: int, other: int) -> int:
        """Where the best portfolios of both ends are worth the same, as a whole number between them."""
        first, last = self._best[one].selection, self._best[other].selection
        ahead = self._value(first, one) - self._value(last, one)
        behind = self._value(last, other) - self._value(first, other)
        share = ahead / (ahead + behind) if ahead + behind > 0 else 0.5
        return min(max(one + 1, round(one + share * (other - one))), other - 1)

    def _value(self, selection: Selection | None, count: int) -> float:
        """What a portfolio is worth after so many successes: on the line between none and all."""
        if selection is None:
            return float("-inf")
        if selection not in self._lines:
            self._lines[selection] = (
                self._worth_after(selection, 0),
                self._worth_after(selection, self._trials),
            )
        none, all_ = self._lines[selection]
        return none + (all_ - none) * count / self._trials

    def _worth_after(self, selection: Selection, count: int) -> float:
        study = self._study_after(count)
        moved = read_plan(study.assessment, selection.portfolio().to_dict()).selection
        return float(study.formulation.maximise.amount(moved))

    def _gain(self, count: int) -> Amount:
        """What the best gains on today's plan after so many successes."""
        kept = self._kept(count)
        amount = best_value(self._best[count]) if count in self._best else self._between(count)
        if kept is None:
            return exactly(0.0) if amount.proven else enclosed(None, 0.0, None)
        gain = amount - exactly(kept)
        value, least = (None if one is None else max(0.0, one) for one in (gain.value, gain.least))
        return enclosed(value, least or 0.0, gain.most, proven=gain.proven)

    def _between(self, count: int) -> Amount:
        """The best after an outcome that was not searched for: on the line of the ends of its stretch."""
        below = max((one for one in self._best if one < count), default=None)
        above = min((one for one in self._best if one > count), default=None)
        if below is None or above is None:
            return UNKNOWN
        ends = [self._best[below], self._best[above]]
        if not all(best_value(end).proven for end in ends) or not self._shared(below, above):
            return UNKNOWN
        value = max(self._value(end.selection, count) for end in ends)
        return exactly(value)

    def _kept(self, count: int) -> float | None:
        """What today's plan is worth afterwards, re-assigned where it breaks a rule; None for no plan."""
        if self._is_linear:
            return self._value(self._plan, count)
        study = self._study_after(count)
        plan = read_plan(study.assessment, self._plan.portfolio().to_dict()).selection
        if keeps(study.formulation, plan):
            return float(study.formulation.maximise.amount(plan))
        self._reassigned = True
        again = complete(
            study.formulation, replace(plan, assigned=frozenset(), licences=frozenset()), self._run
        )
        return float(study.formulation.maximise.amount(again)) if keeps(study.formulation, again) else None


def _mean(outcomes: Iterable[Outcome]) -> Amount:
    """The expectation of gains."""
    outcomes = tuple(outcomes)
    parts = []
    for name in ("value", "least", "most"):
        ends = [(one.probability, getattr(one.gain, name)) for one in outcomes]
        known = all(end is not None for _, end in ends)
        parts.append(sum(chance * end for chance, end in ends) if known else None)
    proven = all(one.gain.proven for one in outcomes)
    return enclosed(parts[0], parts[1], parts[2], proven=proven)
