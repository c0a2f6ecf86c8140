"""Break-even: at which number somebody enters the best portfolio, or leaves it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from solver.answers.answer import UNKNOWN, Amount, Answer, about, best_value, enclosed
from solver.answers.near import best_of
from solver.answers.numbers import Number, number_of
from solver.answers.subjects import Subject, subjects
from solver.errors import InputError
from solver.instance.defects import Defect
from solver.portfolio.plan import read_plan
from solver.portfolio.risks import LossMeasure
from solver.portfolio.rules import RetainedValue, Satisfaction
from solver.portfolio.selection import Selection
from solver.portfolio.terms import ApplicationBenefit, PartnerBenefit, PositiveBenefit
from solver.run import Cancel, Listener, Run, SearchLimits, Termination
from solver.shapes import Shaped
from solver.study.proven import Proven
from solver.study.study import Study

CLOSE = 1e-6
"""How near the ends have to be, relative to the number or to what was looked at first."""
FINE = 1e-9
"""The gap to which the two best are asked for; up to so much, relative to the larger, they are equal."""
DOUBLINGS = 24
MOST_LOOKS = 80
WIDE = 10.5
"""How many times as far apart the ends may be where proofs leave that open."""
PATIENCE = 0.15

VALUED = (PartnerBenefit, ApplicationBenefit, PositiveBenefit, LossMeasure)
"""What hangs on revenues."""

Standing = Literal["in", "out", "either", "neither", "open"]


@dataclass(frozen=True)
class Look(Shaped):
    """How it stands where the number is another: the `standing` is `in` every best portfolio, or `out`.

    `either`: some best portfolio has it and some has not; `neither`: no portfolio exists. `ahead` is by how
    much the best with it is worth more than the best without it, unknown where one of them does not exist.
    """

    number: Annotated[float, "The number."]
    standing: Standing
    ahead: Amount


@dataclass(frozen=True)
class BreakEven(Answer):
    """At which number somebody enters the best portfolio, or leaves it.

    `at` encloses a number at which `subject` changes from `now` to `then`; None where no change was found
    between `least` and `most`. Where it is the `only` one, that is proven, and where there is none as well;
    else there may be others, between the present number and `at` too. `looks` are all numbers that were
    tried, in their order.
    """

    key: Annotated[str, "The name under which the number is set."]
    words: Annotated[str, "What it is."]
    unit: Annotated[str, "`money`, `partners`, `share` or empty."]
    number: Annotated[float, "What it is now."]
    subject: Annotated[str, "The id of who enters or leaves."]
    name: Annotated[str, "What people call it."]
    now: Standing
    then: Standing | None
    at: Amount | None
    only: bool
    least: Annotated[float | None, "The smallest number that was tried."]
    most: Annotated[float | None, "The largest number that was tried."]
    looks: tuple[Look, ...]

    @property
    def known(self) -> bool:
        """Whether it is known how it stands now."""
        return self.now in ("in", "out", "either")


def break_even(
    study: Study,
    key: str,
    subject: str | None = None,
    *,
    least: float | None = None,
    most: float | None = None,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> BreakEven:
    """At which number, in place of the one of a key, somebody enters the best portfolio of a study or leaves.

    `key` names any number, such as `partners.p3.revenue`; `subject` is the partner or application in whose
    row it stands, if nobody else is named (as for `why`). Between `least` and `most` where they are given.
    Raises InputError for what names nothing.
    """
    run = Run(limits, progress, cancel)
    looking = LookingFor.of(study, key, subject, run, least, most)
    return run.attended(looking.full, looking.so_far)


@dataclass(frozen=True)
class _Seen:
    """A look, and the best portfolios with and without."""

    look: Look
    having: Selection | None
    worth_without: float | None


class LookingFor:
    """What is known so far of the number at which somebody enters or leaves."""

    @classmethod
    def of(
        cls,
        study: Study,
        key: str,
        subject: str | None,
        run: Run,
        least: float | None = None,
        most: float | None = None,
    ) -> LookingFor:
        """The search for the number of a key; raises InputError for what names nothing."""
        number = number_of(study, key, "break-even")
        name = subject or number.owner
        if name is None:
            remedy = f"name who is to enter or leave when {key} moves"
            raise InputError([Defect("break-even", remedy, value=key)])
        (one,) = subjects(study.instance, [name])
        return cls(study, number, one, least, most, run)

    def __init__(
        self,
        study: Study,
        number: Number,
        subject: Subject,
        least: float | None,
        most: float | None,
        run: Run,
    ) -> None:
        self._study, self._number, self._subject, self._run = study, number, subject, run
        no_less = number.wish is not None and number.value >= 0 and "risk" not in number.key
        self._least = (0.0 if no_less else -math.inf) if least is None else least
        self._most = math.inf if most is None else most
        self._seen: dict[float, _Seen] = {}
        self._ends: tuple[float, float] | None = None
        self._alone = self._moves_nothing_else()

    def full(self) -> BreakEven:
        """How it stands now; then away from there until it stands otherwise, and between the two."""
        start = float(self._number.value)
        first = self._look(start)
        if first is not None and first.look.standing in ("in", "out"):
            for further in self._directions(first):
                ends = self._reached(start, first, further)
                if ends is not None:
                    self._ends = ends
                    self._narrow()
                    break
        return self.so_far()

    def _look(self, number: float) -> _Seen | None:
        """How it stands at a number; None where the instance cannot have it, or time is up."""
        if self._number.whole:
            number = float(round(number))
        if not self._least <= number <= self._most or self._run.is_over or len(self._seen) >= MOST_LOOKS:
            return None
        if number not in self._seen:
            try:
                study = self._number.study(self._study, number)
            except InputError:
                return None
            having, without = (
                best_of(self._subject.asked(study, wanted), self._run.part(PATIENCE, gap=FINE))
                for wanted in (True, False)
            )
            look = Look(number, *_standing(having, without))
            self._seen[number] = _Seen(look, having.selection, without.objective)
        return self._seen[number]

    def _directions(self, first: _Seen) -> Iterator[float]:
        """Which way to go, the one that promises a change first: +1 to larger numbers, -1 to smaller ones."""
        slope, wish = self._slope(first), self._number.wish
        wanted = 1.0 if first.look.standing == "out" else -1.0
        if wish is not None and not slope:
            slope = 1.0 if wish.upward else -1.0  # who is out enters where more is allowed, if anywhere
        if slope or not self._alone:
            foremost = math.copysign(1.0, slope or 1.0) * wanted
            yield from (foremost,) if self._alone else (foremost, -foremost)

    def _slope(self, seen: _Seen) -> float:
        """What one unit more adds to the best portfolio with it."""
        here, there = seen.look.number, self._beside(seen.look.number)
        worth = [self._worth(seen.having, number) for number in (here, there)]
        return 0.0 if worth[0] is None or worth[1] is None else (worth[1] - worth[0]) / (there - here)

    def _beside(self, number: float) -> float:
        """A number nearby that the instance can have."""
        step = 1.0 if self._number.whole else max(abs(number), 1.0) / 16
        for there in (number + step, number - step):
            try:
                self._number.study(self._study, there)
            except InputError:
                continue
            return there
        return number + step

    def _worth(self, selection: Selection | None, number: float) -> float | None:
        """What a portfolio is worth at a number, whatever rules say."""
        if selection is None:
            return None
        try:
            study = self._number.study(self._study, number)
            plan = read_plan(study.assessment, selection.portfolio().to_dict())
        except InputError:
            return None
        return float(study.formulation.maximise.amount(plan.selection))

    def _reached(self, start: float, first: _Seen, way: float) -> tuple[float, float] | None:
        """Two numbers between which it changes, the one nearer to the present first."""
        near, step = start, 1.0 if self._number.whole else max(abs(start), 1.0) / 16
        guess = self._root(first)
        if guess is not None and (guess - start) * way > 0:
            step = max(abs(guess - start) * (1 + 4 * CLOSE), self._close)
        for _ in range(DOUBLINGS):
            wanted = min(max(near + way * step, self._least), self._most)
            seen = self._look(wanted)
            if seen is None and way < 0 < near and wanted < 0:
                seen = self._look(0.0)
            if seen is None or seen.look.number == near or seen.look.standing in ("open", "neither"):
                return None
            if seen.look.standing != first.look.standing:
                return near, seen.look.number
            near, step = seen.look.number, 2 * step
        return None

    def _root(self, seen: _Seen) -> float | None:
        """Where the best portfolio with it would be worth as much as the best without it."""
        worth, slope = self._worth(seen.having, seen.look.number), self._slope(seen)
        if worth is None or seen.worth_without is None or not slope:
            return None
        return seen.look.number + (seen.worth_without - worth) / slope

    @property
    def _close(self) -> float:
        return 1.0 if self._number.whole else CLOSE * max(1.0, abs(float(self._number.value)))

    def _narrow(self) -> None:
        """Bring the two numbers together, each as it stood: by where lines meet, else by halves."""
        assert self._ends is not None
        standing = self._seen[self._ends[0]].look.standing
        turn = 0
        while abs(self._ends[1] - self._ends[0]) > self._close * (1 + 1e-9):
            near, far = self._ends
            tried = self._between(near, far, turn)
            seen = self._look(tried)
            if seen is None or seen.look.standing == "open" or seen.look.number in (near, far):
                break
            same = seen.look.standing == standing
            self._ends = (seen.look.number, far) if same else (near, seen.look.number)
            turn += 1
        self._make_sure()

    def _make_sure(self) -> None:
        """A little further, to where it stands otherwise beyond what proofs leave open; if there is such."""
        assert self._ends is not None
        near, far = self._ends
        aside = self._close * (1 if far > near else -1)
        for times in (0, 1, 3, 9):
            seen = self._look(far + times * aside)
            if seen is not None and seen.look.standing in ("in", "out"):
                self._ends = near, seen.look.number
                return

    def _between(self, near: float, far: float, turn: int) -> float:
        """The next number to try: beside the root on either side in turn, each third time the middle."""
        ends = (near, far) if self._seen[near].look.standing == "out" else (far, near)
        root = self._root(self._seen[ends[1]]) if turn % 3 < 2 else None
        if root is not None:
            aside = 0.4 * self._close * (1 if far > near else -1)
            for tried in (root - aside, root + aside) if turn % 3 == 0 else (root + aside, root - aside):
                if min(near, far) < tried < max(near, far):
                    return tried
        return (near + far) / 2

    def _moves_nothing_else(self) -> bool:
        """Whether the number only says what its own partner or application is worth: more of it is more.

        Then what the best with it is worth is convex in the number, and what the best without it is worth
        does not hang on it: the two meet once.
        """
        asked, assessment = self._study.formulation, self._study.assessment
        own = self._subject.kind in ("partner", "application") and self._number.owner == self._subject.id
        bounds = (bound for rule in asked.rules for bound in rule.bounds(assessment))
        terms = (term for bound in bounds for term in bound.quantity.weights())
        return (
            own
            and self._number.path[-1:] == ("revenue",)
            and self._study.instance.risk is None
            and not any(isinstance(term, VALUED) for term in terms)
            and not any(isinstance(rule, RetainedValue | Satisfaction) for rule in asked.rules)
        )

    def so_far(self) -> BreakEven:
        """The answer as far as it is known."""
        looks = [self._seen[number].look for number in sorted(self._seen)]
        first = self._seen.get(float(self._number.value))
        at, then = None, None
        if self._ends is not None:
            low, high = sorted(self._ends)
            close = high - low <= WIDE * self._close
            at = enclosed(
                (low + high) / 2 if not self._number.whole else self._ends[1], low, high, proven=close
            )
            then = self._seen[self._ends[1]].look.standing
        return BreakEven(
            **about(self._study, self._run),
            key=self._number.key,
            words=self._number.words,
            unit=self._number.unit,
            number=float(self._number.value),
            subject=self._subject.id,
            name=self._name,
            now="open" if first is None else first.look.standing,
            then=then,
            at=at,
            only=self._alone and (at is None or at.proven) and first is not None,
            least=looks[0].number if looks else None,
            most=looks[-1].number if looks else None,
            looks=tuple(looks),
        )

    @property
    def _name(self) -> str:
        labels = self._study.instance.labels
        return " and ".join(labels[id_] for id_, _ in self._subject.picks)


def _standing(having: Proven, without: Proven) -> tuple[Standing, Amount]:
    """Who is in, by the best with it and the best without it."""
    none_with, none_without = (one.termination is Termination.infeasible for one in (having, without))
    if none_with or none_without:
        standing: Standing = "neither" if none_with and none_without else "out" if none_with else "in"
        known = having if none_without else without
        return standing if standing == "neither" or known.selection is not None else "open", UNKNOWN
    ahead = best_value(having) - best_value(without)
    room = FINE * max(abs(having.objective or 0.0), abs(without.objective or 0.0))
    if ahead.least is not None and ahead.least > room:
        return "in", ahead
    if ahead.most is not None and ahead.most < -room:
        return "out", ahead
    return "either" if ahead.proven else "open", ahead
