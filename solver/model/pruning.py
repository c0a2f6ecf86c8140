"""Teams that no best portfolio needs: others do as well with nobody more."""

from __future__ import annotations

from enum import Enum, auto

import numpy as np

from solver.assessment.benefit import Floats
from solver.model.teams import ProviderSets, Teams, Truths

MOST_MEMBERS = 62
EQUAL = 1e-12


class Pruning(Enum):
    """What decides between two teams of the same partners."""

    NONE = auto()  # whatever a portfolio wants: every team stays
    SURVIVAL = auto()  # a team that survives wherever another does, with nobody more, takes its place
    EXPECTATION = auto()  # of the teams of the same partners, the best in expectation


def kept_teams(teams: Teams, pruning: Pruning, worth: Floats) -> Truths:
    """Which teams are left, shape (T,); `worth` is what each is expected to earn, shape (T,).

    For applications where it costs nothing to be assigned.
    """
    if pruning is Pruning.NONE or not len(teams):
        return np.ones(len(teams), dtype=bool)
    if pruning is Pruning.EXPECTATION and len(teams.everybody) <= MOST_MEMBERS:
        return _best_of_the_same_partners(teams, worth)
    return _saturated(teams)


def _best_of_the_same_partners(teams: Teams, worth: Floats) -> Truths:
    """One team for every set of partners, unless one partner less is worth as much."""
    bits = np.int64(1) << np.arange(len(teams.everybody), dtype=np.int64)
    partners = teams.members @ bits
    unions, owner = np.unique(partners, return_inverse=True)
    best = np.full(len(unions), -np.inf)
    np.maximum.at(best, owner, worth)
    needed = np.ones(len(unions), dtype=bool)
    for bit in bits:
        without = unions & ~bit
        place = np.minimum(np.searchsorted(unions, without), len(unions) - 1)
        as_good = best[place] >= best - EQUAL * np.maximum(1.0, np.abs(best))
        needed &= ~((unions & bit > 0) & (unions[place] == without) & as_good)
    order = np.lexsort((-worth, owner))
    first = np.zeros(len(teams), dtype=bool)
    first[order[np.concatenate([[True], np.diff(owner[order]) > 0])]] = True
    return np.asarray(first & needed[owner])


def _saturated(teams: Teams) -> Truths:
    """Whether no member of a team could back up one more of its requirements."""
    kept = np.ones(len(teams), dtype=bool)
    for own, chosen in zip(teams.by_need, teams.choice.T, strict=True):
        kept &= ~(_could_back_up(own)[chosen] & teams.members).any(axis=1)
    return kept


def _could_back_up(own: ProviderSets) -> Truths:
    """Whether a member could join each provider set, shape (K, M)."""
    known = {row.tobytes() for row in own.members}
    joined = np.zeros_like(own.members)
    for k, row in enumerate(own.members):
        for member in np.flatnonzero(~row):
            larger = row.copy()
            larger[member] = True
            joined[k, member] = larger.tobytes() in known
    return joined
