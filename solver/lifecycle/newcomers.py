"""Who should be brought in: candidates in order of what they add, and the best set (spec 8.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from solver.answers.answer import UNKNOWN, Amount, Answer, about, best_value, enclosed
from solver.assessment.assessment import Assessment
from solver.assessment.benefit import Floats
from solver.instance.instance import Instance
from solver.lifecycle.candidates import joined_with
from solver.lifecycle.running import found
from solver.portfolio.choices import Move, moves
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.quantities import Bound, LinearTerm
from solver.portfolio.rules import Wish
from solver.portfolio.selection import Selection
from solver.run import Cancel, Decision, Listener, Run, SearchLimits, Termination
from solver.shapes import Shaped
from solver.study.proven import Proven
from solver.study.study import Study

FOR_THE_BEST = 0.3
LEAST_GAIN = 1e-6
"""Relative to the value today: a gain below is none, as optima are proven to no more."""


@dataclass(frozen=True)
class Among(LinearTerm):
    """How many of some elements are chosen."""

    elements: frozenset[int]

    def __str__(self) -> str:
        return "candidates"

    def coefficients(self, assessment: Assessment) -> Floats:
        return np.isin(assessment.options.element, list(self.elements)).astype(float)


@dataclass(frozen=True)
class Newcomer(Shaped):
    """A candidate that would enter alone: what it `adds` at its best `level` and `start`.

    Until it costs so much more, once, it is worth bringing in. `moves` lead from today's best portfolio to
    the best with it: who goes out is displaced, what is launched it makes possible. `provides` are the
    technologies that it would provide.
    """

    id: Annotated[str, "Its id."]
    name: Annotated[str, "What people call it."]
    adds: Amount
    level: str
    start: int
    moves: tuple[Move, ...]
    provides: tuple[str, ...]


@dataclass(frozen=True)
class Newcomers(Answer):
    """Who of some candidates should be brought in.

    `best` is what the best portfolio without them is worth. `entering` add something alone, the most first.
    The `others` do not, which is proven for all of them at once where `settled`: with `programs` searches for
    `candidates` of them. `together` is what the best portfolio with any of them adds, `set` who is in it.
    """

    best: Amount
    candidates: int
    entering: tuple[Newcomer, ...]
    others: tuple[str, ...]
    settled: bool
    programs: int
    together: Amount
    set: tuple[str, ...]
    portfolio: Portfolio | None


def newcomers(
    study: Study,
    candidates: Mapping[str, Any] | Instance,
    *,
    most: int | None = None,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Newcomers:
    """What each of some candidates would add alone, at its best, and which of them to bring in together.

    `candidates` are tables of rows: `partners`, and `levels`, `capabilities`, `pairs` … that go with them.
    They are taken in the order of what they add, `most` of them at most, until it is proven that no other
    adds anything: whoever does not needs no search of its own. Raises InputError for rows that make no sense.
    """
    run = Run(limits, progress, cancel)
    answering = _Newcomers(study, candidates, most, run)
    return run.attended(answering.full, answering.so_far)


class _Newcomers:
    """What is known so far: enough for an answer whenever the run has to stop."""

    def __init__(
        self, study: Study, candidates: Mapping[str, Any] | Instance, most: int | None, run: Run
    ) -> None:
        together = candidates if isinstance(candidates, Instance) else joined_with(study.instance, candidates)
        self._asked, self._run, self._most = study, run, most
        self._study = study.revised(together).asking(study.formulation)
        old = {row.id for row in study.instance.partners}
        index = self._study.assessment.index
        self._new = frozenset(index[row.id] for row in together.partners if row.id not in old)
        self._base: Proven | None = None
        self._best: Proven | None = None
        self._entering: list[tuple[int, Proven]] = []
        self._settled, self._programs = False, 0

    def full(self) -> Newcomers:
        self._base = base = self._search(self._with_none_of(self._new), self._run.part(FOR_THE_BEST))
        self._best = self._search(self._study, self._run.part(FOR_THE_BEST))
        worth = -np.inf if base.objective is None else base.objective
        enough = worth + LEAST_GAIN * max(1.0, abs(worth)) if np.isfinite(worth) else -np.inf
        left = set(self._new)
        while left and not self._run.is_over and (self._most is None or len(self._entering) < self._most):
            next_ = self._search(self._with_one_of(left), self._run, Decision(hopeless=enough))
            bound = -np.inf if next_.termination is Termination.infeasible else next_.bound
            if bound is not None and bound <= enough:
                self._settled = True
                break
            if next_.selection is None or next_.objective is None or not best_value(next_).proven:
                break
            if next_.objective <= enough:
                self._settled = True
                break
            (element,) = left & set(next_.selection.partners)
            self._entering.append((element, next_))
            left.discard(element)
        self._settled |= not left
        return self.so_far()

    def _search(self, study: Study, run: Run, decision: Decision | None = None) -> Proven:
        self._programs += 1
        if decision is None:
            return found(study, run)
        return study.best(run, decision=decision)

    def _with_none_of(self, elements: frozenset[int]) -> Study:
        return self._study.limited(Wish(Bound(Among(elements), "<=", 0.0, "candidates brought in")))

    def _with_one_of(self, left: set[int]) -> Study:
        """Exactly one candidate, and none of those that are known already."""
        one, known = Among(frozenset(left)), Among(self._new - left)
        rules = [Wish(Bound(one, "<=", 1.0, "candidates")), Wish(Bound(one, ">=", 1.0, "candidates"))]
        if known.elements:
            rules.append(Wish(Bound(known, "<=", 0.0, "candidates that are known already")))
        return self._study.limited(*rules)

    def so_far(self) -> Newcomers:
        """The answer as far as it is known."""
        base, best, ids = self._base, self._best, self._study.assessment.elements
        known = {element for element, _ in self._entering}
        selection = None if best is None else best.selection
        chosen = () if selection is None else sorted(self._new & set(selection.partners))
        return Newcomers(
            **about(self._asked, self._run),
            best=UNKNOWN if base is None else best_value(base),
            candidates=len(self._new),
            entering=tuple(self._newcomer(*one) for one in self._entering),
            others=tuple(ids[element] for element in sorted(self._new - known)),
            settled=self._settled,
            programs=self._programs,
            together=UNKNOWN if base is None or best is None else _gain(best, base),
            set=tuple(ids[element] for element in chosen),
            portfolio=None if selection is None else selection.portfolio(),
        )

    def _newcomer(self, element: int, with_it: Proven) -> Newcomer:
        assessment, base = self._study.assessment, self._base
        selection = with_it.selection
        assert selection is not None
        assert base is not None
        option = selection.option_of[element]
        before: Selection | None = base.selection
        return Newcomer(
            id=assessment.elements[element],
            name=assessment.label(element),
            adds=_gain(with_it, base),
            level=assessment.options.level[option],
            start=int(assessment.options.start[option]),
            moves=() if before is None else moves(before, selection),
            provides=tuple(dict.fromkeys(_provided(selection, element))),
        )


def _provided(selection: Selection, element: int) -> Iterator[str]:
    for need, partner in sorted(selection.assigned):
        if partner == element:
            yield selection.assessment.needs[need].requirement.technology


def _gain(better: Proven, base: Proven) -> Amount:
    """By how much one is better; nothing is known where there was nothing before."""
    gain = best_value(better) - best_value(base)
    value, least = (None if one is None else max(0.0, one) for one in (gain.value, gain.least))
    return enclosed(value, least, gain.most, proven=gain.proven)
