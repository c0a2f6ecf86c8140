"""A portfolio to begin with where what earns requires others that cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.assessment.assessment import Assessment
from solver.model.draft import Draft
from solver.portfolio.rules.pairs import pairs_of_kind
from solver.portfolio.selection import Selection
from solver.search.starts.union import Bundles, searched


@dataclass(frozen=True)
class NeedsEffort:
    """When shared needs are worth an annealing. Chosen on next releases."""

    fewest_bundles: int = 20
    least_share: float = 0.5
    most_members: int = 100_000


EFFORT = NeedsEffort()

Elements = NDArray[np.int64]


def needed_start(draft: Draft, seed: int) -> Selection | None:
    """The best portfolio that a walk over the elements that earn, with all they require, finds.

    None where few of those that earn require anything, or where elements come in several options. Limits on
    options are respected; everything else is for the checker. Applications that need providers are left out.
    """
    assessment = draft.assessment
    requires = _required(assessment)
    options = np.arange(len(assessment.elements))
    if not requires or not draft.limits or not np.array_equal(assessment.options.element, options):
        return None
    bundles = _bundles(draft, requires)
    if bundles is None:
        return None
    chosen = np.flatnonzero(searched(bundles, np.random.default_rng(seed)))
    union = sorted({int(element) for bundle in chosen for element in bundles.members[bundle]})
    return Selection(assessment, tuple(union))


def _required(assessment: Assessment) -> dict[int, list[int]]:
    """What each element requires at once."""
    requires: dict[int, list[int]] = {}
    for index in pairs_of_kind(assessment, "requires"):
        pair = assessment.pairs[index]
        requires.setdefault(pair.first, []).append(pair.second)
    return requires


def _bundles(draft: Draft, requires: Mapping[int, list[int]]) -> Bundles | None:
    """Each element that earns with all it requires; None where that is no matter of sharing."""
    worth = draft.objective.over(draft.options)
    use = np.array([left.over(draft.options) for left, _ in draft.limits])
    room = np.array([limit - left.constant for left, limit in draft.limits])
    needy = [element for element, needs in draft.assessment.needs_of.items() if needs]
    closures = (closure(int(element), requires) for element in np.flatnonzero(worth > 0))
    members = tuple(elements for elements in closures if not np.isin(elements, needy).any())
    several = sum(len(elements) > 1 for elements in members)
    if len(members) < EFFORT.fewest_bundles or several < EFFORT.least_share * len(members) or (use < 0).any():
        return None
    if sum(len(elements) for elements in members) > EFFORT.most_members:
        return None
    return Bundles(members, worth, use, room)


def closure(element: int, requires: Mapping[int, list[int]]) -> Elements:
    """An element with all that it requires, directly or through others; cycles are allowed."""
    found, open_ = {element}, [element]
    while open_:
        for other in requires.get(open_.pop(), ()):
            if other not in found:
                found.add(other)
                open_.append(other)
    return np.array(sorted(found), dtype=np.int64)
