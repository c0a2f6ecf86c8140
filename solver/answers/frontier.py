"""The frontier: portfolios of which none has more of one criterion without less of another."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any

from solver.answers.answer import Amount, Answer, about, enclosed
from solver.answers.answering import AnsweringEach
from solver.answers.boxes import EVERYWHERE, Box, Boxes, Look
from solver.answers.efficient import Efficient, Gains, Met
from solver.answers.grid import Grid
from solver.answers.tradeoff import Placed, Step, alike, changes, dominating, efficient, knee
from solver.errors import InputError
from solver.instance.defects import Defect
from solver.portfolio.checker import check, keeps
from solver.portfolio.criteria import Criterion, criteria
from solver.portfolio.plan import read_plan
from solver.portfolio.portfolio import Portfolio
from solver.run import Cancel, Listener, Run, SearchLimits
from solver.shapes import Shaped
from solver.study.plans import Plannable, completed_plan
from solver.study.study import Study

MOST_CRITERIA = 4
LEVELS = 5
"""Levels at which a grid holds each criterion but the first."""


@dataclass(frozen=True)
class Weighed(Shaped):
    """A criterion: the name that asks for it, what it is called in a sentence, and whether more is better.

    Two portfolios whose amounts differ by no more than `tolerance` are the same by it. `unit` is `money`,
    `share` or empty.
    """

    name: Annotated[str, "The name that asks for it."]
    words: Annotated[str, "What it is called."]
    more: Annotated[bool, "More of it is better, not less."]
    unit: str
    tolerance: float


@dataclass(frozen=True)
class Point(Shaped):
    """A portfolio and its amounts by criterion; no portfolio is better by one and as good by the others.

    That is `proven`, or only nothing better is known.
    """

    amounts: Annotated[Mapping[str, float], "What it has of each criterion, recomputed from the portfolio."]
    proven: bool
    portfolio: Portfolio


@dataclass(frozen=True)
class Opening(Shaped):
    """Where further points may be: by criterion, the amounts between which they are.

    In a grid, that nobody looked at these levels.
    """

    amounts: Annotated[Mapping[str, Amount], "From where to where, by criterion."]


@dataclass(frozen=True)
class Frontier(Answer):
    """Portfolios of which none is better by one criterion without being worse by another.

    `points` begin with the best by the first criterion. For two criteria they are all there are where nothing
    is left `open`, and where something is, all others are there: that is proven. For three and four they are
    those of a grid. `steps` lead from each point to the next, `knee` is the number of the point that bends
    most (the first being 0); both are for two criteria. `feasible` is None where the run had to stop before
    any portfolio was found. `placed` is the planner's own plan.
    """

    criteria: tuple[Weighed, ...]
    feasible: bool | None
    points: tuple[Point, ...]
    open: tuple[Opening, ...]
    steps: tuple[Step, ...]
    knee: int | None
    placed: Placed | None
    searches: Annotated[int, "How many questions it took."]

    @property
    def complete(self) -> bool:
        """Whether every point is known, or every level of the grid was looked at."""
        return not self.open and all(point.proven for point in self.points)


def frontier(
    study: Study,
    names: Sequence[str] | None = None,
    *,
    points: int | None = None,
    levels: int = LEVELS,
    plan: Plannable | None = None,
    resume: Frontier | None = None,
    keep: Callable[[Frontier], None] | None = None,
    workers: int = 1,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Frontier:
    """The portfolios of a study that are efficient by two criteria, or by three or four on a grid.

    For two, all of them, or so many `points`, the widest gaps filled first. For more, the best by the first
    criterion that can be maximised, each of the others held at `levels` between its worst and its best.
    Without names, value and risk, or value and spending where nothing is uncertain. `resume` is a frontier
    that stopped: it is gone on from there; `keep` is handed what is known after every round, so that there is
    one whatever happens. Raises InputError for names that are no criteria, for a plan that names what is not
    there, and for a frontier of something else.
    """
    run = Run(limits, progress, cancel)
    names = names or ("value", "spending" if study.instance.risk is None else "risk")
    if not 2 <= len(names) <= MOST_CRITERIA or (points is not None and points < 1):
        remedy = "two, three or four criteria" if points is None or points > 0 else "at least one point"
        raise InputError([Defect("frontier", remedy, value=" ".join(names) if points != 0 else points)])
    wanted = criteria(names, study.formulation, study.instance)
    if resume is not None:
        _check_same(study, run, resume, wanted)
    return _Search(study, run, workers, wanted, points, levels, plan, resume).kept_by(keep).answer()


def _check_same(study: Study, run: Run, resume: Frontier, wanted: Sequence[Criterion]) -> None:
    """Raise InputError unless a frontier is of the same instance, formulation and criteria."""
    now = about(study, run)
    told = {
        "instance": (resume.instance["fingerprint"], now["instance"]["fingerprint"]),
        "formulation": (resume.formulation, now["formulation"]),
        "criteria": ([one.name for one in resume.criteria], [one.name for one in wanted]),
    }
    defects = [
        Defect("resume", f"a frontier of the same {what}; this one is of another", column=what)
        for what, (before, after) in told.items()
        if before != after
    ]
    if defects:
        raise InputError(defects)


class _Search(AnsweringEach[Any, tuple[Look, int, Gains], Frontier]):
    """Looks into boxes, or at the lines of a grid; replies say how many searches they took, and the scale."""

    def __init__(
        self,
        study: Study,
        run: Run,
        workers: int,
        wanted: Sequence[Criterion],
        points: int | None,
        levels: int,
        plan: Plannable | None,
        resume: Frontier | None,
    ) -> None:
        super().__init__(study, run, workers)
        self._wanted, self._plan = wanted, plan
        self._keep: Callable[[Frontier], None] | None = None
        self._search = Efficient(study, wanted)
        known = [] if resume is None else list(self._known(resume))
        proven = [met for met in known if met.proven]
        self._placed: Placed | None = None
        left = None if resume is None else [self._box(one) for one in resume.open]
        if len(wanted) == 2:
            boxes = [EVERYWHERE] if left is None else left
            self._looking: Boxes | Grid = Boxes(self._search, points, proven, boxes)
        else:
            levels_left = None if left is None else [box.low for box in left]
            self._looking = Grid(self._search, levels, proven, levels_left)
        self._looking.seen += [met.selection for met in known if not met.proven]

    def kept_by(self, keep: Callable[[Frontier], None] | None) -> _Search:
        """The same, with somebody who is handed what is known after every round."""
        self._keep = keep
        return self

    def full(self) -> Frontier:
        """Look everywhere, and where a plan stands."""
        own = None
        if self._plan is not None:
            study = self._study
            own = completed_plan(self._plan, study.formulation, study.assessment, "plan", self._run)
            study.knowledge.pool.add(own.selection)
        for places, run in self._looking.rounds(self._run):
            self._ask_all(places, run)
            if self._keep is not None:
                self._keep(self.so_far())
        if own is not None:
            verdict = check(self._study.formulation, own.selection, own.problems)
            self._placed = self._place(own.selection, [one.sentence for one in verdict.broken])
        return self.so_far()

    def __getstate__(self) -> dict[str, Any]:
        """Without whoever keeps what is known here."""
        return {**super().__getstate__(), "_keep": None}

    def _ask(self, question: Any, run: Run) -> None:
        before = self._search.searches
        for place, look in self._looking.looks(question, run):
            self._note(place, (look, self._search.searches - before, self._search.scale))
            before = self._search.searches

    def _note(self, question: Any, reply: tuple[Look, int, Gains]) -> None:
        super()._note(question, reply)
        look, _, scale = reply
        self._search.note(scale)
        self._looking.note(question, look)

    def _known(self, resume: Frontier) -> Iterator[Met]:
        """The points of a frontier, judged anew; those that break a rule are left out."""
        for point in resume.points:
            selection = read_plan(self._study.assessment, point.portfolio.to_dict(), "resume").selection
            if keeps(self._study.formulation, selection):
                self._study.knowledge.pool.add(selection)
                yield Met(selection, self._search.gains(selection), point.proven)

    def _box(self, opening: Opening) -> Box:
        """An opening in gains."""
        ends = []
        for one in self._wanted:
            amount = opening.amounts[one.name] if one.more else -opening.amounts[one.name]
            ends.append(
                (
                    -math.inf if amount.least is None else amount.least,
                    math.inf if amount.most is None else amount.most,
                )
            )
        return Box(tuple(low for low, _ in ends), tuple(high for _, high in ends))

    def _points(self) -> list[Met]:
        seen = [Met(one, self._search.gains(one), proven=False) for one in self._looking.seen]
        return efficient([*self._looking.points, *seen], self._search.margins)

    def so_far(self) -> Frontier:
        """The answer as far as it is known."""
        met, steps, two = self._points(), self._search.steps, len(self._wanted) == 2
        boxes = self._looking.boxes
        amounts = [self._amounts(one.gains) for one in met]
        gaps = [
            any(_between(box, one.gains, other.gains) for box in boxes) or not (one.proven and other.proven)
            for one, other in pairwise(met)
        ]
        none = not met and not boxes
        return Frontier(
            **about(self._study, self._run),
            criteria=tuple(
                Weighed(one.name, one.words, one.more, one.unit, step)
                for one, step in zip(self._wanted, steps, strict=True)
            ),
            feasible=True if met else (False if none else None),
            points=tuple(
                Point(own, one.proven, one.selection.portfolio())
                for own, one in zip(amounts, met, strict=True)
            ),
            open=tuple(map(self._opening, boxes)),
            steps=changes(amounts, gaps) if two else (),
            knee=knee([one.gains for one in met]) if two else None,
            placed=self._placed,
            searches=sum(count for _, count, _ in self._replies.values()),
        )

    def _amounts(self, gains: Gains) -> dict[str, float]:
        return {one.name: one.signed(gain) for one, gain in zip(self._wanted, gains, strict=True)}

    def _opening(self, box: Box) -> Opening:
        amounts: dict[str, Any] = {}
        for one, low, high in zip(self._wanted, box.low, box.high, strict=True):
            least, most = (end if math.isfinite(end) else None for end in (low, high))
            amount = enclosed(None, least, most)
            amounts[one.name] = amount if one.more else -amount
        return Opening(amounts)

    def _place(self, selection: Any, broken: Sequence[str]) -> Placed:
        gains, met, margins = self._search.gains(selection), self._points(), self._search.margins
        names = [one.name for one in self._wanted]
        ahead = dominating(gains, met, names, margins)
        known = any(one.proven and alike(one.gains, gains, margins) for one in met)
        standing = "on the frontier" if known else "open"
        standing = "dominated" if ahead else standing
        return Placed(
            "breaks rules" if broken else standing,  # type: ignore[arg-type]
            self._amounts(gains),
            ahead,
            tuple(broken),
        )


def _between(box: Box, one: Gains, other: Gains) -> bool:
    """Whether a box reaches between two neighbours, the first having more of the first criterion."""
    return box.high[0] > other[0] and box.low[0] < one[0]
