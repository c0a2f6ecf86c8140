"""Crews: every way to staff an application, what it earns then, and what it asks of scarce partners."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from solver.games.coalitions import Floats
from solver.model.teams import Member, ProviderSets, Teams, earned, needs_at_risk
from solver.sharing.bulk.structure import Structure

MOST_CREWS = 400_000
MOST_SETS = 4_000

Masks = NDArray[np.int64]


class TooManyCrewsError(Exception):
    """There are more ways to staff applications than can be looked at one by one."""


@dataclass(frozen=True, eq=False)
class Crews:
    """Who serves, as bit masks; what that is worth, shape (C,); what it takes of partners, shape (C, L)."""

    servers: Masks
    worth: Floats
    loads: Floats

    def and_then(self, others: Crews) -> Crews:
        """Every one of these with every one of the others."""
        mine = np.repeat(np.arange(len(self.worth)), len(others.worth))
        theirs = np.tile(np.arange(len(others.worth)), len(self.worth))
        return Crews(
            self.servers[mine] | others.servers[theirs],
            self.worth[mine] + others.worth[theirs],
            self.loads[mine] + others.loads[theirs],
        )

    def only(self, kept: NDArray[np.bool_] | NDArray[np.int64]) -> Crews:
        """Some of these crews."""
        return Crews(self.servers[kept], self.worth[kept], self.loads[kept])

    def best(self) -> Crews:
        """Of those with the same servers and loads the one that is worth most."""
        order = np.lexsort((-self.worth, *self.loads.T, self.servers))
        ordered = self.only(order)
        new = np.ones(len(order), dtype=bool)
        new[1:] = np.diff(ordered.servers) != 0
        new[1:] |= (np.diff(ordered.loads, axis=0) != 0).any(axis=1)
        return ordered.only(new)


def anybody_will_do(structure: Structure, application: int) -> bool:
    """Whether an application earns the same whoever serves it: nobody fails or is watched there."""
    return not (
        bool(needs_at_risk(structure.offered, structure.parts[application]))
        or any(
            {one, two} <= set(structure.able[application]) for one, two, _ in structure.on_site(application)
        )
        or any(application in conflict.places for conflict in structure.conflicts)
    )


def crews_of(
    structure: Structure,
    application: int,
    partners: Sequence[int],
    capacity: Mapping[int, float],
    prices: Mapping[int, float],
) -> Crews:
    """The crews of an application among some partners, who are the bits of `servers`.

    `capacity` is that of the scarce partners, the columns of `loads`; `prices` are those of licences by pair
    row, infinite where there is none. Raises TooManyCrewsError.
    """
    everybody, needs = structure.able[application], structure.needs(application)
    numbers = [_number_of_sets(structure, need) for need in needs]
    if math.prod(numbers) > MOST_CREWS or max(numbers, default=0) > MOST_SETS:
        raise TooManyCrewsError
    sets = tuple(_provider_sets(structure, need, everybody) for need in needs)
    choice = np.indices(numbers).reshape(len(sets), -1).T
    teams = Teams(tuple(Member(partner, 1.0) for partner in everybody), sets, choice)
    bits = np.array([1 << partners.index(partner) for partner in everybody], dtype=np.int64)
    servers, loads = teams.members @ bits, _loads(structure, teams, capacity)
    worth = _worth(structure, application, teams) + _extras(structure, application, partners, prices, servers)
    fits = (loads <= np.array([*capacity.values()])).all(axis=1)
    return Crews(servers, worth, loads).only(fits & np.isfinite(worth)).best()


def _loads(structure: Structure, teams: Teams, capacity: Mapping[int, float]) -> Floats:
    """What every team takes of the scarce partners, shape (T, L)."""
    loads = np.zeros((len(teams), len(capacity)))
    for own, chosen in zip(teams.by_need, teams.choice.T, strict=True):
        workload = structure.offered.needs[own.need].requirement.workload
        for place, member in enumerate(teams.everybody):
            if member.partner in capacity:
                column = list(capacity).index(member.partner)
                loads[:, column] += workload * own.members[chosen, place]
    return loads


def _number_of_sets(structure: Structure, need: int) -> int:
    able, requirement = len(structure.capable(need)), structure.offered.needs[need].requirement
    most = min(requirement.most_providers, able)
    return sum(math.comb(able, size) for size in range(requirement.providers, most + 1))


def _provider_sets(structure: Structure, need: int, everybody: Sequence[int]) -> ProviderSets:
    requirement = structure.offered.needs[need].requirement
    able = [everybody.index(partner) for partner in structure.capable(need)]
    sizes = range(requirement.providers, requirement.most_providers + 1)
    sets = [chosen for size in sizes for chosen in combinations(able, size)]
    delivers = np.array([structure.delivers(partner) for partner in everybody])
    members = np.zeros((len(sets), len(everybody)), dtype=bool)
    survives = np.zeros((len(sets), len(structure.probability)), dtype=bool)
    for number, chosen in enumerate(sets):
        members[number, list(chosen)] = True
        survives[number] = delivers[list(chosen)].sum(axis=0) >= requirement.providers
    return ProviderSets(need, members, survives)


def _worth(structure: Structure, application: int, teams: Teams) -> Floats:
    """What an application is expected to earn with every team, less its cost."""
    offered, option = structure.offered, int(structure.options[application])
    if not teams.by_need:
        return np.array([benefit_of(structure, application)])
    if offered.outlook is None:
        return np.full(len(teams), benefit_of(structure, application))
    cost = float(offered.outlook.cost_part(structure.probability)[option])
    return teams.expected(structure.probability * earned(offered.outlook, option)) - cost


def benefit_of(structure: Structure, application: int) -> float:
    """What an application is expected to earn where its partners keep it going, less its cost."""
    return float(structure.offered.expected_benefit[structure.options[application]])


def _extras(
    structure: Structure,
    application: int,
    partners: Sequence[int],
    prices: Mapping[int, float],
    servers: Masks,
) -> Floats:
    """What pairs of servers add on site, less the licences they need."""
    extras = np.zeros(len(servers))
    for one, two, amount in _meetings(structure, application, prices):
        if one in partners and two in partners:
            both = 1 << partners.index(one) | 1 << partners.index(two)
            extras[servers & both == both] += amount
    return extras


def _meetings(
    structure: Structure, application: int, prices: Mapping[int, float]
) -> Iterator[tuple[int, int, float]]:
    yield from structure.on_site(application)
    for conflict in structure.conflicts:
        if application in conflict.places:
            yield conflict.first, conflict.second, -prices[conflict.pair]
