"""What a rule is: something a portfolio obeys or breaks, and by how much."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from solver.assessment.assessment import Assessment
from solver.errors import FormulationError
from solver.portfolio.quantities import Bound, Sense, in_words
from solver.portfolio.rules.handle import WHOLE, Handle, Number, Part
from solver.portfolio.selection import Selection
from solver.risk.measures import Measure
from solver.shapes import Shaped, as_named

# What counts as nothing to spare when it is told to people.
SPARE = 1e-9


@dataclass(frozen=True)
class Reading(Shaped):
    """One rule held against one portfolio: an amount, its limit, and what is left.

    `about` says in words what is measured, e.g. "spending in period 2". A limit is a limit: `room` is what
    the rounding of the sums may come to (spec 3.1.13), 0 for whole numbers.
    """

    rule: Annotated[str, "The name of the rule."]
    about: str
    value: Annotated[float, "What it comes to."]
    sense: Annotated[Sense, "`<=` for at most, `>=` for at least."]
    limit: Annotated[float, "What is allowed."]
    room: float = 0.0

    KEYS = as_named("rule", "about", "value", "sense", "limit", "room", "slack", "holds")

    @property
    def slack(self) -> float:
        """How far the limit is; negative when the rule is broken."""
        return self.limit - self.value if self.sense == "<=" else self.value - self.limit

    @property
    def holds(self) -> bool:
        """Whether the rule holds."""
        return self.slack >= -self.room

    @property
    def binds(self) -> bool:
        """Whether the rule holds with nothing to spare."""
        return self.holds and self.slack <= max(self.room, SPARE * max(abs(self.limit), abs(self.value)))

    @property
    def sentence(self) -> str:
        """The reading in words."""
        must = "at most" if self.sense == "<=" else "at least"
        value, limit = _told_apart(self.value, self.limit)
        return f"{self.about}: {value}, must be {must} {limit}"


def _told_apart(value: float, limit: float) -> tuple[str, str]:
    """Both numbers, with as many digits as it takes to see that they differ, at least six."""
    for digits in range(6, 18):
        texts = _number(value, digits), _number(limit, digits)
        if texts[0] != texts[1]:
            break
    return texts


def _number(value: float, digits: int) -> str:
    text = f"{value:.{digits}g}"
    return f"{float(text):,.0f}" if "e+" in text else text


@dataclass(frozen=True)
class ChoiceRow:
    """What is asked of the options that are chosen: Σ factor · option ≤ limit, over those it mentions."""

    factors: Mapping[int, float]
    limit: float

    def holds(self, choice: NDArray[np.bool_]) -> bool:
        """Whether a choice of options, shape (O,), keeps it."""
        return sum(factor for option, factor in self.factors.items() if choice[option]) <= self.limit


def chosen(assessment: Assessment, element: int, factor: float = 1.0) -> dict[int, float]:
    """Whether an element is chosen, times a factor: its options and their factors."""
    return dict.fromkeys(assessment.options.of(element), factor)


class Rule(ABC):
    """Something every portfolio has to obey; subclasses are frozen dataclasses."""

    name: ClassVar[str]
    binds_parts: ClassVar[bool | None] = None  # None: nobody has thought about it, so nobody may presume
    mended_by_more: ClassVar[bool] = False  # whether choosing more can mend it where it is too much
    numbers: ClassVar[Mapping[str, Number]] = {}  # the fields that a planner types as numbers
    logical: ClassVar[bool] = False  # whether it holds or does not, so that no amount is left of it
    passing: ClassVar[bool] = False  # whether one question asks for it, so that no model keeps it
    relative: ClassVar[bool] = False  # whether it speaks of shares, of which an empty portfolio has none

    @abstractmethod
    def readings(self, selection: Selection) -> Iterator[Reading]:
        """The rule held against a portfolio, computed without an optimiser."""

    def words(self, assessment: Assessment) -> str:
        """The rule as a planner says it, in the words of its readings."""
        return in_words(type(self).__name__)

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        """The bounds that it is made of; none where it is something else."""
        return iter(())

    @property
    def risk_limit(self) -> tuple[Measure, float] | None:
        """The measure of the loss that it limits, and the limit; None where it is about something else."""
        return None

    def demanded(self, assessment: Assessment) -> list[int]:
        """The elements that must be chosen, whatever else is."""
        return []

    def barred(self, assessment: Assessment) -> list[int]:
        """The elements that must not be chosen, whatever else is."""
        return []

    def choice_rows(self, assessment: Assessment) -> Iterator[ChoiceRow]:
        """What it asks of the options that are chosen, and no bound says, as far as that is linear."""
        return (ChoiceRow(chosen(assessment, e, -1.0), -1.0) for e in self.demanded(assessment))

    def hangs_on_options(self, assessment: Assessment) -> bool:
        """Whether options alone decide it, not who provides or what is licensed."""
        return False

    def broken_by_less(self, assessment: Assessment) -> bool:
        """Whether leaving out what is chosen may break it."""
        return True

    def handles(self, assessment: Assessment) -> Iterator[Handle]:
        """The wishes of a planner that it is made of: each number, or all of it."""
        place, about = self.place(assessment)
        for field, number in self.numbers.items():
            yield from number.handles(self, field, place, about)
        if not self.numbers:
            yield Handle(self, WHOLE, place or in_words(type(self).__name__), about or self.words(assessment))

    @property
    def can_give_way(self) -> bool:
        """Whether its rows can be written so that its wishes give way; otherwise it is in force or not."""
        return bool(self.numbers)

    def place(self, assessment: Assessment) -> tuple[str, str]:
        """Where in the instance it is typed, before the names of its numbers; and what is to be added."""
        return "", ""

    def loosened(self, part: Part, amount: float) -> Rule | None:
        """The same with a number of it moved by an amount, or without a part (∞); None: nothing is left."""
        number = self.numbers.get(part[0] if isinstance(part, tuple) else str(part))
        moved = None if number is None else number.loosened(self, part, amount)
        return None if moved is None else replace(self, **moved)  # type: ignore[type-var]

    def for_part(self) -> Rule | None:
        """What coalitions have to obey of it (spec 6); None where it only demands something of the whole.

        Raises FormulationError for a rule that does not say.
        """
        if self.binds_parts is None:
            raise FormulationError(f"{type(self).__name__} does not say whether coalitions obey it: {self}")
        return self if self.binds_parts else None


@dataclass(frozen=True)
class RowsRule(Rule):
    """A rule that rows of tables ask for, each a wish of its own; those in `without` are not in force.

    Its readings begin with one for each of `handles`, in their order.
    """

    without: frozenset[Part] = frozenset()

    @property
    def can_give_way(self) -> bool:
        return True

    def __str__(self) -> str:
        return repr(self) if self.without else f"{type(self).__name__}()"

    @abstractmethod
    def rows(self, assessment: Assessment) -> Iterator[Handle]:
        """A wish for every row that asks for it."""

    def handles(self, assessment: Assessment) -> Iterator[Handle]:
        return (handle for handle in self.rows(assessment) if handle.part not in self.without)

    def loosened(self, part: Part, amount: float) -> RowsRule:
        if not math.isinf(amount):
            raise ValueError(f"a row can only be dropped: {part}")
        return replace(self, without=self.without | {part})
