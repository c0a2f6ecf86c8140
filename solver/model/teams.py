"""Teams: who provides what to an application, and in which scenarios that keeps it going.

A team picks for every requirement at risk a set of partners, each at a chance of delivering. Whether it
survives a scenario is the product of its sets' survivals, so that sums over scenarios for all teams at once
are contractions of one small matrix per requirement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.assessment.assessment import Assessment
from solver.assessment.benefit import Floats
from solver.assessment.outlook import Outlook

LARGEST_BLOCK = 4_000_000


class Member(NamedTuple):
    """A partner with a chance of delivering: what its levels with that chance have in common."""

    partner: int
    success: float


@dataclass(frozen=True, eq=False)
class ProviderSets:
    """The sets of partners that may be assigned to one requirement, and whether each survives.

    `survives` has shape (K, S).
    """

    need: int
    sets: tuple[frozenset[Member], ...]
    survives: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Teams:
    """All teams of one application that starts in one period: one provider set for each requirement at risk.

    `choice` has shape (T, N): which provider set a team takes for each of N requirements.
    """

    by_need: tuple[ProviderSets, ...]
    choice: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.choice)

    @cached_property
    def members(self) -> tuple[frozenset[Member], ...]:
        """Everybody in each team."""
        return tuple(
            frozenset().union(*(own.sets[k] for own, k in zip(self.by_need, row, strict=True)))
            for row in self.choice
        )

    def survives(self, team: int) -> NDArray[np.bool_]:
        """In which scenarios a team keeps the application going, shape (S,)."""
        kept = [own.survives[k] for own, k in zip(self.by_need, self.choice[team], strict=True)]
        return np.asarray(np.logical_and.reduce(kept))

    def expected(self, weights: Floats) -> Floats:
        """Σ_ω weights_ω · survival for every team, shape (T,); weights has shape (S,)."""
        if not len(self):
            return np.zeros(0)
        total = np.zeros([len(own.sets) for own in self.by_need])
        used = np.flatnonzero(weights)
        *others, last = self.by_need
        width = max(1, LARGEST_BLOCK // max(1, total.size // len(last.sets)))
        for first in range(0, len(used), width):
            block = used[first : first + width]
            grown = weights[block][None, :]
            for own in others:
                grown = (grown[:, None, :] * own.survives[None, :, block]).reshape(-1, len(block))
            total += (grown @ last.survives[:, block].T.astype(float)).reshape(total.shape)
        return np.asarray(total[tuple(self.choice.T)])


def needs_at_risk(assessment: Assessment, application: int) -> tuple[int, ...]:
    """The requirements of an application that a failing partner could leave unmet in some scenario."""
    outlook = assessment.outlook
    if outlook is None or not outlook.recourse:
        return ()
    return tuple(
        need
        for need in assessment.needs_of.get(application, ())
        if any(
            outlook.may_fail(option)
            for partner in assessment.needs[need].capable
            for option in assessment.options.of(partner)
        )
    )


def teams_of(assessment: Assessment, outlook: Outlook, option: int, pruned: bool) -> Teams:
    """The teams of an application option; `pruned` leaves out sets whose backups change nothing."""
    application, start = int(assessment.options.element[option]), int(assessment.options.start[option])
    by_need = tuple(
        _provider_sets(assessment, outlook, need, start, pruned)
        for need in needs_at_risk(assessment, application)
    )
    grid = product(*(range(len(own.sets)) for own in by_need))
    consistent = [
        row for row in grid if _consistent([own.sets[k] for own, k in zip(by_need, row, strict=True)])
    ]
    return Teams(by_need, np.array(consistent, dtype=np.int64).reshape(-1, len(by_need)))


def _provider_sets(
    assessment: Assessment, outlook: Outlook, index: int, start: int, pruned: bool
) -> ProviderSets:
    need = assessment.needs[index]
    delivers = {
        Member(partner, float(assessment.options.success[o])): outlook.delivers(o)
        for partner in need.capable
        for o in assessment.options.of(partner)
        if assessment.options.ready[o] <= start
    }
    sets: list[frozenset[Member]] = []
    survivals: list[NDArray[np.bool_]] = []
    found: dict[bytes, list[frozenset[Member]]] = {}
    for size in range(need.requirement.providers, need.requirement.most_providers + 1):
        for group in combinations(sorted(delivers), size):
            members = frozenset(group)
            if len({member.partner for member in members}) < size:
                continue
            survival = sum(delivers[m].astype(np.int64) for m in group) >= need.requirement.providers
            alike = found.setdefault(np.packbits(survival).tobytes(), [])
            if pruned and any(smaller <= members for smaller in alike):
                continue
            alike.append(members)
            sets.append(members)
            survivals.append(np.asarray(survival))
    shape = (len(sets), len(outlook.scenarios))
    return ProviderSets(index, tuple(sets), np.array(survivals, dtype=bool).reshape(shape))


def _consistent(sets: Sequence[frozenset[Member]]) -> bool:
    """Whether every partner has one chance of delivering throughout the team."""
    everybody = frozenset().union(*sets)
    return len({member.partner for member in everybody}) == len(everybody)
