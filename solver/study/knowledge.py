"""What is known of one instance, whatever is asked of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from solver.assessment.assessment import Assessment, assess
from solver.instance.instance import Instance
from solver.study.ledger import Ledger
from solver.study.models import Models
from solver.study.pool import Pool


class BusyError(RuntimeError):
    """A study is searching in another thread."""


class Knowledge:
    """The assessment of an instance, and the portfolios, bounds and models found and made with it."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.pool = Pool()
        self._lock = threading.Lock()

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
        return Models(self.assessment)

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
        return {name: part for name, part in vars(self).items() if name not in ("models", "_lock")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = threading.Lock()
