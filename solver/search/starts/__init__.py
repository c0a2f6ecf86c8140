"""Portfolios to begin a search with, where finding any, or a good one, is the hard part."""

from __future__ import annotations

from solver.model.draft import Draft
from solver.portfolio.formulation import Formulation
from solver.portfolio.selection import Selection
from solver.run import Run
from solver.search.starts.needs import needed_start
from solver.search.starts.safe import safe_start

__all__ = ["first_portfolio", "needed_start", "safe_start"]


def first_portfolio(formulation: Formulation, draft: Draft, run: Run) -> Selection | None:
    """A portfolio for a draft, which is still to be judged; None where no way finds one."""
    safe = safe_start(formulation, draft.assessment, run)
    return needed_start(draft, run.limits.seed) if safe is None else safe
