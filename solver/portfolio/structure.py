"""What an alliance is made of, as rows over its options: `left @ choice ≤ limit`.

For whoever tries thousands of choices in arrays; the rules say the same one portfolio at a time.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from solver.assessment.assessment import Assessment
from solver.assessment.benefit import Floats
from solver.portfolio.rules.pairs import pairs_of_kind


def chosen(assessment: Assessment, element: int) -> Floats:
    """Whether an element is chosen, as coefficients of the options, shape (O,)."""
    return np.where(assessment.options.element == element, 1.0, 0.0)


def choices(assessment: Assessment) -> Iterator[tuple[Floats, float]]:
    """One option each; never both of a conflict; nobody without whom he requires."""
    for element in range(len(assessment.elements)):
        if len(assessment.options.of(element)) > 1:
            yield chosen(assessment, element), 1.0
    for index in pairs_of_kind(assessment, "conflict"):
        pair = assessment.pairs[index]
        yield chosen(assessment, pair.first) + chosen(assessment, pair.second), 1.0
    for index in pairs_of_kind(assessment, "requires"):
        pair = assessment.pairs[index]
        yield chosen(assessment, pair.first) - chosen(assessment, pair.second), 0.0


def coverage(assessment: Assessment) -> Iterator[tuple[Floats, float]]:
    """providers · launched − able and ready partners ≤ 0 for every start of an application."""
    options = assessment.options
    for need in assessment.needs:
        able = np.isin(options.element, need.capable)
        for option in options.of(need.application):
            left = np.where(able & (options.ready <= options.start[option]), -1.0, 0.0)
            left[option] = need.requirement.providers
            yield left, 0.0
