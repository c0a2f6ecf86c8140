"""Several break-evens at once: at which of many numbers somebody enters the best portfolio, or leaves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from solver.answers.answer import Answer, about
from solver.answers.answering import AnsweringEach
from solver.answers.breakeven import BreakEven, LookingFor
from solver.run import Cancel, Listener, Run, SearchLimits
from solver.study.study import Study


@dataclass(frozen=True)
class BreakEvens(Answer):
    """At which number somebody enters the best portfolio or leaves it, each number moved alone.

    `numbers` are in the order in which they were asked for, without those that nobody came to in time.
    """

    numbers: tuple[BreakEven, ...]


def break_evens(
    study: Study,
    keys: Sequence[str],
    subject: str | None = None,
    *,
    workers: int = 1,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> BreakEvens:
    """At which number, in place of those of several keys, somebody enters the best portfolio or leaves.

    As `break_even` for each of them: who is meant is the partner or application in whose row the number
    stands, or `subject`. Raises InputError for what names nothing.
    """
    run = Run(limits, progress, cancel)
    for key in keys:
        LookingFor.of(study, key, subject, run)
    return _Each(study, run, workers, list(dict.fromkeys(keys)), subject).answer()


class _Each(AnsweringEach[str, BreakEven, BreakEvens]):
    """Asks for one number after the other."""

    def __init__(
        self, study: Study, run: Run, workers: int, keys: Sequence[str], subject: str | None
    ) -> None:
        super().__init__(study, run, workers)
        self._keys, self._subject = keys, subject

    def full(self) -> BreakEvens:
        """Ask for every number."""
        self._ask_all(self._keys, self._run)
        return self.so_far()

    def _ask(self, question: str, run: Run) -> None:
        self._note(question, LookingFor.of(self._study, question, self._subject, run).full())

    def so_far(self) -> BreakEvens:
        """The answer as far as it is known."""
        known = (self._replies.get(key) for key in self._keys)
        return BreakEvens(**about(self._study, self._run), numbers=tuple(one for one in known if one))
