"""Words of proof that claim no more than the numbers beside them show."""

from __future__ import annotations

from collections.abc import Callable

from solver.driver import Termination
from solver.report.amounts import number, shown_difference
from solver.result import Result

Said = Callable[[float], str]


def settled(value: float, bound: float | None) -> bool:
    """Whether a bound, at the precision shown, is the same number as the value."""
    return bound is not None and number(value) == number(bound)


def is_shown_best(result: Result) -> bool:
    """Whether the optimum is proven and value and bound are shown as the same number."""
    proven = result.termination is Termination.optimal and result.objective is not None
    return proven and result.objective is not None and settled(result.objective, result.bound)


def quality(result: Result, said: Said = number) -> str:
    """How good a portfolio provably is, as the end of a sentence; empty where nothing is proven.

    `said` puts an amount of money in words.
    """
    if is_shown_best(result):
        return ", the best there is"
    if result.objective is None or result.bound is None:
        return ""
    return f", at most {said(shown_difference(result.bound, result.objective))} more is possible"
