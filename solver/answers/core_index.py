"""The core index: who is in the portfolios that may be best when weights and scores are known in part.

Robust Portfolio Modeling (Liesiö, Mild & Salo 2007): a portfolio is left out where another is worth at least
as much whatever the weights and scores turn out to be, and more for some. What both have counts for both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from solver.answers.answer import UNKNOWN, Amount, Answer, about, best_value, enclosed, exactly
from solver.answers.answering import AnsweringEach
from solver.answers.conflict import ANY
from solver.answers.near import best_of
from solver.answers.weights import corners
from solver.assessment.benefit import Floats
from solver.errors import InputError
from solver.instance.defects import Defect
from solver.portfolio.formulation import Formulation
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.quantities import NOTHING, Quantity
from solver.portfolio.rules import Lock
from solver.portfolio.scores import Scores
from solver.portfolio.selection import Selection
from solver.run import NO_DECISION, Cancel, Decision, Listener, Run, SearchLimits, Termination
from solver.shapes import Shaped
from solver.study.proven import Proven
from solver.study.study import Study

MOST_EXACT = 16
"""Up to so many with scores all portfolios are looked through, where nobody asks for draws."""
SAMPLES = 200
MOST_SEEDS = 12
SAME = 1e-9
SURE = 1.96
PATIENCE = 0.1

Mask = NDArray[np.bool_]
Standing = Literal["core", "borderline", "exterior", "open"]


@dataclass(frozen=True)
class Indexed(Shaped):
    """A partner or an application, its `index`, the share of portfolios that it is in, and its `standing`.

    `core` is in all of them, `exterior` in none, `borderline` in some; `open` where that is not known, and
    where it was sampled `core` and `exterior` say no more than that all samples had it, or none.
    """

    id: Annotated[str, "Its id."]
    name: Annotated[str, "What people call it."]
    index: Amount
    standing: Standing


@dataclass(frozen=True)
class CoreIndex(Answer):
    """Who is in the portfolios that may be best, with weights and scores known in part.

    `feasible` says whether there is any portfolio, None where that is not known.
    `portfolios` are those that no other beats whatever weights and scores turn out to be: all of them where
    it is `exact` and `complete`. Where it is not exact, they were best in one of `samples` draws, and the
    shares are acceptabilities. `members` are all that have scores, the largest share first.
    """

    feasible: bool | None
    exact: Annotated[bool, "All portfolios were to be looked through, none drawn."]
    complete: Annotated[bool, "Nothing was left when it stopped."]
    samples: Annotated[int | None, "Draws whose best portfolio is proven; null where nothing is drawn."]
    members: tuple[Indexed, ...]
    portfolios: tuple[Portfolio, ...]
    searches: Annotated[int, "How many questions it took."]


def core_index(
    study: Study,
    *,
    samples: int | None = None,
    workers: int = 1,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> CoreIndex:
    """Who is in the portfolios of a study that may be best by its tables `criteria`, `weights` and `scores`.

    Exact up to sixteen that have scores; beyond, or where `samples` are asked for, weights (random mixes of
    the extreme ones) and scores (even between low and high) are drawn and the best portfolio found for each,
    by several `workers` at once.
    Raises InputError without the tables, and for weights that cannot all be kept.
    """
    run = Run(limits, progress, cancel)
    instance = study.instance
    if not instance.criteria or not instance.scores:
        remedy = (
            "rows in the tables criteria (id) and scores (id, criterion, low, high): what counts, and how "
            "partners and applications do by it"
        )
        raise InputError([Defect("core-index", remedy)])
    if samples is not None and samples < 1:
        raise InputError([Defect("core-index", "at least one sample", column="samples", value=samples)])
    return _Answering(study, run, workers, samples).answer()


class _Answering(AnsweringEach[int, Proven, CoreIndex]):
    """Looks through all portfolios, or asks for the best one in every draw."""

    gaps = (0.0, 0.0)

    def __init__(self, study: Study, run: Run, workers: int, samples: int | None) -> None:
        super().__init__(study, run, workers)
        instance, assessment = study.instance, study.assessment
        self._corners = corners(instance)
        scored = {row.id for row in instance.scores}
        self._elements = [e for e, id_ in enumerate(assessment.elements) if id_ in scored]
        place = {assessment.elements[e]: k for k, e in enumerate(self._elements)}
        rank = {row.id: k for k, row in enumerate(instance.criteria)}
        self._low, self._high = np.zeros((2, len(rank), len(place)))
        for row in instance.scores:
            self._low[rank[row.criterion], place[row.id]] = row.low
            self._high[rank[row.criterion], place[row.id]] = row.most
        self._least, self._most = self._corners @ self._low, self._corners @ self._high
        self._room = SAME * max(1.0, float(np.abs([self._least, self._most]).sum(axis=2).max(initial=0.0)))
        exact = samples is None and len(place) <= MOST_EXACT
        self._amounts = None if exact else self._draws(samples or SAMPLES)
        self._kept: dict[bytes, tuple[Mask, Selection]] = {}
        self._known: list[Mask] = []
        self._feasible: bool | None = None
        self._complete = False
        self._searches = 0

    def full(self) -> CoreIndex:
        """Look through all portfolios, or draw."""
        if self._amounts is None:
            self._complete = self._look_through()
        else:
            self._ask_all(range(len(self._amounts)), self._run)
            self._complete = self._feasible is False or len(self._drawn) == len(self._amounts)
        return self.so_far()

    # All of them.

    def _look_through(self) -> bool:
        """Decide on one after the other, the highest scores first, and leave what another beats anyhow."""
        for corner in range(min(len(self._corners), MOST_SEEDS)):
            middle = (self._least[corner] + self._most[corner]) / 2
            self._search(self._scores(middle), {}, NO_DECISION, self._run.part(PATIENCE))
        order = [int(k) for k in np.argsort(-(self._least + self._most).sum(axis=0))]
        left: list[dict[int, bool]] = [{}]
        while left:
            fixed = left.pop()
            if self._run.is_over:
                return False
            if self._beaten(fixed):
                continue
            self._run.tell(phase="search", round=self._searches)
            possible = self._possible(fixed)
            if possible is None:
                return False
            if possible and len(fixed) < len(order):
                following = order[len(fixed)]
                left += [{**fixed, following: False}, {**fixed, following: True}]
        if self._feasible is None:
            self._feasible = False
        return True

    def _possible(self, fixed: dict[int, bool]) -> bool | None:
        """Whether some portfolio decides so; None where that is not known."""
        if any(all(one[k] == taken for k, taken in fixed.items()) for one in self._known):
            return True
        return self._search(NOTHING, fixed, ANY, self._run)

    def _search(self, aim: Quantity, fixed: dict[int, bool], decision: Decision, run: Run) -> bool | None:
        """The same, asked of the study; what it finds is taken in."""
        self._searches += 1
        ids, asked = self._study.assessment.elements, self._study.formulation
        locks = (Lock(ids[self._elements[k]], taken) for k, taken in fixed.items())
        wanted = Formulation(aim, (*asked.subject_to, *locks), asked.structure)
        found = best_of(self._study.asking(wanted), run, decision)
        if found.selection is None:
            return False if found.termination is Termination.infeasible else None
        self._take(found.selection)
        return True

    def _take(self, selection: Selection) -> None:
        """Take in a portfolio: it stays as long as none beats it, and leaves out those that it beats."""
        self._feasible = True
        mask = self._mask(selection)
        self._known.append(mask)
        if any(self._beats(one, mask) for one, _ in self._kept.values()):
            return
        self._kept = {key: one for key, one in self._kept.items() if not self._beats(mask, one[0])}
        self._kept.setdefault(mask.tobytes(), (mask, selection))

    def _mask(self, selection: Selection) -> Mask:
        return np.asarray(selection.chosen[self._elements], dtype=bool)

    def _beats(self, one: Mask, other: Mask) -> bool:
        """Whether a portfolio is worth no less than another however things turn out, and more for some."""
        own, its = one & ~other, other & ~one
        least = self._least[:, own].sum(axis=1) - self._most[:, its].sum(axis=1)
        most = self._most[:, own].sum(axis=1) - self._least[:, its].sum(axis=1)
        return bool((least >= -self._room).all() and (most > self._room).any())

    def _beaten(self, fixed: dict[int, bool]) -> bool:
        """Whether one that is kept beats every portfolio that decides so."""
        decided = np.array([k in fixed for k in range(len(self._elements))])
        taken = np.array([fixed.get(k, False) for k in range(len(self._elements))])
        for one, _ in self._kept.values():
            own, its = one & decided & ~taken, ~one & taken
            open_own, open_its = one & ~decided, ~one & ~decided
            ends = []
            for low, high in ((self._least, self._most), (self._most, self._least)):
                sure = low[:, own].sum(axis=1) - high[:, its].sum(axis=1)
                sure += np.minimum(0.0, low[:, open_own]).sum(axis=1)
                ends.append(sure + np.minimum(0.0, -high[:, open_its]).sum(axis=1))
            if (ends[0] >= -self._room).all() and (ends[1] > self._room).any():
                return True
        return False

    # Draws.

    def _draws(self, samples: int) -> Floats:
        """What each counts for by weights and scores that are drawn, shape (samples, scored)."""
        generator = np.random.default_rng(self._run.limits.seed)
        weights = generator.dirichlet(np.ones(len(self._corners)), samples) @ self._corners
        scores = self._low + generator.random((samples, *self._low.shape)) * (self._high - self._low)
        return np.asarray((weights[:, None, :] @ scores)[:, 0])

    def _ask(self, question: int, run: Run) -> None:
        if self._amounts is None or self._feasible is False:
            return
        asked = self._study.formulation
        wanted = Formulation(self._scores(self._amounts[question]), asked.subject_to, asked.structure)
        self._note(question, best_of(self._study.asking(wanted), run))

    def _note(self, question: int, reply: Proven) -> None:
        super()._note(question, reply)
        if reply.termination is Termination.infeasible:
            self._feasible = False
        elif reply.selection is not None:
            self._feasible = True

    def _is_settled(self, question: int) -> bool:
        known = self._replies.get(question)
        return known is not None and known.termination in (Termination.optimal, Termination.infeasible)

    @property
    def _drawn(self) -> list[tuple[Mask, Selection]]:
        """The best portfolios of all draws in which one is proven to be it."""
        replies = [self._replies[question] for question in sorted(self._replies)]
        proven = (one for one in replies if best_value(one).proven)
        return [(self._mask(one.selection), one.selection) for one in proven if one.selection is not None]

    def _scores(self, amounts: Floats) -> Scores:
        every = np.zeros(len(self._study.assessment.elements))
        every[self._elements] = amounts
        return Scores(tuple(every.tolist()))

    def so_far(self) -> CoreIndex:
        """The answer as far as it is known."""
        exact = self._amounts is None
        found = [*self._kept.values()] if exact else self._drawn
        kept = [mask for mask, _ in found]
        members = [self._indexed(k, kept) for k in range(len(self._elements))] if kept else []
        return CoreIndex(
            **about(self._study, self._run),
            feasible=self._feasible,
            exact=exact,
            complete=self._complete,
            samples=None if exact else len(found),
            members=tuple(sorted(members, key=lambda one: -(one.index.value or 0.0))),
            portfolios=tuple(
                one.portfolio() for one in {mask.tobytes(): one for mask, one in found}.values()
            ),
            searches=self._searches if exact else len(self._replies),
        )

    def _indexed(self, k: int, kept: list[Mask]) -> Indexed:
        share = sum(bool(one[k]) for one in kept) / len(kept)
        if self._amounts is not None:
            index = _interval(share, len(kept))
        else:
            index = exactly(share) if self._complete else UNKNOWN
        standing: Standing = "core" if share == 1 else "exterior" if share == 0 else "borderline"
        id_ = self._study.assessment.elements[self._elements[k]]
        known = self._complete or self._amounts is not None
        return Indexed(id_, self._study.instance.labels[id_], index, standing if known else "open")


def _interval(share: float, count: int) -> Amount:
    """A share of draws with its 95 % interval (Wilson 1927)."""
    middle = (share + SURE**2 / (2 * count)) / (1 + SURE**2 / count)
    spread = math.sqrt(share * (1 - share) / count + SURE**2 / (4 * count**2)) * SURE / (1 + SURE**2 / count)
    return enclosed(share, max(0.0, middle - spread), min(1.0, middle + spread))
