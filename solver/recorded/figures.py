"""What a result's document claims of its portfolio: value, rules, risk, and how near the best it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from solver.driver import Termination, relative_gap
from solver.driver.outcome import OPTIMAL_GAP
from solver.recorded.comparison import RELATIVE, Comparison, is_number, shown

OF_THE_WHOLE = 1e-13
"""Rounding of figures that are small differences of large amounts, relative to what makes up the value."""
FIGURES = ("has_portfolio", "objective", "value", "risk", "risks", "stability")
ROWS: Mapping[str, tuple[str, ...]] = {"rules": ("rule", "about"), "details": ("kind", "id")}


def false_figures(claimed: Mapping[str, Any], true: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for everything that a result's document says and that is not so.

    `true` is the document of the same portfolio as it was judged. What is not said, or said of rules that
    are not in force, is no claim.
    """
    amounts = true["value"]["components"].values()
    comparison = Comparison(OF_THE_WHOLE * sum(abs(amount) for amount in amounts))
    for key in FIGURES:
        if key in claimed:
            so = true["value"]["total"] if key == "value" and is_number(claimed[key]) else true[key]
            yield from comparison.differences(key, claimed[key], so)
    for key, names in ROWS.items():
        if key in claimed:
            yield from comparison.rows(key, names, claimed[key], true[key])
    yield from _of_the_proof(claimed, true["objective"], comparison)


def _of_the_proof(claimed: Mapping[str, Any], objective: float, comparison: Comparison) -> Iterator[str]:
    """Whether bound and gap are possible beside the objective, which the portfolio itself proves."""
    bound, gap = claimed.get("bound"), claimed.get("gap")
    if not is_number(bound):
        return
    if bound < objective and not comparison.same(bound, objective):
        yield f"bound: the file says {shown(bound)}, but its portfolio reaches {shown(objective)}"
        return
    open_ = relative_gap(objective, bound)
    if "gap" in claimed and not (is_number(gap) and abs(gap - open_) <= RELATIVE):
        yield f"gap: the file says {shown(gap)}, true is {shown(open_)}"
    if claimed.get("termination") == Termination.optimal and open_ > OPTIMAL_GAP + RELATIVE:
        yield f"termination: the file says optimal, but its bound leaves a gap of {shown(open_)}"
