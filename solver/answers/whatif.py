"""What if: named sets of changes and locks, all solved and put side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from solver.answers.answer import UNKNOWN, Amount, Answer, about, best_value
from solver.answers.answering import AnsweringEach
from solver.answers.stability import Changes, changes
from solver.errors import InputError
from solver.instance.defects import Defect, nearest
from solver.instance.tables import Whatif as Row
from solver.instance.whatifs import Whatif, whatifs_of
from solver.portfolio.portfolio import Portfolio
from solver.result import Result
from solver.run import Cancel, Listener, Run, SearchLimits, Termination
from solver.shapes import Shaped
from solver.study.solving import solved
from solver.study.study import Study

AS_IT_IS = "as it is"
FOR_THE_END = 0.1
"""The share of the time in which the last of several has to return what it has."""


@dataclass(frozen=True)
class Case(Shaped):
    """The best portfolio where something is different.

    `best` is what it has of what is maximised, `gain` how much more than as it is; `value`, `spending` (with
    entry costs and licences), `risk` (the measure gone by) and `portfolio` are None where none was found.
    `moved` are its differences from the best portfolio as it is.
    """

    name: Annotated[str, "What it is called."]
    overrides: Annotated[tuple[str, ...], "What is set."]
    include: Annotated[tuple[str, ...], "Who is locked in."]
    exclude: Annotated[tuple[str, ...], "Who is locked out."]
    termination: Annotated[Termination | None, "Why the search ended; null where none began."]
    best: Amount
    gain: Amount
    value: float | None
    spending: float | None
    risk: float | None
    moved: Changes | None
    portfolio: Portfolio | None


@dataclass(frozen=True)
class Whatifs(Answer):
    """The best portfolio as it is, and in every case, side by side."""

    base: Case
    cases: tuple[Case, ...]


Wanted = Mapping[str, Sequence[str]] | Sequence[Whatif]


def whatif(
    study: Study,
    whatifs: Wanted | None = None,
    *,
    only: Iterable[str] = (),
    workers: int = 1,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Whatifs:
    """The best portfolio of a study, and of the same with each what-if carried out.

    `whatifs` are those of the instance's table if not given; else by name what is different, e.g.
    `{"less money": ["limits.budget=-10%", "in=p3"]}`. `only` are the names of some. With several `workers`
    each is solved in a process of its own; else each begins with what was found before. Raises InputError for
    what leads nowhere or leaves no sound instance.
    """
    run = Run(limits, progress, cancel)
    wanted = _chosen(_wanted(study, whatifs), tuple(only))
    changed = [Whatif(AS_IT_IS), *wanted]
    if workers > 1 or whatifs is not None:
        for one in wanted:
            varied(study, one)  # every defect before anything is solved
    return _Answering(study, run, workers, changed).answer()


class _Answering(AnsweringEach[int, Result, Whatifs]):
    """Solves the study as it is, and with each what-if, by number; each begins with what was found before."""

    def __init__(self, study: Study, run: Run, workers: int, changed: Sequence[Whatif]) -> None:
        super().__init__(study, run, workers)
        self._changed = changed

    def full(self) -> Whatifs:
        """Solve them all; as it is in any case."""
        if self._run.is_over:
            self._ask(0, self._run)
        self._ask_all(range(len(self._changed)), self._run.part(1.0 - FOR_THE_END))
        return self.so_far()

    def _ask(self, number: int, run: Run) -> None:
        self._note(number, solved(varied(self._study, self._changed[number]), run, split=False))

    def so_far(self) -> Whatifs:
        """The answer as far as it is known."""
        found = dict(self._replies)
        as_it_is, *others = self._changed
        base = _case(as_it_is, found.get(0), None)
        cases = [_case(one, found.get(number), base) for number, one in enumerate(others, 1)]
        return Whatifs(**about(self._study, self._run), base=base, cases=tuple(cases))


def varied(study: Study, one: Whatif) -> Study:
    """The study with a what-if carried out; raises InputError, with its name, where that leads nowhere."""
    if not one.overrides:
        return study.locked(one.include, one.exclude)
    try:
        instance = study.instance.with_(*one.overrides)
        asked = study.formulation.carried_over(study.instance, instance)
        return study.revised(instance).asking(asked).locked(one.include, one.exclude)
    except InputError as error:
        wrong = [Defect(f"what-if {one.name}", str(defect)) for defect in error.defects]
        raise InputError(wrong) from None


def _wanted(study: Study, whatifs: Wanted | None) -> tuple[Whatif, ...]:
    if whatifs is None:
        return whatifs_of(study.instance.whatifs)
    if not isinstance(whatifs, Mapping):
        return tuple(whatifs)
    return whatifs_of(_row(name, one) for name, given in whatifs.items() for one in given)


def _row(name: str, assignment: str) -> Row:
    key, _, value = assignment.partition("=")
    return Row(name=name, key=key.strip(), value=value.strip() or None)


def _chosen(whatifs: tuple[Whatif, ...], only: tuple[str, ...]) -> tuple[Whatif, ...]:
    names = [one.name for one in whatifs]
    strange = [name for name in only if name not in names]
    if strange:
        remedy = f"the name of a what-if{nearest(strange[0], names)}"
        raise InputError([Defect("whatifs", remedy, value=name) for name in strange])
    return tuple(one for one in whatifs if not only or one.name in only)


def _case(one: Whatif, result: Result | None, base: Case | None) -> Case:
    told = (one.name, one.overrides, one.include, one.exclude)
    if result is None:
        return Case(*told, None, UNKNOWN, UNKNOWN, None, None, None, None, None)
    best = UNKNOWN if result.termination is Termination.infeasible else best_value(result)
    spending, leading = None, None
    if result.portfolio is not None:
        spending = sum(row.spend for row in result.details)
        spending -= result.components.get("entry", 0.0) + result.components.get("licences", 0.0)
        leading = result.risks[0].value if result.risks else None
    return Case(
        *told,
        termination=result.termination,
        best=best,
        gain=UNKNOWN if base is None else best - base.best,
        value=result.value,
        spending=spending,
        risk=leading,
        moved=None if base is None else changes(base.portfolio, result.portfolio),
        portfolio=result.portfolio,
    )
