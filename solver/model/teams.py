"""Teams: who provides what to an application, and in which scenarios that keeps it going.

A team picks for every requirement at risk a set of partners, each at a chance of delivering. Whether it
survives a scenario is the product of its sets' survivals, so that sums over scenarios for all teams at once
are contractions of one small matrix per requirement.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.assessment.assessment import Assessment
from solver.assessment.benefit import Floats
from solver.assessment.outlook import Outlook
from solver.errors import InputError
from solver.instance.defects import Defect

LARGEST_BLOCK = 250_000
MOST_TEAMS = 3_000_000

Truths = NDArray[np.bool_]
Integers = NDArray[np.int64]


class Member(NamedTuple):
    """A partner with a chance of delivering: what its levels with that chance have in common."""

    partner: int
    success: float


@dataclass(frozen=True, eq=False)
class ProviderSets:
    """The sets of partners that may be assigned to one requirement.

    `members` has shape (K, M) over the M members who could serve the application, `survives` shape (K, S).
    """

    need: int
    members: Truths
    survives: Truths


@dataclass(frozen=True, eq=False)
class Teams:
    """Teams of one application that starts in one period: a provider set for each requirement at risk.

    `choice` has shape (T, N): which provider set a team takes for each of N requirements.
    """

    everybody: tuple[Member, ...]
    by_need: tuple[ProviderSets, ...]
    choice: Integers

    def __len__(self) -> int:
        return len(self.choice)

    @cached_property
    def members(self) -> Truths:
        """Who is in each team, shape (T, M)."""
        found = np.zeros((len(self), len(self.everybody)), dtype=bool)
        for own, chosen in zip(self.by_need, self.choice.T, strict=True):
            found |= own.members[chosen]
        return found

    def providers(self, team: int) -> dict[int, list[int]]:
        """The partners of a team by requirement."""
        return {
            own.need: [self.everybody[m].partner for m in np.flatnonzero(own.members[k])]
            for own, k in zip(self.by_need, self.choice[team], strict=True)
        }

    def survives(self, team: int) -> Truths:
        """In which scenarios a team keeps the application going, shape (S,)."""
        kept = [own.survives[k] for own, k in zip(self.by_need, self.choice[team], strict=True)]
        return np.asarray(np.logical_and.reduce(kept))

    def expected(self, weights: Floats) -> Floats:
        """Σ_ω weights_ω · survival for every team, shape (T,); weights has shape (S,)."""
        if not len(self):
            return np.zeros(0)
        order = sorted(range(len(self.by_need)), key=lambda n: len(self.by_need[n].members))
        *others, last = (self.by_need[n] for n in order)
        total = np.zeros([len(self.by_need[n].members) for n in order])
        used = np.flatnonzero(weights)
        width = max(1, LARGEST_BLOCK // max(1, total.size // len(last.members)))
        for first in range(0, len(used), width):
            block = used[first : first + width]
            grown = weights[block][None, :]
            for own in others:
                survives = own.survives[:, block].astype(float)
                grown = (grown[:, None, :] * survives[None, :, :]).reshape(-1, len(block))
            total += (grown @ last.survives[:, block].T.astype(float)).reshape(total.shape)
        return np.asarray(total[tuple(self.choice[:, n] for n in order)])

    def only(self, kept: Truths) -> Teams:
        """Some of these teams."""
        return Teams(self.everybody, self.by_need, self.choice[kept])


def earned(outlook: Outlook, option: int) -> Floats:
    """What an application option earns in every scenario in which its partners keep it going, shape (S,)."""
    revenue = outlook.scenarios.revenue.of(int(outlook.engagement[option]))
    return np.asarray(outlook.earned[option] * revenue)


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


def teams_of(assessment: Assessment, outlook: Outlook, option: int) -> Teams:
    """All teams of an application option; raises InputError where they are too many to look at."""
    application, start = int(assessment.options.element[option]), int(assessment.options.start[option])
    needs = needs_at_risk(assessment, application)
    delivers = {
        Member(partner, float(assessment.options.success[o])): outlook.delivers(o)
        for need in needs
        for partner in assessment.needs[need].capable
        for o in assessment.options.of(partner)
        if assessment.options.ready[o] <= start
    }
    everybody = tuple(sorted(delivers))
    reliable = np.array([delivers[member] for member in everybody], dtype=bool)
    reliable = reliable.reshape(len(everybody), len(outlook.scenarios))
    by_need = tuple(_provider_sets(assessment, need, everybody, reliable) for need in needs)
    number = math.prod(len(own.members) for own in by_need)
    if number > MOST_TEAMS:
        remedy = f"fewer backups: {assessment.label(application)} could be served by {number:,} teams"
        raise InputError([Defect("requirements", remedy, column="max_providers")])
    grid = np.indices([len(own.members) for own in by_need]).reshape(len(by_need), -1).T
    teams = Teams(everybody, by_need, grid)
    return teams.only(_consistent(teams))


def _provider_sets(
    assessment: Assessment, index: int, everybody: tuple[Member, ...], delivers: Truths
) -> ProviderSets:
    need = assessment.needs[index]
    able = [place for place, member in enumerate(everybody) if member.partner in need.capable]
    sizes = range(need.requirement.providers, need.requirement.most_providers + 1)
    groups = [
        group
        for size in sizes
        for group in combinations(able, size)
        if len({everybody[place].partner for place in group}) == size
    ]
    members = np.zeros((len(groups), len(everybody)), dtype=bool)
    survives = np.zeros((len(groups), delivers.shape[1]), dtype=bool)
    for k, group in enumerate(groups):
        members[k, list(group)] = True
        survives[k] = delivers[list(group)].sum(axis=0) >= need.requirement.providers
    return ProviderSets(index, members, survives)


def _consistent(teams: Teams) -> Truths:
    """Whether every partner has one chance of delivering throughout a team, shape (T,)."""
    consistent = np.ones(len(teams), dtype=bool)
    places: dict[int, list[int]] = {}
    for place, member in enumerate(teams.everybody):
        places.setdefault(member.partner, []).append(place)
    for same in places.values():
        if len(same) > 1:
            consistent &= teams.members[:, same].sum(axis=1) <= 1
    return consistent
