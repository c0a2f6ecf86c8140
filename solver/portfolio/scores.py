"""What chosen partners and applications score, added up (Liesiö, Mild & Salo 2007)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.assessment.assessment import Assessment
from solver.assessment.benefit import Floats
from solver.portfolio.quantities import LinearTerm


@dataclass(frozen=True)
class Scores(LinearTerm):
    """The sum of what is scored over the chosen elements; `amounts` are one for each element."""

    amounts: tuple[float, ...]

    def __str__(self) -> str:
        return "weighted score"

    def coefficients(self, assessment: Assessment) -> Floats:
        return np.asarray(self.amounts)[assessment.options.element]
