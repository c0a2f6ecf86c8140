"""An answer in the making: its questions, asked one by one or by several workers, and what is known."""

from __future__ import annotations

import io
import math
import pickle
import time
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, ClassVar, Generic, TypeVar

from solver.answers.answer import UNKNOWN, about, best_value
from solver.answers.near import FOR_THE_BEST, best_of, best_so_far, feasible
from solver.assessment.assessment import Assessment
from solver.errors import ContradictionError
from solver.jobs import Call, End, endings
from solver.portfolio.selection import Selection
from solver.run import Run, SearchLimits, Termination
from solver.study.knowledge import News
from solver.study.proven import Proven
from solver.study.study import Study

PIECES = 2
"""For each worker its questions come in so many pieces: what one piece takes longer, others make up for."""
ROUGH = 1e-4
"""The gap to which everything is known before more time is spent on anything. On the ecosystem the last
millionths take as long as all before them."""
ROUGHLY_FIRST = (ROUGH, 0.0, 0.0)
"""Gaps, one after the other: roughly first, then exactly, and again with what others left of their time."""
HANDOVER = 1.0
"""Seconds before the time is up in which a worker has to return what it has."""

Question = TypeVar("Question", bound=Hashable)
Reply = TypeVar("Reply")
Answered = TypeVar("Answered")


class Answering(ABC, Generic[Question, Reply, Answered]):
    """What is known so far: enough for an answer whenever the run has to stop.

    Questions that do not hang on each other are asked by `_ask_all`, in processes of several `workers` where
    there are. Replies are noted whoever asked, and a worker begins with what was known before all of them: so
    what is proven is the same however many there are.
    """

    def __init__(self, study: Study, run: Run, workers: int = 1) -> None:
        self._study, self._run, self._workers = study, run, workers
        self._best: Proven | None = None
        self._replies: dict[Question, Reply] = {}

    def answer(self) -> Answered:
        """The answer; as far as it is known, where the run has to stop."""
        return self._run.attended(self.full, self.so_far)

    @abstractmethod
    def full(self) -> Answered:
        """Ask everything."""

    @abstractmethod
    def so_far(self) -> Answered:
        """The answer as far as it is known."""

    def _find_best(self, share: float = FOR_THE_BEST) -> Selection | None:
        """The best portfolio, against which all others are held, in a share of the time; some in any case."""
        for run in (self._run.part(share), self._run):
            self._best = best = best_of(self._study, run)
            if best.selection is not None or best.termination is Termination.infeasible:
                break
        return best.selection

    def _standing(self, others: Iterable[Proven] = ()) -> dict[str, Any]:
        """The fields of an answer that is held against the best portfolio; `others` were found on the way."""
        best = best_so_far(self._study, self._best, self._run)
        self._best = best = best and _improved(best, others)
        selection = None if best is None else best.selection
        return {
            **about(self._study, self._run),
            "best": UNKNOWN if best is None else best_value(best),
            "portfolio": None if selection is None else selection.portfolio(),
            "feasible": feasible(best),
        }

    @abstractmethod
    def _ask_in_turn(self, questions: Sequence[Question], run: Run) -> None:
        """Ask questions in this process and note the replies."""

    def _note(self, question: Question, reply: Reply) -> None:
        self._replies[question] = reply

    def _ask_all(self, questions: Sequence[Question], run: Run) -> None:
        """Ask questions that do not hang on each other."""
        if self._workers > 1 and len(questions) > 1:
            asked: set[Question] = set()
            for piece in self._asked_by_workers(questions, run):
                asked.update(piece)
            questions = [one for one in questions if one not in asked]  # of workers that broke down
        self._ask_in_turn(questions, run)

    def _asked_by_workers(self, questions: Sequence[Question], run: Run) -> Iterator[Sequence[Question]]:
        """The pieces in which workers asked them; what they learned stays."""
        pieces = _pieces(questions, PIECES * self._workers)
        news: dict[int, News] = {}
        asked = 0

        def calls() -> Iterator[tuple[int, Call]]:
            for number, piece in enumerate(pieces):
                left = sum(map(len, pieces[number:]))
                share = min(1.0, self._workers * len(piece) / left)
                until = time.time() + max(0.0, share * run.remaining - HANDOVER) if run.limited else None
                yield number, Call(_ask_elsewhere, (self, piece, run.limits, until))

        def glance() -> bool:
            run.asking(min(asked + 1, len(questions)), len(questions))
            run.tell(phase="search")
            return run.is_over

        try:
            for number, ending in endings(calls(), self._workers, glance):
                asked += len(pieces[number])
                if ending.end is End.returned:
                    learned: _Learned = _Unpickler(ending.value, self._study.assessment).load()
                    if learned.refuted is not None:
                        raise learned.refuted
                    for question, reply in learned.replies.items():
                        self._note(question, reply)
                    news[number] = learned.news
                    yield pieces[number]
        finally:
            for number in sorted(news):
                self._study.knowledge.learn(news[number])

    def __getstate__(self) -> dict[str, Any]:
        """Without what cannot travel to another process, and without what it should not send back."""
        return {**vars(self), "_run": None, "_replies": {}, "_workers": 1}


