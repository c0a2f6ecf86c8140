"""Why somebody is in the best portfolio, or is not: what it is worth, or the price at which it enters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Annotated

from solver.answers.answer import UNKNOWN, Amount, Answer, best_value, enclosed
from solver.answers.answering import ROUGHLY_FIRST, AnsweringEach
from solver.answers.conflict import Feasibility, minimal_conflict
from solver.answers.near import best_of
from solver.answers.subjects import Kind, Subject, subjects
from solver.portfolio.choices import Move, in_words, moves, options_of
from solver.portfolio.plan import with_needed_licences
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.rules import Handle, Reading, RowsRule
from solver.portfolio.selection import Selection
from solver.run import Cancel, Listener, Run, SearchLimits, Termination
from solver.shapes import Shaped
from solver.study.proven import Proven
from solver.study.study import Study


@dataclass(frozen=True)
class Obstacle(Shaped):
    """A rule that a portfolio would break, in `words`, and how it would stand.

    `amount` is by how much its number would have to give way, None where it has none.
    """

    words: str
    amount: float | None
    reading: Reading


@dataclass(frozen=True)
class Added(Shaped):
    """The best portfolio with what is asked about put in, all else as it stands.

    `gain` is what that adds to what is maximised, `breaks` are the rules that it would break.
    """

    gain: float
    breaks: tuple[Obstacle, ...]


@dataclass(frozen=True)
class Reason(Shaped):
    """Why something is in the best portfolio, or not.

    Where it is, `amount` is what it is worth: by so much the best portfolio without it is worth less. Where
    it is not, `amount` is the price at which it enters: with a one-off credit of so much it is in a best
    portfolio. `other` is the best portfolio without it, or with it, and `moves` lead there from the best.
    `possible` says whether there is any such portfolio; None where the run had to stop before that was known.
    Where there is none, `conflict` are wishes that allow none, `minimal` where each of them is needed for
    that. `added` is the best portfolio with it put in as it stands.
    """

    id: Annotated[str, "What is asked about; a level after a colon, a plus between several."]
    ids: Annotated[tuple[str, ...], "The ids of whom it is about."]
    name: Annotated[str, "What people call it."]
    kind: Annotated[Kind, "`partner`, `application`, `level`, or `together` of several."]
    chosen: Annotated[bool, "Whether it is in the best portfolio."]
    amount: Amount
    possible: bool | None
    other: Portfolio | None
    moves: tuple[Move, ...]
    added: Added | None
    conflict: tuple[Handle, ...]
    minimal: bool


@dataclass(frozen=True)
class Why(Answer):
    """Why some are in the best portfolio and others are not.

    `best` is what the best portfolio is worth, in the sense of the formulation, and `portfolio` is it; None
    where none was found, and `feasible` says whether there is any. `reasons` are in the order of the
    questions.
    """

    best: Amount
    portfolio: Portfolio | None
    feasible: bool | None
    reasons: tuple[Reason, ...]

    @property
    def proven(self) -> bool:
        """Whether nothing is left open."""
        told = all(one.amount.proven or (one.possible is False and one.minimal) for one in self.reasons)
        return self.feasible is False or (self.best.proven and told)


def why(
    study: Study,
    *asked: str,
    workers: int = 1,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Why:
    """Why partners, applications, levels (`p3:deep`) or several together (`p3+p5`) are chosen, or are not.

    Nobody asked about: every partner that is left out. What is chosen has a worth: what the best portfolio
    loses without it. What is not has a price, a one-off credit with which it enters. Where it cannot enter,
    or be done without, the wishes that are in its way. Raises InputError for names that stand for nothing.
    """
    run = Run(limits, progress, cancel)
    return _Answering(study, run, workers, subjects(study.instance, asked)).answer()


@dataclass
class _Otherwise:
    """What was found of the portfolios that have a subject, or lack it."""

    wanted: bool
    found: Proven
    conflict: tuple[Handle, ...] = ()
    minimal: bool = False


class _Answering(AnsweringEach[Subject, _Otherwise, Why]):
    """Asks of each subject for the best portfolio that has it, or that lacks it."""

    gaps = ROUGHLY_FIRST

    def __init__(self, study: Study, run: Run, workers: int, asked: tuple[Subject, ...]) -> None:
        super().__init__(study, run, workers)
        self._asked = asked

    def full(self) -> Why:
        """Ask for the best portfolio, and then of each subject for the best that has it not, or has it."""
        selection = self._find_best()
        if selection is not None:
            self._asked = self._asked or _left_out(selection)
            self._ask_all(self._asked, self._run)
        return self.so_far()

    def _ask_in_turn(self, questions: Sequence[Subject], run: Run) -> None:
        """Those of which the least is known to be possible come first: what they teach narrows the others."""
        super()._ask_in_turn(sorted(questions, key=self._known), run)

    def _is_settled(self, question: Subject) -> bool:
        known = self._replies.get(question)
        return known is not None and known.found.termination in (Termination.optimal, Termination.infeasible)

    def _wanted(self, subject: Subject) -> bool:
        """Whether to look for portfolios that have a subject: where the best lacks it."""
        selection = None if self._best is None else self._best.selection
        return selection is None or not subject.is_in(selection)

    def _known(self, subject: Subject) -> float:
        """What the best portfolio that is known to have a subject, or to lack it, is worth."""
        asked = subject.asked(self._study, self._wanted(subject))
        known = self._study.knowledge.pool.best(asked.formulation)
        return -math.inf if known is None else known[1]

    def _narrowed(self, subject: Subject, wanted: bool, run: Run) -> None:
        """Learn how good portfolios with a subject can be from fewer of them.

        With what makes every portfolio worse than one that is known to have the subject, none is better.
        """
        worth = self._known(subject)
        study = narrow = subject.asked(self._study, wanted)
        for other, known in self._replies.items():
            bound = -math.inf if known.found.termination is Termination.infeasible else known.found.bound
            if bound is not None and bound <= worth and math.isfinite(worth):
                narrow = other.asked(narrow, not known.wanted)
        if narrow is not study:
            found = best_of(narrow, run)
            bound = -math.inf if found.termination is Termination.infeasible else found.bound
            if bound is not None:
                study.knowledge.ledger.note(study.formulation, max(bound, worth))

    def _ask(self, subject: Subject, run: Run) -> None:
        wanted = self._wanted(subject)
        study = subject.asked(self._study, wanted)
        self._narrowed(subject, wanted, run)
        known = _Otherwise(wanted, best_of(study, run))
        self._note(subject, known)
        if known.found.termination is Termination.infeasible:
            wishes = study.formulation.handles(study.assessment)
            conflict, known.minimal = minimal_conflict(Feasibility(study, run), wishes)
            own = set(self._study.formulation.handles(study.assessment))
            known.conflict = tuple(wish for wish in conflict if wish in own)

    def so_far(self) -> Why:
        """The answer as far as it is known."""
        told = self._standing(one.found for one in self._replies.values())
        reasons: list[Reason] = []
        best = self._best
        if best is not None and best.selection is not None:
            reasons = [self._reason(one, best, best.selection) for one in self._asked]
        return Why(**told, reasons=tuple(reasons))

    def _reason(self, subject: Subject, best: Proven, selection: Selection) -> Reason:
        chosen, known = subject.is_in(selection), self._replies.get(subject)
        if known is not None and known.wanted == chosen:
            known = None  # a better portfolio came to light meanwhile
        other = None if known is None else known.found.selection
        possible = None if known is None or other is None else True
        if known is not None and known.found.termination is Termination.infeasible:
            possible = False
        return Reason(
            id=subject.id,
            ids=tuple(id_ for id_, _ in subject.picks),
            name=in_words(self._study.assessment, subject.picks),
            kind=subject.kind,
            chosen=chosen,
            amount=UNKNOWN if known is None or possible is False else _loss(best, known.found),
            possible=possible,
            other=None if other is None else other.portfolio(),
            moves=() if other is None else moves(selection, other),
            added=None if chosen else _added(self._study, selection, subject),
            conflict=() if known is None else known.conflict,
            minimal=known is not None and known.minimal,
        )


def _left_out(selection: Selection) -> tuple[Subject, ...]:
    assessment = selection.assessment
    partners = enumerate(assessment.elements[: assessment.partner_count])
    return tuple(Subject(((id_, None),), "partner") for e, id_ in partners if not selection.chosen[e])


def _loss(best: Proven, other: Proven) -> Amount:
    """By how much the best of some portfolios is worth less than the best of all."""
    loss = best_value(best) - best_value(other)
    value, least = (None if one is None else max(0.0, one) for one in (loss.value, loss.least))
    return enclosed(value, least or 0.0, loss.most, proven=loss.proven)


def _added(study: Study, selection: Selection, subject: Subject) -> Added | None:
    """What becomes of a portfolio when a subject is put in, at the level and start that breaks least."""
    assessment = study.assessment
    worth = study.formulation.maximise.amount(selection)
    best: tuple[int, float, Added] | None = None
    for put_in in product(*(options_of(assessment, pick) for pick in subject.picks)):
        grown = _with(selection, put_in)
        gain = float(study.formulation.maximise.amount(grown) - worth)
        added = Added(gain, tuple(_obstacles(study, grown)))
        rank = (-len(added.breaks), added.gain)
        if best is None or rank > best[:2]:
            best = (*rank, added)
    return None if best is None else best[2]


def _obstacles(study: Study, selection: Selection) -> Iterator[Obstacle]:
    """The rules that a portfolio breaks; those of tables in the words of their rows."""
    for rule in study.formulation.rules:
        rows = rule.handles(study.assessment) if isinstance(rule, RowsRule) else iter(())
        for reading in rule.readings(selection):
            row = next(rows, None)
            if not reading.holds and row is not None:
                yield Obstacle(row.words, None, reading)
            elif not reading.holds:
                yield Obstacle(reading.about, None if rule.logical else float(-reading.slack), reading)


def _with(selection: Selection, put_in: Iterable[int]) -> Selection:
    """A portfolio with options put in, in place of others of the same; applications get who is able first."""
    assessment = selection.assessment
    option_of = selection.option_of | {int(assessment.options.element[o]): o for o in put_in}
    grown = replace(selection, options=tuple(option_of.values()))
    served = {need for need, _ in selection.assigned}
    new = (n for n, need in enumerate(assessment.needs) if grown.chosen[need.application] and n not in served)
    assigned = {(need, partner) for need in new for partner in grown.first_able(need)}
    return with_needed_licences(replace(grown, assigned=selection.assigned | assigned))
