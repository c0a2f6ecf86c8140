"""The search of a draft: what the model wrote goes to the driver, all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from solver.driver import Asked, Column, Engine, Lazy, Outcome, ValueOf, WideRule
from solver.errors import ContradictionError
from solver.model.draft import Draft
from solver.model.refusal import refusal_rows
from solver.run import NO_DECISION, Decision, Run
from solver.search.disagreement import Disagreement

__all__ = ["Disagreement", "Lent", "disagreement_of", "search_draft", "search_on_the_way"]


class Lent(NamedTuple):
    """A draft to be searched again and again, and the engine that does."""

    draft: Draft
    engine: Engine

    @classmethod
    def of(cls, draft: Draft, after: Mapping[str, float] | None = None) -> Lent:
        """A draft that nobody has searched; `after` is what the engine of another one has left."""
        return cls(draft, Engine(draft.problem, after))


def search_draft(
    draft: Draft,
    run: Run,
    *,
    lazies: Sequence[Lazy | WideRule] = (),
    deciding: Iterable[Column] | None = None,
    start: Mapping[Column, float] | None = None,
    judge: Callable[[ValueOf], float | None] | None = None,
    decision: Decision = NO_DECISION,
    engine: Engine | None = None,
) -> Outcome:
    """Search for the best solution of a draft's program, and of further `lazies` with it.

    `deciding` are the columns to decide first, the draft's own if not given; the rest is as for `driver.run`.
    An `engine` of the draft's problem brings what earlier searches have learnt. The message of a
    contradiction names the rule or term of the draft.
    """
    asked = Asked(
        draft.blocks,
        [*draft.lazies, *lazies],
        draft.tightenings,
        draft.deciding if deciding is None else tuple(deciding),
        draft.foremost,
        draft.units,
        start or {},
        judge,
        lambda value, tolerated: refusal_rows(draft, value, tolerated),
        decision,
    )
    outcome = (engine or Engine(draft.problem)).solve(asked, run)
    found = disagreement_of(draft, outcome)
    return outcome if found is None else replace(outcome, message=found.sentence)


def search_on_the_way(
    draft: Draft,
    run: Run,
    *,
    deciding: Iterable[Column] | None = None,
    start: Mapping[Column, float] | None = None,
) -> Outcome:
    """The same on the way to an answer: raises ContradictionError where claims contradict each other."""
    outcome = search_draft(draft, run, deciding=deciding, start=start)
    found = disagreement_of(draft, outcome)
    if found is not None:
        raise ContradictionError(found.sentence, found.to_dict())
    return outcome


def disagreement_of(draft: Draft, outcome: Outcome) -> Disagreement | None:
    """Who disagreed when a search of a draft ended in a contradiction; None where it did not."""
    found = outcome.contradiction
    return None if found is None else Disagreement.of(draft, outcome.columns, found)