class AnsweringEach(Answering[Question, Reply, Answered]):
    """An answer in the making whose questions are asked one after the other."""

    gaps: ClassVar[tuple[float, ...]] = (0.0,)
    """Where time is limited, all questions are asked to these gaps, one gap after the other: what is settled
    is not asked again, so that what some did not need of their time others get."""

    @abstractmethod
    def _ask(self, question: Question, run: Run) -> None:
        """Ask one question and note the reply."""

    def _ask_in_turn(self, questions: Sequence[Question], run: Run) -> None:
        """One after the other; perhaps roughly at first, and again, where time is limited."""
        for gap in self.gaps if run.limited else (0.0,):
            left = [one for one in questions if not self._is_settled(one)]
            for question, part in run.each(left):
                self._ask(question, part.part(gap=max(gap, run.limits.gap)))

    def _is_settled(self, question: Question) -> bool:
        """Whether a question needs not be asked, or not again."""
        return False


def _pieces(questions: Sequence[Question], most: int) -> list[Sequence[Question]]:
    """Questions in pieces of one after the other: what is alike, and stands together, stays together."""
    count = min(len(questions), most)
    ends = [len(questions) * place // count for place in range(count + 1)]
    return [questions[start:end] for start, end in pairwise(ends)]


def _improved(best: Proven, others: Iterable[Proven]) -> Proven:
    """The best portfolio, where it was not proven and a better one was found on the way."""
    if best_value(best).proven or best.objective is None:
        return best
    better = max(others, key=lambda one: -math.inf if one.objective is None else one.objective, default=best)
    if better.objective is None or better.objective <= best.objective:
        return best
    return replace(best, selection=better.selection, objective=better.objective)


@dataclass(frozen=True)
class _Learned:
    """What a worker comes back with; `refuted` where claims contradict each other there."""

    replies: Mapping[Any, Any]
    news: News
    refuted: ContradictionError | None


def _ask_elsewhere(
    answering: Answering[Any, Any, Any], questions: Sequence[Any], limits: SearchLimits, until: float | None
) -> bytes:
    """Ask some questions in this process until a moment of the day; starting it counts as well."""
    seconds = None if until is None else max(0.0, until - time.time())
    answering._run = run = Run(replace(limits, seconds=seconds))
    knowledge = answering._study.knowledge
    before = len(knowledge.pool)
    refuted = None
    try:
        run.attended(lambda: answering._ask_in_turn(questions, run), lambda: None)
    except ContradictionError as error:
        refuted = error
    pickled = io.BytesIO()
    learned = _Learned(dict(answering._replies), knowledge.news(before), refuted)
    _Pickler(pickled, answering._study.assessment).dump(learned)
    return pickled.getvalue()


class _Pickler(pickle.Pickler):
    """The assessment, which both ends have, does not travel."""

    def __init__(self, file: io.BytesIO, assessment: Assessment) -> None:
        super().__init__(file)
        self._assessment = assessment

    def persistent_id(self, part: Any) -> str | None:
        return "assessment" if part is self._assessment else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, pickled: bytes, assessment: Assessment) -> None:
        super().__init__(io.BytesIO(pickled))
        self._assessment = assessment

    def persistent_load(self, name: str) -> Assessment:
        return self._assessment
