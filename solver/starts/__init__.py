"""Portfolios to begin a search with: where any is hard to find, and where good ones are easy to find."""

from __future__ import annotations

from solver.driver import Cancel, SearchLimits
from solver.model.draft import Draft
from solver.portfolio.checker import check
from solver.portfolio.formulation import Formulation
from solver.portfolio.selection import Selection
from solver.starts.needs import needed_start
from solver.starts.pairs import paired_start
from solver.starts.safe import safe_start

__all__ = ["first_portfolio", "needed_start", "paired_start", "safe_start"]


def first_portfolio(
    formulation: Formulation, draft: Draft, limits: SearchLimits, cancel: Cancel | None
) -> Selection | None:
    """A portfolio that passes the check, for a draft of the formulation; None where no way finds one."""
    safe = safe_start(formulation, draft.assessment, limits, cancel)
    if safe is not None:
        return safe
    found = paired_start(draft, limits.seed) or needed_start(draft, limits.seed)
    return found if found is not None and check(formulation, found).holds else None
