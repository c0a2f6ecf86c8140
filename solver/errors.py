"""Every error the software raises on purpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from solver.instance.defects import Defect


class PartnerfolioError(Exception):
    """Anything that went wrong for a reason the software knows."""


class InputError(PartnerfolioError):
    """The planner's input has defects; `defects` lists all of them."""

    def __init__(self, defects: Sequence[Defect]) -> None:
        self.defects = tuple(defects)
        super().__init__("\n".join(str(defect) for defect in self.defects[:20]))


class BrokenPlanError(InputError):
    """A plan that breaks rules where only a portfolio will do; one defect for every broken rule."""


class StoppedError(PartnerfolioError):
    """The time limit, or somebody's wish to stop, came before there was an answer."""


class ContradictionError(PartnerfolioError):
    """A search on the way to an answer claims what a portfolio refutes; `contradiction` says who is wrong."""

    def __init__(self, sentence: str, contradiction: Mapping[str, Any]) -> None:
        self.sentence, self.contradiction = sentence, contradiction
        super().__init__(f"nothing is proven: {sentence}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.sentence, self.contradiction)


class FormulationError(PartnerfolioError):
    """A wish that no mixed-integer program of this software can express, e.g. maximising a cost."""


class BackendError(PartnerfolioError):
    """A back end that is missing, or that failed."""


class MissingBackendError(BackendError):
    """A back end, or a package that does the work of one, that is not installed."""
