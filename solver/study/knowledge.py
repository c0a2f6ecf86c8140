"""What is known of one instance, whatever is asked of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

from solver.assessment.assessment import Assessment, assess
from solver.errors import InputError
from solver.instance.instance import Instance
from solver.portfolio.formulation import Formulation
from solver.portfolio.plan import Plan, read_plan
from solver.portfolio.selection import Selection
from solver.study.ledger import Ledger
from solver.study.models import Models
from solver.study.pool import Pool

NOT_ASSESSED = {
    *("limits", "split", "name", "description", "plan", "whatifs"),
    *("criteria", "weights", "scores"),
}
"""What of an instance no coefficient and no scenario depends on; limits are read where they are asked for."""


class BusyError(RuntimeError):
    """A study is searching in another thread."""


@dataclass(frozen=True)
class News:
    """What a study in another process found and proved of the same instance."""

    portfolios: tuple[Selection, ...]
    bounds: Mapping[Formulation, float]


class Knowledge:
    """The assessment of an instance, and the portfolios, bounds and models found and made with it."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.pool = Pool()
        self._after: Mapping[str, float] | None = None
        self._lock = threading.Lock()

    @classmethod
    def of(cls, assessment: Assessment) -> Knowledge:
        """What is known of an instance that was assessed before."""
        knowledge = cls(assessment.instance)
        knowledge.__dict__["assessment"] = assessment
        return knowledge

    @cached_property
    def assessment(self) -> Assessment:
        """What selection works with, made when it is first asked for."""
        return assess(self.instance)

    @cached_property
    def ledger(self) -> Ledger:
        """The bounds that were proven."""
        return Ledger(self.assessment)

    @cached_property
    def models(self) -> Models:
        """The models that were built."""
        return Models(self.assessment, self._after)

    @property
    def _left(self) -> Mapping[str, float] | None:
        """Where the last search has ended."""
        return self.models.left if "models" in vars(self) else self._after

    def revised(self, instance: Instance) -> Knowledge:
        """What of it is known of a changed instance: portfolios, where to look, perhaps the assessment."""
        revised = Knowledge(instance)
        if _alike(self.instance, instance):
            revised = Knowledge.of(replace(self.assessment, instance=instance, drawn=self.assessment.outlook))
        for selection in self.pool:
            plan = _legible(revised.assessment, selection)
            if plan is not None and not plan.problems and not plan.open:
                revised.pool.add(plan.selection)
        revised._after = self._left
        return revised

    def news(self, since: int) -> News:
        """The portfolios that came after so many, and every bound."""
        return News(tuple(islice(self.pool, since, None)), dict(self.ledger))

    def learn(self, news: News) -> None:
        """Take in what another study found; portfolios are of the same assessment."""
        for selection in news.portfolios:
            self.pool.add(selection)
        for formulation, bound in news.bounds.items():
            self.ledger.note(formulation, bound)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else searches meanwhile; raises BusyError where somebody does."""
        if not self._lock.acquire(blocking=False):
            raise BusyError("this study is searching in another thread: give every thread a study of its own")
        try:
            yield
        finally:
            self._lock.release()

    def __getstate__(self) -> dict[str, Any]:
        """Without what cannot travel to another process: models and lock."""
        travelling = {name: part for name, part in vars(self).items() if name not in ("models", "_lock")}
        return travelling | {"_after": self._left}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = threading.Lock()


def _alike(one: Instance, other: Instance) -> bool:
    """Whether two instances are assessed the same: they differ in nothing but limits and how to split."""
    fields = type(one).model_fields.keys() - NOT_ASSESSED
    return all(getattr(one, field) == getattr(other, field) for field in fields)


def _legible(assessment: Assessment, selection: Selection) -> Plan | None:
    """A portfolio of another assessment as a plan for this one; None where it names what is not there."""
    try:
        return read_plan(assessment, selection.portfolio().to_dict())
    except InputError:
        return None
