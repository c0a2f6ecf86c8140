"""Choices: who is in a portfolio at which level, and how far two portfolios are apart in that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeAlias

import numpy as np

from solver.assessment.assessment import Assessment
from solver.assessment.benefit import Floats
from solver.assessment.options import Integers
from solver.portfolio.quantities import LinearTerm, Quantity, Term
from solver.portfolio.selection import Selection

Pick: TypeAlias = tuple[str, str | None]
"""A partner or an application by its id, and the level it is wanted at; None for any."""

Choice: TypeAlias = frozenset[Pick]
"""Everything that a portfolio chooses, partners at their levels and applications without one."""


@dataclass(frozen=True)
class Move:
    """What sets one portfolio apart from another: somebody joins, leaves or is engaged at another level.

    Who is not chosen has no level, an application the level "".
    """

    id: Annotated[str, "Its id."]
    before: Annotated[str | None, "Its level in the one; null where it is not chosen."]
    after: Annotated[str | None, "Its level in the other; null where it is not chosen."]


def choice_of(selection: Selection) -> Choice:
    """What a portfolio chooses: not when, nor who provides what."""
    ids, level = selection.assessment.elements, selection.assessment.options.level
    return frozenset((ids[element], level[option]) for element, option in selection.option_of.items())


def moves(one: Selection, other: Selection) -> tuple[Move, ...]:
    """What has to be done to get from one portfolio to the other, in the order of the tables."""
    before, after = dict(choice_of(one)), dict(choice_of(other))
    changed = (id_ for id_ in one.assessment.elements if before.get(id_) != after.get(id_))
    return tuple(Move(id_, before.get(id_), after.get(id_)) for id_ in changed)


def options_of(assessment: Assessment, pick: Pick) -> list[int]:
    """The options that a pick allows."""
    id_, level = pick
    options = assessment.options
    return [o for o in options.of(assessment.index[id_]) if level is None or options.level[o] == level]


def has(selection: Selection, picks: Iterable[Pick]) -> bool:
    """Whether a portfolio chooses all of some picks."""
    return all(set(options_of(selection.assessment, pick)) & set(selection.options) for pick in picks)


def in_words(assessment: Assessment, picks: Iterable[Pick]) -> str:
    """Picks as people call them: `Alpha (deep) and Beta`."""
    labels = assessment.instance.labels
    return " and ".join(labels[id_] + (f" ({level})" if level else "") for id_, level in picks)


@dataclass(frozen=True)
class Picked(LinearTerm):
    """How many of some picks are chosen."""

    picks: tuple[Pick, ...]

    def __str__(self) -> str:
        names = (f"{id_} ({level})" if level else id_ for id_, level in self.picks)
        return f"how many are chosen of {', '.join(names)}"

    def coefficients(self, assessment: Assessment) -> Floats:
        return sum((_where(assessment, pick) for pick in self.picks), np.zeros(len(assessment.options)))


@dataclass(frozen=True)
class Differences(LinearTerm):
    """How many partners and applications are chosen in one only, or otherwise, than in a portfolio.

    `same` are the options that count as chosen the same, those of one element or more for each in it.
    """

    same: frozenset[int]

    def __str__(self) -> str:
        return "differences from a portfolio that is known"

    def coefficients(self, assessment: Assessment) -> Floats:
        others = np.isin(assessment.options.element, self._elements(assessment), invert=True)
        the_same = np.isin(np.arange(len(assessment.options)), list(self.same))
        return np.where(others, 1.0, np.where(the_same, -1.0, 0.0))

    def constant(self, assessment: Assessment) -> float:
        return float(len(self._elements(assessment)))

    def _elements(self, assessment: Assessment) -> Integers:
        return np.unique(assessment.options.element[list(self.same)])


def same_choice(selection: Selection) -> Differences:
    """The differences from what a portfolio chooses, whenever it starts."""
    picks = choice_of(selection)
    return Differences(frozenset(o for pick in picks for o in options_of(selection.assessment, pick)))


def same_options(selection: Selection) -> Differences:
    """The differences from what a portfolio chooses, and when it starts."""
    return Differences(frozenset(selection.options))


@dataclass(frozen=True)
class OtherProviders(Term):
    """How often somebody is assigned in one only, of a portfolio and one that is known.

    `assigned` is who provides what in that, as (need, partner).
    """

    sign: ClassVar[int] = 1
    assigned: frozenset[tuple[int, int]]

    def __str__(self) -> str:
        return "other providers than in a portfolio that is known"

    def amount(self, selection: Selection) -> float:
        return float(len(self.assigned ^ selection.assigned))


def differences(selection: Selection, *, timing: bool = False, providers: bool = False) -> Quantity:
    """What sets others apart from a portfolio: the choice, perhaps also when it starts and who provides."""
    chosen = same_options(selection) if timing else same_choice(selection)
    return chosen + OtherProviders(selection.assigned) if providers else chosen


@dataclass(frozen=True)
class Moves(LinearTerm):
    """How many joins, leaves, changes of level, launches and stops lead there from what runs (spec 8.2).

    Of one element (by index) or of all (None).
    """

    element: int | None = None

    def __str__(self) -> str:
        return "moves" if self.element is None else f"moves of the element in row {self.element + 1}"

    def coefficients(self, assessment: Assessment) -> Floats:
        options = assessment.options
        begun = np.where(assessment.running[options.element], 0.0, 1.0)
        moves = np.where(options.unchanged, -1.0, begun)
        return moves if self.element is None else np.where(options.element == self.element, moves, 0.0)

    def constant(self, assessment: Assessment) -> float:
        return float(assessment.running.sum() if self.element is None else assessment.running[self.element])


def _where(assessment: Assessment, pick: Pick) -> Floats:
    allowed = np.zeros(len(assessment.options))
    allowed[options_of(assessment, pick)] = 1.0
    return allowed
