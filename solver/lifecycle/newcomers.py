"""Who should be brought in: candidates in order of what they add, and the best set (spec 8.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any

import numpy as np

from solver.answers.answer import UNKNOWN, Amount, Answer, about, best_value, enclosed
from solver.answers.answering import PIECES, Answering
from solver.answers.near import TOLERATED
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
from solver.study.knowledge import Knowledge
from solver.study.proven import Proven
from solver.study.study import Study

FOR_THE_BEST = 0.3
FIRST_BLOCK, LARGEST_BLOCK = 25, 400
"""How many candidates are looked at in one search: few where many may enter, more further down."""
MOST_TOGETHER = 60
"""Among so many the best set is looked for, which is not proven to be the best where there are more."""
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
class Outsider(Shaped):
    """A candidate that does not enter, and its `price`: what it would have to be paid for, once, to enter.

    `possible` is False where no portfolio has it, None where that was not found out.
    """

    id: Annotated[str, "Its id."]
    price: Amount
    possible: bool | None


@dataclass(frozen=True)
class Newcomers(Answer):
    """Who of some candidates should be brought in.

    `best` is what the best portfolio without them is worth. `entering` add something alone, the most first.
    The `others` are proven to add nothing; with `programs` searches for `candidates` of them. The `unvalued`
    were not looked at alone: what each adds is within `rest`. `settled` where there are none. `outsiders` are
    the most promising of the others. `together` is what the best portfolio with any of them adds, `set` who
    is in it.
    """

    best: Amount
    candidates: int
    entering: tuple[Newcomer, ...]
    others: tuple[str, ...]
    unvalued: tuple[str, ...]
    rest: Amount
    settled: bool
    programs: int
    outsiders: tuple[Outsider, ...]
    together: Amount
    set: tuple[str, ...]
    portfolio: Portfolio | None


def newcomers(
    study: Study,
    candidates: Mapping[str, Any] | Instance,
    *,
    most: int = 10,
    prices: int = 3,
    workers: int = 1,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Newcomers:
    """What each of some candidates would add alone, at its best, and which of them to bring in together.

    `candidates` are tables of rows: `partners`, and `levels`, `capabilities`, `pairs` … that go with them.
    Those that add `most` are valued, each with a search; one search for many at once proves that none of them
    adds more, or anything. Of those that do not enter the most promising get their price, so many `prices`.
    Several `workers` look through candidates at the same time.
    Raises InputError for rows that make no sense.
    """
    run = Run(limits, progress, cancel)
    return _Newcomers(study, candidates, most, prices, run, workers).answer()


@dataclass(frozen=True)
class _OneOf:
    """Which of some candidates is worth most alone, if any is worth more than what is `beaten`?"""

    elements: tuple[int, ...]
    beaten: float = -np.inf


class _Newcomers(Answering[_OneOf, Proven, Newcomers]):
    """What is known so far: enough for an answer whenever the run has to stop."""

    def __init__(
        self,
        study: Study,
        candidates: Mapping[str, Any] | Instance,
        most: int,
        prices: int,
        run: Run,
        workers: int,
    ) -> None:
        together = candidates if isinstance(candidates, Instance) else joined_with(study.instance, candidates)
        super().__init__(study.revised(together).asking(study.formulation), run, workers)
        self._asked, self._most, self._prices = study, most, prices
        old = {row.id for row in study.instance.partners}
        assessment = self._study.assessment
        self._new = tuple(assessment.index[row.id] for row in together.partners if row.id not in old)
        self._own = ~np.isin(assessment.options.element, self._new)
        self._base: Proven | None = None
        self._entering: dict[int, Proven] = {}
        self._outside: dict[int, Proven] = {}
        self._nothing: set[int] = set()
        self._left: dict[tuple[int, ...], float] = {}  # and what nobody left in a block is worth more than
        self._looked_through, self._programs = False, 0

    def full(self) -> Newcomers:
        base = self._base = self._search((), self._run.part(FOR_THE_BEST))
        if not best_value(base).proven and base.termination is not Termination.infeasible:
            return self.so_far()
        looking = self._run.part(1 - FOR_THE_BEST)
        self._looked_through = self._value_the_most(looking)
        if self._looked_through:
            self._rule_out(looking)
        self._best = self._search(self._promising(MOST_TOGETHER), self._run)
        outsiders = [element for element in self._by_promise if element in self._nothing][: self._prices]
        for question, reply in self._answered(
            [_OneOf((element,)) for element in outsiders], self._run
        ).items():
            self._outside[question.elements[0]] = reply
        return self.so_far()

    def _value_the_most(self, run: Run) -> bool:
        """Find those that add most; whether nobody else adds more.

        The best of every block is known first, by several workers. Then blocks are looked into again without
        it, always the one whose best was worth most; starting a worker for that takes as long as asking.
        """
        blocks, hands, left = [*_blocks(self._by_promise)], PIECES * self._workers, self._left
        if not self._look_into([block for hand in range(hands) for block in blocks[hand::hands]], run):
            return False
        while left:
            block = max(left, key=lambda one: left[one])
            if left.pop(block) <= self._to_beat:
                return True
            if not self._look_into([block], run):
                return False
        return True

    def _look_into(self, blocks: Sequence[tuple[int, ...]], run: Run) -> bool:
        """Find the best of some blocks, and whether all are known."""
        beaten = self._to_beat
        replies = self._answered([_OneOf(block, beaten) for block in blocks], run)
        for question, reply in replies.items():
            block = question.elements
            if _hopeless(reply, beaten):
                self._nothing |= set(block) if beaten == self._enough else set()
            elif reply.selection is None or reply.objective is None or not best_value(reply).proven:
                return False
            else:
                (element,) = set(block) & set(reply.selection.partners)
                self._entering[element] = reply
                if len(block) > 1:
                    self._left[tuple(one for one in block if one != element)] = reply.objective
        return len(replies) == len(blocks)

    def _answered(self, questions: Sequence[_OneOf], run: Run) -> dict[_OneOf, Proven]:
        """Questions and replies, as far as the time allows."""
        self._ask_all(questions, run)
        self._programs += len(self._replies)
        replies = {question: self._replies[question] for question in questions if question in self._replies}
        self._replies.clear()
        return replies

    def _ask_in_turn(self, questions: Sequence[_OneOf], run: Run) -> None:
        for question, part in run.each(questions):
            self._note(question, self._valued(question, part))

    def _rule_out(self, run: Run) -> None:
        """Prove of as many as possible that they add nothing, the least promising first."""
        blocks = [[e for e in block if e in self._open] for block in _blocks(self._by_promise)]
        while blocks and not run.is_over:
            block = blocks.pop()
            if not block:
                continue
            self._programs += 1
            reply = self._valued(_OneOf(tuple(block), self._enough), run, self._more_than_nothing)
            if _hopeless(reply, self._enough):
                self._nothing |= set(block)
            elif len(block) <= FIRST_BLOCK:
                return
            else:
                blocks += [block[: len(block) // 2], block[len(block) // 2 :]]

    @property
    def _enough(self) -> float:
        """What nobody adds anything to who does not get beyond it."""
        worth = None if self._base is None else self._base.objective
        return -np.inf if worth is None else worth + LEAST_GAIN * max(1.0, abs(worth))

    @property
    def _more_than_nothing(self) -> float:
        return self._enough + LEAST_GAIN * max(1.0, abs(self._enough))

    @property
    def _to_beat(self) -> float:
        """What a candidate has to be worth to be among those that add most."""
        known = sorted((one.objective or 0.0 for one in self._entering.values()), reverse=True)
        return max(self._enough, known[self._most - 1]) if len(known) >= self._most else self._enough

    @property
    def _open(self) -> set[int]:
        return set(self._new) - self._nothing - set(self._entering)

    @cached_property
    def _by_promise(self) -> list[int]:
        """The candidates by what they bring by themselves, the most first: an order, and no bound."""
        assessment = self._study.assessment
        brings = assessment.expected_benefit - assessment.options.coordination
        options = assessment.options.of
        return sorted(self._new, key=lambda e: -max((float(brings[o]) for o in options(e)), default=-np.inf))

    def _promising(self, most: int) -> list[int]:
        """Those that enter, and others while there is room."""
        ordered = [*self._entering, *(e for e in self._by_promise if e not in self._entering)]
        return ordered if len(ordered) <= most else ordered[: max(most, len(self._entering))]

    def _search(self, elements: Sequence[int], run: Run) -> Proven:
        """The best portfolio of all that there is and some candidates."""
        self._programs += 1
        study, kept = self._among(elements)
        return self._in_full(found(study, run), kept)

    def _valued(self, question: _OneOf, run: Run, enough: float | None = None) -> Proven:
        """The best portfolio with exactly one of some candidates, unless it is proven to beat nothing."""
        study, kept = self._among(question.elements)
        one, words = Among(frozenset(question.elements)), "candidates brought in"
        wishes = [Wish(Bound(one, "<=", 1.0, words)), Wish(Bound(one, ">=", 1.0, words))]
        beaten = question.beaten
        if np.isfinite(beaten):
            least = beaten - TOLERATED * max(1.0, abs(beaten))
            wishes.append(Wish(Bound(study.formulation.maximise, ">=", least, "what is good enough")))
        decision = Decision(enough=enough, hopeless=beaten)
        return self._in_full(study.limited(*wishes).best(run, decision=decision).sound(), kept)

    def _among(self, elements: Iterable[int]) -> tuple[Study, list[int]]:
        """The same with some of the candidates only, and the options that are left.

        The other candidates have no columns in any program.
        """
        assessment = self._study.assessment
        kept = np.flatnonzero(self._own | np.isin(assessment.options.element, list(elements))).tolist()
        # Whoever makes room still pays for leaving.
        part = replace(assessment.within(kept), exit_cost=assessment.exit_cost)
        return Study(Knowledge.of(part), self._study.formulation), kept

    def _in_full(self, proven: Proven, kept: Sequence[int]) -> Proven:
        """The same of the instance with all candidates."""
        if proven.selection is None:
            return proven
        options = tuple(kept[option] for option in proven.selection.options)
        whole = replace(proven.selection, assessment=self._study.assessment, options=options)
        return replace(proven, selection=whole)

    def so_far(self) -> Newcomers:
        """The answer as far as it is known."""
        base, best, ids = self._base, self._best, self._study.assessment.elements
        selection = None if best is None else best.selection
        chosen = () if selection is None else sorted(set(self._new) & set(selection.partners))
        entering = sorted(self._entering.items(), key=lambda one: -(one[1].objective or 0.0))
        least = None if base is None or base.objective is None else max(0.0, self._to_beat - base.objective)
        return Newcomers(
            **about(self._asked, self._run),
            best=UNKNOWN if base is None else best_value(base),
            candidates=len(self._new),
            entering=tuple(self._newcomer(*one) for one in entering),
            others=tuple(ids[element] for element in sorted(self._nothing)),
            unvalued=tuple(ids[element] for element in sorted(self._open)),
            rest=enclosed(None, 0.0, least if self._looked_through else None),
            settled=base is not None and not self._open,
            programs=self._programs,
            outsiders=tuple(self._outsider(*one) for one in self._outside.items()),
            together=self._gain_together(),
            set=tuple(ids[element] for element in chosen),
            portfolio=None if selection is None else selection.portfolio(),
        )

    def _gain_together(self) -> Amount:
        if self._base is None or self._best is None:
            return UNKNOWN
        gain = _gain(self._best, self._base)
        all_ = len(self._promising(MOST_TOGETHER)) == len(self._new)
        return gain if all_ else enclosed(gain.value, gain.least, None)

    def _outsider(self, element: int, with_it: Proven) -> Outsider:
        assert self._base is not None
        never = with_it.termination is Termination.infeasible
        price = UNKNOWN if never else best_value(self._base) - best_value(with_it)
        value, least, most = (
            None if x is None else max(0.0, x) for x in (price.value, price.least, price.most)
        )
        possible = False if never else None if with_it.selection is None else True
        price = enclosed(value, least, most, proven=price.proven)
        return Outsider(self._study.assessment.elements[element], price, possible)

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


def _blocks(elements: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The elements in their order, block by block, each twice as large as the one before."""
    first, size = 0, FIRST_BLOCK
    while first < len(elements):
        yield tuple(elements[first : first + size])
        first, size = first + size, min(2 * size, LARGEST_BLOCK)


def _hopeless(found: Proven, beaten: float) -> bool:
    """Whether it is proven that nothing is worth more."""
    if found.termination is Termination.infeasible:
        return True
    if found.bound is not None and found.bound <= beaten:
        return True
    return best_value(found).proven and (found.objective or 0.0) <= beaten


def _provided(selection: Selection, element: int) -> Iterator[str]:
    for need, partner in sorted(selection.assigned):
        if partner == element:
            yield selection.assessment.needs[need].requirement.technology


def _gain(better: Proven, base: Proven) -> Amount:
    """By how much one is better; nothing is known where there was nothing before."""
    gain = best_value(better) - best_value(base)
    value, least = (None if one is None else max(0.0, one) for one in (gain.value, gain.least))
    return enclosed(value, least, gain.most, proven=gain.proven)
