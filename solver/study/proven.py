"""How good the best portfolio that is known provably is, and why the search for a better one stopped."""

from __future__ import annotations

from dataclasses import dataclass, field

from solver.errors import ContradictionError
from solver.portfolio.selection import Selection
from solver.run import Termination
from solver.search.drafts import Disagreement
from solver.search.opening import Opening


@dataclass(frozen=True, eq=False)
class Proven:
    """The end of a search: why it stopped, the best selection known, and a bound that nothing exceeds.

    `message` is what a back end or the ledger says, `disagreement` who disagrees where a claim is refuted;
    `searched` says whether a program was solved, `opening` what its search began with.
    """

    termination: Termination
    selection: Selection | None
    objective: float | None = None
    bound: float | None = None
    message: str = ""
    opening: Opening = field(default_factory=lambda: Opening(None, {}))
    disagreement: Disagreement | None = None
    searched: bool = True

    def sound(self) -> Proven:
        """The same; raises ContradictionError where claims contradict each other, and nothing is proven."""
        if self.termination in (Termination.error, Termination.unbounded):
            seen = {} if self.disagreement is None else self.disagreement.to_dict()
            raise ContradictionError(self.message, seen)
        return self
