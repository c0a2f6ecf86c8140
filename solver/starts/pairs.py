"""A portfolio to begin with where pairs are worth something together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.model.draft import Draft
from solver.model.synergy_rows import expected_pairs
from solver.portfolio.selection import Selection
from solver.starts.exchange import Exchange, searched

MOST_OPTIONS = 2000


def paired_start(draft: Draft, seed: int) -> Selection | None:
    """The best portfolio that exchanging members one by one finds; None where no pairs are worth anything.

    Limits on options are respected; everything else is for the checker. Applications that need providers
    are left out.
    """
    if not draft.limits or len(draft.options) > MOST_OPTIONS:
        return None
    pairs = expected_pairs(draft)
    if not pairs:
        return None
    options = _free_options(draft)
    chosen = searched(_exchange(draft, pairs, options), np.random.default_rng(seed))
    return Selection(draft.assessment, tuple(options[chosen].tolist()))


def _free_options(draft: Draft) -> NDArray[np.int64]:
    """The options that need no providers."""
    needy = [element for element, needs in draft.assessment.needs_of.items() if needs]
    return np.flatnonzero(~np.isin(draft.assessment.options.element, needy))


def _exchange(draft: Draft, pairs: dict[tuple[int, int], float], options: NDArray[np.int64]) -> Exchange:
    """What options, pairs of them and limits amount to in arrays."""
    count = len(draft.assessment.elements)
    together = np.zeros((count, count))
    for (first, second), value in pairs.items():
        together[first, second] = together[second, first] = value
    element = draft.assessment.options.element[options]
    columns = [draft.options[option] for option in options]
    return Exchange(
        worth=draft.objective.over(columns),
        pairs=together[np.ix_(element, element)],
        use=np.array([left.over(columns) for left, _ in draft.limits]),
        room=np.array([limit - left.constant for left, limit in draft.limits]),
        element=element,
    )
